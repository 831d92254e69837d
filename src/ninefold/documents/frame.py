"""The first page and the frame that all documents share."""

from __future__ import annotations

from ninefold.documents.blocks import Block, Day, Document, Inlines, Ref, Span
from ninefold.documents.content import ConceptContent
from ninefold.documents.parts import approval, points
from ninefold.documents.parts.common import say, text
from ninefold.model.findings import Words


def cover(content: ConceptContent) -> tuple[tuple[Words, Inlines], ...]:
    """What stands on the first page of every document."""
    described = content.plant.system
    return (
        (say("System"), (described.title or described.name, " ", Ref(described.name))),
        (
            say("Machine, serial number"),
            text(" / ".join(x for x in (described.machine_type, described.serial_number) if x)),
        ),
        (say("Prepared by"), text(described.organisation.name)),
        (say("Version"), text(content.version)),
        (say("Date"), Day(content.date)),
        (say("Content digest"), Span(content.digest[:32], "code") if content.digest else text("")),
        (say("Open points"), points.headline(points.points(content))),
    )


def frame(content: ConceptContent, name: str, title: Words, blocks: list[Block], *, contents: bool = True) -> Document:
    """A document around blocks, with the state of approval on its first page."""
    described = content.plant.system
    words, tone = approval.state(content)
    return Document(
        id=name,
        title=title,
        subtitle=described.title or described.name,
        state=words,
        tone=tone,
        date=content.date,
        properties=cover(content),
        blocks=tuple(blocks),
        contents=contents,
    )
