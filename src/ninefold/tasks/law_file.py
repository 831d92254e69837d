"""The technical documentation of the CRA, written as files in English and German."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ninefold.base.errors import InputError, Place
from ninefold.base.files import write_atomic
from ninefold.base.i18n import messages
from ninefold.documents.blocks import Document
from ninefold.law.technical_file import build, points
from ninefold.tasks.law_apply import answers_of, plant_of

say = messages("law")
FORMATS = ("html", "docx", "pdf", "xlsx")


def run(
    root: Path, folder: Path, formats: tuple[str, ...] = ("html",), answers: Path | None = None
) -> tuple[list[str], int]:
    """Names of the files written to ``folder``, and how many points are still open."""
    plant = plant_of(root)
    if plant is None:
        raise InputError("no-workspace", str(say("This needs a workspace.")), place=Place(str(root)))
    document = build(plant, answers_of(plant, answers))
    names = []
    for lang in ("en", "de"):
        for form in formats:
            name = f"{document.id}.{lang}.{form}"
            write_atomic(folder / name, _renderer(form)(document, lang))
            names.append(name)
    return names, sum(item.missing is not None for item in points(plant))


def _renderer(form: str) -> Callable[[Document, str], bytes]:
    if form == "docx":
        from ninefold.documents.docx import docx

        return docx
    if form == "pdf":
        from ninefold.documents.typst import pdf

        return pdf
    if form == "xlsx":
        from ninefold.documents.xlsx import xlsx

        return xlsx
    from ninefold.documents.html import html

    return html
