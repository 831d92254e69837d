"""What a rule set does to packets: which it accepts at a hook, and how it translates them.

First match wins inside a chain; chains of one hook all have to accept. Chains are built as balanced trees of
(accepted, matched, returned) triples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ninefold.base.errors import InputError
from ninefold.network.diagrams import Function
from ninefold.network.packets import PacketSet, PacketSpace, balanced
from ninefold.network.ranges import Ranges
from ninefold.network.ruleset import (
    WITH_PORTS,
    Chain,
    Free,
    Jump,
    Rule,
    RuleSet,
    Translate,
    Verdict,
    frees,
)
from ninefold.network.ruleset import interfaces as interface_names


class Outcome(NamedTuple):
    """Disjoint shares of the packets that a piece of a chain decides; ``matched`` is their union."""

    accept: Function
    matched: Function
    back: Function


class Piece(NamedTuple):
    """Packets that a translation changes (None: passes unchanged)."""

    packets: Function
    change: Translate | None


class Evaluation:
    """One rule set over one space, for packets of one connection state. ``check`` is called between merges."""

    def __init__(
        self,
        ruleset: RuleSet,
        space: PacketSpace,
        state: str = "new",
        *,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self.ruleset = ruleset
        self.space = space
        self.state = state
        self._check = check
        self._chains: dict[str, Outcome] = {}
        self._open: set[str] = set()
        self.unsure: list[Rule] = []  # translations that were not understood

    def accepted(self, hook: str, kind: str = "filter") -> PacketSet:
        """Packets that every base chain of the hook accepts (with no chain: all)."""
        result = self.space.valid
        for chain in self.ruleset.base(hook, kind):
            result = result & self.base(chain)
        return PacketSet(self.space, result)

    def base(self, chain: Chain) -> Function:
        """Packets that one base chain lets go on."""
        outcome = self.chain(chain.id)
        passed = outcome.accept
        if chain.policy == "accept":
            passed = passed | ~outcome.matched | outcome.back
        return passed | ~self._families(chain)

    def chain(self, identifier: str) -> Outcome:
        """What a chain decides by its rules alone."""
        if identifier not in self._chains:
            if identifier in self._open:
                raise InputError("chain-loop", f"The chain '{identifier}' leads back to itself.")
            chain = self._known(identifier)
            self._open.add(identifier)
            family = self._families(chain)
            false = self.space.diagram.false
            triples = [self.rule(rule) for rule in chain.rules if rule.enabled]
            merged = balanced(triples, self._merge, Outcome(false, false, false))
            self._chains[identifier] = Outcome(*(part & family for part in merged))
            self._open.discard(identifier)
        return self._chains[identifier]

    def _known(self, identifier: str) -> Chain:
        if identifier not in self.ruleset.chain:
            raise InputError("no-chain", f"There is no chain '{identifier}'.")
        return self.ruleset.chain[identifier]

    def _merge(self, left: Outcome, right: Outcome) -> Outcome:
        self._check()
        false = self.space.diagram.false
        accept, back = left.accept, left.back
        if right.accept != false:
            accept = accept | (right.accept & ~left.matched)
        if right.back != false:
            back = back | (right.back & ~left.matched)
        return Outcome(accept, left.matched | right.matched, back)

    def rule(self, rule: Rule) -> Outcome:
        """What one rule decides."""
        false = self.space.diagram.false
        if rule.action == Verdict("continue"):
            return Outcome(false, false, false)
        condition = self.space.function(rule.condition, self.state)
        if isinstance(rule.action, Jump):
            return self._jump(rule.action, condition)
        if isinstance(rule.action, Translate):
            return Outcome(condition, condition, false)
        if rule.action.kind == "accept":
            return Outcome(condition, condition, false)
        if rule.action.kind == "return":
            return Outcome(false, condition, condition)
        if rule.action.kind == "unknown":
            decides, accepts = (self.space.function(free) for free in unknown_frees(rule))
            return Outcome(condition & decides & accepts, condition & decides, false)
        return Outcome(false, condition, false)

    def _jump(self, jump: Jump, condition: Function) -> Outcome:
        inner = self.chain(jump.chain)
        accept = condition & inner.accept
        if jump.goto:
            return Outcome(accept, condition, condition & (inner.back | ~inner.matched))
        return Outcome(accept, condition & inner.matched & ~inner.back, self.space.diagram.false)

    def _families(self, chain: Chain) -> Function:
        if len(chain.families) == 1:
            return self.space.family(chain.families[0])
        return self.space.diagram.true

    def translations(self, hook: str, own: Mapping[str, Ranges]) -> tuple[Piece, ...]:
        """How the NAT chains of a hook change packets: disjoint pieces that together are all packets.

        ``own``: the gateway's addresses per interface (for masquerade and redirect).
        """
        pieces: list[Piece] = []
        rest = self.space.valid
        for chain in self.ruleset.base(hook, "nat"):
            family = self._families(chain)
            found, left = self._nat_chain(chain, rest & family, own)
            rest = left | (rest & ~family)
            pieces.extend(found)
        pieces.append(Piece(rest, None))
        return tuple(piece for piece in pieces if piece.packets != self.space.diagram.false)

    def _nat_chain(
        self, chain: Chain, rest: Function, own: Mapping[str, Ranges], depth: int = 0
    ) -> tuple[list[Piece], Function]:
        if depth > 32:
            raise InputError("chain-loop", f"The chain '{chain.id}' leads back to itself.")
        pieces: list[Piece] = []
        returned = self.space.diagram.false
        for rule in chain.rules:
            if not rule.enabled or rule.action == Verdict("continue"):
                continue
            hit = rest & self.space.function(rule.condition, self.state)
            if hit == self.space.diagram.false:
                continue
            if isinstance(rule.action, Jump):
                found, back = self._nat_chain(self._known(rule.action.chain), hit, own, depth + 1)
                pieces.extend(found)
                rest = rest & ~hit
                returned = returned | back if rule.action.goto else returned
                rest = rest if rule.action.goto else rest | back
                continue
            rest = rest & ~hit
            if isinstance(rule.action, Translate):
                pieces.extend(self._pieces(rule.action, hit, own))
            elif rule.action.kind == "return":
                returned = returned | hit
            else:
                self.unsure.extend([rule] if rule.action.kind == "unknown" else [])
                pieces.append(Piece(hit, None))
        return pieces, rest | returned

    def _pieces(self, change: Translate, hit: Function, own: Mapping[str, Ranges]) -> list[Piece]:
        """A translation with its addresses spelled out, per family and interface."""
        if change.kind not in {"masquerade", "redirect"}:
            return self._per_family(change, hit)
        field, plain = ("out", "snat") if change.kind == "masquerade" else ("in", "dnat")
        pieces: list[Piece] = []
        for code, name in enumerate(self.space.interfaces):
            here = hit & self.space.interval(field, ((code, code),))
            if here != self.space.diagram.false:
                spelled = Translate(plain, own.get(name, Ranges()), port=change.port)
                pieces.extend(self._per_family(spelled, here))
        return pieces

    def _per_family(self, change: Translate, hit: Function) -> list[Piece]:
        if not change.addresses:
            return [Piece(hit, change if change.port else None)]
        pieces = []
        for family in (4, 6):
            here = hit & self.space.family(family)
            if here == self.space.diagram.false:
                continue
            spans = change.addresses.family(family)
            only = Ranges(v4=spans) if family == 4 else Ranges(v6=spans)
            narrowed = Translate(change.kind, only, change.mapped, change.port) if spans else None
            pieces.append(Piece(here, narrowed))
        return pieces


def unknown_frees(rule: Rule) -> tuple[Free, Free]:
    """The two variables of an action that was not understood: does it decide, and does it accept."""
    return Free(f"decides at {rule.place}"), Free(f"accepts at {rule.place}")


def free_names(*rulesets: RuleSet) -> tuple[str, ...]:
    """All free variables that an evaluation of these rule sets needs."""
    names = {free.name for free in frees(rulesets)}
    for ruleset in rulesets:
        for rule in ruleset.rules:
            if rule.action == Verdict("unknown"):
                names.update(free.name for free in unknown_frees(rule))
    return tuple(sorted(names))


def usual(*rulesets: RuleSet) -> dict[str, bool]:
    """The free variables with a usual value (rate limits that are not exceeded)."""
    return {free.name: free.usual for free in frees(rulesets) if free.usual is not None}


def image(space: PacketSpace, piece: Piece) -> Function:
    """What a piece's packets look like after its translation."""
    return piece.packets if piece.change is None else _move(space, piece.packets, piece.change, back=False)


