"""The configuration tree of VyOS from either of its two spellings."""

from __future__ import annotations

import re

from ninefold.base.errors import LimitError, Place
from ninefold.base.limits import NESTING
from ninefold.network.firewalls.interface import NotThisDialectError

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([^\s"\']\S*)|(["\'].*)')


class Node:
    """A word of the configuration, what stands below it, and the line where it was first written."""

    def __init__(self, line: int = 0) -> None:
        self.line = line
        self.children: dict[str, Node] = {}

    def at(self, *path: str) -> Node:
        """The node below, an empty one where there is none."""
        node = self
        for word in path:
            node = node.children.get(word) or Node(node.line)
        return node

    def has(self, *path: str) -> bool:
        """Whether it was written."""
        node: Node | None = self
        for word in path:
            node = node.children.get(word) if node else None
        return node is not None

    def value(self, *path: str) -> str:
        """The first value below, "" without one."""
        return next(iter(self.at(*path).children), "")

    def values(self, *path: str) -> tuple[str, ...]:
        """Every value below."""
        return tuple(self.at(*path).children)

    def add(self, words: list[str], line: int) -> Node:
        """Write a path."""
        node = self
        for word in words:
            node = node.children.setdefault(word, Node(line))
        return node

    def text(self) -> str:
        """All below it in one line, in an order of its own."""
        parts = [f"{word} {node.text()}".strip() for word, node in sorted(self.children.items())]
        return " ".join(parts) if len(parts) < 2 else "{" + "; ".join(parts) + "}"


def read(text: str, file: str) -> tuple[Node, list[tuple[int, str]]]:
    """The tree, and lines that are no part of it. NotThisDialectError (with line) when braces do not fit."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    first = next((line for _, line in lines if line and not line.startswith(("#", "//", "/*"))), "")
    if re.match(r"(set|delete)\s", first):
        return _commands(lines, file)
    return _boot(lines, file), []


def _commands(lines: list[tuple[int, str]], file: str) -> tuple[Node, list[tuple[int, str]]]:
    root, strange = Node(), []
    for number, line in lines:
        if not line or line.startswith("#"):
            continue
        words = _words(line)
        if words is None or words[0] != "set" or len(words) < 2:
            strange.append((number, line))
            continue
        if len(words) > NESTING:
            raise LimitError("too-deep", "The command has too many words.", place=Place(file, number))
        root.add(words[1:], number)
    return root, strange


def _boot(lines: list[tuple[int, str]], file: str) -> Node:
    root = Node()
    stack = [root]
    comment = False
    for number, line in lines:
        if comment or line.startswith("/*"):
            comment = "*/" not in line
            continue
        if not line or line.startswith("//"):
            continue
        if line == "}":
            if len(stack) == 1:
                raise NotThisDialectError("vyos-braces", "A brace closes nothing.", place=Place(file, number))
            stack.pop()
            continue
        opens = line.endswith("{")
        words = _words(line[:-1] if opens else line)
        if not words or len(words) > NESTING or (len(words) > 2 and not opens):
            raise NotThisDialectError("vyos-line", "This line is not understood.", place=Place(file, number))
        node = stack[-1].add(words, number)
        if opens:
            stack.append(node)
        if len(stack) > NESTING:
            raise LimitError("too-deep", "The configuration is nested too deeply.", place=Place(file, number))
    if len(stack) > 1:
        raise NotThisDialectError("vyos-braces", "A brace is not closed.", place=Place(file, len(lines)))
    return root


def _words(line: str) -> list[str] | None:
    """The words of a line; None when a quotation mark is not closed."""
    found = []
    for double, single, plain, broken in (match.groups() for match in _TOKEN.finditer(line)):
        if broken is not None:
            return None
        found.append(re.sub(r"\\(.)", r"\1", double) if double is not None else single if single is not None else plain)
    return found
