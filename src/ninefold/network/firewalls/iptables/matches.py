"""What the matches of one iptables rule mean (iptables(8), iptables-extensions(8))."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Final

from ninefold.base.errors import InputError
from ninefold.network.firewalls.iptables import names
from ninefold.network.firewalls.nftables.names import SERVICES
from ninefold.network.ranges import Ranges, Span, parse_addresses, union
from ninefold.network.ruleset import ALWAYS, NEVER, WITH_PORTS, Condition, Free, Not, Test, both, either


class NotUnderstoodError(Exception):
    """A value of a match that is not in the model: the match becomes a free variable."""


class Option:
    """``! --name value value`` of a rule, with the module in whose place it stands."""

    def __init__(self, name: str, values: list[str], negative: bool, module: str) -> None:
        self.name, self.values, self.negative, self.module = name, values, negative, module

    @property
    def value(self) -> str:
        """The one value."""
        if len(self.values) != 1:
            raise NotUnderstoodError(self.name)
        return self.values[0]

    @property
    def text(self) -> str:
        """As written, without the negation."""
        return " ".join((self.name, *self.values))


#: several spellings of one option
ALIASES: Final = {
    "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--protocol": "-p", "--proto": "-p",
    "--in-interface": "-i", "--out-interface": "-o", "--fragment": "-f", "--match": "-m", "--jump": "-j",
    "--goto": "-g", "--source-port": "--sport", "--destination-port": "--dport", "--source-ports": "--sports",
    "--destination-ports": "--dports", "--port": "--ports", "--ipv4": "-4", "--ipv6": "-6", "--set-counters": "-c",
}  # fmt: skip


class Matches:
    """Conditions of the options of one rule; ``tail`` says where it stands, ``sets`` are known ipsets."""

    def __init__(self, family: int, tail: str, sets: dict[str, Ranges | None], *, marks_change: bool) -> None:
        self.family, self.tail, self.sets, self.marks_change = family, tail, sets, marks_change
        self.protocol: tuple[int, bool] | None = None

    def all(self, options: list[Option]) -> Condition:
        """Every option holds."""
        for option in options:
            if option.name == "-p":
                self._note_protocol(option)
        parts: list[Condition] = []
        rest: dict[str, list[Option]] = {}
        for option in options:
            made = self._known(option)
            if made is None:
                rest.setdefault(option.module, []).append(option)
            else:
                parts.append(Not(made) if option.negative else made)
        parts.extend(self._module(module, found) for module, found in rest.items())
        return both(*parts)

    def _note_protocol(self, option: Option) -> None:
        try:
            self.protocol = (_protocol(option.value), option.negative)
        except NotUnderstoodError:
            self.protocol = (-1, option.negative)

    def _known(self, option: Option) -> Condition | None:
        maker: Callable[[Option], Condition] | None = getattr(self, _MAKERS.get(option.name, ""), None)
        if maker is None:
            return None
        try:
            return maker(option)
        except (NotUnderstoodError, InputError, ValueError):
            return None

    def _source(self, option: Option) -> Condition:
        return self._address("source", option)

    def _target(self, option: Option) -> Condition:
        return self._address("target", option)

    def _address(self, field: str, option: Option) -> Condition:
        spans = union(span for text in option.value.split(",") for span in block(text, self.family))
        return Test(field, spans, family=self.family)

    def _source_range(self, option: Option) -> Condition:
        return Test("source", block(option.value, self.family), family=self.family)

    def _target_range(self, option: Option) -> Condition:
        return Test("target", block(option.value, self.family), family=self.family)

    def _incoming(self, option: Option) -> Condition:
        return _interface("in", option.value)

    def _outgoing(self, option: Option) -> Condition:
        return _interface("out", option.value)

    def _protocol(self, option: Option) -> Condition:
        number = _protocol(option.value)
        return Test("protocol", ((number, number),)) if number else ALWAYS

    def _ports(self, field: str, option: Option) -> Condition:
        number, negative = self.protocol or (-1, False)
        if number not in WITH_PORTS or negative:
            raise NotUnderstoodError(option.name)
        return Test(field, union(_port_span(text) for text in option.value.split(",")))

    def _source_ports(self, option: Option) -> Condition:
        return self._ports("source_port", option)

    def _target_ports(self, option: Option) -> Condition:
        return self._ports("port", option)

    def _any_ports(self, option: Option) -> Condition:
        return either([self._ports("source_port", option), self._ports("port", option)])

    def _flags(self, option: Option) -> Condition:
        if self.protocol != (6, False):
            raise NotUnderstoodError(option.name)
        mask, wanted = (_flag_names(text) for text in option.values)
        if not wanted <= mask:
            return NEVER
        frees = {name: Free(f"tcp flag {name}", usual=name == "syn", attribute=True) for name in names.FLAGS}
        return both(*(frees[name] if name in wanted else Not(frees[name]) for name in names.FLAGS if name in mask))

    def _syn(self, option: Option) -> Condition:
        return self._flags(Option("--tcp-flags", ["FIN,SYN,RST,ACK", "SYN"], False, "tcp"))

    def _icmp(self, option: Option) -> Condition:
        version = 6 if option.name == "--icmpv6-type" else 4
        number = 1 if version == 4 else 58
        if version != self.family or self.protocol != (number, False):
            raise NotUnderstoodError(option.name)
        if version == 4 and option.value in {"any", "255"}:
            return ALWAYS
        kind, code = _icmp_type(option.value, names.ICMP if version == 4 else names.ICMP6)
        typed = Test("icmp_type", ((kind, kind),), family=version)
        return typed if code is None else both(typed, Test("icmp_code", ((code, code),), family=version))

    def _state(self, option: Option) -> Condition:
        found = [text.lower() for text in option.value.split(",")]
        plain = tuple(text for text in found if text in {"new", "established", "related", "invalid", "untracked"})
        other = [text for text in found if text not in plain]
        if set(other) - {"snat", "dnat"}:
            raise NotUnderstoodError(option.value)
        parts: list[Condition] = [Test("state", names=plain)] if plain else []
        return either([*parts, *(Free(f"ct status {text}", attribute=True) for text in other)])

    def _connection_protocol(self, option: Option) -> Condition:
        """An ICMP error belongs to a connection of another protocol: not known there."""
        related = Test("state", names=("related",))
        return either([both(Not(related), self._protocol(option)), both(related, self._free(option.text))])

    def _direction(self, option: Option) -> Condition:
        reply = both(Not(Test("state", names=("new",))), Free("ct direction reply", attribute=True))
        if option.value.upper() not in {"ORIGINAL", "REPLY"}:
            raise NotUnderstoodError(option.value)
        return reply if option.value.upper() == "REPLY" else Not(reply)

    def _set(self, option: Option) -> Condition:
        name, sides = option.values
        field = {"src": "source", "dst": "target"}.get(sides, "")
        known = self.sets.get(name)
        if known is None or not field:
            return self._free(f"match-set {name} {sides}")
        return Test(field, known.family(self.family), family=self.family)

    def _comment(self, option: Option) -> Condition:
        return ALWAYS

    def _free(self, text: str, usual: bool | None = None) -> Free:
        return Free(f"{text[:200]} {self.tail}", usual=usual)

    def _module(self, module: str, options: list[Option]) -> Condition:
        """A module outside the packet model as one variable."""
        text = " ".join([module, *(("! " if item.negative else "") + item.text for item in options)]).strip()
        given = {item.name for item in options}
        if module in {"limit", "quota", "hashlimit", "connlimit"}:
            free = self._free(text, usual=True)
            above = bool(given & {"--hashlimit-above", "--connlimit-above"})
            first_negative = any(item.negative for item in options)
            return Not(free) if above != first_negative else free
        if module == "recent":
            return self._recent(text, given, options)
        if module == "policy":
            found = self._policy(options)
            if found is not None:
                return found
        if module == "addrtype":
            found = self._addrtype(options)
            if found is not None:
                return found
        if (
            module not in _ATTRIBUTES
            or any(item.name in KNOWN for item in options)
            or (module in _MARKS and self.marks_change)
        ):
            return self._free(text)
        if len(options) == 1 and options[0].negative:
            return Not(Free(f"{module} {options[0].text}"[:200], attribute=True))
        return Free(text[:200], attribute=True)

    def _recent(self, text: str, given: set[str], options: list[Option]) -> Condition:
        if any(item.negative for item in options):
            return self._free(text)
        if "--set" in given:
            return ALWAYS
        if "--hitcount" in given and given & {"--rcheck", "--update"}:
            return Not(self._free(f"below the limit of {text}", usual=True))
        return self._free(text)

    def _policy(self, options: list[Option]) -> Condition | None:
        plain = {item.name: item.values for item in options if not item.negative}
        side, kind = plain.get("--dir", [""])[0], plain.get("--pol", [""])[0]
        if len(options) != 2 or side not in {"in", "out"} or kind not in {"ipsec", "none"}:
            return None
        free = Free(f"ipsec {side}", attribute=True)
        return free if kind == "ipsec" else Not(free)

    def _addrtype(self, options: list[Option]) -> Condition | None:
        """Multicast addresses are the same everywhere; the other types depend on the device."""
        parts: list[Condition] = []
        everyone = ((0xE0000000, 0xEFFFFFFF),) if self.family == 4 else ((0xFF << 120, 2**128 - 1),)
        for item in options:
            field = {"--src-type": "source", "--dst-type": "target"}.get(item.name)
            if field is None or item.values != ["MULTICAST"]:
                return None
            test = Test(field, everyone, family=self.family)
            parts.append(Not(test) if item.negative else test)
        return both(*parts)


_MARKS: Final = frozenset({"mark", "connmark", "tos", "dscp", "ttl", "hl", "set", "helper", "ecn"})
#: modules that look at the packet alone; others depend on the device, on chance or on earlier packets
_ATTRIBUTES: Final = _MARKS - {"set"} | {
    "mac", "owner", "pkttype", "physdev", "policy", "length", "tcp", "string", "devgroup", "realm", "ah", "esp",
    "u32", "frag", "rt", "hbh", "dst", "ipv6header", "tcpmss", "sctp", "dccp",
}  # fmt: skip
_MAKERS: Final = {
    "-s": "_source", "-d": "_target", "-i": "_incoming", "-o": "_outgoing", "-p": "_protocol",
    "--sport": "_source_ports", "--sports": "_source_ports", "--dport": "_target_ports", "--dports": "_target_ports",
    "--ports": "_any_ports", "--tcp-flags": "_flags", "--syn": "_syn", "--icmp-type": "_icmp",
    "--icmpv6-type": "_icmp", "--state": "_state", "--ctstate": "_state", "--ctproto": "_connection_protocol",
    "--ctdir": "_direction", "--match-set": "_set", "--comment": "_comment", "--src-range": "_source_range",
    "--dst-range": "_target_range",
}  # fmt: skip
KNOWN: Final = frozenset(_MAKERS)


def block(text: str, family: int) -> tuple[Span, ...]:
    """The addresses of a network, a range or a host of one family; NotUnderstoodError for a name."""
    if "-" not in text:
        try:
            net = ipaddress.ip_network(text, strict=False)
        except ValueError as error:
            raise NotUnderstoodError(text) from error
        if net.version != family:
            raise NotUnderstoodError(text)
        return ((int(net.network_address), int(net.broadcast_address)),)
    spans = parse_addresses(text).family(family)
    if not spans:
        raise NotUnderstoodError(text)
    return spans


def _interface(field: str, text: str) -> Condition:
    if "*" in text or not text:
        raise NotUnderstoodError(text)
    if text == "+":
        return ALWAYS
    return Test(field, names=(text[:-1] + "*" if text.endswith("+") else text,))


def _protocol(text: str) -> int:
    """The number of a protocol, 0 for every one."""
    text = text.lower()
    if text == "all":
        return 0
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else names.PROTOCOLS.get(text, 256)
    if number > 255:
        raise NotUnderstoodError(text)
    return number


def _port_span(text: str) -> Span:
    low, colon, high = text.partition(":")
    first = _port(low) if low or not colon else 0
    last = _port(high) if high else 65535 if colon else first
    if first > last:
        raise NotUnderstoodError(text)
    return first, last


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else SERVICES.get(text, 65536)
    if number > 65535:
        raise NotUnderstoodError(text)
    return number


def _flag_names(text: str) -> frozenset[str]:
    found = frozenset(part.lower() for part in text.split(","))
    if found == {"all"}:
        return frozenset(names.FLAGS)
    if found == {"none"}:
        return frozenset()
    if not found <= set(names.FLAGS):
        raise NotUnderstoodError(text)
    return found


def _icmp_type(text: str, table: dict[str, tuple[int, int | None]]) -> tuple[int, int | None]:
    if text.lower() in table:
        return table[text.lower()]
    kind, slash, code = text.partition("/")
    numbers = int(kind), int(code) if slash else None
    if not 0 <= numbers[0] <= 255 or not 0 <= (numbers[1] or 0) <= 255:
        raise NotUnderstoodError(text)
    return numbers
