"""SL-C and SL-A per zone, and the requirements in force with their status.

Source: docs/method.md section 8; IEC 62443-3-3:2013 Annex A. *Not applicable* (argued) is not zero; *undeclared* is
unknown, not zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ninefold.analysis.coverage import Coverage, Status
from ninefold.analysis.exposure import counting_brokers, end_of, start_of
from ninefold.analysis.levels import Levels, conduit_zones
from ninefold.analysis.overrides import expired
from ninefold.analysis.requirements import OF_CONDUITS, Table, base_of
from ninefold.base.i18n import Message, messages
from ninefold.model.assessment import RequirementStatus
from ninefold.model.decisions import DecisionKind
from ninefold.model.findings import Reason
from ninefold.model.levels import Vector
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import FR, AssetKind, EntryKind

say = messages("analysis")

#: project baseline for interactive access over untrusted networks, whatever the level (docs/method.md section 3)
UNTRUSTED_ACCESS: Final = ("SR 1.1 RE 2", "SR 1.13 RE 1", "SR 3.1 RE 1", "SR 4.1 RE 1", "SR 5.2 RE 1")
#: what a brokering zone must do because its neighbours' levels rely on it
BROKERING: Final = ("SR 1.1", "SR 1.13", "SR 5.2")
_WIRELESS: Final = frozenset({"SR 1.6", "SR 2.2"})

Shown = Mapping[tuple[str, str], bool | None]


class Assessed:
    """Planned and verified coverage side by side, with what was argued away. Columns are never mixed."""

    def __init__(
        self,
        plant: Plant,
        table: Table,
        planned: Coverage,
        verified: Coverage,
        *,
        shown: Shown | None = None,
        today: str = "",
    ) -> None:
        self.plant = plant
        self.table = table
        self.planned = planned
        self.verified = verified
        self.shown = shown or {}
        self._argued = _argued(plant, today)
        self._untrusted = untrusted_scopes(plant)
        self._wireless = _wireless_scopes(plant)

    def not_applicable(self, scope: str, requirement: str) -> Message | str:
        """Why a requirement does not apply; "" where it does. Said by a person, or evident from the model."""
        base = base_of(requirement)
        argued = self._argued.get((scope, requirement)) or self._argued.get((scope, base))
        if argued:
            return argued
        if base in _WIRELESS and scope not in self._wireless:
            return say("There is no wireless device or network here.")
        if base == "SR 1.13" and scope not in self._untrusted:
            return say("No untrusted network leads here.")
        return ""

    def capability(self, scope: str, requirement: str, level: int) -> Status:
        """The planned column."""
        return self.planned.status(scope, requirement, level)

    def achieved(self, scope: str, requirement: str, level: int) -> bool | None:
        """The verified column: what step 8 has shown for this pair, else measures verified with evidence."""
        if (scope, requirement) in self.shown:
            return self.shown[scope, requirement]
        return True if self.verified.status(scope, requirement, level).met else None

    def vector(self, scope: str, *, achieved: bool = False) -> Vector:
        """The level per FR: the highest whose requirements in force are all met; None where nobody has said."""
        names = {fr.name.lower(): self._level(scope, fr, achieved) for fr in FR}
        return Vector(**names)

    def _level(self, scope: str, fr: FR, achieved: bool) -> int | None:
        reached, judged = 0, False
        for level in (1, 2, 3, 4):
            states = [
                self._state(scope, requirement, level, achieved)
                for requirement in in_scope(self.plant, self.table, scope, fr, level)
                if not self.not_applicable(scope, requirement)
            ]
            judged = judged or bool(states)
            if False in states:
                return reached
            if None in states:
                return reached or None
            if judged:  # an empty set of requirements grants nothing
                reached = level
        return reached if judged else None

    def _state(self, scope: str, requirement: str, level: int, achieved: bool) -> bool | None:
        if achieved:
            return self.achieved(scope, requirement, level)
        return self.capability(scope, requirement, level).met


def in_scope(plant: Plant, table: Table, scope: str, fr: FR, level: int) -> tuple[str, ...]:
    """Requirements in force for an FR at a level; for conduits only those that speak of communication."""
    found = table.in_force[fr, level]
    if scope in plant.conduit:
        return tuple(item for item in found if base_of(item) in OF_CONDUITS)
    return found


def mandatory(plant: Plant, table: Table) -> dict[str, dict[str, Message]]:
    """Requirements that hold whatever the level, by scope: access over untrusted networks, and brokering zones."""
    result: dict[str, dict[str, Message]] = {}
    for scope in sorted(_interactive_scopes(plant)):
        words = say("People work over an untrusted network here; the baseline asks for it whatever the level.")
        result.setdefault(scope, {}).update(dict.fromkeys(UNTRUSTED_ACCESS, words))
    for zone, by in sorted(counting_brokers(plant).items()):
        words = say("Neighbouring levels rely on {by}, which authenticates and ends sessions here.", by=by)
        for requirement in BROKERING:
            result.setdefault(zone, {}).setdefault(requirement, words)
    return {scope: {r: w for r, w in rows.items() if r in table.level} for scope, rows in result.items()}


def statuses(assessed: Assessed, levels: Levels) -> Iterator[RequirementStatus]:
    """One row per requirement in force in each zone and conduit, by scope and in the order of the standard."""
    plant, table = assessed.plant, assessed.table
    extra = mandatory(plant, table)
    for scope in sorted(levels.values):
        target = levels.target(scope)
        rows: dict[str, int] = {}
        for fr in FR:
            for requirement in in_scope(plant, table, scope, fr, target[fr] or 0):
                rows[requirement] = target[fr] or 0
        for requirement in extra.get(scope, {}):
            rows.setdefault(requirement, table.level[requirement])
        for requirement in (item for item in table.level if item in rows):
            yield _status(assessed, scope, requirement, rows[requirement], extra.get(scope, {}).get(requirement))


def _status(assessed: Assessed, scope: str, requirement: str, level: int, because: Message | None) -> RequirementStatus:
    table = assessed.table
    level = max(level, table.level[requirement])
    argued = assessed.not_applicable(scope, requirement)
    found = assessed.capability(scope, requirement, level)
    why = [Reason(says=because, rule="method 3")] if because else []
    why += _explained(found)
    if argued:
        why.append(Reason(says=argued, rule="method 8"))
    says = say(
        "{requirement} is in force in {scope} for SL {level}.", requirement=requirement, scope=scope, level=level
    )
    return RequirementStatus(
        scope=scope,
        requirement=requirement,
        fr=table.fr[requirement],
        level=level,
        capability=found.met,
        achieved=assessed.achieved(scope, requirement, level),
        met_by=found.by,
        not_applicable=str(argued),
        why=Reason(says=says, value=level, rule="IEC 62443-3-3 " + requirement, refs=(scope,), because=tuple(why)),
    )


def _explained(found: Status) -> list[Reason]:
    rows = []
    if found.by:
        rows.append(Reason(says=say("Met by {names}.", names=_few(found.by)), refs=found.by))
    if found.missing and found.met is None:
        rows.append(Reason(says=say("Nobody has said whether {names} can do it.", names=_few(found.missing))))
    elif found.missing:
        rows.append(Reason(says=say("Missing on {names}.", names=_few(found.missing)), refs=found.missing))
    elif not found.by:
        rows.append(Reason(says=say("No measure is declared for it.")))
    return rows


def _few(names: tuple[str, ...]) -> str:
    head = ", ".join(names[:5])
    return head if len(names) <= 5 else f"{head} (+{len(names) - 5})"


def _argued(plant: Plant, today: str) -> dict[tuple[str, str], str]:
    """Decisions *not applicable*; the subject is ``SCOPE/SR 1.6``. Without a reason or expired they do not count."""
    result = {}
    for decision in plant.decisions:
        if decision.kind is DecisionKind.NOT_APPLICABLE and decision.reason and not expired(decision, today):
            scope, _, requirement = decision.subject.rpartition("/")
            result[scope, requirement] = decision.reason
    return result


def untrusted_scopes(plant: Plant) -> frozenset[str]:
    """Zones and conduits that speak with an untrusted network directly."""
    found: set[str] = {zone.id for zone in plant.zones if zone.untrusted_access}
    for conduit, flow in plant.flows:
        source, target = end_of(plant, flow.source), end_of(plant, flow.target)
        if any(start_of(plant, point) == 0 for point in (*source.outside, *target.outside)):
            found |= {conduit.id, source.zone, target.zone}
    found |= {
        point.zone or _zone(plant, point.asset)
        for point in plant.entry_points
        if (point.zone or point.asset) and start_of(plant, point.id) == 0
    }
    return frozenset(found - {""})


def _interactive_scopes(plant: Plant) -> set[str]:
    """Scopes in which a person's session arrives from an untrusted network."""
    found: set[str] = set()
    for conduit, flow in plant.flows:
        source, target = end_of(plant, flow.source), end_of(plant, flow.target)
        if not target.zone:
            continue
        service = plant.service.get(flow.service)
        person = service is None or service.interactive or service.access.value == "admin" or bool(flow.vpn)
        for point in source.outside:
            entry = plant.entry_point.get(point)
            remote = entry is not None and entry.kind is EntryKind.REMOTE_ACCESS
            if remote or (person and start_of(plant, point) == 0):
                found |= {conduit.id, target.zone}
    return found


def _wireless_scopes(plant: Plant) -> frozenset[str]:
    kinds = {EntryKind.WIRELESS_LOCAL, EntryKind.WIRELESS_PUBLIC}
    zones = {zone.id for zone in plant.zones if zone.wireless}
    zones |= {a.zone for a in plant.assets if a.wireless or a.kind is AssetKind.WIRELESS_ACCESS_POINT}
    zones |= {network.zone for network in plant.networks if network.wireless}
    zones |= {point.zone or _zone(plant, point.asset) for point in plant.entry_points if point.kind in kinds}
    conduits = {c.id for c in plant.conduits if zones.intersection(conduit_zones(plant, c.id))}
    return frozenset((zones | conduits) - {""})


def _zone(plant: Plant, asset: str) -> str:
    return plant.asset[asset].zone if asset in plant.asset else ""
