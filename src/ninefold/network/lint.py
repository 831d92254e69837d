"""What is wrong with a rule set by itself: rules that never act, rules that change nothing, rules that are too wide.

Boxes first: a rule inside an earlier rule is found by comparing intervals. What boxes cannot decide goes to decision
diagrams, along a tree of merged blocks, so that no union of all earlier rules is ever built. What time does not
allow is counted as undecided.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from ninefold.base.errors import LimitError
from ninefold.base.i18n import messages
from ninefold.model.findings import Finding, Reason
from ninefold.model.proofs import RuleRef
from ninefold.model.vocabulary import Severity, State
from ninefold.network.diagrams import Function, is_full
from ninefold.network.evaluate import Evaluation, Outcome
from ninefold.network.order import Budget, BudgetError, with_space
from ninefold.network.packets import PacketSpace
from ninefold.network.ruleset import (
    All,
    Chain,
    Condition,
    Free,
    Jump,
    Not,
    Rule,
    RuleSet,
    Test,
    Translate,
    Verdict,
    leaves,
)
from ninefold.network.ruleset import (
    Any as AnyOf,
)
from ninefold.network.trace import reference

say = messages("network")
_NAMED = 8  # rules named as the cause of one
_LOOKED = 200  # rules looked at to find them


class Dead(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that never acts or changes nothing, and the rules because of which."""

    rule: RuleRef
    by: tuple[RuleRef, ...] = ()
    chain: str = ""


class Lint(msgspec.Struct, frozen=True, kw_only=True):
    """``rules``: how many were looked at; ``undecided``: for how many there is no answer."""

    rules: int
    shadowed: tuple[Dead, ...] = ()
    redundant: tuple[Dead, ...] = ()
    never: tuple[Dead, ...] = ()
    any_any: tuple[Dead, ...] = ()
    wide: tuple[Dead, ...] = ()
    unexplained: tuple[Dead, ...] = ()
    unreachable: tuple[str, ...] = ()
    undecided: int = 0
    notes: tuple[str, ...] = ()


def lint(ruleset: RuleSet, *, seconds: float = 60.0, engine: str = "oxidd") -> Lint:
    """Look at every rule of every chain that can be reached. Never raises for a hard rule set: it counts."""
    stateless = _without_states(ruleset)
    budget = Budget(seconds)
    found: dict[str, list[Dead]] = {"shadowed": [], "redundant": [], "never": []}
    try:
        undecided = with_space(
            (stateless,), lambda space: _Linting(stateless, space, budget, found).run(), engine=engine, roomy=True
        )
        notes: tuple[str, ...] = ()
    except LimitError as error:
        undecided, notes = len(ruleset.rules), (str(error),)
    rules = [(chain, rule) for chain in ruleset.chains for rule in chain.rules if rule.enabled]
    accepting = [(chain, rule) for chain, rule in rules if rule.action == Verdict("accept") and chain.kind == "filter"]
    return Lint(
        rules=len(rules),
        shadowed=tuple(found["shadowed"]),
        redundant=tuple(found["redundant"]),
        never=tuple(found["never"]),
        any_any=_dead((chain, rule) for chain, rule in accepting if _any_any(rule.condition)),
        wide=_dead(
            (chain, rule) for chain, rule in accepting if _wide(rule.condition) and not _any_any(rule.condition)
        ),
        unexplained=_dead((chain, rule) for chain, rule in accepting if not rule.comment),
        unreachable=unreachable(ruleset),
        undecided=undecided,
        notes=notes + tuple(f"{item.place}: '{item.text}': {item.reason}" for item in ruleset.unknown),
    )


def _dead(rules: Any) -> tuple[Dead, ...]:
    return tuple(Dead(rule=reference(rule), chain=chain.id) for chain, rule in rules)


def unreachable(ruleset: RuleSet) -> tuple[str, ...]:
    """Chains that no base chain leads to."""
    seen = {chain.id for chain in ruleset.chains if chain.hook}
    edge = list(seen)
    while edge:
        chain = ruleset.chain.get(edge.pop())
        for rule in chain.rules if chain else ():
            if isinstance(rule.action, Jump) and rule.action.chain not in seen:
                seen.add(rule.action.chain)
                edge.append(rule.action.chain)
    return tuple(sorted(chain.id for chain in ruleset.chains if chain.id not in seen))


