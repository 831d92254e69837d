"""The communication matrix: what was seen beside what the conduits permit, per service and direction."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from ninefold.model.findings import Reason
from ninefold.model.observed import Grade, Observation, ObservedFlow
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Agreement, Conversation
from ninefold.model.services import PortSpec, Support, parse_port
from ninefold.model.vocabulary import AssetKind
from ninefold.model.zones import Conduit, Flow
from ninefold.sources.common import say, unique
from ninefold.sources.reconcile.ends import Ends, Names, Party

#: seen service: declared ones that travel inside it
CARRIES: Final = {
    "ssh": frozenset({"sftp"}),
    "modbus": frozenset({"umas"}),
    "ike": frozenset({"ipsec", "l2tp"}),
    "esp": frozenset({"ipsec", "l2tp"}),
    "rpc": frozenset({"opc-da"}),
    "snmp": frozenset({"snmpv3", "snmp-trap"}),
    "snmpv3": frozenset({"snmp"}),
    "ntp": frozenset({"nts"}),
    "profinet-rt": frozenset({"profinet-dcp", "profinet-cm"}),
    "profinet-dcp": frozenset({"profinet-rt", "profinet-cm"}),
    "enip": frozenset({"cip-io"}),
    "syslog": frozenset({"syslog-tcp"}),
}
#: protocols that keep a network running; they cross no router and carry nothing of a function
HOUSEKEEPING: Final = frozenset(
    {"arp", "stp", "lldp", "cdp", "igmp", "mrp", "ndp", "icmpv6", "ptcp", "lacp", "dtp", "vtp"}
)
#: protocols with which somebody looks for controllers
SEARCHING: Final = frozenset({"profinet-dcp", "bacnet", "knxnet-ip", "enip", "codesys"})
_SEARCHERS: Final = frozenset(
    {AssetKind.ENGINEERING_STATION, AssetKind.PLC, AssetKind.SAFETY_PLC, AssetKind.SCADA_SERVER}
)
_TRANSPORT: Final = {"tcp": "tcp", "udp": "udp", "sctp": "sctp", "icmp": "icmp"}


@dataclass(frozen=True)
class Row:
    """One row with what the findings need to know of it."""

    conversation: Conversation
    client: Party
    server: Party
    declared: Flow | None
    by_port_only: bool = False
    difference: str = ""
    same_zone: bool = False
    sources: tuple[str, ...] = ()
    translated: bool = False


@dataclass(frozen=True)
class _Match:
    flow: Flow
    conduit: Conduit
    quality: int  # 3 by signature, 2 by port only, 1 other port, 0 another protocol on the port
    exactness: int = 0


class Matrix:
    """Compares observed flows with the flows of the conduits."""

    def __init__(self, plant: Plant, names: Names) -> None:
        self.plant = plant
        self.names = names
        self._flows: dict[tuple[str, str], list[tuple[Conduit, Flow, tuple[PortSpec, ...]]]] = defaultdict(list)
        for conduit, flow in plant.flows:
            service = plant.service.get(flow.service)
            ports = tuple(parse_port(port) for port in flow.ports) or (service.port_specs if service else ())
            self._flows[flow.source, flow.target].append((conduit, flow, ports))

    def rows(self, observations: Sequence[Observation], ends: Ends) -> list[Row]:
        """Every conversation: the seen ones, then the declared ones that nobody saw."""
        rows = [self._row(*item) for item in _grouped(observations, ends).values()]
        rows = self._translated([row for row in rows if not self._housekeeping(row)])
        met = {row.declared.id for row in rows if row.declared}
        if any(observation.flows for observation in observations):
            rows += [_unseen(conduit, flow) for conduit, flow in self.plant.flows if flow.id not in met]
        return sorted(rows, key=lambda row: _order(row.conversation))

    def _row(self, client: Party, server: Party, flow: ObservedFlow, sources: tuple[str, ...]) -> Row:
        forward = self._best(client, server, flow)
        if forward is None or forward.quality == 0:
            backward = self._best(server, client, flow)
            if backward and backward.quality > (forward.quality if forward else 0):
                return self._reversed(client, server, flow, backward, sources)
        if forward is None:
            return self._undeclared(client, server, flow, sources)
        difference = {0: "protocol", 1: "port"}.get(forward.quality, "")
        agreement = Agreement.DIFFERS if difference else Agreement.DECLARED_AND_SEEN
        words = {
            "": say("Flow {flow} of conduit {conduit} permits it.", flow=forward.flow.id, conduit=forward.conduit.id),
            "port": say(
                "Flow {flow} permits {service}, but on another port than {port}.",
                flow=forward.flow.id,
                service=forward.flow.service,
                port=port_of(flow),
            ),
            "protocol": say(
                "Flow {flow} permits {service} on this port, but {seen} is spoken.",
                flow=forward.flow.id,
                service=forward.flow.service,
                seen=flow.service,
            ),
        }[difference]
        why = Reason(says=words, refs=(forward.flow.id, forward.conduit.id), because=_evidence(flow, sources))
        return self._made(client, server, flow, agreement, why, sources, forward, forward.quality == 2, difference)

    def _reversed(
        self, client: Party, server: Party, flow: ObservedFlow, match: _Match, sources: tuple[str, ...]
    ) -> Row:
        # only a SYN proves who opened; an answer pattern or a port is a guess (docs/reference/json: direction_reason)
        certain = flow.direction_reason == "syn"
        why = Reason(
            says=say("Flow {flow} permits it in the other direction.", flow=match.flow.id),
            refs=(match.flow.id, match.conduit.id),
            because=_evidence(flow, sources),
        )
        agreement = Agreement.DIFFERS if certain else Agreement.DECLARED_AND_SEEN
        return self._made(
            client, server, flow, agreement, why, sources, match, match.quality == 2, "direction" if certain else ""
        )

    def _undeclared(self, client: Party, server: Party, flow: ObservedFlow, sources: tuple[str, ...]) -> Row:
        zone = self._zone(client)
        if zone and zone == self._zone(server):
            words = say("Both ends are in zone {zone}; no conduit is needed.", zone=zone)
        else:
            words = say("No flow of a conduit permits it.")
        why = Reason(says=words, because=_evidence(flow, sources))
        return self._made(client, server, flow, Agreement.SEEN_NOT_DECLARED, why, sources)

    def _made(
        self, client: Party, server: Party, flow: ObservedFlow, agreement: Agreement, why: Reason,
        sources: tuple[str, ...], match: _Match | None = None, by_port: bool = False, difference: str = "",
    ) -> Row:  # fmt: skip
        conversation = Conversation(
            client=client.label,
            server=server.label,
            service=flow.service or port_of(flow),
            agreement=agreement,
            flow=match.flow.id if match else "",
            conduit=match.conduit.id if match else "",
            observed=flow,
            why=why,
        )
        zone = self._zone(client)
        same = bool(zone) and zone == self._zone(server)
        return Row(conversation, client, server, match.flow if match else None, by_port, difference, same, sources)

    def _translated(self, rows: list[Row]) -> list[Row]:
        """What a gateway seems to say outside, while somebody behind it says the same, is that one's, translated."""
        behind = {
            (row.server.label, row.conversation.service): row.conversation.client
            for row in rows
            if row.client.asset not in self.plant.gateway and not row.client.outside
        }
        result = []
        for row in rows:
            origin = behind.get((row.server.label, row.conversation.service))
            gateway = row.client.asset in self.plant.gateway and row.server.outside and row.declared is None
            if gateway and origin:
                words = say("It is what {client} says, seen behind the address translation.", client=origin)
                why = Reason(says=words, refs=(origin,), because=row.conversation.why.because)
                conversation = replace(row.conversation, why=why)
                row = dataclasses.replace(row, conversation=conversation, translated=True)
            result.append(row)
        return result

    def _housekeeping(self, row: Row) -> bool:
        """What every network does by itself and no conduit speaks of, unless a declared flow does."""
        flow = row.conversation.observed
        if row.declared is not None or flow is None:
            return False
        if flow.service in HOUSEKEEPING or (flow.transport == "icmp" and flow.service != "ping"):
            return True
        service = self.plant.service.get(flow.service)
        if not (row.server.group and service is not None and service.broadcast):
            return False
        asset = self.plant.asset.get(row.client.asset)
        # who asks for names is no matter; who looks for controllers is, and so is a device that nobody declared
        return asset is not None and (flow.service not in SEARCHING or asset.kind in _SEARCHERS)

    def _zone(self, party: Party) -> str:
        if party.asset:
            return self.plant.asset[party.asset].zone
        zones = {self.plant.network[network].zone for network in self.names.networks(party.ip)}
        return zones.pop() if len(zones) == 1 else ""

    def _best(self, client: Party, server: Party, flow: ObservedFlow) -> _Match | None:
        found: _Match | None = None
        targets = self.names.of(server) or (self._segment(client) if server.group else frozenset())
        for source in sorted(self.names.of(client)):
            for target in sorted(targets):
                for conduit, declared, ports in self._flows.get((source, target), ()):
                    quality = self._quality(flow, declared, ports)
                    exact = self.names.exactness(source) + self.names.exactness(target)
                    if quality is not None and (found is None or (quality, exact) > (found.quality, found.exactness)):
                        found = _Match(declared, conduit, quality, exact)
        return found

    def _segment(self, client: Party) -> frozenset[str]:
        """A group address means everybody in the client's own networks and zone."""
        asset = self.plant.asset.get(client.asset)
        own = {asset.id} if asset else set()
        return self.names.of(client) - own

    def _quality(self, seen: ObservedFlow, declared: Flow, ports: tuple[PortSpec, ...]) -> int | None:
        on_port = not ports or any(_covers(spec, seen) for spec in ports)
        if seen.service and seen.grade is Grade.SIGNATURE:
            if seen.service == declared.service or declared.service in CARRIES.get(seen.service, ()):
                return 3 if on_port else 1
            service = self.plant.service.get(declared.service)
            if seen.service == "tls" and service and service.encrypts is not Support.NO:
                return 3 if on_port else 1
            return 0 if on_port and ports else None
        if on_port and ports:
            return 2
        return 2 if seen.service == declared.service else None


