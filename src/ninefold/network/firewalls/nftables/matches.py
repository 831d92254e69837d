"""What one match of nftables means, in the neutral form.

Where the kernel does something else than the text suggests, the kernel wins; checked with ``nft --debug=netlink``:
a list of flags without operator means "one of these bits", with ``!=`` it means "not exactly this value"; ICMP
matches in ``inet`` tables hold for IPv4 only.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ninefold.network.firewalls.nftables import names, values
from ninefold.network.firewalls.nftables.values import NotUnderstoodError
from ninefold.network.ranges import Span
from ninefold.network.ruleset import (
    WITH_PORTS,
    All,
    Condition,
    Free,
    Not,
    Test,
    both,
    either,
    protocol,
)
from ninefold.network.ruleset import (
    Any as AnyOf,
)

Free_ = Callable[[str, bool], Free]


class Matcher:
    """Makes conditions. ``free`` names a free variable: (text, whether it is a property of the packet)."""

    def __init__(self, sets: dict[str, Any], free: Free_, changed: frozenset[str], families: tuple[int, ...]) -> None:
        self.sets = sets
        self.free = free
        self.changed = changed
        self.families = families

    def match(self, left: Any, operator: str, right: Any) -> Condition:
        """A whole match; what is not understood becomes a free variable."""
        try:
            return self._match(left, operator, right)
        except (NotUnderstoodError, KeyError, TypeError, ValueError, IndexError):
            return self.other(left, operator, right)

    def other(self, left: Any, operator: str, right: Any) -> Condition:
        """A match outside the packet model."""
        if words(left) in {"meta ipsec", "rt ipsec"}:
            free: Condition = Free("ipsec in" if "meta" in left else "ipsec out", attribute=True)
            return free if (right in ("exists", True, 1)) == (operator != "!=") else Not(free)
        text = f"{words(left)} {words(right)}"
        negative = operator == "!="
        ordered = operator in {"<", ">", "<=", ">="}
        stable = not any(key in text for key in self.changed) and "numgen" not in text and "@" not in text
        variable = self.free(text if not ordered else f"{words(left)} {operator} {words(right)}", stable)
        return Not(variable) if negative else variable

    def _match(self, left: Any, operator: str, right: Any) -> Condition:
        if isinstance(right, str) and right.startswith("@"):
            right = self._named(right[1:])
        if "concat" in left:
            return self._concat(left["concat"], operator, right)
        if isinstance(right, dict) and "set" in right:
            return self._set(left, operator, right["set"])
        return self.one(left, operator, right)

    def _named(self, name: str) -> Any:
        found = self.sets.get(name)
        if found is None or found.get("unknown"):
            raise NotUnderstoodError(name)
        return {"set": found["elem"]}

    def _set(self, left: Any, operator: str, elements: list[Any]) -> Condition:
        needs, _ = self._needs(left)
        parts = [self.one(left, "==", plain_element(item)) for item in elements]
        inside = _merged(parts)
        if operator == "!=":
            return both(*needs, Not(inside))
        return inside

    def _concat(self, fields: list[Any], operator: str, right: Any) -> Condition:
        elements = right["set"] if isinstance(right, dict) and "set" in right else [right]
        parts = []
        for item in elements:
            item = plain_element(item)
            parts.append(both(*(self.one(f, "==", v) for f, v in zip(fields, item["concat"], strict=True))))
        inside = either(parts)
        if operator == "!=":
            return both(*(need for field in fields for need in self._needs(field)[0]), Not(inside))
        return inside

    def one(self, left: Any, operator: str, right: Any) -> Condition:
        """One field and one value, range or list of bits."""
        if isinstance(right, dict) and "set" in right:
            return self._set(left, operator, right["set"])
        table = _bit_table(left)
        if table:
            return self._bits(left, operator, right, table)
        needs, test = self._needs(left)
        if test is None:
            return both(*needs, self.other(left, operator, right))
        field, family, convert, top = test
        if field in {"in", "out"}:
            inside: Condition = Test(field, names=_interface_names(right))
            return Not(inside) if operator == "!=" else inside
        if "&" in left:
            found = _masked(left["&"][1], right, top)
        else:
            found = values.spans(right, convert, family if field in {"source", "target"} else 0)
        found = _ordered(operator, found, top)
        tested: Condition = Test(field, found, family=family)
        tested = Not(tested) if operator == "!=" else tested
        if left.get("payload", {}).get("protocol") == "th":
            # the kernel compares these bytes whatever the protocol: without ports they are anything
            ported = protocol(*WITH_PORTS)
            bytes_ = self.free(f"{words(left)} {words(right)} of a protocol without ports", True)
            return either([both(ported, tested), both(Not(ported), bytes_)])
        return both(*needs, tested)

    def _needs(self, left: Any) -> tuple[list[Condition], tuple[str, int, Any, int] | None]:
        """What must hold before a field exists, and the field: (name, family, number maker, largest value)."""
        if "&" in left:
            return self._needs(left["&"][0])
        if "payload" in left and "protocol" in left["payload"]:
            return _payload(left["payload"]["protocol"], left["payload"]["field"], self.families)
        if "meta" in left:
            return [], _META.get(left["meta"]["key"])
        return [], None

    def _bits(self, left: Any, operator: str, right: Any, table: dict[str, int]) -> Condition:
        mask = 2**32 - 1
        if "&" in left:
            left, masked = left["&"]
            mask = values.bits(masked, table)
            operator = "==" if operator == "in" else operator
        value = values.bits(right, table)
        needs: list[Condition] = [protocol("tcp")] if "payload" in left else []
        if operator == "in":
            inside = either(self._bit(left, name) for name, bit in table.items() if bit & value)
        elif operator in {"==", "!="}:
            if left.get("ct", {}).get("key") == "state":
                inside = _state(value, mask)
            else:
                parts = [(self._bit(left, name), bit) for name, bit in table.items() if bit & mask]
                exact = both(*(part if bit & value else Not(part) for part, bit in parts))
                inside = exact if not value & ~mask else AnyOf()
            if operator == "!=":
                inside = Not(inside)
        else:
            raise NotUnderstoodError(operator)
        return both(*needs, inside)

    def _bit(self, left: Any, name: str) -> Condition:
        if left.get("ct", {}).get("key") == "state":
            return Test("state", names=(name,))
        if "payload" in left:
            return Free(f"tcp flag {name}", usual=name == "syn", attribute=True)
        return self.free(f"ct status {name}", "ct status" not in self.changed)


def _bit_table(left: Any) -> dict[str, int] | None:
    if "&" in left:
        left = left["&"][0]
    if left.get("ct", {}).get("key") in {"state", "status"}:
        return names.STATES if left["ct"]["key"] == "state" else names.STATUS
    payload = left.get("payload", {})
    return names.FLAGS if (payload.get("protocol"), payload.get("field")) == ("tcp", "flags") else None


def _state(value: int, mask: int) -> Condition:
    """States of which the bits under ``mask`` are exactly ``value``."""
    fitting = tuple(name for name, bit in names.STATES.items() if bit & mask == value)
    return Test("state", names=fitting) if fitting else AnyOf()


_FAMILY = {"ip": 4, "ip6": 6}
_META: dict[str, tuple[str, int, Any, int]] = {
    "iifname": ("in", 0, None, 0),
    "iif": ("in", 0, None, 0),
    "oifname": ("out", 0, None, 0),
    "oif": ("out", 0, None, 0),
    "l4proto": ("protocol", 0, values.protocol, 255),
    "nfproto": ("family", 0, lambda value: {"ipv4": 4, "ipv6": 6, 2: 4, 10: 6}[value], 6),
    "protocol": ("family", 0, lambda value: {"ip": 4, "ip6": 6, 0x800: 4, 0x86DD: 6}[value], 6),
}


def _payload(
    name: str, field: str, families: tuple[int, ...]
) -> tuple[list[Condition], tuple[str, int, Any, int] | None]:
    if name in _FAMILY:
        family = _FAMILY[name]
        need: list[Condition] = [Test("family", ((family, family),))]
        if field in {"saddr", "daddr"}:
            where = "source" if field == "saddr" else "target"
            return need, (where, family, None, 2 ** (32 if family == 4 else 128) - 1)
        if field in {"protocol", "nexthdr"}:
            return need, ("protocol", 0, values.protocol, 255)
        return need, None
    if name in {"icmp", "icmpv6"}:
        family = 4 if name == "icmp" else 6
        need = [Test("family", ((family, family),)), protocol(name)]
        if field in {"type", "code"}:
            table = values.icmp_type if field == "type" else values.icmp_code
            return need, (f"icmp_{field}", family, table[family], 255)
        return need, None
    ported = {"sport": "source_port", "dport": "port"}.get(field)
    need = [] if name == "th" else [protocol(name)]
    return need, (ported, 0, values.port, 65535) if ported else None


def _ordered(operator: str, found: tuple[Span, ...], top: int) -> tuple[Span, ...]:
    if operator in {"==", "!=", "in"}:
        return found
    value = found[0][0]
    low, high = {
        "<": (0, value - 1),
        "<=": (0, value),
        ">": (value + 1, top),
        ">=": (value, top),
    }[operator]
    return ((low, high),) if low <= high else ()


def _masked(mask: Any, right: Any, top: int) -> tuple[Span, ...]:
    """``field & mask == value`` where the mask is a prefix."""
    family = 6 if top > 2**32 else 4
    number = values.spans(mask, values.byte, family)[0][0] if top > 65535 else int(mask)
    value = values.spans(right, values.byte, family)[0][0] if top > 65535 else int(right)
    host = top & ~number
    if host & (host + 1):
        raise NotUnderstoodError("mask")
    return () if value & host else ((value, value | host),)


def _interface_names(right: Any) -> tuple[str, ...]:
    if isinstance(right, list):
        return tuple(name for item in right for name in _interface_names(item))
    if not isinstance(right, str):
        raise NotUnderstoodError(str(right))
    return (right.replace("\\*", "*"),)


def plain_element(item: Any) -> Any:
    """An element of a set without its timeout, counter and comment."""
    while isinstance(item, dict) and "elem" in item:
        item = item["elem"]["val"]
    return item


def _merged(parts: list[Condition]) -> Condition:
    """One of the parts; tests of the same field become one test."""
    grouped: dict[Any, list[Any]] = {}
    for part in parts:
        items = part.parts if isinstance(part, All) else (part,)
        last = items[-1] if items else None
        if isinstance(last, Test) and last.field != "state":
            key: Any = (items[:-1], last.field, last.family)
            grouped.setdefault(key, []).append(last)
        else:
            grouped.setdefault((part,), []).append(part)
    made: list[Condition] = []
    for key, found in grouped.items():
        if len(key) == 1:
            made.append(key[0])
        else:
            from ninefold.network.ranges import union

            ranges = union(span for test in found for span in test.ranges)
            texts = tuple(name for test in found for name in test.names)
            made.append(both(*key[0], Test(key[1], ranges, texts, key[2])))
    return either(made)


def words(value: Any) -> str:
    """A JSON expression in a few words, the same for text and JSON input."""
    if isinstance(value, (str, int)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, dict) and len(value) == 1:
        key, inner = next(iter(value.items()))
        if key in {"other"}:
            return str(inner)
        if key in {"meta", "ct", "rt"} and isinstance(inner, dict):
            return f"{key} {inner.get('key')}"
        if key == "payload" and "protocol" in inner:
            return f"{inner['protocol']} {inner['field']}"
        if key == "set":
            return "{" + ", ".join(words(item) for item in inner) + "}"
        if key == "concat":
            return " . ".join(words(item) for item in inner)
    return json.dumps(value, sort_keys=True)
