"""A small pen for SVG: shapes with named colours, texts that are escaped, no style attributes, no ids, no script.

Colours are written as presentation attributes (print and light) and as classes, so that a page with a strict
content security policy can restyle them for dark mode from its own style sheet.
"""

from __future__ import annotations

from html import escape as _escape
from typing import Final

from ninefold.documents.fonts import FAMILY
from ninefold.documents.resolve import clean


def escape(text: str, *, quote: bool = True) -> str:
    """Text as XML may hold it."""
    return _escape(clean(text), quote=quote)


# name: (light and print, dark)
COLOURS: Final[dict[str, tuple[str, str]]] = {
    "ink": ("#16232c", "#e8eef2"),
    "soft": ("#55656f", "#a9b7c0"),
    "line": ("#c9d3d9", "#47555f"),
    "paper": ("#ffffff", "#12191e"),
    "card": ("#ffffff", "#1b252c"),
    "pale": ("#f4f7f9", "#1f2b33"),
    "area": ("#f7f9fa", "#182127"),
    "accent": ("#0b5c73", "#63c1da"),
    "accent-pale": ("#e3f0f4", "#143540"),
    "conduit": ("#33536b", "#9cc3de"),
    "outside": ("#7a4b00", "#e8b25c"),
    "outside-pale": ("#fdf1dc", "#3a2b10"),
    "safety": ("#b8860b", "#e2b93b"),
    "safety-pale": ("#fff6d6", "#3b3210"),
    "on-strong": ("#ffffff", "#ffffff"),
    "l0": ("#e4e9ec", "#35424b"),
    "l1": ("#d5e7f3", "#274a63"),
    "l2": ("#9cc6e2", "#2f6a94"),
    "l3": ("#2f78ad", "#3f8dc7"),
    "l4": ("#173f66", "#7fb6e6"),
    "lx": ("#ffffff", "#12191e"),
    "on-l": ("#16232c", "#ffffff"),
    "on-l4": ("#ffffff", "#0d1418"),
    "r0": ("#e4e9ec", "#35424b"),
    "r1": ("#cfe8d7", "#1f5a37"),
    "r2": ("#fbe08a", "#7a6410"),
    "r3": ("#f0a04b", "#9a5a10"),
    "r4": ("#b3261e", "#c6423a"),
    "good": ("#14613a", "#6fcf97"),
    "good-pale": ("#e3f3ea", "#153524"),
    "bad": ("#a11b14", "#ff8f87"),
    "bad-pale": ("#fbe9e7", "#451714"),
    "warn": ("#7a4b00", "#e8b25c"),
    "warn-pale": ("#fdf1dc", "#3a2b10"),
    "proposal": ("#4a3d8f", "#b3a8f0"),
}
LEVELS: Final = ("l0", "l1", "l2", "l3", "l4")


def level_colours(value: int | None) -> tuple[str, str]:
    """Names of the fill and of the text colour of a security level; the number is always printed too."""
    if value is None:
        return "lx", "ink"
    value = min(max(value, 0), 4)
    return LEVELS[value], "on-l4" if value == 4 else "on-strong" if value == 3 else "on-l"


def risk_colours(value: int) -> tuple[str, str]:
    """Names of the fill and of the text colour of a risk R (bands of docs/method.md section 3)."""
    band = sum(value >= edge for edge in (1, 5, 10, 17))
    return f"r{band}", "on-strong" if band == 4 else "on-l"


def dark_style(prefix: str = "") -> str:
    """Style rules that turn the named colours into their dark forms; ``prefix`` goes before each selector."""
    rules = []
    for name, (_, dark) in COLOURS.items():
        rules.append(f"{prefix}.f-{name}{{fill:{dark}}}{prefix}.s-{name}{{stroke:{dark}}}")
    return "".join(rules)


def num(value: float) -> str:
    """A coordinate with at most one decimal: short, and the same on every machine."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


class Pen:
    """Draws into one SVG document. Coordinates in pixels (1/96 inch), y downwards."""

    def __init__(self, theme: str = "print") -> None:
        self.theme = theme
        self._dark = theme == "dark"
        self.parts: list[str] = []

    def _paint(self, fill: str, stroke: str, width: float = 1.0, dash: str = "") -> str:
        """Attributes for colours; "" is none."""
        side = 1 if self._dark else 0
        classes = [f"f-{fill}" if fill else "", f"s-{stroke}" if stroke else ""]
        text = f' fill="{COLOURS[fill][side] if fill else "none"}"'
        if stroke:
            text += f' stroke="{COLOURS[stroke][side]}" stroke-width="{num(width)}"'
        if dash:
            text += f' stroke-dasharray="{dash}"'
        named = " ".join(item for item in classes if item)
        return f' class="{named}"{text}' if named else text

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "",
        stroke: str = "",
        *,
        radius: float = 0.0,
        line: float = 1.0,
        dash: str = "",
    ) -> None:
        """A rectangle, perhaps with round corners."""
        round_ = f' rx="{num(radius)}"' if radius else ""
        self.parts.append(
            f'<rect x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{num(height)}"{round_}'
            f"{self._paint(fill, stroke, line, dash)}/>"
        )

    def path(self, data: str, fill: str = "", stroke: str = "", *, line: float = 1.0, dash: str = "") -> None:
        """A path from SVG path data."""
        joined = ' stroke-linejoin="round" stroke-linecap="round"' if stroke else ""
        self.parts.append(f'<path d="{data}"{joined}{self._paint(fill, stroke, line, dash)}/>')

    def circle(self, x: float, y: float, radius: float, fill: str = "", stroke: str = "", line: float = 1.0) -> None:
        """A circle."""
        paint = self._paint(fill, stroke, line)
        self.parts.append(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(radius)}"{paint}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = "line", *, width: float = 1.0) -> None:
        """A straight line."""
        self.path(f"M{num(x1)} {num(y1)}L{num(x2)} {num(y2)}", "", stroke, line=width)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 12.0,
        *,
        colour: str = "ink",
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        """One line of text; ``y`` is the base line. ``anchor``: start, middle, end."""
        weight = ' font-weight="600"' if bold else ""
        where = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.parts.append(
            f'<text x="{num(x)}" y="{num(y)}" font-size="{num(size)}"{weight}{where}'
            f"{self._paint(colour, '')}>{escape(words, quote=False)}</text>"
        )

    def open_link(self, target: str) -> None:
        """What follows, until :meth:`close_link`, leads to ``target`` (an address)."""
        self.parts.append(f'<a href="{escape(target)}">')

    def close_link(self) -> None:
        """End of a link."""
        self.parts.append("</a>")

    def open_group(self, name: str, title: str = "") -> None:
        """A group; ``name`` becomes its ``data-id``, ``title`` what a pointer shows."""
        words = f"<title>{escape(title, quote=False)}</title>" if title else ""
        self.parts.append(f'<g data-id="{escape(name)}">{words}')

    def close_group(self) -> None:
        """End of a group."""
        self.parts.append("</g>")

    def document(self, width: float, height: float, alt: str) -> str:
        """The whole SVG with its alternative text."""
        style = ""
        if self.theme == "auto":
            style = f"<style>@media (prefers-color-scheme:dark){{{dark_style()}}}</style>"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{num(width)}" height="{num(height)}" '
            f'viewBox="0 0 {num(width)} {num(height)}" role="img" aria-label="{escape(alt)}" '
            f"font-family=\"'{FAMILY}', 'Segoe UI', Arial, sans-serif\"><title>{escape(alt, quote=False)}</title>"
            f"{style}{''.join(self.parts)}</svg>"
        )
