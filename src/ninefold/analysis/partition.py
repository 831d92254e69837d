"""Proposals for zones and conduits, with the rule behind every cut.

Source: IEC 62443-3-2:2020 ZCR 3.1 to 3.6; docs/method.md section 2. The assets are taken as they are; zones that
people have drawn do not count, so that a proposal can be compared with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from ninefold.analysis.needs import ratings, ratings_of
from ninefold.analysis.separation import (
    REMOTE_KINDS,
    externally_connected,
    is_business,
    is_safety,
    is_temporary,
    is_wireless,
)
from ninefold.base.i18n import Message, messages
from ninefold.model.assets import Asset
from ninefold.model.choices import Proposal, ProposedConduit, ProposedZone
from ninefold.model.findings import Reason
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Conversation
from ninefold.model.vocabulary import CONTROL_KINDS, NETWORK_KINDS, AssetKind

say = messages("analysis")

_SUPERVISION: Final = frozenset(
    {
        AssetKind.HMI,
        AssetKind.PANEL_PC,
        AssetKind.OPERATOR_STATION,
        AssetKind.SCADA_SERVER,
        AssetKind.ENGINEERING_STATION,
    }
)
_DATA: Final = frozenset(
    {
        AssetKind.MES,
        AssetKind.HISTORIAN,
        AssetKind.DATABASE,
        AssetKind.OPC_SERVER,
        AssetKind.EDGE_GATEWAY,
        AssetKind.FILE_SERVER,
        AssetKind.SERVER,
    }
)
_BETWEEN: Final = frozenset({AssetKind.JUMP_HOST, AssetKind.PROXY, AssetKind.DATA_DIODE})
_SERVICES: Final = frozenset(
    {
        AssetKind.DIRECTORY_SERVER,
        AssetKind.LOG_SERVER,
        AssetKind.TIME_SERVER,
        AssetKind.DNS_SERVER,
        AssetKind.UPDATE_SERVER,
        AssetKind.BACKUP_SERVER,
    }
)


class Place(NamedTuple):
    """Where an asset belongs, and the rule that says so."""

    zone: str
    rule: str
    says: Message


def propose(plant: Plant, conversations: Iterable[Conversation] = ()) -> tuple[Proposal, ...]:
    """At least two alternatives: by role, the same split into cells that talk together, and as coarse as ZCR 3 allows.

    ``conversations`` (step 1) are used beside the declared flows; a proposal is cheap when few of them cross.
    """
    talk = _talk(plant, conversations)
    external = externally_connected(plant)
    proposals = [
        _proposal(plant, talk, "roles", say("One zone per role in the plant"), _place(plant, external, _by_role)),
        _proposal(
            plant, talk, "cells", say("Control split into cells that talk together"), _cells(plant, talk, external)
        ),
        _proposal(plant, talk, "coarse", say("As few zones as ZCR 3 allows"), _place(plant, external, _coarse)),
    ]
    unique: dict[tuple[tuple[str, ...], ...], Proposal] = {}
    for proposal in proposals:
        unique.setdefault(tuple(sorted(zone.assets for zone in proposal.zones)), proposal)
    kept = list(unique.values())
    if len(kept) < 2:  # nothing to separate: the other alternative is by need
        kept.append(_proposal(plant, talk, "needs", say("Zones by protection need"), _by_need(plant, external)))
    return tuple(kept)


Talk = Counter[tuple[str, str, str]]


def _talk(plant: Plant, conversations: Iterable[Conversation]) -> Talk:
    found: Talk = Counter()
    for _, flow in plant.flows:
        if flow.source in plant.asset and flow.target in plant.asset:
            found[flow.source, flow.target, flow.service] += 1
    for row in conversations:
        if row.client in plant.asset and row.server in plant.asset:
            found.setdefault((row.client, row.server, row.service), 1)
    return found


def _special(plant: Plant, asset: Asset, external: frozenset[str]) -> Place | None:
    """The separations that ZCR 3.2 to 3.6 ask for, the strictest first."""
    name = asset.name
    if is_safety(asset):
        return Place("safety", "ZCR 3.3", say("{asset} is safety-related.", asset=name))
    if is_temporary(asset):
        return Place("temporary", "ZCR 3.4", say("{asset} is connected at times only.", asset=name))
    if asset.kind in REMOTE_KINDS or asset.kind in _BETWEEN:
        return Place("remote-access", "ZCR 3.6", say("{asset} is where access from outside ends.", asset=name))
    if asset.id in external:
        return Place("external", "ZCR 3.6", say("{asset} speaks with an untrusted network.", asset=name))
    if is_wireless(plant, asset):
        return Place("wireless", "ZCR 3.5", say("{asset} speaks by radio.", asset=name))
    if is_business(asset):
        return Place("business", "ZCR 3.2", say("{asset} belongs to the business.", asset=name))
    return None


def _by_role(asset: Asset) -> Place:
    name = asset.name
    if asset.kind in _DATA:
        return Place("data", "ZCR 3.1", say("{asset} collects or plans, it does not control.", asset=name))
    if asset.kind in _SERVICES:
        return Place("services", "ZCR 3.1", say("{asset} serves all others.", asset=name))
    if asset.kind in {AssetKind.WORKSTATION, AssetKind.PRINTER, AssetKind.CLOUD_SERVICE}:
        return Place("office", "ZCR 3.2", say("{asset} is office equipment.", asset=name))
    if asset.kind in _SUPERVISION:
        return Place("supervision", "ZCR 3.1", say("{asset} operates and watches the control.", asset=name))
    return Place("control", "ZCR 3.1", say("{asset} controls the process.", asset=name))


def _coarse(asset: Asset) -> Place:
    place = _by_role(asset)
    if place.zone in {"supervision", "control"}:
        return Place("control", "ZCR 3.1", say("{asset} controls or operates the process.", asset=asset.name))
    if place.zone in {"data", "services"}:
        return Place("data", "ZCR 3.1", say("{asset} serves, it does not control.", asset=asset.name))
    return place


def _place(plant: Plant, external: frozenset[str], rule: Callable[[Asset], Place]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for asset in sorted(plant.assets, key=lambda item: item.id):
        found[asset.id] = _special(plant, asset, external) or rule(asset)
    return _with_hosts(plant, found)


def _with_hosts(plant: Plant, found: dict[str, Place]) -> dict[str, Place]:
    """Software lives where its host is."""
    for asset in sorted(plant.assets, key=lambda item: item.id):
        if asset.runs_on in found:
            says = say("{asset} runs on {host}.", asset=asset.name, host=asset.runs_on)
            found[asset.id] = Place(found[asset.runs_on].zone, "ZCR 3.1", says)
    return found


def _cells(plant: Plant, talk: Talk, external: frozenset[str]) -> dict[str, Place]:
    """As by role, but control (with its panels) falls into groups that talk with each other."""
    found = _place(plant, external, _by_role)
    inside = {name for name, place in found.items() if place.zone in {"control", "supervision"}}
    local = {
        n
        for n in inside
        if plant.asset[n].kind in CONTROL_KINDS or plant.asset[n].kind in {AssetKind.HMI, AssetKind.PANEL_PC}
    }
    group = {name: name for name in local}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for client, server, _ in sorted(talk):
        if client in group and server in group:
            one, other = sorted((root(client), root(server)))
            group[other] = one
    for name in sorted(local):
        says = say("{asset} talks mainly within this cell.", asset=plant.asset[name].name)
        found[name] = Place(f"cell-{root(name)}", "ZCR 3.1", says)
    for name in sorted(inside - local):
        if plant.asset[name].kind in NETWORK_KINDS or found[name].zone == "control":
            _join_cell(plant, name, found, talk)
    return _with_hosts(plant, found)


def _join_cell(plant: Plant, name: str, found: dict[str, Place], talk: Talk) -> None:
    """Switches, sensors and the like go with the cell they talk to or share a network with."""
    votes: Counter[str] = Counter()
    nets = {item.network for item in plant.asset[name].interfaces if item.network}
    for client, server, _ in talk:
        other = server if client == name else client if server == name else ""
        if other and found[other].zone.startswith("cell-"):
            votes[found[other].zone] += 2
    for asset in plant.assets:
        if found[asset.id].zone.startswith("cell-") and nets & {item.network for item in asset.interfaces}:
            votes[found[asset.id].zone] += 1
    if votes:
        best = min(votes, key=lambda zone: (-votes[zone], zone))
        says = say("{asset} serves this cell.", asset=plant.asset[name].name)
        found[name] = Place(best, "ZCR 3.1", says)


def _by_need(plant: Plant, external: frozenset[str]) -> dict[str, Place]:
    rated = ratings(plant)
    found: dict[str, Place] = {}
    for asset in sorted(plant.assets, key=lambda item: item.id):
        need = max((item.rating for item in rated.get(asset.id, {}).values()), default=0)
        name = "high-need" if need >= 4 else "normal-need"
        says = say("{asset} has the protection need {need}.", asset=asset.name, need=need)
        found[asset.id] = _special(plant, asset, external) or Place(name, "ZCR 3.1", says)
    return _with_hosts(plant, found)


def _proposal(plant: Plant, talk: Talk, name: str, title: Message, places: dict[str, Place]) -> Proposal:
    members: dict[str, list[str]] = {}
    for asset, place in sorted(places.items()):
        members.setdefault(place.zone, []).append(asset)
    zones = tuple(_zone(plant, zone, tuple(assets), places) for zone, assets in sorted(members.items()))
    crossing: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for client, server, service in sorted(talk):
        pair = places[client].zone, places[server].zone
        if pair[0] != pair[1]:
            one, other = sorted(pair)
            crossing.setdefault((one, other), []).append((client, server, service))
    conduits = tuple(
        ProposedConduit(id=f"{pair[0]}--{pair[1]}", zones=pair, flows=tuple(flows))
        for pair, flows in sorted(crossing.items())
    )
    cost = sum(len(item.flows) for item in conduits)
    says = say(
        "{zones} zones, {conduits} conduits, {cost} conversations cross a boundary.",
        zones=len(zones),
        conduits=len(conduits),
        cost=cost,
    )
    return Proposal(
        id=name,
        title=Reason(says=title, because=(Reason(says=says, value=cost),), rule="ZCR 3.1"),
        zones=zones,
        conduits=conduits,
        cost=cost,
        highest_level=max((zone.level for zone in zones), default=0),
    )


def _zone(plant: Plant, zone: str, assets: tuple[str, ...], places: dict[str, Place]) -> ProposedZone:
    by_rule = Counter(places[name].rule for name in assets)
    rule = min(by_rule, key=lambda item: (-by_rule[item], item))
    because = tuple(Reason(says=places[name].says, rule=places[name].rule, refs=(name,)) for name in assets)
    need = max((item.rating for item in ratings_of(plant, assets).values()), default=0)
    says = say("{zone}: {count} assets, protection need {need}.", zone=zone, count=len(assets), need=need)
    why = Reason(says=says, value=need, rule=rule, because=because)
    return ProposedZone(id=zone, assets=assets, rule=rule, why=why, level=need)
