"""A small door to HiGHS: choose 0/1 variables at least cost. One thread, fixed seed, so that every run agrees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ninefold.base.errors import MissingComponentError


class Answer(NamedTuple):
    """``values`` None: there is no solution. ``bound``: nothing can be below it. ``proved``: it is the optimum."""

    values: tuple[float, ...] | None
    objective: float
    bound: float
    proved: bool


class Choice:
    """A mixed-integer problem: minimise costs subject to rows ``lower <= sum <= upper``."""

    def __init__(self, costs: Sequence[float], *, continuous: int = 0, seconds: float = 60.0) -> None:
        """The last ``continuous`` columns are real and not negative; all others are 0 or 1."""
        try:
            import highspy  # heavy: only when something is to be chosen
        except ImportError as error:
            raise MissingComponentError(
                "no-highs", "The solver HiGHS is missing.", advice="Install the package highspy."
            ) from error
        self._lib: Any = highspy
        self.highs: Any = self._lib.Highs()
        self.size = len(costs)
        for name, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-6),
            ("time_limit", float(seconds)),
        ):
            self.highs.setOptionValue(name, value)
        for index, cost in enumerate(costs):
            real = index >= self.size - continuous
            self.highs.addVar(0.0, self._lib.kHighsInf if real else 1.0)
            self.highs.changeColCost(index, float(cost))
            if not real:
                self.highs.changeColIntegrality(index, self._lib.HighsVarType.kInteger)

    def fix(self, column: int, value: float) -> None:
        """A variable that has no choice."""
        self.highs.changeColBounds(column, value, value)

    def at_least(self, row: Mapping[int, float], lower: float) -> None:
        """``sum(coefficient * variable) >= lower``."""
        self._row(row, lower, self._lib.kHighsInf)

    def at_most(self, row: Mapping[int, float], upper: float) -> int:
        """``sum(coefficient * variable) <= upper``; the number of the row."""
        return self._row(row, -self._lib.kHighsInf, upper)

    def _row(self, row: Mapping[int, float], lower: float, upper: float) -> int:
        import numpy as np

        columns = np.array(sorted(row), dtype=np.int32)
        values = np.array([row[column] for column in sorted(row)], dtype=np.float64)
        self.highs.addRow(lower, upper, len(columns), columns, values)
        number: int = self.highs.getNumRow() - 1
        return number

    def relax(self, row: int) -> None:
        """Let a row bind no more."""
        self.highs.changeRowBounds(row, -self._lib.kHighsInf, self._lib.kHighsInf)

    def costs(self, costs: Iterable[float]) -> None:
        """Another objective for the same rows."""
        for index, cost in enumerate(costs):
            self.highs.changeColCost(index, float(cost))

    def solve(self) -> Answer:
        """The optimum, or the best found within the time limit with its bound."""
        self.highs.run()
        status = self.highs.getModelStatus()
        info = self.highs.getInfo()
        lib = self._lib
        if status == lib.HighsModelStatus.kInfeasible:
            return Answer(None, 0.0, 0.0, True)
        if info.primal_solution_status != 2:  # no feasible point found in time
            return Answer(None, 0.0, float(info.mip_dual_bound), False)
        values = tuple(float(value) for value in self.highs.getSolution().col_value)
        return Answer(
            values,
            float(info.objective_function_value),
            float(info.mip_dual_bound),
            status == lib.HighsModelStatus.kOptimal,
        )