def port_of(flow: ObservedFlow) -> str:
    """``tcp/502``, ``l2/0x8892``, ``icmp``."""
    if flow.transport == "l2":
        text = flow.ethertype.lower().removeprefix("0x")
        return f"l2/0x{text:0>4}" if text else "l2"
    return f"{flow.transport}/{flow.port}" if flow.port else flow.transport


def _covers(spec: PortSpec, flow: ObservedFlow) -> bool:
    if spec.transport == "any":
        return True
    if spec.transport == "l2":
        return flow.transport == "l2" and f"l2/0x{spec.first:04x}" == port_of(flow)
    if spec.transport in _TRANSPORT:
        if spec.transport == "icmp":
            return flow.transport == "icmp"
        return flow.transport == spec.transport and spec.first <= flow.port <= spec.last
    return flow.service == spec.transport


def _grouped(
    observations: Sequence[Observation], ends: Ends
) -> Mapping[tuple[str, str, str, str], tuple[Party, Party, ObservedFlow, tuple[str, ...]]]:
    """Flows of all sources: one per client, server, port and service."""
    rows: dict[tuple[str, str, str, str], tuple[Party, Party, ObservedFlow, tuple[str, ...]]] = {}
    for source, observation in enumerate(observations):
        for flow in observation.flows:
            client, server = ends.party(source, flow.client), ends.party(source, flow.server)
            key = (client.label, server.label, port_of(flow), flow.service)
            if key in rows:
                known = rows[key]
                sources = unique([*known[3], observation.origin.name])
                rows[key] = (known[0], known[1], _summed(known[2], flow), sources)
            else:
                rows[key] = (client, server, flow, (observation.origin.name,))
    return rows


