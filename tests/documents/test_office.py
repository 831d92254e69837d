"""DOCX and XLSX: same bytes again, opened by others, data stays data."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import plants
import pytest

from ninefold.base.errors import InputError
from ninefold.documents.blocks import Badge, Column, Day, Document, Heading, Level, Number, Row, Table, Tone
from ninefold.documents.concept import concept
from ninefold.documents.docx import docx, docx_from_template
from ninefold.documents.xlsx import xlsx
from support import require


def test_docx_is_the_same_again_and_has_its_parts() -> None:
    import docx as library

    data = docx(concept(plants.content(approved=True)), "de")
    assert data == docx(concept(plants.content(approved=True)), "de")
    file = library.Document(io.BytesIO(data))
    assert len(file.tables) > 20
    assert len(file.inline_shapes) >= 2
    assert file.core_properties.created.isoformat().startswith("2026-11-03")
    alt = file.inline_shapes[0]._inline.docPr.get("descr")
    assert "SL-T" in alt
    names = {item.get(f"{{{item.nsmap['w']}}}name") for item in file.element.iter(_w("bookmarkStart"))}
    goals = {item.get(_w("anchor")) for item in file.element.iter(_w("hyperlink"))}
    assert goals <= names


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


@pytest.mark.office
def test_libre_office_opens_the_docx(tmp_path: Path) -> None:
    require("office", bool(shutil.which("soffice")), "LibreOffice")
    (tmp_path / "c.docx").write_bytes(docx(concept(plants.content()), "en"))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "c.docx")], check=True, capture_output=True)
    assert (tmp_path / "c.pdf").stat().st_size > 50_000


def _template(text: str) -> bytes:
    import docx as library

    file = library.Document()
    file.add_paragraph("Customer letter head")
    for line in text.split("\n"):
        file.add_paragraph(line)
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def test_a_customers_template_gets_fields_and_body() -> None:
    import docx as library

    made = docx_from_template(_template("{{ title }} / {{ system }}\n{{ body }}\nEnd"), concept(plants.content()), "en")
    words = [p.text for p in library.Document(io.BytesIO(made)).paragraphs]
    assert words[0] == "Customer letter head"
    assert "Security concept and requirements specification / Packaging line 7" in words[1]
    assert words[-1] == "End"
    assert any("In brief" in text for text in words)


@pytest.mark.parametrize(
    "text",
    [
        "no place for the body",
        "{{ unknown }} {{ body }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}\n{{ body }}",
        "{% for x in %}",
    ],
)
def test_a_wrong_or_hostile_template_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        docx_from_template(_template(text), concept(plants.content()), "en")
    with pytest.raises(InputError):
        docx_from_template(b"no zip at all", concept(plants.content()), "en")


def _table() -> Document:
    rows = (
        Row(("=1+1", Level(3), Day("2026-03-01"), Number(1234.5, "EUR"), Badge("met", Tone.GOOD)), "a"),
        Row(("@cmd", Level(None), Day(""), Number(2.0, "EUR"), Badge("open", Tone.BAD)), "b"),
    )
    columns = tuple(Column(title=name) for name in ["name", "level", "day", "cost"])
    columns = (*columns, Column(title="state", choices=("met", "open")))
    return Document(
        id="t", title="T", blocks=(Heading(words="H"), Table(columns=columns, rows=rows, sheet="Things [a/b]"))
    )


def test_a_workbook_has_types_filters_lists_and_no_formulas() -> None:
    import openpyxl

    data = xlsx(_table(), "de")
    assert data == xlsx(_table(), "de")
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["Things  a b"]
    assert [c.data_type for c in sheet["A"]] == ["s", "s", "s"]
    assert sheet["A2"].value == "=1+1"
    assert sheet["B2"].value == 3
    assert sheet["B3"].value == "?"
    assert sheet["C2"].value.year == 2026
    assert sheet["D2"].value == 1234.5
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:E3"
    assert sheet.data_validations.dataValidation[0].formula1 == '"met,open"'


def test_the_concept_as_a_workbook_gathers_tables_of_a_kind() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(concept(plants.content()), "en")))
    assert {"Overview", "Assets", "Flows", "Risk register", "Open points", "Requirements"} <= set(book.sheetnames)
    assert book["Assets"].max_row == 26
    assert book["Requirements"].max_row == 41


def test_wide_pictures_have_pages_of_their_own_and_every_page_its_head() -> None:
    import docx as library

    file = library.Document(io.BytesIO(docx(concept(plants.content(plants.large(14, 40))), "en")))
    widths = [section.page_width.mm for section in file.sections]
    assert [round(width) for width in widths] == [210, 420, 420, 210]
    for section in file.sections:
        assert "Large plant" in section.header.paragraphs[0].text
    assert [section.different_first_page_header_footer for section in file.sections] == [True, False, False, False]
