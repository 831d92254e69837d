"""HTML: one file that needs nothing else, or a fragment for a page of the web application.

No inline styles, no external request; a content security policy by hash stands in the file itself. Every table
of more than a few rows has a filter; without script all rows are simply shown.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib import resources
from typing import Any, Final

from ninefold.documents.blocks import Document
from ninefold.documents.diagrams.svg import dark_style
from ninefold.documents.resolve import resolve

FILTER_FROM: Final = 6  # rows; smaller tables need no filter


@cache
def _data(name: str) -> str:
    return resources.files("ninefold.documents").joinpath("data", name).read_text("utf-8")


@cache
def style_sheet() -> str:
    """The rules that fragments and whole documents need (light, dark, print)."""
    return _data("report.css") + "@media screen and (prefers-color-scheme:dark){" + dark_style("figure ") + "}"


def script() -> str:
    """The script behind the filter fields of tables."""
    return _data("report.js")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def html(document: Document, lang: str = "en") -> bytes:
    """The document as one HTML file (UTF-8) that needs nothing else."""
    plain = resolve(document, lang, "light")
    policy = f"default-src 'none'; style-src {_hash(style_sheet())}; script-src {_hash(script())}; img-src data:"
    parts = [
        f'<!doctype html>\n<html lang="{plain["lang"]}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(plain['title'])} · {escape(plain['subtitle'])}</title>",
        f'<style>{style_sheet()}</style></head><body><div class="page">',
        contents(plain),
        "<main>",
        body(plain),
        f"</main></div><script>{script()}</script></body></html>\n",
    ]
    return "".join(parts).encode("utf-8", "replace")


def fragment(document: Document, lang: str = "en") -> str:
    """The content alone, for a page that links :func:`style_sheet` and :func:`script` itself."""
    return body(resolve(document, lang, "light"))


def body(plain: dict[str, Any]) -> str:
    """Cover and blocks of a resolved document."""
    writer = _Writer(plain)
    return writer.cover() + "".join(writer.block(block) for block in plain["blocks"])


def contents(plain: dict[str, Any]) -> str:
    """The table of contents, two levels deep."""
    title = escape(plain["words"]["contents"])
    parts = [f'<nav class="contents" aria-label="{title}"><strong>{title}</strong><ol>']
    depth = 1
    for block in plain["blocks"]:
        if block["kind"] != "heading" or block["level"] > 2:
            continue
        if block["level"] > depth:
            parts.append("<li><ol>")
        elif block["level"] < depth:
            parts.append("</ol></li>")
        depth = block["level"]
        link = f'<a href="#{block["anchor"]}">{block["number"]} {escape(block["text"])}</a>'
        parts.append(f"<li>{link}</li>")
    parts.append("</ol></li>" * (depth - 1) + "</ol></nav>")
    return "".join(parts)


def _run(run: dict[str, Any]) -> str:
    if run["t"] == "\n":
        return "<br>"
    text = escape(run["t"], quote=False)
    style = run.get("s")
    if style == "strong":
        text = f"<strong>{text}</strong>"
    elif style == "code":
        text = f"<code>{text}</code>"
    elif style == "soft":
        text = f'<span class="soft">{text}</span>'
    elif style == "mark":
        text = f"<mark>{text}</mark>"
    if "tone" in run:
        text = f'<span class="badge t-{run["tone"]}">{text}</span>'
    if "level" in run:
        text = f'<span class="lv {run["level"]}">{text}</span>'
    if "to" in run:
        text = f'<a href="#{run["to"]}">{text}</a>'
    return text


def _runs(runs: list[dict[str, Any]]) -> str:
    return "".join(map(_run, runs))


class _Writer:
    def __init__(self, plain: dict[str, Any]) -> None:
        self.plain = plain
        self.words = plain["words"]
        self.filters = 0

    def cover(self) -> str:
        plain = self.plain
        rows = "".join(
            f'<tr><th scope="row">{escape(item["name"])}</th><td>{_runs(item["runs"])}</td></tr>'
            for item in plain["properties"]
        )
        state = (
            f'<p class="box t-{plain["tone"]}"><strong>{escape(plain["state"])}</strong></p>' if plain["state"] else ""
        )
        return (
            f'<header class="cover"><p>{escape(plain["subtitle"])}</p><h1>{escape(plain["title"])}</h1>'
            f"<p>{escape(plain['date'])}</p></header>{state}"
            + (f'<div class="scroll"><table class="plain"><tbody>{rows}</tbody></table></div>' if rows else "")
        )

    def block(self, block: dict[str, Any]) -> str:
        kind = block["kind"]
        if kind == "heading":
            tag = f"h{block['level'] + 1}"
            aside = f'<span class="aside">{_runs(block["aside"])}</span>' if block["aside"] else ""
            number = f'<span class="no">{block["number"]}</span>'
            return f'<{tag} id="{block["anchor"]}">{number}{escape(block["text"])}{aside}</{tag}>'
        if kind == "paragraph":
            return f"<p>{_runs(block['runs'])}</p>"
        if kind == "list":
            tag = "ol" if block["ordered"] else "ul"
            return f"<{tag}>" + "".join(f"<li>{_runs(item)}</li>" for item in block["items"]) + f"</{tag}>"
        if kind == "table":
            return self._table(block)
        if kind == "figure":
            return self._figure(block)
        if kind == "callout":
            title = f'<strong class="title">{escape(block["title"])}</strong>' if block["title"] else ""
            inner = "".join(self.block(item) for item in block["blocks"])
            return f'<div class="box t-{block["tone"]}">{title}{inner}</div>'
        return self._signature(block) if kind == "signature" else ""

    def _caption(self, word: str, block: dict[str, Any]) -> str:
        return f"<strong>{escape(self.words[word])} {block['number']}</strong> {escape(block['caption'])}"

    def _table(self, block: dict[str, Any]) -> str:
        anchor = f' id="{block["anchor"]}"' if block["anchor"] else ""
        if not block["rows"]:
            title = f"{self._caption('table', block)}: " if block["caption"] else ""
            return f'<p class="soft"{anchor}>{title}<em>{escape(block["empty"])}</em></p>'
        parts = [f'<div class="scroll"{anchor}>']
        self.filters += 1
        name = f"table-{self.filters}"
        if not block["plain"] and len(block["rows"]) >= FILTER_FROM:
            parts.append(
                f'<div class="filter" hidden><label for="f-{name}">{escape(self.words["filter"])}</label>'
                f'<input id="f-{name}" type="search" aria-controls="{name}"><output>{len(block["rows"])}</output> '
                f"{escape(self.words['rows'])}</div>"
            )
        parts.append(f'<table id="{name}"{" class=" + chr(34) + "plain" + chr(34) if block["plain"] else ""}>')
        if block["caption"]:
            parts.append(f"<caption>{self._caption('table', block)}</caption>")
        aligns = [f' class="{c["align"]}"' if c["align"] != "left" else "" for c in block["columns"]]
        if not block["plain"]:
            heads = zip(block["columns"], aligns, strict=True)
            cells = "".join(f'<th scope="col"{a}>{escape(c["title"])}</th>' for c, a in heads)
            parts.append(f"<thead><tr>{cells}</tr></thead>")
        parts.append("<tbody>")
        for row in block["rows"]:
            mark = f' id="{row["anchor"]}"' if row["anchor"] else ""
            cells = "".join(
                f'<th scope="row"{align}>{_runs(cell)}</th>'
                if index == 0 and block["plain"]
                else f"<td{align}>{_runs(cell)}</td>"
                for index, (cell, align) in enumerate(zip(row["cells"], aligns, strict=True))
            )
            parts.append(f"<tr{mark}>{cells}</tr>")
        parts.append("</tbody></table></div>")
        return "".join(parts)

    def _figure(self, block: dict[str, Any]) -> str:
        anchor = f' id="{block["anchor"]}"' if block["anchor"] else ""
        wide = ' class="wide"' if block["wide"] else ""
        return f"<figure{anchor}{wide}>{block['svg']}<figcaption>{self._caption('figure', block)}</figcaption></figure>"

    def _signature(self, block: dict[str, Any]) -> str:
        return (
            f'<div class="sign"><div><strong>{escape(block["role"])}</strong><br>'
            f"<small>{escape(block['note'])}</small></div>"
            f'<div><div class="line"><span>{escape(block["name"])}</span><span>{escape(block["date"])}</span></div>'
            f"<small>{escape(self.words['name'])}, {escape(self.words['signature'])}</small></div></div>"
        )
