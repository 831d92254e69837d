"""CSV files of strangers: rows, or one InputError. Damaged quoting and endless fields are refused, not guessed."""

from __future__ import annotations

import csv
import io

from ninefold.base.errors import InputError


def rows(data: bytes, delimiters: str = ",") -> list[list[str]]:
    """The rows of a CSV file in UTF-8; of several delimiters the one that the first line holds most often."""
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    first = text.partition("\n")[0]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=max(delimiters, key=first.count)))
    except csv.Error as error:
        raise InputError("no-csv", f"This is no CSV file: {error}.") from error


def records(data: bytes, delimiters: str = ",") -> list[dict[str, str]]:
    """The rows as mappings from the headings of the first one; missing cells are empty."""
    listed = rows(data, delimiters)
    head = [name.strip() for name in listed[0]] if listed else []
    return [dict(zip(head, [*row, *[""] * len(head)], strict=False)) for row in listed[1:] if any(row)]
