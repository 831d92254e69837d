"""What the matches of one VyOS rule mean (VyOS documentation, chapters Firewall and NAT)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ninefold.base.errors import InputError
from ninefold.network.firewalls.iptables import names
from ninefold.network.firewalls.nftables.names import SERVICES
from ninefold.network.firewalls.vyos.tree import Node
from ninefold.network.ranges import Ranges, Span, join, parse_addresses, union
from ninefold.network.ruleset import (
    ALWAYS,
    WITH_PORTS,
    Condition,
    Free,
    Not,
    Test,
    both,
    protocol,
)

#: parts of a rule that say what it does, not what it matches
_NO_MATCH: Final = frozenset(
    {
        "action", "description", "disable", "log", "log-level", "log-options", "jump-target", "translation", "exclude",
        "set", "queue", "queue-options", "offload-target", "synproxy",
    }
)  # fmt: skip
_STATES: Final = frozenset({"new", "established", "related", "invalid"})


class NotUnderstoodError(Exception):
    """A match that is not in the model becomes a free variable."""


class Matches:
    """Conditions of one rule of one family; ``groups`` is the tree below ``firewall group``."""

    def __init__(self, family: int, file: str, groups: Node) -> None:
        self.family, self.file, self.groups = family, file, groups

    def all(self, rule: Node) -> Condition:
        """Every match of the rule."""
        parts: list[Condition] = []
        for word, node in rule.children.items():
            if word in _NO_MATCH:
                continue
            try:
                parts.append(self._one(word, node, rule))
            except (NotUnderstoodError, InputError, ValueError):
                parts.append(Free(f"{word} {node.text()[:150]} at {self.file}:{node.line}"))
        return both(*parts)

    def _one(self, word: str, node: Node, rule: Node) -> Condition:
        if word in {"source", "destination"}:
            return self._end(word, node, rule)
        if word == "protocol":
            return _protocol(_only(node))
        if word == "state":
            return _state(node)
        if word == "tcp":
            return _tcp(node, rule)
        if word in {"icmp", "icmpv6"}:
            return self._icmp(word, node)
        if word in {"inbound-interface", "outbound-interface"}:
            return self._interface("in" if word[0] == "i" else "out", node)
        if word in {"limit", "recent"}:
            free = Free(f"{word} {node.text()[:150]} at {self.file}:{node.line}", usual=True)
            return free if word == "limit" else Not(free)
        if word == "ipsec" and tuple(node.children) in {("match-ipsec",), ("match-none",)}:
            inside = Free("ipsec in", attribute=True)
            return inside if node.has("match-ipsec") else Not(inside)
        raise NotUnderstoodError(word)

    def _end(self, word: str, node: Node, rule: Node) -> Condition:
        side = "source" if word == "source" else "target"
        parts = []
        for kind, below in node.children.items():
            if kind == "address":
                parts.append(self._address(side, _only(below)))
            elif kind == "port":
                parts.append(_ported(rule, side, _only(below), _ports))
            elif kind == "group":
                parts.extend(self._group(side, name, group, rule) for name, group in below.children.items())
            else:
                raise NotUnderstoodError(kind)
        return both(*parts)

    def _address(self, side: str, text: str) -> Condition:
        negative, plain = _negated(text)
        spans = parse_addresses(plain).family(self.family)
        if not spans:
            raise NotUnderstoodError(text)
        test = Test(side, spans, family=self.family)
        return Not(test) if negative else test

    def _group(self, side: str, kind: str, node: Node, rule: Node) -> Condition:
        negative, name = _negated(_only(node))
        if kind == "port-group":
            return _ported(rule, side, ("!" if negative else "") + name, self._port_group)
        kind = kind if self.family == 4 or kind.startswith("ipv6-") else f"ipv6-{kind}"
        test = Test(side, self._members(kind, name, 0).family(self.family), family=self.family)
        return Not(test) if negative else test

    def _members(self, kind: str, name: str, depth: int) -> Ranges:
        word = {"address-group": "address", "network-group": "network"}.get(kind.removeprefix("ipv6-"))
        if word is None or not self.groups.has(kind, name) or depth > 16:
            raise NotUnderstoodError(kind)
        group = self.groups.at(kind, name)
        if set(group.children) - {word, "description", "include"}:
            raise NotUnderstoodError(kind)
        more = [self._members(kind, other, depth + 1) for other in group.values("include")]
        return join([*(parse_addresses(text) for text in group.values(word)), *more])

    def _port_group(self, name: str, depth: int = 0) -> tuple[Span, ...]:
        if not self.groups.has("port-group", name) or depth > 16:
            raise NotUnderstoodError(name)
        group = self.groups.at("port-group", name)
        if set(group.children) - {"port", "description", "include"}:
            raise NotUnderstoodError(name)
        more = [span for other in group.values("include") for span in self._port_group(other, depth + 1)]
        return union([*(span for text in group.values("port") for span in _ports(text)), *more])

    def _icmp(self, word: str, node: Node) -> Condition:
        family = 4 if word == "icmp" else 6
        table = names.ICMP if family == 4 else names.ICMP6
        if family != self.family or not set(node.children) <= {"type", "code", "type-name"}:
            raise NotUnderstoodError(word)
        if node.has("type") == node.has("type-name"):
            raise NotUnderstoodError(word)
        text = _only(node.at("type-name" if node.has("type-name") else "type"))
        if text in table:
            kind, code = table[text]
        else:
            low, slash, high = text.partition("/")
            kind, code = int(low), int(high) if slash else None
        if node.has("code"):
            code = int(_only(node.at("code")))
        if not 0 <= kind <= 255 or not 0 <= (code or 0) <= 255:
            raise NotUnderstoodError(text)
        typed = Test("icmp_type", ((kind, kind),), family=family)
        return typed if code is None else both(typed, Test("icmp_code", ((code, code),), family=family))

    def _interface(self, side: str, node: Node) -> Condition:
        """``eth0``, ``name eth0``, ``group G``; a trailing star is a wildcard."""
        if set(node.children) & {"name", "interface-name", "group", "interface-group"}:
            ((kind, below),) = node.children.items()
            negative, name = _negated(_only(below))
            found: tuple[str, ...] = (name,)
            if kind.endswith("group"):
                if not self.groups.has("interface-group", name) or self.groups.has("interface-group", name, "include"):
                    raise NotUnderstoodError(name)
                found = self.groups.values("interface-group", name, "interface")
        else:
            negative, name = _negated(_only(node))
            found = (name,)
        if found == ("any",):
            return Not(ALWAYS) if negative else ALWAYS
        if any("*" in item[:-1] or "+" in item for item in found):
            raise NotUnderstoodError(name)
        test = Test(side, names=found)
        return Not(test) if negative else test


def _only(node: Node) -> str:
    if len(node.children) != 1:
        raise NotUnderstoodError("value")
    return next(iter(node.children))


def _negated(text: str) -> tuple[bool, str]:
    return (True, text[1:].strip()) if text.startswith("!") else (False, text)


def _protocol(text: str) -> Condition:
    negative, plain = _negated(text.lower())
    if plain in {"all", "any"}:
        found: Condition = ALWAYS
    elif plain == "tcp_udp":
        found = protocol("tcp", "udp")
    else:
        digits = plain.isascii() and plain.isdigit() and len(plain) < 4
        number = int(plain) if digits else names.PROTOCOLS.get(plain, 256)
        if number > 255:
            raise NotUnderstoodError(text)
        found = protocol(number)
    return Not(found) if negative else found


def _ported(rule: Node, side: str, text: str, spans: Callable[[str], tuple[Span, ...]]) -> Condition:
    """Ports need a protocol that has some."""
    name = rule.value("protocol").lower()
    if name not in {"tcp_udp"} and names.PROTOCOLS.get(name, int(name) if name.isdecimal() else 0) not in WITH_PORTS:
        raise NotUnderstoodError(name)
    negative, plain = _negated(text)
    test = Test("source_port" if side == "source" else "port", spans(plain))
    return Not(test) if negative else test


def _ports(text: str) -> tuple[Span, ...]:
    return union(_port_span(part.strip()) for part in text.split(","))


def _port_span(text: str) -> Span:
    low, _, high = text.partition("-")
    if text in SERVICES:
        return SERVICES[text], SERVICES[text]
    first, last = int(low), int(high or low)
    if not 0 <= first <= last <= 65535:
        raise NotUnderstoodError(text)
    return first, last


def _state(node: Node) -> Condition:
    """``state { established enable }`` or ``state established``."""
    wanted = []
    for word, below in node.children.items():
        if word not in _STATES or set(below.children) - {"enable", "disable"} or len(below.children) > 1:
            raise NotUnderstoodError(word)
        if not below.has("disable"):
            wanted.append(word)
    return Test("state", names=tuple(sorted(wanted))) if wanted else ALWAYS


def _tcp(node: Node, rule: Node) -> Condition:
    """``flags SYN,!ACK`` or ``flags syn`` with ``flags not ack``."""
    if rule.value("protocol").lower() not in {"tcp", "6"} or set(node.children) != {"flags"}:
        raise NotUnderstoodError("tcp")
    wanted: dict[str, bool] = {}
    for word, below in node.at("flags").children.items():
        if word == "not":
            wanted.update(dict.fromkeys(below.children, False))
        else:
            for part in word.lower().split(","):
                negative, name = _negated(part)
                wanted[name] = not negative
    if not set(wanted) <= set(names.FLAGS):
        raise NotUnderstoodError("flags")
    frees = {name: Free(f"tcp flag {name}", usual=name == "syn", attribute=True) for name in sorted(wanted)}
    return both(*(free if wanted[name] else Not(free) for name, free in frees.items()))