def _without_states(ruleset: RuleSet) -> RuleSet:
    """Connection states become free variables: a rule for answers is then not a rule that never matches."""
    chains = tuple(
        msgspec.structs.replace(
            chain,
            rules=tuple(msgspec.structs.replace(rule, condition=_free_states(rule.condition)) for rule in chain.rules),
        )
        for chain in ruleset.chains
    )
    return msgspec.structs.replace(ruleset, chains=chains)


def _free_states(condition: Condition) -> Condition:
    if isinstance(condition, Test):
        if condition.field != "state":
            return condition
        return AnyOf(tuple(Free(f"state {name}", attribute=True) for name in condition.names))
    if isinstance(condition, Not):
        return Not(_free_states(condition.part))
    if isinstance(condition, (All, AnyOf)):
        return type(condition)(tuple(_free_states(part) for part in condition.parts))
    return condition


def _fields(condition: Condition) -> set[str]:
    return {leaf.field if isinstance(leaf, Test) else "free" for leaf in leaves(condition)}


def _any_any(condition: Condition) -> bool:
    """Neither ends nor service are restricted (interfaces may be); answers only is not any-any."""
    return not (_fields(condition) - {"in", "out", "family"}) and not _only_loopback(condition)


def _only_loopback(condition: Condition) -> bool:
    return any(isinstance(leaf, Test) and leaf.field in {"in", "out"} and leaf.names == ("lo",)
               for leaf in leaves(condition))  # fmt: skip


def _wide(condition: Condition) -> bool:
    """Both ends are unrestricted, or the service is."""
    fields = _fields(condition)
    if fields & {"state", "free"} or _only_loopback(condition):
        return False
    return not fields & {"source", "target"} or not fields & {"protocol", "port", "icmp_type"}


class _Node(NamedTuple):
    """A block of neighbouring rules with what they decide together."""

    first: int
    last: int
    outcome: Outcome
    left: Any
    right: Any


