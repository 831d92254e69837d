"""Answers: the packets that come back for a permitted connection."""

from __future__ import annotations

from ninefold.model.services import PORTLESS, PortSpec
from ninefold.network.policy import Permit
from ninefold.network.ruleset import ALWAYS, Condition, Test, addresses, both, either, protocol

_REPLY = {("icmp", 8): 0, ("icmp", 13): 14, ("icmpv6", 128): 129}


def reply_condition(permit: Permit) -> Condition:
    """Ends, ports and interfaces swapped; an ICMP request becomes its reply."""
    return both(
        Test("in", names=(permit.outgoing,)),
        Test("out", names=(permit.incoming,)),
        addresses("source", permit.targets),
        addresses("target", permit.sources),
        _ports(permit.ports),
    )


def _ports(ports: tuple[PortSpec, ...]) -> Condition:
    if not ports or any(spec.transport == "any" for spec in ports):
        return ALWAYS
    return either(_one(spec) for spec in ports)


def _one(spec: PortSpec) -> Condition:
    if spec.transport in {"icmp", "icmpv6"}:
        family = 4 if spec.transport == "icmp" else 6
        kind = _REPLY.get((spec.transport, spec.first), spec.first)
        return both(protocol(spec.transport), Test("icmp_type", ((kind, kind),), family=family))
    if spec.transport == "ip":
        return Test("protocol", ((spec.first, spec.last),))
    if spec.transport in PORTLESS:
        return protocol(spec.transport)
    return both(protocol(spec.transport), Test("source_port", ((spec.first, spec.last),)))
