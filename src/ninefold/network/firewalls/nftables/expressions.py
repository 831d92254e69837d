"""Expressions of nftables: what a rule looks at, and the values it compares with."""

from __future__ import annotations

import re
from typing import Any

from ninefold.network.firewalls.nftables.lexer import DEPTH
from ninefold.network.firewalls.nftables.names import BARE_META, OTHER_LENGTH, PAYLOADS
from ninefold.network.firewalls.nftables.reader import Cursor

COMPARE = {"==": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "eq": "==", "ne": "!="}
COMPARE |= {"lt": "<", "gt": ">", "le": "<=", "ge": ">="}
_BIT = {"&": "&", "and": "&", "|": "|", "or": "|", "^": "^", "xor": "^"}
_FIB = frozenset({"saddr", "daddr", "mark", "iif", "oif", "."})


def left(cursor: Cursor) -> Any:
    """What a match looks at: one field, a concatenation, or a field masked with bits. None if it is no match."""
    first = _field(cursor)
    if first is None:
        return None
    fields = [first]
    while cursor.take("."):
        more = _field(cursor)
        if more is None:
            raise cursor.wrong("a field is expected after '.'")
        fields.append(more)
    result: Any = {"concat": fields} if len(fields) > 1 else first
    while cursor.peek().text in _BIT and cursor.peek().kind != "string":
        operator = _BIT[cursor.next().text]
        result = {operator: [result, _bits(cursor)]}
    return result


def _bits(cursor: Cursor) -> Any:
    if cursor.take("("):
        values = [value(cursor)]
        while cursor.peek().text in {"|", "or", ","}:
            cursor.next()
            values.append(value(cursor))
        cursor.need(")")
        return values
    first = value(cursor)
    values = [first]
    while cursor.peek().text in {"|", "or"}:
        cursor.next()
        values.append(value(cursor))
    return values if len(values) > 1 else first


def _field(cursor: Cursor) -> Any:
    token = cursor.peek()
    if token.kind != "word":
        return None
    word, after = token.text, cursor.peek(1).text
    if word in PAYLOADS and after not in {"option", "chunk"}:
        cursor.at += 2
        return {"payload": {"protocol": word, "field": after}}
    if word == "meta":
        cursor.at += 2
        return {"meta": {"key": after}}
    if word == "ct":
        return _ct(cursor)
    if word in BARE_META:
        cursor.at += 1
        return {"meta": {"key": word}}
    return _other(cursor, word, after)


def _ct(cursor: Cursor) -> Any:
    cursor.at += 1
    words = [cursor.next().text]
    if words[0] in {"original", "reply"}:
        words.append(cursor.next().text)
        if words[1] in {"ip", "ip6"}:
            words.append(cursor.next().text)
    return {"ct": {"key": " ".join(words)}}


def _other(cursor: Cursor, word: str, after: str) -> Any:
    """An expression outside the packet model, kept as its words."""
    words: list[str] = []
    if word == "fib":
        while len(words) == 0 or cursor.peek(1).text in {"."} or words[-1] == "." or cursor.peek().text in _FIB:
            words.append(cursor.next().text)
            if len(words) > 12:
                raise cursor.wrong("fib without a result")
            if cursor.peek().text in {"oif", "oifname", "type"} and words[-1] != ".":
                break
        words.append(cursor.next().text)
    else:
        length = OTHER_LENGTH.get(word, 0)
        if word in {"tcp", "ip", "ip6"} and after == "option":
            length = 4 if cursor.peek(3).text not in {*COMPARE, "exists", "missing", "{"} else 3
        elif word == "sctp":
            length = 4 if cursor.peek(3).text not in {*COMPARE, "exists", "missing"} else 3
        elif word == "ipsec":
            length = 3 + (cursor.peek(2).text == "spnum") * 2 + (cursor.peek(2).text in {"ip", "ip6"})
        elif word == "jhash":
            while cursor.peek(length).text != "mod" and cursor.peek(length).kind == "word":
                length += 1
            length += 2
        if word == "numgen" and cursor.peek(4).text == "offset":
            length += 2
        if word in {"jhash", "symhash"} and cursor.peek(length).text in {"seed", "offset"}:
            length += 2
        if length == 0 and not word.startswith("@"):
            return None
        words = [cursor.next().text for _ in range(max(1, length))]
        while word.startswith("@") and cursor.peek().text == ",":
            words += [cursor.next().text, cursor.next().text]
    if word == "rt" and len(words) == 2:
        return {"rt": {"key": words[1]}}
    return {"other": " ".join(words)}


