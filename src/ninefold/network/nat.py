"""The plant's own address translation: as steps that policy follows, and as rules that renderers write."""

from __future__ import annotations

import re
from typing import NamedTuple

from ninefold.base.errors import InputError
from ninefold.model.networks import Nat
from ninefold.model.plant import Plant
from ninefold.model.services import PORTLESS, PortSpec, parse_port
from ninefold.network.ranges import EVERYTHING, Ranges, Span, join, parse_addresses
from ninefold.network.ruleset import (
    ALWAYS,
    Condition,
    Test,
    Translate,
    addresses,
    both,
    either,
    protocol,
)
from ninefold.network.topology import Topology

KINDS = ("masquerade", "snat", "dnat", "redirect", "netmap")


class Step(NamedTuple):
    """One translation of a gateway. ``ports`` empty: every service. ``to_port`` None: the port stays.

    ``snat``/``masquerade``: sources ``match`` leaving ``interface`` become ``to``. ``dnat``/``redirect``: targets
    ``match`` (and ports) arriving at ``interface`` become ``to``. ``netmap``: outside of ``interface`` the block
    ``to`` is known as ``match``.
    """

    kind: str
    interface: str
    match: Ranges
    ports: tuple[PortSpec, ...]
    to: Ranges
    to_port: Span | None = None
    note: str = ""


def steps(plant: Plant, topology: Topology, gateway: str) -> tuple[Step, ...]:
    """The translations of a gateway. Raises InputError for one that cannot be read."""
    return tuple(_step(plant, topology, gateway, nat) for nat in topology.gateways[gateway].nat)


def _step(plant: Plant, topology: Topology, gateway: str, nat: Nat) -> Step:
    if nat.kind not in KINDS:
        raise InputError("nat-kind", f"'{nat.kind}' is no translation.", advice=f"Use one of {', '.join(KINDS)}.")
    own = topology.own(gateway)
    here = own.get(nat.interface, join(own.values()))
    to, to_port = _target(plant, nat.to)
    if nat.kind == "masquerade":
        to = here
    if nat.kind == "redirect":
        to = here
    match = _match(plant, nat.match)
    if nat.kind in {"dnat", "redirect"} and not nat.match:
        match = here
    if nat.kind in {"masquerade", "snat"} and not nat.match:
        match = EVERYTHING
    if nat.kind == "netmap":
        _same_size(match, to)
    return Step(nat.kind, nat.interface, match, _ports(plant, nat.service), to, to_port, nat.note)


def _same_size(match: Ranges, to: Ranges) -> None:
    sizes = [[last - first for first, last in item.v4 + item.v6] for item in (match, to)]
    if sizes[0] != sizes[1] or len(sizes[0]) != 1 or bool(match.v4) != bool(to.v4):
        raise InputError("nat-netmap", "1:1 translation needs two prefixes of the same length.")


def _match(plant: Plant, text: str) -> Ranges:
    """CIDR blocks, or the id of a network, zone or asset."""
    found = []
    for word in re.split(r"[\s,]+", text.strip()) if text.strip() else ():
        found.append(named_addresses(plant, word))
    return join(found)


def named_addresses(plant: Plant, word: str) -> Ranges:
    """Addresses of a network, zone or asset by id, or written as such."""
    if word in plant.network:
        return join(parse_addresses(t) for t in (plant.network[word].subnet, plant.network[word].subnet6) if t)
    if word in plant.zone:
        return join(named_addresses(plant, network.id) for network in plant.networks if network.zone == word)
    if word in plant.asset:
        return join(parse_addresses(address) for address in plant.asset[word].addresses)
    return parse_addresses(word)


_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<four>[^:\s]+)):(?P<port>\d+)(?:-(?P<last>\d+))?|(?P<only>\d{1,5})")


def _target(plant: Plant, text: str) -> tuple[Ranges, Span | None]:
    """``10.0.0.5``, ``10.0.0.5:8443``, ``[fd00::5]:443``, an asset's id, with or without port, or a port alone."""
    if not text:
        return Ranges(), None
    match = _WITH_PORT.fullmatch(text)
    if match is None:
        return named_addresses(plant, text), None
    if match["only"]:
        return Ranges(), (int(match["only"]), int(match["only"]))
    first = int(match["port"])
    return named_addresses(plant, match["six"] or match["four"]), (first, int(match["last"] or first))


def _ports(plant: Plant, service: str) -> tuple[PortSpec, ...]:
    found: list[PortSpec] = []
    for word in re.split(r"[\s,]+", service.strip()) if service.strip() else ():
        found.extend(plant.service[word].port_specs if word in plant.service else [parse_port(word)])
    return tuple(found)


def port_condition(specs: tuple[PortSpec, ...]) -> Condition:
    """Packets of one of these services; without any: all packets."""
    if not specs or any(spec.transport == "any" for spec in specs):
        return ALWAYS
    return either(_one_port(spec) for spec in specs)


def _one_port(spec: PortSpec) -> Condition:
    if spec.transport in {"icmp", "icmpv6"}:
        family = 4 if spec.transport == "icmp" else 6
        return both(protocol(spec.transport), Test("icmp_type", ((spec.first, spec.last),), family=family))
    if spec.transport == "ip":
        return Test("protocol", ((spec.first, spec.last),))
    if spec.transport in PORTLESS:
        return protocol(spec.transport)
    return both(protocol(spec.transport), Test("port", ((spec.first, spec.last),)))


