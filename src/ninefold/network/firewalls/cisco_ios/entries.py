"""One entry of an access list (Cisco IOS Security Command Reference: ``access-list``, ``permit (IP)``)."""

from __future__ import annotations

import ipaddress
from typing import Final

from ninefold.network.ranges import Span, union
from ninefold.network.ruleset import ALWAYS, PROTOCOLS, Condition, Free, Test, both, either, protocol

_PROTOCOLS: Final = {
    **{name: PROTOCOLS[name] for name in ("icmp", "igmp", "tcp", "udp", "gre", "esp", "eigrp", "ospf", "pim", "sctp")},
    "ahp": 51, "igrp": 9, "ipinip": 4, "nos": 94, "pcp": 108,
}  # fmt: skip
_TCP: Final = {
    "bgp": 179, "chargen": 19, "cmd": 514, "daytime": 13, "discard": 9, "domain": 53, "drip": 3949, "echo": 7,
    "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "hostname": 101, "ident": 113, "irc": 194,
    "klogin": 543, "kshell": 544, "login": 513, "lpd": 515, "nntp": 119, "pim-auto-rp": 496, "pop2": 109, "pop3": 110,
    "smtp": 25, "sunrpc": 111, "tacacs": 49, "talk": 517, "telnet": 23, "time": 37, "uucp": 540, "whois": 43,
    "www": 80, "msrpc": 135, "syslog": 514,
}  # fmt: skip
_UDP: Final = {
    "biff": 512, "bootpc": 68, "bootps": 67, "discard": 9, "dnsix": 195, "domain": 53, "echo": 7, "isakmp": 500,
    "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139,
    "non500-isakmp": 4500, "ntp": 123, "pim-auto-rp": 496, "rip": 520, "snmp": 161, "snmptrap": 162, "sunrpc": 111,
    "syslog": 514, "tacacs": 49, "talk": 517, "tftp": 69, "time": 37, "who": 513, "xdmcp": 177,
}  # fmt: skip
_ICMP: Final[dict[str, tuple[int, int | None]]] = {
    "echo": (8, None), "echo-reply": (0, None), "unreachable": (3, None), "net-unreachable": (3, 0),
    "host-unreachable": (3, 1), "protocol-unreachable": (3, 2), "port-unreachable": (3, 3), "packet-too-big": (3, 4),
    "administratively-prohibited": (3, 13), "source-quench": (4, None), "redirect": (5, None),
    "router-advertisement": (9, None), "router-solicitation": (10, None), "time-exceeded": (11, None),
    "ttl-exceeded": (11, 0), "reassembly-timeout": (11, 1), "parameter-problem": (12, None),
    "timestamp-request": (13, None), "timestamp-reply": (14, None), "information-request": (15, None),
    "information-reply": (16, None), "mask-request": (17, None), "mask-reply": (18, None), "traceroute": (30, None),
}  # fmt: skip
_WITH_PORTS: Final = {"tcp": _TCP, "udp": _UDP, "sctp": {}, "6": _TCP, "17": _UDP}
LOGS: Final = ("log", "log-input")


class NotUnderstoodError(Exception):
    """A part of an entry that is not in the model."""


class Words:
    """The words of an entry, read from the left."""

    def __init__(self, words: list[str]) -> None:
        self.words = words

    @property
    def next(self) -> str:
        """The next word, "" at the end."""
        return self.words[0] if self.words else ""

    def take(self) -> str:
        """Read it."""
        if not self.words:
            raise NotUnderstoodError("end")
        return self.words.pop(0)


def extended(words: list[str], tail: str) -> Condition:
    """``tcp any host 10.0.0.5 eq 502 established log``; what is left over becomes a free variable."""
    rest, parts = Words(words), []
    try:
        name = rest.take().lower()
        if name not in {"ip", "ipv4"}:
            parts.append(_protocol(name))
        for side, ports in (("source", "source_port"), ("target", "port")):
            parts.append(_address(rest, side))
            if name in _WITH_PORTS:
                parts.append(_ports(rest, ports, _WITH_PORTS[name]))
        if name in {"icmp", "1"}:
            parts.append(_icmp(rest))
        if name in {"tcp", "6"} and rest.next == "established":
            rest.take()
            parts.append(either(Free(f"tcp flag {flag}", usual=False, attribute=True) for flag in ("ack", "rst")))
        _logging(rest)
    except (NotUnderstoodError, ValueError):
        rest.words = rest.words or words or ["?"]
    return _left(parts, rest, tail)


