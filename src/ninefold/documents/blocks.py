"""The one tree of blocks that every renderer reads: HTML, PDF (Typst), DOCX, XLSX.

Texts are :data:`~ninefold.model.findings.Words`: they are put into words when a renderer reads them, in the
language of that moment. What users wrote is data here and stays data: no renderer interprets it as markup.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import msgspec

from ninefold.model.findings import Words


class Tone(Enum):
    """What a highlighted word or box means. Never told by colour alone: the words say it too."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"
    WARN = "warn"
    UNKNOWN = "unknown"
    PROPOSAL = "proposal"


class Ref(msgspec.Struct, frozen=True):
    """The id of something, as a link to where the document describes it. ``words`` replaces the id as text."""

    target: str
    words: Words = ""


class Span(msgspec.Struct, frozen=True):
    """Words in a style: ``strong``, ``code``, ``soft`` (less important) or ``mark`` (changed)."""

    words: Words
    style: str = "strong"


class Badge(msgspec.Struct, frozen=True):
    """A short word with a tone, such as *met*, *open*, *unknown*."""

    words: Words
    tone: Tone = Tone.NEUTRAL


class Level(msgspec.Struct, frozen=True):
    """A security level 0..4; None is unknown and printed ``?``. ``scale`` ``risk`` colours a risk R 0..25."""

    value: int | None
    scale: str = "level"


class Day(msgspec.Struct, frozen=True):
    """A date ``YYYY-MM-DD``, written as the language does it; "" prints as not set."""

    iso: str


class Number(msgspec.Struct, frozen=True):
    """A number with its unit, written as the language does it."""

    value: float
    unit: str = ""
    digits: int = 0


Inline = Words | Ref | Span | Badge | Level | Day | Number | int | float
Inlines = Inline | tuple[Inline, ...]


class Lines(msgspec.Struct, frozen=True):
    """Several lines in one table cell."""

    items: tuple[Inlines, ...]


Cell = Inlines | Lines


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered heading of level 1..4. ``id`` makes it the place where references to that id lead."""

    words: Words
    level: int = 1
    id: str = ""
    aside: Inlines = ()


class Paragraph(msgspec.Struct, frozen=True):
    """Running text."""

    inlines: Inlines


class Bullets(msgspec.Struct, frozen=True, kw_only=True):
    """A list; ``ordered`` numbers it."""

    items: tuple[Inlines, ...]
    ordered: bool = False


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column: its title, its relative width, its alignment, and the words a person may choose from (XLSX)."""

    title: Words
    width: float = 1.0
    align: str = "left"
    choices: tuple[Words, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """A row. ``id`` makes it the place where references to that id lead."""

    cells: tuple[Cell, ...]
    id: str = ""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table. ``empty`` says in words what an empty one means; ``sheet`` names it in a workbook.

    ``plain`` tables (two columns of properties) have no header line and no sheet of their own.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: Words = ""
    id: str = ""
    empty: Words = ""
    sheet: Words = ""
    plain: bool = False
    small: bool = False


class Picture(Protocol):
    """Something that can be drawn in the language of the moment."""

    def svg(self, theme: str = "print") -> str:
        """A complete SVG document; ``theme`` is ``print``, ``light``, ``dark`` or ``auto``."""

    def alt(self) -> str:
        """What the picture shows, in words, for those who do not see it."""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A picture with caption. ``wide`` may take a landscape A3 page of its own."""

    picture: Picture
    caption: Words
    id: str = ""
    wide: bool = False


class Callout(msgspec.Struct, frozen=True, kw_only=True):
    """A box that must not be overlooked."""

    tone: Tone = Tone.NEUTRAL
    title: Words = ""
    blocks: tuple[Paragraph | Bullets, ...] = ()


class PageBreak(msgspec.Struct, frozen=True):
    """What follows begins a new page."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A field for a signature by hand; filled in when an approval is recorded."""

    role: Words
    name: str = ""
    date: str = ""
    note: Words = ""


Block = Heading | Paragraph | Bullets | Table | Figure | Callout | PageBreak | Signature


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document. ``date`` (``YYYY-MM-DD``) comes from the inputs; ``state`` stands on the first page."""

    id: str
    title: Words
    subtitle: Words = ""
    state: Words = ""
    tone: Tone = Tone.WARN
    date: str = ""
    properties: tuple[tuple[Words, Inlines], ...] = ()
    blocks: tuple[Block, ...] = ()
    contents: bool = True
