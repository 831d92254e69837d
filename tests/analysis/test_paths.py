"""Attack paths: chances equal exact enumeration, cuts are smallest and cut, pruning changes nothing."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.plants import production_line, small
from analysis.test_risk import measure
from ninefold.analysis.coverage import Coverage
from ninefold.analysis.cuts import cuts
from ninefold.analysis.montecarlo import error_of, reached, share
from ninefold.analysis.pathgraph import SOURCE, Graph, Strengths, chance, edges
from ninefold.analysis.paths import most_likely, paths
from ninefold.analysis.requirements import standard_table
from ninefold.analysis.threats import threats
from ninefold.model.measures import MeasureState


def exact(size: int, ends: list[tuple[int, int]], chances: list[float], targets: list[int]) -> float:
    """The chance that node 0 reaches a target, summed over every combination of open edges."""
    total = 0.0
    for states in itertools.product((True, False), repeat=len(ends)):
        weight = 1.0
        for is_open, value in zip(states, chances, strict=True):
            weight *= value if is_open else 1 - value
        seen, waiting = {0}, [0]
        while waiting:
            node = waiting.pop()
            for (source, target), is_open in zip(ends, states, strict=True):
                if is_open and source == node and target not in seen:
                    seen.add(target)
                    waiting.append(target)
        total += weight * bool(seen & set(targets))
    return total


@st.composite
def graphs(draw):
    size = draw(st.integers(2, 5))
    pairs = [(a, b) for a in range(size) for b in range(size) if a != b]
    ends = draw(st.lists(st.sampled_from(pairs), max_size=8, unique=True))
    chances = [draw(st.sampled_from([0.9, 0.5, 0.1, 0.02, 1.0])) for _ in ends]
    return size, ends, chances, draw(st.lists(st.integers(1, size - 1), min_size=1, max_size=2))


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_monte_carlo_equals_exact_enumeration_within_its_error(case):
    size, ends, chances, targets = case
    found = share(reached(size, ends, [chances], 0, 10240)[0], targets)
    assert abs(found - exact(size, ends, chances, targets)) <= 2 * error_of(found, 10240) + 1e-4


def test_monte_carlo_is_the_same_in_every_run():
    case = (3, [(0, 1), (1, 2)], [[0.5, 0.5]], 0, 4096)
    assert (reached(*case)[0] == reached(*case)[0]).all()


@pytest.mark.parametrize(
    ("barrier", "number", "value"), [(0, 2, 0.9), (1, 2, 0.5), (2, 2, 0.1), (3, 2, 0.02), (4, 1, 0.02)]
)
def test_chance_of_a_step(barrier, number, value):
    assert chance(barrier, number) == value


def graph_of(plant, targets):
    scenarios = threats(plant).scenarios
    coverage = Coverage(plant, standard_table(), plant.measures)
    strengths = Strengths(scenarios, coverage)
    return Graph(edges(plant, scenarios), targets), strengths, edges(plant, scenarios)


def test_pruning_changes_no_chance():
    plant = production_line()
    graph, strengths, every = graph_of(plant, ["splc"])
    nodes = sorted({SOURCE, *(n for e in every for n in (e.source, e.target))})
    at = {name: index for index, name in enumerate(nodes)}
    full = most_likely_of(every, strengths)
    pruned = most_likely(graph, graph.chances(strengths, 2))
    assert pruned["splc"][0] == pytest.approx(full["splc"])
    assert set(graph.nodes) <= set(at)


def most_likely_of(every, strengths):
    whole = SimpleNamespace(edges=every, out={})
    for index, edge in enumerate(every):
        whole.out.setdefault(edge.source, []).append(index)
    chances = [strengths.easiest(e.scenarios, 2)[0] if e.scenarios else 1.0 for e in every]
    return {name: value[0] for name, value in most_likely(whole, chances).items()}


def test_a_cut_ends_every_path_and_no_smaller_one_does():
    plant = small({"a": {"services": "s7comm"}, "flows": ["office b https", "b a s7comm"], "needs": ["I people 4"]})
    graph, strengths, _ = graph_of(plant, ["a"])
    lines = sorted({(s.scope, g) for s in strengths.scenarios.values() for g in s.barriers})
    found = cuts(graph, strengths, 2, ["a"])
    assert found

    def is_cut(chosen):
        usable = {n for n, s in strengths.scenarios.items() if not {(s.scope, g) for g in s.barriers} & set(chosen)}
        usable = {n for n in usable if strengths.scenarios[n].least_class <= 2}
        seen, waiting = {SOURCE}, [SOURCE]
        while waiting:
            for index in graph.out.get(waiting.pop(), ()):
                edge = graph.edges[index]
                if edge.target not in seen and (not edge.scenarios or usable.intersection(edge.scenarios)):
                    seen.add(edge.target)
                    waiting.append(edge.target)
        return "a" not in seen

    size = len(found[0].barriers)
    assert is_cut(found[0].barriers)
    assert not any(is_cut(c) for n in range(size) if n <= 2 for c in itertools.combinations(lines, n))


def test_an_isolated_plant_has_no_path():
    assert all(not row.most_likely for row in paths(small({}), threats(small({}))))


def test_the_measure_that_helps_most_is_named():
    plant = small({"flows": ["office a s7comm"], "needs": ["A production 4"]})
    weak = measure("weak", "SR 5.2", scope="y", level=1, state=MeasureState.CANDIDATE)
    many = (
        "SR 5.1",
        "SR 5.2",
        "SR 1.1",
        "SR 1.2",
        "SR 1.5",
        "SR 2.1",
        "SR 3.1",
        "SR 3.2",
        "SR 4.1",
        "SR 7.7",
        "SR 6.2",
    )
    strong = measure("strong", *many, scope="z c", level=4, state=MeasureState.CANDIDATE)
    plant = msgspec.structs.replace(plant, measures=(weak, strong))
    rows = paths(plant, threats(plant), runs=2048)
    assert {row.best_measure for row in rows if row.violation_class == 2} == {"strong"}
    assert all(row.chance_with_best <= row.chance for row in rows if row.chance_with_best is not None)


def test_stronger_classes_reach_more():
    rows = {
        row.violation_class: row
        for row in paths(production_line(), threats(production_line()), runs=4096)
        if row.function == "control"
    }
    assert rows[1].chance <= rows[2].chance <= rows[3].chance
    assert rows[3].most_likely[0].source == SOURCE
    assert rows[3].error < 0.02


def test_a_measure_in_place_lowers_the_chance():
    plant = production_line()
    filter_ = measure(
        "fw", "SR 5.2", "SR 1.1", "SR 2.1", "SR 3.2", "SR 5.1", scope="", level=4, state=MeasureState.IMPLEMENTED
    )
    better = msgspec.structs.replace(plant, measures=(filter_,))
    before = {(r.function, r.violation_class): r.chance for r in paths(plant, threats(plant), runs=2048)}
    after = {(r.function, r.violation_class): r.chance for r in paths(better, threats(better), runs=2048)}
    assert all(after[key] <= before[key] for key in before)
    assert sum(after.values()) < sum(before.values())
