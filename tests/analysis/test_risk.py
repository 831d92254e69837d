"""Step 5: barriers, residual risk, capability levels, gaps; and the properties of docs/method.md section 5."""

from __future__ import annotations

import itertools
from functools import cache

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plants import asset, production_line, single
from ninefold.analysis.coverage import Column, Coverage, measures_of
from ninefold.analysis.protection import protection
from ninefold.analysis.reduction import Held, best, score
from ninefold.analysis.requirements import standard_table
from ninefold.analysis.risk import Register, gaps, rank, risk
from ninefold.analysis.threats import threats
from ninefold.base.i18n import Text
from ninefold.model.assets import Capability
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.measures import Measure, MeasureState, Provision
from ninefold.model.plant import Plant
from ninefold.model.scenarios import Scenario
from ninefold.model.vocabulary import FR, Category, Objective


def measure(identifier: str, *provides: str, scope: str = "", level: int = 2, **more: object) -> Measure:
    fields = {"components": (f"device-{identifier}",), "state": MeasureState.PLANNED, **more}
    provisions = tuple(
        Provision(requirement=item, level=level, scope=tuple(scope.split()), per_asset=bool(more.get("lowers") == "x"))
        for item in provides
    )
    return Measure(id=identifier, provides=provisions, **fields)  # type: ignore[arg-type]


def scenario(*barriers: str, scope: str = "z", objectives: str = "AI", least: int = 1) -> Scenario:
    return Scenario(
        id=f"s@{scope}",
        threat="s",
        title=Text("S"),
        scope=scope,
        subjects=("plc",),
        fr=(FR.SI,),
        objectives=tuple(Objective(letter) for letter in objectives),
        least_class=least,
        barriers=tuple(tuple(group.split("+")) for group in barriers),
    )


def row(plant: Plant, item: Scenario):
    table = standard_table()
    current = Coverage(plant, table, measures_of(plant, Column.CURRENT))
    planned = Coverage(plant, table, measures_of(plant, Column.PLANNED))
    return Register(plant, current, planned).row(item)


def with_measures(plant: Plant, *measures: Measure) -> Plant:
    return msgspec.structs.replace(plant, measures=measures)


def held(*items: tuple[int, str]) -> list[Held]:
    return [Held(index, strength, frozenset(way.split())) for index, (strength, way) in enumerate(items)]


@pytest.mark.parametrize(
    ("choice", "points"),
    [
        ([], 0),
        ([(0, "a")], 2),
        ([(1, "a")], 3),
        ([(-1, "a")], 1),
        ([(-1, "a"), (-1, "b")], 1),
        ([(0, "a"), (0, "b")], 3),
        ([(1, "a"), (0, "b"), (0, "c")], 5),
        ([(0, "a"), (-1, "b")], 3),
    ],
)
def test_points_of_barriers(choice, points):
    assert score(held(*choice)) == points


def test_barriers_that_share_something_count_once():
    assert best([held((0, "firewall"))[:1], held((0, "firewall"))[:1]]).points == 2
    assert best([held((0, "firewall"))[:1], held((0, "other"))[:1]]).points == 3
    assert best([held((0, "undeclared"))[:1], held((0, "other"))[:1]]).points == 2


def test_current_and_residual_are_kept_apart():
    plant = with_measures(single("p4", 1), measure("fw", "SR 5.2", scope="z", level=3, state=MeasureState.PLANNED))
    found = row(plant, scenario("SR 5.2"))
    assert (found.unmitigated.risk, found.current.risk, found.residual.risk) == (20, 20, 8)


def test_the_strength_of_a_group_is_its_lowest_level():
    plant = with_measures(single("p4", 1), measure("a", "SR 1.1", scope="z", level=3))
    table = standard_table()
    coverage = Coverage(plant, table, plant.measures)
    assert coverage.strength("z", ("SR 1.1",)) == 3
    assert coverage.strength("z", ("SR 1.1", "SR 2.1")) == 0
    plant = with_measures(plant, *plant.measures, measure("b", "SR 2.1", scope="z", level=1))
    assert Coverage(plant, table, plant.measures).strength("z", ("SR 1.1", "SR 2.1")) == 1


def test_classes_below_the_least_class_do_not_count():
    plant = single("p4", 1)
    assert row(plant, scenario("SR 5.2", least=3)).unmitigated.risk == 12


