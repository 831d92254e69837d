"""Attack paths to essential functions: the most likely one, the chance, smallest cuts, the measure that helps most.

Source: docs/method.md section 6.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from math import exp, log
from typing import Final

from ninefold.analysis.coverage import Column, Coverage, measures_of
from ninefold.analysis.cuts import cuts
from ninefold.analysis.montecarlo import affordable, error_of, reached, share
from ninefold.analysis.pathgraph import SOURCE, Edge, Graph, Strengths, edges
from ninefold.analysis.requirements import RequirementsLike, base_of, table_of
from ninefold.base.i18n import messages
from ninefold.model.assessment import Threats
from ninefold.model.choices import FunctionPaths, PathStep
from ninefold.model.consequences import Function
from ninefold.model.findings import Reason
from ninefold.model.measures import Measure, MeasureState, Provision
from ninefold.model.plant import Plant

say = messages("analysis")

MOST_CANDIDATES: Final = 12
CUTS_FOR: Final = 40  # above so many (function, class) pairs, cuts are worked out for the strongest class only


def paths(
    plant: Plant,
    threats: Threats,
    requirements: RequirementsLike | None = None,
    *,
    column: Column = Column.CURRENT,
    runs: int = 10_000,
    functions: Sequence[str] = (),
) -> tuple[FunctionPaths, ...]:
    """Ways to each essential function (or those named) for each class, with the measures of a column.

    A function counts as violated when any asset that supports it is under control: the conservative reading.
    """
    return _Paths(plant, threats, requirements, column, runs).run(functions)


class _Paths:
    def __init__(
        self, plant: Plant, threats: Threats, requirements: RequirementsLike | None, column: Column, runs: int
    ) -> None:
        self.plant = plant
        self.measures = measures_of(plant, column)
        self.coverage = Coverage(plant, table_of(requirements), self.measures)
        self.scenarios = [item for item in threats.scenarios if not item.excluded]
        self.strengths = Strengths(self.scenarios, self.coverage)
        self.classes = (1, 2, 3, 4) if plant.system.adversary_class_4 else (1, 2, 3)
        self.runs = runs

    def run(self, names: Sequence[str]) -> tuple[FunctionPaths, ...]:
        chosen = [item for item in sorted(self.plant.functions, key=lambda item: item.id) if self._wanted(item, names)]
        targets = {item.id: sorted(set(item.supported_by) & set(self.plant.asset)) for item in chosen}
        self.graph = Graph(edges(self.plant, self.scenarios), [name for items in targets.values() for name in items])
        self.number = {node: index for index, node in enumerate(self.graph.nodes)}
        self.ends = [(self.number[e.source], self.number[e.target]) for e in self.graph.edges]
        self.runs = affordable(self.runs, len(self.ends))
        packed = self._simulate(self.strengths)
        few = len(chosen) * len(self.classes) <= CUTS_FOR
        rows = []
        for index, number in enumerate(self.classes):
            ways = most_likely(self.graph, self.graph.chances(self.strengths, number))
            with_cuts = few or number == self.classes[-1]
            for item in chosen:
                rows.append(self._row(item, targets[item.id], number, packed[index], ways, with_cuts))
        return tuple(sorted(rows, key=lambda row: (row.function, row.violation_class)))

    def _wanted(self, item: Function, names: Sequence[str]) -> bool:
        return item.id in names if names else item.essential

    def _simulate(self, strengths: Strengths) -> list[object]:
        chances = [self.graph.chances(strengths, number) for number in self.classes]
        return reached(len(self.graph.nodes), self.ends, chances, self.number[SOURCE], self.runs)

    def _row(
        self,
        item: Function,
        targets: Sequence[str],
        number: int,
        packed: object,
        ways: dict[str, tuple[float, int]],
        with_cuts: bool,
    ) -> FunctionPaths:
        nodes = [self.number[name] for name in targets if name in self.number]
        value = share(packed, nodes)
        steps, likely = self._most_likely(targets, number, ways)
        found = cuts(self.graph, self.strengths, number, targets) if steps and with_cuts else ()
        best, after = self._best(nodes, number, steps) if steps else ("", None)
        name = item.title or item.id
        says = (
            say(
                "Class {number} reaches {function} with a chance of {chance} (± {error}, {runs} runs).",
                number=number,
                function=name,
                chance=f"{value:.3f}",
                error=f"{error_of(value, self.runs):.3f}",
                runs=self.runs,
            )
            if steps
            else say("No path leads class {number} to {function}.", number=number, function=name)
        )
        because = tuple(
            Reason(
                says=say(
                    "{source} to {target} along {along} by {scenario}.",
                    source=s.source,
                    target=s.target,
                    along=s.along,
                    scenario=s.scenario or "-",
                ),
                value=s.chance,
                refs=(s.source, s.target, s.scenario),
                rule="method 6",
            )
            for s in steps
        )
        return FunctionPaths(
            function=item.id,
            violation_class=number,
            chance=value,
            error=error_of(value, self.runs),
            most_likely=steps,
            most_likely_chance=likely,
            cuts=found,
            best_measure=best,
            chance_with_best=after,
            why=Reason(says=says, value=value, rule="method 6", refs=(item.id,), because=because),
        )

    def _most_likely(
        self, targets: Sequence[str], number: int, ways: dict[str, tuple[float, int]]
    ) -> tuple[tuple[PathStep, ...], float]:
        known = [(ways[name][0], name) for name in targets if name in ways]
        if not known:
            return (), 0.0
        weight, node = min(known)
        steps: list[PathStep] = []
        while node != SOURCE:
            edge = self.graph.edges[ways[node][1]]
            steps.append(self._step(edge, number))
            node = edge.source
        return tuple(reversed(steps)), exp(-weight)

    def _step(self, edge: Edge, number: int) -> PathStep:
        value, scenario = self.strengths.easiest(edge.scenarios, number) if edge.scenarios else (1.0, "")
        barrier = self.strengths.barrier(scenario) if scenario else 0
        return PathStep(
            source=edge.source, target=edge.target, along=edge.along, scenario=scenario, chance=value, barrier=barrier
        )

    def _best(self, nodes: Sequence[int], number: int, steps: Sequence[PathStep]) -> tuple[str, float | None]:
        """The one measure, not in place yet, that lowers the chance most; equal ones by cost, then id."""
        index = self.classes.index(number)
        best: tuple[float, float, str] | None = None
        for measure in self._candidates(steps):
            packed = self._with(measure)[index]
            cost = measure.cost_once + measure.cost_yearly * self.plant.system.method.years
            found = (share(packed, nodes), cost, measure.id)
            best = found if best is None or found < best else best
        return (best[2], best[0]) if best else ("", None)

    def _with(self, measure: Measure) -> list[object]:
        store: dict[str, list[object]] = self.__dict__.setdefault("_simulated", {})
        if measure.id not in store:
            coverage = self.coverage.with_measures((*self.measures, measure))
            store[measure.id] = self._simulate(Strengths(self.scenarios, coverage))
        return store[measure.id]

    def _candidates(self, steps: Sequence[PathStep]) -> list[Measure]:
        """Measures not in place that strengthen a line of defence on the most likely path."""
        in_place = {item.id for item in self.measures}
        wanted: dict[str, set[str]] = {}
        for step in steps:
            if step.scenario:
                item = self.strengths.scenarios[step.scenario]
                places = {item.scope, *self._members(item.scope)}
                for group in item.barriers:
                    for requirement in group:
                        wanted.setdefault(base_of(requirement), set()).update(places)
        every = {item.id: item for item in (*self.plant.own_measures, *self.plant.measures)}
        found = [
            item
            for item in sorted(every.values(), key=lambda item: (item.cost_once, item.id))
            if item.id not in in_place
            and item.state in {MeasureState.CANDIDATE, MeasureState.PLANNED}
            and any(self._helps(p, wanted) for p in item.provides)
        ]
        return found[:MOST_CANDIDATES]

    def _helps(self, provision: Provision, wanted: dict[str, set[str]]) -> bool:
        for requirement in self.coverage.table.systems(provision.requirement):
            places = wanted.get(base_of(requirement), set())
            if places and (not provision.scope or places.intersection(provision.scope)):
                return True
        return False

    def _members(self, scope: str) -> list[str]:
        return [asset.id for asset in self.coverage.assets.get(scope, ())]


def most_likely(graph: Graph, chances: Sequence[float]) -> dict[str, tuple[float, int]]:
    """For each node that can be reached: -log of the best chance, and the edge it came by (Dijkstra)."""
    best: dict[str, tuple[float, int]] = {SOURCE: (0.0, -1)}
    heap: list[tuple[float, str]] = [(0.0, SOURCE)]
    done: set[str] = set()
    while heap:
        weight, node = heapq.heappop(heap)
        if node in done:
            continue
        done.add(node)
        for index in graph.out.get(node, ()):
            if chances[index] <= 0:
                continue
            target = graph.edges[index].target
            found = weight - log(chances[index])
            if target not in best or found < best[target][0] - 1e-12:
                best[target] = (found, index)
                heapq.heappush(heap, (found, target))
    return best
