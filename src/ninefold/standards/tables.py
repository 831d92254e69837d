"""Reading our own tables: one CSV file per table, each row with ``doubt`` and ``source``. Read once, on first use."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from ninefold.base.i18n import Text

DATA = Path(__file__).parent / "data"
Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of ``data/NAME.csv`` in the order of the file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def split(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds a list: ``SR 1.1; SR 2.1``."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def title(row: Row) -> Text:
    """The title of a row in both languages."""
    return Text(row["title_en"], row["title_de"])