def standard(words: list[str], tail: str) -> Condition:
    """``10.0.0.0 0.0.0.255 log``: sources only."""
    rest, parts = Words(words), []
    try:
        if len(words) == 1 or (len(words) == 2 and words[1] in LOGS):
            parts.append(ALWAYS if words[0] == "any" else _block("source", words[0]))
            rest.take()
        else:
            parts.append(_address(rest, "source"))
        _logging(rest)
    except (NotUnderstoodError, ValueError):
        rest.words = rest.words or words or ["?"]
    return _left(parts, rest, tail)


def _left(parts: list[Condition], rest: Words, tail: str) -> Condition:
    return both(*parts, *([Free(f"{' '.join(rest.words)[:150]} {tail}")] if rest.words else []))


def _logging(rest: Words) -> None:
    if rest.next in LOGS and len(rest.words) == 1:
        rest.take()


def _protocol(name: str) -> Condition:
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 4 else _PROTOCOLS.get(name, 256)
    if number > 255:
        raise NotUnderstoodError(name)
    return protocol(number)


def _address(rest: Words, side: str) -> Condition:
    if rest.next == "any":
        rest.take()
        return ALWAYS
    if rest.next == "host":
        rest.take()
        return _block(side, rest.take())
    if not rest.next[:1].isdigit() or len(rest.words) < 2:
        raise NotUnderstoodError(rest.next)
    kept = rest.words[:2]
    found = _block(side, *kept)
    rest.words = rest.words[2:]
    return found


def _block(side: str, address: str, wildcard: str = "") -> Condition:
    """An address with the bits that do not matter; only blocks, no scattered bits."""
    value, loose = int(ipaddress.IPv4Address(address)), int(ipaddress.IPv4Address(wildcard or 0))
    if loose & (loose + 1):
        raise NotUnderstoodError(wildcard)
    return Test(side, ((value & ~loose, value | loose),), family=4)


def _ports(rest: Words, field: str, names: dict[str, int]) -> Condition:
    word = rest.next
    if word not in {"eq", "neq", "lt", "gt", "range"}:
        return ALWAYS
    saved = list(rest.words)
    rest.take()
    try:
        if word == "range":
            first, last = _port(rest.take(), names), _port(rest.take(), names)
            if first > last:
                raise NotUnderstoodError("range")
            return Test(field, ((first, last),))
        found = [_port(rest.take(), names)]
        while word in {"eq", "neq"} and _is_port(rest.next, names):
            found.append(_port(rest.take(), names))
    except NotUnderstoodError:
        rest.words = saved
        raise
    spans: tuple[Span, ...] = union((port, port) for port in found)
    if word == "eq":
        return Test(field, spans)
    if word == "neq":
        return Test(field, _without(spans))
    low, high = (0, found[0] - 1) if word == "lt" else (found[0] + 1, 65535)
    return Test(field, ((low, high),) if low <= high else ())


def _without(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    found, at = [], 0
    for first, last in spans:
        if first > at:
            found.append((at, first - 1))
        at = last + 1
    return (*found, (at, 65535)) if at <= 65535 else tuple(found)


def _is_port(word: str, names: dict[str, int]) -> bool:
    return word in names or (word.isascii() and word.isdigit())


def _port(word: str, names: dict[str, int]) -> int:
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 6 else names.get(word, 65536)
    if number > 65535:
        raise NotUnderstoodError(word)
    return number


def _icmp(rest: Words) -> Condition:
    word = rest.next
    kind: int
    code: int | None = None
    if word in _ICMP:
        kind, code = _ICMP[rest.take()]
    elif word.isascii() and word.isdigit():
        kind = int(rest.take()[:6])
        if rest.next.isascii() and rest.next.isdigit():
            code = int(rest.take()[:6])
    else:
        return ALWAYS
    if kind > 255 or (code or 0) > 255:
        raise NotUnderstoodError(word)
    typed = Test("icmp_type", ((kind, kind),), family=4)
    return typed if code is None else both(typed, Test("icmp_code", ((code, code),), family=4))
