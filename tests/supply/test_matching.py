"""From advisory to asset: who is meant, which version, what follows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ninefold.model.assets import Asset, Software
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.vocabulary import AssetKind
from ninefold.supply import names
from ninefold.supply.advisory import Advisory, from_csaf
from ninefold.supply.matching import concerned, match, subject
from ninefold.tasks import advisory_match, advisory_validate
from support import corpus

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def csaf(*leaves: dict[str, Any], status: str = "known_affected", relationships: list[Any] | None = None) -> Advisory:
    """A small advisory: each leaf has vendor, name, category, version, and perhaps a helper."""
    branches = [
        {
            "category": "vendor",
            "name": leaf["vendor"],
            "branches": [
                {
                    "category": "product_name",
                    "name": leaf["name"],
                    "branches": [
                        {
                            "category": leaf.get("category", "product_version_range"),
                            "name": leaf.get("version", "vers:all/*"),
                            "product": {
                                "name": leaf["name"],
                                "product_id": f"P{number}",
                                "product_identification_helper": leaf.get("helper", {}),
                            },
                        }
                    ],
                }
            ],
        }
        for number, leaf in enumerate(leaves, 1)
    ]
    ids = [f"P{number}" for number in range(1, len(leaves) + 1)]
    if relationships:
        ids = [item["full_product_name"]["product_id"] for item in relationships]
    return from_csaf(
        {
            "document": {"title": "t", "tracking": {"id": "ADV-1", "version": "1"}, "publisher": {"name": "n"}},
            "product_tree": {"branches": branches, "relationships": relationships or []},
            "vulnerabilities": [
                {
                    "cve": "CVE-2026-0001",
                    "product_status": {status: ids},
                    "scores": [{"products": ids, "cvss_v3": {"vectorString": VECTOR}}],
                }
            ],
        }
    )  # fmt: skip


def asset(**fields: Any) -> Asset:
    return Asset(id="A", kind=AssetKind.PLC, **fields)


SIEMENS = {
    "vendor": "Siemens",
    "name": "SCALANCE S615 (6GK5615-0AA00-2AA2)",
    "version": "< V6.4",
    "helper": {"model_numbers": ["6GK5615-0AA00-2AA2"]},
}


@pytest.mark.parametrize(
    ("firmware", "state"),
    [("V6.3", "affected"), ("6.4", "fixed"), ("V6.10", "fixed"), ("", "undecided"), ("new", "undecided")],
)
def test_order_number_and_version(firmware: str, state: str) -> None:
    thing = asset(vendor="SIEMENS AG", product="router", order_number="6GK5 615-0AA00-2AA2", firmware=firmware)
    (found,) = match([thing], (), [csaf(SIEMENS)])
    assert (found.state, found.score) == (state, 9.8)
    assert bool(found.settles) is (state == "undecided")


def test_another_order_number_is_another_product() -> None:
    thing = asset(vendor="Siemens", product="SCALANCE S615", order_number="6GK5615-0AA01-2AA2", firmware="V6.3")
    assert match([thing], (), [csaf(SIEMENS)]) == ()


def test_the_name_alone_is_enough_when_no_number_is_known() -> None:
    (found,) = match([asset(vendor="siemens", product="scalance s615", firmware="6.0")], (), [csaf(SIEMENS)])
    assert found.state == "affected"
    assert 0.8 <= found.confidence < 0.97


def test_an_asset_that_says_too_little_is_undecided() -> None:
    advisory = csaf({"vendor": "Rockwell Automation", "name": "Studio 5000 CompactLogix 5380"})
    (found,) = match([asset(vendor="Allen-Bradley", product="CompactLogix 5380")], (), [advisory])
    assert found.state == "undecided"
    assert "Studio 5000" in found.settles


def test_other_vendors_are_not_meant() -> None:
    assert match([asset(vendor="Moxa", product="SCALANCE S615", firmware="6.0")], (), [csaf(SIEMENS)]) == ()


def test_a_family_is_recognised_and_a_branch_in_the_name_counts() -> None:
    siemens = {"vendor": "Siemens"}
    family = csaf({**siemens, "name": "SIMATIC S7-1500 CPU family (incl. SIPLUS variants)", "version": "< V2.9"})
    cpu = asset(vendor="Siemens", product="SIMATIC S7-1500 CPU 1516-3 PN/DP", firmware="2.8")
    assert [found.state for found in match([cpu], (), [family])] == ["affected"]
    branch = csaf({**siemens, "name": "Teamcenter V12.4", "version": "< V12.4.0.13"})
    old = asset(vendor="Siemens", product="Teamcenter", firmware="12.4.0.5")
    assert [found.state for found in match([old], (), [branch])] == ["affected"]
    new = asset(vendor="Siemens", product="Teamcenter", firmware="13.1.0.5")
    assert match([new], (), [branch]) == ()


def test_wildcards_in_model_numbers() -> None:
    advisory = csaf({"vendor": "Siemens", "name": "LOGO!", "helper": {"model_numbers": ["6ED1052-*-0BA?"]}})
    (found,) = match([asset(vendor="Siemens", product="LOGO! 8", order_number="6ED1052-1CC08-0BA1")], (), [advisory])
    assert found.state == "affected"


def test_serial_numbers() -> None:
    advisory = csaf({"vendor": "X", "name": "Y", "helper": {"serial_numbers": ["SN-10*"]}})
    things = [Asset(id=str(n), kind=AssetKind.PLC, vendor="X", serial=f"SN-{n}") for n in (100, 200, 101)]
    assert [found.asset for found in match(things, (), [advisory])] == ["100", "101"]


def test_serial_number_rule_of_a_vendor() -> None:
    text = "<=the_first_5_digits_of_serial_number_22081"
    advisory = csaf({"vendor": "Mitsubishi Electric", "name": "R08SFCPU", "version": text})
    states = [
        match([asset(vendor="Mitsubishi Electric Corporation", product="R08SFCPU", serial=serial)], (), [advisory])[
            0
        ].state
        for serial in ("2208012345", "2209112345", "")
    ]
    assert states == ["affected", "fixed", "undecided"]


def test_installed_on_needs_both() -> None:
    tie = {
        "category": "installed_on",
        "product_reference": "P1",
        "relates_to_product_reference": "P2",
        "full_product_name": {"name": "both", "product_id": "P3"},
    }
    advisory = csaf(
        {"vendor": "X", "name": "Runtime R9", "version": "< 2"},
        {"vendor": "X", "name": "Panel K7"},
        relationships=[tie],
    )
    program = Software(name="Runtime R9", version="1.0", vendor="X")
    panel = asset(vendor="X", product="Panel K7", software=(program,))
    other = asset(vendor="X", product="Panel K8", software=(program,))
    assert [found.state for found in match([panel], (), [advisory])] == ["affected"]
    assert match([other], (), [advisory]) == ()


def test_a_decision_counts_until_its_basis_changes() -> None:
    thing = asset(vendor="Siemens", product="SCALANCE S615", firmware="6.0")
    (found,) = match([thing], (), [csaf(SIEMENS)])
    decision = Decision(
        id="D1", kind=DecisionKind.NOT_EXPLOITABLE, subject=subject("A", "ADV-1", "CVE-2026-0001"), basis=found.basis
    )
    (settled,) = match([thing], (), [csaf(SIEMENS)], decisions=[decision])
    assert (settled.state, settled.decision) == ("not affected", "D1")
    newer = csaf({**SIEMENS, "version": "< V6.5"})
    (again,) = match([thing], (), [newer], decisions=[decision])
    assert again.state == "affected"
    assert again.decision == "D1: reopened"


def test_reachability_is_asked() -> None:
    thing = asset(vendor="Siemens", product="SCALANCE S615", firmware="6.0")
    (found,) = match([thing], (), [csaf(SIEMENS)], reachable=lambda asset, cve: (asset, cve) == ("A", "CVE-2026-0001"))
    assert found.reachable is True


def test_the_reverse_question() -> None:
    things = [
        Asset(id=v, kind=AssetKind.PLC, vendor="Siemens", product="SCALANCE S615", firmware=v) for v in ("6.3", "6.4")
    ]
    assert [found.asset for found in concerned(csaf(SIEMENS), things)] == ["6.3"]


def test_vendor_names_in_many_spellings() -> None:
    same = [
        "Johnson Controls, Inc.",
        "Sensormatic Electronics, LLC, a subsidiary of Johnson Controls Inc.",
        "Johnson Controls",
    ]
    assert all("johnson controls" in names.vendor_keys(name) for name in same)
    assert names.vendor_keys("GeutebrÃ¼ck GmbH") == names.vendor_keys("Geutebrück")
    assert names.vendor_keys(" Rockwell Automation ") == names.vendor_keys("Allen-Bradley")
    assert set(names.vendor_keys("Red Lion, AutomationDirect")) >= {"red lion", "automationdirect"}


def test_the_documents_of_the_commands(tmp_path: Path) -> None:
    (tmp_path / "assets.csv").write_text(
        "id;Hersteller;Typ;MLFB;Firmware\nr1;Siemens AG;SCALANCE S615;6GK5615-0AA00-2AA2;V6.3\n"
    )
    folder = tmp_path / "advisories"
    folder.mkdir()
    (folder / "broken.json").write_text("{")
    root = {
        "document": {"csaf_version": "2.0", "title": "t", "tracking": {"id": "ADV-9", "version": "1"}},
        "product_tree": {"full_product_names": [{"name": "x", "product_id": "P"}]},
    }
    (folder / "a.json").write_text(json.dumps(root))
    shown = advisory_match.document(tmp_path / "assets.csv", [folder])
    assert shown["schema"] == "ninefold.advisory-match/1"
    assert shown["counts"] == {"affected": 0, "undecided": 0, "fixed": 0, "not affected": 0}
    assert [item["id"] for item in shown["findings"]] == ["supply.advisory-unread@broken.json"]
    checked = advisory_validate.document([folder])
    assert [item["valid"] for item in checked["documents"]] == [False, False]
    assert checked["documents"][0]["tests"]["6.1.1"] == "not_applicable"


@pytest.mark.corpus
def test_real_advisories(tmp_path: Path) -> None:
    (tmp_path / "assets.csv").write_text(
        "id,vendor,product,order_number,firmware\n"
        "s615,Siemens AG,SCALANCE S615,6GK5615-0AA00-2AA2,V6.3\n"
        "moxa,MOXA Inc.,MGate MB3180,,2.0\n"
    )
    shown = advisory_match.document(tmp_path / "assets.csv", [corpus("csaf/cisa-ics")])
    by = {(item["asset"], item["advisory"], item["vulnerability"]): item["state"] for item in shown["matches"]}
    assert by["s615", "ICSA-17-129-02", "CVE-2017-2680"] == "fixed"  # < V4.03
    assert by["s615", "ICSA-21-131-03", "CVE-2020-25705"] == "affected"  # >= V5.0 and < V6.4
    assert all(item["reason"] for item in shown["matches"])


def test_order_numbers_match_as_prefix_and_a_short_one_is_undecided() -> None:
    short = {**SIEMENS, "helper": {"model_numbers": ["6GK5615-0AA00"]}, "name": "Router"}
    full = asset(vendor="Siemens", product="x", order_number="6GK5615-0AA00-2AA2", firmware="6.0")
    assert [found.state for found in match([full], (), [csaf(short)])] == ["affected"]
    vague = asset(vendor="Siemens", product="x", order_number="6GK5615-0AA00", firmware="6.0")
    (found,) = match([vague], (), [csaf(SIEMENS)])
    assert found.state == "undecided"
