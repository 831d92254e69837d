"""Closed word lists that tests look up: CWE names, language subtags. Read once, on first use."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final

_DATA = Path(__file__).parents[1] / "data"
#: ranges for private use in the IANA registry (RFC 5646, section 2.2)
PRIVATE_LANGUAGE: Final = ("qaa", "qtz")
PRIVATE_SCRIPT: Final = ("qaaa", "qabx")
PRIVATE_REGIONS: Final = frozenset({"aa", "zz"})
PRIVATE_REGION_RANGES: Final = (("qm", "qz"), ("xa", "xz"))


@cache
def cwe() -> dict[str, tuple[str, ...]]:
    """Present name, then earlier names of every weakness of CWE 1.0 to 4.17."""
    with (_DATA / "cwe.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return {row["id"]: (row["name"], *filter(None, row["earlier_names"].split(" | "))) for row in rows}


@cache
def _subtags() -> dict[str, frozenset[str]]:
    lines = (_DATA / "language_subtags.txt").read_text(encoding="utf-8").splitlines()[1:]
    return {name: frozenset(words.split()) for name, _, words in (line.partition(": ") for line in lines)}


def _within(value: str, bounds: tuple[str, str]) -> bool:
    return len(value) == len(bounds[0]) and bounds[0] <= value <= bounds[1]


def known_language(tag: str) -> bool:
    """Whether every subtag of a language tag is registered or for private use."""
    tag = tag.lower()
    known = _subtags()
    if tag.startswith("x-") or tag in known["grandfathered"] or tag in known["redundant"]:
        return True
    first, *rest = tag.partition("-x-")[0].split("-")
    if first not in known["language"] and not _within(first, PRIVATE_LANGUAGE):
        return False
    for part in rest:
        if len(part) == 1:
            return True  # an extension: its subtags are not in the registry
        if not _known_part(part, known):
            return False
    return True


def _known_part(part: str, known: dict[str, frozenset[str]]) -> bool:
    if len(part) == 3 and part.isalpha():
        return part in known["extlang"]
    if len(part) == 4 and part.isalpha():
        return part in known["script"] or _within(part, PRIVATE_SCRIPT)
    if len(part) == 2 or (len(part) == 3 and part.isdigit()):
        return part in known["region"] or _private_region(part)
    return part in known["variant"]


def _private_region(part: str) -> bool:
    return part in PRIVATE_REGIONS or any(_within(part, bounds) for bounds in PRIVATE_REGION_RANGES)


def private_language(tag: str) -> bool:
    """Whether a language tag uses a subtag reserved for private use."""
    parts = tag.lower().split("-")
    if "x" in parts or _within(parts[0], PRIVATE_LANGUAGE):
        return True
    return any(_private_region(part) if len(part) == 2 else _within(part, PRIVATE_SCRIPT) for part in parts[1:])