def test_backup_never_lowers_people_and_impact_falls_by_one_at_most():
    people = with_measures(single("p4", 1), measure("b", "SR 7.3", scope="z", lowers=("people", "production")))
    goods = with_measures(
        single("o4", 1),
        measure("b", "SR 7.3", scope="z", lowers=("production",)),
        measure("c", "SR 7.4", scope="z", lowers=("production",)),
    )
    assert row(people, scenario("SR 1.1")).residual.impact == 4
    assert row(goods, scenario("SR 1.1")).residual.impact == 3


def test_a_broker_that_lowered_the_exposure_is_not_credited_again():
    plant = single("p4", 0)
    vpn = measure("vpn", "SR 5.2", scope="z", level=3, components=("router",))
    other = measure("fw", "SR 5.2", scope="z", level=3, components=("firewall",))
    assert row(with_measures(plant, vpn), scenario("SR 5.2")).residual.likelihood == 4
    assert row(with_measures(plant, other), scenario("SR 5.2")).residual.likelihood < 4


def assess(plant: Plant):
    return risk(plant, protection(plant), threats(plant))


def test_undeclared_is_unknown_and_not_zero():
    levels = {item.scope: item for item in assess(production_line()).levels}
    assert levels["z0"].capability[FR.IAC] is None


def test_a_declared_no_is_zero_and_a_legacy_device_needs_compensation():
    plant = single("p5", 1)
    no = msgspec.structs.replace(plant.asset["plc"], capabilities=(Capability(requirement="CR 1.1", met=False),))
    plant = msgspec.structs.replace(plant, assets=(no,))
    table = standard_table()
    assert Coverage(plant, table, ()).status("z", "SR 1.1", 1).met is False
    each = Provision(requirement="SR 1.1", level=2, scope=("plc",), per_asset=True)
    change = Measure(id="m", provides=(each,), components=("x",))
    assert Coverage(plant, table, (change,)).status("z", "SR 1.1", 1).met is True
    old = msgspec.structs.replace(plant, assets=(msgspec.structs.replace(no, legacy=True),))
    assert Coverage(old, table, (change,)).status("z", "SR 1.1", 1).met is False
    around = Measure(id="m", provides=(msgspec.structs.replace(each, compensates=True),), components=("x",))
    assert Coverage(old, table, (around,)).status("z", "SR 1.1", 1).met is True


def test_a_component_level_meets_its_requirements_up_to_it():
    plant = single("o3", -1)
    able = msgspec.structs.replace(plant.asset["plc"], capability_level=2)
    plant = msgspec.structs.replace(plant, assets=(able, plant.asset["router"]))
    status = Coverage(plant, standard_table(), ()).status
    assert status("z", "SR 1.1", 2).met is True
    assert status("z", "SR 1.1 RE 2", 3).met is None


def test_the_level_of_an_fr_is_the_highest_whose_requirements_are_all_met():
    plant = single("o3", 1)
    measures = (measure("ids", "SR 6.1", "SR 6.2", scope="z", level=2), measure("x", "SR 6.1 RE 1", scope="z", level=3))
    found = {i.scope: i for i in assess(with_measures(plant, *measures)).levels}["z"]
    assert found.capability[FR.TRE] == 2
    assert found.achieved[FR.TRE] is None


def test_verified_needs_evidence():
    plant = single("o3", 1)
    claimed = measure("ids", "SR 6.1", "SR 6.2", scope="z", state=MeasureState.VERIFIED)
    shown = msgspec.structs.replace(claimed, evidence=("statement-1",))
    assert {i.scope: i for i in assess(with_measures(plant, claimed)).levels}["z"].achieved[FR.TRE] is None
    assert {i.scope: i for i in assess(with_measures(plant, shown)).levels}["z"].achieved[FR.TRE] == 2


def test_access_over_untrusted_networks_has_its_baseline_whatever_the_level():
    found = assess(production_line())
    rows = {item.requirement for item in found.requirements if item.scope == "z3"}
    assert {"SR 1.1 RE 2", "SR 1.13 RE 1", "SR 3.1 RE 1", "SR 4.1 RE 1", "SR 5.2 RE 1"} <= rows
    assert "SR 1.1 RE 2" not in {item.requirement for item in found.requirements if item.scope == "z2"}


