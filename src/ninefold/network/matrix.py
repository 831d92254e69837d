"""For one service: classes of addresses that the filter treats alike, and which class reaches which.

The idea of service matrices: C. Diekmann et al., "Verified iptables Firewall Analysis" (IFIP Networking 2016). The
answer is an upper bound: matches outside the analysis, and interfaces whose addresses are not known, may be true.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import msgspec

from ninefold.base.errors import InputError
from ninefold.model.services import PortSpec, parse_port
from ninefold.network.diagrams import Function
from ninefold.network.evaluate import Evaluation, space_for
from ninefold.network.nat import port_condition
from ninefold.network.packets import PacketSet, PacketSpace
from ninefold.network.ranges import BITS, Ranges, Span, intersect, parse_addresses, union
from ninefold.network.regions import prefixes
from ninefold.network.ruleset import Condition, Not, RuleSet, Test, addresses, both, either

#: the loopback interface has the loopback addresses (RFC 1122 3.2.1.3, RFC 4291 2.5.3)
LOOPBACK = {"lo": parse_addresses("127.0.0.0/8") | parse_addresses("::1")}


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """``classes``: intervals as texts ``first-last`` or CIDR; ``reach``: pairs (from class, to class) that may pass."""

    service: str
    chain: str
    family: int
    classes: tuple[tuple[str, ...], ...]
    spans: tuple[tuple[Span, ...], ...]
    reach: tuple[tuple[int, int], ...]


def matrix(
    ruleset: RuleSet,
    service: str,
    *,
    chain: str = "forward",
    family: int = 4,
    source_port: int = 10000,
    behind: Mapping[str, Ranges] = LOOPBACK,
) -> Matrix:
    """Who reaches whom with a service (``tcp/22``) through a hook or a single base chain (by id).

    ``behind``: which source addresses live behind which ingress interface, as far as known.
    Raises InputError for an unknown chain or service.
    """
    spec = parse_port(service)
    rows, cols = (_groups(ruleset, spec, chain, family, source_port, behind, field) for field in ("source", "target"))
    classes = _common(rows, cols)
    reach = _reach(ruleset, spec, chain, family, source_port, behind, classes)
    texts = tuple((Ranges(v4=spans) if family == 4 else Ranges(v6=spans)).cidrs(family) for spans in classes)
    return Matrix(service=service, chain=chain, family=family, classes=texts, spans=classes, reach=reach)


def _relation(
    ruleset: RuleSet,
    spec: PortSpec,
    chain: str,
    family: int,
    source_port: int,
    behind: Mapping[str, Ranges],
    order: str,
) -> tuple[PacketSpace, Function]:
    """Pairs of addresses between which the service may pass, over the address fields only."""
    space = space_for(ruleset, extra=tuple(behind), order=order)
    evaluation = Evaluation(ruleset, space)
    if chain in ruleset.chain:
        accepted = evaluation.base(ruleset.chain[chain])
    elif ruleset.base(chain, "filter"):
        accepted = evaluation.accepted(chain).function
    else:
        raise InputError("no-chain", f"There is no chain '{chain}'.", advice="Name a hook or a base chain.")
    accepted = PacketSet(space, accepted & space.valid).possible().function
    accepted = accepted & space.function(_fixed(spec, family, source_port))
    for name, ranges in behind.items():
        here, there = Test("in", names=(name,)), addresses("source", ranges)
        accepted = accepted & space.function(either([both(here, there), both(Not(here), Not(there))]))
    for field in ("family", "in", "out", "protocol", "port", "source_port"):
        accepted = space.forget(accepted, field)
    return space, accepted


def _fixed(spec: PortSpec, family: int, source_port: int) -> Condition:
    parts: list[Condition] = [Test("family", ((family, family),)), port_condition((spec,))]
    if spec.transport in {"tcp", "udp", "sctp"}:
        parts.append(Test("source_port", ((source_port, source_port),)))
    return both(*parts)


def _groups(
    ruleset: RuleSet,
    spec: PortSpec,
    chain: str,
    family: int,
    source_port: int,
    behind: Mapping[str, Ranges],
    field: str,
) -> list[tuple[Span, ...]]:
    """Addresses grouped by what they do as one end."""
    order = "addresses" if field == "source" else "service"
    space, function = _relation(ruleset, spec, chain, family, source_port, behind, order)
    width = BITS[family]
    groups: dict[Function, list[Span]] = {}
    for value, length, rest in prefixes(space, function, space.levels(field)[0], width):
        groups.setdefault(rest, []).append((value, value | ((1 << (width - length)) - 1)))
    return [union(spans) for spans in groups.values()]


def _common(rows: list[tuple[Span, ...]], cols: list[tuple[Span, ...]]) -> tuple[tuple[Span, ...], ...]:
    """The coarsest partition that refines both."""
    found = [spans for row, col in itertools.product(rows, cols) if (spans := intersect(row, col))]
    return tuple(sorted(found))


def _reach(
    ruleset: RuleSet,
    spec: PortSpec,
    chain: str,
    family: int,
    source_port: int,
    behind: Mapping[str, Ranges],
    classes: tuple[tuple[Span, ...], ...],
) -> tuple[tuple[int, int], ...]:
    space, function = _relation(ruleset, spec, chain, family, source_port, behind, "addresses")
    found = []
    for i, sender in enumerate(classes):
        value = sender[0][0]
        row = function & space.interval("source", ((value, value),), family)
        if row == space.diagram.false:
            continue
        for j, receiver in enumerate(classes):
            value = receiver[0][0]
            if row & space.interval("target", ((value, value),), family) != space.diagram.false:
                found.append((i, j))
    return tuple(found)
