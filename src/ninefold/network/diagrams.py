"""Decision diagrams: one small interface over two libraries, so that each checks the other.

``oxidd`` is the engine, ``dd.cudd`` the fallback and cross-check. Levels are numbered from the top; a function is
whatever object the library uses; equality of functions is equality of meaning (both libraries are canonical).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from ninefold.base.errors import LimitError, MissingComponentError

Function = Any


class DiagramFullError(LimitError):
    """The node table is full: try the other order, more memory, or the other library."""

    def __init__(self) -> None:
        super().__init__("diagram-full", "The decision diagram needs more memory than it was given.")


class Diagram(Protocol):
    """A manager of Boolean functions over a fixed list of variables; functions combine with ``&``, ``|``, ``~``."""

    true: Function
    false: Function
    size: int

    def var(self, level: int) -> Function:
        """The function that is true where the variable of that level is."""

    def exists(self, function: Function, levels: Iterable[int]) -> Function:
        """Existential quantification over variables."""

    def count(self, function: Function) -> int:
        """The number of satisfying assignments over all variables."""

    def pick(self, function: Function) -> list[bool | None] | None:
        """One satisfying assignment by level (None: either), or None."""

    def top(self, function: Function) -> int:
        """The level of the uppermost variable it depends on; ``size`` for constants."""

    def split(self, function: Function) -> tuple[Function, Function]:
        """The two halves by that variable: (where it is true, where it is false)."""

    def nodes(self, function: Function) -> int:
        """How many nodes it has."""


class Oxidd:
    """The engine: BDDs with complemented edges in oxidd, one thread."""

    def __init__(self, size: int, nodes: int = 1 << 22) -> None:
        from oxidd.bcdd import BCDDManager

        self._manager = BCDDManager(nodes, nodes >> 2, 1)
        self._manager.add_vars(size)
        self.size = size
        self.true, self.false = self._manager.true(), self._manager.false()
        self._vars = [self._manager.var(level) for level in range(size)]
        self._cubes: dict[tuple[int, ...], Function] = {}

    def var(self, level: int) -> Function:
        """See Diagram."""
        return self._vars[level]

    def exists(self, function: Function, levels: Iterable[int]) -> Function:
        """See Diagram."""
        key = tuple(levels)
        if key not in self._cubes:
            cube = self.true
            for level in sorted(key, reverse=True):
                cube = self._vars[level] & cube
            self._cubes[key] = cube
        return function.exists(self._cubes[key])

    def count(self, function: Function) -> int:
        """See Diagram."""
        return int(function.sat_count(self.size))

    def pick(self, function: Function) -> list[bool | None] | None:
        """See Diagram."""
        cube: list[bool | None] | None = function.pick_cube()
        return cube

    def top(self, function: Function) -> int:
        """See Diagram."""
        level = function.node_var()
        return self.size if level is None else int(level)

    def split(self, function: Function) -> tuple[Function, Function]:
        """See Diagram."""
        halves: tuple[Function, Function] = function.cofactors()
        return halves

    def nodes(self, function: Function) -> int:
        """See Diagram."""
        return int(function.node_count())


class Cudd:
    """The cross-check: CUDD through ``dd``; its table grows with memory."""

    def __init__(self, size: int, nodes: int = 0) -> None:
        try:
            from dd import cudd
        except ImportError as error:
            raise MissingComponentError("no-cudd", "The library dd.cudd is not installed.") from error
        self._bdd = cudd.BDD()
        self._bdd.configure(reordering=False)
        self._names = [f"x{level}" for level in range(size)]
        self._bdd.declare(*self._names)
        self._levels = {name: level for level, name in enumerate(self._names)}
        self.size = size
        self.true, self.false = self._bdd.true, self._bdd.false
        self._vars = [self._bdd.var(name) for name in self._names]

    def var(self, level: int) -> Function:
        """See Diagram."""
        return self._vars[level]

    def exists(self, function: Function, levels: Iterable[int]) -> Function:
        """See Diagram."""
        return self._bdd.exist([self._names[level] for level in levels], function)

    def count(self, function: Function) -> int:
        """See Diagram: counted here, because CUDD counts in floating point."""
        memo: dict[Function, int] = {}

        def below(node: Function) -> int:
            if node == self.true or node == self.false:
                return int(node == self.true)
            if node not in memo:
                level = self.top(node)
                memo[node] = sum(below(half) << (self.top(half) - level - 1) for half in self.split(node))
            return memo[node]

        return below(function) << self.top(function)

    def pick(self, function: Function) -> list[bool | None] | None:
        """See Diagram."""
        if function == self.false:
            return None
        picked = self._bdd.pick(function)
        return [picked.get(name) for name in self._names]

    def top(self, function: Function) -> int:
        """See Diagram."""
        return self.size if function.var is None else self._levels[function.var]

    def split(self, function: Function) -> tuple[Function, Function]:
        """See Diagram."""
        if function.negated:
            return ~function.high, ~function.low
        return function.high, function.low

    def nodes(self, function: Function) -> int:
        """See Diagram."""
        return len(function)


def make(engine: str, size: int, nodes: int) -> Diagram:
    """A diagram over ``size`` variables in the named library (``oxidd`` or ``cudd``)."""
    return Oxidd(size, nodes) if engine == "oxidd" else Cudd(size, nodes)


def is_full(error: BaseException) -> bool:
    """Whether a library's error means that its table is full."""
    return type(error).__name__ in {"DDMemoryError", "MemoryError", "CouldNotCreateNode"}
