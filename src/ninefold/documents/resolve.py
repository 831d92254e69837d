"""From blocks to plain words: the tree in one language, with numbers, anchors and links settled.

Every renderer reads this form, so that a heading has the same number and a link the same goal everywhere.
Values are strings, numbers, lists and dicts only; they can be written as JSON as they are.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

from ninefold.base.i18n import Message, Text, messages, speaking
from ninefold.documents.blocks import (
    Badge,
    Block,
    Bullets,
    Callout,
    Day,
    Document,
    Figure,
    Heading,
    Inline,
    Inlines,
    Level,
    Lines,
    Number,
    PageBreak,
    Paragraph,
    Ref,
    Row,
    Signature,
    Span,
    Table,
)

say = messages("documents")
Plain = dict[str, Any]

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# C0 and C1 controls, surrogates and noncharacters: no document format may hold them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """``text`` without characters that XML and PDF forbid; they are shown as a replacement sign."""
    return _FORBIDDEN.sub("\u25a1", text)


def day(iso: str, lang: str) -> str:
    """``2026-03-01`` as ``1 March 2026`` or ``01.03.2026``; anything else as it is."""
    try:
        date = datetime.date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    if lang == "de":
        return f"{date.day:02d}.{date.month:02d}.{date.year}"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def number(value: float, lang: str, digits: int = 0, unit: str = "") -> str:
    """A number with the separators of the language, and its unit after a narrow space."""
    text = f"{value:,.{digits}f}"
    if lang == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{text}\u00a0{unit}" if unit else text


def slug(identifier: str) -> str:
    """A form of an id that is safe in an HTML ``id`` and in an address."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", identifier).strip("-") or "x"


