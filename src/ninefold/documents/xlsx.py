"""XLSX through openpyxl: one sheet per kind of table, with filters, frozen heads, types and lists to choose from.

Tables that share a sheet name are one sheet, with the chapter they come from in the first column. A text that
begins with ``=`` stays text: no cell of ours is a formula.
"""

from __future__ import annotations

import datetime
import io
import re
from typing import Any, Final

from ninefold.documents.archive import settle
from ninefold.documents.blocks import Document
from ninefold.documents.docx import ACCENT, LEVELS, TONES
from ninefold.documents.resolve import resolve

MAX_TEXT: Final = 32_767  # characters in one cell (the format's limit)
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")


def xlsx(document: Document, lang: str = "en") -> bytes:
    """All tables of the document as a workbook; same input, same bytes."""
    plain = resolve(document, lang, "print")
    from openpyxl import Workbook

    book = Workbook()
    sheets = _gather(plain)
    names = _names([name for name, _ in sheets], plain["words"]["overview"])
    places = _places(sheets, names)
    _overview(book.active, plain, sheets, names)
    writer = _Sheets(book, plain, places)
    for (_, parts), name in zip(sheets, names[1:], strict=True):
        writer.sheet(name, parts)
    stamp = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - replaced by the document's own date
    book.properties.created = book.properties.modified = stamp
    book.properties.creator, book.properties.title = "", plain["title"]
    target = io.BytesIO()
    book.save(target)
    return settle(target.getvalue(), plain["iso"])


Part = tuple[str, dict[str, Any]]


def _gather(plain: dict[str, Any]) -> list[tuple[str, list[Part]]]:
    """Sheets in the order of the document, each with its tables and the heading above each."""
    sheets: dict[str, list[Part]] = {}
    heading = ""
    for block in plain["blocks"]:
        if block["kind"] == "heading":
            heading = f"{block['number']} {block['text']}"
        if block["kind"] == "table" and block["sheet"] and not block["plain"]:
            parts = sheets.setdefault(block["sheet"], [])
            if not parts or len(parts[0][1]["columns"]) == len(block["columns"]):
                parts.append((heading, block))
    return list(sheets.items())


def _names(wanted: list[str], overview: str) -> list[str]:
    """Sheet names as the format allows: 31 characters, no brackets, unique whatever the case."""
    result: list[str] = []
    for name in (overview, *wanted):
        base = _FORBIDDEN.sub(" ", name)[:31].strip() or "Sheet"
        made, count = base, 2
        while made.lower() in {item.lower() for item in result}:
            made, count = f"{base[:27]} {count}", count + 1
        result.append(made)
    return result


def _places(sheets: list[tuple[str, list[Part]]], names: list[str]) -> dict[str, str]:
    """Where each anchor stands: ``'Sheet'!A7``."""
    places: dict[str, str] = {}
    for (_, parts), name in zip(sheets, names[1:], strict=True):
        row = 2
        for _, block in parts:
            for item in block["rows"]:
                if item["anchor"]:
                    places.setdefault(item["anchor"], f"'{name}'!A{row}")
                row += 1
    return places


