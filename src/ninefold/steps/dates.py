"""Dates that documents print: always from inputs, never from the clock."""

from __future__ import annotations

from typing import Any


def newest(*dates: str) -> str:
    """The latest of some ISO dates, as a date; "" when there is none. Dates of documents come from here."""
    return max((date[:10] for date in dates if date), default="")


def latest_observation(found: tuple[Any, ...]) -> str:
    """The ISO date of the newest captured packet."""
    from datetime import UTC, datetime

    last = max((capture.last for item in found for capture in item.captures), default=0.0)
    return datetime.fromtimestamp(last, UTC).date().isoformat() if last else ""
