"""Packet sets in words: CIDR blocks, port ranges, protocols, interfaces.

The diagram is cut field by field: values of a field that lead to the same rest are said together.
"""

from __future__ import annotations

from collections.abc import Iterator

from ninefold.base.errors import LimitError
from ninefold.network.diagrams import Function
from ninefold.network.packets import OTHER, PacketSet, PacketSpace
from ninefold.network.ranges import BITS, Span, address_text, span_cidrs, union
from ninefold.network.ruleset import PROTOCOL_NAMES

_SHOWN = 6  # values named per field before "and N more"
_BUDGET = 20_000  # prefixes looked at per field


def describe(packets: PacketSet, limit: int) -> tuple[str, ...]:
    """At most ``limit`` lines, biggest fields grouped; the last line says when there is more."""
    space = packets.space
    function = packets.possible().function & space.valid
    lines: list[str] = []
    try:
        for box in _boxes(space, function, list(space.fields()), {}):
            if len(lines) == limit:
                return (*lines[:-1], "and more")
            lines.append(_say(space, box))
    except LimitError:
        return (*lines, "and more")
    return tuple(lines)


Box = dict[str, tuple[Span, ...]]


def boxes(packets: PacketSet) -> Iterator[Box]:
    """The set as disjoint products of intervals per field (free variables: some value)."""
    space = packets.space
    yield from _boxes(space, packets.possible().function & space.valid, list(space.fields()), {})


def _boxes(space: PacketSpace, function: Function, fields: list[tuple[str, int, int]], box: Box) -> Iterator[Box]:
    if function == space.diagram.false:
        return
    if not fields:
        yield box
        return
    field, start, width = fields[0]
    groups: dict[Function, list[Span]] = {}
    for value, length, rest in prefixes(space, function, start, width, _BUDGET):
        groups.setdefault(rest, []).append((value, value | ((1 << (width - length)) - 1)))
    for rest, spans in groups.items():
        if rest != space.diagram.false:
            yield from _boxes(space, rest, fields[1:], {**box, field: union(spans)})


def prefixes(
    space: PacketSpace, function: Function, start: int, width: int, budget: int = 1_000_000
) -> Iterator[tuple[int, int, Function]]:
    """(value, prefix length, rest) over one field, in rising order."""
    stack = [(function, 0, 0)]
    seen = 0
    while stack:
        node, value, length = stack.pop()
        top = space.diagram.top(node)
        if top >= start + width:
            seen += 1
            if seen > budget:
                raise LimitError("too-fine", "This set is too fine to be written down.")
            yield value << (width - length), length, node
            continue
        free = top - start - length
        if free:  # bits in between do not matter: both values lead here; enumerate only by merging the two halves
            stack.append((node, value * 2 + 1, length + 1))
            stack.append((node, value * 2, length + 1))
            continue
        high, low = space.diagram.split(node)
        stack.append((high, value * 2 + 1, length + 1))
        stack.append((low, value * 2, length + 1))


def _say(space: PacketSpace, box: Box) -> str:
    families = [6 if first else 4 for first, _ in box["family"]]
    both = box["family"] == ((0, 1),)
    family = families[0]
    parts = [_protocols(box["protocol"])]
    parts.append("from " + _addresses(box["source"], family, both) + _ports(box, "source_port"))
    parts.append("to " + _addresses(box["target"], family, both) + _ports(box, "port"))
    for field in ("in", "out"):
        names = [space.interfaces[code] for first, last in box[field] for code in range(first, last + 1)]
        if len(names) < len(space.interfaces):
            parts.append(f"{field} {_some(['another' if name == OTHER else name for name in names])}")
    return " ".join(parts)


def _protocols(spans: tuple[Span, ...]) -> str:
    if spans == ((0, 255),):
        return "any protocol"
    numbers = [number for first, last in spans for number in range(first, last + 1)]
    if len(numbers) > 128:
        missing = [number for number in range(256) if number not in set(numbers)]
        return "any protocol but " + _some([_name(number) for number in missing])
    return _some([_name(number) for number in numbers])


def _name(number: int) -> str:
    return PROTOCOL_NAMES.get(number, f"protocol {number}")


def _addresses(spans: tuple[Span, ...], family: int, both: bool) -> str:
    if both or spans == ((0, 2**128 - 1),):
        return "any" if both else f"any IPv{family}"
    if family == 4:  # IPv4 stands in the first 32 of 128 bits
        spans = tuple((first >> 96, last >> 96) for first, last in spans)
    texts: list[str] = []
    for span in spans:
        cidrs = span_cidrs(span, family)
        short = f"{address_text(span[0], family)}-{address_text(span[1], family)}"
        texts.extend(cidrs if len(cidrs) <= 2 else [short])
    assert BITS[family]
    return _some(texts)


def _ports(box: Box, field: str) -> str:
    spans = box[field]
    icmp = set(box["protocol"]) <= {(1, 1), (58, 58)}
    if spans == ((0, 65535),) or (icmp and spans == ((0, 255),)) or (spans == ((0, 0),) and not icmp):
        return ""
    word = {"port": "type" if icmp else "port", "source_port": "code" if icmp else "port"}[field]
    return f" {word} " + _some([str(first) if first == last else f"{first}-{last}" for first, last in spans])


def _some(texts: list[str]) -> str:
    if len(texts) <= _SHOWN:
        return ", ".join(texts)
    return ", ".join(texts[:_SHOWN]) + f" and {len(texts) - _SHOWN} more"
