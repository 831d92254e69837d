"""Versions and dates of a document: integer or semantic versioning, compared as the specification says.

Source: CSAF 2.0 section 3.1.11 (version), Semantic Versioning 2.0.0 clause 11 (precedence).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ninefold.supply.advisories.document import Document, Node, text

_SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?")


def is_semantic(version: str) -> bool:
    """Whether a version has three parts."""
    return bool(_SEMVER.fullmatch(version))


def prerelease(version: str) -> str:
    """The pre-release part, empty when there is none."""
    match = _SEMVER.fullmatch(version)
    return (match[4] or "") if match else ""


def build(version: str) -> str:
    """The build metadata, empty when there is none."""
    match = _SEMVER.fullmatch(version)
    return (match[5] or "") if match else ""


def release(version: str) -> str:
    """The version without build metadata and pre-release part."""
    return re.split(r"[-+]", version, maxsplit=1)[0]


def unbuilt(version: str) -> str:
    """The version without build metadata."""
    return version.partition("+")[0]


def major(version: str) -> int:
    """The integer version, or the first part of a semantic one; -1 for what is neither."""
    first = version.partition(".")[0]
    return int(first) if first.isdigit() and len(first) < 10 else -1


@lru_cache(maxsize=4096)
def order(version: str) -> tuple[Any, ...]:
    """A key that sorts versions by precedence; build metadata does not count."""
    match = _SEMVER.fullmatch(version)
    if not match:
        return (major(version), 0, 0, (1,))
    parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in (match[4] or "").split(".") if p)
    return (int(match[1]), int(match[2]), int(match[3]), (0, parts) if parts else (1,))


@lru_cache(maxsize=4096)
def instant(date: str) -> datetime | None:
    """The moment of a date and time, None for what is none; without zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(date.upper().replace(" ", "T").replace(":60", ":59"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def by_date(document: Document) -> list[tuple[int, Node]]:
    """The revision history by date, equal dates by number."""
    early = datetime.min.replace(tzinfo=UTC)
    return sorted(
        document.revisions,
        key=lambda item: (instant(text(item[1], "date")) or early, order(text(item[1], "number"))),
    )
