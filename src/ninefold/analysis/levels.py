"""Target security levels, derived from the risk and explained.

Source: docs/method.md section 3; IEC 62443-3-2:2020 ZCR 5.6; IEC 62443-3-3:2013 Annex A.
The standard prescribes no formula: these are proposals; a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ninefold.analysis.administration import Administers, administers
from ninefold.analysis.exposure import end_of, exposures, likelihoods, start_of
from ninefold.analysis.needs import ratings
from ninefold.analysis.overrides import Override, overrides
from ninefold.analysis.words import CATEGORIES, CLASSES, LIKELIHOODS, OBJECTIVES, Impacts, Key, key_order, memo
from ninefold.base.i18n import messages
from ninefold.model.assessment import RiskCell, ZoneExposure
from ninefold.model.findings import Finding, Reason
from ninefold.model.levels import LevelValue, Vector
from ninefold.model.plant import Plant
from ninefold.model.system import MethodSettings
from ninefold.model.vocabulary import FR, Category, Objective

say = messages("analysis")

_A, _I, _C = Objective.AVAILABILITY, Objective.INTEGRITY, Objective.CONFIDENTIALITY
#: docs/method.md section 3: where the impact of each FR comes from, and by how much it is lowered
IMPACT_OF: Final[dict[FR, dict[Objective, int]]] = {
    FR.IAC: {_A: 0, _I: 0, _C: 0},
    FR.UC: {_A: 0, _I: 0, _C: 0},
    FR.SI: {_A: 0, _I: 0},
    FR.DC: {_C: 0},
    FR.RDF: {_A: 0, _I: 0, _C: 0},
    FR.TRE: {_A: 1, _I: 1, _C: 1},
    FR.RA: {_A: 0, _I: 1},
}
LEAST_ONE: Final = (FR.IAC, FR.UC, FR.SI, FR.RDF, FR.TRE, FR.RA)
ADMINISTRATION: Final = (FR.IAC, FR.UC, FR.SI, FR.TRE)
LIFE: Final = frozenset({Category.PEOPLE, Category.ENVIRONMENT})


class Levels(NamedTuple):
    """Target levels by zone and conduit id, with what is worth telling about them."""

    values: dict[str, tuple[LevelValue, ...]]
    sensitivity: dict[str, tuple[Reason, ...]]
    findings: tuple[Finding, ...]

    def target(self, scope: str) -> Vector:
        """The SL-T vector in force of a zone or conduit."""
        return Vector(**{value.fr.name.lower(): value.level for value in self.values[scope]})


def tolerable(settings: MethodSettings, category: Category, impact: int) -> int:
    """The largest risk that may stay, for an (unlowered) impact in a category."""
    if category in LIFE and impact >= 4:
        return settings.tolerable_people_severe
    if category in LIFE and impact == 3:
        return settings.tolerable_people_reversible
    return settings.tolerable_other


def cells(settings: MethodSettings, likelihood: tuple[int, int, int, int], impacts: Impacts) -> tuple[RiskCell, ...]:
    """Every R(c) = L(c) x impact, by class, objective and category: the table people look at."""
    return tuple(
        RiskCell(
            violation_class=number,
            objective=key[0],
            category=key[1],
            likelihood=likelihood[number - 1],
            impact=impacts[key],
            risk=likelihood[number - 1] * impacts[key],
            tolerable_up_to=tolerable(settings, key[1], impacts[key]),
        )
        for number in (1, 2, 3, 4)
        for key in sorted(impacts, key=key_order)
    )


def impacts_of(plant: Plant, zone: str) -> dict[Key, int]:
    """The impact numbers of a zone."""
    return {key: item.rating for key, item in ratings(plant).get(zone, {}).items()}


class Bar(NamedTuple):
    """The highest class whose risk is not tolerable, for one (objective, category) and one FR."""

    violation_class: int
    key: Key
    impact: int
    risk: int
    limit: int


def bar(settings: MethodSettings, likelihood: tuple[int, int, int, int], fr: FR, key: Key, impact: int) -> Bar | None:
    """The bar that one need sets for an FR; None where every class is tolerable or the FR does not look at it."""
    lowered = IMPACT_OF[fr].get(key[0])
    if lowered is None:
        return None
    limit = tolerable(settings, key[1], impact)
    effective = max(impact - lowered, 0)
    for number in (4, 3, 2, 1):
        risk = likelihood[number - 1] * effective
        if risk > limit:
            return Bar(number, key, effective, risk, limit)
    return None


def highest_bar(
    settings: MethodSettings, likelihood: tuple[int, int, int, int], fr: FR, impacts: Impacts
) -> Bar | None:
    """The bar that decides the level of an FR in a zone."""
    bars = (bar(settings, likelihood, fr, key, impacts[key]) for key in sorted(impacts, key=key_order))
    return max((item for item in bars if item), key=lambda item: item.violation_class, default=None)


def level_for(
    settings: MethodSettings, likelihood: tuple[int, int, int, int], fr: FR, impacts: Impacts, dc_least: bool
) -> int:
    """The level that risk alone asks for, with the minimum of 1."""
    found = highest_bar(settings, likelihood, fr, impacts)
    return max(found.violation_class if found else 0, _least(fr, impacts, dc_least))


def _least(fr: FR, impacts: Impacts, dc_least: bool) -> int:
    if fr is FR.DC:
        return 1 if dc_least else 0
    return 1 if fr in LEAST_ONE and max(impacts.values(), default=0) >= 2 else 0


def levels(plant: Plant, today: str = "") -> Levels:
    """SL-T of every zone and conduit. ``today`` (YYYY-MM-DD) lets expired overrides lapse; "" means none does."""
    exposure = {item.zone: item for item in exposures(plant)}
    secret = credential_zones(plant)
    decided, findings = overrides(plant, today)
    base = {
        zone: {fr: _from_risk(plant, exposure[zone], fr, secret.get(zone)) for fr in FR} for zone in sorted(exposure)
    }
    raised = _administration(plant, base, decided)
    values = {zone: tuple(_value(zone, fr, raised[zone][fr], decided) for fr in FR) for zone in raised}
    sensitivity = {zone: _sensitivity(plant, exposure[zone], values[zone], zone in secret) for zone in values}
    for conduit in sorted(plant.conduit):
        values[conduit] = tuple(_conduit_value(plant, conduit, fr, values, decided) for fr in FR)
        sensitivity[conduit] = ()
    return Levels(values, sensitivity, findings)


def _from_risk(plant: Plant, exposure: ZoneExposure, fr: FR, secret: Reason | None) -> tuple[int, Reason]:
    zone = plant.zone[exposure.zone]
    impacts = impacts_of(plant, zone.id)
    found = highest_bar(plant.system.method, exposure.likelihood, fr, impacts)
    least = _least(fr, impacts, secret is not None)
    if found and found.violation_class >= least:
        return found.violation_class, _bar_reason(plant, exposure, fr, found)
    if least:
        says = say("{fr} of {zone} is at least 1.", fr=fr.name, zone=zone.name)
        detail = secret or Reason(
            says=say("An impact of {impact} is known there.", impact=max(impacts.values())), rule="method 3"
        )
        return least, Reason(says=says, value=least, rule="method 3", refs=(zone.id,), because=(detail, exposure.why))
    says = say("No class of violation leads to an intolerable risk for {fr} of {zone}.", fr=fr.name, zone=zone.name)
    return 0, Reason(says=says, value=0, rule="method 3", refs=(zone.id,), because=(exposure.why,))


def _bar_reason(plant: Plant, exposure: ZoneExposure, fr: FR, found: Bar) -> Reason:
    need = ratings(plant)[exposure.zone][found.key]
    likelihood = exposure.likelihood[found.violation_class - 1]
    risk = Reason(
        says=say(
            "Class {number} ({words}): likelihood {likelihood} ({often}) x impact {impact} = {risk},"
            " tolerable up to {limit} ({objective}, {category}).",
            number=found.violation_class,
            words=CLASSES[found.violation_class],
            likelihood=likelihood,
            often=LIKELIHOODS[likelihood],
            impact=found.impact,
            risk=found.risk,
            limit=found.limit,
            objective=OBJECTIVES[found.key[0]],
            category=CATEGORIES[found.key[1]],
        ),
        value=found.risk,
        rule="method 3",
        refs=(exposure.zone,),
        because=(exposure.why, need.why),
    )
    says = say(
        "{fr} of {zone} needs SL {level}: the highest class with an intolerable risk.",
        fr=fr.name,
        zone=plant.zone[exposure.zone].name,
        level=found.violation_class,
    )
    return Reason(says=says, value=found.violation_class, rule="ZCR 5.6", refs=(exposure.zone,), because=(risk,))


Base = dict[str, dict[FR, tuple[int, Reason]]]


def _administration(plant: Plant, base: Base, decided: Mapping[tuple[str, FR], Override]) -> Base:
    """Raise FR 1, 2, 3, 6 of zones that administer others, until nothing rises any more."""
    result = {zone: dict(values) for zone, values in base.items()}

    def in_force(zone: str) -> int:
        return max(
            decided[zone, fr].level if (zone, fr) in decided else level for fr, (level, _) in result[zone].items()
        )

    rules = administers(plant)
    changed = True
    while changed:
        changed = False
        for rule in rules:
            wanted = min(max(in_force(rule.target) - rule.again, 0), 4)
            for fr in ADMINISTRATION:
                if result[rule.source][fr][0] < wanted:
                    result[rule.source][fr] = (wanted, _admin_reason(plant, rule, fr, wanted, result))
                    changed = True
    return result


def _admin_reason(plant: Plant, rule: Administers, fr: FR, wanted: int, result: Base) -> Reason:
    target = max(result[rule.target].items(), key=lambda item: (item[1][0], -item[0]))
    says = say(
        "{fr} of {zone} is raised to {level}: it can administer, program or grant access to {target}.",
        fr=fr.name,
        zone=plant.zone[rule.source].name,
        level=wanted,
        target=plant.zone[rule.target].name,
    )
    return Reason(
        says=says,
        value=wanted,
        rule="method 3",
        refs=(rule.source, rule.target),
        because=(rule.why, target[1][1], result[rule.source][fr][1]),
    )


def _value(subject: str, fr: FR, found: tuple[int, Reason], decided: Mapping[tuple[str, FR], Override]) -> LevelValue:
    level, why = found
    override = decided.get((subject, fr))
    if override is None:
        return LevelValue(subject=subject, fr=fr, proposed=level, why=why)
    says = say(
        "Decided as SL {level} instead of the proposed SL {proposed}, by {by}: {reason}",
        level=override.level,
        proposed=level,
        by=override.by,
        reason=override.reason,
    )
    why = Reason(says=says, value=override.level, rule="ZCR 5.6", refs=(subject, override.decision), because=(why,))
    return LevelValue(subject=subject, fr=fr, proposed=level, decided=override.level, why=why)


def conduit_zones(plant: Plant, conduit: str) -> tuple[str, ...]:
    """The zones in which the flows of a conduit end, by id; untrusted networks are none."""
    return memo(plant, "conduit_zones", _conduit_zones)[conduit]


def _conduit_zones(plant: Plant) -> dict[str, tuple[str, ...]]:
    return {
        conduit.id: tuple(
            sorted(
                {
                    zone
                    for f in conduit.flows
                    for end in (f.source, f.target)
                    if (zone := end_of(plant, end).zone) in plant.zone
                }
            )
        )
        for conduit in plant.conduits
    }


def _conduit_value(
    plant: Plant,
    conduit: str,
    fr: FR,
    values: Mapping[str, tuple[LevelValue, ...]],
    decided: Mapping[tuple[str, FR], Override],
) -> LevelValue:
    ends = conduit_zones(plant, conduit)
    name = plant.conduit[conduit].name
    best: LevelValue | None = None
    for zone in ends:
        value = values[zone][fr - 1]
        if best is None or value.level > best.level:
            best = value
    if best is None:
        says = say("No flow of {conduit} ends in a zone: untrusted networks have no level.", conduit=name)
        return _value(conduit, fr, (0, Reason(says=says, value=0, rule="method 3", refs=(conduit,))), decided)
    says = say(
        "{fr} of {conduit} is SL {level}: the highest of the zones where its flows end, which is {zone}.",
        fr=fr.name,
        conduit=name,
        level=best.level,
        zone=plant.zone[best.subject].name,
    )
    why = Reason(says=says, value=best.level, rule="method 3", refs=(conduit, best.subject), because=(best.why,))
    return _value(conduit, fr, (best.level, why), decided)


def credential_zones(plant: Plant) -> dict[str, Reason]:
    """Zones in which credentials or untrusted networks are involved: DC is at least 1 there."""
    result: dict[str, Reason] = {}
    for _, flow in sorted(plant.flows, key=lambda pair: pair[1].id):
        source, target = end_of(plant, flow.source), end_of(plant, flow.target)
        service = plant.service.get(flow.service)
        secret = flow.vpn or (service and (service.interactive or service.access.value == "admin"))
        outside = any(start_of(plant, point) == 0 for point in (*source.outside, *target.outside))
        if not secret and not outside:
            continue
        says = (
            say("Flow {flow} crosses an untrusted network.", flow=flow.id)
            if outside
            else say("Flow {flow} carries credentials.", flow=flow.id)
        )
        for zone in (source.zone, target.zone):
            if zone in plant.zone:
                result.setdefault(zone, Reason(says=says, rule="method 3", refs=(flow.id,)))
    return result


def _sensitivity(
    plant: Plant, exposure: ZoneExposure, values: Iterable[LevelValue], secret: bool
) -> tuple[Reason, ...]:
    """Which single change of an input by one would alter the level that risk asks for."""
    impacts = impacts_of(plant, exposure.zone)
    settings = plant.system.method
    rows: list[Reason] = []
    for value in values:
        fr = value.fr
        now = level_for(settings, exposure.likelihood, fr, impacts, secret)
        if now < value.proposed:  # the administration rule decides: risk would have to pass it first
            now = value.proposed
        rows += _exposure_changes(plant, exposure, value, impacts, secret, now)
        rows += _impact_changes(plant, exposure, value, impacts, secret, now)
    return tuple(rows)


def _exposure_changes(
    plant: Plant, exposure: ZoneExposure, value: LevelValue, impacts: Impacts, secret: bool, now: int
) -> list[Reason]:
    rows = []
    raised = now > level_for(plant.system.method, exposure.likelihood, value.fr, impacts, secret)
    for name, change in (("e_net", 1), ("e_net", -1), ("e_local", 1), ("e_local", -1)):
        net = exposure.e_net + change * (name == "e_net")
        local = exposure.e_local + change * (name == "e_local")
        if not (-2 <= net <= 1 and -2 <= local <= 0):
            continue
        other = level_for(plant.system.method, likelihoods(plant.system, net, local), value.fr, impacts, secret)
        other = max(other, now) if raised else other
        if other != now:
            rows.append(_change_reason(value, name, change, other))
    return rows


def _impact_changes(
    plant: Plant, exposure: ZoneExposure, value: LevelValue, impacts: Impacts, secret: bool, now: int
) -> list[Reason]:
    rows = []
    raised = now > level_for(plant.system.method, exposure.likelihood, value.fr, impacts, secret)
    for key in sorted(impacts, key=key_order):
        if key[0] not in IMPACT_OF[value.fr]:
            continue
        for change in (1, -1):
            if not 0 <= impacts[key] + change <= 5:
                continue
            changed = {**impacts, key: impacts[key] + change}
            other = level_for(plant.system.method, exposure.likelihood, value.fr, changed, secret)
            other = max(other, now) if raised else other
            if other != now:
                rows.append(_change_reason(value, f"{key[0].value}/{key[1].value}", change, other))
    return rows


def _change_reason(value: LevelValue, name: str, change: int, other: int) -> Reason:
    says = say(
        "{fr}: {input} changed by {change} would make SL {other} of SL {now}.",
        fr=value.fr.name,
        input=name,
        change=f"{change:+d}",
        other=other,
        now=value.proposed,
    )
    return Reason(says=says, value=other, rule="method 3", refs=(value.subject, name))
