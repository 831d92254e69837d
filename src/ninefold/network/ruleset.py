"""A rule set of any firewall in one neutral form: chains of rules, each a condition and an action.

Every dialect parses into these values and nothing else; the engine (``evaluate``), ``lint``, ``matrix`` and ``trace``
read nothing else. Three promises of a parser:

* nothing is dropped silently: a *match* it does not understand becomes :class:`Free` (a variable of its own, so that
  answers become bounds), an *action* it does not understand becomes ``Verdict("unknown")``, and a *line* that fits
  nowhere becomes an :class:`Unknown` of the rule set, which makes every answer about it undecided;
* every rule carries its place (file and line) and its text as written;
* rules that one line expands into (verdict maps, port lists) stand next to each other with the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

import msgspec

from ninefold.base.errors import Place
from ninefold.network.ranges import Ranges, Span

PROTOCOLS: Final = {
    "icmp": 1,
    "igmp": 2,
    "ipv4": 4,
    "ipencap": 4,
    "tcp": 6,
    "egp": 8,
    "udp": 17,
    "dccp": 33,
    "ipv6": 41,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": 58,
    "ipv6-icmp": 58,
    "eigrp": 88,
    "ospf": 89,
    "pim": 103,
    "comp": 108,
    "vrrp": 112,
    "l2tp": 115,
    "sctp": 132,
    "udplite": 136,
}
PROTOCOL_NAMES: Final = {number: name for name, number in reversed(PROTOCOLS.items())}
WITH_PORTS: Final = (6, 17, 33, 132, 136)
FIELDS: Final = (
    "family",
    "protocol",
    "source",
    "target",
    "source_port",
    "port",
    "icmp_type",
    "icmp_code",
    "in",
    "out",
    "state",
)


class Test(msgspec.Struct, frozen=True, tag=True):
    """One field of the packet lies in one of the closed intervals, or is one of the names.

    ``source`` and ``target`` need ``family`` 4 or 6 and hold only for packets of that family. ``source_port`` and
    ``port`` hold only for protocols with ports. ``icmp_type`` and ``icmp_code`` need ``family`` (4: ICMP, 6: ICMPv6)
    and hold only for that family and protocol. ``in`` and ``out`` are interface names (a trailing ``*`` is a wildcard);
    ``state`` names are new, established, related, invalid, untracked.
    """

    __test__ = False
    field: str
    ranges: tuple[Span, ...] = ()
    names: tuple[str, ...] = ()
    family: int = 0


class Free(msgspec.Struct, frozen=True, tag=True):
    """A match outside the packet model. Equal names have equal truth for one packet.

    ``usual``: its value while nothing extraordinary happens (a rate limit that is not exceeded), None if unknown.
    ``attribute``: a property of the packet itself (a TCP flag, its mark, its IPsec policy), the same in every rule
    set that names it; otherwise the variable belongs to one rule and its name ends with `` at FILE:LINE``.
    """

    name: str
    usual: bool | None = None
    attribute: bool = False


class Not(msgspec.Struct, frozen=True, tag=True):
    """The opposite."""

    part: Condition


class All(msgspec.Struct, frozen=True, tag=True):
    """Every part holds; without parts: always."""

    parts: tuple[Condition, ...] = ()


class Any(msgspec.Struct, frozen=True, tag=True):
    """At least one part holds; without parts: never."""

    parts: tuple[Condition, ...] = ()


Condition = Test | Free | Not | All | Any
ALWAYS: Final = All()
NEVER: Final = Any()


class Verdict(msgspec.Struct, frozen=True, tag=True):
    """``accept``, ``drop``, ``reject``, ``return``, ``continue`` (log, count, mark) or ``unknown``."""

    kind: str


class Jump(msgspec.Struct, frozen=True, tag=True):
    """Go through another chain (by :attr:`Chain.id`); ``goto``: without coming back to this one."""

    chain: str
    goto: bool = False


class Translate(msgspec.Struct, frozen=True, tag=True):
    """Address translation; ends the chain like accept.

    ``kind``: ``snat``, ``dnat``, ``masquerade`` (source becomes an address of the egress interface), ``redirect``
    (target becomes the gateway itself), ``netmap-source``/``netmap-target`` (the prefix changes, the host part
    stays: ``addresses`` is the new block, ``mapped`` the old one of the same size). ``port``: new port interval.
    """

    kind: str
    addresses: Ranges = Ranges()
    mapped: Ranges = Ranges()
    port: Span | None = None


Action = Verdict | Jump | Translate
ACCEPT: Final = Verdict("accept")
DROP: Final = Verdict("drop")
REJECT: Final = Verdict("reject")
RETURN: Final = Verdict("return")
CONTINUE: Final = Verdict("continue")
UNKNOWN: Final = Verdict("unknown")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a chain. ``text`` as written (one line, bounded); ``comment`` the comment in the rule itself.

    ``enabled`` false: written down but switched off on the device; it matches nothing.
    """

    condition: Condition = ALWAYS
    action: Action = CONTINUE
    place: Place
    text: str = ""
    comment: str = ""
    logs: bool = False
    enabled: bool = True