def test_gaps_are_pairs_of_zone_and_requirement():
    found = assess(single("o3", 1))
    open_ones = {(item.scope, item.requirement) for item in gaps(found)}
    assert ("z", "SR 5.2") in open_ones
    after = assess(with_measures(single("o3", 1), measure("fw", "SR 5.2", scope="z")))
    assert ("z", "SR 5.2") not in {(item.scope, item.requirement) for item in gaps(after)}
    assert ("z", "SR 5.2") in {(item.scope, item.requirement) for item in gaps(after, "achieved")}


def test_what_was_argued_away_is_no_gap():
    plant = single("o3", 1)
    argued = Decision(
        id="d", kind=DecisionKind.NOT_APPLICABLE, subject="z/SR 7.5", by="A", reason="The plant stops safely"
    )
    found = assess(msgspec.structs.replace(plant, decisions=(argued,)))
    status = next(item for item in found.requirements if (item.scope, item.requirement) == ("z", "SR 7.5"))
    assert status.not_applicable
    assert status not in gaps(found)


def test_an_accepted_risk_is_no_finding():
    plant = single("p5", 1)
    bad = {item.subject for item in assess(plant).findings if item.rule == "risk-not-tolerable"}
    taken = sorted(bad)[0]
    accept = Decision(id="d", kind=DecisionKind.ACCEPT_RISK, subject=taken, by="A", reason="r", expires="2030-01-01")
    found = assess(msgspec.structs.replace(plant, decisions=(accept,)))
    assert {i.subject for i in found.findings if i.rule == "risk-not-tolerable"} == bad - {taken}


REQUIREMENTS = ["SR 1.1", "SR 2.1", "SR 5.2", "SR 3.4", "SR 1.2"]
COMPONENTS = ["fw", "plc", "server", "router"]


@st.composite
def one_measure(draw, index=0):
    provisions = tuple(
        Provision(
            requirement=draw(st.sampled_from(REQUIREMENTS)),
            level=draw(st.integers(1, 4)),
            scope=draw(st.sampled_from([("z",), ("plc",), ("other",), ()])),
            per_asset=draw(st.booleans()),
            compensates=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 3)))
    )
    return Measure(
        id=f"m{draw(st.integers(0, 10**6))}",
        provides=provisions,
        components=tuple(draw(st.sets(st.sampled_from(COMPONENTS), max_size=2))),
        administrators=tuple(draw(st.sets(st.sampled_from(["it", "ot"]), max_size=1))),
        lowers=tuple(draw(st.sets(st.sampled_from([item.value for item in Category]), max_size=2))),
    )


@cache
def base() -> Plant:
    plant = single("p4", 0)
    assets = (*plant.assets, asset("other", "hmi", "z"), asset("drive", "drive", "z", legacy=True))
    return msgspec.structs.replace(plant, assets=assets)


@settings(max_examples=150)
@given(st.lists(one_measure(), max_size=4, unique_by=lambda m: m.id), one_measure())
def test_adding_a_measure_never_raises_a_risk(measures, extra):
    item = scenario("SR 1.1+SR 2.1", "SR 5.2", "SR 3.4", "SR 1.2")
    if extra.id in {m.id for m in measures}:
        return
    cells = []
    for chosen in (measures, [*measures, extra]):
        plant = with_measures(base(), *chosen)
        table = standard_table()
        coverage = Coverage(plant, table, plant.measures)
        register = Register(plant, coverage, coverage)
        found = register.cells(item, ("z",), register.planned, register.lowering["planned"])
        cells.append({(c.violation_class, c.objective, c.category): c.risk for c in found})
    assert all(cells[1][key] <= cells[0][key] for key in cells[0])
    before, after = (row(with_measures(base(), *chosen), item) for chosen in (measures, [*measures, extra]))
    assert rank(after.residual) <= rank(before.residual)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(-1, 1), st.sets(st.sampled_from("abcd"), min_size=1, max_size=2)), max_size=5))
def test_the_best_choice_is_the_best_of_all_choices(items):
    options = [[Held(index, strength, frozenset(way))] for index, (strength, way) in enumerate(items)]
    every = itertools.product(*[[None, option[0]] for option in options])
    top = 0
    for choice in every:
        chosen = [item for item in choice if item]
        if all(not a.way & b.way for a, b in itertools.combinations(chosen, 2)):
            top = max(top, score(chosen))
    assert best(options).points == top
