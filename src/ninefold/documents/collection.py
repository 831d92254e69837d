"""All documents of a plant, in the order in which people need them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ninefold.documents import access, checks, instructions, management, registers
from ninefold.documents.blocks import Document
from ninefold.documents.concept import concept
from ninefold.documents.content import ConceptContent

DOCUMENTS: Final[dict[str, Callable[[ConceptContent], Document]]] = {
    "security-concept": concept,
    "management-summary": management.summary,
    "risk-register": registers.risk_register,
    "requirements-matrix": registers.requirements_matrix,
    "flow-matrix": registers.flow_matrix,
    "authorisation-concept": access.authorisation,
    "measures-and-tasks": registers.measures,
    "acceptance-test": checks.acceptance,
    "verification-report": checks.verification,
    "operator-instructions": instructions.operator,
    "hardening-guide": instructions.hardening,
    "remote-maintenance-rules": access.remote_maintenance,
    "level-reasons": registers.reasons,
    "glossary": management.glossary,
}


def collection(content: ConceptContent) -> tuple[Document, ...]:
    """Every document, the concept first; ``Document.id`` is its name in :data:`DOCUMENTS`."""
    return tuple(build(content) for build in DOCUMENTS.values())
