"""Step 3: needs travel with their category and origin; the partition is checked; the decision of ZCR 4.1."""

from __future__ import annotations

import msgspec

from analysis.plants import asset, function, production_line, single, small
from ninefold.analysis.needs import needs, ratings
from ninefold.analysis.protection import protection
from ninefold.model.consequences import Cumulation, Distribution
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Reason
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import Category, Objective, State
from ninefold.model.zones import Zone

A, C = Objective.AVAILABILITY, Objective.CONFIDENTIALITY


def plant(**more: object) -> Plant:
    parts: dict[str, object] = {
        "system": System(name="p"),
        "zones": (Zone(id="z"),),
        "assets": (
            asset("host", "server", "z"),
            asset("app", "application", "z", runs_on="host"),
            asset("plc", "plc", "z"),
        ),
        "functions": (
            function("fill", "plc", "A production 4", "I people 3"),
            function("recipes", "app", "C know_how 5"),
            function("power", "plc"),
        ),
    }
    return Plant(**{**parts, **more})  # type: ignore[arg-type]


def rating(p: Plant, subject: str, objective: Objective, category: Category) -> int:
    item = ratings(p)[subject].get((objective, category))
    return item.rating if item else 0


def chain(reason: Reason) -> list[str]:
    return [*reason.refs, *(name for item in reason.because for name in chain(item))]


def test_a_host_inherits_from_what_runs_on_it_and_a_zone_from_its_assets_with_category():
    p = plant()
    assert rating(p, "host", C, Category.KNOW_HOW) == 5
    assert rating(p, "z", C, Category.KNOW_HOW) == 5
    assert rating(p, "z", A, Category.PRODUCTION) == 4
    need = next(item for item in needs(p) if item.subject == "z" and item.category is Category.KNOW_HOW)
    origins = [name for name in dict.fromkeys(chain(need.why)) if name in {"host", "app", "recipes"}]
    assert origins[-2:] == ["app", "recipes"]


def test_a_function_inherits_from_those_that_need_it():
    filling = function("fill", "plc", "A production 4", needs=("cool",))
    p = plant(functions=(filling, function("cool", "host")))
    assert rating(p, "cool", A, Category.PRODUCTION) == 4
    assert rating(p, "host", A, Category.PRODUCTION) == 4


def test_circles_of_functions_end():
    one = function("one", "plc", "A production 2", needs=("two",))
    two = function("two", "host", "A production 3", needs=("one",))
    p = plant(functions=(one, two), cumulations=(Cumulation(subject="one", reason="both"),))
    assert rating(p, "two", A, Category.PRODUCTION) == 5


def test_cumulation_raises_by_one_and_distribution_lowers_availability_by_one():
    p = plant(cumulations=(Cumulation(subject="plc", reason="All lines hang on it"),))
    assert rating(p, "plc", A, Category.PRODUCTION) == 5
    p = plant(distributions=(Distribution(subject="plc", redundancy="standby PLC"),))
    assert rating(p, "plc", A, Category.PRODUCTION) == 3
    assert rating(p, "plc", Objective.INTEGRITY, Category.PEOPLE) == 3
    p = plant(distributions=(Distribution(subject="plc", redundancy=""),))
    assert rating(p, "plc", A, Category.PRODUCTION) == 4


def test_the_detailed_assessment_is_required_where_the_worst_case_is_not_tolerable():
    found = protection(production_line())
    assert found.detailed_assessment_required
    assert max(cell.risk for cell in found.initial) == 25
    quiet = protection(plant(functions=(function("f", "plc", "A production 1"),)))
    assert not quiet.detailed_assessment_required
    assert protection(plant(functions=())).detailed_assessment_required


def test_waiving_the_assessment_is_a_finding():
    no = Decision(id="d", kind=DecisionKind.DETAILED_ASSESSMENT, subject="line", value="no", by="A", reason="Small")
    found = protection(msgspec.structs.replace(production_line(), decisions=(no,)))
    assert not found.detailed_assessment_required
    assert "assessment-waived" in {item.rule for item in found.findings}


def states(p: Plant) -> dict[str, State]:
    found: dict[str, State] = {}
    for item in protection(p).findings:
        if item.rule.startswith("zcr") and item.discriminator != "unlike":
            found[item.rule] = item.state
    return found


def test_the_production_line_is_partitioned_well():
    assert set(states(production_line()).values()) == {State.PASS}


def test_safety_that_is_not_separated_shows_both_levels():
    p = small({"a": {"kind": "safety-plc"}, "more": "plc", "needs": ["I people 5"], "flows": ["office a https"]})
    finding = next(item for item in protection(p).findings if item.rule == "zcr-3-3" and item.subject == "z")
    values = [item.value for item in finding.because if item.value is not None]
    assert values == [3, 0]


def test_each_rule_of_separation_is_found():
    cases = {
        "zcr-3-2": {"more": "erp"},
        "zcr-3-4": {"more": "laptop"},
        "zcr-3-5": {"more": "wireless-access-point"},
        "zcr-3-6": {"more": "cellular-router"},
    }
    for rule, spec in cases.items():
        found = states(small(spec))
        assert found[rule] is State.FAIL, rule
        assert sum(state is State.FAIL for state in found.values()) == 1


def test_a_zone_without_rated_function_is_undecided_not_silent():
    found = [item for item in protection(single("o3", 0)).findings if item.rule == "zone-without-needs"]
    assert [(item.subject, item.state) for item in found] == [("dmz", State.UNDECIDED)]
