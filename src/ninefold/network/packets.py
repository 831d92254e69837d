"""Exact sets of packets: IPv4 and IPv6 five-tuples, ICMP types, interfaces, and free variables for all else.

A packet here opens a connection (connection state *new*) or belongs to none; replies are an obligation of their own
(``proof``). IPv4 addresses stand in the first 32 of 128 address bits. The ICMP type stands in the destination port,
the code in the source port; protocols without ports have both zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final

from ninefold.model.proofs import Witness
from ninefold.network.diagrams import Function, make
from ninefold.network.ranges import BITS, Span, address_text, parse_addresses
from ninefold.network.ruleset import (
    PROTOCOL_NAMES,
    PROTOCOLS,
    WITH_PORTS,
    Any,
    Condition,
    Free,
    Not,
    Test,
)

#: Two orders of the fields; which is better depends on the rules (research: no order wins everywhere).
ORDERS: Final = {
    "service": ("family", "in", "out", "protocol", "port", "source_port", "target", "source"),
    "addresses": ("family", "in", "out", "source", "target", "protocol", "port", "source_port"),
}
WIDTH: Final = {"family": 1, "protocol": 8, "port": 16, "source_port": 16, "source": 128, "target": 128}
OTHER: Final = "(other)"
TOP: Final = {"protocol": 255, "port": 65535, "source_port": 65535, "icmp_type": 255, "icmp_code": 255}


class PacketSpace:
    """All packets over a set of interface names and free variables, in one order, in one engine.

    ``interfaces`` may hold wildcards (``eth*``): each gets a representative of its own, and one more name stands
    for every interface not mentioned. ``free`` are the names of Boolean variables.
    """

    def __init__(
        self,
        interfaces: Iterable[str] = (),
        free: Iterable[str] = (),
        *,
        order: str = "service",
        engine: str = "oxidd",
        nodes: int = 1 << 20,
    ) -> None:
        names = {name if not name.endswith("*") else name[:-1] + "(other)" for name in interfaces}
        self.interfaces = (*sorted(names - {OTHER}), OTHER)
        self.free = tuple(sorted(set(free)))
        self.order = order
        self._bits = max(0, (len(self.interfaces) - 1).bit_length())
        self._start: dict[str, int] = {}
        at = 0
        for field in ORDERS[order]:
            self._start[field] = at
            at += WIDTH.get(field, self._bits)
        self._free_start = at
        self._free_level = {name: at + number for number, name in enumerate(self.free)}
        self.diagram = make(engine, at + len(self.free), nodes)
        self._cache: dict[object, Function] = {}

    def fields(self) -> Iterator[tuple[str, int, int]]:
        """Field, first level, number of bits; in order from the top."""
        for field in ORDERS[self.order]:
            yield field, self._start[field], WIDTH.get(field, self._bits)

    def levels(self, field: str) -> range:
        """The levels of a field."""
        return range(self._start[field], self._start[field] + WIDTH.get(field, self._bits))

    @property
    def all(self) -> PacketSet:
        """Every packet that can exist."""
        return PacketSet(self, self.valid)

    @property
    def none(self) -> PacketSet:
        """No packet."""
        return PacketSet(self, self.diagram.false)

    @cached_property
    def valid(self) -> Function:
        """Packets that can exist: no unused interface codes; ICMP has small types; others have no ports."""
        return self._valid()

    def _valid(self) -> Function:
        true = self.diagram.true
        ported = self.interval("protocol", tuple((number, number) for number in WITH_PORTS))
        icmp = self.interval("protocol", ((1, 1), (58, 58)))
        small = self.interval("port", ((0, 255),)) & self.interval("source_port", ((0, 255),))
        zero = self.interval("port", ((0, 0),)) & self.interval("source_port", ((0, 0),))
        result = ported | (icmp & small) | (~(ported | icmp) & zero)
        last = len(self.interfaces) - 1
        for field in ("in", "out"):
            result = result & (self.interval(field, ((0, last),)) if self._bits else true)
        return result

    def of(self, condition: Condition, state: str = "new") -> PacketSet:
        """The packets (of a connection state) for which a condition holds."""
        return PacketSet(self, self.function(condition, state))

    def function(self, condition: Condition, state: str = "new") -> Function:
        """The bare function of a condition (not restricted to packets that can exist)."""
        key = (condition, state)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._make(condition, state)
        return found

    def _make(self, condition: Condition, state: str) -> Function:
        if isinstance(condition, Test):
            return self._test(condition, state)
        if isinstance(condition, Free):
            return self.diagram.var(self._free_level[condition.name])
        if isinstance(condition, Not):
            return ~self.function(condition.part, state)
        parts = [self.function(part, state) for part in condition.parts]
        if isinstance(condition, Any):
            return balanced(parts, lambda left, right: left | right, self.diagram.false)
        parts.sort(key=self.diagram.top, reverse=True)
        result = self.diagram.true
        for part in parts:
            result = part & result
        return result

    def _test(self, test: Test, state: str) -> Function:
        field = test.field
        if field == "state":
            return self.diagram.true if state in test.names else self.diagram.false
        if field in {"in", "out"}:
            return self.interval(field, self._codes(test.names))
        if field == "family":
            return self.diagram.true if len(test.ranges) > 1 else self.family(test.ranges[0][0])
        if field in {"source", "target"}:
            return self.family(test.family) & self.interval(field, test.ranges, test.family)
        if field in {"port", "source_port"}:
            ported = self.interval("protocol", tuple((number, number) for number in WITH_PORTS))
            return ported & self.interval(field, test.ranges)
        if field in {"icmp_type", "icmp_code"}:
            number = 1 if test.family == 4 else 58
            where = "port" if field == "icmp_type" else "source_port"
            only = self.family(test.family) & self.interval("protocol", ((number, number),))
            return only & self.interval(where, test.ranges)
        return self.interval(field, test.ranges)

    def _codes(self, names: tuple[str, ...]) -> tuple[Span, ...]:
        return tuple(
            (code, code)
            for code, known in enumerate(self.interfaces)
            if any(known.startswith(name[:-1]) if name.endswith("*") else known == name for name in names)
        )

    def family(self, family: int) -> Function:
        """Packets of IPv4 or IPv6."""
        bit = self.diagram.var(self._start["family"])
        return ~bit if family == 4 else bit

    def interval(self, field: str, spans: tuple[Span, ...], family: int = 6) -> Function:
        """Packets whose field lies in one of the intervals."""
        key = (field, spans, family)
        found = self._cache.get(key)
        if found is None:
            width = WIDTH.get(field, self._bits)
            width = BITS[family] if width == 128 else width
            made = [self._span(self._start[field], width, first, last) for first, last in spans]
            found = balanced(made, lambda left, right: left | right, self.diagram.false)
            self._cache[key] = found
        return found

    def _span(self, start: int, width: int, first: int, last: int) -> Function:
        """One closed interval, built from the lowest bit up."""
        key = (start, width, first, last)
        if key in self._cache:
            return self._cache[key]
        true, var = self.diagram.true, self.diagram.var
        common = width - (first ^ last).bit_length()
        above, below = true, true
        for bit in range(width - 1, common - 1, -1):
            x = var(start + bit)
            shift = width - 1 - bit
            if (first >> shift) & 1:
                above = x & above
            elif above != true:
                above = x | above
            if not (last >> shift) & 1:
                below = ~x & below
            elif below != true:
                below = ~x | below
        result = above & below
        for bit in range(common - 1, -1, -1):
            x = var(start + bit)
            result = (x if (first >> (width - 1 - bit)) & 1 else ~x) & result
        self._cache[key] = result
        return result

    def fix(self, function: Function, field: str, spans: tuple[Span, ...], family: int = 6) -> Function:
        """Forget a field, then give it new values: what address translation does to a set."""
        return self.forget(function, field) & self.interval(field, spans, family)

    def forget(self, function: Function, field: str) -> Function:
        """The set with every value of a field."""
        return self.diagram.exists(function, self.levels(field))

    def remap(self, function: Function, field: str, old: Span, new: Span, family: int) -> Function:
        """Packets of block ``old`` moved to block ``new`` of the same size; the host part stays (1:1 NAT)."""
        prefix = BITS[family] - (old[1] - old[0]).bit_length()
        levels = list(self.levels(field))[:prefix]
        inside = function & self.interval(field, (old,), family)
        moved = self.diagram.exists(inside, levels) if levels else inside
        return moved & self.interval(field, (new,), family)

    def free_levels(self, names: Iterable[str]) -> list[int]:
        """The levels of free variables."""
        return [self._free_level[name] for name in names if name in self._free_level]

    def value(self, cube: list[bool | None], field: str, width: int) -> int:
        """The number that stands in a field of an assignment (open bits are 0)."""
        number = 0
        for level in range(self._start[field], self._start[field] + width):
            number = number * 2 + (cube[level] is True)
        return number


class PacketSet:
    """An exact set of packets of one space. Equal sets are ``==``."""

    __slots__ = ("function", "space")

    def __init__(self, space: PacketSpace, function: Function) -> None:
        self.space = space
        self.function = function

    def __and__(self, other: PacketSet) -> PacketSet:
        return PacketSet(self.space, self.function & other.function)

    def __or__(self, other: PacketSet) -> PacketSet:
        return PacketSet(self.space, self.function | other.function)

    def __sub__(self, other: PacketSet) -> PacketSet:
        return PacketSet(self.space, self.function & ~other.function)

    def __invert__(self) -> PacketSet:
        return PacketSet(self.space, self.space.valid & ~self.function)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PacketSet) or other.space is not self.space:
            return NotImplemented
        return bool((self.function & self.space.valid) == (other.function & self.space.valid))

    def __hash__(self) -> int:
        return hash(self.function & self.space.valid)

    @property
    def is_empty(self) -> bool:
        """No packet that can exist is in it."""
        return bool((self.function & self.space.valid) == self.space.diagram.false)

    def possible(self, keep: Iterable[str] = ()) -> PacketSet:
        """Upper bound: packets that are in it for some value of the free variables (except those kept)."""
        levels = self.space.free_levels(name for name in self.space.free if name not in set(keep))
        return PacketSet(self.space, self.space.diagram.exists(self.function, levels) if levels else self.function)

    def certain(self, keep: Iterable[str] = ()) -> PacketSet:
        """Lower bound: packets that are in it whatever the free variables (except those kept) are."""
        return PacketSet(self.space, ~PacketSet(self.space, ~self.function).possible(keep).function)

    def given(self, values: dict[str, bool]) -> PacketSet:
        """The set once some free variables have a value; it no longer depends on them."""
        space = self.space
        cube = space.diagram.true
        levels = space.free_levels(sorted(values, reverse=True))
        for name in sorted(values, reverse=True):
            for level in space.free_levels([name]):
                literal = space.diagram.var(level)
                cube = (literal if values[name] else ~literal) & cube
        return PacketSet(space, space.diagram.exists(self.function & cube, levels) if levels else self.function)

    def count(self) -> int:
        """How many packets (family, five-tuple, interfaces) are in it for some value of the free variables."""
        space, diagram = self.space, self.space.diagram
        function = self.possible().function & space.valid
        six = diagram.count(function & space.family(6))
        four = diagram.count(function & space.family(4)) >> 192
        return (four + six) >> len(space.free)

    def witness(self, likes: Iterable[PacketSet] = ()) -> Witness | None:
        """One packet of the set, or None if it is empty; of the wishes in ``likes`` as many as can be had."""
        function = self.function & self.space.valid
        if function == self.space.diagram.false:
            return None
        for wish in likes:
            narrower = function & wish.function
            if narrower != self.space.diagram.false:
                function = narrower
        cube = self.space.diagram.pick(function)
        assert cube is not None
        return self._decode(cube)

    def _decode(self, cube: list[bool | None]) -> Witness:
        space = self.space
        family = 6 if cube[space.levels("family")[0]] else 4
        number = space.value(cube, "protocol", 8)
        name = {1: "icmp", 58: "icmpv6"}.get(number) or PROTOCOL_NAMES.get(number, str(number))
        names = [space.interfaces[space.value(cube, field, len(space.levels(field)))] for field in ("in", "out")]
        free = {name: cube[space.free_levels([name])[0]] for name in space.free}
        return Witness(
            source=address_text(space.value(cube, "source", BITS[family]), family),
            target=address_text(space.value(cube, "target", BITS[family]), family),
            protocol=name,
            source_port=space.value(cube, "source_port", 16),
            port=space.value(cube, "port", 16),
            incoming="" if names[0] == OTHER else names[0],
            outgoing="" if names[1] == OTHER else names[1],
            free={name: value for name, value in free.items() if value is not None},
        )

    def contains(self, packet: Witness) -> bool:
        """Whether a packet is in the set; free variables it does not name are taken as false."""
        return not (self & single(self.space, packet)).is_empty

    def regions(self, limit: int = 12) -> tuple[str, ...]:
        """The set in words: protocol, ports, addresses, interfaces; at most ``limit`` lines, the last says so."""
        from ninefold.network.regions import describe

        return describe(self, limit)


def single(space: PacketSpace, packet: Witness) -> PacketSet:
    """The set of one packet."""
    family = 6 if ":" in packet.source else 4
    number = PROTOCOLS[packet.protocol] if packet.protocol in PROTOCOLS else int(packet.protocol)
    function = space.family(family) & space.interval("protocol", ((number, number),))
    for field, value in (("source_port", packet.source_port), ("port", packet.port)):
        function = function & space.interval(field, ((value, value),))
    for field, text in (("source", packet.source), ("target", packet.target)):
        function = function & space.interval(field, parse_addresses(text).family(family), family)
    for field, name in (("in", packet.incoming), ("out", packet.outgoing)):
        code = space.interfaces.index(name if name in space.interfaces else OTHER)
        function = function & space.interval(field, ((code, code),))
    result = PacketSet(space, function)
    for name in space.free:
        literal = space.diagram.var(space.free_levels([name])[0])
        result = PacketSet(space, result.function & (literal if packet.free.get(name) else ~literal))
    return result


def balanced(items: list[Function], merge: Callable[[Function, Function], Function], empty: Function) -> Function:
    """Merge neighbours pairwise until one is left: far smaller intermediate diagrams than folding one by one."""
    while len(items) > 1:
        pairs = [merge(items[at], items[at + 1]) for at in range(0, len(items) - 1, 2)]
        items = pairs + ([items[-1]] if len(items) % 2 else [])
    return items[0] if items else empty


__all__ = ["OTHER", "PacketSet", "PacketSpace", "balanced", "single"]
