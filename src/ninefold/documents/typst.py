"""PDF through Typst: PDF/A-2a and PDF/UA-1, tagged, bookmarked, with our own fonts; same input, same bytes."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from ninefold.base.errors import MissingComponentError
from ninefold.documents.blocks import Document
from ninefold.documents.fonts import FONTS, printable
from ninefold.documents.resolve import resolve, seconds

STANDARDS: Final = ["a-2a", "ua-1"]
MANY_LINKS: Final = 600


_TEXT_WIDTH, _TEXT_HEIGHT = 476.0, 565.0  # points
_SIZE: Final = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')


@cache
def _source(name: str) -> bytes:
    return resources.files("ninefold.documents").joinpath("data", name).read_bytes()


def pdf(document: Document, lang: str = "en") -> bytes:
    """The document as PDF/A-2a and PDF/UA-1. Its dates are those of ``document.date``, never the clock's.

    Raises MissingComponentError when Typst refuses or is not installed.
    """
    return typst_pdf(resolve(document, lang, "print"), seconds(document.date))


def typst_pdf(plain: dict[str, Any], timestamp: int) -> bytes:
    """The PDF of a resolved document; ``timestamp`` in seconds since 1970."""
    data = json.dumps(printable(_lean(plain)), ensure_ascii=False).encode()
    return _compile({"main.typ": _source("report.typ"), "data.json": data}, "pdf", timestamp, STANDARDS)


def _lean(plain: dict[str, Any]) -> dict[str, Any]:
    """The document without links that cost much and lead nowhere new, and with the width of each picture.

    Typst lays out again whatever holds a link (1.5 ms and 240 kB each). A link to the row it stands in is dropped;
    of several from the tables of one section to the same place the first stays; in a document of very many links,
    of several in one chapter.
    """
    made = _thinned(plain["blocks"], _goals(plain), depth=4)
    if sum(_links(block) for block in made) > MANY_LINKS:
        made = _thinned(made, _goals(made), depth=1)
    return {**plain, "blocks": made}


def _thinned(blocks: list[dict[str, Any]], goals: set[str], depth: int) -> list[dict[str, Any]]:
    """Tables with each goal linked once between two headings of at most ``depth``."""
    result = []
    seen: set[str] = set()
    for block in blocks:
        if block["kind"] == "heading" and block["level"] <= depth:
            seen = set()
        elif block["kind"] == "table":
            rows = [
                {
                    "anchor": row["anchor"] if row["anchor"] in goals else "",
                    "cells": [_once(cell, seen, row["anchor"]) for cell in row["cells"]],
                }
                for row in block["rows"]
            ]
            block = {**block, "rows": rows}
        elif block["kind"] == "figure":
            block = {**block, "fit": _width(block["svg"])}
        result.append(block)
    return result


def _links(block: dict[str, Any]) -> int:
    if block["kind"] != "table":
        return 0
    return sum("to" in run for row in block["rows"] for cell in row["cells"] for run in cell)


def _goals(value: Any) -> set[str]:
    """Every anchor that something links to."""
    if isinstance(value, dict):
        own = {value["to"]} if "to" in value else set()
        return own.union(*(_goals(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_goals(item) for item in value))
    return set()


def _width(svg: str) -> float:
    """Width in points at which a picture fits on A4; Typst would have to read it twice to find out."""
    size = _SIZE.search(svg)
    if not size:
        return _TEXT_WIDTH
    width, height = float(size[1]) * 0.75, float(size[2]) * 0.75  # pixels of 1/96 inch to points
    return round(width * min(1.0, _TEXT_WIDTH / width, _TEXT_HEIGHT / height), 1)


def _once(runs: list[dict[str, Any]], seen: set[str], here: str) -> list[dict[str, Any]]:
    result = []
    for run in runs:
        goal = run.get("to")
        if goal and (goal == here or goal in seen):
            run = {key: value for key, value in run.items() if key != "to"}
        elif goal:
            seen.add(goal)
        result.append(run)
    return result


def _compile(
    files: dict[str, bytes], form: str, timestamp: int = 0, standards: list[str] | None = None, ppi: float = 144.0
) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise MissingComponentError("no-typst", "Typst is not installed.", advice="Install ninefold again.") from error
    try:
        result = typst.compile(  # type: ignore[call-overload]
            files,
            format=form,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            pdf_standards=standards or [],
            timestamp=timestamp,
            ppi=ppi,
        )
    except (typst.TypstError, RuntimeError) as error:
        hints = "; ".join(getattr(error, "hints", None) or [])
        raise MissingComponentError("typst", f"Typst could not set the document: {error}. {hints}") from error
    if isinstance(result, list):
        result = result[0]
    return bytes(result)


_PICTURE: Final = """\
#let d = json("data.json")
#set document(title: d.alt)
#set text(font: "Source Sans 3", lang: d.lang)
#set page(width: auto, height: auto, margin: 4mm, fill: white)
#image(bytes(d.svg), format: "svg", alt: d.alt)
"""


def picture_file(svg: str, form: str, alt: str = "", lang: str = "en", ppi: float = 144.0, timestamp: int = 0) -> bytes:
    """One picture as ``pdf`` (PDF/A-2a, PDF/UA-1) or ``png`` (``ppi`` dots per inch)."""
    data = json.dumps(printable({"svg": svg, "alt": alt or " ", "lang": lang}), ensure_ascii=False).encode()
    files = {"main.typ": _PICTURE.encode(), "data.json": data}
    return _compile(files, form, timestamp, STANDARDS if form == "pdf" else None, ppi)


def write_pdf(document: Document, lang: str, path: Path) -> None:
    """Write the PDF of a document."""
    from ninefold.base.files import write_atomic

    write_atomic(path, pdf(document, lang))
