"""Words of users through every renderer, templates of customers, and damaged caches of layouts."""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parent))

from ninefold.documents.blocks import Badge, Column, Document, Heading, Paragraph, Ref, Row, Table
from ninefold.documents.diagrams.graph import build
from ninefold.documents.diagrams.layout import ElkLayout
from ninefold.documents.diagrams.zones import ZonePicture
from ninefold.documents.docx import docx, docx_from_template
from ninefold.documents.html import html
from ninefold.documents.typst import pdf
from ninefold.documents.xlsx import xlsx
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.zones import Zone


def _document(text: str) -> Document:
    parts = text.split("|")
    row = Row((parts[0], Ref(parts[-1]), Badge(text)), parts[0])
    columns = (Column(title=parts[-1]), Column(title="b"), Column(title=text))
    table = Table(columns=columns, rows=(row,), caption=text, sheet=parts[0])
    return Document(
        id="x", title=text, subtitle=parts[-1], blocks=(Heading(words=text, id=parts[0]), Paragraph(text), table)
    )


def words(data: bytes) -> None:
    """Any text in any place gives a document in every format."""
    document = _document(data[:400].decode("utf-8", "surrogateescape"))
    assert b"<script>alert" not in html(document)
    for make in (docx, xlsx, pdf):
        make(document)


def pictures(data: bytes) -> None:
    """Any names and any nesting give a well-formed picture."""
    names = data[:200].decode("utf-8", "surrogateescape").split("|")
    zones = tuple(Zone(id=f"z{i}", title=name, parent=f"z{len(name) % 5}") for i, name in enumerate(names[:8]))
    from ninefold.documents.diagrams.layout import SimpleLayout

    svg = ZonePicture(plant=Plant(system=System(name="x"), zones=zones), layout=SimpleLayout()).svg()
    ElementTree.fromstring(svg)


def template(data: bytes) -> None:
    """A template is filled or refused."""
    docx_from_template(data, _document("x"))


def cache(data: bytes) -> None:
    """A damaged cache is rebuilt, or it is a cache."""
    plant = Plant(system=System(name="x"), zones=(Zone(id="a"),))
    graph = build(plant, (), assets=False).graph
    with tempfile.TemporaryDirectory() as folder:
        layout = ElkLayout(cache=Path(folder), seconds=0.0)
        layout.place(graph)
        for file in Path(folder).iterdir():
            file.write_bytes(data)
        layout.place(graph)


def _template() -> bytes:
    import docx as library

    file = library.Document()
    file.add_paragraph("{{ title }}")
    file.add_paragraph("{{ body }}")
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


_TEXTS = [b"Zone|a b|<script>alert(1)</script>", "Ü ✓ 中|#let x|{{ 7 }}".encode(), b"=1+1|\x00\xff|&amp;"]
TARGETS: dict[str, tuple[Any, list[bytes]]] = {
    "documents-words": (words, _TEXTS),
    "documents-pictures": (pictures, _TEXTS),
    "documents-template": (template, [_template()]),
    "documents-cache": (cache, [json.dumps({"width": 1, "height": 1, "boxes": {}}).encode()]),
}
