# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""The security concept and requirements specification (IEC 62443-3-2:2020 ZCR 6.1 to 6.9, with ZCR 7.1)."""

from __future__ import annotations

from ninefold.documents.blocks import (
    Block,
    Bullets,
    Callout,
    Day,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Ref,
    Row,
    Span,
    Table,
    Tone,
)
from ninefold.documents.content import ConceptContent
from ninefold.documents.frame import frame
from ninefold.documents.parts import approval, points, risks, system, zones
from ninefold.documents.parts.common import col, properties, say, text, yes_no


def concept(content: ConceptContent) -> Document:
    """The security concept of a plant. What was not done yet is printed as open, never left out."""
    blocks: list[Block] = []
    blocks += brief(content)
    blocks += system.description(content)
    blocks += zones.drawings(content)
    blocks += zones.characteristics(content)
    blocks += system.environment(content)
    blocks += system.threat_environment(content)
    blocks += [
        Heading(words=say("Measures"), id="measures-chapter", aside=Span("ZCR 5.8, 5.12", "soft")),
        risks.measures(content),
    ]
    blocks += risks.chapter(content)
    blocks += [
        Heading(words=say("Open points"), id="open", level=1),
        points.table(points.points(content)),
    ]
    blocks += plans(content)
    blocks += [PageBreak(), *history(content), *approval.chapter(content)]
    return frame(content, "security-concept", say("Security concept and requirements specification"), blocks)


def brief(content: ConceptContent) -> list[Block]:
    """The first chapter: what to find where, and the few numbers that matter."""
    plant = content.plant
    items = points.points(content)
    exceeded = sum(risks.is_open(item) for item in content.risk.register) if content.risk else None
    return [
        Heading(words=say("In brief"), id="brief"),
        Bullets(
            items=(
                (say("Which security level has a zone, and why?"), " ", Ref("zones", say("Chapter Zones"))),
                (say("What must a firewall let through?"), " ", Ref("conduits", say("Chapter Conduits"))),
                (say("Which requirement is met by what?"), " ", Ref("levels", say("Tables of each zone"))),
                (say("What is still open?"), " ", Ref("open-points", say("Chapter Open points"))),
            )
        ),
        properties(
            (
                (say("Zones, conduits, assets"), f"{len(plant.zones)}, {len(plant.conduits)}, {len(plant.assets)}"),
                (say("Detailed assessment required"), yes_no(content.protection.detailed_assessment_required if content.protection else None)),
                (say("Residual risks above the tolerable value"), text("") if exceeded is None else exceeded),
                (say("Open points"), points.headline(items)),
            )
        ),
        Callout(
            tone=Tone.NEUTRAL,
            title=say("How to read this document"),
            blocks=(
                Paragraph(say("Every statement carries the id of what it comes from; ids in blue are links. SL-T is what is needed, SL-C what components and planned measures can do, SL-A what verification has shown.")),
                Paragraph(say("Unknown is not zero: what nobody has declared is printed as unknown.")),
            ),
        ),
    ]  # fmt: skip


def plans(content: ConceptContent) -> list[Block]:
    """How the concept will be verified, and how it stays true."""
    return [
        Heading(words=say("Verification plan"), id="verification-plan"),
        Bullets(
            items=(
                say("Every gateway: the deployed rule set is proved equal to the flows of this concept; differences are shown with a packet."),
                say("Every flow: one connection that must succeed; every pair of zones without a flow: one that must fail."),
                say("Every requirement in force: evidence with date, scope and signature; without it the requirement counts as not shown."),
            )
        ),
        Heading(words=say("Maintenance plan"), id="maintenance-plan"),
        Bullets(
            items=(
                say("New observations are compared with this concept; what is seen and not declared becomes an open point."),
                say("Advisories are matched with the assets; affected assets need a decision."),
                say("Decisions with an expiry date are taken again before it."),
            )
        ),
        Table(
            columns=(col(say("Expires"), 1), col(say("Decision"), 1), col(say("About"), 2)),
            rows=tuple(
                Row((Day(d.expires), Ref(d.id), Ref(d.subject)))
                for d in sorted(content.plant.decisions, key=lambda d: (d.expires, d.id))
                if d.expires
            ),
            caption=say("Dates to keep"),
            empty=say("No decision has an expiry date."),
            sheet=say("Dates"),
        ),
    ]  # fmt: skip


def history(content: ConceptContent) -> list[Block]:
    """The versions of the concept."""
    return [
        Heading(words=say("Change history"), id="history"),
        Table(
            columns=(col(say("Version"), 0.7), col(say("Date"), 1), col(say("By"), 1.2), col(say("What changed"), 3)),
            rows=tuple(Row((c.version, Day(c.date), text(c.by), c.summary)) for c in content.changes),
            caption=say("Versions"),
            empty=say("This is the first recorded version."),
            sheet=say("Versions"),
        ),
    ]
