"""The fonts of every document and picture: which characters they have, and how wide a text is in them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

FONTS: Final = Path(__file__).parent.parent / "vendor" / "fonts"
FAMILY: Final = "Source Sans 3"
_FILES: Final = {400: "SourceSans3-Regular.ttf", 600: "SourceSans3-Semibold.ttf"}


@cache
def _metrics(weight: int) -> tuple[dict[int, int], int]:
    """Advance width per character and units per em."""
    from fontTools.ttLib import TTFont

    with TTFont(FONTS / _FILES[weight], lazy=True) as font:
        widths = {code: font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of ``text`` in the unit of ``size``; a little generous, since kerning is left out."""
    widths, units = _metrics(600 if weight >= 600 else 400)
    return sum(widths.get(ord(character), 600) for character in text) * size / units


def fit(text: str, size: float, width: float, weight: int = 400) -> str:
    """``text``, or as much of it as fits into ``width`` with an ellipsis."""
    if text_width(text, size, weight) <= width:
        return text
    while text and text_width(text + "…", size, weight) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: float, width: float, weight: int = 400, lines: int = 2) -> list[str]:
    """``text`` in at most ``lines`` lines of ``width``; what is left over ends in an ellipsis."""
    result: list[str] = []
    words = text.split()
    while words and len(result) < lines - 1:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size, weight) <= width:
            line += f" {words.pop(0)}"
        result.append(fit(line, size, width, weight))
    if words:
        result.append(fit(" ".join(words), size, width, weight))
    return result or [""]


@cache
def _printable(character: str) -> str:
    return (
        character
        if ord(character) in _metrics(400)[0] or character in "\n\t"
        else f"\u2039U+{ord(character):04X}\u203a"
    )


def printable(value: Any) -> Any:
    """``value`` with every character our fonts lack written as its code point: PDF/A refuses missing glyphs.

    Printing the code point is honest; leaving the character out would change what a user wrote.
    """
    if isinstance(value, str):
        return value if value.isascii() else "".join(_printable(c) if c > "\x7f" else c for c in value)
    if isinstance(value, list):
        return [printable(item) for item in value]
    if isinstance(value, dict):
        return {key: printable(item) for key, item in value.items()}
    return value
