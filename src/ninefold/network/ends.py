"""The ends of flows as addresses, and where those addresses are reached."""

from __future__ import annotations

from ninefold.base.errors import InputError
from ninefold.base.i18n import Message, messages
from ninefold.model.plant import Plant
from ninefold.network.ranges import Ranges, join, parse_addresses
from ninefold.network.topology import Location, Topology

say = messages("network")


def locations(plant: Plant, topology: Topology, end: str) -> tuple[tuple[Location, ...], Message | None]:
    """Where an end (asset, zone, network, entry point) lives; or why that is not known."""
    try:
        if end in plant.asset:
            found = _asset(plant, topology, end)
        elif end in plant.zone:
            found = _zone(plant, topology, end)
        elif end in plant.network:
            found = (Location(end, topology.subnets[end]),)
        elif end in plant.entry_point:
            found = _entry(plant, topology, end)
        else:
            return (), say("'{end}' is neither asset, zone, network nor entry point.", end=end)
    except InputError as error:
        return (), say("'{end}' has an address that cannot be read: {error}", end=end, error=error.message)
    found = tuple(item for item in found if item.addresses and item.network)
    return found, None if found else say("'{end}' has no address and no network.", end=end)


def _asset(plant: Plant, topology: Topology, identifier: str) -> tuple[Location, ...]:
    if identifier in plant.gateway:
        return tuple(
            Location(item.network, topology.own(identifier)[item.name]) for item in topology.interfaces[identifier]
        )
    seen: set[str] = set()
    asset = plant.asset[identifier]
    while not asset.addresses and asset.runs_on in plant.asset and asset.runs_on not in seen:
        seen.add(asset.runs_on)
        asset = plant.asset[asset.runs_on]
    found = []
    for item in asset.interfaces:
        addresses = join(parse_addresses(text) for text in (item.address, item.address6) if text)
        found.append(Location(item.network or _network_of(topology, addresses), addresses))
    return tuple(found)


def _network_of(topology: Topology, addresses: Ranges) -> str:
    """The network in whose subnet an address lies."""
    for network in sorted(topology.subnets):
        if addresses and topology.subnets[network] & addresses:
            return network
    return ""


def _zone(plant: Plant, topology: Topology, identifier: str) -> tuple[Location, ...]:
    """The subnets of the zone and of zones within it, without other zones' assets in them, with its own elsewhere."""
    zones = _within(plant, identifier)
    found: list[Location] = []
    guests: list[Ranges] = []
    for asset in plant.assets:
        if asset.id in plant.gateway:
            continue
        for place in _asset(plant, topology, asset.id):
            at_home = place.network in plant.network and plant.network[place.network].zone in zones
            if asset.zone in zones and not at_home:
                found.append(place)
            if asset.zone and asset.zone not in zones and at_home:
                guests.append(place.addresses)
    strangers = join(guests)
    homes = [
        Location(network.id, topology.subnets[network.id] - strangers)
        for network in plant.networks
        if network.zone in zones
    ]
    return (*homes, *found)


def _within(plant: Plant, identifier: str) -> frozenset[str]:
    found = {identifier}
    while True:
        more = {zone.id for zone in plant.zones if zone.parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


def _entry(plant: Plant, topology: Topology, identifier: str) -> tuple[Location, ...]:
    entry = plant.entry_point[identifier]
    networks = (entry.network,) if entry.network else topology.outside_networks
    if entry.addresses:
        addresses = join(parse_addresses(text) for text in entry.addresses)
        inside = tuple((item, addresses & topology.subnets[item]) for item in sorted(topology.subnets))
        if not entry.network and any(part for _, part in inside):
            return tuple(Location(network, part) for network, part in inside if part)
        return tuple(Location(network, addresses) for network in networks)
    if entry.network and topology.subnets.get(entry.network):
        return (Location(entry.network, topology.subnets[entry.network]),)
    return tuple(Location(network, topology.outside) for network in networks)