def rules(step: Step) -> tuple[tuple[str, Condition, Translate], ...]:
    """The step as (hook, condition, translation): what a device does, and what the proof compares with."""
    inside: Condition = Test("in", names=(step.interface,)) if step.interface else ALWAYS
    outside: Condition = Test("out", names=(step.interface,)) if step.interface else ALWAYS
    ports = port_condition(step.ports)
    if step.kind == "netmap":
        forth = both(inside, addresses("target", step.match))
        back = both(outside, addresses("source", step.to))
        return (
            ("prerouting", forth, Translate("netmap-target", step.to, mapped=step.match)),
            ("postrouting", back, Translate("netmap-source", step.match, mapped=step.to)),
        )
    made = []
    for family in (4, 6):
        match, to = step.match.family(family), step.to.family(family)
        if not match or not (to or step.kind == "redirect"):
            continue
        only = Ranges(v4=match) if family == 4 else Ranges(v6=match)
        goal = Ranges(v4=to) if family == 4 else Ranges(v6=to)
        if step.kind in {"masquerade", "snat"}:
            made.append(("postrouting", both(outside, addresses("source", only), ports), Translate("snat", goal)))
        else:
            target = goal if step.kind == "dnat" else Ranges()
            change = Translate(step.kind, target, port=step.to_port)
            made.append(("prerouting", both(inside, addresses("target", only), ports), change))
    return tuple(made)


class View(NamedTuple):
    """Packets as seen at some place: sources, targets, services."""

    sources: Ranges
    targets: Ranges
    ports: tuple[PortSpec, ...]


def before_target(steps_: tuple[Step, ...], interface: str, view: View) -> list[tuple[View, View]]:
    """(as it arrives at the interface, as it is after target translation) pairs that cover ``view``."""
    pairs: list[tuple[View, View]] = []
    rest = [view]
    for step in steps_:
        if step.kind not in {"dnat", "redirect", "netmap"} or step.interface not in {"", interface}:
            continue
        following: list[View] = []
        for item in rest:
            hit = item.targets & step.to
            if not hit:
                following.append(item)
                continue
            done, left = _undo(step, item._replace(targets=hit))
            pairs.extend(done)
            following.extend(left)
            if item.targets - hit:
                following.append(item._replace(targets=item.targets - hit))
        rest = following
    return pairs + [(item, item) for item in rest]


def _undo(step: Step, view: View) -> tuple[list[tuple[View, View]], list[View]]:
    if step.kind == "netmap":
        return [(view._replace(targets=shifted(view.targets, step.to, step.match)), view)], []
    pairs, left = [], []
    for spec in view.ports or (PortSpec("any"),):
        found = _ports_before(step, spec)
        for asked, answered in found:
            here = view._replace(ports=(answered,))
            pairs.append((here._replace(targets=step.match, ports=(asked,)), here))
        if not any(answered == spec for _, answered in found):
            left.append(view._replace(ports=(spec,)))
    return pairs, left


def _ports_before(step: Step, spec: PortSpec) -> list[tuple[PortSpec, PortSpec]]:
    """(port asked for, port that answers) pairs under which a service, or a part of it, is reached by translation."""
    if not step.ports:
        return [(spec, spec)]
    found = []
    for asked in step.ports:
        if spec.transport not in {asked.transport, "any"}:
            continue
        low, high = step.to_port or (asked.first, asked.last)
        if spec.transport != "any":
            low, high = max(low, spec.first), min(high, spec.last)
        if low > high:
            continue
        answered = PortSpec(asked.transport, low, high)
        found.append((asked if step.to_port else answered, answered))
    return found


def after_source(steps_: tuple[Step, ...], interface: str, view: View) -> list[View]:
    """The view once it has left through the interface."""
    found: list[View] = []
    rest = view.sources
    for step in steps_:
        if step.kind not in {"masquerade", "snat", "netmap"} or step.interface not in {"", interface}:
            continue
        hit = rest & (step.to if step.kind == "netmap" else step.match)
        if not hit:
            continue
        rest = rest - hit
        for family in (4, 6):
            part = Ranges(v4=hit.v4) if family == 4 else Ranges(v6=hit.v6)
            if not part:
                continue
            goal = shifted(part, step.to, step.match) if step.kind == "netmap" else step.to
            goal = Ranges(v4=goal.v4) if family == 4 else Ranges(v6=goal.v6)
            found.append(view._replace(sources=goal or part))
    return found + ([view._replace(sources=rest)] if rest else [])


def shifted(part: Ranges, old: Ranges, new: Ranges) -> Ranges:
    """Part of block ``old`` as it appears in block ``new`` of the same size."""

    def move(spans: tuple[Span, ...], before: tuple[Span, ...], after: tuple[Span, ...]) -> tuple[Span, ...]:
        offset = after[0][0] - before[0][0] if before and after else 0
        return tuple((first + offset, last + offset) for first, last in spans)

    return Ranges(move(part.v4, old.v4, new.v4), move(part.v6, old.v6, new.v6))
