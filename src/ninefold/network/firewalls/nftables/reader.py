"""Text of nftables as the objects that ``nft -j`` would print, each with its line and text.

The structure (tables, chains, sets) is read here, single rules in ``statements``.
"""

from __future__ import annotations

from typing import Any

from ninefold.base.errors import Place
from ninefold.network.firewalls.interface import NotThisDialectError
from ninefold.network.firewalls.nftables.lexer import DEPTH, Token, expand, tokens
from ninefold.network.firewalls.nftables.names import FAMILIES, PRIORITIES

Item = dict[str, Any]


class Cursor:
    """A position in the tokens of one file."""

    def __init__(self, found: list[Token], file: str) -> None:
        self.tokens = found
        self.file = file
        self.at = 0
        self.fresh = 0  # number of the next chain without a name

    def peek(self, ahead: int = 0) -> Token:
        """The token at the position (or after it), an empty end behind the last."""
        if self.at + ahead < len(self.tokens):
            return self.tokens[self.at + ahead]
        return Token("eof", "", self.tokens[-1].line if self.tokens else 1)

    def next(self) -> Token:
        """The token at the position, which moves on."""
        token = self.peek()
        self.at += 1
        return token

    def take(self, text: str) -> bool:
        """Whether the next token is this word or mark; if so it is consumed."""
        token = self.peek()
        if token.kind != "string" and token.text == text:
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        """The next token must be this one."""
        if not self.take(text):
            raise self.wrong(f"'{text}' is expected")

    def skip_ends(self) -> None:
        """Over empty lines and semicolons."""
        while self.peek().kind == "end":
            self.at += 1

    def skip_newlines(self) -> None:
        """Over line ends inside braces."""
        while self.peek().text == "\n":
            self.at += 1

    def wrong(self, what: str) -> NotThisDialectError:
        """An error at the position."""
        token = self.peek()
        shown = token.text.strip() or "the end of the line"
        return NotThisDialectError("nft-syntax", f"{what}, found '{shown}'.", place=Place(self.file, token.line))


def read(text: str, file: str) -> list[Item]:
    """All objects of a file. Raises NotThisDialectError with the line where the structure breaks."""
    from ninefold.network.firewalls.nftables import statements

    cursor = Cursor(expand(tokens(text, file), file), file)
    items: list[Item] = []
    cursor.skip_ends()
    while cursor.peek().kind != "eof":
        word = cursor.next()
        if word.text == "table":
            _table(cursor, items, statements)
        elif word.text in {"add", "create", "insert", "replace"}:
            _command(cursor, items, word.text, statements)
        elif word.text in {"flush", "delete", "destroy", "reset"}:
            items.append({"clear": _rest(cursor)})
        else:
            raise_at = Place(file, word.line)
            if word.text != "include":
                raise NotThisDialectError("nft-syntax", f"'{word.text}' does not begin a command.", place=raise_at)
            items.append({"unknown": {"line": word.line, "text": "include " + _rest(cursor), "why": "include"}})
        cursor.skip_ends()
    return items


def _rest(cursor: Cursor) -> str:
    words = []
    while cursor.peek().kind not in {"end", "eof"}:
        words.append(cursor.next().text)
    return " ".join(words)


def _family(cursor: Cursor) -> str:
    return cursor.next().text if cursor.peek().text in {*FAMILIES, "arp", "bridge", "netdev"} else "ip"


def _table(cursor: Cursor, items: list[Item], statements: Any) -> None:
    family = _family(cursor)
    name = cursor.next().text
    items.append({"table": {"family": family, "name": name}})
    if cursor.peek().text == "{":
        cursor.need("{")
        _table_body(cursor, items, family, name, statements)


def _table_body(cursor: Cursor, items: list[Item], family: str, table: str, statements: Any) -> None:
    while True:
        cursor.skip_ends()
        if cursor.take("}"):
            return
        word = cursor.next()
        if word.text == "chain":
            name = cursor.next().text
            cursor.need("{")
            statements.chain_body(cursor, items, family, table, name, word.line)
        elif word.text in {"set", "map"}:
            statements.named_set(cursor, items, family, table, word)
        elif word.text in {"counter", "limit", "quota", "secmark", "synproxy", "flowtable", "ct"}:
            _object(cursor, items, family, table, word.text)
        elif word.text in {"comment", "flags"}:
            _rest(cursor)
        else:
            cursor.at -= 1
            raise cursor.wrong("chain, set, map or another object is expected")


def _object(cursor: Cursor, items: list[Item], family: str, table: str, kind: str) -> None:
    names: list[str] = []
    while cursor.peek().text != "{" and cursor.peek().kind not in {"end", "eof"}:
        names.append(cursor.next().text)
    body = skip_block(cursor) if cursor.peek().text == "{" else ""
    items.append({kind: {"family": family, "table": table, "name": names[-1] if names else "", "body": body}})


def skip_block(cursor: Cursor) -> str:
    """Over a block in braces; its words."""
    depth = 0
    words: list[str] = []
    while True:
        token = cursor.next()
        if token.kind == "eof":
            raise cursor.wrong("a closing brace is missing")
        if token.kind == "mark" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
            if depth > DEPTH:
                raise cursor.wrong("too deep")
            if depth == 0:
                return " ".join(words)
        elif token.kind != "end":
            words.append(token.text)


def _command(cursor: Cursor, items: list[Item], verb: str, statements: Any) -> None:
    word = cursor.next()
    if word.text not in {"table", "chain", "rule", "set", "map", "element", "counter", "limit", "quota", "flowtable"}:
        word, cursor.at = Token("word", "rule", word.line), cursor.at - 1  # "add ip filter input ..." is a rule
    if word.text == "table":
        _table(cursor, items, statements)
        return
    family = _family(cursor)
    table = cursor.next().text
    if word.text == "chain":
        name = cursor.next().text
        if cursor.take("{"):
            statements.chain_body(cursor, items, family, table, name, word.line)
        else:
            items.append({"chain": {"family": family, "table": table, "name": name, "line": word.line}})
    elif word.text == "rule":
        chain = cursor.next().text
        while cursor.peek().text in {"position", "index", "handle"}:
            cursor.at += 2
            verb = "placed"
        rule = statements.rule(cursor, items, family, table)
        if verb in {"placed", "replace"}:
            items.append({"unknown": {**rule, "why": "position"}})
        items.append({"rule": {"family": family, "table": table, "chain": chain, "first": verb == "insert", **rule}})
    elif word.text in {"set", "map"}:
        statements.named_set(cursor, items, family, table, word)
    elif word.text == "element":
        statements.element(cursor, items, family, table)
    else:
        _object(cursor, items, family, table, word.text)


def priority(words: list[str]) -> int:
    """``filter``, ``filter + 20``, ``-150`` as a number; unknown names count as 0."""
    value, sign = 0, 1
    for word in words:
        if word in {"+", "-"}:
            sign = 1 if word == "+" else -1
        elif word.lstrip("+-").isdigit():
            value += sign * int(word)
        else:
            value += PRIORITIES.get(word, 0)
    return value
