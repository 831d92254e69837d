"""Programmes of IEC 62443-4-1:2018, 2-4:2023 and 2-1:2024: maturity for each practice, and what the next level needs.

A practice is as mature as its weakest requirement. A requirement without a statement leaves the practice undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from ninefold.base.errors import FaultsError, InputError, NinefoldError, Place
from ninefold.base.i18n import Text, messages
from ninefold.standards import catalogue

say = messages("law")
SCHEMA: Final = "ninefold.programme/1"
PROGRAMMES: Final = {"4-1": "IEC 62443-4-1", "2-4": "IEC 62443-2-4", "2-1": "IEC 62443-2-1"}
GROUPS: Final = frozenset({"practice", "area", "spe"})
ASKED: Final = frozenset({"requirement", "base"})
HIGHEST: Final = 4  # maturity levels 1 to 4; 0: not done


class Statement(msgspec.Struct, frozen=True):
    """How mature a requirement is (0: not done, 1..4), and what shows it."""

    level: int
    evidence: tuple[str, ...] = ()


class Gap(msgspec.Struct, frozen=True):
    """A requirement that keeps its practice from the next level; ``level`` None: nothing was stated."""

    id: str
    title: Text
    level: int | None


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """One practice, area or programme element. ``level`` None: undecided, because statements are missing.

    ``next`` is the lowest level that not all requirements are shown to reach; None when all reach level 4.
    """

    id: str
    title: Text
    requirements: int
    stated: int
    level: int | None
    next: int | None
    missing: tuple[Gap, ...]


class Assessment(msgspec.Struct, frozen=True):
    """All practices of a programme, and the requirements whose level is claimed without evidence."""

    standard: str
    practices: tuple[Practice, ...]
    unproven: tuple[str, ...]


def statements(name: str, raw: Mapping[str, Any], file: str = "") -> dict[str, Statement]:
    """Statements from plain values, ``ID: level`` or ``ID: {level, evidence}``. FaultsError names every wrong one."""
    known = {catalogue.plain(item.id): item.id for item in catalogue.entries(PROGRAMMES[name])}
    faults: list[NinefoldError] = []
    found: dict[str, Statement] = {}
    for key, value in raw.items():
        identifier = known.get(catalogue.plain(key), "")
        if not identifier:
            text = str(say("{standard} has no requirement '{id}'.", standard=PROGRAMMES[name], id=key))
            faults.append(InputError("no-entry", text, place=Place(file) if file else None))
            continue
        try:
            found[identifier] = _statement(value)
        except (ValueError, TypeError):
            text = str(say("The level of {id} must be a number from 0 to 4.", id=identifier))
            faults.append(InputError("bad-level", text, place=Place(file) if file else None))
    if faults:
        raise FaultsError(faults)
    return found


def _statement(value: Any) -> Statement:
    evidence: Any = ()
    if isinstance(value, Mapping):
        value, evidence = value.get("level"), value.get("evidence") or ()
    level = int(str(value))
    if not 0 <= level <= HIGHEST:
        raise ValueError
    return Statement(
        level, tuple(map(str, evidence)) if isinstance(evidence, list) else tuple(filter(None, [evidence]))
    )


def assess(name: str, stated: Mapping[str, Statement]) -> Assessment:
    """The maturity of each practice of a programme (``4-1``, ``2-4``, ``2-1``)."""
    standard = PROGRAMMES[name]
    practices = tuple(
        _practice(group, tuple(_members(standard, group.id)), stated)
        for group in catalogue.entries(standard)
        if group.facts.get("kind") in GROUPS
    )
    unproven = tuple(key for key, item in stated.items() if item.level and not item.evidence)
    return Assessment(standard, practices, tuple(sorted(unproven)))


def _members(standard: str, parent: str) -> Iterator[catalogue.Entry]:
    for item in catalogue.entries(standard):
        if item.facts.get("parent") == parent:
            if item.facts["kind"] in ASKED:
                yield item
            else:
                yield from _members(standard, item.id)


def _practice(
    group: catalogue.Entry, members: tuple[catalogue.Entry, ...], stated: Mapping[str, Statement]
) -> Practice:
    levels = {item.id: stated[item.id].level if item.id in stated else None for item in members}
    known = [level for level in levels.values() if level is not None]
    whole = len(known) == len(members)
    reached = min(known, default=0) if whole else 0
    following = reached + 1 if reached < HIGHEST else None
    gaps = [Gap(item.id, item.title, levels[item.id]) for item in members if _below(levels[item.id], following)]
    return Practice(
        id=group.id,
        title=group.title,
        requirements=len(members),
        stated=len(known),
        level=reached if whole and members else None,
        next=following,
        missing=tuple(gaps),
    )


def _below(level: int | None, wanted: int | None) -> bool:
    return wanted is not None and (level is None or level < wanted)


def document(found: Assessment) -> dict[str, Any]:
    """The document ``ninefold.programme/1``."""
    practices = [
        {
            "id": item.id,
            "title": str(item.title),
            "requirements": item.requirements,
            "stated": item.stated,
            "level": item.level,
            "next": item.next,
            "missing": [{"id": gap.id, "title": str(gap.title), "level": gap.level} for gap in item.missing],
        }
        for item in found.practices
    ]
    edition = catalogue.EDITIONS[found.standard]
    return {
        "schema": SCHEMA,
        "standard": found.standard,
        "edition": edition,
        "practices": practices,
        "unproven": list(found.unproven),
    }
