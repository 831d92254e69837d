"""Choosing measures: equal to brute force on small plants, explained, and honest when something cannot be met."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plants import single
from analysis.test_risk import measure, scenario
from ninefold.analysis.budget import best_within, total
from ninefold.analysis.optimise import cheapest, formulate, optimise
from ninefold.analysis.requirements import FixedRequirements, Row
from ninefold.base.errors import InputError
from ninefold.model.assessment import Threats
from ninefold.model.measures import Measure, MeasureState, Provision
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import FR

FEW = FixedRequirements(
    [
        Row(id="SR 1.1", fr=FR.IAC, level=1),
        Row(id="SR 1.1 RE 1", fr=FR.IAC, level=2),
        Row(id="SR 3.4", fr=FR.SI, level=1),
        Row(id="SR 5.2", fr=FR.RDF, level=1),
        Row(id="SR 5.2 RE 1", fr=FR.RDF, level=2),
    ],
    {"SR 1.1": ["CR 1.1"], "SR 1.1 RE 1": ["CR 1.1 RE 1"], "SR 3.4": ["CR 3.4"]},
)


def plant(*measures: Measure) -> Plant:
    return msgspec.structs.replace(single("o4", 0), measures=measures)


def candidate(identifier: str, *provides: str, cost: float = 1.0, scope: str = "z dmz", level: int = 2, **more: object):
    return measure(
        identifier, *provides, scope=scope, level=level, cost_once=cost, state=MeasureState.CANDIDATE, **more
    )


NOTHING = Threats(scenarios=())


def test_the_cheaper_of_two_equal_measures_is_chosen():
    dear = candidate("dear", "SR 1.1", "SR 3.4", "SR 5.2", cost=10)
    cheap = candidate("cheap", "SR 1.1", "SR 3.4", "SR 5.2", cost=3)
    plan = optimise(plant(dear, cheap), NOTHING, FEW)
    assert plan.feasible
    assert plan.optimal
    assert [(item.measure, item.cost) for item in plan.chosen] == [("cheap", 3)]


def test_one_dear_measure_may_be_cheaper_than_two():
    both = candidate("both", "SR 1.1", "SR 5.2", cost=5)
    parts = candidate("one", "SR 1.1", cost=3), candidate("two", "SR 5.2", cost=3)
    rest = candidate("rest", "SR 3.4", cost=1)
    plan = optimise(plant(both, *parts, rest), NOTHING, FEW)
    assert {item.measure for item in plan.chosen} == {"both", "rest"}
    assert ("z", "SR 1.1 RE 1") in next(item for item in plan.chosen if item.measure == "both").requirements


def test_measures_in_place_cost_nothing_more():
    done = measure("done", "SR 1.1", "SR 3.4", "SR 5.2", scope="z dmz", state=MeasureState.IMPLEMENTED, cost_once=9)
    plan = optimise(plant(done, candidate("other", "SR 5.2")), NOTHING, FEW)
    assert (plan.feasible, plan.cost, plan.chosen) == (True, 0, ())


def test_forced_and_forbidden():
    one = candidate("one", "SR 1.1", "SR 3.4", "SR 5.2", cost=1)
    two = candidate("two", "SR 1.1", "SR 3.4", "SR 5.2", cost=2)
    assert {i.measure for i in optimise(plant(one, two), NOTHING, FEW, forced=["two"]).chosen} == {"two"}
    assert {i.measure for i in optimise(plant(one, two), NOTHING, FEW, forbidden=["one"]).chosen} == {"two"}


def test_an_unknown_measure_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean one"):
        optimise(plant(candidate("one", "SR 1.1")), NOTHING, FEW, forced=["onne"])


def test_a_measure_that_endangers_an_essential_function_is_refused_unless_demanded():
    risky = candidate("risky", "SR 1.1", "SR 3.4", "SR 5.2", cost=1, endangers=("f",))
    safe = candidate("safe", "SR 1.1", "SR 3.4", "SR 5.2", cost=9)
    assert {item.measure for item in optimise(plant(risky, safe), NOTHING, FEW).chosen} == {"safe"}
    demanded = optimise(plant(risky, safe), NOTHING, FEW, forced=["risky"])
    assert {item.measure for item in demanded.chosen} == {"risky"}
    assert [item.rule for item in demanded.findings] == ["endangers-essential-function"]


def test_what_cannot_be_met_is_named_with_its_reason():
    plan = optimise(plant(candidate("one", "SR 1.1", "SR 3.4", scope="z dmz")), NOTHING, FEW)
    assert not plan.feasible
    assert {(item.scope, item.requirement) for item in plan.unmet} >= {("z", "SR 5.2"), ("z", "SR 5.2 RE 1")}
    assert "No candidate meets SR 5.2" in str(plan.unmet[-1].why.says) or plan.unmet


def test_a_legacy_device_is_covered_at_the_boundary():
    base = single("o3", 1)
    old = msgspec.structs.replace(base, assets=(msgspec.structs.replace(base.asset["plc"], legacy=True),))
    each = Provision(requirement="SR 1.1", level=2, scope=("z",), per_asset=True)
    change = Measure(id="change", provides=(each,), state=MeasureState.CANDIDATE, cost_once=1)
    boundary = Measure(
        id="boundary",
        provides=(msgspec.structs.replace(each, compensates=True),),
        state=MeasureState.CANDIDATE,
        cost_once=5,
    )
    rest = candidate("rest", "SR 3.4", "SR 5.2", scope="z c")
    plan = optimise(msgspec.structs.replace(old, measures=(change, boundary, rest)), NOTHING, FEW)
    assert {item.measure for item in plan.chosen} == {"boundary", "rest"}


def test_residual_risk_asks_for_more_than_requirements():
    item = scenario("SR 1.1", "SR 3.4", "SR 5.2")
    one = candidate("one", "SR 1.1", "SR 3.4", "SR 5.2", cost=1, level=3, scope="z c")
    second = candidate("second", "SR 5.2", cost=1, level=3, scope="z c")
    severe = msgspec.structs.replace(single("p4", 1), measures=(one, second))
    assert {item.measure for item in optimise(severe, NOTHING, FEW).chosen} == {"one"}
    plan = optimise(severe, Threats(scenarios=(item,)), FEW)
    # one box for everything meets the requirements, but it is one line of defence only
    assert {item.measure for item in plan.chosen} == {"one", "second"}
    assert plan.feasible
    assert all(chosen.scenarios for chosen in plan.chosen)


def test_the_curve_falls():
    measures = [candidate(f"m{i}", name, cost=i + 1) for i, name in enumerate(("SR 1.1", "SR 3.4", "SR 5.2"))]
    plan = optimise(plant(*measures), NOTHING, FEW)
    left = [point.open_requirements for point in plan.curve]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0
    assert plan.curve[-1].cost == plan.cost


NAMES = ["SR 1.1", "SR 1.1 RE 1", "SR 3.4", "SR 5.2"]


@st.composite
def problems(draw):
    measures = []
    for index in range(draw(st.integers(3, 7))):
        provisions = tuple(
            Provision(
                requirement=draw(st.sampled_from(NAMES)),
                level=draw(st.integers(1, 3)),
                scope=draw(st.sampled_from([("z", "dmz", "c"), ("z",), ("dmz",), ("plc",), ("c",)])),
                per_asset=draw(st.booleans()),
            )
            for _ in range(draw(st.integers(1, 4)))
        )
        measures.append(
            Measure(
                id=f"m{index}",
                provides=provisions,
                state=MeasureState.CANDIDATE,
                cost_once=draw(st.integers(1, 9)),
                components=tuple(draw(st.sets(st.sampled_from(["fw", "pc"]), min_size=1, max_size=2))),
            )
        )
    scenarios = (scenario("SR 1.1", "SR 5.2"), scenario("SR 3.4", "SR 1.1", scope="dmz"))
    base = single(draw(st.sampled_from(["o4", "p3", "o5"])), 0)
    return msgspec.structs.replace(base, measures=tuple(measures)), Threats(scenarios=scenarios)


def every_choice(problem):
    for size in range(len(problem.names) + 1):
        for chosen in itertools.combinations(problem.names, size):
            yield frozenset(chosen)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_optimum_equals_brute_force(case):
    problem = formulate(*case, FEW, frozenset(), frozenset(), "")
    best = min(
        sum(problem.costs[name] for name in chosen)
        for chosen in every_choice(problem)
        if all(options & chosen for demand in problem.demands for options in demand.any_of)
        and all(problem.riskiness.excess(name, chosen)[0] == 0 for name in problem.active)
    )
    chosen, _, proved = cheapest(problem, 20)
    assert proved
    assert sum(problem.costs[name] for name in chosen) == best


@settings(max_examples=25, deadline=None)
@given(problems(), st.integers(0, 20))
def test_the_best_within_a_budget_equals_brute_force(case, budget):
    problem = formulate(*case, FEW, frozenset(), frozenset(), "")
    affordable = (c for c in every_choice(problem) if sum(problem.costs[name] for name in c) <= budget)
    best = min(total(problem, chosen) for chosen in affordable)
    chosen, _, proved = best_within(problem, budget, 20)
    assert proved
    assert abs(total(problem, chosen) - best) < 1e-5
    assert sum(problem.costs[name] for name in chosen) <= budget + 1e-9


@settings(max_examples=15, deadline=None)
@given(problems())
def test_a_plan_is_the_same_in_every_run_and_order(case):
    base, found = case
    turned = msgspec.structs.replace(base, measures=tuple(reversed(base.measures)))
    assert optimise(base, found, FEW) == optimise(turned, found, FEW)
