"""One packet through a rule set, rule by rule, without any decision diagram: for explanations, and as a cross-check."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import msgspec

from ninefold.model.proofs import RuleRef, Witness
from ninefold.network.ruleset import (
    PROTOCOLS,
    WITH_PORTS,
    All,
    Any,
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
)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that the packet matched, in which chain, and what followed."""

    chain: str
    rule: RuleRef
    action: str


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """``verdict``: ``accept``, ``drop`` or ``undecided``; ``steps``: the rules matched; ``at``: who decided."""

    verdict: str
    at: str
    steps: tuple[Step, ...]

    @property
    def deciding(self) -> tuple[RuleRef, ...]:
        """The last rule that matched with effect: the one responsible (none: the chain's policy)."""
        decided = [step.rule for step in self.steps if step.action in {"accept", "drop", "reject", "unknown"}]
        return (decided[-1],) if decided else ()


def trace(ruleset: RuleSet, packet: Witness, hook: str = "forward", state: str = "new") -> Trace:
    """The fate of a packet at one hook (after target translation, before source translation).

    Free variables take the value that the packet gives them, else their usual one, else false.
    """
    walker = _Walker(ruleset, packet, state)
    verdict, at = "accept", ""
    for chain in ruleset.base(hook, "filter"):
        if walker.family not in chain.families:
            continue
        found = walker.chain(chain, 0)
        verdict, at = found if found in {"accept", "drop", "undecided"} else chain.policy, chain.id
        if verdict != "accept":
            break
    return Trace(verdict=verdict, at=at, steps=tuple(walker.steps))


def holds(condition: Condition, packet: Witness, state: str = "new") -> bool:
    """Whether a condition is true of a packet."""
    if isinstance(condition, Not):
        return not holds(condition.part, packet, state)
    if isinstance(condition, All):
        return all(holds(part, packet, state) for part in condition.parts)
    if isinstance(condition, Any):
        return any(holds(part, packet, state) for part in condition.parts)
    if isinstance(condition, Free):
        return packet.free.get(condition.name, bool(condition.usual))
    return _test(condition, packet, state)


def reference(rule: Rule) -> RuleRef:
    """Where a rule stands and what it says."""
    return RuleRef(file=rule.place.file, line=rule.place.line, text=rule.text)


class _Walker:
    def __init__(self, ruleset: RuleSet, packet: Witness, state: str) -> None:
        self.ruleset, self.packet, self.state = ruleset, packet, state
        self.family = 6 if ":" in packet.source else 4
        self.steps: list[Step] = []

    def chain(self, chain: Chain, depth: int) -> str:
        """accept, drop, undecided; or "" when the chain ends without a verdict."""
        if depth > 64:
            return "undecided"
        for rule in self._matching(chain):
            action = rule.action
            if isinstance(action, Jump):
                self._note(chain, rule, ("goto " if action.goto else "jump ") + action.chain)
                inner = self.ruleset.chain.get(action.chain)
                found = self.chain(inner, depth + 1) if inner else "undecided"
                if found or action.goto:
                    return found
            elif isinstance(action, Translate):
                self._note(chain, rule, action.kind)
                return "accept"
            else:
                self._note(chain, rule, action.kind)
                if action.kind == "return":
                    return ""
                if action.kind != "continue":
                    return {"reject": "drop", "unknown": "undecided"}.get(action.kind, action.kind)
        return ""

    def _matching(self, chain: Chain) -> Iterator[Rule]:
        for rule in chain.rules:
            if rule.enabled and rule.action != Verdict("continue") and holds(rule.condition, self.packet, self.state):
                yield rule

    def _note(self, chain: Chain, rule: Rule, action: str) -> None:
        self.steps.append(Step(chain=chain.id, rule=reference(rule), action=action))


def _test(test: Test, packet: Witness, state: str) -> bool:
    if test.field == "state":
        return state in test.names
    if test.field in {"in", "out"}:
        name = packet.incoming if test.field == "in" else packet.outgoing
        return any(name.startswith(n[:-1]) if n.endswith("*") else name == n for n in test.names)
    family = 6 if ":" in packet.source else 4
    number = PROTOCOLS[packet.protocol] if packet.protocol in PROTOCOLS else int(packet.protocol)
    if test.field in {"source", "target"}:
        value = int(ipaddress.ip_address(getattr(packet, test.field)))
        return family == test.family and _inside(value, test)
    if test.field in {"port", "source_port"}:
        return number in WITH_PORTS and _inside(getattr(packet, test.field), test)
    if test.field in {"icmp_type", "icmp_code"}:
        fits = (family, number) == (test.family, 1 if test.family == 4 else 58)
        return fits and _inside(packet.port if test.field == "icmp_type" else packet.source_port, test)
    return _inside(family if test.field == "family" else number, test)


def _inside(value: int, test: Test) -> bool:
    return any(first <= value <= last for first, last in test.ranges)
