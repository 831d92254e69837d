"""Step 5: unmitigated, current and residual risk, target and capability levels, gaps.

Source: docs/method.md sections 3, 5 and 8; IEC 62443-3-2:2020 ZCR 5.3 to 5.13.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ninefold.analysis.capability import Assessed, Shown, statuses
from ninefold.analysis.coverage import Column, Coverage, Way, measures_of
from ninefold.analysis.exposure import counting_brokers, exposures
from ninefold.analysis.levels import (
    IMPACT_OF,
    Levels,
    bar,
    cells,
    conduit_zones,
    impacts_of,
    levels,
    tolerable,
)
from ninefold.analysis.overrides import expired
from ninefold.analysis.reduction import Reducer, Reduction
from ninefold.analysis.requirements import RequirementsLike, table_of
from ninefold.analysis.words import CATEGORIES, CLASSES, OBJECTIVES, Key, key_order
from ninefold.base.i18n import messages
from ninefold.model.assessment import (
    Protection,
    RequirementStatus,
    Risk,
    RiskCell,
    ScenarioRisk,
    Threats,
    ZoneExposure,
    ZoneLevels,
)
from ninefold.model.decisions import DecisionKind
from ninefold.model.findings import Finding, Reason, in_order
from ninefold.model.measures import Measure
from ninefold.model.plant import Plant
from ninefold.model.scenarios import Scenario
from ninefold.model.vocabulary import FR, Category, Objective, Severity, State

say = messages("analysis")

_BACKUP: Final = ("SR 7.3", "SR 7.4", "CR 7.3", "CR 7.4")
NO_RISK: Final = RiskCell(
    violation_class=1,
    objective=Objective.AVAILABILITY,
    category=Category.PRODUCTION,
    likelihood=0,
    impact=0,
    risk=0,
    tolerable_up_to=9,
)


def risk(
    plant: Plant,
    protection: Protection,
    threats: Threats,
    requirements: RequirementsLike | None = None,
    *,
    shown: Shown | None = None,
    today: str = "",
) -> Risk:
    """Everything of step 5.

    ``requirements``: another list of requirements than IEC 62443-3-3. ``shown``: what verification has shown per
    (scope, requirement). ``today``: YYYY-MM-DD, lets decisions lapse; "" means none does.
    """
    table = table_of(requirements)
    target = levels(plant, today)
    planned = Coverage(plant, table, measures_of(plant, Column.PLANNED))
    current = Coverage(plant, table, measures_of(plant, Column.CURRENT))
    verified = Coverage(plant, table, measures_of(plant, Column.VERIFIED), own=False)
    assessed = Assessed(plant, table, planned, verified, shown=shown, today=today)
    register = tuple(Register(plant, current, planned, today).rows(threats.scenarios))
    return Risk(
        exposures=exposures(plant),
        cells={
            item.zone: cells(plant.system.method, item.likelihood, impacts_of(plant, item.zone))
            for item in exposures(plant)
        },
        levels=tuple(_zone_levels(assessed, target)),
        register=register,
        requirements=tuple(statuses(assessed, target)),
        findings=in_order([*target.findings, *uncovered(plant, threats), *_risk_findings(threats, register)]),
    )


def gaps(risk: Risk, column: str = "capability") -> tuple[RequirementStatus, ...]:
    """Requirements in force that the column ``capability`` or ``achieved`` does not meet, unknown ones included."""
    return tuple(row for row in risk.requirements if not row.not_applicable and getattr(row, column) is not True)


def _zone_levels(assessed: Assessed, target: Levels) -> Iterator[ZoneLevels]:
    for scope, values in target.values.items():
        yield ZoneLevels(
            scope=scope,
            target=target.target(scope),
            capability=assessed.vector(scope),
            achieved=assessed.vector(scope, achieved=True),
            values=values,
            sensitivity=target.sensitivity[scope],
        )


class Register:
    """Works out the risk of scenarios for two columns of measures."""

    def __init__(
        self,
        plant: Plant,
        current: Coverage,
        planned: Coverage,
        today: str = "",
        measures: tuple[Measure, ...] | None = None,
    ) -> None:
        """``measures``: those to count as planned, instead of the plant's own."""
        self.plant = plant
        self.current = Reducer(current)
        self.planned = Reducer(planned)
        self.exposure = {item.zone: item for item in exposures(plant)}
        self.brokers = counting_brokers(plant)
        self.lowering = {
            "current": _lowering(plant, measures_of(plant, Column.CURRENT)),
            "planned": _lowering(plant, measures_of(plant, Column.PLANNED) if measures is None else measures),
        }
        self.accepted = _accepted(plant, today)

    def rows(self, scenarios: Iterable[Scenario]) -> Iterator[ScenarioRisk]:
        """One row per scenario that was not excluded, in their order."""
        for scenario in scenarios:
            if not scenario.excluded:
                yield self.row(scenario)

    def row(self, scenario: Scenario) -> ScenarioRisk:
        """The three risks of a scenario."""
        ends = self.ends(scenario.scope)
        before = worst(self.cells(scenario, ends))
        now = worst(self.cells(scenario, ends, self.current, self.lowering["current"]))
        after = worst(self.cells(scenario, ends, self.planned, self.lowering["planned"]))
        return ScenarioRisk(
            scenario=scenario.id,
            scope=scenario.scope,
            unmitigated=before,
            current=now,
            residual=after,
            why=self._why(scenario, ends, before, after),
            accepted=self.accepted.get(scenario.id, ""),
        )

    def ends(self, scope: str) -> tuple[str, ...]:
        """The zones whose needs and exposure a scope has."""
        return (scope,) if scope in self.plant.zone else conduit_zones(self.plant, scope)

    def cells(
        self,
        scenario: Scenario,
        ends: tuple[str, ...],
        reducer: Reducer | None = None,
        lowering: dict[str, frozenset[Category]] | None = None,
    ) -> Iterator[RiskCell]:
        """R(c) for each class and need that the scenario touches, with the barriers of a column."""
        settings = self.plant.system.method
        credited = self.credited(scenario.scope)
        acts = frozenset[Category]().union(*((lowering or {}).get(zone, frozenset()) for zone in ends))
        for number in (1, 2, 3, 4):
            points = reducer.reduction(scenario.scope, scenario.barriers, number, credited).points if reducer else 0
            for zone in ends:
                likelihood = self.exposure[zone].likelihood[number - 1] if number >= scenario.least_class else 0
                likelihood = max(likelihood - points, 0)
                for key, impact in impacts_of(self.plant, zone).items():
                    if key[0] in scenario.objectives:
                        lowered = max(impact - 1, 0) if key[1] in acts else impact
                        yield _cell(number, key, likelihood, lowered, tolerable(settings, key[1], impact))

    def credited(self, scope: str) -> Way:
        """Brokers of other zones: the exposure behind them already counts what they do."""
        return frozenset(by for zone, by in self.brokers.items() if zone != scope)

    def reduction(self, scenario: Scenario, number: int) -> Reduction:
        """What the planned barriers do against a class."""
        return self.planned.reduction(scenario.scope, scenario.barriers, number, self.credited(scenario.scope))

    def _why(self, scenario: Scenario, ends: tuple[str, ...], before: RiskCell, after: RiskCell) -> Reason:
        held = self.reduction(scenario, after.violation_class)
        barriers = tuple(
            Reason(
                says=say(
                    "Line of defence {group} holds with {resources} (b - c = {margin}).",
                    group=" + ".join(scenario.barriers[item.group]),
                    resources=", ".join(sorted(item.way)),
                    margin=item.strength,
                ),
                refs=scenario.barriers[item.group],
                rule="method 5",
            )
            for item in held.held
        )
        if not barriers:
            barriers = (Reason(says=say("No line of defence holds against this class yet."), rule="method 5"),)
        reduced = Reason(
            says=say("The lines of defence lower the likelihood by {points}.", points=held.points),
            value=held.points,
            rule="method 5",
            because=barriers,
        )
        exposure = tuple(self.exposure[zone].why for zone in ends)
        says = say(
            "{scenario}: {before} without measures, {after} with all planned ones.",
            scenario=scenario.title,
            before=before.risk,
            after=after.risk,
        )
        return Reason(
            says=says,
            value=after.risk,
            rule="ZCR 5.10",
            refs=(scenario.id, scenario.scope),
            because=(_cell_reason(before), _cell_reason(after), reduced, *exposure),
        )


