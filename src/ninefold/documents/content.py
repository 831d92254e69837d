"""What documents are made of: model values, gathered by the step, without a word of prose."""

from __future__ import annotations

import msgspec

from ninefold.documents.diagrams.layout import ElkLayout, Layout
from ninefold.model.assessment import Protection, Risk, Threats
from ninefold.model.choices import FunctionPaths, Plan
from ninefold.model.findings import Finding, Words
from ninefold.model.matches import Match
from ninefold.model.plant import Plant
from ninefold.model.proofs import ProbeResult, ProofResult
from ninefold.model.reconciled import Evaluation
from ninefold.model.results import Cycle, Implementation, Specification, Verification


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One approval of the content. ``valid`` false: what it covers has changed since."""

    step: str
    by: str
    role: str
    reason: str = ""
    date: str = ""
    signature: str = ""
    valid: bool = True
    external: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the change history."""

    version: str
    date: str
    by: str = ""
    summary: str = ""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The proof of one gateway or of the whole plant (``subject``)."""

    subject: str
    result: ProofResult


class ConceptContent(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the concept and the documents beside it say. What is None was not done yet, and is printed so.

    ``date`` (``YYYY-MM-DD``) from the inputs; ``digest`` is what approvals bind; ``titles`` gives requirement ids
    their titles; ``pins`` what ``layout.yaml`` holds (id, x, y).
    """

    plant: Plant
    evaluation: Evaluation | None = None
    specification: Specification | None = None
    protection: Protection | None = None
    threats: Threats | None = None
    risk: Risk | None = None
    implementation: Implementation | None = None
    verification: Verification | None = None
    cycle: Cycle | None = None
    paths: tuple[FunctionPaths, ...] = ()
    plan: Plan | None = None
    matches: tuple[Match, ...] = ()
    proofs: tuple[Proof, ...] = ()
    probes: ProbeResult | None = None
    findings: tuple[Finding, ...] = ()
    approvals: tuple[Approval, ...] = ()
    changes: tuple[Change, ...] = ()
    date: str = ""
    version: str = ""
    digest: str = ""
    titles: dict[str, Words] = {}
    layout: Layout = ElkLayout()
    pins: tuple[tuple[str, float, float], ...] = ()
    currency: str = "EUR"

    def title_of(self, requirement: str) -> Words:
        """The title of a requirement; "" where none is known."""
        return self.titles.get(requirement, "")
