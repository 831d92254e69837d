"""Which order of the packet's fields keeps the diagrams small: tried on a sample, because no order wins everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from ninefold.base.errors import LimitError
from ninefold.network.diagrams import DiagramFullError, is_full
from ninefold.network.evaluate import Evaluation, space_for
from ninefold.network.packets import ORDERS, PacketSpace
from ninefold.network.ruleset import RuleSet

SAMPLE = 1000
T = TypeVar("T")


class BudgetError(LimitError):
    """The time for a question is over: the answer is *undecided*."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "out-of-time",
            f"Not decided within {seconds:g} seconds.",
            advice="Give it more time, or ask about a part of the rules.",
        )


class Budget:
    """Seconds for a question; ``check`` is called between steps of work."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds if seconds else 0.0

    def check(self) -> None:
        """Raise BudgetError when the time is over."""
        if self._end and time.monotonic() > self._end:
            raise BudgetError(self.seconds)


def sample(ruleset: RuleSet) -> RuleSet:
    """At most about a thousand rules, spread evenly over the chains."""
    step = max(1, len(ruleset.rules) // SAMPLE)
    chains = tuple(
        msgspec.structs.replace(chain, rules=chain.rules[::step] if len(chain.rules) > 50 else chain.rules)
        for chain in ruleset.chains
    )
    return msgspec.structs.replace(ruleset, chains=chains)


def orders(*rulesets: RuleSet) -> tuple[str, ...]:
    """The orders, best first. Small rule sets need no trial."""
    largest = max(rulesets, key=lambda item: len(item.rules))
    if len(largest.rules) <= SAMPLE // 2:
        return tuple(ORDERS)
    part = sample(largest)
    sizes = {}
    for order in ORDERS:
        try:
            space = space_for(part, order=order, nodes=1 << 20)
            evaluation = Evaluation(part, space)
            sizes[order] = sum(
                space.diagram.nodes(evaluation.base(chain)) for chain in part.chains if chain.hook and chain.rules
            )
        except Exception as error:
            if not is_full(error):
                raise
            sizes[order] = 1 << 40
    return tuple(sorted(ORDERS, key=lambda order: (sizes[order], order)))


def attempts(*rulesets: RuleSet, engine: str = "oxidd", roomy: bool = False) -> Iterator[tuple[str, str, int]]:
    """(order, engine, nodes) in the order in which to try them when memory runs out."""
    best, other = orders(*rulesets)
    rules = sum(len(item.rules) for item in rulesets)
    start = 1 << (20 if rules < 5000 else 22 if rules < 50000 else 24)
    start = min(start << 2, 1 << 24) if roomy else start
    yield best, engine, start
    yield other, engine, start
    yield best, engine, start << 3 if start < 1 << 24 else 1 << 26


def with_space(
    rulesets: tuple[RuleSet, ...],
    work: Callable[[PacketSpace], T],
    *,
    extra: tuple[str, ...] = (),
    free: tuple[str, ...] = (),
    engine: str = "oxidd",
    roomy: bool = False,
) -> T:
    """Do something in a space fit for these rule sets; again in the other order, or with more memory, when it is full.

    Raises DiagramFullError when nothing helps, BudgetError from ``work``.
    """
    for order, library, nodes in attempts(*rulesets, engine=engine, roomy=roomy):
        try:
            return work(space_for(*rulesets, extra=extra, free=free, order=order, engine=library, nodes=nodes))
        except Exception as error:
            if not is_full(error):
                raise
    raise DiagramFullError
