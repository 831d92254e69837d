"""The edges between the tables: which requirement supports which duty. Built once, walked both ways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec

from ninefold.standards.tables import Row, rows, split

REVERSE: Final = {
    "supports": "supported by",
    "carries": "carried by",
    "part of": "has part",
    "mitigates": "mitigated by",
    "targets": "targeted by",
    "serves": "served by",
    "labelled as": "label of",
}
SR, CR = "IEC 62443-3-3", "IEC 62443-4-2"
ATTACK = "ATT&CK for ICS"


class Link(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """From the entry asked about to (``standard``, ``id``); ``relation`` reads in that direction."""

    relation: str
    standard: str
    id: str
    doubt: str = ""
    source: str = ""


class _Edge(msgspec.Struct, frozen=True):
    start: tuple[str, str]
    relation: str
    end: tuple[str, str]
    doubt: str
    source: str


def _parts() -> Iterator[_Edge]:
    for standard, table in (
        ("IEC 62443-4-1", "iec62443_4_1"),
        ("IEC 62443-2-4", "iec62443_2_4"),
        ("IEC 62443-2-1", "iec62443_2_1"),
        ("IEC 62443-3-2", "iec62443_3_2"),
    ):
        for row in rows(table):
            if row["parent"]:
                yield _Edge((standard, row["id"]), "part of", (standard, row["parent"]), "", row["source"])
    for standard, table in ((SR, "iec62443_3_3"), (CR, "iec62443_4_2")):
        for row in rows(table):
            base, separator, _ = row["id"].partition(" RE ")
            if separator:
                yield _Edge((standard, row["id"]), "part of", (standard, base), "", row["source"])
    for row in rows("iec62443_4_2_headings"):
        for target in split(row["resolves_to"]):
            yield _Edge((CR, target), "part of", (CR, row["id"]), "", row["source"])


def _carrying() -> Iterator[_Edge]:
    for row in rows("iec62443_3_3_to_4_2"):
        for cr in split(row["cr"]) if row["sr"] else ():
            yield _Edge((CR, cr), "carries", (SR, row["sr"]), row["doubt"], f"{row['relation']}; {row['source']}")


_COLUMNS: Final = {
    "iec62443_2_1": "IEC 62443-2-1",
    "iec62443_2_4": "IEC 62443-2-4",
    "iec62443_3_3": SR,
    "iec62443_4_1": "IEC 62443-4-1",
    "iec62443_4_2": CR,
    "iso27001": "ISO/IEC 27001",
}


def _supports(standard: str, row: Row) -> Iterator[_Edge]:
    doubt = f"{row['strength']} support" if row.get("strength") else row["doubt"]
    for column, other in _COLUMNS.items():
        for target in split(row.get(column, "")):
            yield _Edge((other, target), "supports", (standard, row["id"]), doubt, "own mapping")


def _duties() -> Iterator[_Edge]:
    for standard, table in (
        ("ISO/IEC 27001", "iso27001_annex_a"),
        ("NIS 2", "nis2_measures"),
        ("Machinery Regulation", "machinery"),
    ):
        for row in rows(table):
            yield from _supports(standard, row)
    for row in rows("cra_links"):
        yield _Edge((row["standard"], row["id"]), "supports", ("CRA", row["cra"]), row["doubt"], row["source"])


def _attack() -> Iterator[_Edge]:
    for row in rows("attack_techniques"):
        here = (ATTACK, row["id"])
        for column, relation in (("tactics", "serves"), ("assets", "targets")):
            for target in split(row[column]):
                yield _Edge(here, relation, (ATTACK, target), "", row["source"])
        for target in split(row["mitigations"]):
            yield _Edge((ATTACK, target), "mitigates", here, "", row["source"])
    for row in rows("attack_mitigations"):
        for column, standard in (("iec62443_3_3", SR), ("iec62443_4_2", CR)):
            for target in split(row[column]):
                yield _Edge((ATTACK, row["id"]), "labelled as", (standard, target), row["doubt"], row["source"])


@cache
def _around() -> dict[tuple[str, str], tuple[Link, ...]]:
    found: dict[tuple[str, str], list[Link]] = {}
    for make in (_parts, _carrying, _duties, _attack):
        for edge in make():
            for here, relation, there in (
                (edge.start, edge.relation, edge.end),
                (edge.end, REVERSE[edge.relation], edge.start),
            ):
                link = Link(relation=relation, standard=there[0], id=there[1], doubt=edge.doubt, source=edge.source)
                found.setdefault(here, []).append(link)
    return {key: tuple(items) for key, items in found.items()}


def around(standard: str, key: str) -> tuple[Link, ...]:
    """All links of an entry, in the order of the tables."""
    return _around().get((standard, key), ())


def ends() -> frozenset[tuple[str, str]]:
    """Every (standard, id) that some link names: all of them must exist."""
    return frozenset(_around())
