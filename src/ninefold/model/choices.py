"""What choosing measures, attack paths and proposals of a partition say. ``analysis`` makes them, everybody reads them.

Source: docs/method.md sections 2, 6 and 7.
"""

from __future__ import annotations

import msgspec

from ninefold.model.findings import Finding, Reason


class ChosenMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of a plan. ``why`` holds what fails without it; ``requirements`` as (scope, requirement)."""

    measure: str
    cost: float
    why: Reason
    requirements: tuple[tuple[str, str], ...] = ()
    scenarios: tuple[str, ...] = ()
    forced: bool = False


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the cost/risk curve: after ``measure``, this much is spent and this much is left open.

    ``risk``: sum over scenarios of how far the residual risk lies above what is tolerable.
    """

    measure: str
    cost: float
    risk: float
    open_requirements: int


class Unmet(msgspec.Struct, frozen=True, kw_only=True):
    """What no candidate can do: a requirement of a scope, or a scenario whose risk stays intolerable."""

    scope: str
    requirement: str = ""
    scenario: str = ""
    why: Reason


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The choice of measures.

    ``feasible``: everything in force is met and every residual risk tolerable. ``optimal``: the solver proved that
    nothing is cheaper; otherwise ``gap`` (0..1) says how far the proof is from it. ``cost`` covers ``years``.
    """

    feasible: bool
    optimal: bool
    gap: float
    cost: float
    cost_once: float
    cost_yearly: float
    years: int
    chosen: tuple[ChosenMeasure, ...]
    curve: tuple[CurvePoint, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    findings: tuple[Finding, ...] = ()
    why: Reason


class PathStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an attack path: from node to node, by which scenario, with which chance 0..1."""

    source: str
    target: str
    along: str
    scenario: str
    chance: float
    barrier: int


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A smallest set of lines of defence (scope, requirements) that together end every path."""

    barriers: tuple[tuple[str, tuple[str, ...]], ...]


class FunctionPaths(msgspec.Struct, frozen=True, kw_only=True):
    """Ways to violate one essential function for one class of violation.

    ``chance`` is the Monte Carlo estimate of reaching it, ``error`` the half width of its 95 % interval.
    """

    function: str
    violation_class: int
    chance: float
    error: float
    most_likely: tuple[PathStep, ...]
    most_likely_chance: float
    cuts: tuple[Cut, ...] = ()
    best_measure: str = ""
    chance_with_best: float | None = None
    why: Reason


class ProposedZone(msgspec.Struct, frozen=True, kw_only=True):
    """A zone of a proposal: its assets, and the rule behind its being separate."""

    id: str
    assets: tuple[str, ...]
    rule: str
    why: Reason
    level: int = 0


class ProposedConduit(msgspec.Struct, frozen=True, kw_only=True):
    """A conduit that follows from a proposal; ``flows`` are (client, server, service)."""

    id: str
    zones: tuple[str, str]
    flows: tuple[tuple[str, str, str], ...]


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One alternative of a partition. ``cost``: number of conversations that cross a zone boundary."""

    id: str
    title: Reason
    zones: tuple[ProposedZone, ...]
    conduits: tuple[ProposedConduit, ...]
    cost: int
    highest_level: int = 0
