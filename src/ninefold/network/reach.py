"""End to end: what each network can send into each other, over all gateways and translations on the way.

Computed backwards: from the packets that arrive in a network to the packets, as their sender writes them, that get
there. That keeps sender and receiver together through every translation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from ninefold.model.plant import Plant
from ninefold.model.proofs import Difference
from ninefold.network.deployed import Deployed, undo
from ninefold.network.diagrams import Function
from ninefold.network.nat import port_condition, shifted, steps
from ninefold.network.packets import PacketSet, PacketSpace
from ninefold.network.policy import Intent, Permit
from ninefold.network.ranges import NOTHING, Ranges, join
from ninefold.network.ruleset import Condition, Test, addresses, both
from ninefold.network.topology import Topology

if TYPE_CHECKING:
    from ninefold.network.proof import _Proof


class EndToEnd:
    """Reachability between networks under deployed rule sets."""

    def __init__(
        self,
        plant: Plant,
        topology: Topology,
        intent: Intent,
        deployed: Mapping[str, Deployed],
        space: PacketSpace,
    ) -> None:
        self.plant, self.topology, self.intent = plant, topology, intent
        self.deployed, self.space = deployed, space
        self._flows: dict[tuple[str, str, str], list[Permit]] = {}
        for permit in intent.permits:
            self._flows.setdefault((permit.conduit, permit.flow, permit.goal), []).append(permit)
        self._passes: dict[tuple[str, str, str], Function] = {}

    def homes(self, network: str) -> Ranges:
        """Addresses that live in a network, with the outside where it begins."""
        outside = self.topology.outside if network in self.topology.outside_networks else NOTHING
        return self.topology.subnets.get(network, NOTHING) | outside

    def arriving(self, target: str) -> dict[str, Function]:
        """Per network: the packets there that get to ``target``, as they stand in that network."""
        found: dict[str, Function] = {target: self.space.function(addresses("target", self.homes(target)))}
        edge = [target]
        for _ in range(len(self.deployed) + 1):
            following: dict[str, None] = {}
            for network in edge:
                for gateway in self.topology.members.get(network, ()):
                    if gateway in self.deployed:
                        self._back(gateway, network, found, following)
            edge = list(following)
            if not edge:
                break
        return found

    def _back(self, gateway: str, network: str, found: dict[str, Function], changed: dict[str, None]) -> None:
        outgoing = self.topology.interface(gateway, network)
        for item in self.topology.interfaces[gateway]:
            if item.network == network:
                continue
            more = self.through(gateway, item.name, outgoing, found[network])
            known = found.get(item.network, self.space.diagram.false)
            joined = known | more
            if joined != known:
                found[item.network] = joined
                changed[item.network] = None

    def through(self, gateway: str, incoming: str, outgoing: str, after: Function) -> Function:
        """Packets that, entering by one interface, leave by the other as one of ``after``."""
        one, space = self.deployed[gateway], self.space
        passes = self._passing(one, incoming, outgoing)
        out = space.function(Test("out", names=(outgoing,)))
        into = space.function(Test("in", names=(incoming,)))
        if one.translates[1]:
            after = space.forget(space.forget(undo(space, one.postrouting, after & out & into), "in"), "out")
        there = after & passes
        if there == space.diagram.false or not one.translates[0]:
            return there
        before = undo(space, one.prerouting, there & into) & one.entering & into
        return space.forget(space.forget(before, "in"), "out")

    def _passing(self, one: Deployed, incoming: str, outgoing: str) -> Function:
        key = (one.gateway, incoming, outgoing)
        if key not in self._passes:
            space = self.space
            way = space.function(Test("in", names=(incoming,))) & space.function(Test("out", names=(outgoing,)))
            # a tunnel's packets carry its mark only at its own gateway: end to end it may be there or not
            sure = PacketSet(space, one.surely.function & way).possible()
            self._passes[key] = space.forget(space.forget(sure.function, "in"), "out")
        return self._passes[key]

    def compare(self, proof: _Proof) -> None:
        """Report what gets through without a flow, and flows that do not get through."""
        permits: dict[tuple[str, str], list[Permit]] = {}
        for permit in self.intent.permits:
            if permit.hook == "forward":
                permits.setdefault((permit.network, permit.goal), []).append(permit)
        networks = [network.id for network in self.plant.networks if self.homes(network.id)]
        for target in networks:
            arriving = self.arriving(target)
            for source in networks:
                if source == target or source not in arriving:
                    self._missing(proof, permits.get((source, target), []), source, target, self.space.none)
                    continue
                self._pair(proof, permits.get((source, target), []), source, target, arriving[source])

    def _pair(self, proof: _Proof, permits: list[Permit], source: str, target: str, arriving: Function) -> None:
        home = self.space.function(addresses("source", self.homes(source)))
        there = PacketSet(self.space, arriving & home & self.space.valid)
        wanted = self.space.none
        for permit in permits:
            wanted = wanted | self.space.of(permit.arriving)
            for view in self._same_flow(permit):
                wanted = wanted | self.space.of(view)
        gateways = join(
            addresses_
            for gateway in self.topology.members.get(target, ())
            for addresses_ in [self.topology.own(gateway)[self.topology.interface(gateway, target)]]
        )
        to_gateways = self.space.of(addresses("target", gateways)) if gateways else self.space.none
        extra = there - wanted - to_gateways
        if not extra.is_empty:
            self._report(proof, extra, source, target, None)
        self._missing(proof, permits, source, target, there)

    def _same_flow(self, permit: Permit) -> list[Condition]:
        """The flow asked for by the addresses behind a translation: the same two devices, the same service."""
        return [
            both(
                addresses("source", permit.sources),
                addresses("target", other.targets),
                port_condition(other.ports),
            )
            for other in self._flows[(permit.conduit, permit.flow, permit.goal)]
            if (other.targets, other.ports) != (permit.asked.targets, permit.asked.ports)
        ]

    def _own(self, source: str, target: str) -> Ranges:
        ways = self.topology.paths(source, target, self.homes(target))
        gateways = sorted({hop.gateway for way in ways for hop in way})
        return join(found for gateway in gateways for found in self.topology.own(gateway).values())

    def _by_translation(self, permit: Permit, source: str, target: str) -> bool:
        """Whether the flow asks for an address of a gateway that translates it to the real target."""
        ways = self.topology.paths(source, target, self.homes(target))
        gateways = sorted({hop.gateway for way in ways for hop in way})
        made = [step for gateway in gateways for step in steps(self.plant, self.topology, gateway)]
        return any(step.kind == "dnat" and permit.asked.targets == step.match for step in made)

    def _own_aliases(self, source: str, target: str, own: Ranges) -> Ranges:
        """Under which addresses 1:1 translations on the way present the gateways themselves."""
        ways = self.topology.paths(source, target, self.homes(target))
        gateways = sorted({hop.gateway for way in ways for hop in way})
        made = [step for gateway in gateways for step in steps(self.plant, self.topology, gateway)]
        return join(shifted(own & step.to, step.to, step.match) for step in made if step.kind == "netmap")

    def _missing(self, proof: _Proof, permits: list[Permit], source: str, target: str, there: PacketSet) -> None:
        home = self.space.of(addresses("source", self.homes(source)))
        for permit in permits:
            if not self._whole(permit, source, target):
                continue
            missing = (self.space.of(permit.arriving) & home) - there
            # a gateway on the way is not behind itself: what it takes in is its input chain's matter
            if not self._by_translation(permit, source, target):
                own = self._own(source, target)
                own = own | self._own_aliases(source, target, own)
                missing = missing - self.space.of(addresses("target", own))
            if not missing.is_empty:
                self._report(proof, missing, source, target, permit)

    def _whole(self, permit: Permit, source: str, target: str) -> bool:
        """Whether every gateway on the way has a configuration (otherwise nothing can be said)."""
        ways = self.topology.paths(source, target, self.homes(target))
        return all(hop.gateway in self.deployed for way in ways for hop in way)

    def _report(self, proof: _Proof, packets: PacketSet, source: str, target: str, permit: Permit | None) -> None:
        found_ = packets.witness(proof.likes)
        assert found_ is not None
        witness = msgspec.structs.replace(found_, incoming="", outgoing="")
        found = Difference(
            region=packets.regions(),
            witness=witness,
            sender=self.plant.network[source].zone or source,
            receiver=self.plant.network[target].zone or target,
            conduit=permit.conduit if permit else "",
            flow=permit.flow if permit else "",
            at=f"{source} > {target}",
        )
        (proof.blocked if permit else proof.allowed).append(found)
