"""Smallest sets of lines of defence that end every path.

An edge is closed when each of its scenarios meets a line of defence of the set; a path when one of its edges is. Paths
are added as rows as long as the set leaves one open, so the smallest set is exact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import Final

from ninefold.analysis.pathgraph import SOURCE, Edge, Graph, Strengths
from ninefold.analysis.solver import Choice
from ninefold.model.choices import Cut

Line = tuple[str, tuple[str, ...]]
MOST_ROUNDS: Final = 60


def cuts(graph: Graph, strengths: Strengths, number: int, targets: Collection[str], most: int = 2) -> tuple[Cut, ...]:
    """Up to ``most`` smallest cuts for a class; none where a path needs no scenario or has no line of defence."""
    finder = _Finder(graph, strengths, number, frozenset(targets))
    found: list[Cut] = []
    while len(found) < most:
        lines = finder.next()
        if not lines or (found and len(lines) > len(found[0].barriers)):
            break
        found.append(Cut(barriers=tuple(sorted(lines))))
        finder.forbidden.append(lines)
    return tuple(found)


class _Finder:
    def __init__(self, graph: Graph, strengths: Strengths, number: int, targets: frozenset[str]) -> None:
        self.graph = graph
        self.strengths = strengths
        self.number = number
        self.targets = targets
        self.paths: set[frozenset[tuple[str, ...]]] = set()
        self.forbidden: list[frozenset[Line]] = []
        self._usable: dict[tuple[str, ...], tuple[str, ...]] = {}

    def next(self) -> frozenset[Line]:
        lines: frozenset[Line] = frozenset()
        for _ in range(MOST_ROUNDS):
            path = self._open_path(lines)
            if path is None:
                return lines
            signatures = frozenset(found for edge in path if (found := self._usable_of(edge.scenarios)))
            if not signatures or signatures in self.paths:
                return frozenset()
            self.paths.add(signatures)
            lines = self._solve()
            if not lines:
                return lines
        return frozenset()

    def _usable_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        if names not in self._usable:
            every = self.strengths.scenarios
            self._usable[names] = tuple(name for name in names if every[name].least_class <= self.number)
        return self._usable[names]

    def _lines(self, scenario: str) -> list[Line]:
        item = self.strengths.scenarios[scenario]
        return [(item.scope, group) for group in item.barriers]

    def _open_path(self, lines: frozenset[Line]) -> list[Edge] | None:
        came: dict[str, Edge] = {}
        passable = [self._is_open(names, lines) for names in self.graph.kinds]
        waiting = deque([SOURCE])
        seen = {SOURCE}
        while waiting:
            node = waiting.popleft()
            if node in self.targets:
                return self._back(came, node)
            for index in self.graph.out.get(node, ()):
                edge = self.graph.edges[index]
                if edge.target in seen or not passable[self.graph.kind[index]]:
                    continue
                seen.add(edge.target)
                came[edge.target] = edge
                waiting.append(edge.target)
        return None

    def _is_open(self, names: tuple[str, ...], lines: frozenset[Line]) -> bool:
        if not names:
            return True
        return any(not lines.intersection(self._lines(name)) for name in self._usable_of(names))

    def _back(self, came: dict[str, Edge], node: str) -> list[Edge]:
        path = []
        while node in came:
            path.append(came[node])
            node = came[node].source
        return path

    def _solve(self) -> frozenset[Line]:
        signatures = sorted({item for path in self.paths for item in path})
        scenarios = sorted({name for item in signatures for name in item})
        lines = sorted({line for name in scenarios for line in self._lines(name)})
        at = {line: index for index, line in enumerate(lines)}
        first = {name: len(lines) + index for index, name in enumerate(scenarios)}
        second = {item: len(lines) + len(scenarios) + index for index, item in enumerate(signatures)}
        costs = [1.0 + index * 1e-6 for index in range(len(lines))] + [0.0] * (len(scenarios) + len(signatures))
        choice = Choice(costs, seconds=5.0)
        for name in scenarios:
            choice.at_least({**{at[line]: 1.0 for line in self._lines(name)}, first[name]: -1.0}, 0.0)
        for item in signatures:
            for name in item:
                choice.at_least({first[name]: 1.0, second[item]: -1.0}, 0.0)
        for path in sorted(self.paths, key=sorted):
            choice.at_least({second[item]: 1.0 for item in path}, 1.0)
        for known in self.forbidden:
            choice.at_most({at[line]: 1.0 for line in known if line in at}, len(known) - 1.0)
        answer = choice.solve()
        if answer.values is None:
            return frozenset()
        return frozenset(line for line in lines if answer.values[at[line]] > 0.5)
