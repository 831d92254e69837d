"""The documents of the commands about advisories and SBOMs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ninefold.base.errors import InputError
from ninefold.model.assets import Asset
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind
from ninefold.supply.fetching.transport import Refused
from ninefold.tasks import advisory_fetch, advisory_show, inventory, sbom_write
from support import corpus

NOW = "2026-01-01T00:00:00Z"
LINE = System(name="line", title="Packaging line")
PLC = Asset(id="PLC-1", kind=AssetKind.PLC, vendor="Siemens", product="CPU 1516-3", firmware="V2.9")


@pytest.mark.corpus
def test_an_advisory_in_plain_words() -> None:
    path = next(corpus("csaf/cisa-ics/OT").rglob("icsa-21-131-03.json"))
    (shown,) = advisory_show.document(path)["advisories"]
    first = shown["vulnerabilities"][0]
    assert (shown["id"], first["id"]) == ("ICSA-21-131-03", "CVE-2020-25705")
    assert any(item["fixed_in"] == "V6.4" and "SCALANCE M-800 family" in item["names"] for item in first["products"])
    assert first["remedies"]


def test_what_is_no_advisory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(InputError):
        advisory_show.document(tmp_path / "x.json")


def test_a_provider_that_cannot_be_reached_is_a_finding(tmp_path: Path) -> None:
    def nobody(url: str, headers: object, limit: int) -> object:
        raise Refused("no network here")

    found = advisory_fetch.run("example.com", tmp_path, transport=nobody)  # type: ignore[arg-type]
    shown = advisory_fetch.plain(found)
    assert shown["new"] == []
    assert shown["findings"][0]["rule"] == "supply.provider"


@pytest.mark.parametrize("form", sbom_write.FORMATS)
def test_sbom_of_a_machine_and_of_one_asset(form: str) -> None:
    whole = sbom_write.write(LINE, [PLC], (), form=form, timestamp=NOW)
    one = sbom_write.write(LINE, [PLC], (), form=form, timestamp=NOW, asset="PLC-1")
    assert "Packaging line" in json.dumps(whole)
    assert "Packaging line" not in json.dumps(one)
    with pytest.raises(InputError, match="PLC-9"):
        sbom_write.write(LINE, [PLC], (), form=form, timestamp=NOW, asset="PLC-9")


def test_quality_of_what_is_written() -> None:
    found = sbom_write.judged(sbom_write.assembly(LINE, [PLC]))
    assert found.parts == 3
    assert found.unlinked == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "Name;Hersteller;Typ;Firmware\nPLC;Siemens;CPU;V2\n"),
        ("a.json", '[{"id": "PLC", "vendor": "Siemens", "product": "CPU", "firmware": "V2"}]'),
        ("a.yaml", "assets:\n  - {id: PLC, vendor: Siemens, product: CPU, firmware: V2}\n"),
    ],
)
def test_lists_of_assets_in_many_forms(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    ((asset,), _) = inventory.read(tmp_path / name)
    assert (asset.id, asset.vendor, asset.product, asset.firmware) == ("PLC", "Siemens", "CPU", "V2")


def test_a_version_like_2_10_survives_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("assets:\n  - {id: PLC, firmware: 2.10}\n")
    ((asset,), _) = inventory.read(tmp_path / "a.yaml")
    assert asset.firmware == "2.10"


def test_a_row_with_name_version_and_purl(tmp_path: Path) -> None:
    row = {"id": "web", "name": "passport", "version": "1.0", "manufacturer": "X", "purl": "pkg:npm/passport@1.0"}
    (tmp_path / "a.json").write_text(json.dumps([row]))
    ((asset,), _) = inventory.read(tmp_path / "a.json")
    assert (asset.product, asset.firmware, asset.vendor) == ("passport", "1.0", "X")
    assert asset.software[0].purl == "pkg:npm/passport@1.0"
