"""Choosing measures: the cheapest set that meets every requirement in force and leaves only tolerable risk.

Source: docs/method.md section 7; IEC 62443-3-2:2020 ZCR 5.12. Requirements are rows of the problem. Residual risk is
not linear, but it never rises with a further measure; so a choice whose risk stays intolerable is answered by one row:
*at least one measure more than any set that fails like this one*. That is exact, and it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

import msgspec

from ninefold.analysis.budget import best_within
from ninefold.analysis.capability import Assessed
from ninefold.analysis.cover import Demand, Riskiness, demands
from ninefold.analysis.coverage import Coverage
from ninefold.analysis.levels import levels
from ninefold.analysis.measures import candidate, providers
from ninefold.analysis.overrides import expired
from ninefold.analysis.requirements import RequirementsLike, standard_table, table_of
from ninefold.analysis.solver import Choice
from ninefold.base.errors import InputError
from ninefold.base.i18n import Message, messages
from ninefold.model.assessment import Threats
from ninefold.model.choices import ChosenMeasure, CurvePoint, Plan, Unmet
from ninefold.model.decisions import DecisionKind
from ninefold.model.findings import Finding, Reason, in_order
from ninefold.model.measures import Measure, MeasureState
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import Severity, State

say = messages("analysis")

FIXED: Final = frozenset({MeasureState.IMPLEMENTED, MeasureState.VERIFIED})
MOST_ROUNDS: Final = 200


class Problem(NamedTuple):
    """Everything the choice depends on, in numbers."""

    plant: Plant
    candidates: tuple[Measure, ...]
    costs: dict[str, float]
    forced: frozenset[str]
    forbidden: frozenset[str]
    demands: tuple[Demand, ...]
    riskiness: Riskiness
    active: tuple[str, ...]
    unmet: tuple[Unmet, ...]
    years: int

    @property
    def names(self) -> tuple[str, ...]:
        """Candidates in the order of columns."""
        return tuple(item.id for item in self.candidates)


def optimise(
    plant: Plant,
    threats: Threats,
    requirements: RequirementsLike | None = None,
    *,
    forced: Iterable[str] = (),
    forbidden: Iterable[str] = (),
    budget: float | None = None,
    seconds: float = 60.0,
    today: str = "",
    catalogue: bool = True,
) -> Plan:
    """The choice among planned and candidate measures; those in place stay and cost nothing more.

    ``budget``: spend at most this (over ``years``) and reduce risk the most. ``seconds``: time limit of the solver;
    when it ends first the gap is said. ``today``: YYYY-MM-DD, lets decisions lapse. ``catalogue``: where the plant has
    no measure for a requirement, those of the built-in catalogue are candidates as well, at rough costs.
    Raises InputError when a forced or forbidden measure is unknown.
    """
    forced, forbidden = tuple(forced), tuple(forbidden)
    if catalogue and requirements is None:
        plant = with_catalogue(plant, today)
    _known(plant, (*forced, *forbidden))
    problem = formulate(plant, threats, requirements, frozenset(forced), frozenset(forbidden), today)
    if budget is not None:
        chosen, gap, proved = best_within(problem, budget, seconds)
    else:
        chosen, gap, proved = cheapest(problem, seconds)
    return _plan(problem, chosen, gap, proved, budget)


def _known(plant: Plant, names: Iterable[str]) -> None:
    known = [item.id for item in (*plant.measures, *plant.own_measures)]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            advice = str(say("Did you mean {ids}?", ids=near[0]) if near else say("See measures.yaml."))
            raise InputError("no-such-measure", str(say("There is no measure '{id}'.", id=name)), advice=advice)


def with_catalogue(plant: Plant, today: str = "") -> Plant:
    """The plant with candidates of the catalogue for what none of its own measures can meet."""
    empty = Threats(scenarios=())
    problem = formulate(plant, empty, None, frozenset(), frozenset(), today)
    known = {item.id for item in (*plant.measures, *plant.own_measures)}
    table = standard_table()
    targets = levels(plant, today)
    found: dict[str, Measure] = {}
    for item in problem.unmet:
        level = max(targets.target(item.scope)[table.fr[item.requirement]] or 0, table.level[item.requirement])
        for template in providers(item.requirement, level):
            measure = candidate(template, item.scope)
            if measure.id not in known:
                found[measure.id] = measure
    return msgspec.structs.replace(plant, own_measures=(*plant.own_measures, *(found[name] for name in sorted(found))))


def formulate(
    plant: Plant,
    threats: Threats,
    requirements: RequirementsLike | None,
    forced: frozenset[str],
    forbidden: frozenset[str],
    today: str,
) -> Problem:
    """The problem in numbers. Candidates are ordered by content, so that other names choose the same."""
    table = table_of(requirements)
    every = {item.id: item for item in (*plant.own_measures, *plant.measures)}.values()
    fixed = tuple(sorted((item for item in every if item.state in FIXED), key=lambda item: item.id))
    endangering = {item.id for item in every if item.state not in FIXED and endangers(plant, item)}
    barred = (forbidden | endangering) - forced
    years = plant.system.method.years
    costs = {item.id: item.cost_once + item.cost_yearly * years for item in every}
    candidates = tuple(
        sorted(
            (item for item in every if item.state not in FIXED and item.id not in barred),
            key=lambda item: (costs[item.id], -len(item.provides), item.id),
        )
    )
    coverage = Coverage(plant, table, (*fixed, *candidates))
    empty = Coverage(plant, table, ())
    assessed = Assessed(plant, table, coverage, empty, today=today)
    found = tuple(demands(assessed, levels(plant, today), frozenset(item.id for item in fixed)))
    riskiness, active, unmet = _risks(plant, threats, empty, fixed, candidates, today)
    impossible = tuple(_impossible(plant, item) for item in found if not item.possible)
    possible = tuple(item for item in found if item.possible)
    return Problem(plant, candidates, costs, forced, barred, possible, riskiness, active, (*impossible, *unmet), years)


def endangers(plant: Plant, measure: Measure) -> bool:
    """Whether a measure endangers an essential function. What it names and nobody knows counts as essential."""
    return any(name not in plant.function or plant.function[name].essential for name in measure.endangers)


def _risks(
    plant: Plant,
    threats: Threats,
    empty: Coverage,
    fixed: Sequence[Measure],
    candidates: Sequence[Measure],
    today: str,
) -> tuple[Riskiness, tuple[str, ...], tuple[Unmet, ...]]:
    """Scenarios that the choice can and must make tolerable, and those that it cannot."""
    accepted = {
        item.subject
        for item in plant.decisions
        if item.kind is DecisionKind.ACCEPT_RISK and item.reason and item.by and not expired(item, today)
    }
    scenarios = [item for item in threats.scenarios if not item.excluded and item.id not in accepted]
    riskiness = Riskiness(plant, empty, scenarios, fixed)
    active: list[str] = []
    unmet: list[Unmet] = []
    for scenario in scenarios:
        everything = riskiness.relevant(scenario.id, candidates)
        if riskiness.excess(scenario.id, frozenset())[0] == 0:
            continue
        left = riskiness.excess(scenario.id, everything)[0]
        if left == 0:
            active.append(scenario.id)
            continue
        says = say(
            "Even with every candidate the risk of {scenario} stays {left} above what is tolerable.",
            scenario=scenario.id,
            left=int(left),
        )
        advice = say(
            "Independent lines of defence are missing: each needs other components, credentials and administrators."
        )
        why = Reason(says=says, rule="method 5", refs=(scenario.id,), because=(Reason(says=advice),))
        unmet.append(Unmet(scope=scenario.scope, scenario=scenario.id, why=why))
    return riskiness, tuple(active), tuple(unmet)


def _impossible(plant: Plant, demand: Demand) -> Unmet:
    if demand.lacking:
        says: Message = say(
            "No candidate meets {requirement} for {assets} in {scope} (SL {level}).",
            requirement=demand.requirement,
            assets=", ".join(demand.lacking[:5]),
            scope=demand.scope,
            level=demand.level,
        )
    else:
        says = say(
            "No candidate meets {requirement} in {scope} (SL {level}).",
            requirement=demand.requirement,
            scope=demand.scope,
            level=demand.level,
        )
    old = [name for name in demand.lacking if plant.asset[name].legacy]
    because = (
        (
            Reason(
                says=say(
                    "Only a measure that compensates helps {names}: it cannot be changed.", names=", ".join(old[:5])
                )
            ),
        )
        if old
        else ()
    )
    refs = (demand.scope, demand.requirement, *demand.lacking)
    why = Reason(says=says, rule="method 7", refs=refs, because=because)
    return Unmet(scope=demand.scope, requirement=demand.requirement, why=why)


def cheapest(problem: Problem, seconds: float) -> tuple[frozenset[str], float, bool]:
    """The chosen ids, the gap 0..1, and whether the optimum is proved."""
    names = problem.names
    column = {name: index for index, name in enumerate(names)}
    costs = [problem.costs[name] for name in names]
    # the second objective: fewer measures, and among equals those that come first
    tie = [1.0 + index / (10.0 * (len(names) + 1) ** 2) for index in range(len(names))]
    choice = Choice(costs, seconds=seconds)
    for name in problem.forced & set(names):
        choice.fix(column[name], 1.0)
    for options in sorted({options for demand in problem.demands for options in demand.any_of}, key=sorted):
        choice.at_least({column[name]: 1.0 for name in options}, 1.0)
    gap, proved = 0.0, True
    chosen: frozenset[str] = frozenset()
    for _ in range(MOST_ROUNDS):
        answer = choice.solve()
        if answer.values is None:
            return chosen, 1.0, False
        gap = _gap(answer.objective, answer.bound)
        proved = answer.proved
        limit = choice.at_most(dict(enumerate(costs)), answer.objective + 1e-6)
        choice.costs(tie)
        second = choice.solve()
        choice.relax(limit)
        choice.costs(costs)
        values = second.values or answer.values
        chosen = frozenset(name for name, value in zip(names, values, strict=True) if value > 0.5)
        rows = risk_rows(problem, chosen)
        if not rows:
            return chosen, gap, proved
        for row in rows:
            choice.at_least({column[name]: 1.0 for name in row}, 1.0)
    return chosen, max(gap, 1e-3), False


def _gap(objective: float, bound: float) -> float:
    return max(0.0, min(1.0, (objective - bound) / objective)) if objective > 1e-9 else 0.0


def risk_rows(problem: Problem, chosen: frozenset[str]) -> list[frozenset[str]]:
    """For each scenario that a choice leaves intolerable: measures of which at least one more is needed."""
    rows: set[frozenset[str]] = set()
    for scenario in problem.active:
        relevant = problem.riskiness.relevant(scenario, problem.candidates)
        failing = chosen & relevant
        if problem.riskiness.excess(scenario, failing)[0] == 0:
            continue
        for name in sorted(relevant - failing):  # as large a failing set as possible: the row says more
            if problem.riskiness.excess(scenario, failing | {name})[0] > 0:
                failing |= {name}
        rows.add(relevant - failing)
    return sorted(rows, key=sorted)


def _plan(problem: Problem, chosen: frozenset[str], gap: float, proved: bool, budget: float | None) -> Plan:
    measures = [item for item in problem.candidates if item.id in chosen]
    rows = tuple(_chosen(problem, item, chosen) for item in sorted(measures, key=lambda item: item.id))
    cost = sum(problem.costs[item.id] for item in measures)
    open_now = _open(problem, chosen)
    risky = [name for name in problem.active if problem.riskiness.excess(name, chosen)[0] > 0]
    feasible = not problem.unmet and not open_now and not risky
    says = (
        say("{count} measures for {cost} meet everything.", count=len(rows), cost=round(cost))
        if feasible
        else say("{count} measures for {cost}; not everything can be met.", count=len(rows), cost=round(cost))
    )
    proof = (
        say("The solver proved that nothing is better.")
        if proved
        else say("The proof is not complete; the gap is {gap} %.", gap=round(gap * 100, 2))
    )
    return Plan(
        feasible=feasible,
        optimal=proved,
        gap=gap,
        cost=cost,
        cost_once=sum(item.cost_once for item in measures),
        cost_yearly=sum(item.cost_yearly for item in measures),
        years=problem.years,
        chosen=rows,
        curve=curve(problem, chosen),
        unmet=problem.unmet,
        findings=in_order([*_unmet_findings(problem.unmet), *_danger_findings(problem, chosen)]),
        why=Reason(says=says, value=cost, rule="method 7", because=(Reason(says=proof),)),
    )


def _open(problem: Problem, chosen: frozenset[str]) -> list[Demand]:
    return [item for item in problem.demands if any(not options & chosen for options in item.any_of)]


def _chosen(problem: Problem, measure: Measure, chosen: frozenset[str]) -> ChosenMeasure:
    """What fails without a measure: the requirements only it meets, the risks only it makes tolerable."""
    without = chosen - {measure.id}
    only = {measure.id}
    needed = tuple(
        (item.scope, item.requirement)
        for item in problem.demands
        if any(options & chosen == only for options in item.any_of)
    )
    risks = tuple(
        name
        for name in problem.active
        if measure.id in problem.riskiness.relevant(name, problem.candidates)
        and problem.riskiness.excess(name, without)[0] > problem.riskiness.excess(name, chosen)[0]
    )
    because = [
        Reason(
            says=say("Without it {requirement} is not met in {scope}.", requirement=requirement, scope=scope),
            rule="method 7",
            refs=(scope, requirement),
        )
        for scope, requirement in needed
    ]
    because += [
        Reason(
            says=say("Without it the risk of {scenario} is not tolerable.", scenario=name),
            rule="method 5",
            refs=(name,),
        )
        for name in risks
    ]
    if measure.template and measure.id.startswith(f"{measure.template}@"):
        because.append(Reason(says=say("It comes from the catalogue of measures; its cost is rough.")))
    forced = measure.id in problem.forced
    if forced:
        because.append(Reason(says=say("It was demanded.")))
    says = say("{measure} is chosen.", measure=measure.title or measure.id)
    return ChosenMeasure(
        measure=measure.id,
        cost=problem.costs[measure.id],
        why=Reason(says=says, value=problem.costs[measure.id], refs=(measure.id,), because=tuple(because)),
        requirements=needed,
        scenarios=risks,
        forced=forced,
    )


def curve(problem: Problem, chosen: frozenset[str]) -> tuple[CurvePoint, ...]:
    """In which order the chosen measures buy the most: requirements and risk closed per cost, best first."""
    left = set(chosen)
    done: frozenset[str] = frozenset()
    spent = 0.0
    points = [CurvePoint(measure="", cost=0.0, risk=_risk(problem, done), open_requirements=len(_open(problem, done)))]
    touched = {name: [d for d in problem.demands if any(name in options for options in d.any_of)] for name in chosen}
    while left:
        gains = {name: _gain(problem, name, done, touched[name]) for name in left}
        best = min(left, key=lambda name: (-gains[name] / max(problem.costs[name], 1e-9), problem.costs[name], name))
        left.discard(best)
        done |= {best}
        spent += problem.costs[best]
        open_now = len(_open(problem, done))
        points.append(CurvePoint(measure=best, cost=spent, risk=_risk(problem, done), open_requirements=open_now))
    return tuple(points)


def _gain(problem: Problem, name: str, done: frozenset[str], touched: Sequence[Demand]) -> float:
    closed = sum(any(name in options and not options & done for options in demand.any_of) for demand in touched)
    return closed + 1e-6


def _risk(problem: Problem, chosen: frozenset[str]) -> float:
    return sum(problem.riskiness.excess(name, chosen)[0] for name in problem.active)


def _unmet_findings(unmet: Iterable[Unmet]) -> Iterable[Finding]:
    for item in unmet:
        yield Finding(
            rule="cannot-be-met",
            subject=item.scope,
            discriminator=item.requirement or item.scenario,
            title=item.why.says,
            severity=Severity.HIGH,
            state=State.FAIL,
            because=(item.why,),
            references=(item.requirement,) if item.requirement else ("ZCR 5.12",),
            advice=say("Add a candidate measure that provides it, argue that it does not apply, or accept the risk."),
        )


def _danger_findings(problem: Problem, chosen: frozenset[str]) -> Iterable[Finding]:
    for measure in problem.candidates:
        if measure.id in chosen and endangers(problem.plant, measure):
            yield Finding(
                rule="endangers-essential-function",
                subject=measure.id,
                title=say(
                    "{measure} was demanded although it endangers {names}.",
                    measure=measure.title or measure.id,
                    names=", ".join(measure.endangers),
                ),
                severity=Severity.HIGH,
                references=("IEC 62443-3-3 4.2",),
                advice=say("Choose another measure, or change it so that the essential function stays."),
            )
