"""Workbooks of our own making that come back from a workshop, opened with bounds."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from ninefold.base.errors import InputError, LimitError
from ninefold.base.limits import ARCHIVE_RATIO, ARCHIVE_UNPACKED
from ninefold.workspace.faults import say


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
