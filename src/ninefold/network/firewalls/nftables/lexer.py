"""Text of nftables as tokens with their lines."""

from __future__ import annotations

import re
from typing import NamedTuple

from ninefold.base.errors import LimitError, Place
from ninefold.network.firewalls.interface import NotThisDialectError

TOKENS = 2_000_000
DEPTH = 32


class Token(NamedTuple):
    """``kind``: word, string, mark (punctuation) or end (of a statement)."""

    kind: str
    text: str
    line: int


_LEX = re.compile(
    r"(?P<blank>[ \t\r\f]+|\\\r?\n)|(?P<comment>\#[^\n]*)|(?P<newline>\n)"
    r'|(?P<string>"[^"\n]*")'
    r"|(?P<bracket>\[[0-9a-fA-F:.%]+\](?::[0-9-]+)?)"
    r"|(?P<mark>==|!=|<=|>=|<<|>>|[{}();,=<>&|^!])"
    r"|(?P<word>[^\s{}();,=<>&|^!\"#\\]+)"
)


def tokens(text: str, file: str) -> list[Token]:
    """All tokens. Raises NotThisDialectError for signs that nftables does not have, LimitError for too many."""
    found: list[Token] = []
    line, at = 1, 0
    while at < len(text):
        match = _LEX.match(text, at)
        if match is None:
            raise NotThisDialectError("nft-sign", f"'{text[at]}' cannot stand here.", place=Place(file, line))
        kind, piece = match.lastgroup or "", match.group()
        at = match.end()
        if kind == "newline":
            found.append(Token("end", "\n", line))
        elif kind == "string":
            found.append(Token("string", piece[1:-1], line))
        elif kind == "mark":
            found.append(Token("end" if piece == ";" else "mark", piece, line))
        elif kind in {"word", "bracket"}:
            found.extend(_word(piece, line))
        line += piece.count("\n")
        if len(found) > TOKENS:
            raise LimitError("nft-long", f"More than {TOKENS} words.", place=Place(file, line))
    return found


def _word(piece: str, line: int) -> list[Token]:
    """A word; a colon at its end (``22:``) is a word of its own, but not in ``fe80::``."""
    if len(piece) > 1 and piece.endswith(":") and not piece.endswith("::"):
        return [Token("word", piece[:-1], line), Token("word", ":", line)]
    return [Token("word", piece, line)]


def expand(found: list[Token], file: str) -> list[Token]:
    """Definitions (``define NAME = ...``) put in place of ``$NAME``."""
    values: dict[str, list[Token]] = {}
    result: list[Token] = []
    at = 0
    while at < len(found):
        token = found[at]
        starts = not result or result[-1].kind == "end"
        if token == ("word", token.text, token.line) and token.text in {"define", "redefine"} and starts:
            name, at = found[at + 1].text if at + 1 < len(found) else "", at + 3
            body, at = _until_end(found, at)
            values[name] = _substituted(body, values, file)
            continue
        result.extend(_substituted([token], values, file))
        if len(result) > TOKENS:
            raise LimitError("nft-long", "The definitions make this text too long.", place=Place(file, token.line))
        at += 1
    return result


def _until_end(found: list[Token], at: int) -> tuple[list[Token], int]:
    body: list[Token] = []
    depth = 0
    while at < len(found) and not (found[at].kind == "end" and depth == 0):
        depth += {"{": 1, "}": -1}.get(found[at].text, 0) if found[at].kind == "mark" else 0
        if found[at].kind != "end":
            body.append(found[at])
        at += 1
    return body, at


def _substituted(body: list[Token], values: dict[str, list[Token]], file: str) -> list[Token]:
    result: list[Token] = []
    for token in body:
        if token.kind == "word" and token.text.startswith("$"):
            if token.text[1:] not in values:
                raise NotThisDialectError(
                    "nft-undefined", f"'{token.text}' is not defined.", place=Place(file, token.line)
                )
            result.extend(item._replace(line=token.line) for item in values[token.text[1:]])
        else:
            result.append(token)
    return result
