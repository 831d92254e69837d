"""Every id that something names exists and is of the right kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ninefold.base.i18n import Message
from ninefold.model.plant import Plant
from ninefold.workspace.convert import Origins
from ninefold.workspace.faults import nearest, say

Reference = tuple[Any, str, Iterable[str], frozenset[str]]


def check_references(plant: Plant, origins: Origins) -> None:
    """Unknown references and assets without a zone."""
    for item, field, names, known in references(plant):
        for name in names:
            if name and name not in known and name not in origins.known:
                _unknown(name, item, field, known, plant, origins)
    for asset in plant.assets:
        if not asset.zone:
            advice = say("Put it into the file of a zone, or give its row in the inventory a zone.")
            origins.add("no-zone", say("The asset '{id}' is in no zone.", id=asset.id), origins.at(asset, "id"), advice)


def _unknown(name: str, item: Any, field: str, known: frozenset[str], plant: Plant, origins: Origins) -> None:
    what = plant.places.get(name)
    advice: Message | str
    if what is not None:
        advice = say("'{id}' in {place} is something else.", id=name, place=what)
        text = say("'{id}' cannot be used for '{field}'.", id=name, field=field)
    else:
        advice = nearest(name, known) or say("Define it, or correct the name.")
        text = say("'{id}' is not known (in '{field}').", id=name, field=field)
    origins.add("unknown-reference", text, origins.at(item, field), advice)


def references(plant: Plant) -> Iterator[Reference]:
    """(value, field as written, ids it names, ids it may name)."""
    zones, assets, networks = frozenset(plant.zone), frozenset(plant.asset), frozenset(plant.network)
    entries, services = frozenset(plant.entry_point), frozenset(plant.service)
    ends = zones | assets | networks | entries
    yield from _of_zones(plant, zones, assets)
    for asset in plant.assets:
        yield asset, "zone", (asset.zone,), zones
        yield asset, "runs_on", (asset.runs_on,), assets
        yield asset, "services", asset.services, services
        for interface in asset.interfaces:
            yield interface, "network", (interface.network,), networks
    vpns = frozenset(item.id for item in plant.vpns)
    for _, flow in plant.flows:
        yield flow, "from", (flow.source,), ends
        yield flow, "to", (flow.target,), ends
        yield flow, "service", (flow.service,), services
        yield flow, "vpn", (flow.vpn,), vpns
    yield from _of_networks(plant, zones, assets, networks, ends)
    yield from _of_functions(plant, zones, assets)
    scopes = zones | assets | frozenset(plant.conduit)
    for measure in plant.measures:
        for provision in measure.provides:
            yield provision, "scope", provision.scope, scopes


def _of_zones(plant: Plant, zones: frozenset[str], assets: frozenset[str]) -> Iterator[Reference]:
    for zone in plant.zones:
        yield zone, "parent", (zone.parent,), zones
        yield zone, "administers", zone.administers, zones
        yield zone, "reauthenticates", zone.reauthenticates, zones
        if zone.broker:
            yield zone.broker, "by", (zone.broker.by,), assets


def _of_networks(
    plant: Plant, zones: frozenset[str], assets: frozenset[str], networks: frozenset[str], ends: frozenset[str]
) -> Iterator[Reference]:
    for network in plant.networks:
        yield network, "zone", (network.zone,), zones
    for gateway in plant.gateways:
        yield gateway, "asset", (gateway.asset,), assets
        yield gateway, "administered_from", gateway.administered_from, ends
        for interface in gateway.interfaces:
            yield interface, "network", (interface.network,), networks
    for vpn in plant.vpns:
        yield vpn, "ends", vpn.ends, ends
        yield vpn, "network", (vpn.network,), networks
    for entry in plant.entry_points:
        yield entry, "network", (entry.network,), networks
        yield entry, "zone", (entry.zone,), zones
        yield entry, "asset", (entry.asset,), assets


def _of_functions(plant: Plant, zones: frozenset[str], assets: frozenset[str]) -> Iterator[Reference]:
    functions = frozenset(plant.function)
    for function in plant.functions:
        yield function, "supported_by", function.supported_by, assets
        yield function, "needs", function.needs, functions
    subjects = zones | assets | functions
    for cumulation in plant.cumulations:
        yield cumulation, "subject", (cumulation.subject,), subjects
    for distribution in plant.distributions:
        yield distribution, "subject", (distribution.subject,), subjects
