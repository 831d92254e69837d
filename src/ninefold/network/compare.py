"""Do two rule sets mean the same? If not: which packets pass only one of them, one packet for each, and the rules."""

from __future__ import annotations

from typing import Any

import msgspec

from ninefold.base.errors import LimitError
from ninefold.base.i18n import Message, messages
from ninefold.model.proofs import Difference
from ninefold.network.diagrams import Function
from ninefold.network.evaluate import Evaluation, Piece, image
from ninefold.network.order import Budget, with_space
from ninefold.network.packets import PacketSet, PacketSpace
from ninefold.network.ruleset import Free, RuleSet, frees
from ninefold.network.trace import trace

say = messages("network")
HOOKS = ("forward", "input", "output")
SHOWN = 20


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """``state``: ``equal``, ``different`` or ``undecided``. ``at`` of a difference is its hook."""

    state: str
    only_in_a: tuple[Difference, ...] = ()
    only_in_b: tuple[Difference, ...] = ()
    assumptions: tuple[str, ...] = ()


def compare(
    a: RuleSet, b: RuleSet, *, hooks: tuple[str, ...] = (), seconds: float = 0.0, engine: str = "oxidd"
) -> Comparison:
    """Compare what two rule sets accept and how they translate, for packets that open a connection.

    ``hooks``: which chains; without them all that either rule set has. ``seconds``: time after which the answer is
    ``undecided`` (0: no limit).
    """
    budget = Budget(seconds)
    chosen = hooks or tuple(hook for hook in HOOKS if a.base(hook, "filter") or b.base(hook, "filter"))
    try:
        return with_space((a, b), lambda space: _Comparing(a, b, space, budget, chosen).run(), engine=engine)
    except LimitError as error:
        return Comparison(state="undecided", assumptions=(str(error),))


class _Comparing:
    def __init__(self, a: RuleSet, b: RuleSet, space: PacketSpace, budget: Budget, hooks: tuple[str, ...]) -> None:
        self.sides = (a, b)
        self.space, self.hooks = space, hooks
        self.evaluations = tuple(Evaluation(item, space, check=budget.check) for item in self.sides)
        known = frees(self.sides)
        self.attributes = tuple(free.name for free in known if free.attribute)
        self.limits = _limits(known)
        self.found: tuple[list[Difference], list[Difference]] = ([], [])
        self.doubts: list[Message] = []
        self.notes: list[Message] = []

    def run(self) -> Comparison:
        for hook in self.hooks:
            accepted = [self._accepted(evaluation, hook) for evaluation in self.evaluations]
            for side in (0, 1):
                self._only(side, hook, PacketSet(self.space, accepted[side] & ~accepted[1 - side]))
        for hook in ("prerouting", "postrouting"):
            self._translations(hook)
        for ruleset in self.sides:
            for item in ruleset.unknown:
                self.doubts.append(
                    say("{place}: '{text}': {why}", place=str(item.place), text=item.text, why=item.reason)
                )
        different = bool(self.found[0] or self.found[1])
        return Comparison(
            state="different" if different else "undecided" if self.doubts else "equal",
            only_in_a=tuple(self.found[0]),
            only_in_b=tuple(self.found[1]),
            assumptions=tuple(str(note) for note in dict.fromkeys((*self.doubts, *self.notes))),
        )

    def _accepted(self, evaluation: Evaluation, hook: str) -> Function:
        found = evaluation.accepted(hook).function
        before = "prerouting" if hook in {"forward", "input"} else ""
        after = "postrouting" if hook in {"forward", "output"} else ""
        for other in (before, after):
            if other:
                found = found & evaluation.accepted(other).function
        return found

    def _only(self, side: int, hook: str, packets: PacketSet) -> None:
        if packets.is_empty:
            return
        usual = packets.given(self.limits)
        sure = usual.certain(self.attributes)
        if not sure.is_empty:
            self.found[side].extend(self._difference(part, hook) for part in self._parts(sure))
        elif usual.is_empty:
            self.notes.append(say("Equal while no rate limit is exceeded ({hook}).", hook=hook))
        else:
            region = "; ".join(usual.regions(3))
            self.doubts.append(
                say("Matches outside the analysis decide about ({hook}): {region}", hook=hook, region=region)
            )

    def _parts(self, packets: PacketSet) -> list[PacketSet]:
        """By ingress interface, as far as that tells apart."""
        found = []
        for code in range(len(self.space.interfaces)):
            part = PacketSet(self.space, packets.function & self.space.interval("in", ((code, code),)))
            if not part.is_empty:
                found.append(part)
        same = {self.space.forget(part.function, "in") for part in found}
        return [packets] if len(same) == 1 else found[:SHOWN]

    def _difference(self, packets: PacketSet, hook: str) -> Difference:
        likes = tuple(self.space.of(wish) for wish in _likes())
        witness = packets.witness(likes)
        assert witness is not None
        rules = tuple(rule for ruleset in self.sides for rule in trace(ruleset, witness, hook).deciding)
        return Difference(region=packets.regions(), witness=witness, rules=rules, at=hook)

    def _translations(self, hook: str) -> None:
        false = self.space.diagram.false
        if not any(ruleset.base(hook, "nat") for ruleset in self.sides):
            return
        pieces = [evaluation.translations(hook, {}) for evaluation in self.evaluations]
        for evaluation in self.evaluations:
            for rule in evaluation.unsure:
                self.doubts.append(say("{place}: this translation is not understood.", place=str(rule.place)))
        for left in pieces[0]:
            for right in pieces[1]:
                common = left.packets & right.packets & self.space.valid
                if common == false or left.change == right.change:
                    continue
                if image(self.space, Piece(common, left.change)) != image(self.space, Piece(common, right.change)):
                    self._only(0 if left.change else 1, f"{hook} translation", PacketSet(self.space, common))


def _limits(known: tuple[Free, ...]) -> dict[str, bool]:
    return {free.name: free.usual for free in known if free.usual is not None and not free.attribute}


def _likes() -> list[Any]:
    """A packet people recognise: TCP from a usual client port between ordinary addresses."""
    from ninefold.network.ruleset import Not, Test, addresses
    from ninefold.network.topology import UNICAST

    return [
        addresses("target", UNICAST),
        addresses("source", UNICAST),
        Test("protocol", ((6, 6), (17, 17))),
        Test("protocol", ((6, 6),)),
        Test("source_port", ((32768, 60999),)),
        Not(Test("port", ((0, 0),))),
    ]
