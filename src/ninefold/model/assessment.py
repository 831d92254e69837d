"""What steps 3 to 5 compute: needs, exposure, levels, risks, gaps. ``analysis`` makes them, everybody reads them.

Source: docs/method.md; IEC 62443-3-2:2020 ZCR 2.1, 3, 4.1, 5.
"""

from __future__ import annotations

import msgspec

from ninefold.model.findings import Finding, Reason
from ninefold.model.levels import LevelValue, Vector
from ninefold.model.matches import Match
from ninefold.model.reconciled import Conversation
from ninefold.model.scenarios import Scenario
from ninefold.model.vocabulary import FR, Category, Objective


class ObservedSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What step 4 needs of the observations: the communication matrix of step 1 and the matches of advisories.

    ``services``: (asset id, service id) offered though nobody declared it.
    """

    conversations: tuple[Conversation, ...] = ()
    matches: tuple[Match, ...] = ()
    services: tuple[tuple[str, str], ...] = ()


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A protection need 1..5 of a subject (function, asset, zone) in one (objective, category), with its chain."""

    subject: str
    objective: Objective
    category: Category
    rating: int
    why: Reason


class ZoneExposure(msgspec.Struct, frozen=True, kw_only=True):
    """``e_net`` -2..+1 and ``e_local`` -2..0 of a zone, and the nearest chains from entry points."""

    zone: str
    e_net: int
    e_local: int
    likelihood: tuple[int, int, int, int]
    chains: tuple[tuple[str, ...], ...] = ()
    why: Reason


class RiskCell(msgspec.Struct, frozen=True, kw_only=True):
    """R(c) = L(c) x impact for one class of violation and one (objective, category) of a zone."""

    violation_class: int
    objective: Objective
    category: Category
    likelihood: int
    impact: int
    risk: int
    tolerable_up_to: int

    @property
    def tolerable(self) -> bool:
        """Whether the risk may stay as it is."""
        return self.risk <= self.tolerable_up_to


class ScenarioRisk(msgspec.Struct, frozen=True, kw_only=True):
    """Risk of one scenario: unmitigated, with measures in place (current), with all planned ones (residual).

    Each is the worst :class:`RiskCell` over classes and (objective, category); ``barriers_*`` are the strengths.
    """

    scenario: str
    scope: str
    unmitigated: RiskCell
    current: RiskCell
    residual: RiskCell
    why: Reason
    accepted: str = ""


class RequirementStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement in force in one zone or conduit.

    ``capability`` and ``achieved``: True met, False not met, None undeclared (unknown).
    """

    scope: str
    requirement: str
    fr: FR
    level: int
    capability: bool | None = None
    achieved: bool | None = None
    met_by: tuple[str, ...] = ()
    not_applicable: str = ""
    why: Reason


class ZoneLevels(msgspec.Struct, frozen=True, kw_only=True):
    """SL-T, SL-C and SL-A of a zone or conduit: three columns that are never mixed."""

    scope: str
    target: Vector
    capability: Vector
    achieved: Vector
    values: tuple[LevelValue, ...] = ()
    sensitivity: tuple[Reason, ...] = ()


class Protection(msgspec.Struct, frozen=True, kw_only=True):
    """The result of step 3."""

    needs: tuple[Need, ...]
    initial: tuple[RiskCell, ...]
    detailed_assessment_required: bool
    why: Reason
    findings: tuple[Finding, ...] = ()


class Threats(msgspec.Struct, frozen=True, kw_only=True):
    """The result of step 4."""

    scenarios: tuple[Scenario, ...]
    findings: tuple[Finding, ...] = ()


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """The result of step 5. ``cells`` holds, per zone, every R(c): the tables people look at."""

    exposures: tuple[ZoneExposure, ...]
    cells: dict[str, tuple[RiskCell, ...]]
    levels: tuple[ZoneLevels, ...]
    register: tuple[ScenarioRisk, ...]
    requirements: tuple[RequirementStatus, ...]
    findings: tuple[Finding, ...] = ()
