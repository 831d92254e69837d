"""Which zone can administer, program or grant access to which other.

Source: docs/method.md section 3. People declare it (``administers``); a flow shows it as well when its service ends
in an administrator's session, or when it lets its client program and the client is there to do so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ninefold.analysis.exposure import end_of
from ninefold.analysis.words import memo
from ninefold.base.i18n import messages
from ninefold.model.findings import Reason
from ninefold.model.plant import Plant
from ninefold.model.services import Access
from ninefold.model.vocabulary import AssetKind
from ninefold.model.zones import Flow

say = messages("analysis")

PROGRAMMERS: Final = frozenset(
    {
        AssetKind.ENGINEERING_STATION,
        AssetKind.LAPTOP,
        AssetKind.WORKSTATION,
        AssetKind.JUMP_HOST,
        AssetKind.REMOTE_MAINTENANCE_ROUTER,
        AssetKind.UPDATE_SERVER,
        AssetKind.BACKUP_SERVER,
    }
)


class Administers(NamedTuple):
    """``source`` administers ``target``; ``again`` is 1 where the target authenticates again and independently."""

    source: str
    target: str
    again: int
    why: Reason


def administers(plant: Plant) -> tuple[Administers, ...]:
    """All pairs of zones, declared ones first, each pair once, by id."""
    return memo(plant, "administers", _administers)


def possible_programming(plant: Plant) -> tuple[tuple[str, str, str], ...]:
    """(flow, source zone, target zone) where the protocol would allow programming, though nobody says it is done."""
    declared = {(item.source, item.target) for item in administers(plant)}
    found = {
        (flow.id, source, target)
        for flow, source, target in _crossing(plant)
        if _access(plant, flow) is Access.PROGRAM and (source, target) not in declared
    }
    return tuple(sorted(found))


def _administers(plant: Plant) -> tuple[Administers, ...]:
    found: dict[tuple[str, str], Reason] = {}
    for zone in plant.zones:
        for target in zone.administers:
            if target in plant.zone and target != zone.id:
                says = say("Zone {zone} is declared to administer {target}.", zone=zone.name, target=target)
                found[zone.id, target] = Reason(says=says, rule="method 3", refs=(zone.id, target))
    for flow, source, target in sorted(_crossing(plant), key=lambda item: item[0].id):
        if (source, target) not in found and _is_administration(plant, flow):
            says = say("Flow {flow} ({service}) gives such access.", flow=flow.id, service=flow.service)
            found[source, target] = Reason(says=says, rule="method 3", refs=(flow.id, source, target))
    return tuple(
        Administers(source, target, int(target in plant.zone[source].reauthenticates), why)
        for (source, target), why in sorted(found.items())
    )


def _crossing(plant: Plant) -> Iterator[tuple[Flow, str, str]]:
    for _, flow in plant.flows:
        source, target = end_of(plant, flow.source).zone, end_of(plant, flow.target).zone
        if source in plant.zone and target in plant.zone and source != target:
            yield flow, source, target


def _access(plant: Plant, flow: Flow) -> Access | None:
    service = plant.service.get(flow.service)
    return service.access if service else None


def _is_administration(plant: Plant, flow: Flow) -> bool:
    access = _access(plant, flow)
    if access is Access.ADMIN:
        return True
    if access is not Access.PROGRAM:
        return False
    client = plant.asset.get(flow.source)
    # the whole zone as client is the conservative reading: somebody in it may program
    return client is None or client.kind in PROGRAMMERS
