"""Patches: proposed from matches, carried from state to state, planned into windows. And what we say ourselves: VEX."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.base.errors import InputError
from ninefold.model.assets import Asset
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Reason
from ninefold.model.matches import Match
from ninefold.model.vocabulary import AssetKind
from ninefold.supply import patches, vex
from ninefold.supply.advisories.validate import validate
from ninefold.supply.formats import read_advisories
from ninefold.supply.patches import Patch, PatchState, Progress, Window
from ninefold.supply.ranges import fixed_in


def found(asset: str = "PLC-1", cve: str = "CVE-2026-0001", state: str = "affected", **fields: Any) -> Match:
    return Match(
        asset=asset, advisory="A-1", vulnerability=cve, state=state, confidence=1.0, reason=Reason(says="why"), **fields
    )


PLC = Asset(
    id="PLC-1", kind=AssetKind.PLC, vendor="Siemens", product="CPU 1516-3", order_number="6ES7516-3AN01-0AB0",
    firmware="V2.8",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("< V2.9.2", "v2.9.2"),
        (">=2.0|<2.4", "2.4"),
        ("<= 2.9", ""),
        ("vers:all/*", ""),
        ("<1 | <2", ""),
        ("< V17 Update 5", "v17 update 5"),
    ],
)
def test_the_fixed_version_is_the_complement_of_the_range(text: str, version: str) -> None:
    assert fixed_in(text).casefold() == version


def test_one_patch_per_asset_up_to_the_highest_version_needed() -> None:
    (patch,) = patches.propose(
        [found(fixed_in="V2.9.2"), found(cve="CVE-2026-0002", fixed_in="V2.10"), found("HMI-1", state="fixed")], [PLC]
    )
    assert (patch.asset, patch.target, patch.installed, patch.hint) == ("PLC-1", "V2.10", "V2.8", False)
    assert patch.vulnerabilities == ("CVE-2026-0001", "CVE-2026-0002")
    (hinted,) = patches.propose([found(remediation="Siemens recommends to update to V3.1.0 or later version")], [PLC])
    assert (hinted.target, hinted.hint) == ("V3.1.0", True)


def carried(patch: Patch, *states: str) -> Patch:
    for state in states:
        step = Progress(state=PatchState(state), by="A. Tester", date="2026-01-01", reason="r", evidence="e")
        patch = patches.advance(patch, step)
    return patch


def test_from_available_to_installed() -> None:
    patch = Patch(id="p", asset="PLC-1", target="V2.9")
    done = carried(patch, "in-test", "approved", "released", "in-internal-test", "authorized", "effective", "installed")
    assert done.state is PatchState.INSTALLED
    assert len(done.history) == 7
    assert patches.verified(done, "2.9.1") is True
    assert patches.verified(done, "2.8") is False
    assert patches.verified(done, "") is None


def test_no_state_is_jumped_over_and_none_is_without_proof() -> None:
    patch = Patch(id="p", asset="PLC-1", target="V2.9")
    with pytest.raises(InputError, match="cannot be 'installed'"):
        carried(patch, "installed")
    ready = carried(patch, "released", "in-internal-test")
    with pytest.raises(InputError, match="evidence"):
        patches.advance(ready, Progress(state=PatchState.AUTHORIZED, by="x", date="2026-01-01"))
    with pytest.raises(InputError, match="who"):
        patches.advance(ready, Progress(state=PatchState.AUTHORIZED, by="", date="", evidence="e"))


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 200)), max_size=12),
    st.lists(st.integers(1, 300), max_size=5),
)
def test_a_plan_never_overfills_a_window(jobs: list[tuple[int, int]], sizes: list[int]) -> None:
    listed = [
        Patch(id=f"p{n}", asset=f"a{n}", target="1", urgency=urgency, minutes=minutes)
        for n, (urgency, minutes) in enumerate(jobs)
    ]
    windows = [Window(id=f"w{n}", start=f"2026-0{n + 1}-01", minutes=size) for n, size in enumerate(sizes)]
    planned = patches.plan(listed, windows)
    assert {item.patch for item in planned} == {item.id for item in listed}
    for window in windows:
        assert (
            sum(p.minutes for p in listed if any(i.patch == p.id and i.window == window.id for i in planned))
            <= window.minutes
        )


def test_the_most_urgent_comes_into_the_first_window() -> None:
    listed = [Patch(id="a", asset="a", target="1", urgency=1), Patch(id="b", asset="b", target="1", urgency=9)]
    planned = patches.plan(listed, [Window(id="w", start="2026-02-01", minutes=60)])
    assert [(item.patch, item.window) for item in planned] == [("b", "w"), ("a", "")]


def test_compatibility_list_of_a_supplier() -> None:
    listed = patches.compatibility("Patch;Product;Status\nKB1;WinCC;compatible\nKB2;WinCC;in Prüfung\n".encode())
    assert listed == {("KB1", "WinCC"): PatchState.APPROVED, ("KB2", "WinCC"): PatchState.IN_TEST}
    for wrong in (b"a;b\n1;2\n", b"patch;product;status\nKB1;WinCC;perhaps\n"):
        with pytest.raises(InputError):
            patches.compatibility(wrong)


AUTHOR = vex.Author(name="Machine builder", namespace="https://example.com")
NOW = "2026-01-01T00:00:00Z"
DECISION = Decision(
    id="D1",
    kind=DecisionKind.NOT_EXPLOITABLE,
    subject="x",
    value="vulnerable_code_not_present",
    reason="Web server off.",
)
SAID = [
    found(remediation="Update.", fixed_in="V2.9"),
    found(cve="CVE-2026-0002", state="not affected", decision="D1"),
    found(cve="CVE-2026-0003", state="undecided"),
    found(cve="CVE-2026-0004", state="fixed"),
]


def test_our_csaf_vex_is_valid() -> None:
    document = vex.csaf_vex(SAID, [PLC], AUTHOR, identifier="EX-VEX-1", timestamp=NOW, decisions=[DECISION])
    report = validate(json.dumps(document).encode())
    assert report.valid, (report.schema_errors, report.findings)
    assert report.tests["6.1.27.9"] == "pass"
    assert report.tests["6.1.27.10"] == "pass"


def test_our_openvex_is_read_back() -> None:
    document = vex.openvex(SAID, [PLC], AUTHOR, timestamp=NOW, decisions=[DECISION])
    (advisory,) = read_advisories(json.dumps(document).encode())
    states = {item.id: next(iter(item.states.values())) for item in advisory.vulnerabilities}
    assert states == {
        "CVE-2026-0001": "known_affected",
        "CVE-2026-0002": "known_not_affected",
        "CVE-2026-0003": "under_investigation",
        "CVE-2026-0004": "fixed",
    }
    assert document["statements"][1]["justification"] == "vulnerable_code_not_present"
