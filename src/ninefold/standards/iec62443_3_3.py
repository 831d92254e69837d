"""IEC 62443-3-3:2013 with COR1:2014: system requirements (SR) and requirement enhancements (RE) with their levels.

Titles are our short forms. Nobody had a licensed copy: rows are cross-checked between published sources, and a row
whose sources disagree says so in ``doubt``.
"""

from __future__ import annotations

from functools import cache

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import Text
from ninefold.model.levels import Vector
from ninefold.model.vocabulary import FR
from ninefold.standards.tables import Row, rows, title

STANDARD = "IEC 62443-3-3"


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """One SR or RE. ``level`` is the lowest SL-C (1..4) that asks for it; ``base`` is the SR of an RE, else empty."""

    id: str
    fr: FR
    level: int
    base: str
    title: Text
    clause: str
    doubt: str
    source: str

    @property
    def enhancement(self) -> bool:
        """Whether it is an RE."""
        return bool(self.base)


def _requirement(row: Row) -> Requirement:
    base, separator, _ = row["id"].partition(" RE ")
    return Requirement(
        id=row["id"],
        fr=FR(int(row["fr"])),
        level=int(row["level"]),
        base=base if separator else "",
        title=title(row),
        clause=row["clause"],
        doubt=row["doubt"],
        source=row["source"],
    )


@cache
def requirements() -> tuple[Requirement, ...]:
    """All 51 SR and 49 RE, in the order of the standard."""
    return tuple(_requirement(row) for row in rows("iec62443_3_3"))


@cache
def _by_id() -> dict[str, Requirement]:
    return {item.id: item for item in requirements()}


def known(requirement: str) -> bool:
    """Whether there is an SR or RE of this id."""
    return requirement in _by_id()


def get(requirement: str) -> Requirement:
    """The SR or RE of an id such as ``SR 1.1 RE 2``. InputError when there is none."""
    try:
        return _by_id()[requirement]
    except KeyError:
        raise InputError(
            "no-requirement", f"IEC 62443-3-3 has no '{requirement}'.", advice="Write it like SR 1.1 or SR 1.1 RE 2."
        ) from None


@cache
def in_force(fr: FR, level: int) -> tuple[Requirement, ...]:
    """What one FR asks for at a level 0..4: everything whose own level is not higher (Annex B, cumulative)."""
    return tuple(item for item in requirements() if item.fr == fr and item.level <= level)


def needed(vector: Vector) -> tuple[Requirement, ...]:
    """What a zone or conduit needs at a vector of levels. InputError when a level is unknown: that is not zero."""
    found: list[Requirement] = []
    for fr in FR:
        level = vector[fr]
        if level is None:
            raise InputError("unknown-level", f"The level of {fr.name} is unknown.", advice="Decide it first.")
        found.extend(in_force(fr, level))
    return tuple(found)


def enhancements(requirement: str) -> tuple[Requirement, ...]:
    """The RE of an SR."""
    return tuple(item for item in requirements() if item.base == requirement)