def before(space: PacketSpace, piece: Piece, after: Function) -> Function:
    """Packets of the piece that, once translated, may lie in ``after``."""
    if piece.change is None:
        return piece.packets & after
    return piece.packets & _move(space, after, piece.change, back=True)


def _move(space: PacketSpace, packets: Function, change: Translate, *, back: bool) -> Function:
    source = change.kind in {"snat", "masquerade", "netmap-source"}
    field, port_field = ("source", "source_port") if source else ("target", "port")
    if change.port:
        ported = space.interval("protocol", tuple((number, number) for number in WITH_PORTS))
        moved = packets & ported
        fixed = space.interval(port_field, (change.port,))
        moved = space.forget(moved & fixed, port_field) if back else space.forget(moved, port_field) & fixed
        packets = moved | (packets & ~ported)
    for family in (4, 6):
        spans = change.addresses.family(family)
        if not spans:
            continue
        if change.kind.startswith("netmap"):
            old, new = change.mapped.family(family)[0], spans[0]
            return space.remap(packets, field, *((new, old) if back else (old, new)), family)
        if back:
            return space.family(family) & space.forget(packets & space.interval(field, spans, family), field)
        return space.fix(packets, field, spans, family)
    return packets


def space_for(
    *rulesets: RuleSet, extra: tuple[str, ...] = (), free: tuple[str, ...] = (), **options: object
) -> PacketSpace:
    """A space in which these rule sets can be evaluated and compared."""
    names = (*interface_names(rulesets), *extra)
    return PacketSpace(names, (*free_names(*rulesets), *free), **options)  # type: ignore[arg-type]