class _Linting:
    def __init__(self, ruleset: RuleSet, space: PacketSpace, budget: Budget, found: dict[str, list[Dead]]) -> None:
        self.ruleset, self.space, self.budget, self.found = ruleset, space, budget, found
        self.evaluation = Evaluation(ruleset, space, check=budget.check)
        self._table: _Table | None = None
        for items in found.values():
            items.clear()

    def run(self) -> int:
        """How many rules stay undecided."""
        left = 0
        for chain in self.ruleset.chains:
            rules = [rule for rule in chain.rules if rule.enabled]
            covered = _covered(rules)
            for at, by in covered.items():
                self._report("shadowed", chain, rules[at], [rules[by]])
            left += self._chain(chain, rules, set(covered))
        for items in self.found.values():
            items.sort(key=lambda item: (item.rule.file, item.rule.line, item.rule.text))
        return left

    def _report(self, kind: str, chain: Chain, rule: Rule, by: Sequence[Rule]) -> None:
        causes = tuple(dict.fromkeys(reference(item) for item in by))[:_NAMED]
        self.found[kind].append(Dead(rule=reference(rule), by=causes, chain=chain.id))

    def _chain(self, chain: Chain, rules: list[Rule], known: set[int]) -> int:
        if not rules:
            return 0
        self._table = None
        try:
            outcomes = [self._outcome(rule) for rule in rules]
            root = self._tree(outcomes, 0, len(rules))
        except BudgetError:
            return len(rules) - len(known)
        left = [at for at in _small_first(rules) if at not in known]
        undecided = 0
        for number, at in enumerate(left):
            try:
                self.budget.check()
                self._one(chain, rules, at, rules[at], root, outcomes)
            except BudgetError:
                return undecided + len(left) - number
            except Exception as error:
                if not is_full(error):
                    raise
                undecided += 1
        return undecided

    def _outcome(self, rule: Rule) -> Outcome:
        if isinstance(rule.action, Translate):
            condition = self.space.function(rule.condition)
            return Outcome(condition, condition, self.space.diagram.false)
        return self.evaluation.rule(rule)

    def _tree(self, outcomes: list[Outcome], first: int, last: int) -> _Node:
        if last - first == 1:
            return _Node(first, last, outcomes[first], None, None)
        middle = (first + last) // 2
        left, right = self._tree(outcomes, first, middle), self._tree(outcomes, middle, last)
        return _Node(first, last, self.evaluation._merge(left.outcome, right.outcome), left, right)

    def _one(self, chain: Chain, rules: list[Rule], at: int, rule: Rule, root: _Node, outcomes: list[Outcome]) -> None:
        false = self.space.diagram.false
        if rule.action == Verdict("continue"):
            return  # logging and counting: never wrong, never needed
        condition = self.space.function(rule.condition) & self.space.valid
        if condition == false:
            self._report("never", chain, rule, ())
            return
        rest = condition
        before, after = _siblings(root, at)
        for node in before:
            rest = rest & ~node.outcome.matched
            if rest == false:
                self._report("shadowed", chain, rule, self._causes(rules, outcomes, at, condition, later=False))
                return
        if rule.action in (Verdict("accept"), Verdict("drop"), Verdict("reject")) and chain.hook:
            accepts = rule.action == Verdict("accept")
            if self._same_without(chain, rest, after, accepts):
                self._report("redundant", chain, rule, self._causes(rules, outcomes, at, rest, later=True))

    def _same_without(self, chain: Chain, rest: Function, after: list[_Node], accepts: bool) -> bool:
        """Whether the packets that reach a rule get the same verdict without it."""
        false = self.space.diagram.false
        for node in after:
            decided = rest & node.outcome.matched
            wrong = decided & ~node.outcome.accept if accepts else decided & node.outcome.accept
            if wrong != false or rest & node.outcome.back != false:
                return False
            rest = rest & ~decided
            if rest == false:
                return True
        return (chain.policy == "accept") == accepts

    def _causes(
        self, rules: list[Rule], outcomes: list[Outcome], at: int, packets: Function, *, later: bool
    ) -> list[Rule]:
        """The first few rules before (or after) one that decide about some of these packets; boxes point to them."""
        order = range(at + 1, len(rules)) if later else range(at)
        found = []
        for other in self._near(rules, at, order):
            if outcomes[other].matched & packets != self.space.diagram.false:
                found.append(rules[other])
                if len(found) == _NAMED:
                    break
        return found

    def _near(self, rules: list[Rule], at: int, order: range) -> list[int]:
        """Rules of ``order`` whose boxes overlap that of a rule; without boxes the first of them."""
        if self._table is None:
            self._table = _Table(rules)
        near = self._table.overlapping(at)
        return [other for other in near if other in order][:_LOOKED] or list(order)[:_LOOKED]


class _Table:
    """The boxes of a chain's rules as arrays."""

    def __init__(self, rules: list[Rule]) -> None:
        import numpy as np

        boxes = [_box(rule) for rule in rules]
        self.place = np.array([at for at, box in enumerate(boxes) if box is not None], dtype=np.int64)
        made = np.array([box for box in boxes if box is not None], dtype=np.int64).reshape(-1, 2 * len(_BOX))
        self.lows, self.highs = made[:, 0::2], made[:, 1::2]
        self.boxes = boxes

    def overlapping(self, at: int) -> list[int]:
        """Indices of rules whose box meets that of rule ``at``, in order."""
        import numpy as np

        box = self.boxes[at]
        if box is None:
            return []
        low, high = np.array(box[0::2]), np.array(box[1::2])
        hits = np.flatnonzero(((self.lows <= high) & (self.highs >= low)).all(axis=1))
        return [int(value) for value in self.place[hits]]


def _siblings(root: _Node, at: int) -> tuple[list[_Node], list[_Node]]:
    """Blocks that together are everything before a rule, and everything after it, both in order."""
    before: list[_Node] = []
    after: list[_Node] = []
    node = root
    while node.left is not None:
        if at < node.left.last:
            after.append(node.right)
            node = node.left
        else:
            before.append(node.left)
            node = node.right
    return before, after[::-1]


_BOX = ("family", "protocol", "source", "target", "source_port", "port")
_TOP = {"family": 6, "protocol": 255, "source_port": 65535, "port": 65535}