class Chain(msgspec.Struct, frozen=True, kw_only=True):
    """A list of rules. A base chain has a ``hook`` and a ``policy``; lower ``priority`` comes first.

    ``hook``: ``prerouting``, ``input``, ``forward``, ``output``, ``postrouting`` or "". ``kind``: ``filter`` or
    ``nat``. ``families``: which IP families it sees. An accept ends only the base chain: later base chains of the
    same hook still decide (netfilter). Vendors with one filter per interface write several ``forward`` chains, each
    beginning with ``Rule(condition=Not(Test("in", names=...)), action=ACCEPT)``.
    """

    id: str
    rules: tuple[Rule, ...] = ()
    hook: str = ""
    priority: int = 0
    policy: str = "accept"
    kind: str = "filter"
    families: tuple[int, ...] = (4, 6)
    place: Place = Place("")


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """Something the parser could not place: every answer about the rule set is undecided because of it."""

    place: Place
    text: str
    reason: str


class RuleSet(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A whole configuration in neutral form. ``stateful`` false: replies need rules of their own."""

    file: str
    dialect: str
    chains: tuple[Chain, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    stateful: bool = True
    notes: tuple[str, ...] = ()

    @cached_property
    def chain(self) -> dict[str, Chain]:
        """Chains by id."""
        return {chain.id: chain for chain in self.chains}

    def base(self, hook: str, kind: str = "") -> tuple[Chain, ...]:
        """Base chains of a hook (and kind) in the order in which the device runs them."""
        found = [chain for chain in self.chains if chain.hook == hook and kind in {"", chain.kind}]
        return tuple(sorted(found, key=lambda chain: chain.priority))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of all chains, in file order of the chains."""
        return tuple(rule for chain in self.chains for rule in chain.rules)


def both(*parts: Condition) -> Condition:
    """All of them, flattened; a single one stays itself."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else (part,))
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def either(parts: Iterable[Condition]) -> Condition:
    """One of them; a single one stays itself."""
    parts = tuple(parts)
    return parts[0] if len(parts) == 1 else Any(parts)


def addresses(field: str, ranges: Ranges) -> Condition:
    """``field`` (source or target) lies in ``ranges``, in either family."""
    parts = [Test(field, spans, family=family) for family in (4, 6) if (spans := ranges.family(family))]
    return either(parts)


def protocol(*names: str | int) -> Test:
    """The packet is of one of these protocols (names of :data:`PROTOCOLS` or numbers)."""
    numbers = sorted(PROTOCOLS[name] if isinstance(name, str) else name for name in names)
    return Test("protocol", tuple((number, number) for number in numbers))


def leaves(condition: Condition) -> Iterator[Test | Free]:
    """Every test and free variable in it."""
    stack: list[Condition] = [condition]
    while stack:
        item = stack.pop()
        if isinstance(item, Not):
            stack.append(item.part)
        elif isinstance(item, (All, Any)):
            stack.extend(item.parts)
        else:
            yield item


def interfaces(rulesets: Iterable[RuleSet]) -> tuple[str, ...]:
    """Every interface name and wildcard that rules speak of, sorted."""
    found = {
        name
        for ruleset in rulesets
        for rule in ruleset.rules
        for leaf in leaves(rule.condition)
        if isinstance(leaf, Test) and leaf.field in {"in", "out"}
        for name in leaf.names
    }
    return tuple(sorted(found))


def frees(rulesets: Iterable[RuleSet]) -> tuple[Free, ...]:
    """Every free variable that rules with an effect speak of, by name."""
    found = {
        leaf.name: leaf
        for ruleset in rulesets
        for rule in ruleset.rules
        if rule.action != CONTINUE
        for leaf in leaves(rule.condition)
        if isinstance(leaf, Free)
    }
    return tuple(found[name] for name in sorted(found))
