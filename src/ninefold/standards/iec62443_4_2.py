"""IEC 62443-4-2:2019: component requirements (CR, SAR, EDR, HDR, NDR), and how they carry the SR of 62443-3-3.

The correspondence of base requirements follows the shared numbering of the two parts. That of enhancements is our own
judgement: no table of the standard gives it, and each row says so in ``source``.
"""

from __future__ import annotations

from functools import cache

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import Text
from ninefold.model.vocabulary import FR, ComponentType
from ninefold.standards.tables import Row, rows, split, title

STANDARD = "IEC 62443-4-2"


class ComponentRequirement(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement of a component. ``type`` None: for all four types; ``level``: lowest SL-C 1..4 asking for it."""

    id: str
    fr: FR
    type: ComponentType | None
    level: int
    base: str
    title: Text
    doubt: str
    source: str


class Correspondence(msgspec.Struct, frozen=True, kw_only=True):
    """Which component requirements carry an SR or RE.

    ``relation``: ``same``, ``type-specific``, ``analogous`` (another title or scope), ``absorbed-in-base`` (4-2 asks
    for it in the base requirement), ``none`` (only a system can do it), ``component-only`` (``sr`` is empty).
    """

    sr: str
    relation: str
    crs: tuple[str, ...]
    doubt: str
    source: str


def _requirement(row: Row) -> ComponentRequirement:
    base, separator, _ = row["id"].partition(" RE ")
    return ComponentRequirement(
        id=row["id"],
        fr=FR(int(row["fr"])),
        type=None if row["type"] == "all" else ComponentType(row["type"]),
        level=int(row["level"]),
        base=base if separator else "",
        title=title(row),
        doubt=row["doubt"],
        source=row["source"],
    )


@cache
def requirements() -> tuple[ComponentRequirement, ...]:
    """All 73 base requirements and 49 RE."""
    return tuple(_requirement(row) for row in rows("iec62443_4_2"))


@cache
def _by_id() -> dict[str, ComponentRequirement]:
    return {item.id: item for item in requirements()}


@cache
def headings() -> dict[str, tuple[str, ...]]:
    """CR numbers that are headings only, with the type-specific requirements behind them (perhaps none)."""
    return {row["id"]: split(row["resolves_to"]) for row in rows("iec62443_4_2_headings")}


def known(requirement: str) -> bool:
    """Whether there is a requirement or a heading of this id."""
    return requirement in _by_id() or requirement in headings()


def get(requirement: str) -> ComponentRequirement:
    """The requirement of an id such as ``CR 1.1`` or ``NDR 5.2 RE 1``. InputError when there is none."""
    try:
        return _by_id()[requirement]
    except KeyError:
        behind = ", ".join(headings().get(requirement, ()))
        advice = f"It is a heading; see {behind}." if behind else "Write it like CR 1.1, EDR 3.2 or NDR 5.2 RE 1."
        raise InputError("no-requirement", f"IEC 62443-4-2 has no '{requirement}'.", advice=advice) from None


def resolve(requirement: str) -> tuple[ComponentRequirement, ...]:
    """The requirement itself, or those a heading stands for."""
    return tuple(get(item) for item in headings().get(requirement, (requirement,)))


@cache
def correspondences() -> tuple[Correspondence, ...]:
    """All 100 rows of 62443-3-3, then the 39 requirements that only components have."""
    return tuple(
        Correspondence(
            sr=row["sr"], relation=row["relation"], crs=split(row["cr"]), doubt=row["doubt"], source=row["source"]
        )
        for row in rows("iec62443_3_3_to_4_2")
    )


@cache
def _by_sr() -> dict[str, Correspondence]:
    return {item.sr: item for item in correspondences() if item.sr}


def correspondence(sr: str) -> Correspondence:
    """How 62443-4-2 takes up an SR or RE. InputError when there is no such SR."""
    try:
        return _by_sr()[sr]
    except KeyError:
        raise InputError("no-requirement", f"IEC 62443-3-3 has no '{sr}'.", advice="Write it like SR 1.1.") from None


def carriers(sr: str, component: ComponentType | None = None) -> tuple[ComponentRequirement, ...]:
    """Which component requirements carry an SR or RE; with ``component``, only those that apply to its type."""
    found = (get(cr) for cr in correspondence(sr).crs)
    return tuple(item for item in found if component is None or item.type in (None, component))


def carried(cr: str) -> tuple[Correspondence, ...]:
    """Which SR and RE a component requirement carries."""
    return tuple(item for item in correspondences() if item.sr and cr in item.crs)


@cache
def by_type(component: ComponentType, level: int) -> tuple[ComponentRequirement, ...]:
    """What a component of a type has to meet at a level 0..4, in all seven FR (Annex B, cumulative)."""
    return tuple(item for item in requirements() if item.type in (None, component) and item.level <= level)