def _cell_reason(cell: RiskCell) -> Reason:
    says = say(
        "Class {number} ({words}): likelihood {likelihood} x impact {impact} = {risk}, tolerable up to {limit}"
        " ({objective}, {category}).",
        number=cell.violation_class,
        words=CLASSES[cell.violation_class],
        likelihood=cell.likelihood,
        impact=cell.impact,
        risk=cell.risk,
        limit=cell.tolerable_up_to,
        objective=OBJECTIVES[cell.objective],
        category=CATEGORIES[cell.category],
    )
    return Reason(says=says, value=cell.risk, rule="method 5")


def _cell(number: int, key: Key, likelihood: int, impact: int, limit: int) -> RiskCell:
    return RiskCell(
        violation_class=number,
        objective=key[0],
        category=key[1],
        likelihood=likelihood,
        impact=impact,
        risk=likelihood * impact,
        tolerable_up_to=limit,
    )


def rank(cell: RiskCell) -> tuple[bool, int, int]:
    """What is not tolerable comes first, then the larger risk, then the stricter limit."""
    return not cell.tolerable, cell.risk, -cell.tolerable_up_to


def worst(found: Iterable[RiskCell]) -> RiskCell:
    """The cell that decides; equal ones by class, objective and category."""
    return max(
        found,
        key=lambda cell: (
            *rank(cell),
            -cell.violation_class,
            *(-n for n in key_order((cell.objective, cell.category))),
        ),
        default=NO_RISK,
    )


