"""Which gateways a packet crosses: networks, the gateways between them, routes, tunnels, and where the outside begins.

Assumptions, said in every proof: explicit routes win over the shortest way; without a route a gateway knows the
shortest way to each of the plant's networks; among equal ways all are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from ninefold.base.errors import InputError
from ninefold.model.networks import Gateway, GatewayInterface
from ninefold.model.plant import Plant
from ninefold.network.ranges import EVERYTHING, NOTHING, Ranges, join, parse_addresses


class Hop(NamedTuple):
    """One crossing of a gateway, from network to network."""

    gateway: str
    incoming: str
    outgoing: str
    before: str
    after: str


class Location(NamedTuple):
    """Addresses of one end and the network at which they are reached."""

    network: str
    addresses: Ranges


class Alias(NamedTuple):
    """Addresses that a translation of ``gateway`` answers to in ``network``."""

    network: str
    addresses: Ranges
    gateway: str


class Topology:
    """The plant's networks as a graph."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.gateways: Mapping[str, Gateway] = plant.gateway
        self.interfaces = {gateway.asset: self._interfaces(gateway) for gateway in plant.gateways}

    def _interfaces(self, gateway: Gateway) -> tuple[GatewayInterface, ...]:
        """Those written down, and one per tunnel that ends here and has a network of its own."""
        known = {item.network for item in gateway.interfaces}
        tunnels = [
            GatewayInterface(name=vpn.id[:15], network=vpn.network)
            for vpn in self.plant.vpns
            if vpn.network and gateway.asset in vpn.ends and vpn.network not in known
        ]
        return (*gateway.interfaces, *tunnels)

    @cached_property
    def subnets(self) -> Mapping[str, Ranges]:
        """Addresses of each network; nothing where no subnet is written down."""
        return {
            network.id: join(parse_addresses(text) for text in (network.subnet, network.subnet6) if text)
            for network in self.plant.networks
        }

    @cached_property
    def outside(self) -> Ranges:
        """Every unicast address outside the plant's own subnets and the names that its translations give them."""
        return UNICAST - join(self.subnets.values()) - join(alias.addresses for alias in self.aliases)

    @cached_property
    def aliases(self) -> tuple[Alias, ...]:
        """Addresses that a 1:1 or target translation answers to, and the network in which it does."""
        found = []
        for gateway in self.plant.gateways:
            for nat in gateway.nat:
                if nat.kind in {"netmap", "dnat"} and nat.match:
                    try:
                        addresses = parse_addresses(nat.match)
                    except InputError:
                        continue
                    strange = addresses - join(self.subnets.values())
                    network = self.network_of(gateway.asset, nat.interface)
                    if strange and network:
                        found.append(Alias(network, strange, gateway.asset))
        return tuple(found)

    def speaks(self, network: str) -> Ranges:
        """Every address of the families that a network speaks: those it has a subnet of; both if it has none."""
        subnets = self.subnets.get(network, NOTHING)
        if not subnets:
            return EVERYTHING
        return Ranges(EVERYTHING.v4 if subnets.v4 else (), EVERYTHING.v6 if subnets.v6 else ())

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Gateways in each network."""
        found: dict[str, list[str]] = {network.id: [] for network in self.plant.networks}
        for gateway, interfaces in self.interfaces.items():
            for item in interfaces:
                found.setdefault(item.network, []).append(gateway)
        return {network: tuple(dict.fromkeys(gateways)) for network, gateways in found.items()}

    def own(self, gateway: str) -> dict[str, Ranges]:
        """The gateway's addresses per interface."""
        return {
            item.name: join(parse_addresses(text) for text in (item.address, item.address6) if text)
            for item in self.interfaces[gateway]
        }

    def interface(self, gateway: str, network: str) -> str:
        """The gateway's interface in a network, or ""."""
        return self._names.get((gateway, network), "")

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for gateway, items in self.interfaces.items():
            for item in items:
                found.setdefault((gateway, item.network), item.name)
        return found

    def network_of(self, gateway: str, interface: str) -> str:
        """The network of a gateway's interface, or ""."""
        return next((item.network for item in self.interfaces[gateway] if item.name == interface), "")

    def distances(self, target: str) -> dict[str, int]:
        """Number of gateways between each network and the target."""
        return self._distances(target)

    @cached_property
    def _known_distances(self) -> dict[str, dict[str, int]]:
        return {}

    def _distances(self, target: str) -> dict[str, int]:
        if target not in self._known_distances:
            found, edge = {target: 0}, [target]
            while edge:
                following = []
                for network in edge:
                    for gateway in self.members.get(network, ()):
                        for item in self.interfaces[gateway]:
                            if item.network not in found:
                                found[item.network] = found[network] + 1
                                following.append(item.network)
                edge = following
            self._known_distances[target] = found
        return self._known_distances[target]

    @cached_property
    def outside_networks(self) -> tuple[str, ...]:
        """Networks beyond which the outside lies: where default routes lead; else networks that serve no zone."""
        found = []
        for gateway in self.plant.gateways:
            for route in gateway.routes:
                if route.to in DEFAULTS:
                    via = self.network_with(gateway.asset, route.via)
                    if via and not self.plant.network[via].zone:
                        found.append(via)
        if not found:
            tunnels = {vpn.network for vpn in self.plant.vpns}
            found = [
                n.id for n in self.plant.networks if not n.zone and n.id not in tunnels and not self._transit(n.id)
            ]
        return tuple(dict.fromkeys(found))

    def _transit(self, network: str) -> bool:
        return len(self.members.get(network, ())) > 1

    def network_with(self, gateway: str, address: str) -> str:
        """The gateway's network in which an address lies, or ""."""
        try:
            wanted = parse_addresses(address)
        except InputError:
            return ""
        for item in self.interfaces[gateway]:
            if item.network == address or (wanted and not (wanted - self.subnets.get(item.network, NOTHING))):
                return item.network
        return ""

    def next_networks(self, gateway: str, target: str, addresses: Ranges) -> tuple[str, ...]:
        """Where a gateway sends packets for a network (or for outside addresses that are reached through it)."""
        key = (gateway, target, addresses)
        if key not in self._known_next:
            self._known_next[key] = self._next_networks(gateway, target, addresses)
        return self._known_next[key]

    @cached_property
    def _known_next(self) -> dict[tuple[str, str, Ranges], tuple[str, ...]]:
        return {}

    def _next_networks(self, gateway: str, target: str, addresses: Ranges) -> tuple[str, ...]:
        connected = {item.network for item in self.interfaces[gateway]}
        if target in connected:
            return (target,)
        best: tuple[int, str] = (0, "")
        known = not (addresses & self.outside)
        for route in self.gateways[gateway].routes:
            covers = parse_addresses(route.to)
            if known and route.to in DEFAULTS:
                continue  # to the plant's own networks the shortest way wins over a default route
            if addresses and not (addresses - covers):
                via = self.network_with(gateway, route.via)
                length = -_size(covers)
                if via and (not best[1] or length > best[0]):
                    best = (length, via)
        if best[1]:
            return (best[1],)
        far = self._distances(target)
        reach = {network: far[network] for network in connected if network in far}
        return tuple(sorted(network for network in reach if reach[network] == min(reach.values())))

    def paths(self, source: str, target: str, addresses: Ranges) -> tuple[tuple[Hop, ...], ...]:
        """All ways from network to network; none if they are not connected; an empty way if they are the same."""
        key = (source, target, addresses)
        if key not in self._known_paths:
            self._known_paths[key] = self._paths(source, target, addresses)
        return self._known_paths[key]

    @cached_property
    def _known_paths(self) -> dict[tuple[str, str, Ranges], tuple[tuple[Hop, ...], ...]]:
        return {}

    def _paths(self, source: str, target: str, addresses: Ranges) -> tuple[tuple[Hop, ...], ...]:
        found: list[tuple[Hop, ...]] = []
        stack: list[tuple[str, tuple[Hop, ...]]] = [(source, ())]
        while stack and len(found) < 64:
            network, way = stack.pop()
            if network == target:
                found.append(way)
                continue
            for hop in self._hops(network, target, addresses):
                if hop.after not in {item.before for item in way} and hop.after != network:
                    stack.append((hop.after, (*way, hop)))
        return tuple(sorted(found))

    def _hops(self, network: str, target: str, addresses: Ranges) -> list[Hop]:
        far = self._distances(target)
        hops = []
        for gateway in self.members.get(network, ()):
            for after in self.next_networks(gateway, target, addresses):
                hops.append(
                    Hop(gateway, self.interface(gateway, network), self.interface(gateway, after), network, after)
                )
        nearest = min((far.get(hop.after, 1 << 30) for hop in hops), default=0)
        return [hop for hop in hops if far.get(hop.after, 1 << 30) == nearest]

    def routes(self, gateway: str) -> dict[str, Ranges]:
        """Which targets leave a gateway through which interface (several interfaces: equal ways)."""
        found: dict[str, Ranges] = {}
        own = join(self.own(gateway).values())
        tables = [Location(network, self.subnets[network]) for network in sorted(self.subnets)]
        tables += [Location(alias.network, alias.addresses) for alias in self.aliases]
        tables += [Location(name, self.outside) for name in self.outside_networks]
        for network, addresses in tables:
            for after in self.next_networks(gateway, network, addresses):
                interface = self.interface(gateway, after)
                found[interface] = found.get(interface, NOTHING) | ((addresses - own) & self.speaks(after))
        return found


#: no loopback, multicast, link-local or unspecified addresses (RFC 6890): they are never routed
UNICAST = EVERYTHING - join(
    parse_addresses(text)
    for text in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8")
)


def topology_of(plant: Plant) -> Topology:
    """The topology of a plant; made once per plant value."""
    kept = plant.__dict__.get("_network_topology")
    if not isinstance(kept, Topology):
        kept = plant.__dict__["_network_topology"] = Topology(plant)
    return kept


DEFAULTS = frozenset({"default", "any", "0.0.0.0/0", "::/0"})


def _size(ranges: Ranges) -> int:
    return sum(last - first + 1 for first, last in ranges.v4 + ranges.v6)
