"""Sets of addresses as sorted, disjoint intervals, IPv4 and IPv6 side by side.

A :class:`Ranges` value is small and readable; packet sets are built from it, renderers write it as CIDR.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from ninefold.base.errors import InputError

Span = tuple[int, int]
BITS = {4: 32, 6: 128}


class Ranges(msgspec.Struct, frozen=True):
    """Addresses: closed integer intervals per family, sorted, disjoint, not touching."""

    v4: tuple[Span, ...] = ()
    v6: tuple[Span, ...] = ()

    def __or__(self, other: Ranges) -> Ranges:
        return Ranges(union(self.v4 + other.v4), union(self.v6 + other.v6))

    def __and__(self, other: Ranges) -> Ranges:
        return Ranges(intersect(self.v4, other.v4), intersect(self.v6, other.v6))

    def __sub__(self, other: Ranges) -> Ranges:
        return Ranges(subtract(self.v4, other.v4), subtract(self.v6, other.v6))

    def __bool__(self) -> bool:
        return bool(self.v4 or self.v6)

    def family(self, family: int) -> tuple[Span, ...]:
        """The intervals of family 4 or 6."""
        return self.v4 if family == 4 else self.v6

    def cidrs(self, family: int) -> tuple[str, ...]:
        """The same addresses as the fewest CIDR blocks, in order; a single address without prefix."""
        return tuple(cidr for span in self.family(family) for cidr in span_cidrs(span, family))

    def texts(self) -> tuple[str, ...]:
        """CIDR blocks of both families, IPv4 first."""
        return self.cidrs(4) + self.cidrs(6)


EVERYTHING = Ranges(((0, 2**32 - 1),), ((0, 2**128 - 1),))
NOTHING = Ranges()


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, disjoint form; touching intervals become one."""
    result: list[Span] = []
    for first, last in sorted(spans):
        if result and first <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return tuple(result)


def intersect(left: Sequence[Span], right: Sequence[Span]) -> tuple[Span, ...]:
    """What both have."""
    found, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        low, high = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if low <= high:
            found.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def subtract(left: Sequence[Span], right: Sequence[Span]) -> tuple[Span, ...]:
    """What only the first has."""
    return intersect(left, complement(right)) if right else tuple(left)


def complement(spans: Sequence[Span], top: int = 2**128 - 1) -> tuple[Span, ...]:
    """What lies between and around, from 0 to ``top``."""
    result, at = [], 0
    for first, last in spans:
        if first > at:
            result.append((at, first - 1))
        at = last + 1
    if at <= top:
        result.append((at, top))
    return tuple(result)


def blocks(first: int, last: int, bits: int) -> list[tuple[int, int]]:
    """The fewest (value, prefix length) blocks that cover the closed interval exactly."""
    result = []
    while first <= last:
        size = min((first & -first) if first else 1 << bits, 1 << ((last - first + 1).bit_length() - 1))
        result.append((first, bits - size.bit_length() + 1))
        first += size
    return result


def span_cidrs(span: Span, family: int) -> list[str]:
    """An interval as CIDR texts."""
    bits = BITS[family]
    found = []
    for value, length in blocks(span[0], span[1], bits):
        found.append(address_text(value, family) + (f"/{length}" if length < bits else ""))
    return found


def address_text(value: int, family: int) -> str:
    """The usual text of an address."""
    return str(ipaddress.IPv4Address(value) if family == 4 else ipaddress.IPv6Address(value))


@lru_cache(maxsize=65536)
def parse_addresses(text: str) -> Ranges:
    """``10.0.0.1``, ``10.0.0.0/24``, ``10.0.0.5-10.0.0.9``, the same in IPv6, ``any``. InputError when it is none.

    Host bits below a prefix are ignored, as kernels do.
    """
    text = text.strip()
    if text in {"any", "default"}:
        return EVERYTHING
    try:
        if "-" in text:
            low, high = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
            family, span = low.version, (int(low), int(high))
            if low.version != high.version or span[0] > span[1]:
                raise ValueError(text)
        else:
            net = ipaddress.ip_network(text, strict=False)
            family, span = net.version, (int(net.network_address), int(net.broadcast_address))
    except ValueError as error:
        raise InputError(
            "bad-address", f"'{text}' is no address.", advice="Write 10.0.0.5, 10.0.0.0/24 or 10.0.0.5-10.0.0.9."
        ) from error
    return Ranges(v4=(span,)) if family == 4 else Ranges(v6=(span,))


def join(parts: Iterable[Ranges]) -> Ranges:
    """The union of many."""
    parts = tuple(parts)
    return Ranges(
        union(span for part in parts for span in part.v4),
        union(span for part in parts for span in part.v6),
    )
