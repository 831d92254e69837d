"""Round trip with a spreadsheet for a workshop: out with inventory, consequences, risks, measures, decisions; back
with a preview of what was changed.

The workbook remembers what it was made from. Only cells that people changed count, so that what others wrote into
the text meanwhile is not undone.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from ninefold.base.clock import Clock, now
from ninefold.base.errors import ConflictError, InputError, Place
from ninefold.model.assessment import ScenarioRisk
from ninefold.model.plant import Plant
from ninefold.workspace.faults import say
from ninefold.workspace.load import load
from ninefold.workspace.rows import RISKS, SHEETS, Rows, Sheet, rows_of
from ninefold.workspace.sheets import as_text, open_book

_MEMORY: Final = "_ninefold"
_CHUNK: Final = 30_000  # characters that fit a cell
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class Change(msgspec.Struct, frozen=True, order=True):
    """One cell that a workshop changed. A new row has old values ""; a deleted row is field ``id`` with new ""."""

    sheet: str
    id: str
    field: str
    old: str
    new: str


def export_table(plant: Plant, register: Iterable[ScenarioRisk] = ()) -> bytes:
    """The workbook (XLSX) of a plant; with ``register`` also the risks. Same plant, same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    memory: dict[str, Rows] = {}
    for sheet in SHEETS:
        memory[sheet.name] = rows_of(sheet, plant)
        _write_sheet(book, sheet, memory[sheet.name])
    risks = {item.scenario: _risk_row(item) for item in register}
    if risks:
        memory[RISKS.name] = risks
        _write_sheet(book, RISKS, risks)
    _write_memory(book, memory)
    stream = io.BytesIO()
    book.save(stream)
    return _timeless(stream.getvalue())


def differences(root: Path, data: bytes) -> tuple[Change, ...]:
    """What a workbook that came back changes in the workspace, in order.

    Raises InputError for a file that is no such workbook, ConflictError when a cell was changed both there and in
    the text since the export.
    """
    book = open_book(data)
    memory = _read_memory(book)
    plant = load(root)
    found: list[Change] = []
    for sheet in (*SHEETS, RISKS):
        rows = _read_rows(book, sheet)
        if rows is not None:
            present = rows_of(sheet, plant)
            base = memory.get(sheet.name, present)
            found += _compare(sheet, base, rows, base if sheet is RISKS else present)
    return tuple(found)


def apply_changes(
    root: Path,
    changes: Sequence[Change],
    *,
    author: str,
    reason: str,
    commit_in_parent: bool = False,
    clock: Clock = now,
) -> list[str]:
    """Write changes into the text, as one change of the workspace. The names of the files.

    Raises FaultsError when the text would have faults; nothing is then written.
    """
    from ninefold.workspace.table_apply import apply

    return apply(root, changes, author=author, reason=reason, commit_in_parent=commit_in_parent, clock=clock)


def _risk_row(item: ScenarioRisk) -> dict[str, str]:
    return {
        "id": item.scenario,
        "scope": item.scope,
        "unmitigated": str(item.unmitigated.risk),
        "current": str(item.current.risk),
        "residual": str(item.residual.risk),
        "by": "",
        "reason": "",
        "expires": "",
    }


def _write_sheet(book: Any, sheet: Sheet, rows: Rows) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    page = book.create_sheet(str(sheet.title))
    for number, column in enumerate(sheet.columns, start=1):
        cell = page.cell(1, number, str(column.title))
        cell.font = Font(bold=True)
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = max(14, min(40, len(str(column.title)) + 4))
        words = ",".join(column.words)
        if words and len(words) < 250:  # what the format allows
            rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
            page.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{len(rows) + 200}")
    for line, row in enumerate(rows.values(), start=2):
        for number, column in enumerate(sheet.columns, start=1):
            cell = page.cell(line, number)
            cell.value = _printable(row[column.field])
            cell.data_type = "s"  # never a formula, whatever the text begins with
            cell.number_format = "@"
    page.freeze_panes = "B2"


