"""Cells of CSV and XLSX files as text: versions, serial numbers and dates as a person sees them.

Merged cells repeat their value. XLSX is read here (not by openpyxl) so that size, depth and width stay bounded and
a firmware 2.10 that a spreadsheet keeps as the number 2.1 comes back with the digits it is shown with.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from typing import Final
from xml.etree.ElementTree import Element

import msgspec

from ninefold.base import xmlsafe
from ninefold.base.archives import Archive
from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.i18n import messages
from ninefold.base.limits import MIB, TABLE_COLUMNS, TABLE_ROWS

say = messages("base")
_PART: Final = 64 * MIB
_MERGED: Final = 100_000
_CELL: Final = 32_767  # what a spreadsheet allows in one cell
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_DATE_FORMATS: Final = frozenset({14, 15, 16, 17, 22, 27, 30, 36, 50, 57})
_DECIMALS: Final = {1: 0, 2: 2, 3: 0, 4: 2}


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: rows of cells, all text, stripped; trailing empty cells are dropped. Row 1 is ``rows[0]``."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read(data: bytes, name: str = "") -> tuple[Sheet, ...]:
    """All visible sheets of an XLSX, or the one table of a CSV.

    Raises InputError for other content, LimitError beyond the bounds of ``base.limits``.
    """
    if data[:4] == b"PK\x03\x04":
        return read_xlsx(data, name)
    return (Sheet("", read_csv(data, name)),)


# --- CSV --------------------------------------------------------------------------------------------------------


def decode(data: bytes, name: str = "") -> str:
    """Text of a file a person exported: UTF-8, UTF-16 with mark, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise InputError(
                "bad-text", str(say("The text is cut off: {why}.", why=str(error))), place=Place(name)
            ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_csv(data: bytes, name: str = "") -> tuple[tuple[str, ...], ...]:
    """The rows of a CSV; separator found by counting (semicolon, comma, tab, bar)."""
    content = decode(data, name)
    if "\0" in content:
        raise InputError("bad-text", str(say("This is no text file.")), place=Place(name))
    rows: list[tuple[str, ...]] = []
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator(content))
    try:
        for row in reader:
            _bounds(len(rows), len(row), Place(name, reader.line_num))
            rows.append(_trim([cell.strip() for cell in row]))
    except csv.Error as error:
        raise InputError(
            "bad-table",
            str(say("The table cannot be read: {why}.", why=str(error))),
            place=Place(name, reader.line_num),
        ) from error
    return tuple(rows)


