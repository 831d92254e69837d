"""Reading and writing of XLSX sheets as rows of text, bounded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from ninefold.base.errors import InputError, LimitError
from ninefold.base.limits import ARCHIVE_RATIO, ARCHIVE_UNPACKED, TABLE_COLUMNS, TABLE_ROWS
from ninefold.workspace.faults import nearest, say


def open_book(data: bytes) -> Any:
    """A workbook opened for reading values; InputError when it is none, LimitError when it unpacks too far."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(item.file_size for item in archive.infolist())
        if size > ARCHIVE_UNPACKED or size > ARCHIVE_RATIO * max(len(data), 1):
            raise LimitError("too-large", str(say("The workbook unpacks to too many bytes.")))
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except LimitError:
        raise
    except Exception as error:  # openpyxl raises whatever its XML holds
        raise InputError("bad-table", str(say("This is no readable XLSX workbook."))) from error


def read_sheet(data: bytes, name: str = "") -> Iterator[list[str]]:
    """The rows of one sheet (the first one without ``name``) as text."""
    book = open_book(data)
    if name and name not in book.sheetnames:
        raise InputError(
            "no-sheet", str(say("There is no sheet '{name}'.", name=name)), advice=nearest(name, book.sheetnames)
        )
    sheet = book[name] if name else book.worksheets[0]
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=TABLE_COLUMNS)):
        if number > TABLE_ROWS:
            raise LimitError("too-large", str(say("The table has too many rows or columns.")))
        yield [as_text(cell) for cell in row]


def as_text(cell: Any) -> str:
    """What a person sees in a cell: whole numbers without '.0', dates as year-month-day."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "date") and hasattr(cell, "isoformat"):
        return str(cell.date().isoformat())
    return str(cell)
