"""The graph that attack paths are searched in.

Source: docs/method.md section 6. Nodes are (asset, control) and (zone, presence in its network), and the entry points.
Steps are scenarios usable across allowed communication, inside a zone, or by physical access. A step succeeds with
0.9 / 0.5 / 0.1 / 0.02 when its strongest line of defence b is < c - 1, = c - 1, = c, > c.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from ninefold.analysis.coverage import Coverage
from ninefold.analysis.exposure import NETWORK_ENTRIES, end_of, start_of, zone_of_asset
from ninefold.base.errors import InputError
from ninefold.model.plant import Plant
from ninefold.model.scenarios import Scenario
from ninefold.model.zones import Flow
from ninefold.standards import attack

SOURCE: Final = "outside"
CHANCES: Final = (0.9, 0.5, 0.1, 0.02)
_ANSWERS: Final = frozenset({"commands", "updates"})
#: tactics of ATT&CK for ICS that gain control of a device or act on the process: initial access, lateral movement,
#: execution, impair process control. Scenarios without such a technique (a lost backup, a silent log) are no steps.
STEP_TACTICS: Final = frozenset({"TA0108", "TA0109", "TA0104", "TA0106"})
_LOCAL: Final = frozenset({"local", "media", "physical"})


class Edge(NamedTuple):
    """A possible step. ``scenarios``: those that make it possible; empty means it is certain."""

    source: str
    target: str
    along: str
    scenarios: tuple[str, ...]


def chance(barrier: int, number: int) -> float:
    """Chance 0..1 that class ``number`` passes a line of defence of strength ``barrier``."""
    return CHANCES[min(max(barrier - number + 2, 0), 3)]


class Strengths:
    """The strongest line of defence of each scenario, for one set of measures."""

    def __init__(self, scenarios: Iterable[Scenario], coverage: Coverage) -> None:
        self.scenarios = {item.id: item for item in scenarios}
        self._strength = {
            item.id: max((coverage.strength(item.scope, group) for group in item.barriers), default=0)
            for item in self.scenarios.values()
        }

    def barrier(self, scenario: str) -> int:
        """b of a scenario, 0..4."""
        return self._strength[scenario]

    def easiest(self, names: Sequence[str], number: int) -> tuple[float, str]:
        """The chance of the easiest usable scenario for a class, and its id; 0 when none is usable."""
        best, which = 0.0, ""
        for name in names:
            if self.scenarios[name].least_class <= number:
                value = chance(self._strength[name], number)
                if value > best:
                    best, which = value, name
        return best, which


def edges(plant: Plant, scenarios: Sequence[Scenario]) -> tuple[Edge, ...]:
    """All steps of a plant, in a fixed order."""
    usable = [item for item in sorted(scenarios, key=lambda item: item.id) if not item.excluded and is_step(item)]
    return tuple(sorted(set(_Builder(plant, usable).edges())))


def is_step(scenario: Scenario) -> bool:
    """Whether a scenario brings an attacker further. Without any technique it is taken to do so."""
    return not scenario.techniques or any(_gains(name) for name in scenario.techniques)


@cache
def _gains(technique: str) -> bool:
    try:
        return bool(STEP_TACTICS.intersection(attack.technique(technique).tactics))
    except InputError:  # a technique of an own threat that we do not know: conservative
        return True


class _Builder:
    def __init__(self, plant: Plant, scenarios: Sequence[Scenario]) -> None:
        self.plant = plant
        self.by_subject: dict[str, list[str]] = {}
        self.by_zone: dict[str, list[str]] = {}
        self.locally: dict[str, list[str]] = {}
        for item in scenarios:
            local = bool(_LOCAL.intersection(item.vectors))
            if item.scope in plant.zone and item.subjects == (item.scope,):
                if local:
                    self.locally.setdefault(item.scope, []).append(item.id)
                if "network" in item.vectors:
                    self.by_zone.setdefault(item.scope, []).append(item.id)
                continue
            if "network" in item.vectors:
                for subject in item.subjects:
                    self.by_subject.setdefault(subject, []).append(item.id)
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}

    def edges(self) -> Iterator[Edge]:
        for asset in self.plant.assets:
            zone = zone_of_asset(self.plant, asset.id)
            if zone:
                yield Edge(asset.id, zone, "zone", ())
                inside = self._join(self.by_subject.get(asset.id, ()), self.by_zone.get(zone, ()))
                if inside:
                    yield Edge(zone, asset.id, "zone", inside)
        for conduit, flow in self.plant.flows:
            yield from self._flow(flow, conduit.id)
        yield from self._entries()

    def _join(self, *lists: Sequence[str]) -> tuple[str, ...]:
        found = tuple(sorted({name for items in lists for name in items}))
        return self._shared.setdefault(found, found)  # equal tuples are one object: large plants stay small

    def _flow(self, flow: Flow, conduit: str) -> Iterator[Edge]:
        ends = end_of(self.plant, flow.source), end_of(self.plant, flow.target)
        ways = [ends, ends[::-1]] if _ANSWERS.intersection(flow.carries) else [ends]
        for source, target in ways:
            if not target.zone:
                continue
            node = target.asset or target.zone
            names = self._join(
                self.by_subject.get(flow.id, ()),
                self.by_subject.get(conduit, ()),
                self.by_subject.get(target.asset, ()) if target.asset else (),
                self.by_zone.get(target.zone, ()),
            )
            if not names:
                continue
            for origin in source.outside or (source.asset or source.zone,):
                if source.outside and start_of(self.plant, origin) is not None:
                    yield Edge(SOURCE, origin, "entry", ())
                yield Edge(origin, node, flow.id, names)

    def _entries(self) -> Iterator[Edge]:
        for point in self.plant.entry_points:
            zone = point.zone or zone_of_asset(self.plant, point.asset)
            if zone not in self.plant.zone:
                continue
            near = self.by_zone if point.kind in NETWORK_ENTRIES else self.locally
            names = self._join(near.get(zone, ()), self.by_subject.get(point.asset, ()) if point.asset else ())
            if names:
                yield Edge(SOURCE, point.id, "entry", ())
                yield Edge(point.id, point.asset or zone, "entry", names)


class Graph:
    """The part of the steps that lies on some way from the outside to one of the targets."""

    def __init__(self, found: Sequence[Edge], targets: Iterable[str]) -> None:
        ahead: dict[str, list[int]] = {}
        back: dict[str, list[int]] = {}
        for index, edge in enumerate(found):
            ahead.setdefault(edge.source, []).append(index)
            back.setdefault(edge.target, []).append(index)
        useful = _reach({SOURCE}, ahead, [e.target for e in found])
        useful &= _reach(set(targets) & useful, back, [e.source for e in found])
        keep = [e for e in found if e.source in useful and e.target in useful]
        goals = set(targets)
        # a device that only its own zone leads to and from, and that is no target, is no way anywhere
        nodes = {node for e in keep if e.along != "zone" for node in (e.source, e.target)} | goals
        nodes |= {e.source if e.scenarios else e.target for e in keep if e.along == "zone"}
        nodes.add(SOURCE)
        self.edges: tuple[Edge, ...] = tuple(e for e in keep if e.source in nodes and e.target in nodes)
        self.nodes: tuple[str, ...] = tuple(sorted({SOURCE, *(n for e in self.edges for n in (e.source, e.target))}))
        self.out: dict[str, list[int]] = {}
        numbers: dict[tuple[str, ...], int] = {}
        self.kind: list[int] = []  # edges of one kind need the same scenarios
        for index, edge in enumerate(self.edges):
            self.out.setdefault(edge.source, []).append(index)
            self.kind.append(numbers.setdefault(edge.scenarios, len(numbers)))
        self.kinds: tuple[tuple[str, ...], ...] = tuple(numbers)

    def chances(self, strengths: Strengths, number: int) -> list[float]:
        """Chance of each edge for a class; certain ones are 1."""
        known = [strengths.easiest(names, number)[0] if names else 1.0 for names in self.kinds]
        return [known[kind] for kind in self.kind]


def _reach(start: set[str], links: Mapping[str, Sequence[int]], ends: Sequence[str]) -> set[str]:
    seen = set(start)
    waiting = list(start)
    while waiting:
        for index in links.get(waiting.pop(), ()):
            if ends[index] not in seen:
                seen.add(ends[index])
                waiting.append(ends[index])
    return seen