def _printable(text: str) -> str:
    return "".join(char for char in text if char in "\t\n" or ord(char) >= 32)


def _write_memory(book: Any, memory: dict[str, Rows]) -> None:
    page = book.create_sheet(_MEMORY)
    page.sheet_state = "hidden"
    text = json.dumps(memory, sort_keys=True)
    for line, start in enumerate(range(0, len(text), _CHUNK), start=1):
        cell = page.cell(line, 1)
        cell.value, cell.data_type = text[start : start + _CHUNK], "s"


def _read_memory(book: Any) -> dict[str, Rows]:
    if _MEMORY not in book.sheetnames:
        return {}
    text = "".join(as_text(row[0]) for row in book[_MEMORY].iter_rows(values_only=True, max_col=1) if row)
    try:
        return msgspec.json.decode(text, type=dict[str, Rows])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}


def _read_rows(book: Any, sheet: Sheet) -> Rows | None:
    name = next((name for name in book.sheetnames if name in {sheet.name, sheet.title.en, sheet.title.de}), None)
    if name is None:
        return None
    lines = [[as_text(cell).strip() for cell in line] for line in book[name].iter_rows(values_only=True, max_col=60)]
    headings = {text.lower(): number for number, text in enumerate(lines[0] if lines else [])}
    columns = {}
    for column in sheet.columns:
        names = (column.field, column.title.en.lower(), column.title.de.lower())
        number = next((headings[one] for one in names if one in headings), None)
        if number is not None:
            columns[column.field] = number
    if "id" not in columns:
        text = say("The sheet '{sheet}' has no column '{column}'.", sheet=name, column=sheet.columns[0].title)
        raise InputError("no-column", str(text), place=Place(name, 1))
    return _keyed(sheet, name, columns, lines[1:])


def _keyed(sheet: Sheet, name: str, columns: dict[str, int], lines: list[list[str]]) -> Rows:
    rows: Rows = {}
    for number, line in enumerate(lines, start=2):
        row = {field: line[index] if index < len(line) else "" for field, index in columns.items()}
        if not any(row.values()):
            continue
        key = (
            "/".join(row[field] for field in ("id", "objective", "category"))
            if sheet.name == "consequences"
            else row["id"]
        )
        if not row["id"] or key in rows:
            code, text = (
                ("no-id", say("The row has no id."))
                if not row["id"]
                else ("duplicate-id", say("The row is here twice."))
            )
            raise InputError(code, str(text), place=Place(name, number))
        rows[key] = row
    return rows


def _compare(sheet: Sheet, base: Rows, rows: Rows, present: Rows) -> list[Change]:
    changes = []
    for key in rows | base:
        old, new, now_ = base.get(key, {}), rows.get(key, {}), present.get(key)
        if not new:
            if now_ is not None and sheet.name != RISKS.name:
                changes.append(Change(sheet.name, key, "id", key, ""))
            continue
        for column in sheet.columns:
            before, after = old.get(column.field, ""), new.get(column.field, old.get(column.field, ""))
            if column.fixed or before == after or (column.field == "id" and key in base):
                continue
            text = (now_ or {}).get(column.field, "")
            if text not in {before, after}:
                raise _both(sheet, key, column.field, text, after)
            if text != after:
                changes.append(Change(sheet.name, key, column.field, text, after))
    return changes


def _both(sheet: Sheet, key: str, field: str, text: str, cell: str) -> ConflictError:
    what = say(
        "'{field}' of '{id}' is '{cell}' in sheet '{sheet}', but was changed to '{text}' in the workspace meanwhile.",
        field=field, id=key, cell=cell, sheet=sheet.title, text=text,
    )  # fmt: skip
    advice = str(say("Correct the cell, then import again."))
    return ConflictError("conflict", str(what), advice=advice)


def _timeless(data: bytes) -> bytes:
    """The same workbook without the moment of its making."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(item.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return stream.getvalue()
