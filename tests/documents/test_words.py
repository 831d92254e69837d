"""No half-translated page: every sentence of this room has German words, and they fill the same fields."""

from __future__ import annotations

import re
from pathlib import Path

import ninefold.documents
from ninefold.base.i18n import translate
from ninefold.documents import terms
from ninefold.documents.fonts import printable, text_width, wrap
from ninefold.documents.resolve import clean, day, number, slug
from ninefold.model.vocabulary import AssetKind, EntryKind

HOME = Path(ninefold.documents.__file__).parent
SAY = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"')
#: The same in both languages.
SAME = frozenset(
    [
        "Conduit",
        "Conduits",
        "Version",
        "FR",
        "R",
        "SL-A",
        "SL-C",
        "SL-T",
        "Name",
        "Asset",
        "Assets",
        "Firmware",
        "System",
        "Tunnel",
        "Zone",
        "{count} assets",
        "Updates",
    ]
)


def sentences() -> set[str]:
    return {match for file in sorted(HOME.rglob("*.py")) for match in SAY.findall(file.read_text("utf-8"))}


def test_every_sentence_has_german_words_with_the_same_fields() -> None:
    known = sentences()
    assert len(known) > 400
    for text in known:
        german = translate("documents", text, "de")
        assert german != text or text in SAME, text
        assert sorted(re.findall(r"\{(\w+)", german)) == sorted(re.findall(r"\{(\w+)", text)), text


def test_every_kind_has_a_word_in_both_languages() -> None:
    assert all(terms.kind_word(kind).de for kind in AssetKind)
    assert all(terms.entry_word(kind).de for kind in EntryKind)


def test_dates_and_numbers_by_language() -> None:
    assert day("2026-03-01", "en") == "1 March 2026"
    assert day("2026-03-01", "de") == "01.03.2026"
    assert day("soon", "de") == "soon"
    assert number(1234567.5, "de", 1, "EUR") == "1.234.567,5\u00a0EUR"
    assert number(1234567.5, "en", 1) == "1,234,567.5"


def test_characters_without_a_glyph_are_named_and_controls_replaced() -> None:
    assert printable({"a": ["Ü ✓ 中"]}) == {"a": ["Ü ✓ ‹U+4E2D›"]}
    assert clean("a\x00b\ud800") == "a\u25a1b\u25a1"
    assert slug("a b/ä") == "a-b"


def test_text_is_measured_and_wrapped() -> None:
    assert text_width("WWWW", 12) > text_width("iiii", 12)
    lines = wrap("External connectivity and remote maintenance of the line", 13, 150, 600, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(line, 13, 600) <= 150 for line in lines)