def _box(rule: Rule) -> tuple[float, ...] | None:
    """A condition as one interval per field (IPv4 only), or None."""
    parts = rule.condition.parts if isinstance(rule.condition, All) else (rule.condition,)
    spans: dict[str, tuple[int, int]] = {"family": (4, 6), "source": (0, 2**32 - 1), "target": (0, 2**32 - 1)}
    spans |= {name: (0, top) for name, top in _TOP.items() if name != "family"}
    for part in parts:
        if not isinstance(part, Test) or part.field not in _BOX or len(part.ranges) != 1 or part.family == 6:
            return None
        low, high = part.ranges[0]
        old = spans[part.field]
        spans[part.field] = (max(low, old[0]), min(high, old[1]))
        if part.field in {"source", "target"}:
            spans["family"] = (4, 4)
    if spans["family"] != (4, 4) and (spans["source"] != (0, 2**32 - 1) or spans["target"] != (0, 2**32 - 1)):
        return None
    ported = spans["port"] != (0, 65535) or spans["source_port"] != (0, 65535)
    if ported and spans["protocol"] not in {(6, 6), (17, 17)}:
        return None
    return tuple(value for name in _BOX for value in spans[name])


def _small_first(rules: list[Rule]) -> list[int]:
    """Rules that speak of few packets first: they are decided quickly, the wide ones may use up the time."""
    sizes = []
    for at, rule in enumerate(rules):
        box = _box(rule)
        size = 0.0
        for low, high in zip(box[0::2], box[1::2], strict=True) if box else ():
            size += math.log2(high - low + 1)
        sizes.append((size if box else 1e9, at))
    return [at for _, at in sorted(sizes)]


def _covered(rules: list[Rule]) -> dict[int, int]:
    """Rules that lie inside one earlier rule: (index, index of the earlier one), by comparing boxes."""
    import numpy as np

    boxes = [_box(rule) for rule in rules]
    index = [at for at, box in enumerate(boxes) if box is not None]
    ending = [at for at in index if isinstance(rules[at].action, (Verdict, Translate)) and rules[at].action not in (
        Verdict("continue"), Verdict("unknown"))]  # fmt: skip
    if not ending:
        return {}
    table = np.array([boxes[at] for at in ending], dtype=np.int64)
    lows, highs = table[:, 0::2], table[:, 1::2]
    found: dict[int, int] = {}
    place = np.array(ending)
    for at in index:
        box = np.array(boxes[at], dtype=np.int64)
        upto = int(np.searchsorted(place, at))
        hits = np.flatnonzero(((lows[:upto] <= box[0::2]) & (highs[:upto] >= box[1::2])).all(axis=1))
        if hits.size:
            found[at] = int(place[hits[0]])
    return found


def findings(result: Lint, file: str) -> Iterator[Finding]:
    """The same as findings."""
    kinds = (
        (
            "shadowed",
            result.shadowed,
            say("This rule never acts: earlier rules take all its packets."),
            Severity.MEDIUM,
        ),
        ("never", result.never, say("This rule can match no packet."), Severity.MEDIUM),
        ("redundant", result.redundant, say("This rule changes nothing: later rules decide the same."), Severity.LOW),
        ("any-any", result.any_any, say("This rule accepts everything."), Severity.HIGH),
        ("wide", result.wide, say("This rule is very wide."), Severity.MEDIUM),
        ("unexplained", result.unexplained, say("This rule says neither owner nor purpose."), Severity.INFO),
    )
    for kind, items, title, severity in kinds:
        for item in items:
            because = tuple(Reason(says=cause.text) for cause in item.by)
            discriminator = f"{item.chain}: {item.rule.text}"
            yield Finding(
                rule=f"firewall-{kind}",
                subject=file,
                discriminator=discriminator,
                title=title,
                severity=severity,
                because=because,
                place=_place(item.rule),
            )
    if result.undecided:
        yield Finding(
            rule="firewall-lint",
            subject=file,
            title=say("{count} rules could not be judged in the time given.", count=result.undecided),
            state=State.UNDECIDED,
        )


def _place(rule: RuleRef) -> Any:
    from ninefold.base.errors import Place

    return Place(rule.file, rule.line)