_NUMBERS = re.compile(r"(0x[0-9a-fA-F]+|\d+)-(0x[0-9a-fA-F]+|\d+)")
_ADDRESSES = re.compile(r"([0-9a-fA-F:.]*[.:][0-9a-fA-F:.]*)-([0-9a-fA-F:.]*[.:][0-9a-fA-F:.]*)")


def value(cursor: Cursor) -> Any:
    """One value: a name, number, address, prefix or range."""
    token = cursor.next()
    if token.kind in {"end", "eof"} or (token.kind == "mark"):
        cursor.at -= 1
        raise cursor.wrong("a value is expected")
    if token.kind == "string":
        return token.text
    result = plain(token.text)
    if cursor.peek().text == "-" and cursor.peek().kind == "word":
        cursor.next()
        return {"range": [result, plain(cursor.next().text)]}
    return result


def plain(word: str) -> Any:
    """The typed form of one word."""
    for pattern in (_NUMBERS, _ADDRESSES):
        match = pattern.fullmatch(word)
        if match:
            return {"range": [plain(match[1]), plain(match[2])]}
    if word.isdigit():
        return int(word)
    if re.fullmatch(r"0x[0-9a-fA-F]+", word):
        return int(word, 16)
    address, slash, length = word.partition("/")
    if slash and length.isdigit():
        return {"prefix": {"addr": address, "len": int(length)}}
    return word


def right(cursor: Cursor, depth: int = 0) -> Any:
    """What a match compares with: a set, a named set, a value, a concatenation, a list of flags."""
    if cursor.peek().text == "{" and cursor.peek().kind == "mark":
        return {"set": elements(cursor, depth)}
    if cursor.peek().text.startswith("@") and cursor.peek().kind == "word":
        return cursor.next().text
    first = joined(cursor)
    values = [first]
    while cursor.peek().text in {",", "|", "or"} and cursor.peek().kind != "string":
        cursor.next()
        values.append(joined(cursor))
    return values if len(values) > 1 else first


def joined(cursor: Cursor) -> Any:
    """A value, or several joined by ``.``."""
    values = [value(cursor)]
    while cursor.peek().text == ".":
        cursor.next()
        values.append(value(cursor))
    return {"concat": values} if len(values) > 1 else values[0]


def elements(cursor: Cursor, depth: int = 0) -> list[Any]:
    """Elements in braces; those of a map become pairs. Timeouts, counters and comments of elements are passed over."""
    if depth > DEPTH:
        raise cursor.wrong("too deep")
    cursor.need("{")
    found: list[Any] = []
    while True:
        cursor.skip_newlines()
        if cursor.take("}"):
            return found
        key = joined(cursor) if cursor.peek().text != "{" else {"set": elements(cursor, depth + 1)}
        key = _split_pair(key, cursor)
        _extras(cursor)
        cursor.skip_newlines()
        if cursor.take(":"):
            cursor.skip_newlines()
            found.append([key, _data(cursor)])
            _extras(cursor)
        else:
            found.append(key)
        cursor.skip_newlines()
        if not cursor.take(",") and cursor.peek().text != "}":
            raise cursor.wrong("',' or '}' is expected")


def _split_pair(key: Any, cursor: Cursor) -> Any:
    """``80:accept`` written without spaces."""
    if isinstance(key, str):
        match = re.fullmatch(r"(\d+|[a-z][a-z-]*):([a-z0-9._-]+)", key)
        if match:
            from ninefold.network.firewalls.nftables.lexer import Token

            line = cursor.peek().line
            cursor.tokens[cursor.at : cursor.at] = [Token("word", ":", line), Token("word", match[2], line)]
            return plain(match[1])
    return key


def _extras(cursor: Cursor) -> None:
    while cursor.peek().kind == "word" and cursor.peek().text in {"timeout", "expires", "counter", "comment"}:
        word = cursor.next().text
        if word == "counter":
            while cursor.peek().text in {"packets", "bytes"}:
                cursor.at += 2
        else:
            cursor.at += 1


def _data(cursor: Cursor) -> Any:
    return verdict(cursor) or joined(cursor)


def verdict(cursor: Cursor) -> Any:
    """``accept``, ``jump x`` and their like as ``nft -j`` writes them, or None."""
    word = cursor.peek().text
    if cursor.peek().kind != "word":
        return None
    if word in {"accept", "drop", "return", "continue"}:
        cursor.next()
        return {word: None}
    if word in {"jump", "goto"} and cursor.peek(1).text != "{":
        cursor.next()
        return {word: {"target": cursor.next().text}}
    return None
