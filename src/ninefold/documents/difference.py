"""The difference of two versions of a document, as a document: new, changed and gone, with the old value beside."""

from __future__ import annotations

from typing import Any

from ninefold.base.i18n import messages
from ninefold.documents.blocks import Badge, Block, Column, Document, Heading, Paragraph, Row, Span, Table, Tone
from ninefold.documents.resolve import Plain, resolve

say = messages("documents")


def difference(old: Document, new: Document, lang: str = "en") -> Document:
    """What changed in the tables from ``old`` to ``new``; rows are compared by id, or by their first cell.

    The words are those of ``lang``: render the result in the same language.
    """
    before, after = _tables(resolve(old, lang)), _tables(resolve(new, lang))
    blocks: list[Block] = []
    for key in [*after, *(key for key in before if key not in after)]:
        columns = (after.get(key) or before[key])[0]
        rows = _compare(before.get(key, (columns, {}))[1], after.get(key, (columns, {}))[1])
        if rows:
            heads = (Column(title=say("Change"), width=0.8), *(Column(title=title) for title in columns))
            small = len(columns) > 5
            blocks += [Heading(words=key), Table(columns=heads, rows=tuple(rows), caption=key, sheet=key, small=small)]
    if not blocks:
        blocks.append(Paragraph(say("No table has changed.")))
    return Document(
        id=f"{new.id}-changes",
        title=say("Changes: {title}", title=new.title),
        subtitle=new.subtitle,
        date=new.date,
        properties=((say("From"), old.date or "–"), (say("To"), new.date or "–")),
        blocks=tuple(blocks),
        contents=False,
    )


Rows = dict[str, list[str]]


def _tables(plain: Plain) -> dict[str, tuple[list[str], Rows]]:
    """Tables by caption: column titles and rows as text."""
    result: dict[str, tuple[list[str], Rows]] = {}
    for block in plain["blocks"]:
        if block["kind"] != "table" or block["plain"] or not block["caption"]:
            continue
        titles = [column["title"] for column in block["columns"]]
        rows = result.setdefault(block["caption"], (titles, {}))[1]
        for row in block["rows"]:
            cells = [_words(cell) for cell in row["cells"]]
            key = row["anchor"] or cells[0]
            while key in rows:
                key += "+"
            rows[key] = cells
    return result


def _words(runs: list[dict[str, Any]]) -> str:
    return "".join(run["t"] for run in runs)


def _compare(before: Rows, after: Rows) -> list[Row]:
    rows: list[Row] = []
    for key, cells in after.items():
        old = before.get(key)
        if old is None:
            rows.append(Row((Badge(say("new"), Tone.GOOD), *(Span(cell, "mark") for cell in cells))))
        elif old != cells and len(old) == len(cells):
            marked = (
                cell if cell == was else (Span(was or "–", "soft"), " → ", Span(cell or "–", "mark"))
                for was, cell in zip(old, cells, strict=True)
            )
            rows.append(Row((Badge(say("changed"), Tone.WARN), *marked)))
    for key, cells in before.items():
        if key not in after:
            rows.append(Row((Badge(say("gone"), Tone.BAD), *(Span(cell, "soft") for cell in cells))))
    return rows