def _lowering(plant: Plant, measures: Iterable[Measure]) -> dict[str, frozenset[Category]]:
    """Categories whose impact measures lower by one, by zone. Backup never lowers harm to people."""
    result: dict[str, set[Category]] = {}
    for measure in measures:
        names = {item for item in Category if item.value in measure.lowers}
        backup = measure.family == "backup" or any(p.requirement.startswith(_BACKUP) for p in measure.provides)
        if backup:
            names -= {Category.PEOPLE}
        for zone in _zones_of(plant, measure):
            result.setdefault(zone, set()).update(names)
    return {zone: frozenset(names) for zone, names in result.items()}


def _zones_of(plant: Plant, measure: Measure) -> set[str]:
    scopes: set[str] = set()
    for provision in measure.provides:
        scopes.update(provision.scope or plant.zone)
    if not measure.provides:
        scopes.update(measure.components)
    zones = {scope for scope in scopes if scope in plant.zone}
    return zones | {plant.asset[scope].zone for scope in scopes if scope in plant.asset}


def _accepted(plant: Plant, today: str) -> dict[str, str]:
    return {
        decision.subject: decision.id
        for decision in plant.decisions
        if decision.kind is DecisionKind.ACCEPT_RISK
        and decision.reason
        and decision.by
        and not expired(decision, today)
    }


def uncovered(plant: Plant, threats: Threats) -> Iterator[Finding]:
    """Intolerable (zone, FR, class) triples that no scenario illustrates: the catalogue has a gap."""
    shown: set[tuple[str, FR, int]] = set()
    for scenario in threats.scenarios:
        zones = (scenario.scope,) if scenario.scope in plant.zone else conduit_zones(plant, scenario.scope)
        for zone in zones:
            shown.update((zone, fr, number) for fr in scenario.fr for number in range(scenario.least_class, 5))
    for exposure in exposures(plant):
        for fr in FR:
            for number in _intolerable(plant, exposure, fr):
                if (exposure.zone, fr, number) not in shown:
                    yield _gap(plant, exposure.zone, fr, number)


def _intolerable(plant: Plant, exposure: ZoneExposure, fr: FR) -> Iterator[int]:
    impacts = impacts_of(plant, exposure.zone)
    for number in (1, 2, 3, 4):
        only = tuple(value if index + 1 == number else 0 for index, value in enumerate(exposure.likelihood))
        if any(bar(plant.system.method, only, fr, key, impacts[key]) for key in impacts if key[0] in IMPACT_OF[fr]):  # type: ignore[arg-type]
            yield number


def _gap(plant: Plant, zone: str, fr: FR, number: int) -> Finding:
    return Finding(
        rule="catalogue-gap",
        subject=zone,
        discriminator=f"{fr.name}-{number}",
        title=say(
            "No scenario shows how class {number} violates {fr} of {zone}, though the risk is not tolerable.",
            number=number,
            fr=fr.name,
            zone=plant.zone[zone].name,
        ),
        severity=Severity.LOW,
        state=State.UNDECIDED,
        references=("ZCR 5.1",),
        advice=say("Add a threat to catalogue/, or say why there is none."),
    )


def _risk_findings(threats: Threats, register: Iterable[ScenarioRisk]) -> Iterator[Finding]:
    titles = {item.id: item.title for item in threats.scenarios}
    for row in register:
        if row.residual.tolerable or row.accepted:
            continue
        yield Finding(
            rule="risk-not-tolerable",
            subject=row.scenario,
            title=say(
                "{scenario} ({scope}): the residual risk {risk} is above {limit} and nobody has accepted it.",
                scenario=titles[row.scenario],
                scope=row.scope,
                risk=row.residual.risk,
                limit=row.residual.tolerable_up_to,
            ),
            severity=Severity.CRITICAL if row.residual.risk > 16 else Severity.HIGH,
            because=(row.why,),
            references=("ZCR 5.11", "ZCR 5.12"),
            advice=say("Plan a further measure (see risk optimise), or accept the risk with reason and expiry."),
        )
