"""Proposals of zones: at least two, with the rule behind every cut."""

from __future__ import annotations

import msgspec

from analysis.plants import asset, flow, production_line, small
from ninefold.analysis.partition import propose
from ninefold.model.zones import Conduit

ASSETS = (
    asset("splc", "safety-plc", ""),
    asset("plc1", "plc", ""),
    asset("plc2", "plc", ""),
    asset("hmi1", "hmi", ""),
    asset("hmi2", "hmi", ""),
    asset("mes", "mes", ""),
    asset("vpn", "remote-maintenance-router", ""),
    asset("ap", "wireless-access-point", ""),
    asset("laptop", "laptop", ""),
    asset("app", "application", "", runs_on="mes"),
)
FLOWS = (flow("hmi1 plc1 s7comm"), flow("hmi2 plc2 s7comm"), flow("mes plc1 opcua"), flow("mes plc2 opcua"))
PLANT = msgspec.structs.replace(
    production_line(),
    zones=(),
    assets=ASSETS,
    conduits=(Conduit(id="all", flows=FLOWS),),
    functions=(),
    entry_points=(),
)


def zones(index: int) -> dict[str, set[str]]:
    return {zone.id: set(zone.assets) for zone in propose(PLANT)[index].zones}


def test_there_are_alternatives_with_costs():
    proposals = propose(PLANT)
    assert len(proposals) >= 2
    assert len({item.id for item in proposals}) == len(proposals)
    assert proposals[0].cost > proposals[-1].cost  # fewer zones, fewer conversations that cross


def test_what_the_standard_wants_separated_is_separated_in_each():
    for proposal in propose(PLANT):
        place = {name: zone.id for zone in proposal.zones for name in zone.assets}
        special = [place[name] for name in ("splc", "vpn", "ap", "laptop", "plc1")]
        assert len(set(special)) == 5
        rules = {zone.id: zone.rule for zone in proposal.zones}
        assert rules[place["splc"]] == "ZCR 3.3"
        assert rules[place["laptop"]] == "ZCR 3.4"
        assert rules[place["ap"]] == "ZCR 3.5"
        assert rules[place["vpn"]] == "ZCR 3.6"
        assert all(zone.why.because for zone in proposal.zones)


def test_cells_follow_who_talks_with_whom():
    cells = [assets for name, assets in zones(1).items() if name.startswith("cell-")]
    assert {"hmi1", "plc1"} in cells
    assert {"hmi2", "plc2"} in cells


def test_software_stays_on_its_host_and_every_asset_has_one_zone():
    for proposal in propose(PLANT):
        names = [name for zone in proposal.zones for name in zone.assets]
        assert sorted(names) == sorted(item.id for item in ASSETS)
        assert any({"mes", "app"} <= set(zone.assets) for zone in proposal.zones)


def test_conduits_are_what_crosses():
    proposal = propose(PLANT)[0]
    assert proposal.cost == sum(len(item.flows) for item in proposal.conduits)
    assert ("mes", "plc1", "opcua") in {flow for item in proposal.conduits for flow in item.flows}


def test_a_tiny_plant_has_two_as_well():
    assert len(propose(small({}))) >= 2