def separator(content: str) -> str:
    """The character that stands most evenly in the first lines."""
    lines = [line for line in content[:64_000].splitlines() if line.strip()][:20]

    def score(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        common = max(set(counts), key=lambda n: (counts.count(n), n), default=0)
        return (counts.count(common) if common else 0, common)

    return max(";,\t|", key=score)


# --- XLSX -------------------------------------------------------------------------------------------------------


def read_xlsx(data: bytes, name: str = "") -> tuple[Sheet, ...]:
    """All visible sheets of an XLSX workbook."""
    archive = Archive(data, name)
    if "xl/workbook.xml" not in archive.names:
        raise InputError(
            "no-workbook",
            str(say("This archive is no XLSX workbook.")),
            place=Place(name),
            advice=str(say("Save the table as XLSX or CSV.")),
        )
    strings = _strings(archive, name)
    styles = _styles(archive, name)
    workbook = xmlsafe.parse(archive.read("xl/workbook.xml", _PART), name)
    targets = _targets(archive, name)
    sheets: list[Sheet] = []
    for sheet in xmlsafe.descendants(workbook, "sheet"):
        relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        member = targets.get(relation, "")
        if member in archive.names and sheet.get("state", "visible") == "visible":
            root = xmlsafe.parse(archive.read(member, _PART), f"{name}:{sheet.get('name', '')}")
            sheets.append(Sheet(sheet.get("name", ""), _rows(root, strings, styles, name)))
    return tuple(sheets)


def _targets(archive: Archive, name: str) -> dict[str, str]:
    member = "xl/_rels/workbook.xml.rels"
    if member not in archive.names:
        return {}
    root = xmlsafe.parse(archive.read(member, _PART), name)
    result = {}
    for item in xmlsafe.children(root, "Relationship"):
        target = item.get("Target", "")
        result[item.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return result


def _strings(archive: Archive, name: str) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    root = xmlsafe.parse(archive.read("xl/sharedStrings.xml", _PART), name)
    return [_runs(item) for item in xmlsafe.children(root, "si")]


def _runs(item: Element) -> str:
    """The text of a string with formatting runs, without its phonetic hints."""
    parts = [xmlsafe.text(item, "t")] if xmlsafe.child(item, "t") is not None else []
    parts += [(run.text or "") for group in xmlsafe.children(item, "r") for run in xmlsafe.children(group, "t")]
    return "".join(parts).strip()


def _styles(archive: Archive, name: str) -> list[int | str]:
    """Per style: the number of decimals, ``date`` or ``general``."""
    if "xl/styles.xml" not in archive.names:
        return []
    root = xmlsafe.parse(archive.read("xl/styles.xml", _PART), name)
    own = {item.get("numFmtId", ""): item.get("formatCode", "") for item in xmlsafe.descendants(root, "numFmt")}
    cells = xmlsafe.child(root, "cellXfs")
    formats = [] if cells is None else [item.get("numFmtId", "0") for item in xmlsafe.children(cells, "xf")]
    return [_format(number, own.get(number, "")) for number in formats]


def _format(number: str, code: str) -> int | str:
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code)
    if (number.isdigit() and int(number) in _DATE_FORMATS) or re.search(r"[dDyY]", bare):
        return "date"
    if number.isdigit() and int(number) in _DECIMALS:
        return _DECIMALS[int(number)]
    match = re.search(r"0(?:\.(0+))?", bare)
    return len(match[1] or "") if match and "%" not in bare and "E" not in bare else "general"


def _rows(root: Element, strings: list[str], styles: list[int | str], name: str) -> tuple[tuple[str, ...], ...]:
    grid: dict[int, dict[int, str]] = {}
    data = xmlsafe.child(root, "sheetData")
    at_row = 0
    for row in xmlsafe.children(data, "row") if data is not None else ():
        number = row.get("r", "")
        at_row = int(number) if number.isdecimal() and len(number) < 8 else at_row + 1
        at_column = 0
        for cell in xmlsafe.children(row, "c"):
            match = _REFERENCE.fullmatch(cell.get("r", ""))
            at_column = _column(match[1]) if match else at_column + 1
            value = _value(cell, strings, styles)
            if value:
                _bounds(at_row - 1, at_column, Place(name, at_row))
                grid.setdefault(at_row, {})[at_column] = value[:_CELL]
    _merge(root, grid)
    last = max(grid, default=0)
    return tuple(_line(grid.get(number, {})) for number in range(1, last + 1))


def _line(cells: dict[int, str]) -> tuple[str, ...]:
    return tuple(cells.get(column, "") for column in range(1, max(cells, default=0) + 1))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _value(cell: Element, strings: list[str], styles: list[int | str]) -> str:
    kind, raw = cell.get("t", "n"), xmlsafe.text(cell, "v")
    if kind == "s":
        return strings[int(raw)] if raw.isdecimal() and len(raw) < 9 and int(raw) < len(strings) else ""
    if kind == "inlineStr":
        inline = xmlsafe.child(cell, "is")
        return _runs(inline) if inline is not None else ""
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(raw, raw)
    if kind != "n" or not raw:
        return "" if kind == "e" else raw
    style = cell.get("s", "0")
    shape = styles[int(style)] if style.isdecimal() and len(style) < 9 and int(style) < len(styles) else "general"
    return _number(raw, shape)


def _number(raw: str, shape: int | str) -> str:
    try:
        value = float(raw)
    except ValueError:
        return raw
    if shape == "date" and 0 < value < 2_958_466:
        # day 1 is 1900-01-01, and the format believes in a 29 February 1900
        day = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=value)  # noqa: DTZ001 - a sheet knows no zone
        return day.date().isoformat() if value == int(value) else day.isoformat(" ", "minutes")
    if isinstance(shape, int) and shape and abs(value) < 1e15:
        return f"{value:.{shape}f}"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _merge(root: Element, grid: dict[int, dict[int, str]]) -> None:
    """A merged cell means its value for every row and column it covers."""
    filled = 0
    for item in xmlsafe.descendants(root, "mergeCell"):
        match = re.fullmatch(_REFERENCE.pattern + ":" + _REFERENCE.pattern, item.get("ref", ""))
        if not match:
            continue
        left, top, right, bottom = _column(match[1]), int(match[2]), _column(match[3]), int(match[4])
        value = grid.get(top, {}).get(left, "")
        bottom = min(bottom, max(grid, default=0))
        filled += max(0, bottom - top + 1) * max(0, right - left + 1)
        if not value or filled > _MERGED or right > TABLE_COLUMNS:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                grid.setdefault(row, {})[column] = value


def _trim(row: list[str]) -> tuple[str, ...]:
    while row and not row[-1]:
        row.pop()
    return tuple(row)


def _bounds(rows: int, columns: int, place: Place) -> None:
    if columns > TABLE_COLUMNS:
        raise LimitError(
            "too-wide",
            str(say("The table has more than {n} columns.", n=TABLE_COLUMNS)),
            place=place,
            advice=str(say("Remove the columns that are not needed.")),
        )
    if rows >= TABLE_ROWS:
        raise LimitError("too-long", str(say("The table has more than {n} rows.", n=TABLE_ROWS)), place=place)
