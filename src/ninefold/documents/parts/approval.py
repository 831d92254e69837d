"""Approvals: what the first page says, and the page people sign (IEC 62443-3-2:2020 ZCR 7.1)."""

from __future__ import annotations

from ninefold.documents.blocks import Badge, Block, Day, Heading, Row, Signature, Span, Table, Tone
from ninefold.documents.content import ConceptContent
from ninefold.documents.parts.common import col, say, text
from ninefold.documents.terms import ROLES
from ninefold.model.findings import Words
from ninefold.model.vocabulary import Role


def state(content: ConceptContent, step: str = "concept") -> tuple[Words, Tone]:
    """What the first page says about approval. ZCR 7.1 is the asset owner's and nobody else's."""
    given = [a for a in content.approvals if a.step == step]
    valid = [a for a in given if a.valid]
    if any(a.role == Role.ASSET_OWNER.value for a in valid):
        return say("Approved by the asset owner (ZCR 7.1)"), Tone.GOOD
    if valid:
        return say("Supplier-approved; ZCR 7.1 (approval by the asset owner) is open"), Tone.WARN
    if given:
        return say("DRAFT – an approval exists, but the content has changed since; it no longer counts"), Tone.BAD
    return say("DRAFT – not approved"), Tone.BAD


def chapter(content: ConceptContent, step: str = "concept") -> list[Block]:
    """Approvals given, and fields for those by hand."""
    given = [a for a in content.approvals if a.step == step]
    owner = next((a for a in given if a.valid and a.role == Role.ASSET_OWNER.value), None)
    return [
        Heading(words=say("Approvals"), id="approvals", aside=Span("ZCR 7.1", "soft")),
        Table(
            columns=(
                col(say("Name"), 1.3),
                col(say("Role"), 1.3),
                col(say("Date"), 0.9),
                col(say("Reason"), 1.8),
                col(say("State"), 1.0),
                col(say("Signature"), 1.4),
            ),
            rows=tuple(
                Row(
                    (
                        a.by,
                        _role(a.role),
                        Day(a.date),
                        text(a.reason),
                        Badge(say("valid"), Tone.GOOD) if a.valid else Badge(say("content changed"), Tone.BAD),
                        Span(a.signature, "code")
                        if a.signature
                        else say("external document")
                        if a.external
                        else text(""),
                    )
                )
                for a in given
            ),
            caption=say(
                "Recorded approvals; they bind the content with digest {digest}", digest=content.digest[:16] or "–"
            ),
            empty=say("No approval is recorded."),
            sheet=say("Approvals"),
        ),
        Signature(
            role=ROLES[Role.ASSET_OWNER],
            name=owner.by if owner else "",
            date=owner.date if owner else "",
            note=say("Approves results, residual risks and requirements (ZCR 7.1)"),
        ),
        Signature(role=say("Prepared by"), note=say("Supplier or integrator")),
    ]


def _role(role: str) -> Words:
    return next((words for key, words in ROLES.items() if key.value == role), role)
