"""Cut and insert text of a YAML file at the places its values stand, so that every other character stays.

Comments, order, quotes and line ends of what is not changed are kept because it is never written anew.
"""

from __future__ import annotations

import re
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.workspace import yamlio
from ninefold.workspace.faults import Faults, say

_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML 1.1 counts as the end of a line
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_BOM: Final = "\ufeff"


class Text:
    """The text of one file and its tree. Changes are collected and made together by :meth:`result`."""

    def __init__(self, data: bytes, name: str = "") -> None:
        self.name = name
        yamlio.check_encoding(name, data)
        text = data.decode("utf-8")
        self.bom = _BOM if text.startswith(_BOM) else ""
        self.text = text[len(self.bom) :]
        self.tree = yamlio.parse(name, self.text.encode()) if self.text else None
        self.starts = [0, *(match.end() for match in _BREAK.finditer(self.text))]
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        self.changes: list[tuple[int, int, str]] = []

    def start(self, node: Node) -> int:
        """Offset of the first character of a value."""
        return self.starts[node.start_mark.line] + node.start_mark.column

    def end(self, node: Node) -> int:
        """Offset after the last character of a value; comments and blank lines after a block are not part of it."""
        if isinstance(node, MappingNode) and not node.flow_style and node.value:
            return max(self.end(node.value[-1][1]), self.end(node.value[-1][0]))
        if isinstance(node, SequenceNode) and not node.flow_style and node.value:
            return self.end(node.value[-1])
        mark = node.end_mark
        end = self.starts[mark.line] + mark.column
        if isinstance(node, ScalarNode) and node.style in {"|", ">"}:
            end = self.start(node) + len(self.text[self.start(node) : end].rstrip())
        return end

    def line_end(self, offset: int) -> int:
        """Offset behind the line end that follows ``offset``."""
        match = _BREAK.search(self.text, offset)
        return match.end() if match else len(self.text)

    def line_start(self, node: Node) -> int:
        """Offset of the line on which a value begins."""
        return self.starts[node.start_mark.line]

    def replace(self, start: int, end: int, text: str) -> None:
        """Note a change: the characters from ``start`` to ``end`` become ``text``."""
        self.changes.append((start, end, text))

    def insert_line(self, offset: int, line: str) -> None:
        """Note a new line (or several) after the line in which ``offset`` lies."""
        at = self.line_end(offset)
        broken = at == len(self.text) and not _BREAK.search(self.text[-1:])
        lead = self.newline if broken and self.text else ""
        self.replace(at, at, lead + line.replace("\n", self.newline) + self.newline)

    def result(self) -> bytes:
        """The text with all changes."""
        text = self.text
        for start, end, new in sorted(self.changes, key=lambda change: change[:2], reverse=True):
            text = text[:start] + new + text[end:]
        return (self.bom + text).encode()


def render(value: Any) -> str:
    """A value on one line: texts (quoted where they must be), numbers, lists, mappings."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(render(item) or "''" for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{render(str(key))}: {render(item)}".rstrip() for key, item in value.items()) + "}"
    return _scalar(str(value))


def render_block(value: dict[str, Any], indent: int) -> str:
    """A mapping as lines, each field on its own, without the final line end."""
    lines = [f"{render(key)}: {render(item)}".rstrip() for key, item in value.items()]
    return ("\n" + " " * indent).join(lines)


def _scalar(text: str) -> str:
    """Plain where the text reads back as itself everywhere, else in double quotes."""
    if text and text == text.strip() and text.isprintable() and len(text) < 400:
        try:
            node = yamlio.parse("x", f"[{text}]".encode())
            again = yamlio.parse("x", f"k: {text}".encode())
        except (NinefoldError, UnicodeEncodeError):
            node = again = None
        if _is_plain(node, text) and isinstance(again, MappingNode) and _same(again.value[0][1], text):
            return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """In double quotes, with YAML's escapes (JSON's would split characters beyond 16 bits)."""
    return (
        '"'
        + "".join(_ESCAPES.get(char) or (char if char.isprintable() else f"\\U{ord(char):08x}") for char in text)
        + '"'
    )


def _is_plain(node: Node | None, text: str) -> bool:
    return isinstance(node, SequenceNode) and len(node.value) == 1 and _same(node.value[0], text)


def _same(node: Node, text: str) -> bool:
    return isinstance(node, ScalarNode) and node.value == text and not node.style and not yamlio.is_empty(node)


def requoted(node: ScalarNode, text: str) -> str:
    """``text`` in the quotes that ``node`` has, where that is possible."""
    if node.style == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if node.style == '"':
        return _quoted(text)
    return render(text)


def read_back(data: bytes, name: str) -> Any:
    """Plain content of a text that was just made; InputError when the edit broke it (a fault of Ninefold)."""
    faults = Faults()
    tree = yamlio.parse(name, data) if data.strip() else None
    content = yamlio.plain(tree, faults) if tree is not None else None
    if faults.errors:
        raise InputError("edit-failed", str(say("The edit would have damaged the file.")), place=Place(name))
    return content
