"""What steps 2, 6, 7, 8 and 9 leave behind for the others.

Steps 1 and 3 to 5 have their own modules (:mod:`ninefold.model.reconciled`, :mod:`ninefold.model.assessment`).
Source: docs/method.md section 1.
"""

from __future__ import annotations

import msgspec

from ninefold.base.i18n import Text
from ninefold.model.assessment import ZoneLevels
from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.matches import Match
from ninefold.model.proofs import ProbeResult, ProofResult


class BaselineMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A measure that every system needs. ``state`` is empty where the plant says nothing about it yet."""

    id: str
    title: Text
    family: str
    tier: str
    requirements: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    state: str = ""
    why: Reason | None = None


class Specification(msgspec.Struct, frozen=True, kw_only=True):
    """Step 2: what holds for every system, and the context it holds in."""

    baseline: tuple[BaselineMeasure, ...]
    findings: tuple[Finding, ...] = ()


class Concept(msgspec.Struct, frozen=True, kw_only=True):
    """Step 6: ``digest`` is what approvals bind; ``files`` maps a path below ``build/`` to its SHA-256."""

    digest: str
    files: dict[str, str] = {}
    findings: tuple[Finding, ...] = ()


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person has to do, because it cannot be generated."""

    id: str
    title: Words
    owner: str = ""
    subject: str = ""
    requirement: str = ""


class Implementation(msgspec.Struct, frozen=True, kw_only=True):
    """Step 7. ``configurations``: gateway -> path below ``build/``. ``draft``: the concept is not approved."""

    configurations: dict[str, str]
    files: dict[str, str] = {}
    draft: bool = True
    tasks: tuple[Task, ...] = ()
    findings: tuple[Finding, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that verification has shown for a zone or conduit; ``evidence`` names the statement."""

    scope: str
    requirement: str
    evidence: str
    why: Reason


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Step 8. ``probes`` is None where the twin is not available here; ``levels`` hold SL-A after it."""

    proof: ProofResult
    levels: tuple[ZoneLevels, ...] = ()
    probes: ProbeResult | None = None
    shown: tuple[Shown, ...] = ()
    statements: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a date: ISO date, what, about which subject; ``kind``: measure, decision, support, flow."""

    date: str
    title: Words
    subject: str = ""
    kind: str = ""


class Cycle(msgspec.Struct, frozen=True, kw_only=True):
    """Step 9: what became vulnerable, what drifted, what is due.

    ``new``: ids of the findings that the announcement before did not hold.
    """

    matches: tuple[Match, ...]
    advisories: tuple[str, ...] = ()
    due: tuple[Due, ...] = ()
    findings: tuple[Finding, ...] = ()
    new: tuple[str, ...] = ()
