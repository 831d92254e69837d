"""Why is it so? A tree from any value of steps 3 to 5 down to the facts and the rules of the method.

Ids: ``ZONE`` or ``CONDUIT``; ``ZONE/SI`` (a level); ``ZONE/SR 1.1`` or ``SR 1.1@ZONE`` (a requirement there);
``SR 1.1`` (everywhere); a scenario ``threat@scope``; a threat, an asset, a function, a measure, a finding; ``initial``.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ninefold.analysis.catalogue import built_in
from ninefold.analysis.overrides import level_subject
from ninefold.analysis.words import CATEGORIES, OBJECTIVES, band
from ninefold.base.errors import InputError
from ninefold.base.i18n import messages
from ninefold.model.assessment import Protection, Risk, ScenarioRisk, Threats, ZoneLevels
from ninefold.model.findings import Finding, Reason
from ninefold.model.plant import Plant
from ninefold.model.scenarios import Scenario, Threat

say = messages("analysis")


def explain(identifier: str, plant: Plant, protection: Protection, threats: Threats, risk: Risk) -> Reason:
    """The explanation of a value. InputError when there is none of this id; it suggests the nearest."""
    answers = _Answers(plant, protection, threats, risk)
    found = answers.find(identifier.strip())
    if found is None:
        near = get_close_matches(identifier, answers.known(), 3, 0.5)
        advice = (
            say("Did you mean {ids}?", ids=", ".join(near))
            if near
            else say("Use the id of a zone, asset, scenario or finding.")
        )
        raise InputError("no-such-value", str(say("Nothing is called '{id}'.", id=identifier)), advice=str(advice))
    return found


class _Answers:
    def __init__(self, plant: Plant, protection: Protection, threats: Threats, risk: Risk) -> None:
        self.plant = plant
        self.protection = protection
        self.risk = risk
        self.scenarios = {item.id: item for item in threats.scenarios}
        self.register = {item.scenario: item for item in risk.register}
        self.levels = {item.scope: item for item in risk.levels}
        findings = (*protection.findings, *threats.findings, *risk.findings)
        self.findings = {item.id: item for item in findings}
        self.threats = {item.id: item for item in (*built_in(), *plant.own_threats)}

    def known(self) -> list[str]:
        """Ids that can be explained, for suggestions."""
        plant = self.plant
        groups: tuple[Iterable[str], ...] = (
            self.levels,
            self.scenarios,
            self.findings,
            self.threats,
            plant.asset,
            plant.function,
            plant.measure,
        )
        return [name for group in groups for name in group]

    def find(self, name: str) -> Reason | None:
        if name == "initial":
            return self.protection.why
        if name in self.levels:
            return self._scope(self.levels[name])
        if name in self.scenarios:
            return self._scenario(self.scenarios[name])
        if name in self.plant.asset or name in self.plant.function:
            return self._subject(name)
        if name in self.plant.measure:
            return self._measure(name)
        if name in self.threats:
            return self._threat(self.threats[name])
        if name in self.findings:
            return self._finding(self.findings[name])
        return self._level(name) or self._requirement(name)

    def _level(self, name: str) -> Reason | None:
        subject = level_subject(self.plant, name)
        if subject is None or len(subject[1]) != 1 or subject[0] not in self.levels:
            return None
        value = self.levels[subject[0]].values[subject[1][0] - 1]
        changes = tuple(
            item for item in self.levels[subject[0]].sensitivity if str(item.says).startswith(value.fr.name)
        )
        says = say("{fr} of {scope} is SL {level}.", fr=value.fr.name, scope=subject[0], level=value.level)
        because = (value.why, *((self._sensitivity(changes),) if changes else ()))
        return Reason(says=says, value=value.level, refs=(subject[0],), rule="ZCR 5.6", because=because)

    def _sensitivity(self, changes: tuple[Reason, ...]) -> Reason:
        return Reason(says=say("The smallest changes that would alter it:"), rule="method 3", because=changes)

    def _requirement(self, name: str) -> Reason | None:
        requirement, _, scope = name.partition("@")
        if not scope:
            scope, _, requirement = name.rpartition("/")
        rows = [
            item for item in self.risk.requirements if item.requirement == requirement and scope in {"", item.scope}
        ]
        if not rows:
            return None
        if scope:
            return rows[0].why
        says = say("{requirement} is in force in {count} zones and conduits.", requirement=name, count=len(rows))
        shown = tuple(row.why for row in rows) + self._shown_by(requirement)
        return Reason(says=says, refs=tuple(row.scope for row in rows), because=shown)

    def _shown_by(self, requirement: str) -> tuple[Reason, ...]:
        """Scenarios in which the requirement is a line of defence."""
        names = tuple(
            item.id for item in self.scenarios.values() if any(requirement in group for group in item.barriers)
        )
        if not names:
            return ()
        return (Reason(says=say("It is a line of defence in {count} scenarios.", count=len(names)), refs=names),)

    def _scope(self, item: ZoneLevels) -> Reason:
        says = say(
            "{scope}: SL-T {target}, SL-C {capability}, SL-A {achieved}.",
            scope=item.scope,
            target=str(item.target),
            capability=str(item.capability),
            achieved=str(item.achieved),
        )
        exposure = tuple(row.why for row in self.risk.exposures if row.zone == item.scope)
        values = tuple(value.why for value in item.values)
        needs = tuple(need.why for need in self.protection.needs if need.subject == item.scope)
        parts = [Reason(says=say("Levels by foundational requirement:"), because=values)]
        if needs:
            parts.append(Reason(says=say("Protection needs:"), because=needs))
        if item.sensitivity:
            parts.append(self._sensitivity(item.sensitivity))
        return Reason(says=says, value=item.target.highest, refs=(item.scope,), because=(*exposure, *parts))

    def _subject(self, name: str) -> Reason:
        found = tuple(need for need in self.protection.needs if need.subject == name)
        scenarios = tuple(item.id for item in self.scenarios.values() if name in item.subjects)
        rows = tuple(
            Reason(
                says=say(
                    "{objective}, {category}: {rating}.",
                    objective=OBJECTIVES[need.objective],
                    category=CATEGORIES[need.category],
                    rating=need.rating,
                ),
                value=need.rating,
                because=(need.why,),
            )
            for need in found
        )
        says = say("{name} has {count} protection needs.", name=name, count=len(found))
        extra = (Reason(says=say("Scenarios that touch it: {count}.", count=len(scenarios)), refs=scenarios),)
        value = max((need.rating for need in found), default=0)
        return Reason(says=says, value=value, refs=(name,), rule="method 2", because=rows + extra)

    def _scenario(self, item: Scenario) -> Reason:
        row: ScenarioRisk | None = self.register.get(item.id)
        barriers = tuple(
            Reason(says=say("Line of defence: {group}.", group=" + ".join(group)), refs=group)
            for group in item.barriers
        )
        parts = [
            Reason(says=say("Why it is here:"), because=item.why, rule="ZCR 5.1"),
            Reason(says=say("What defends:"), because=barriers, rule="method 4"),
            Reason(says=item.removed_by, rule="method 4", refs=tuple(r for g in item.barriers for r in g)),
        ]
        if item.excluded:
            decision = next((d for d in self.plant.decisions if d.id == item.excluded), None)
            says = say(
                "Excluded by {by}: {reason}",
                by=decision.by if decision else "-",
                reason=decision.reason if decision else "-",
            )
            parts.append(Reason(says=says, refs=(item.excluded,)))
        if row:
            parts.append(row.why)
        title = say("{title} ({scope}).", title=item.title, scope=item.scope)
        value = row.residual.risk if row else None
        parts += [Reason(says=band(value), value=value)] if value is not None else []
        return Reason(says=title, value=value, refs=(item.id, *item.techniques), because=tuple(parts))

    def _threat(self, item: Threat) -> Reason:
        here = tuple(scenario.id for scenario in self.scenarios.values() if scenario.threat == item.id)
        says = say("{title}: found in {count} zones and conduits.", title=item.title, count=len(here))
        when = Reason(says=say("It applies to each {kind} with: {when}", kind=item.on, when=item.when), rule="method 4")
        removes = Reason(says=item.removes)
        return Reason(says=says, value=len(here), refs=here, because=(when, removes))

    def _measure(self, name: str) -> Reason:
        measure = self.plant.measure[name]
        rows = [item for item in self.risk.requirements if name in item.met_by]
        because = tuple(
            Reason(
                says=say("It meets {requirement} in {scope}.", requirement=r.requirement, scope=r.scope),
                refs=(r.scope, r.requirement),
                because=(r.why,),
            )
            for r in rows
        )
        lowered = tuple(
            Reason(says=say("It is a line of defence in {scenario}.", scenario=row.scenario), refs=(row.scenario,))
            for row in self.risk.register
            if self._defends(name, row)
        )
        says = say("{measure} meets {count} requirements in force.", measure=measure.title or name, count=len(rows))
        return Reason(says=says, value=len(rows), refs=(name,), because=because + lowered)

    def _defends(self, name: str, row: ScenarioRisk) -> bool:
        met = {(r.scope, r.requirement) for r in self.risk.requirements if name in r.met_by}
        scenario = self.scenarios.get(row.scenario)
        return bool(scenario) and any((row.scope, r) in met for g in scenario.barriers for r in g)  # type: ignore[union-attr]

    def _finding(self, item: Finding) -> Reason:
        advice = (Reason(says=item.advice),) if item.advice else ()
        return Reason(says=item.title, refs=(item.subject, *item.references), because=(*item.because, *advice))