def _overview(sheet: Any, plain: dict[str, Any], sheets: list[tuple[str, list[Part]]], names: list[str]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = names[0]
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 80
    rows: list[tuple[str, str]] = [(plain["subtitle"], plain["title"]), (plain["words"]["state"], plain["state"])]
    rows += [(item["name"], "".join(run["t"] for run in item["runs"])) for item in plain["properties"]]
    for number, (name, value) in enumerate(rows, 1):
        for column, text in ((1, name), (2, value)):
            cell = sheet.cell(number, column)
            _text(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet["B1"].font = Font(bold=True, size=16, color=ACCENT)
    first = len(rows) + 2
    for offset, ((_, parts), name) in enumerate(zip(sheets, names[1:], strict=True)):
        cell = sheet.cell(first + offset, 1)
        _text(cell, name)
        cell.hyperlink = f"#'{name}'!A1"
        cell.font = Font(color=ACCENT, underline="single")
        sheet.cell(first + offset, 2, sum(len(block["rows"]) for _, block in parts))
        sheet.cell(first + offset, 2).alignment = Alignment(horizontal="left")


def _text(cell: Any, text: str) -> None:
    cell.value = text[:MAX_TEXT]
    cell.data_type = "s"  # never a formula, whatever it begins with


class _Sheets:
    def __init__(self, book: Any, plain: dict[str, Any], places: dict[str, str]) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self.book, self.words, self.places = book, plain["words"], places
        self.day = "DD.MM.YYYY" if plain["lang"] == "de" else "YYYY-MM-DD"
        self.head = (Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=ACCENT))
        self.line = Border(bottom=Side(style="hair", color="C9D3D9"))
        self.wrap = {
            name: Alignment(vertical="top", wrap_text=True, horizontal=name) for name in ("left", "right", "center")
        }
        self.link = Font(color=ACCENT)
        self.looks = {
            name: (Font(bold=True, color=ink), PatternFill("solid", fgColor=fill))
            for name, (ink, fill) in {**TONES, **LEVELS}.items()
        }

    def sheet(self, name: str, parts: list[Part]) -> None:
        """One sheet from one table or from several of a kind."""
        from openpyxl.utils import get_column_letter

        sheet = self.book.create_sheet(name)
        columns = parts[0][1]["columns"]
        several = len(parts) > 1
        titles = ([self.words["section"]] if several else []) + [column["title"] for column in columns]
        for index, title in enumerate(titles, 1):
            cell = sheet.cell(1, index)
            _text(cell, title)
            cell.font, cell.fill = self.head
            cell.alignment = self.wrap["left"]
        number = 2
        widest = [len(title) + 4 for title in titles]
        for heading, block in parts:
            for row in block["rows"]:
                if several:
                    cell = sheet.cell(number, 1)
                    _text(cell, heading)
                    cell.alignment, cell.border = self.wrap["left"], self.line
                    widest[0] = max(widest[0], len(heading))
                for index, runs in enumerate(row["cells"]):
                    place = index + (2 if several else 1)
                    width = self.cell(sheet.cell(number, place), runs, columns[index]["align"])
                    widest[place - 1] = max(widest[place - 1], width)
                number += 1
        for index, width in enumerate(widest, 1):
            sheet.column_dimensions[get_column_letter(index)].width = min(max(width + 2, 9), 60)
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{max(number - 1, 1)}"
        self.choices(sheet, columns, 1 if several else 0, number - 1)
        _print(sheet)

    def cell(self, cell: Any, runs: list[dict[str, Any]], align: str) -> int:
        """Fill one cell with its type; returns the length of its longest line."""
        cell.alignment, cell.border = self.wrap[align], self.line
        if len(runs) == 1:
            run = runs[0]
            look = run.get("tone") or run.get("level")
            if look in self.looks:
                cell.font, cell.fill = self.looks[look]
            if run.get("v") is not None:
                cell.value = run["v"]
                if run.get("unit"):
                    cell.number_format = f'#,##0.## "{run["unit"]}"'.replace('""', '"')
                return len(run["t"])
            if run.get("date"):
                try:
                    cell.value, cell.number_format = datetime.date.fromisoformat(run["date"]), self.day
                    return 12
                except ValueError:
                    pass  # not a date after all: it stays text
        text = "".join(run["t"] for run in runs)
        _text(cell, text)
        goal = next((run["to"] for run in runs if "to" in run), "")
        if goal in self.places:
            cell.hyperlink = f"#{self.places[goal]}"
            cell.font = self.link
        return max((len(line) for line in text.split("\n")), default=0)

    def choices(self, sheet: Any, columns: list[dict[str, Any]], shift: int, last: int) -> None:
        """A list to choose from for every column that has one."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        for index, column in enumerate(columns):
            words = ",".join(choice.replace(",", " ").replace('"', "") for choice in column["choices"])
            if words and len(words) <= 250 and last >= 2:  # the format's limit for a list written in place
                rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
                letter = get_column_letter(index + 1 + shift)
                rule.add(f"{letter}2:{letter}{last}")
                sheet.add_data_validation(rule)


def _print(sheet: Any) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
