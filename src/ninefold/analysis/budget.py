"""The most risk reduction within a budget.

Source: docs/method.md section 7. For each scenario a variable stands for its residual risk; whenever a choice is found,
a row says: with no relevant measure beyond these the risk is at least this. Risk never rises with a further measure,
so the rows are valid, and when no row is broken the choice is the best.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from ninefold.analysis.solver import Choice

if TYPE_CHECKING:
    from ninefold.analysis.optimise import Problem

MOST_ROUNDS: Final = 100
_RISK: Final = 0.01  # what is above the tolerable counts first, the risk itself in hundredths
_OPEN: Final = 0.001  # then the number of open requirements


def measure_of(problem: Problem, scenario: str, chosen: frozenset[str]) -> float:
    """What a budget lowers: the excess over the tolerable, and in hundredths the risk itself."""
    above, risk = problem.riskiness.excess(scenario, chosen)
    return above + _RISK * risk


def total(problem: Problem, chosen: frozenset[str]) -> float:
    """The objective of a choice: risks of all scenarios that can change, and open requirements."""
    risks = sum(measure_of(problem, name, chosen) for name in problem.active)
    return risks + _OPEN * sum(not options & chosen for options in _sets(problem))


def best_within(problem: Problem, budget: float, seconds: float) -> tuple[frozenset[str], float, bool]:
    """The chosen ids, the gap 0..1, and whether the optimum is proved."""
    names = problem.names
    column = {name: index for index, name in enumerate(names)}
    sets = _sets(problem)
    active = problem.active
    first_open, first_risk = len(names), len(names) + len(sets)
    # a tiny price per measure: nothing is bought that helps nothing
    costs = [1e-7 * (1.0 + i / len(names)) for i in range(len(names))]
    costs += [_OPEN] * len(sets) + [1.0] * len(active)
    choice = Choice(costs, continuous=len(active), seconds=seconds)
    choice.at_most({column[name]: problem.costs[name] for name in names}, budget)
    for name in problem.forced & set(names):
        choice.fix(column[name], 1.0)
    for index, options in enumerate(sets):
        choice.at_least({**{column[name]: 1.0 for name in options}, first_open + index: 1.0}, 1.0)
    end = monotonic() + seconds
    best: tuple[float, frozenset[str]] | None = None
    bound = 0.0
    for _ in range(MOST_ROUNDS):
        answer = choice.solve()
        if answer.values is None:
            return frozenset(), 1.0, False
        bound = answer.bound
        chosen = frozenset(name for name, value in zip(names, answer.values, strict=False) if value > 0.5)
        worth = total(problem, chosen)
        if best is None or worth < best[0] - 1e-9:
            best = (worth, chosen)
        broken = _add_rows(problem, choice, column, chosen, answer.values[first_risk:], first_risk)
        if not broken:
            return chosen, 0.0, answer.proved
        if monotonic() > end:
            break
    worth, chosen = best if best else (0.0, frozenset())
    return chosen, min(1.0, max(0.0, (worth - bound) / worth)) if worth else 0.0, False


def _sets(problem: Problem) -> list[frozenset[str]]:
    return sorted({options for demand in problem.demands for options in demand.any_of}, key=sorted)


def _add_rows(
    problem: Problem,
    choice: Choice,
    column: dict[str, int],
    chosen: frozenset[str],
    values: tuple[float, ...],
    first_risk: int,
) -> bool:
    broken = False
    for index, scenario in enumerate(problem.active):
        relevant = problem.riskiness.relevant(scenario, problem.candidates)
        now = measure_of(problem, scenario, chosen)
        if values[index] >= now - 1e-6:
            continue
        broken = True
        fall = now - measure_of(problem, scenario, relevant)
        row = {column[name]: fall for name in relevant - chosen}
        choice.at_least({**row, first_risk + index: 1.0}, now)
    return broken
