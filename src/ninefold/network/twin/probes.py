"""Which packets to send: every declared flow, the edges of every permit, witnesses of differences, and random ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final, NamedTuple

from ninefold.model.plant import Plant
from ninefold.model.proofs import Witness
from ninefold.model.services import PortSpec
from ninefold.network.journey import Oracle, Packet, holds, number
from ninefold.network.policy import HOUSEKEEPING, Permit, intent
from ninefold.network.ranges import BITS, Ranges, Span, join, parse_addresses
from ninefold.network.ruleset import PROTOCOLS
from ninefold.network.topology import UNICAST

#: message types that open a connection for Linux connection tracking; others are never *new*
_REQUESTS: Final = {4: (8, 13, 15, 17), 6: (128,)}
_CLIENT: Final = 40000


class Probe(NamedTuple):
    """A packet, the network it is sent on, the gateway it is handed to, and why it is sent."""

    packet: Packet
    network: str
    gateway: str
    why: str


class Chooser:
    """Chooses probes for one plant."""

    def __init__(self, plant: Plant, oracle: Oracle) -> None:
        self.plant, self.oracle = plant, oracle
        self.topology = oracle.topology
        own = join(oracle.mine.values())
        self.edges = join(self._edges())
        self.never = own | self.edges
        self.known = join(parse_addresses(text) for asset in plant.assets for text in asset.addresses) - own

    def _edges(self) -> Iterator[Ranges]:
        """First and last address of every IPv4 subnet: no host has them."""
        for ranges in self.topology.subnets.values():
            for low, high in ranges.v4:
                yield Ranges(v4=((low, low), (high, high)) if high > low else ((low, low),))
            for low, _ in ranges.v6:
                yield Ranges(v6=((low, low),))

    def sendable(self, packet: Packet) -> bool:
        """Whether a host could send it and a router would look at it."""
        usable = holds(UNICAST.family(packet.family), packet.source) and holds(
            UNICAST.family(packet.family), packet.target
        )
        strange = holds(self.never.family(packet.family), packet.source) or packet.source == packet.target
        edge = holds(self.edges.family(packet.family), packet.target)
        if packet.protocol in {1, 58}:
            usable = usable and packet.port in _REQUESTS[packet.family] and packet.source_port == 0
            usable = usable and (packet.protocol == 1) == (packet.family == 4)
        return usable and not strange and not edge

    def declared(self) -> Iterator[Probe]:
        """Every permit with its usual packet, and with packets at and beyond its edges."""
        for permit in intent(self.plant).permits:
            if permit.needs or permit.conduit == HOUSEKEEPING or not permit.network:
                continue
            yield from self._permit(permit)

    def _permit(self, permit: Permit) -> Iterator[Probe]:
        what = f"{permit.conduit}:{permit.flow}"
        for family in (4, 6):
            sources = _points(permit.sources, self.never, family, self.known)
            targets = _points(permit.asked.targets, Ranges(), family, self.known)
            if not sources or not targets:
                continue
            for spec in permit.asked.ports or (PortSpec("tcp", 1, 65535),):
                for protocol, kind in _ports(spec, family):
                    first = Packet(family, sources[0], targets[0], protocol, _source_port(protocol), kind)
                    yield from self._around(permit, first, sources[1:], targets[1:], spec, what)

    def _around(
        self, permit: Permit, first: Packet, sources: list[int], targets: list[int], spec: PortSpec, what: str
    ) -> Iterator[Probe]:
        packets = [first, *(first._replace(source=item) for item in sources)]
        packets += [first._replace(target=item) for item in targets]
        if first.protocol in {6, 17}:
            edges = {spec.first - 1, spec.first, spec.last, spec.last + 1}
            packets += [first._replace(port=item) for item in sorted(edges) if 0 < item < 65536]
            packets.append(first._replace(protocol=23 - first.protocol))
        for packet in packets:
            if self.sendable(packet):
                yield Probe(packet, permit.network, permit.gateway, what)

    def witness(self, packet: Witness, at: str) -> Probe | None:
        """A witness of a proof; ``at`` begins with its gateway, or is ``network > network``."""
        family, source = number(packet.source)
        protocol = PROTOCOLS[packet.protocol] if packet.protocol in PROTOCOLS else int(packet.protocol)
        made = Packet(family, source, number(packet.target)[1], protocol, packet.source_port, packet.port)
        if protocol in {6, 17} and made.source_port == 0:
            made = made._replace(source_port=_CLIENT)
        before, _, _ = at.partition(" > ")
        if before in self.topology.subnets:
            gateway = self.oracle.next_gateway(before, made)
            return Probe(made, before, gateway, at) if gateway else None
        gateway = at.partition(":")[0]
        if gateway not in self.oracle.own or not packet.incoming:
            return None
        network = self.topology.network_of(gateway, packet.incoming)
        return Probe(made, network, gateway, at) if network else None

    def random(self, count: int, seed: int) -> Iterator[Probe]:
        """``count`` random packets between networks, half of them with ports that somebody uses."""
        dice = Random(seed)  # noqa: S311 - repeatable on purpose
        ports = sorted(
            {(spec.transport, spec.first) for permit in intent(self.plant).permits for spec in permit.asked.ports}
        )
        networks = [network for network in sorted(self.topology.subnets) if self.topology.members.get(network)]
        made = tries = 0
        while made < count and tries < count * 20 and len(networks) > 1:
            tries += 1
            probe = self._roll(dice, networks, ports)
            if probe is not None:
                made += 1
                yield probe

    def _roll(self, dice: Random, networks: list[str], ports: list[tuple[str, int]]) -> Probe | None:
        start, goal = dice.sample(networks, 2)
        family = dice.choice((4, 4, 4, 6))
        source = _any(dice, self.oracle.homes[start], family, self.known if dice.random() < 0.5 else None)
        target = _any(dice, self.oracle.homes[goal], family, self.known if dice.random() < 0.7 else None)
        if source is None or target is None:
            return None
        protocol, port = dice.choice((6, 6, 17)), dice.randrange(1, 65536)
        if ports and dice.random() < 0.6:
            name, port = dice.choice(ports)
            protocol = PROTOCOLS.get(name, 6)
        if protocol in {1, 58}:
            protocol, port = (1, 8) if family == 4 else (58, 128)
        if protocol not in {1, 6, 17, 50, 58}:
            protocol = 50
        source_port = dice.randrange(1024, 65536) if protocol in {6, 17} else 0
        packet = Packet(family, source, target, protocol, source_port, port if protocol != 50 else 0)
        gateway = self.oracle.next_gateway(start, packet)
        return Probe(packet, start, gateway, "random") if gateway and self.sendable(packet) else None


def _source_port(protocol: int) -> int:
    return _CLIENT if protocol in {6, 17, 132} else 0


def _ports(spec: PortSpec, family: int) -> Iterator[tuple[int, int]]:
    message = spec.transport in {"icmp", "icmpv6"} and (spec.transport == "icmp") == (family == 4)
    if message or spec.transport in {"tcp", "udp"}:
        yield PROTOCOLS[spec.transport], spec.first
    elif spec.transport == "esp":
        yield 50, 0
    elif spec.transport == "any":
        yield 6, 1


def _points(ranges: Ranges, never: Ranges, family: int, known: Ranges) -> list[int]:
    """A usual address first, then addresses at and just beyond the edges."""
    only = Ranges(v4=ranges.v4) if family == 4 else Ranges(v6=ranges.v6)
    usable = only - never
    likely = (usable & known).family(family) or usable.family(family)
    if not likely:
        return []
    points = [likely[0][0]]
    for low, high in usable.family(family)[:6]:
        points += [low, high]
    top = (1 << BITS[family]) - 1
    for low, high in only.family(family)[:3]:
        points += [value for value in (low - 1, high + 1) if 0 <= value <= top]
    return list(dict.fromkeys(points))


def _any(dice: Random, ranges: Ranges, family: int, likes: Ranges | None) -> int | None:
    spans: Iterable[Span] = (ranges & likes).family(family) if likes else ()
    spans = tuple(spans) or (ranges & UNICAST).family(family)
    if not spans:
        return None
    low, high = dice.choice(spans)
    return dice.randint(low, high)
