"""Mandatory tests of the profiles. CSAF 2.0, 6.1.27.1 to 6.1.27.11."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ninefold.supply.advisories.document import Document, Node, node, nodes, text, texts
from ninefold.supply.advisories.outcome import Fault, Test, say

INCIDENT, INFO, ADVISORY, VEX = (
    "csaf_security_incident_response",
    "csaf_informational_advisory",
    "csaf_security_advisory",
    "csaf_vex",
)
_NOTES = frozenset({"description", "details", "general", "summary"})
_VEX_STATES = frozenset({"fixed", "known_affected", "known_not_affected", "under_investigation"})


def document_notes(doc: Document) -> list[Fault] | None:
    """6.1.27.1: a note says what it is about."""
    if doc.category not in (INCIDENT, INFO):
        return None
    if any(text(item, "category") in _NOTES for _, item in nodes(doc.document, "notes")):
        return []
    return [Fault("/document/notes", say("A note with description, details, general or summary is missing."))]


def document_references(doc: Document) -> list[Fault] | None:
    """6.1.27.2: an external reference is given; a reference without category is external."""
    if doc.category not in (INCIDENT, INFO):
        return None
    kinds = [text(item, "category") or "external" for _, item in nodes(doc.document, "references")]
    return [] if "external" in kinds else [Fault("/document/references", say("An external reference is missing."))]


def no_vulnerabilities(doc: Document) -> list[Fault] | None:
    """6.1.27.3: an informational advisory lists no vulnerability."""
    if doc.category != INFO:
        return None
    if "vulnerabilities" not in doc.root:
        return []
    return [Fault("/vulnerabilities", say("An informational advisory lists no vulnerabilities."))]


def product_tree(doc: Document) -> list[Fault] | None:
    """6.1.27.4: the products are named."""
    if doc.category not in (ADVISORY, VEX):
        return None
    return [] if "product_tree" in doc.root else [Fault("/product_tree", say("The products are missing."))]


def vulnerability_notes(doc: Document) -> list[Fault] | None:
    """6.1.27.5: every vulnerability has a note."""
    return _each(doc, (ADVISORY, VEX), lambda item: "notes" in item, "notes", "Notes are missing.")


def product_status(doc: Document) -> list[Fault] | None:
    """6.1.27.6: every vulnerability states products."""
    return _each(doc, (ADVISORY,), lambda item: "product_status" in item, "product_status", "The status is missing.")


def vex_status(doc: Document) -> list[Fault] | None:
    """6.1.27.7: every vulnerability has one of the four VEX states."""
    return _each(
        doc, (VEX,), lambda item: bool(_VEX_STATES & node(item, "product_status").keys()), "product_status",
        "None of fixed, known_affected, known_not_affected, under_investigation is given.",
    )  # fmt: skip


def vulnerability_id(doc: Document) -> list[Fault] | None:
    """6.1.27.8: every vulnerability has a CVE or another id."""
    return _each(doc, (VEX,), lambda item: "cve" in item or "ids" in item, "ids", "CVE or another id is missing.")


def impact_statement(doc: Document) -> list[Fault] | None:
    """6.1.27.9: why is a product not affected: flag, or threat of category impact."""

    def told(item: Node) -> Iterable[Node]:
        yield from (flag for _, flag in nodes(item, "flags"))
        yield from (threat for _, threat in nodes(item, "threats") if text(threat, "category") == "impact")

    return _statements(doc, "known_not_affected", told, "Why {id} is not affected is missing.")


def action_statement(doc: Document) -> list[Fault] | None:
    """6.1.27.10: what to do for an affected product."""

    def told(item: Node) -> Iterable[Node]:
        return (remediation for _, remediation in nodes(item, "remediations"))

    return _statements(doc, "known_affected", told, "What to do for {id} is missing.")


def vulnerabilities(doc: Document) -> list[Fault] | None:
    """6.1.27.11: vulnerabilities are listed."""
    if doc.category not in (ADVISORY, VEX):
        return None
    return [] if "vulnerabilities" in doc.root else [Fault("/vulnerabilities", say("The vulnerabilities are missing."))]


def _each(
    doc: Document, profiles: tuple[str, ...], good: Callable[[Node], bool], key: str, sentence: str
) -> list[Fault] | None:
    if doc.category not in profiles or not doc.vulnerabilities:
        return None
    return [
        Fault(f"/vulnerabilities/{number}/{key}", say(sentence))
        for number, item in doc.vulnerabilities
        if not good(item)
    ]


def _statements(doc: Document, state: str, told: Callable[[Node], Iterable[Node]], sentence: str) -> list[Fault] | None:
    if doc.category != VEX:
        return None
    faults: list[Fault] = []
    applies = False
    for number, item in doc.vulnerabilities:
        explained = {product for source in told(item) for product in doc.concerned(source)}
        for place, product in enumerate(texts(node(item, "product_status"), state)):
            applies = True
            if product not in explained:
                path = f"/vulnerabilities/{number}/product_status/{state}/{place}"
                faults.append(Fault(path, say(sentence, id=product)))
    return faults if applies else None


TESTS: dict[str, Test] = {
    "6.1.27.1": document_notes,
    "6.1.27.2": document_references,
    "6.1.27.3": no_vulnerabilities,
    "6.1.27.4": product_tree,
    "6.1.27.5": vulnerability_notes,
    "6.1.27.6": product_status,
    "6.1.27.7": vex_status,
    "6.1.27.8": vulnerability_id,
    "6.1.27.9": impact_statement,
    "6.1.27.10": action_statement,
    "6.1.27.11": vulnerabilities,
}
