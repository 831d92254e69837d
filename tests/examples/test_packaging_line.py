"""The packaging line and its sources: the levels of the method's example, and the mistakes step 1 has to notice.

``MISTAKES`` is the list of what is wrong on purpose; whoever tests the evaluation takes its expectations from here.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from example_reading import EXAMPLES, plant
from ninefold.analysis.exposure import exposures
from ninefold.analysis.levels import levels
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Agreement, Evaluation
from ninefold.model.vocabulary import State
from ninefold.network.firewalls.nftables import render
from ninefold.network.proof import prove
from ninefold.network.twin import build
from ninefold.sources.reconcile import reconcile
from ninefold.sources.registry import read
from ninefold.supply.advisories.validate import validate
from ninefold.supply.advisory import from_csaf
from ninefold.supply.matching import match
from ninefold.workspace.load import load
from support import netns

SOURCES = EXAMPLES / "packaging-line" / "sources"


@dataclass(frozen=True)
class Mistake:
    """What step 1 must say. ``kind``: unknown-device, undeclared-service, undeclared-flow, conflict, missing-device."""

    kind: str
    subject: str
    detail: str
    files: tuple[str, ...]


MISTAKES = (
    Mistake("unknown-device", "10.10.10.77", "02:4c:50:00:0a:77", ("capture-control.pcapng",)),
    Mistake("unknown-device", "10.10.20.44", "02:43:41:00:14:44", ("capture-data.pcapng", "nmap-data.xml")),
    Mistake("undeclared-service", "weigher", "tcp/23", ("capture-control.pcapng", "nmap-control.xml")),
    Mistake("undeclared-flow", "10.10.10.77>plc-filler", "s7comm", ("capture-control.pcapng",)),
    Mistake("undeclared-flow", "10.10.10.77>weigher", "telnet", ("capture-control.pcapng",)),
    Mistake(
        "undeclared-flow", "edge-gateway>203.0.113.80", "https", ("capture-data.pcapng", "capture-external.pcapng")
    ),
    Mistake("conflict", "drive-conveyor-2", "address 10.10.10.23", ("inventory.csv", "capture-control.pcapng")),
    Mistake("conflict", "switch-data", "firmware 4.1.3", ("inventory.csv", "capture-data.pcapng")),
    Mistake("conflict", "log-server", "hostname log-linie3", ("inventory.csv",)),
    Mistake("conflict", "vision", "firmware 5.0", ("inventory.csv",)),
    Mistake("missing-device", "10.10.10.64", "Barcodescanner Palette", ("inventory.csv",)),
)

#: METHOD section 9: zone -> worst rating and the categories it comes from
WORST = {
    "safety": (5, {"people"}),
    "control": (4, {"production"}),
    "data": (4, {"production", "know_how"}),
    "external": (3, {"production"}),
}


@pytest.fixture(scope="module")
def line() -> Plant:
    return plant("packaging-line")


@pytest.fixture(scope="module")
def listed() -> list[dict[str, str]]:
    text = (SOURCES / "inventory.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize("zone", sorted(WORST))
def test_worst_impact_of_each_zone(line: Plant, zone: str) -> None:
    inside = {asset.id for asset in line.members[zone]}
    found = [
        item for function in line.functions if inside & set(function.supported_by) for item in function.consequences
    ]
    worst = max(item.rating for item in found)
    assert (worst, {item.category.value for item in found if item.rating == worst}) == WORST[zone]


def test_only_the_operator_station_reaches_into_the_safety_zone(line: Plant) -> None:
    inwards = [flow for _, flow in line.flows if line.zone_of(flow.target) == "safety" != line.zone_of(flow.source)]
    assert {flow.source for flow in inwards} == {"operator-station"}
    assert line.zone["safety"].safety


def test_brokers_count(line: Plant) -> None:
    assert [zone.id for zone in line.zones if zone.broker and zone.broker.counts] == ["control", "external"]


def test_index_names_every_source() -> None:
    rows = yaml.safe_load((SOURCES / "index.yaml").read_text(encoding="utf-8"))["sources"]
    files = {path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*") if path.is_file()}
    assert {row["file"] for row in rows} == files - {"index.yaml"}
    for row in rows:
        data = (SOURCES / row["file"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (row["sha256"], row["size"]), row["file"]


def test_sources_stay_small() -> None:
    assert sum(path.stat().st_size for path in SOURCES.rglob("*") if path.is_file()) < 6_000_000


def test_the_list_has_its_mistakes(listed: list[dict[str, str]]) -> None:
    assert len(listed) == 29
    found = {row["Bezeichnung"]: row for row in listed}
    assert found["Umrichter Abförderband"]["IP-Adresse"] == "10.10.10.23"
    assert found["Barcodescanner Palette"]["IP-Adresse"] == "10.10.10.64"
    assert found["Logserver"]["Hostname"] == "log-linie3"
    assert not {"10.10.10.77", "10.10.20.44"} & {row["IP-Adresse"] for row in listed}


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda item: f"{item.kind}-{item.subject}")
def test_every_mistake_can_be_found_in_the_sources_it_names(mistake: Mistake) -> None:
    for name in mistake.files:
        data = (SOURCES / name).read_bytes()
        needles = (
            [bytes.fromhex(mistake.detail.replace(":", "")), mistake.detail.encode()] if ":" in mistake.detail else []
        )
        needles += [word.encode() for word in _WORDS.get((mistake.subject, name.split("-")[0]), ())]
        assert not needles or any(needle in data for needle in needles), name


#: (subject, kind of file) -> bytes of which one must be there
_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("weigher", "capture"): ("service console",),
    ("weigher", "nmap"): ('portid="23"',),
    ("10.10.20.44", "nmap"): ("10.10.20.44",),
    ("switch-data", "capture"): ("FW: 4.1.3",),
}


def test_sboms_belong_to_their_devices(line: Plant) -> None:
    for asset in line.assets:
        if asset.sbom:
            root: Any = json.loads((SOURCES.parent / asset.sbom).read_text())["metadata"]["component"]
            assert (root["supplier"]["name"], root["name"], root["version"]) == (
                asset.vendor,
                asset.product,
                asset.firmware,
            )


#: METHOD section 9: zone -> (e_net, L(1..4), largest SL-T)
LEVELS = {
    "safety": (-1, (3, 2, 1, 0), 3),
    "control": (0, (4, 3, 2, 0), 2),
    "data": (0, (4, 3, 2, 0), 2),
    "external": (1, (5, 4, 3, 0), 2),
}


def test_the_table_of_the_method_comes_out(line: Plant) -> None:
    target = levels(line).target
    found = {item.zone: (item.e_net, item.likelihood, max(target(item.zone))) for item in exposures(line)}
    assert found == LEVELS


def test_the_workspace_reads_the_same_plant(line: Plant) -> None:
    assert load(SOURCES.parent, cache=False).flows == line.flows


@pytest.mark.parametrize("name", ["pump-station", "packaging-line", "remote-monitoring-and-control"])
def test_generated_rule_sets_equal_the_conduits(name: str) -> None:
    example = plant(name)
    texts = {gateway.asset: (f"{gateway.asset}.nft", render(example, gateway.asset)) for gateway in example.gateways}
    assert prove(example, texts).state == "equal"


@pytest.fixture(scope="module")
def seen(line: Plant) -> Evaluation:
    files = sorted(path for path in SOURCES.iterdir() if path.is_file() and path.name != "index.yaml")
    return reconcile(line, [read(path) for path in files])


#: everything step 1 has to say about the line, and nothing else
NOTICED = {
    "conversation.program@NB-PRAKTIKANT>plc-filler#tcp/102/s7comm",
    "conversation.stop-start@NB-PRAKTIKANT>plc-filler#tcp/102/s7comm",
    "conversation.cleartext-credentials@NB-PRAKTIKANT>weigher#tcp/23/telnet",
    "conversation.cleartext-credentials@line-services>switch-control#udp/161/snmp",
    "conversation.cleartext-credentials@line-services>switch-data#udp/161/snmp",
    "conversation.not-declared@edge-gateway>203.0.113.80#tcp/443/https",
    "device.not-declared@NB-PRAKTIKANT",
    "device.not-declared@10.10.20.44",
    "service.not-declared@weigher#tcp/23",
    "device.differs@switch-data#firmware",
    "device.list-conflict@drive-conveyor-2#address-lists",
    "device.name-differs@log-server#inventory.csv",
    "device.less-exact@vision#inventory.csv",
    "device.only-in-list@Barcodescanner Palette",
}


def test_step_1_notices_every_mistake_and_raises_no_false_alarm(seen: Evaluation) -> None:
    assert {item.id for item in seen.findings if item.state is not State.PASS} == NOTICED


def test_step_1_proposes_the_entry_points_nobody_declared(seen: Evaluation) -> None:
    assert {item.id for item in seen.entry_points} == {
        "entry-point.cloud@edge-gateway",
        "entry-point.service-device@NB-PRAKTIKANT",
    }


def test_every_declared_flow_was_seen_except_care_of_the_firewalls(seen: Evaluation) -> None:
    unused = {row.flow for row in seen.conversations if row.agreement is Agreement.DECLARED_NOT_SEEN}
    assert unused == {"engineering-safety-firewall", "jump-line-firewall", "jump-maintenance-router"}


#: the advisories of README.md: (asset, advisory) -> what they mean
MATCHES = {
    ("plc-filler", "NWA-2026-007"): "affected",
    ("plc-packer", "NWA-2026-007"): "fixed",
    ("switch-control", "LN-SA-2026-03"): "fixed",
    ("switch-data", "LN-SA-2026-03"): "fixed",
    ("robot", "SELLA-2026-002"): "not affected",
    ("drive-conveyor-1", "HAVEL-SB-26-01"): "undecided",
    ("drive-conveyor-2", "HAVEL-SB-26-01"): "undecided",
    ("plc-palletiser", "CORVIN-2026-11"): "affected",
    ("edge-gateway", "FJ-2024-02"): "affected",
}


def test_advisories_mean_what_the_readme_says(line: Plant) -> None:
    advisories = [from_csaf(json.loads(path.read_bytes())) for path in sorted(SOURCES.glob("advisories/*.json"))]
    assert {(item.asset, item.advisory): item.state for item in match(line.assets, (), advisories)} == MATCHES


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/sources/advisories/*.json")), ids=lambda path: path.stem)
def test_advisories_pass_every_test_of_csaf(path: Path) -> None:
    assert validate(path.read_bytes(), path.name).findings == ()


@pytest.mark.netns
@pytest.mark.parametrize("name", ["pump-station", "packaging-line", "remote-monitoring-and-control"])
def test_the_twin_of_each_example_does_what_the_conduits_say(name: str) -> None:
    netns()
    example = plant(name)
    texts = {gateway.asset: (f"{gateway.asset}.nft", render(example, gateway.asset)) for gateway in example.gateways}
    with build(example, texts) as twin:
        result = twin.probe()
    assert (result.mismatches, result.passed > 20) == ((), True)
