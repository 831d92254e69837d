"""DOCX through python-docx: styles, repeated table heads, bookmarks and links, pictures with alternative text.

The body is written as XML and parsed once, which is some fifty times faster than building it cell by cell.
A customer's own template may carry the letter head; see :func:`docx_from_template` for its fields.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from ninefold.base.errors import InputError, LimitError
from ninefold.documents.archive import settle
from ninefold.documents.blocks import Document
from ninefold.documents.resolve import resolve
from ninefold.documents.typst import picture_file

_NS: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
TONES: Final = {
    "neutral": ("33454F", "EEF2F4"),
    "good": ("14613A", "E3F3EA"),
    "bad": ("A11B14", "FBE9E7"),
    "warn": ("7A4B00", "FDF1DC"),
    "unknown": ("4B5760", "F1F1F1"),
    "proposal": ("4A3D8F", "EEECF8"),
}
LEVELS: Final = {
    "l0": ("16232C", "EEF1F3"),
    "l1": ("16232C", "D5E7F3"),
    "l2": ("16232C", "9CC6E2"),
    "l3": ("FFFFFF", "2F78AD"),
    "l4": ("FFFFFF", "173F66"),
    "lx": ("16232C", "FFFFFF"),
    "r0": ("16232C", "EEF1F3"),
    "r1": ("16232C", "CFE8D7"),
    "r2": ("16232C", "FBE08A"),
    "r3": ("16232C", "F0A04B"),
    "r4": ("FFFFFF", "B3261E"),
}
ACCENT: Final = "0B5C73"
FONT: Final = "Arial"
_TWIPS: Final = 56.7  # per millimetre
_EMU: Final = 36000  # per millimetre
WIDTH: Final = 168.0  # millimetres of text on A4
TEMPLATE_LIMIT: Final = 20 * 1024 * 1024
UNPACKED_LIMIT: Final = 100 * 1024 * 1024


def docx(document: Document, lang: str = "en") -> bytes:
    """The document as DOCX; same input, same bytes."""
    import docx as library

    plain = resolve(document, lang, "print")
    file = library.Document()
    _styles(file, lang)
    section = file.sections[0]
    _page(section)
    _running_head(section, plain)
    body = file.element.body
    _insert(file, plain, body, body.sectPr, cover=True)
    return _save(file, plain)


def docx_from_template(template: bytes, document: Document, lang: str = "en") -> bytes:
    """The document inside a customer's DOCX template.

    Fields in the template: ``{{ title }}``, ``{{ system }}``, ``{{ state }}``, ``{{ date }}``, ``{{ properties }}``
    (a list of ``name`` and ``value``), and a paragraph of its own with ``{{ body }}`` where the chapters go.
    Styles named *Heading 1* to *Heading 4* of the template are used. Raises InputError for a template that is
    none, has no place for the body, or uses unknown fields.
    """
    _check_template(template)
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    plain = resolve(document, lang, "print")
    mark = "\u2063body\u2063"
    values = {
        "title": plain["title"],
        "system": plain["subtitle"],
        "state": plain["state"],
        "date": plain["date"],
        "properties": [{"name": p["name"], "value": _words(p["runs"])} for p in plain["properties"]],
        "body": mark,
    }
    try:
        made = DocxTemplate(io.BytesIO(template))
        # A template is a file from outside: it may name fields, it may not run anything.
        made.render(values, jinja_env=ImmutableSandboxedEnvironment(undefined=StrictUndefined), autoescape=True)
        file = made.docx
    except TemplateError as error:
        raise InputError("bad-template", f"A field of the template is wrong: {error}.") from error
    except Exception as error:
        raise InputError("bad-template", f"The template cannot be read: {error}.") from error
    for paragraph in file.paragraphs:
        if mark in paragraph.text:
            place = paragraph._p
            _insert(file, plain, place.getparent(), place, cover=False)
            place.getparent().remove(place)
            return _save(file, plain)
    raise InputError("no-body", "The template has no place for the chapters.", advice="Add a paragraph {{ body }}.")


def _check_template(template: bytes) -> None:
    """Refuse what is no archive, and what would unpack to more than a template ever needs."""
    if len(template) > TEMPLATE_LIMIT:
        raise LimitError("template-too-large", "The template is larger than 20 MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise InputError("bad-template", f"The template is no DOCX file: {error}.") from error
    if unpacked > UNPACKED_LIMIT:
        raise LimitError("template-too-large", "The template unpacks to more than 100 MB.")


def _words(runs: list[dict[str, Any]]) -> str:
    return "".join(run["t"] for run in runs)


def _save(file: Any, plain: dict[str, Any]) -> bytes:
    core = file.core_properties
    core.title, core.author, core.language = plain["title"][:255], "", plain["lang"]
    core.comments, core.subject = "", plain["subtitle"][:255]
    core.last_modified_by = ""
    target = io.BytesIO()
    file.save(target)
    return settle(target.getvalue(), plain["iso"])


def _styles(file: Any, lang: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    base = file.styles["Normal"]
    base.font.name, base.font.size = FONT, Pt(9.5)
    base.paragraph_format.space_after = Pt(6)
    properties = base.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    language = properties.makeelement(qn("w:lang"), {qn("w:val"): "de-DE" if lang == "de" else "en-GB"})
    properties.append(language)
    for level, size in ((1, 17), (2, 13), (3, 11), (4, 10)):
        style = file.styles[f"Heading {level}"]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
        style.font.italic = False
        style.font.color.rgb = RGBColor.from_string(ACCENT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(size), Pt(5)
        own = style.element.rPr.find(qn("w:rFonts"))
        for key in list(own.attrib):
            del own.attrib[key]
        for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            own.set(qn(name), FONT)


def _page(section: Any) -> None:
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)


def _running_head(section: Any, plain: dict[str, Any]) -> None:
    from docx.oxml import parse_xml

    words = plain["words"]
    tab = '<w:tabs><w:tab w:val="clear" w:pos="4513"/><w:tab w:val="right" w:pos="9525"/></w:tabs>'
    soft = '<w:rPr><w:color w:val="55656F"/><w:sz w:val="16"/></w:rPr>'

    def field(code: str) -> str:
        return f'<w:fldSimple w:instr=" {code} "><w:r>{soft}<w:t>1</w:t></w:r></w:fldSimple>'

    def text(value: str) -> str:
        return f'<w:r>{soft}<w:t xml:space="preserve">{escape(value)}</w:t></w:r>'

    head = f"{text(plain['subtitle'] + '  ·  ' + plain['title'])}<w:r><w:tab/></w:r>{text(plain['state'])}"
    foot = (
        f"{text(plain['date'])}<w:r><w:tab/></w:r>{text(words['page'] + ' ')}{field('PAGE')}"
        f"{text(' ' + words['of'] + ' ')}{field('NUMPAGES')}"
    )
    section.different_first_page_header_footer = True
    for part, inner in ((section.header, head), (section.footer, foot), (section.first_page_footer, foot)):
        part.is_linked_to_previous = False
        old = part.paragraphs[0]._p
        old.addprevious(parse_xml(f"<w:p {_NS}><w:pPr>{tab}</w:pPr>{inner}</w:p>"))
        old.getparent().remove(old)


def _insert(file: Any, plain: dict[str, Any], parent: Any, before: Any, *, cover: bool) -> None:
    from docx.oxml import parse_xml

    writer = _Writer(file, plain)
    parts = writer.cover() if cover else []
    parts += writer.blocks()
    if writer.sections:  # only the first section has a cover page
        for item in file.element.body.sectPr.findall(_qualified("titlePg")):
            file.element.body.sectPr.remove(item)
    for paragraph in list(parent.iterchildren()) if cover else []:
        if paragraph is not before:
            parent.remove(paragraph)
    for element in list(parse_xml(f"<w:body {_NS}>{''.join(parts)}</w:body>")):
        before.addprevious(element)


def _qualified(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _running(file: Any) -> tuple[str, bool]:
    """References to head and foot of the last section as XML, and whether the first page differs."""
    from lxml import etree  # type: ignore[import-untyped]

    last = file.element.body.sectPr
    names = (_qualified("headerReference"), _qualified("footerReference"))
    made = "".join(etree.tostring(item, encoding="unicode", with_tail=False) for item in last if item.tag in names)
    return made, last.find(_qualified("titlePg")) is not None


class _Writer:
    def __init__(self, file: Any, plain: dict[str, Any]) -> None:
        self.file = file
        self.plain = plain
        self.words = plain["words"]
        self.marks: dict[str, str] = {}
        self.count = 0
        self.sections = 0
        self.after_wide = False
        self.running = _running(file)

    def mark_name(self, anchor: str) -> str:
        """Bookmark names are short and plain in DOCX; anchors are not."""
        return self.marks.setdefault(anchor, f"n{len(self.marks) + 1}")

    def bookmark(self, anchor: str) -> str:
        if not anchor:
            return ""
        self.count += 1
        name = self.mark_name(anchor)
        return f'<w:bookmarkStart w:id="{self.count}" w:name="{name}"/><w:bookmarkEnd w:id="{self.count}"/>'

    def run(self, run: dict[str, Any], size: int = 0, colour: str = "", *, bold: bool = False) -> str:
        if run["t"] == "\n":
            return "<w:r><w:br/></w:r>"
        style, marks = run.get("s"), []
        if style == "code":
            marks.append('<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>')
        if style == "strong" or bold or "tone" in run or "level" in run:
            marks.append("<w:b/>")
        shade = ""
        if "tone" in run:
            colour, shade = TONES[run["tone"]]
        elif "level" in run:
            colour, shade = LEVELS[run["level"]]
        elif style == "soft":
            colour = "55656F"
        elif "to" in run:
            colour = ACCENT
        if colour:
            marks.append(f'<w:color w:val="{colour}"/>')
        if size:
            marks.append(f'<w:sz w:val="{size}"/>')
        if style == "mark":
            marks.append('<w:highlight w:val="yellow"/>')
        if shade:
            marks.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>')
        text = f"\u00a0{run['t']}\u00a0" if shade else run["t"]
        made = f'<w:r><w:rPr>{"".join(marks)}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        if "to" in run:
            return f'<w:hyperlink w:anchor="{self.mark_name(run["to"])}">{made}</w:hyperlink>'
        return made

    def runs(self, runs: list[dict[str, Any]], size: int = 0, *, bold: bool = False) -> str:
        return "".join(self.run(run, size, bold=bold) for run in runs)

    def paragraph(self, inner: str, properties: str = "") -> str:
        return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"

    def cover(self) -> list[str]:
        plain = self.plain
        band = f'<w:shd w:val="clear" w:color="auto" w:fill="{ACCENT}"/>'
        parts = [
            self.paragraph(
                self.run({"t": text}, size, "FFFFFF", bold=size > 30),
                f'<w:keepNext/>{band}<w:spacing w:before="{before}" w:after="0"/><w:ind w:left="170" w:right="170"/>',
            )
            for text, size, before in (
                (" ", 14, 0),
                (plain["subtitle"] or " ", 22, 0),
                (plain["title"], 46, 0),
                (plain["date"] or " ", 20, 0),
                (" ", 14, 0),
            )
        ]
        if plain["state"]:
            colour, shade = TONES[plain["tone"]]
            inner = self.run({"t": plain["state"]}, 23, colour, bold=True)
            shd = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/><w:spacing w:before="240" w:after="240"/>'
            parts.append(self.paragraph(inner, shd))
        if plain["properties"]:
            rows = [{"anchor": "", "cells": [[{"t": p["name"], "s": "soft"}], p["runs"]]} for p in plain["properties"]]
            columns = [{"title": "", "width": 1, "align": "left"}, {"title": "", "width": 2.6, "align": "left"}]
            parts.append(self.table({"columns": columns, "rows": rows, "plain": True, "small": False}))
        if plain["contents"]:
            parts.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
            parts += self.contents()
            parts.append('<w:p><w:r><w:br w:type="page"/></w:r></w:p>')
        return parts

    def contents(self) -> list[str]:
        """A contents field with its entries already inside; Word and LibreOffice fill in pages on update."""
        title = self.paragraph(self.run({"t": self.words["contents"]}, 30, ACCENT, bold=True))
        entries = [b for b in self.plain["blocks"] if b["kind"] == "heading" and b["level"] <= 2]
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h '
            '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        parts = [title]
        for index, block in enumerate(entries):
            indent = f'<w:spacing w:after="40"/><w:ind w:left="{(block["level"] - 1) * 360}"/>'
            run = {"t": f"{block['number']}  {block['text']}", "to": block["anchor"]}
            inner = (begin if index == 0 else "") + self.run(run, 20, bold=block["level"] == 1)
            parts.append(self.paragraph(inner + (end if index == len(entries) - 1 else ""), indent))
        return parts

    def blocks(self) -> list[str]:
        """All blocks of the document."""
        parts = []
        for block in self.plain["blocks"]:
            parts.append(self.block(block))
            self.after_wide = block["kind"] == "figure" and block["wide"]
        return parts

    def block(self, block: dict[str, Any]) -> str:
        kind = block["kind"]
        if kind == "heading":
            text = self.run({"t": f"{block['number']}  {block['text']}"})
            head = self.paragraph(self.bookmark(block["anchor"]) + text, f'<w:pStyle w:val="Heading{block["level"]}"/>')
            aside = self.paragraph(self.runs(block["aside"], 18), "<w:keepNext/>") if block["aside"] else ""
            return head + aside
        if kind == "paragraph":
            return self.paragraph(self.runs(block["runs"]))
        if kind == "list":
            return self.bullets(block)
        if kind == "table":
            return self.captioned(block)
        if kind == "figure":
            return self.figure(block)
        if kind == "callout":
            return self.callout(block)
        if kind == "pagebreak":
            return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        return self.signature(block)

    def bullets(self, block: dict[str, Any], shade: str = "") -> str:
        parts = []
        for index, item in enumerate(block["items"]):
            sign = f"{index + 1}." if block["ordered"] else "•"
            inner = self.run({"t": sign}, colour=ACCENT) + "<w:r><w:tab/></w:r>" + self.runs(item)
            shd = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
            parts.append(
                self.paragraph(
                    inner,
                    f'{shd}<w:tabs><w:tab w:val="left" w:pos="360"/></w:tabs><w:spacing w:after="60"/>'
                    '<w:ind w:left="360" w:hanging="360"/>',
                )
            )
        return "".join(parts)

    def captioned(self, block: dict[str, Any]) -> str:
        mark = self.bookmark(block["anchor"])
        caption = ""
        if block["caption"]:
            inner = self.run({"t": f"{self.words['table']} {block['number']}  "}, 18, "55656F", bold=True)
            inner += self.run({"t": block["caption"]}, 18, "55656F")
            caption = self.paragraph(mark + inner, '<w:keepNext/><w:spacing w:before="200" w:after="60"/>')
        elif mark:
            caption = self.paragraph(mark, '<w:keepNext/><w:spacing w:after="0" w:line="20" w:lineRule="exact"/>')
        if not block["rows"]:
            return caption + self.paragraph(self.run({"t": block["empty"], "s": "soft"}))
        return caption + self.table(block)

    def table(self, block: dict[str, Any]) -> str:
        total = sum(column["width"] for column in block["columns"])
        widths = [round(WIDTH * _TWIPS * column["width"] / total) for column in block["columns"]]
        size = 15 if block["small"] else 17
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        line = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="C9D3D9"/>'
        borders = "".join(line.format(name) for name in ("top", "bottom", "insideH"))
        parts = [
            (
                f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
                '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/>'
                f'<w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
            )
        ]
        aligns = [column["align"] for column in block["columns"]]
        if not block["plain"]:
            cells = "".join(
                self.cell(self.run({"t": column["title"]}, size, "FFFFFF", bold=True), width, ACCENT, column["align"])
                for column, width in zip(block["columns"], widths, strict=True)
            )
            parts.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>")
        for row in block["rows"]:
            made = []
            for index, (runs, width, align) in enumerate(zip(row["cells"], widths, aligns, strict=True)):
                shade = "EEF4F6" if block["plain"] and index == 0 else ""
                inner = (self.bookmark(row["anchor"]) if index == 0 else "") + self.runs(runs, size)
                made.append(self.cell(inner, width, shade, align))
            parts.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(made)}</w:tr>")
        parts.append("</w:tbl>")
        parts.append(self.paragraph("", '<w:spacing w:after="80" w:line="120" w:lineRule="exact"/>'))
        return "".join(parts)

    def cell(self, inner: str, width: float, shade: str, align: str) -> str:
        shd = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
        jc = f'<w:jc w:val="{align}"/>' if align != "left" else ""
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shd}</w:tcPr>'
            f'<w:p><w:pPr><w:spacing w:before="30" w:after="30"/>{jc}</w:pPr>{inner}</w:p></w:tc>'
        )

    def callout(self, block: dict[str, Any]) -> str:
        colour, shade = TONES[block["tone"]]
        side = f'<w:pBdr><w:left w:val="single" w:sz="18" w:space="6" w:color="{colour}"/></w:pBdr>'
        look = f'{side}<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>'
        parts = []
        if block["title"]:
            parts.append(self.paragraph(self.run({"t": block["title"]}, 20, colour, bold=True), f"<w:keepNext/>{look}"))
        for inner in block["blocks"]:
            if inner["kind"] == "paragraph":
                parts.append(self.paragraph(self.runs(inner["runs"]), look))
            else:
                parts.append(self.bullets(inner, shade))
        return "".join(parts)

    def figure(self, block: dict[str, Any]) -> str:
        wide = block["wide"]
        image = picture_file(block["svg"], "png", block["alt"], self.plain["lang"], ppi=120.0)
        part, _ = self.file.part.get_or_add_image(io.BytesIO(image))
        width, height = int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
        natural = width / 120 * 25.4
        limit_x, limit_y = (388.0, 222.0) if wide else (WIDTH, 205.0)
        scale = min(1.0, limit_x / natural, limit_y / (natural * height / width))
        x, y = round(natural * scale * _EMU), round(natural * height / width * scale * _EMU)
        self.count += 1
        number = self.count
        alt = quoteattr(block["alt"][:2000])
        picture = (
            f'<w:r><w:drawing><wp:inline><wp:extent cx="{x}" cy="{y}"/>'
            f'<wp:docPr id="{number}" name="p{number}" descr={alt}/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="p{number}" descr={alt}/><pic:cNvPicPr/></pic:nvPicPr>'
            "<pic:blipFill>"
            f'<a:blip r:embed="{part}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
            f'<a:off x="0" y="0"/><a:ext cx="{x}" cy="{y}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )
        inner = self.run({"t": f"{self.words['figure']} {block['number']}  "}, 18, "55656F", bold=True)
        caption = self.paragraph(inner + self.run({"t": block["caption"]}, 18, "55656F"), '<w:spacing w:before="80"/>')
        body = self.paragraph(self.bookmark(block["anchor"]) + picture, '<w:keepNext/><w:jc w:val="center"/>') + caption
        if not wide:
            return body
        # A wide picture gets a landscape A3 page of its own: a section ends before it and one after it.
        before = "" if self.after_wide else self.section(wide=False)
        return before + body + self.section(wide=True)

    def section(self, *, wide: bool) -> str:
        """The end of a section, with the running head of the document; only the first has a cover."""
        cover = "<w:titlePg/>" if self.running[1] and not self.sections else ""
        self.sections += 1
        return _section(wide, self.running[0], cover)

    def signature(self, block: dict[str, Any]) -> str:
        left = [{"t": block["role"], "s": "strong"}, {"t": "\n"}, {"t": block["note"], "s": "soft"}]
        filled = f"{block['name']}   {block['date']}".strip()
        right = [{"t": filled or "_" * 46}, {"t": "\n"}]
        right.append({"t": f"{self.words['name']}, {self.words['signature']}", "s": "soft"})
        columns = [{"title": "", "width": 1, "align": "left"}, {"title": "", "width": 1.4, "align": "left"}]
        rows = [{"anchor": "", "cells": [left, right]}]
        return self.table({"columns": columns, "rows": rows, "plain": True, "small": False})


def _section(wide: bool, running: str, cover: str) -> str:
    width, height, turn = (23814, 16840, ' w:orient="landscape"') if wide else (11906, 16838, "")
    side = 907 if wide else 1191
    return (
        '<w:p><w:pPr><w:spacing w:after="0"/><w:sectPr>'
        f'{running}<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{turn}/>'
        f'<w:pgMar w:top="1361" w:right="{side}" w:bottom="1247" w:left="{side}" '
        'w:header="708" w:footer="708" w:gutter="0"/>'
        f"{cover}</w:sectPr></w:pPr></w:p>"
    )
