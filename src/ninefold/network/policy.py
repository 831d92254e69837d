"""Intent as packet sets: what each gateway has to let through, and through which interfaces.

Every permitted flow of every conduit is followed along its way. At each gateway it becomes a :class:`Permit` in the
form in which that gateway's forward (or input) chain sees the packets: targets after, sources before this gateway's
own translation. Everything else is to be dropped (IEC 62443-3-3:2013 SR 5.2 RE 1, deny by default).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import Message, messages
from ninefold.model.findings import Finding, Reason
from ninefold.model.networks import Vpn
from ninefold.model.plant import Plant
from ninefold.model.services import PortSpec, parse_port
from ninefold.model.vocabulary import Severity, State
from ninefold.model.zones import Conduit, Flow
from ninefold.network.ends import locations
from ninefold.network.nat import Step, View, after_source, before_target, port_condition, steps
from ninefold.network.ranges import EVERYTHING, Ranges
from ninefold.network.ruleset import Condition, Free, Test, addresses, both
from ninefold.network.topology import Hop, Location, topology_of

say = messages("network")
IPSEC_IN = Free("ipsec in", attribute=True)
IPSEC_OUT = Free("ipsec out", attribute=True)
HOUSEKEEPING = "(housekeeping)"


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """Packets that one gateway must let through for one flow.

    ``hook`` is ``forward`` or ``input``. ``sources``, ``targets`` and ``ports`` are as that chain sees them (``ports``
    empty: every service); ``asked`` are the targets and ports before this gateway's own target translation.
    ``conduit`` and ``flow`` are ids; administration, tunnels and neighbour discovery have a word in parentheses.
    """

    conduit: str
    flow: str
    gateway: str
    hook: str
    incoming: str
    outgoing: str = ""
    sources: Ranges
    targets: Ranges
    ports: tuple[PortSpec, ...] = ()
    asked: View
    needs: tuple[Condition, ...] = ()
    network: str = ""
    goal: str = ""
    log: bool = False

    @property
    def condition(self) -> Condition:
        """The permitted packets as a condition over one gateway's packets."""
        return self._made(self.sources, self.targets, self.ports)

    @property
    def arriving(self) -> Condition:
        """The same packets as they stand on the network before this gateway (no egress interface yet)."""
        return both(addresses("source", self.sources), *self._rest(self.asked.targets, self.asked.ports))

    def _made(self, sources: Ranges, targets: Ranges, ports: tuple[PortSpec, ...]) -> Condition:
        ways: list[Condition] = [Test("in", names=(self.incoming,))] if self.incoming else []
        if self.hook == "forward":
            ways.append(Test("out", names=(self.outgoing,)))
        return both(*ways, addresses("source", sources), *self._rest(targets, ports), *self.needs)

    def _rest(self, targets: Ranges, ports: tuple[PortSpec, ...]) -> tuple[Condition, ...]:
        return addresses("target", targets), port_condition(ports)


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What all gateways of a plant have to permit, and what could not be decided."""

    permits: tuple[Permit, ...]
    findings: tuple[Finding, ...]

    def of(self, gateway: str, hook: str = "") -> tuple[Permit, ...]:
        """The permits of one gateway (and hook)."""
        return tuple(item for item in self.permits if item.gateway == gateway and hook in {"", item.hook})


def intended(plant: Plant, gateway: str) -> Intent:
    """What one gateway has to permit. InputError when there is no such gateway."""
    if gateway not in plant.gateway:
        raise InputError(
            "no-gateway",
            str(say("'{id}' is not a gateway of this plant.", id=gateway)),
            advice=str(say("See networks.yaml.")),
        )
    whole = intent(plant)
    return Intent(permits=whole.of(gateway), findings=whole.findings)


def intent(plant: Plant) -> Intent:
    """What every gateway has to permit: flows, administration, tunnels, neighbour discovery."""
    kept = plant.__dict__.get("_network_intent")
    if isinstance(kept, Intent):
        return kept
    maker = _Maker(plant)
    for conduit, flow in plant.flows:
        maker.flow(conduit, flow)
    for gateway in plant.gateways:
        maker.administration(gateway.asset)
        maker.tunnels(gateway.asset)
        maker.housekeeping(gateway.asset)
    made = Intent(permits=tuple(dict.fromkeys(maker.permits)), findings=tuple(maker.findings))
    plant.__dict__["_network_intent"] = made
    return made


class _Maker:
    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.topology = topology_of(plant)
        self.permits: list[Permit] = []
        self.findings: list[Finding] = []
        self.steps: dict[str, tuple[Step, ...]] = {}
        for gateway in plant.gateways:
            try:
                self.steps[gateway.asset] = steps(plant, self.topology, gateway.asset)
            except InputError as error:
                self.steps[gateway.asset] = ()
                self._undecided("nat", gateway.asset, say("A translation cannot be read: {why}", why=error.message))

    def _undecided(self, kind: str, subject: str, why: Message, state: State = State.UNDECIDED) -> None:
        self.findings.append(
            Finding(
                rule=f"network-{kind}",
                subject=subject,
                discriminator=str(len(self.findings)) if any(f.subject == subject for f in self.findings) else "",
                title=say("'{subject}' cannot be turned into packets.", subject=subject),
                severity=Severity.HIGH if state is not State.NOT_APPLICABLE else Severity.INFO,
                state=state,
                because=(Reason(says=why, refs=(subject,)),),
                place=self.plant.place_of(subject),
            )
        )

    def flow(self, conduit: Conduit, flow: Flow) -> None:
        """All permits of one flow."""
        ports = self._ports(flow)
        if ports is None:
            return
        ends = []
        for end in (flow.source, flow.target):
            places, why = locations(self.plant, self.topology, end)
            if why is not None:
                self._undecided("end", flow.id, why)
                return
            ends.append(places)
        before = len(self.permits)
        for source in ends[0]:
            for target in self._reached(flow, source, ends[1]):
                self._between(conduit, flow, source, target, ports)
        if len(self.permits) == before and not any(item.subject == flow.id for item in self.findings):
            why = say("No gateway lies between '{source}' and '{target}'.", source=flow.source, target=flow.target)
            self._undecided("same-network", flow.id, why, State.NOT_APPLICABLE)

    def _reached(self, flow: Flow, source: Location, targets: tuple[Location, ...]) -> tuple[Location, ...]:
        """A gateway is spoken to at the address that faces the speaker, where it has one."""
        if flow.target not in self.plant.gateway:
            return targets
        facing = []
        for target in targets:
            ways = self.topology.paths(source.network, target.network, target.addresses)
            if any(all(hop.gateway != flow.target for hop in way) for way in ways):
                facing.append(target)
        return tuple(facing) or targets

    def _ports(self, flow: Flow) -> tuple[PortSpec, ...] | None:
        service = self.plant.service.get(flow.service)
        try:
            specs = tuple(parse_port(text) for text in flow.ports) or (service.port_specs if service else ())
        except InputError as error:
            self._undecided("ports", flow.id, say("{why}", why=error.message))
            return None
        if specs and all(spec.transport == "l2" for spec in specs):
            why = say("'{service}' does not cross a router.", service=flow.service)
            self._undecided("layer-2", flow.id, why, State.NOT_APPLICABLE)
            return None
        specs = tuple(spec for spec in specs if spec.transport != "l2")
        if not specs:
            self._undecided("ports", flow.id, say("'{service}' has no ports.", service=flow.service))
            return None
        return specs

    def _between(
        self, conduit: Conduit, flow: Flow, source: Location, target: Location, ports: tuple[PortSpec, ...]
    ) -> None:
        ways = self.topology.paths(source.network, target.network, target.addresses)
        ways = tuple(way for way in ways if not (way and way[0].gateway == flow.source)) or ways
        if not ways:
            why = say("There is no way from '{a}' to '{b}'.", a=source.network, b=target.network)
            self._undecided("way", flow.id, why)
        for way in ways:
            if not self._protected(conduit, flow, way, source, target):
                why = say("The conduit requires a tunnel, but this way has none: nothing is permitted in clear text.")
                self._undecided("clear-text", flow.id, why, State.FAIL)
                continue
            spoken = self.topology.speaks(source.network) & self.topology.speaks(target.network)
            for hop in way:
                spoken = spoken & self.topology.speaks(hop.after)
            view = View(source.addresses & spoken, target.addresses & spoken, ports)
            if view.sources and view.targets:
                self._along(conduit, flow, way, view, target)

    def _tunnels(self, conduit: Conduit, flow: Flow) -> tuple[Vpn, ...]:
        if flow.vpn:
            return tuple(vpn for vpn in self.plant.vpns if vpn.id == flow.vpn)
        return self.plant.vpns if conduit.requires_vpn else ()

    def _protected(
        self, conduit: Conduit, flow: Flow, way: tuple[Hop, ...], source: Location, target: Location
    ) -> bool:
        if not (flow.vpn or conduit.requires_vpn):
            return True
        networks = {source.network, target.network} | {hop.after for hop in way}
        crossed = {hop.gateway for hop in way}
        for vpn in self._tunnels(conduit, flow):
            if vpn.network and vpn.network in networks:
                return True
            if not vpn.network and (crossed & set(vpn.ends)):
                return True
        return False

    def _needs(self, conduit: Conduit, flow: Flow, way: tuple[Hop, ...], number: int) -> tuple[Condition, ...]:
        """Packets that must come out of, or go into, a policy-based tunnel at this gateway."""
        hop = way[number]
        for vpn in self._tunnels(conduit, flow):
            if vpn.network or hop.gateway not in vpn.ends:
                continue
            later = any(other.gateway in vpn.ends for other in way[number + 1 :])
            outward = later or (number == len(way) - 1 and not self._zone(hop.after) and bool(self._zone(hop.before)))
            return (IPSEC_OUT,) if outward else (IPSEC_IN,)
        return ()

    def _zone(self, network: str) -> str:
        return self.plant.network[network].zone if network in self.plant.network else ""

    def _along(self, conduit: Conduit, flow: Flow, way: tuple[Hop, ...], view: View, target: Location) -> None:
        """Follow a view along a way: targets backwards through target translation, sources forwards."""
        final = flow.target if flow.target in self.plant.gateway else ""
        alternatives: list[list[tuple[View, View]]] = [[]]
        arriving: list[tuple[View, list[tuple[View, View]]]] = [(view, [])]
        for hop in reversed(way):
            if hop.gateway == final:
                continue
            following = []
            for after, chain in arriving:
                for before, same in before_target(self.steps[hop.gateway], hop.incoming, after):
                    following.append((before, [(before, same), *chain]))
            arriving = following
        alternatives = [chain for _, chain in arriving]
        for chain in alternatives:
            self._forward(conduit, flow, way, chain, final, view, target)

    def _forward(
        self,
        conduit: Conduit,
        flow: Flow,
        way: tuple[Hop, ...],
        chain: list[tuple[View, View]],
        final: str,
        view: View,
        target: Location,
    ) -> None:
        sources = [view.sources]
        at = iter(chain)
        for number, hop in enumerate(way):
            if hop.gateway == final:
                self._input(conduit.id, flow, hop.gateway, hop.incoming, hop.before, sources, view)
                return
            before, after = next(at)
            if hop.gateway == flow.source:
                continue
            needs = self._needs(conduit, flow, way, number)
            left: list[Ranges] = []
            for part in sources:
                self._permit(conduit, flow, hop, part, before, after, needs, target.network)
                seen = after._replace(sources=part)
                left.extend(item.sources for item in after_source(self.steps[hop.gateway], hop.outgoing, seen))
            sources = left
        if final:
            interface = self.topology.interface(final, target.network)
            self._input(conduit.id, flow, final, interface, target.network, sources, view)

    def _permit(
        self,
        conduit: Conduit,
        flow: Flow,
        hop: Hop,
        sources: Ranges,
        before: View,
        after: View,
        needs: tuple[Condition, ...],
        goal: str,
    ) -> None:
        self.permits.append(
            Permit(
                conduit=conduit.id,
                flow=flow.id,
                gateway=hop.gateway,
                hook="forward",
                incoming=hop.incoming,
                outgoing=hop.outgoing,
                sources=sources,
                targets=after.targets,
                ports=after.ports,
                asked=before._replace(sources=sources),
                needs=needs,
                network=hop.before,
                goal=goal,
                log=flow.log,
            )
        )

    def _input(
        self,
        conduit: str,
        flow: Flow,
        gateway: str,
        interface: str,
        network: str,
        sources: Iterable[Ranges],
        view: View,
    ) -> None:
        for part in sources:
            if flow.source == gateway:
                continue
            seen = View(part, view.targets, view.ports)
            for before, after in before_target(self.steps[gateway], interface, seen):
                self.own(gateway, conduit, flow.id, interface, part, after.targets, after.ports, before, network)

    def own(
        self,
        gateway: str,
        conduit: str,
        flow: str,
        interface: str,
        sources: Ranges,
        targets: Ranges,
        ports: tuple[PortSpec, ...],
        asked: View | None = None,
        network: str = "",
    ) -> None:
        """Something the gateway itself has to answer."""
        self.permits.append(
            Permit(
                conduit=conduit,
                flow=flow,
                gateway=gateway,
                hook="input",
                incoming=interface,
                sources=sources,
                targets=targets,
                ports=ports,
                asked=asked or View(sources, targets, ports),
                network=network or self.topology.network_of(gateway, interface),
            )
        )

    def administration(self, gateway: str) -> None:
        """Who may administer a gateway: SSH and HTTPS from ``administered_from``."""
        item = self.plant.gateway[gateway]
        for end in item.administered_from:
            flow = Flow(id="(administration)", source=end, target=gateway, service="ssh", ports=("tcp/22", "tcp/443"))
            self.flow(Conduit(id="(administration)"), flow)

    def tunnels(self, gateway: str) -> None:
        """What the ends of tunnels have to say to each other."""
        for vpn in self.plant.vpns:
            service = self.plant.service.get(vpn.kind)
            if gateway not in vpn.ends:
                continue
            if service is None or not service.ports:
                self._undecided("tunnel", vpn.id, say("'{kind}' has no ports.", kind=vpn.kind))
                continue
            ends = self._tunnel_ends(gateway, vpn)
            for interface in self.topology.interfaces[gateway]:
                outer = interface.network != vpn.network and not self._zone(interface.network)
                here = self.topology.own(gateway)[interface.name]
                near = ends & self.topology.subnets.get(interface.network, Ranges())
                if here and (outer or near):
                    sources = ends if outer else near
                    self.own(gateway, "(tunnel)", vpn.id, interface.name, sources, here, service.port_specs)

    def _tunnel_ends(self, gateway: str, vpn: Vpn) -> Ranges:
        found = Ranges()
        for peer in (*vpn.peers, *(end for end in vpn.ends if end != gateway)):
            places, _ = locations(self.plant, self.topology, peer)
            for place in places:
                found = found | place.addresses
            if not places:
                try:
                    from ninefold.network.ranges import parse_addresses

                    found = found | parse_addresses(peer)
                except InputError:
                    found = found | EVERYTHING
        return found or EVERYTHING

    def housekeeping(self, gateway: str) -> None:
        """Loopback, and neighbour discovery where IPv6 is spoken (RFC 4861: types 133 to 136)."""
        self.own(gateway, HOUSEKEEPING, "loopback", "lo", EVERYTHING, EVERYTHING, ())
        discovery = (PortSpec("icmpv6", 133, 136),)
        six = Ranges(v6=EVERYTHING.v6)
        for item in self.topology.interfaces[gateway]:
            if item.address6:
                self.own(gateway, HOUSEKEEPING, "neighbour-discovery", item.name, six, six, discovery)
