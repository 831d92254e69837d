"""The room's own tables, ``data/NAME.csv``: questions, categories, sectors, state of standards, national laws."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final

from ninefold.base.i18n import Text
from ninefold.standards import catalogue, timeline

DATA: Final = Path(__file__).parent / "data"
STATUS_DATE: Final = "2026-11-22"
Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of a table in the order of the file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def by_id(name: str, key: str = "id") -> dict[str, Row]:
    """The rows of a table by their key."""
    return {row[key]: row for row in rows(name)}


def title(row: Row) -> Text:
    """The title of a row in both languages."""
    return Text(row["title_en"], row["title_de"])


def count(name: str) -> int:
    """A number of ``state.csv``: what has been cited, identified or adopted until its status date."""
    return int(by_id("state")[name]["value"])


@cache
def date(standard: str, key: str) -> str:
    """A date (YYYY-MM-DD) of a row of the standards room."""
    return catalogue.get(standard, key).facts["applies_from"]


@cache
def event(act: str, kind: str) -> str:
    """The first date (YYYY-MM-DD) of an act and a kind in the timeline of the standards room."""
    return next(item.date for item in timeline.events() if item.act.startswith(act) and item.kind == kind)
