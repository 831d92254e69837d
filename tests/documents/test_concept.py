"""The security concept in HTML and PDF, in both languages."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import plants
import pytest

from ninefold.documents.blocks import Document, Paragraph, Ref, Row, Table
from ninefold.documents.concept import concept
from ninefold.documents.html import html
from ninefold.documents.resolve import resolve
from ninefold.documents.typst import pdf
from ninefold.model.system import System


@pytest.mark.parametrize("lang", ["en", "de"])
def test_pdf_is_tagged_archivable_and_the_same_again(lang: str, tmp_path: Path) -> None:
    document = concept(plants.content(approved=True))
    first, second = pdf(document, lang), pdf(document, lang)
    assert first == second
    assert first.startswith(b"%PDF-")
    file = tmp_path / "concept.pdf"
    file.write_bytes(first)
    if shutil.which("qpdf"):
        subprocess.run(["qpdf", "--check", str(file)], check=True, capture_output=True)
    if shutil.which("pdfinfo"):
        told = subprocess.run(["pdfinfo", str(file)], check=True, capture_output=True, text=True).stdout
        assert "Tagged:          yes" in told
        assert "2026" in told  # the date of the content, not of today's clock
    if shutil.which("pdftotext"):
        words = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True).stdout
        assert "ZCR 7.1" in words
        assert "f-mes-1" in words


def test_html_is_the_same_again_and_needs_nothing_from_outside() -> None:
    document = concept(plants.content())
    page = html(document, "en")
    assert page == html(document, "en")
    text = page.decode()
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in text
    assert " style=" not in text
    assert "Content-Security-Policy" in text


def test_every_link_has_a_goal() -> None:
    text = html(concept(plants.content()), "en").decode()
    goals = {part.split('"')[0] for part in text.split(' id="')[1:]}
    links = {part.split('"')[0] for part in text.split('href="#')[1:]}
    assert links <= goals, sorted(links - goals)


def test_the_first_page_says_whether_it_is_approved() -> None:
    assert resolve(concept(plants.content()), "en")["state"].startswith("DRAFT")
    assert "ZCR 7.1" in resolve(concept(plants.content(approved=True)), "en")["state"]
    assert "open" in resolve(concept(plants.content(approved=True)), "en")["state"]


def test_a_level_that_a_person_decided_shows_the_proposal_too() -> None:
    text = html(concept(plants.content()), "en").decode()
    assert "proposed: 1" in text
    assert "decided" in text


def test_nothing_done_yet_is_said_and_not_left_out() -> None:
    from ninefold.documents.content import ConceptContent
    from ninefold.model.plant import Plant

    empty = ConceptContent(plant=Plant(system=System(name="new")))
    text = html(concept(empty), "en").decode()
    assert "Levels are not determined yet." in text
    assert "Risks and levels are not determined (step 5)." in text
    assert pdf(concept(empty), "de").startswith(b"%PDF")


HOSTILE = (
    '<script>alert(1)</script> #read("/etc/passwd") $x$ \\ *b* _i_ `c` [a](b) {{ 7*7 }} =1+1 \u4e2d\U0001f600 \x07 "\''
)


def test_what_users_write_is_data_in_every_format() -> None:
    document = Document(
        id="x",
        title=HOSTILE,
        subtitle=HOSTILE,
        blocks=(
            Paragraph((HOSTILE, Ref(HOSTILE, HOSTILE))),
            Table(columns=(plants_column(),), rows=(Row((HOSTILE,), HOSTILE),), caption=HOSTILE),
        ),
    )
    text = html(document, "en").decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert pdf(document, "en").startswith(b"%PDF")


def plants_column():  # type: ignore[no-untyped-def]
    from ninefold.documents.blocks import Column

    return Column(title=HOSTILE)
