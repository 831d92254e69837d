"""SBOMs of a machine: written, read back, judged."""

from __future__ import annotations

import json
from typing import Any

from ninefold.model.assets import Asset, Software
from ninefold.model.observed import Component
from ninefold.model.vocabulary import AssetKind
from ninefold.sources import cyclonedx as reader
from ninefold.supply.quality import quality
from ninefold.supply.sbom import Part, cyclonedx, machine, spdx, walk

CPE = "cpe:2.3:a:siemens:wincc:7.5:*:*:*:*:*:*:*"
NOW = "2026-01-01T00:00:00Z"


def line() -> Part:
    plc = Asset(
        id="PLC-1", kind=AssetKind.PLC, vendor="Siemens", product="CPU 1516-3", order_number="6ES7516-3AN01-0AB0",
        firmware="V2.9", serial="S C-1",
    )  # fmt: skip
    panel = Asset(
        id="HMI-1", kind=AssetKind.PANEL_PC, vendor="X", product="Panel K7",
        software=(Software(name="WinCC", version="7.5", vendor="Siemens", cpe=CPE),),
    )  # fmt: skip
    guest = Asset(id="APP-1", kind=AssetKind.APPLICATION, product="Recipe server", vendor="Y", runs_on="HMI-1")
    libraries = (
        Component(name="openssl", version="3.0.7", supplier="OpenSSL", asset="PLC-1", ref="a", depends_on=("b",),
                  purl="pkg:generic/openssl@3.0.7", hashes=(("SHA-256", "ab" * 32),), licences=("Apache-2.0",)),
        Component(name="zlib", version="1.3", asset="PLC-1", ref="b"),
    )  # fmt: skip
    return machine("Packaging line", (plc, panel, guest), libraries, version="T1", supplier="Machine builder")


def test_a_machine_is_nested_down_to_the_library() -> None:
    names = [part.name for part in walk(line())]
    assert names == [
        "Packaging line", "CPU 1516-3", "CPU 1516-3 firmware", "openssl", "zlib", "Panel K7", "WinCC", "Recipe server",
    ]  # fmt: skip
    assert len({part.ref for part in walk(line())}) == len(names)


def test_cyclonedx_is_read_back_whole() -> None:
    document = cyclonedx(line(), timestamp=NOW)
    found = reader.parse(json.dumps(document).encode(), "line.cdx.json")
    names = {component.name for component in found.components}
    assert {"openssl", "zlib", "WinCC", "Recipe server", "CPU 1516-3 firmware"} <= names
    assert document == cyclonedx(line(), timestamp=NOW)  # same input, same bytes
    refs = {item["ref"] for item in document["dependencies"]}
    assert all(set(item["dependsOn"]) <= refs for item in document["dependencies"])


def ends(document: dict[str, Any]) -> set[str]:
    return {item[key] for item in document["relationships"] for key in ("spdxElementId", "relatedSpdxElement")}


def test_spdx_relates_every_part() -> None:
    document = spdx(line(), created=NOW, namespace="https://example.com/sbom")
    ids = {package["SPDXID"] for package in document["packages"]} | {"SPDXRef-DOCUMENT"}
    assert ends(document) == ids
    kinds = {item["relationshipType"] for item in document["relationships"]}
    assert kinds == {"DESCRIBES", "CONTAINS", "DEPENDS_ON"}
    (firmware,) = [item for item in document["packages"] if item["name"] == "CPU 1516-3 firmware"]
    assert (firmware["versionInfo"], firmware["primaryPackagePurpose"]) == ("V2.9", "FIRMWARE")


def test_hosts_in_a_circle_do_not_hang() -> None:
    one = Asset(id="a", kind=AssetKind.SERVER, runs_on="b")
    two = Asset(id="b", kind=AssetKind.SERVER, runs_on="a")
    assert [part.ref for part in machine("m", (one, two)).parts] == ["asset:a", "asset:b"]  # and none is lost


def test_quality_says_what_is_missing() -> None:
    good = Component(
        name="a", version="1", supplier="s", purl="pkg:generic/a@1", ref="a", licences=("MIT",),
        hashes=(("SHA-512", "0" * 128),), depends_on=("b",),
    )  # fmt: skip
    poor = Component(name="b", ref="b")
    best = quality([good])
    assert (best.score, best.ntia, best.bsi) == (100, True, True)
    mixed = quality([good, poor])
    assert not mixed.ntia
    assert {field.name: field.missing for field in mixed.fields}["version"] == ("b",)
    assert quality([]).score == 0
