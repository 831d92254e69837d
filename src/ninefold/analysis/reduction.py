"""How far barriers lower a likelihood.

Source: docs/method.md section 5. The first barrier that holds lowers L(c) by 2 (b = c) or 3 (b > c), each further
independent one by 1, one with b = c - 1 by 1 once. The best choice of independent ways counts, so that one more
measure never raises a risk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ninefold.analysis.coverage import UNDECLARED, Coverage, Way

Barriers = tuple[tuple[str, ...], ...]


class Held(NamedTuple):
    """One barrier that counts: the place of its group in the list, its strength (at least), the resources it uses."""

    group: int
    strength: int
    way: Way


class Reduction(NamedTuple):
    """By how much L(c) falls, and the barriers that make it fall."""

    points: int
    held: tuple[Held, ...]


class Reducer:
    """Reductions of one column of measures; remembers what it has worked out."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self._known: dict[tuple[str, Barriers, int, Way], Reduction] = {}

    def reduction(self, scope: str, barriers: Barriers, number: int, credited: Way) -> Reduction:
        """For class ``number`` 1..4. ``credited``: resources that exposure already counted (brokering zones)."""
        key = (scope, barriers, number, credited)
        if key not in self._known:
            options = [self._options(scope, group, index, number, credited) for index, group in enumerate(barriers)]
            self._known[key] = best([item for item in options if item])
        return self._known[key]

    def _options(self, scope: str, group: Sequence[str], index: int, number: int, credited: Way) -> list[Held]:
        found: list[Held] = []
        seen: set[Way] = set()
        for level in (number + 1, number, number - 1):
            if not 1 <= level <= 4:
                continue
            for way in self.coverage.barrier(scope, group, level):
                if way and way not in seen and not way & credited:
                    seen.add(way)
                    found.append(Held(index, level - number, way))
        return found


def best(options: Sequence[Sequence[Held]]) -> Reduction:
    """The largest reduction over all choices of at most one way per barrier, pairwise independent."""
    top = Reduction(0, ())

    def search(position: int, chosen: tuple[Held, ...], used: Way) -> None:
        nonlocal top
        if position == len(options):
            points = score(chosen)
            if points > top.points:
                top = Reduction(points, chosen)
            return
        if top.points >= score_bound(chosen, len(options) - position):
            return
        for held in options[position]:
            if independent(held.way, used):
                search(position + 1, (*chosen, held), used | held.way)
        search(position + 1, chosen, used)

    search(0, (), frozenset())
    return top


def independent(way: Way, used: Way) -> bool:
    """No shared component, credential or administrator. What is undeclared is independent of nothing."""
    return not used or not (UNDECLARED in way or UNDECLARED in used or way & used)


def score(chosen: Sequence[Held]) -> int:
    """Points of a choice of independent barriers; ``strength`` is b - c."""
    holding = [item for item in chosen if item.strength >= 0]
    near = any(item.strength == -1 for item in chosen)
    first = 0 if not holding else 3 if any(item.strength > 0 for item in holding) else 2
    return first + max(len(holding) - 1, 0) + int(near)


def score_bound(chosen: Sequence[Held], left: int) -> int:
    """No completion of a choice can score more than this."""
    return 3 + len(chosen) + left
