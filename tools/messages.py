"""Which sentences of the code are missing in the German catalogues, and which catalogue entries nobody says.

``python tools/messages.py`` prints them; ``--add`` appends the missing ones to the catalogues, to be translated.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent


def spoken(root: Path) -> Iterator[tuple[str, str]]:
    """(room, sentence) of every ``say("...")`` in the code, and the help texts of the command line."""
    for file in sorted((root / "src/ninefold").rglob("*.py")):
        tree = ast.parse(file.read_text())
        room = next((name for node in ast.walk(tree) if (name := _room(node))), "")
        makers = {"say"} if room or "say" in file.read_text() else set()
        default = file.relative_to(root / "src/ninefold").parts[0]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers and node.args:
                text = _constant(node.args[0])
                if text:
                    yield room or default, text
        if default == "cli":
            yield from (("cli", text) for text in _help(tree))


def _room(node: ast.AST) -> str:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "messages" and node.args:
        return _constant(node.args[0])
    return ""


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _help(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "help":
            text = _constant(node.value)
            if text:
                yield text
        if isinstance(node, ast.FunctionDef) and any(_is_command(item) for item in node.decorator_list):
            text = (ast.get_docstring(node) or "").split("\n")[0]
            if text:
                yield text


def _is_command(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Name) and node.func.id in {"command", "group"})
        or (isinstance(node.func, ast.Attribute) and node.func.attr in {"command", "group"})
    )


def catalogue(root: Path, room: str) -> Catalog:
    """The German catalogue of a room; an empty one if there is none."""
    path = root / f"src/ninefold/base/locale/de/LC_MESSAGES/{room}.po"
    if not path.exists():
        return Catalog(locale="de", domain=room, project="Ninefold", charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale="de", domain=room)


def missing(root: Path) -> list[tuple[str, str]]:
    """(room, sentence) that have no German text."""
    known: dict[str, Catalog] = {}
    found = []
    for room, text in sorted(set(spoken(root))):
        book = known.setdefault(room, catalogue(root, room))
        entry = book.get(text)
        if entry is None or not entry.string:
            found.append((room, text))
    return found


def add(root: Path) -> None:
    """Append the missing sentences to the catalogues."""
    books: dict[str, Catalog] = {}
    for room, text in missing(root):
        books.setdefault(room, catalogue(root, room)).add(text)
    for room, book in books.items():
        path = root / f"src/ninefold/base/locale/de/LC_MESSAGES/{room}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            write_po(stream, book, width=110, sort_output=True, omit_header=False)


if __name__ == "__main__":
    if "--add" in sys.argv:
        add(ROOT)
    for line in missing(ROOT):
        print(line)
