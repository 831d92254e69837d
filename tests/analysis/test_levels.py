"""Target security levels: every case of docs/method.md section 9, and the properties that must always hold."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.plants import broker, flow, production_line, single
from ninefold.analysis.exposure import exposures
from ninefold.analysis.levels import cells, impacts_of, levels
from ninefold.model.consequences import Consequence
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.networks import EntryPoint
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import FR, Category, EntryKind, Objective
from ninefold.model.zones import Conduit, Exposure, Zone


def highest(plant: Plant, zone: str) -> int:
    return levels(plant).target(zone).highest


@pytest.mark.parametrize(
    ("zone", "impact", "e_net", "likelihood", "risks", "limit", "level"),
    [
        ("z0", 5, -1, (3, 2, 1, 0), (15, 10, 5, 0), 4, 3),
        ("z1", 4, 0, (4, 3, 2, 0), (16, 12, 8, 0), 9, 2),
        ("z2", 4, 0, (4, 3, 2, 0), (16, 12, 8, 0), 9, 2),
        ("z3", 3, 1, (5, 4, 3, 0), (15, 12, 9, 0), 9, 2),
    ],
)
def test_the_production_line(zone, impact, e_net, likelihood, risks, limit, level):
    plant = production_line()
    exposure = next(item for item in exposures(plant) if item.zone == zone)
    impacts = impacts_of(plant, zone)
    table = cells(plant.system.method, exposure.likelihood, impacts)
    worst = [cell for cell in table if cell.impact == impact and cell.objective is Objective.INTEGRITY]
    assert (exposure.e_net, exposure.e_local, exposure.likelihood) == (e_net, -1, likelihood)
    assert max(impacts.values()) == impact
    assert tuple(cell.risk for cell in worst) == risks
    assert {cell.tolerable_up_to for cell in worst} == {limit}
    assert highest(plant, zone) == level


@pytest.mark.parametrize(
    ("zone", "vector"),
    [
        # people 5 by integrity: TRE looks at 4 with the tolerance of 5 (8 > 4), RA at integrity lowered to 4
        ("z0", (3, 3, 3, 0, 3, 2, 2)),
        # production 4: TRE at 3 is tolerable (9), so it stays at the least 1; https from z3 carries credentials: DC 1
        ("z1", (2, 2, 2, 1, 2, 1, 2)),
        # know-how 4 by confidentiality lifts DC
        ("z2", (2, 2, 2, 2, 2, 1, 2)),
        # production 3; TRE at 2 would be 1, raised because it administers z1; RA 15, 12 above 9
        ("z3", (2, 2, 2, 1, 2, 2, 2)),
    ],
)
def test_the_vectors_of_the_production_line(zone, vector):
    assert tuple(levels(production_line()).target(zone)) == vector


def test_an_external_zone_of_little_consequence_is_raised_because_it_administers():
    target = levels(production_line(external=2)).target("z3")
    assert [target[fr] for fr in (FR.IAC, FR.UC, FR.SI, FR.TRE)] == [2, 2, 2, 2]
    assert [target[fr] for fr in (FR.RDF, FR.RA)] == [1, 1]


def test_it_stays_one_when_the_target_authenticates_again():
    target = levels(production_line(external=2, reauthenticates=True)).target("z3")
    assert [target[fr] for fr in (FR.IAC, FR.UC, FR.SI, FR.TRE)] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("impact", "e_net", "site", "level"),
    [
        ("p4", 1, Exposure.STAFFED, 3),  # pump, the cellular router straight in the control net
        ("p3", 0, Exposure.STAFFED, 2),  # the router as a brokering zone of its own
        ("p3", -2, Exposure.UNATTENDED, 2),  # isolated unattended pump
        ("o3", -1, Exposure.STAFFED, 1),  # packaging control without remote access
        ("p3", -1, Exposure.STAFFED, 1),  # packaging safety
        ("o4", -2, Exposure.STAFFED, 1),  # standalone packaging machine
        ("p5", 0, Exposure.STAFFED, 3),  # robot cell with its safety PLC on one switch
        ("p5", -2, Exposure.STAFFED, 2),  # standalone robot cell
        ("p5", 0, Exposure.STAFFED, 3),  # battery formation behind a brokering cloud edge
        ("o5", 1, Exposure.STAFFED, 3),  # the cloud edge that writes recipes
    ],
)
def test_further_cases(impact, e_net, site, level):
    plant = single(impact, e_net, site)
    assert next(item.e_net for item in exposures(plant) if item.zone == "z") == e_net
    assert highest(plant, "z") == level


def test_class_four_counts_only_where_such_an_adversary_is_named():
    plant = single("p5", 1)
    named = msgspec.structs.replace(plant, system=msgspec.structs.replace(plant.system, adversary_class_4=True))
    assert (highest(plant, "z"), highest(named, "z")) == (3, 4)


def test_a_conduit_takes_the_higher_of_its_ends():
    found = levels(production_line())
    assert found.target("c10").highest == 3
    assert found.target("c-office").highest == 2


def test_routing_and_filtering_never_count_as_between():
    plant = single("p3", 0)
    routed = msgspec.structs.replace(plant, zones=(Zone(id="z"), Zone(id="dmz")))
    assert next(item.e_net for item in exposures(routed) if item.zone == "z") == 1


def test_a_way_past_the_broker_is_seen():
    plant = single("p3", 0)
    side = Conduit(id="side", flows=(flow("outside edge mqtts"), flow("edge plc modbus")))
    edge = msgspec.structs.replace(plant.asset["router"], id="edge")
    opened = msgspec.structs.replace(plant, assets=(*plant.assets, edge), conduits=(*plant.conduits, side))
    assert next(item.e_net for item in exposures(opened) if item.zone == "z") == 1


def test_commands_in_the_answer_make_an_outgoing_flow_a_way_in():
    plant = single("o5", -2)
    cloud = EntryPoint(id="cloud", kind=EntryKind.CLOUD)
    data = Conduit(id="c", flows=(flow("plc cloud mqtts"),))
    recipes = Conduit(id="c", flows=(flow("plc cloud mqtts", carries=("data", "commands")),))
    base = msgspec.structs.replace(plant, entry_points=(cloud,))
    assert exposures(msgspec.structs.replace(base, conduits=(data,)))[0].e_net == -2
    assert exposures(msgspec.structs.replace(base, conduits=(recipes,)))[0].e_net == 1


def test_controlled_local_access_needs_evidence():
    plant = single("p5", -2, Exposure.CONTROLLED)
    zone = msgspec.structs.replace(plant.zones[0], exposure_evidence="walk-through 2026-03-01")
    shown = msgspec.structs.replace(plant, zones=(zone,))
    assert (exposures(plant)[0].e_local, exposures(shown)[0].e_local) == (-1, -2)


def test_an_override_keeps_the_proposal_visible_and_needs_a_reason():
    base = production_line()
    good = Decision(
        id="d1", kind=DecisionKind.OVERRIDE_LEVEL, subject="z0/SI", value="2", by="A. Meier", reason="Mechanical stop"
    )
    plant = msgspec.structs.replace(base, decisions=(good,))
    value = levels(plant).values["z0"][FR.SI - 1]
    assert (value.proposed, value.decided, value.level) == (3, 2, 2)
    silent = msgspec.structs.replace(base, decisions=(msgspec.structs.replace(good, reason=""),))
    assert levels(silent).values["z0"][FR.SI - 1].level == 3
    assert [item.rule for item in levels(silent).findings] == ["override-not-in-force"]


def test_an_expired_override_lapses():
    old = Decision(
        id="d", kind=DecisionKind.OVERRIDE_LEVEL, subject="z0", value="1", by="A", reason="r", expires="2026-01-01"
    )
    plant = msgspec.structs.replace(production_line(), decisions=(old,))
    assert levels(plant).target("z0").highest == 1
    assert levels(plant, today="2026-06-01").target("z0").highest == 3


def test_sensitivity_names_the_input_that_would_change_the_level():
    said = " ".join(str(item.says) for item in levels(production_line()).sensitivity["z2"])
    assert "e_net changed by +1" in said


CATEGORIES = st.sampled_from(list(Category))
OBJECTIVES = st.sampled_from(list(Objective))


@st.composite
def lines(draw):
    """The production line with other consequences, entry points and conduits."""
    plant = production_line(draw(st.integers(1, 5)), draw(st.booleans()))
    functions = tuple(
        msgspec.structs.replace(
            item,
            consequences=tuple(
                Consequence(objective=draw(OBJECTIVES), category=draw(CATEGORIES), rating=draw(st.integers(1, 5)))
                for _ in range(draw(st.integers(0, 3)))
            ),
        )
        for item in plant.functions
    )
    kept = draw(st.sets(st.sampled_from([item.id for item in plant.conduits])))
    more = draw(st.booleans())
    flows = (flow("mes service https", carries=("data", "updates")), flow("plc mes opcua"))
    extra = (Conduit(id="c-extra", flows=flows),) if more else ()
    conduits = (*(item for item in plant.conduits if item.id in kept), *extra)
    zones = tuple(
        msgspec.structs.replace(zone, broker=zone.broker if draw(st.booleans()) else None) for zone in plant.zones
    )
    return msgspec.structs.replace(plant, functions=functions, conduits=conduits, zones=zones)


def vectors(plant: Plant) -> dict[str, tuple[int, ...]]:
    found = levels(plant)
    return {scope: tuple(found.target(scope)) for scope in found.values}


def below(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


@given(lines(), st.data())
def test_removing_a_conduit_never_raises_a_level(plant, data):
    if not plant.conduits:
        return
    gone = data.draw(st.sampled_from([item.id for item in plant.conduits]))
    less = msgspec.structs.replace(plant, conduits=tuple(item for item in plant.conduits if item.id != gone))
    before, after = vectors(plant), vectors(less)
    assert all(below(after[zone], before[zone]) for zone in plant.zone)


@given(lines(), st.sampled_from(["service", "office"]))
def test_removing_an_entry_point_never_raises_a_level(plant, gone):
    conduits = tuple(
        msgspec.structs.replace(item, flows=tuple(f for f in item.flows if gone not in {f.source, f.target}))
        for item in plant.conduits
    )
    points = tuple(item for item in plant.entry_points if item.id != gone)
    less = msgspec.structs.replace(plant, entry_points=points, conduits=conduits)
    before, after = vectors(plant), vectors(less)
    assert all(below(after[zone], before[zone]) for zone in plant.zone)


@given(lines(), st.data())
def test_raising_a_consequence_never_lowers_a_level(plant, data):
    index = data.draw(st.integers(0, len(plant.functions) - 1))
    consequences = list(plant.functions[index].consequences)
    if not consequences:
        return
    place = data.draw(st.integers(0, len(consequences) - 1))
    item = consequences[place]
    consequences[place] = msgspec.structs.replace(item, rating=min(item.rating + 1, 5))
    functions = list(plant.functions)
    functions[index] = msgspec.structs.replace(functions[index], consequences=tuple(consequences))
    before, after = vectors(plant), vectors(msgspec.structs.replace(plant, functions=tuple(functions)))
    assert all(below(before[scope], after[scope]) for scope in before)


@given(lines())
def test_splitting_a_zone_without_brokering_changes_no_level(plant):
    """Zone 2 becomes two: its server on one side, a data store on the other, joined in both directions."""
    store = msgspec.structs.replace(plant.asset["mes"], id="store")
    functions = tuple(
        msgspec.structs.replace(item, supported_by=(*item.supported_by, "store")) if item.id == "data" else item
        for item in plant.functions
    )
    zones = tuple(msgspec.structs.replace(z, broker=None) if z.id == "z2" else z for z in plant.zones)
    together = msgspec.structs.replace(plant, assets=(*plant.assets, store), functions=functions, zones=zones)
    joint = Conduit(id="joint", flows=(flow("mes store mqtt"), flow("store mes mqtt")))
    moved = tuple(msgspec.structs.replace(a, zone="z2b") if a.id == "store" else a for a in together.assets)
    split = msgspec.structs.replace(
        together, assets=moved, zones=(*zones, Zone(id="z2b")), conduits=(*plant.conduits, joint)
    )
    before, after = vectors(together), vectors(split)
    assert all(before[zone] == after[zone] for zone in ("z0", "z1", "z3"))
    assert tuple(max(pair) for pair in zip(after["z2"], after["z2b"], strict=True)) == before["z2"]


@given(lines(), st.randoms())
def test_order_changes_nothing(plant, random):
    def mixed(items):
        items = list(items)
        random.shuffle(items)
        return tuple(items)

    conduits = tuple(msgspec.structs.replace(item, flows=mixed(item.flows)) for item in plant.conduits)
    other = msgspec.structs.replace(
        plant,
        zones=mixed(plant.zones),
        assets=mixed(plant.assets),
        functions=mixed(plant.functions),
        conduits=mixed(conduits),
        entry_points=mixed(plant.entry_points),
    )
    assert vectors(plant) == vectors(other)
    assert exposures(plant) == exposures(other)


def test_a_broker_that_is_not_there_counts_for_nothing():
    plant = single("p3", 0)
    zones = (Zone(id="z"), Zone(id="dmz", broker=broker("nobody")))
    assert next(i.e_net for i in exposures(msgspec.structs.replace(plant, zones=zones)) if i.zone == "z") == 1
