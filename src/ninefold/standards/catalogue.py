"""One door to all tables: find an entry by what people type, say its title, walk its links both ways.

Keys are (standard, id): ``SR-1`` of IEC 62443-4-1 is not ``SR 1.1`` of IEC 62443-3-3.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import Any, Final

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import Text, messages
from ninefold.standards import links as edges
from ninefold.standards.tables import Row, rows
from ninefold.standards.tables import title as title_of

say = messages("standards")

EDITIONS: Final = {
    "IEC 62443-3-3": "2013 with COR1:2014",
    "IEC 62443-4-2": "2019",
    "IEC 62443-4-1": "2018",
    "IEC 62443-2-4": "2023",
    "IEC 62443-2-1": "2024",
    "IEC 62443-3-2": "2020",
    "IEC 62443-2-3": "TR, 2015",
    "ISO/IEC 27001": "2022, Annex A",
    "CRA": "Regulation (EU) 2024/2847",
    "NIS 2": "Directive (EU) 2022/2555",
    "Machinery Regulation": "Regulation (EU) 2023/1230",
    "ATT&CK for ICS": "v18.1",
}
_TABLES: Final = (
    ("IEC 62443-3-3", "iec62443_3_3"),
    ("IEC 62443-4-2", "iec62443_4_2"),
    ("IEC 62443-4-2", "iec62443_4_2_headings"),
    ("", "iec62443_common"),
    ("IEC 62443-4-1", "iec62443_4_1"),
    ("IEC 62443-2-4", "iec62443_2_4"),
    ("IEC 62443-2-1", "iec62443_2_1"),
    ("IEC 62443-3-2", "iec62443_3_2"),
    ("IEC 62443-2-3", "iec62443_2_3"),
    ("ISO/IEC 27001", "iso27001_annex_a"),
    ("CRA", "cra_annex1"),
    ("CRA", "cra_obligations"),
    ("NIS 2", "nis2_measures"),
    ("Machinery Regulation", "machinery"),
    ("ATT&CK for ICS", "attack_tactics"),
    ("ATT&CK for ICS", "attack_techniques"),
    ("ATT&CK for ICS", "attack_mitigations"),
    ("ATT&CK for ICS", "attack_assets"),
)
_SHORT: Final = {
    **{name.removeprefix("IEC 62443-"): name for name in EDITIONS if name.startswith("IEC")},
    "iso": "ISO/IEC 27001",
    "27001": "ISO/IEC 27001",
    "iso/iec27001": "ISO/IEC 27001",
    "cra": "CRA",
    "nis2": "NIS 2",
    "mvo": "Machinery Regulation",
    "machineryregulation": "Machinery Regulation",
    "attack": "ATT&CK for ICS",
    "att&ck": "ATT&CK for ICS",
    "attackforics": "ATT&CK for ICS",
}
_FIXED: Final = {"id", "title_en", "title_de", "doubt", "source"}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of one table. ``facts`` holds its further columns (level, clause, parent, ref ...) as text."""

    standard: str
    id: str
    title: Text
    doubt: str
    source: str
    facts: dict[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """(standard, id): the only unique key."""
        return (self.standard, self.id)


def _entry(standard: str, row: Row) -> Entry:
    facts = {key: value for key, value in row.items() if key not in _FIXED and value}
    return Entry(
        standard=standard or facts.pop("standard"),
        id=row["id"],
        title=title_of(row),
        doubt=row["doubt"],
        source=row["source"],
        facts=facts,
    )


@cache
def entries(standard: str = "") -> tuple[Entry, ...]:
    """All entries, or those of one standard (a key of :data:`EDITIONS`), in the order of the tables."""
    if standard:
        return tuple(item for item in entries() if item.standard == standard)
    return tuple(_entry(name, row) for name, table in _TABLES for row in rows(table))


@cache
def _by_key() -> dict[tuple[str, str], Entry]:
    return {item.key: item for item in entries()}


def get(standard: str, key: str) -> Entry:
    """The entry of a key. InputError when there is none."""
    try:
        return _by_key()[(standard, key)]
    except KeyError:
        raise InputError("no-entry", f"{standard} has no '{key}'.", advice=_near(key)) from None


def title(standard: str, key: str) -> Text:
    """The title of an entry in both languages. InputError when there is none."""
    return get(standard, key).title


def plain(text: str) -> str:
    """What two spellings of an id have in common: ``sr1.1 re(2)`` and ``SR 1.1 RE 2`` are the same."""
    return re.sub(r"[\s()]", "", text).casefold()


@cache
def _by_spelling() -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for item in entries():
        for text in {plain(item.id), plain(item.facts.get("ref", ""))} - {""}:
            found.setdefault(text, []).append(item)
    return {text: tuple(items) for text, items in found.items()}


def lookup(text: str) -> tuple[Entry, ...]:
    """The entries a person means: an id (``SR 1.1``, ``T0843``), a reference (``Art. 13(6)``), a standard before it.

    Several standards may answer. InputError with the nearest ids when none does.
    """
    standard, rest = _split_standard(text)
    found = _by_spelling().get(plain(rest), ())
    if standard:
        found = tuple(item for item in found if item.standard == standard)
    if not found:
        raise InputError(
            "no-entry", str(say("No standard known here has '{id}'.", id=text.strip())), advice=_near(rest)
        )
    return found


def _split_standard(text: str) -> tuple[str, str]:
    """``IEC 62443-4-1 SR-1``, ``4-1 SR-1`` or ``CRA Art. 14(1)``: the standard named first, and the rest."""
    words = text.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        name = plain("".join(words[:count])).removeprefix("iec").removeprefix("62443-")
        if name in _SHORT:
            return _SHORT[name], " ".join(words[count:])
    return "", text


def _near(text: str) -> str:
    spelt = {plain(item.id): item.id for item in entries()}
    near = difflib.get_close_matches(plain(text), spelt, n=3, cutoff=0.5)
    if near:
        return str(say("Did you mean {ids}?", ids=", ".join(spelt[item] for item in near)))
    return str(say("Write it like SR 1.1 or 4-1 SM-1."))


def links(standard: str, key: str) -> tuple[edges.Link, ...]:
    """What an entry supports and what supports it; mappings show support, never conformity."""
    return edges.around(standard, key)


def show(text: str) -> dict[str, Any]:
    """``standards show ID`` as plain values: the entries meant, each with its links both ways."""
    return {"schema": "ninefold.standards/1", "query": text, "entries": [_plain(item) for item in lookup(text)]}


def _plain(item: Entry) -> dict[str, Any]:
    return {
        "standard": item.standard,
        "edition": EDITIONS[item.standard],
        "id": item.id,
        "title": {"en": item.title.en, "de": item.title.de},
        **({"facts": item.facts} if item.facts else {}),
        "doubt": item.doubt,
        "source": item.source,
        "links": [_plain_link(link) for link in links(item.standard, item.id)],
    }


def _plain_link(link: edges.Link) -> dict[str, Any]:
    other = _by_key().get((link.standard, link.id))
    text = other.title if other else Text("")
    return {
        "relation": link.relation,
        "standard": link.standard,
        "id": link.id,
        "title": {"en": text.en, "de": text.de},
        "doubt": link.doubt,
        "source": link.source,
    }
