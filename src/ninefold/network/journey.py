"""The fate that intent gives to one packet: through which gateways it goes, how it is translated, where it ends.

Fast enough for tens of thousands of packets, and independent of the decision diagrams.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ninefold.model.plant import Plant
from ninefold.model.services import PortSpec
from ninefold.network.nat import Step, steps
from ninefold.network.policy import Permit, intent
from ninefold.network.ranges import Ranges, Span, join
from ninefold.network.ruleset import PROTOCOLS, WITH_PORTS
from ninefold.network.topology import topology_of

_LIMIT = 16


class Packet(NamedTuple):
    """A packet as numbers. ICMP: ``port`` is the type, ``source_port`` the code."""

    family: int
    source: int
    target: int
    protocol: int
    source_port: int
    port: int


class Journey(NamedTuple):
    """``emitted``: (gateway, interface) for every time a gateway passed it on. ``taken``: the gateway that took it in.

    ``delivered``: the network where it arrived, or "". ``why``: why it went no further.
    """

    emitted: tuple[tuple[str, str], ...]
    taken: str
    delivered: str
    packet: Packet
    why: str


def number(address: str) -> tuple[int, int]:
    """Family and integer of an address."""
    found = ipaddress.ip_address(address)
    return found.version, int(found)


def holds(spans: Sequence[Span], value: int) -> bool:
    """Whether a value lies in sorted intervals."""
    at = bisect_right(spans, (value, 1 << 200))
    return at > 0 and spans[at - 1][0] <= value <= spans[at - 1][1]


class Oracle:
    """Intent of a whole plant, ready to judge single packets."""

    def __init__(self, plant: Plant) -> None:
        self.topology = topology_of(plant)
        self.steps = {gateway.asset: steps(plant, self.topology, gateway.asset) for gateway in plant.gateways}
        self.own = {gateway: self.topology.own(gateway) for gateway in self.topology.gateways}
        self.mine = {gateway: join(own.values()) for gateway, own in self.own.items()}
        self.routes = {gateway: self.topology.routes(gateway) for gateway in self.topology.gateways}
        self.filters = {gateway.asset: gateway.filters for gateway in plant.gateways}
        self._permits: dict[tuple[str, str, str, str], list[Permit]] = {}
        for permit in intent(plant).permits:
            key = (permit.gateway, permit.hook, permit.incoming, permit.outgoing)
            self._permits.setdefault(key, []).append(permit)
        outside = self.topology.outside
        self.homes = {
            network.id: self.topology.subnets[network.id]
            | (outside if network.id in self.topology.outside_networks else Ranges())
            for network in plant.networks
        }

    def journey(self, packet: Packet, network: str, gateway: str, *, unfiltered: bool = False) -> Journey:
        """From a network, handed to a gateway there; ``unfiltered``: as if every packet were permitted."""
        emitted: list[tuple[str, str]] = []
        for _ in range(_LIMIT):
            incoming = self.topology.interface(gateway, network)
            packet = self._target(gateway, incoming, packet)
            if holds(self.mine[gateway].family(packet.family), packet.target):
                taken = gateway if unfiltered or self.permitted(gateway, "input", incoming, "", packet) else ""
                return Journey(tuple(emitted), taken, "", packet, "" if taken else f"{gateway}: input")
            outgoing = self._route(gateway, packet)
            if not outgoing:
                return Journey(tuple(emitted), "", "", packet, f"{gateway}: no route")
            if not unfiltered and not self.permitted(gateway, "forward", incoming, outgoing, packet):
                return Journey(tuple(emitted), "", "", packet, f"{gateway}: forward")
            packet = self._source(gateway, outgoing, packet)
            emitted.append((gateway, outgoing))
            network = self.topology.network_of(gateway, outgoing)
            following = self.next_gateway(network, packet, gateway)
            if not following:
                return Journey(tuple(emitted), "", network, packet, "")
            gateway = following
        return Journey(tuple(emitted), "", "", packet, "loop")

    def next_gateway(self, network: str, packet: Packet, but: str = "") -> str:
        """Who takes a packet on a network further: a gateway, or nobody ("") because it has arrived."""
        members = [item for item in self.topology.members.get(network, ()) if item != but]
        for gateway in members:
            here = self.own[gateway].get(self.topology.interface(gateway, network), Ranges())
            if holds(here.family(packet.family), packet.target):
                return gateway
        if holds(self.homes[network].family(packet.family), packet.target):
            return ""
        for gateway in members:
            outgoing = self._route(gateway, packet)
            if outgoing and self.topology.network_of(gateway, outgoing) != network:
                return gateway
            translated = self._target(gateway, self.topology.interface(gateway, network), packet)
            if translated != packet:
                return gateway
        return ""

    def _route(self, gateway: str, packet: Packet) -> str:
        for interface, ranges in sorted(self.routes[gateway].items()):
            if holds(ranges.family(packet.family), packet.target):
                return interface
        return ""

    def permitted(self, gateway: str, hook: str, incoming: str, outgoing: str, packet: Packet) -> bool:
        """Whether a permit covers a packet at a chain."""
        if not self.filters[gateway]:
            return True
        keys = [(gateway, hook, incoming, outgoing), (gateway, hook, "", outgoing)]
        return any(covers(permit, packet) for key in keys for permit in self._permits.get(key, ()))

    def _target(self, gateway: str, incoming: str, packet: Packet) -> Packet:
        for step in self.steps[gateway]:
            if step.kind not in {"dnat", "redirect", "netmap"} or step.interface not in {"", incoming}:
                continue
            if not holds(step.match.family(packet.family), packet.target) or not _asked(step, packet):
                continue
            if step.kind == "netmap":
                return packet._replace(target=_shift(step, packet.family, packet.target, forth=True))
            to = step.to.family(packet.family)
            if step.kind == "redirect":
                to = self.own[gateway].get(incoming, Ranges()).family(packet.family)
            if to:
                return packet._replace(target=to[0][0], port=step.to_port[0] if step.to_port else packet.port)
        return packet

    def _source(self, gateway: str, outgoing: str, packet: Packet) -> Packet:
        for step in self.steps[gateway]:
            if step.kind not in {"masquerade", "snat", "netmap"} or step.interface not in {"", outgoing}:
                continue
            match = step.to if step.kind == "netmap" else step.match
            if not holds(match.family(packet.family), packet.source) or not _asked(step, packet):
                continue
            if step.kind == "netmap":
                return packet._replace(source=_shift(step, packet.family, packet.source, forth=False))
            to = step.to.family(packet.family)
            return packet._replace(source=to[0][0]) if to else packet
        return packet


def _asked(step: Step, packet: Packet) -> bool:
    return not step.ports or any(_fits(spec, packet) for spec in step.ports)


def _shift(step: Step, family: int, value: int, *, forth: bool) -> int:
    outer, inner = step.match.family(family)[0][0], step.to.family(family)[0][0]
    return value - outer + inner if forth else value - inner + outer


def covers(permit: Permit, packet: Packet) -> bool:
    """Whether a permit's addresses and services cover a packet (its interfaces are not looked at)."""
    if not holds(permit.sources.family(packet.family), packet.source):
        return False
    if not holds(permit.targets.family(packet.family), packet.target):
        return False
    return not permit.ports or any(_fits(spec, packet) for spec in permit.ports)


def _fits(spec: PortSpec, packet: Packet) -> bool:
    if spec.transport == "any":
        return True
    if spec.transport == "ip":
        return spec.first <= packet.protocol <= spec.last
    if PROTOCOLS.get(spec.transport) != packet.protocol:
        return False
    if spec.transport in {"icmp", "icmpv6"} and (spec.transport == "icmp") != (packet.family == 4):
        return False
    ported = packet.protocol in WITH_PORTS or spec.transport in {"icmp", "icmpv6"}
    return not ported or spec.first <= packet.port <= spec.last