class _Anchors:
    """Where each id is described. The first place wins; anchors are unique."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.names: dict[str, str] = {}
        self._used: set[str] = set()
        self._taken: set[str] = set()
        for block in blocks:
            self._add(block)

    def _add(self, block: Block) -> None:
        if isinstance(block, (Heading, Figure, Table)) and block.id:
            self._name(block.id)
        if isinstance(block, Table):
            for row in block.rows:
                if row.id:
                    self._name(row.id)

    def _name(self, identifier: str) -> None:
        if identifier in self.names:
            return
        name, count = slug(identifier), 2
        while name in self._used:
            name, count = f"{slug(identifier)}-{count}", count + 1
        self._used.add(name)
        self.names[identifier] = name

    def take(self, identifier: str) -> str:
        """The anchor of an id, once: "" when another block has it already."""
        if not identifier or identifier in self._taken:
            return ""
        self._taken.add(identifier)
        return self.names.get(identifier, "")


class _Resolver:
    def __init__(self, document: Document, lang: str, theme: str) -> None:
        self.lang = lang
        self.theme = theme
        self.anchors = _Anchors(document.blocks)
        self.counters = [0, 0, 0, 0]
        self.tables = 0
        self.figures = 0

    def inlines(self, value: Inlines) -> list[Plain]:
        items = value if isinstance(value, tuple) else (value,)
        return [run for item in items for run in self._inline(item)]

    def _inline(self, item: Inline) -> list[Plain]:
        if isinstance(item, (str, Message, Text)):
            text = clean(str(item))
            return [{"t": text}] if text else []
        if isinstance(item, Ref):
            text = clean(str(item.words)) or clean(item.target)
            style = {} if item.words else {"s": "code"}
            goal = self.anchors.names.get(item.target)
            return [{"t": text, **style, **({"to": goal} if goal else {})}]
        if isinstance(item, Span):
            return [{"t": clean(str(item.words)), "s": item.style}]
        if isinstance(item, Badge):
            return [{"t": clean(str(item.words)), "tone": item.tone.value}]
        if isinstance(item, Level):
            return [{"t": "?" if item.value is None else str(item.value), "level": _shade(item), "v": item.value}]
        if isinstance(item, Day):
            return [{"t": day(item.iso, self.lang) if item.iso else str(say("not set")), "date": item.iso[:10]}]
        if isinstance(item, Number):
            return [{"t": number(item.value, self.lang, item.digits, item.unit), "v": item.value, "unit": item.unit}]
        return [{"t": number(item, self.lang, 0 if isinstance(item, int) else 1), "v": item}]

    def cell(self, value: Any) -> list[Plain]:
        if not isinstance(value, Lines):
            return self.inlines(value)
        runs: list[Plain] = []
        for line in value.items:
            runs += ([{"t": "\n"}] if runs else []) + self.inlines(line)
        return runs

    def block(self, block: Block) -> Plain:
        if isinstance(block, Heading):
            return self._heading(block)
        if isinstance(block, Paragraph):
            return {"kind": "paragraph", "runs": self.inlines(block.inlines)}
        if isinstance(block, Bullets):
            return {"kind": "list", "ordered": block.ordered, "items": [self.inlines(i) for i in block.items]}
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Figure):
            return self._figure(block)
        if isinstance(block, Callout):
            inner = [self.block(item) for item in block.blocks]
            return {"kind": "callout", "tone": block.tone.value, "title": clean(str(block.title)), "blocks": inner}
        if isinstance(block, PageBreak):
            return {"kind": "pagebreak"}
        return self._signature(block)

    def _heading(self, block: Heading) -> Plain:
        depth = min(max(block.level, 1), 4)
        self.counters[depth - 1] += 1
        self.counters[depth:] = [0] * (4 - depth)
        mark = ".".join(str(n or 1) for n in self.counters[:depth])
        return {
            "kind": "heading",
            "level": depth,
            "number": mark,
            "text": clean(str(block.words)),
            "anchor": self.anchors.take(block.id) or f"s-{mark}",
            "aside": self.inlines(block.aside),
        }

    def _table(self, block: Table) -> Plain:
        caption = clean(str(block.caption))
        if caption:
            self.tables += 1
        return {
            "kind": "table",
            "caption": caption,
            "number": self.tables if caption else 0,
            "anchor": self.anchors.take(block.id),
            "empty": clean(str(block.empty)) or str(say("No entries.")),
            "sheet": clean(str(block.sheet)),
            "plain": block.plain,
            "small": block.small,
            "columns": [
                {
                    "title": clean(str(column.title)),
                    "width": column.width,
                    "align": column.align,
                    "choices": [clean(str(choice)) for choice in column.choices],
                }
                for column in block.columns
            ],
            "rows": [self._row(row) for row in block.rows],
        }

    def _row(self, row: Row) -> Plain:
        return {"anchor": self.anchors.take(row.id), "cells": [self.cell(cell) for cell in row.cells]}

    def _figure(self, block: Figure) -> Plain:
        self.figures += 1
        return {
            "kind": "figure",
            "svg": block.picture.svg(self.theme),
            "alt": clean(block.picture.alt()),
            "caption": clean(str(block.caption)),
            "number": self.figures,
            "anchor": self.anchors.take(block.id),
            "wide": block.wide,
        }

    def _signature(self, block: Signature) -> Plain:
        return {
            "kind": "signature",
            "role": clean(str(block.role)),
            "name": clean(block.name),
            "date": day(block.date, self.lang) if block.date else "",
            "note": clean(str(block.note)),
        }


def _shade(item: Level) -> str:
    """The colour class of a level (``l0``..``l4``, ``lx`` unknown) or of a risk (``r0`` none .. ``r4`` critical)."""
    if item.value is None:
        return "lx"
    if item.scale == "risk":  # bands of docs/method.md section 3
        return "r" + str(sum(item.value >= edge for edge in (1, 5, 10, 17)))
    return f"l{min(max(item.value, 0), 4)}"


def resolve(document: Document, lang: str = "en", theme: str = "print") -> Plain:
    """The document in one language. ``theme`` is that of its pictures."""
    with speaking(lang):
        resolver = _Resolver(document, lang, theme)
        properties = [
            {"name": clean(str(name)), "runs": resolver.inlines(value)} for name, value in document.properties
        ]
        return {
            "id": document.id,
            "lang": lang,
            "title": clean(str(document.title)),
            "subtitle": clean(str(document.subtitle)),
            "state": clean(str(document.state)),
            "tone": document.tone.value,
            "date": day(document.date, lang) if document.date else "",
            "iso": document.date,
            "properties": properties,
            "contents": document.contents,
            "blocks": [resolver.block(block) for block in document.blocks],
            "words": {
                "contents": str(say("Contents")),
                "table": str(say("Table")),
                "figure": str(say("Figure")),
                "page": str(say("Page")),
                "of": str(say("of")),
                "filter": str(say("Filter this table")),
                "rows": str(say("rows")),
                "signature": str(say("Date, signature")),
                "role": str(say("Role")),
                "name": str(say("Name")),
                "date": str(say("Date")),
                "note": str(say("Note")),
                "state": str(say("State")),
                "value": str(say("Value")),
                "property": str(say("Property")),
                "overview": str(say("Overview")),
                "section": str(say("Chapter")),
            },
        }


def seconds(iso: str) -> int:
    """Midnight UTC of a date in seconds since 1970; 0 when there is none."""
    try:
        date = datetime.date.fromisoformat(iso[:10])
    except ValueError:
        return 0
    return (date - datetime.date(1970, 1, 1)).days * 86400
