"""The dates of the acts: what began, begins or ends to apply, and how sure that is. State of 2026-11-22."""

from __future__ import annotations

from functools import cache

import msgspec

from ninefold.base.i18n import Text
from ninefold.standards.tables import rows, title


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One date (``YYYY-MM-DD``) of an act. ``kind``: application, deadline, expected, proposal ..."""

    id: str
    date: str
    act: str
    ref: str
    title: Text
    kind: str
    note: str
    doubt: str
    source: str


@cache
def events() -> tuple[Event, ...]:
    """All dates, earliest first."""
    return tuple(
        Event(
            id=row["id"],
            date=row["date"],
            act=row["act"],
            ref=row["ref"],
            title=title(row),
            kind=row["kind"],
            note=row["note"],
            doubt=row["doubt"],
            source=row["source"],
        )
        for row in rows("timeline")
    )