def _summed(one: ObservedFlow, other: ObservedFlow) -> ObservedFlow:
    better = other if (one.grade is not Grade.SIGNATURE and other.grade is Grade.SIGNATURE) else one
    reasons = {one.direction_reason, other.direction_reason}
    firsts = [flow.first for flow in (one, other) if flow.first]
    return replace(
        better,
        functions=tuple(sorted({*one.functions, *other.functions})),
        packets=one.packets + other.packets,
        bytes=one.bytes + other.bytes,
        first=min(firsts, default=0.0),
        last=max(one.last, other.last),
        direction_reason="syn" if "syn" in reasons else better.direction_reason,
    )


def _evidence(flow: ObservedFlow, sources: tuple[str, ...]) -> tuple[Reason, ...]:
    grade = {
        Grade.SIGNATURE: say("{service} recognised by its content", service=flow.service),
        Grade.PORT: say("{service} guessed from the port only", service=flow.service),
        Grade.NONE: say("the protocol is not known"),
    }[flow.grade]
    seen = say("{n} packets on {port} in {sources}", n=flow.packets, port=port_of(flow), sources=", ".join(sources))
    return Reason(says=grade, value=flow.grade.value), Reason(says=seen)


def _unseen(conduit: Conduit, flow: Flow) -> Row:
    conversation = Conversation(
        client=flow.source,
        server=flow.target,
        service=flow.service,
        agreement=Agreement.DECLARED_NOT_SEEN,
        flow=flow.id,
        conduit=conduit.id,
        why=Reason(says=say("No source saw flow {flow}.", flow=flow.id), refs=(flow.id, conduit.id)),
    )
    return Row(conversation, Party(flow.source), Party(flow.target), flow)


def _order(item: Conversation) -> tuple[str, str, str, str, str]:
    port = port_of(item.observed) if item.observed else ""
    return item.client, item.server, item.service, port, item.flow


def ports(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """(asset, port) that a declared conversation used."""
    for row in rows:
        if row.conversation.observed and row.server.asset and row.declared and not row.difference:
            yield row.server.asset, port_of(row.conversation.observed)
