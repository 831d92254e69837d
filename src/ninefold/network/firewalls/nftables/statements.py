"""Rules, chains and sets of nftables text."""

from __future__ import annotations

from typing import Any

from ninefold.network.firewalls.nftables import expressions
from ninefold.network.firewalls.nftables.expressions import COMPARE
from ninefold.network.firewalls.nftables.lexer import DEPTH
from ninefold.network.firewalls.nftables.reader import Cursor, Item, priority

_OPEN = frozenset({"end", "eof"})


def chain_body(
    cursor: Cursor, items: list[Item], family: str, table: str, name: str, line: int, depth: int = 0
) -> None:
    """What stands in the braces of a chain (the opening one is read)."""
    if depth > DEPTH:
        raise cursor.wrong("too deep")
    chain: Item = {"family": family, "table": table, "name": name, "line": line}
    items.append({"chain": chain})
    while True:
        cursor.skip_ends()
        if cursor.take("}"):
            return
        if cursor.peek().kind == "eof":
            raise cursor.wrong("a closing brace is missing")
        word = cursor.peek().text
        if word == "type" and "hook" in {cursor.peek(ahead).text for ahead in (1, 2)}:
            _base(cursor, chain)
        elif word == "policy":
            cursor.next()
            chain["policy"] = cursor.next().text
        elif word in {"flags", "comment"} and cursor.peek(2).kind in _OPEN:
            cursor.at += 2
        else:
            made = rule(cursor, items, family, table, depth)
            items.append({"rule": {"family": family, "table": table, "chain": name, "first": False, **made}})


def _base(cursor: Cursor, chain: Item) -> None:
    cursor.next()
    chain["type"] = cursor.next().text
    words: list[str] = []
    while cursor.peek().kind not in _OPEN and cursor.peek().text != "}":
        words.append(cursor.next().text)
    if "hook" in words and "priority" in words:
        chain["hook"] = words[words.index("hook") + 1] if words.index("hook") + 1 < len(words) else ""
        chain["prio"] = priority(words[words.index("priority") + 1 :])
        chain["device"] = "device" in words
    chain.setdefault("policy", "accept")


def rule(cursor: Cursor, items: list[Item], family: str, table: str, depth: int = 0) -> Item:
    """One rule up to the end of its line: expressions as ``nft -j`` writes them, comment, line, text."""
    start, line = cursor.at, cursor.peek().line
    expr: list[Any] = []
    comment = ""
    while cursor.peek().kind not in _OPEN and cursor.peek().text != "}":
        if cursor.take("comment"):
            comment = cursor.next().text
            continue
        expr.append(_statement(cursor, items, family, table, depth))
    text = " ".join(f'"{t.text}"' if t.kind == "string" else t.text for t in cursor.tokens[start : cursor.at])
    return {"expr": expr, "comment": comment, "line": line, "text": " ".join(text.split())[:400]}


def _statement(cursor: Cursor, items: list[Item], family: str, table: str, depth: int) -> Any:
    word = cursor.peek().text
    found = expressions.verdict(cursor)
    if found is not None:
        return found
    if word in {"jump", "goto"}:
        return _anonymous(cursor, items, family, table, depth)
    if word in _STATEMENTS:
        cursor.next()
        return _STATEMENTS[word](cursor)
    if word == "ct" and cursor.peek(1).text == "count":
        cursor.at += 2
        over = cursor.take("over")
        return {"ct count": {"val": cursor.next().text, "inv": over}}
    if word in {"add", "update", "delete", "set"} or (word == "ct" and cursor.peek(2).text == "set"):
        return _change(cursor)
    return _match(cursor, depth)


def _anonymous(cursor: Cursor, items: list[Item], family: str, table: str, depth: int) -> Any:
    kind = cursor.next().text
    line = cursor.peek().line
    cursor.need("{")
    cursor.fresh += 1
    name = f"(chain {cursor.fresh})"
    chain_body(cursor, items, family, table, name, line, depth + 1)
    return {kind: {"target": name}}


def _match(cursor: Cursor, depth: int) -> Any:
    start = cursor.at
    left = expressions.left(cursor)
    if left is None:
        return _unknown(cursor)
    if cursor.take("vmap"):
        data = expressions.right(cursor, depth)
        return {"vmap": {"key": left, "data": data}}
    if cursor.take("set"):
        return {"mangle": {"key": left, "value": _words(cursor)}}
    if cursor.take("map"):
        cursor.at = start
        return _unknown(cursor)
    token = cursor.peek()
    operator = COMPARE.get(token.text) if token.kind != "string" else None
    if operator:
        cursor.next()
    elif token.kind in _OPEN or token.text == "}":
        raise cursor.wrong("a value is expected")
    right = expressions.right(cursor, depth)
    if cursor.take("/"):
        mask = expressions.right(cursor, depth)
        return {"match": {"op": operator or "==", "left": {"&": [left, mask]}, "right": right}}
    return {"match": {"op": operator or "in", "left": left, "right": right}}


def _words(cursor: Cursor) -> str:
    """The words of an assignment; a map in braces counts as one word."""
    from ninefold.network.firewalls.nftables.reader import skip_block

    words = []
    while cursor.peek().kind not in _OPEN and cursor.peek().text != "}":
        if cursor.peek().text == "{":
            words.append(skip_block(cursor))
            continue
        if words and cursor.peek().text in {*_STATEMENTS, "accept", "drop", "return", "continue", "jump", "goto"}:
            break
        words.append(cursor.next().text)
    return " ".join(words)


def _change(cursor: Cursor) -> Any:
    """``add @set { ... }`` and assignments: no verdict of their own, except for the limits inside."""
    from ninefold.network.firewalls.nftables.reader import skip_block

    words = []
    while cursor.peek().kind not in _OPEN and cursor.peek().text != "}":
        if cursor.peek().text == "{":
            words.append(skip_block(cursor))
            break
        words.append(cursor.next().text)
    text = " ".join(words)
    bounded = any(f" {key} " in f" {text} " for key in ("limit", "ct count", "quota"))
    return {"dynamic": {"text": text, "bounded": bounded}}


def _unknown(cursor: Cursor) -> Any:
    """The rest of a rule that is not understood."""
    from ninefold.network.firewalls.nftables.reader import skip_block

    words = []
    while cursor.peek().kind not in _OPEN and cursor.peek().text != "}":
        words.append(skip_block(cursor) if cursor.peek().text == "{" else cursor.next().text)
    return {"unknown": " ".join(words)}


def _counter(cursor: Cursor) -> Any:
    while cursor.peek().text in {"packets", "bytes"}:
        cursor.at += 2
    if cursor.peek().text == "name" or (cursor.peek().kind == "string"):
        cursor.at += 2 if cursor.peek().text == "name" else 1
    return {"counter": None}


def _log(cursor: Cursor) -> Any:
    while cursor.peek().text in {"prefix", "level", "group", "snaplen", "queue-threshold", "flags"}:
        word = cursor.next().text
        if word == "flags":
            if cursor.next().text in {"tcp", "ip"}:
                cursor.next()
            while cursor.take(","):
                cursor.next()
        else:
            cursor.next()
    return {"log": None}


def _limit(cursor: Cursor) -> Any:
    if cursor.take("name"):
        return {"limit": cursor.next().text}
    cursor.need("rate")
    over = cursor.take("over")
    if not over:
        cursor.take("until")
    words = [cursor.next().text]
    while cursor.peek().text in {"bytes/second", "kbytes/second", "mbytes/second", "bytes", "/", "second", "minute"}:
        words.append(cursor.next().text)
    if cursor.take("burst"):
        cursor.next()
        if cursor.peek().text in {"packets", "bytes", "kbytes", "mbytes"}:
            cursor.next()
    return {"limit": {"rate": " ".join(words), "inv": over}}


def _quota(cursor: Cursor) -> Any:
    over = False
    while cursor.peek().text in {"name", "over", "until", "used", "bytes", "kbytes", "mbytes"} or (
        cursor.peek().text.isdigit()
    ):
        over |= cursor.next().text == "over"
    return {"quota": {"inv": over}}


def _reject(cursor: Cursor) -> Any:
    if cursor.take("with"):
        cursor.next()
        if cursor.take("type") or cursor.peek().text not in {"accept", "drop"}:
            cursor.next()
    return {"reject": None}


_NAT_FLAGS = frozenset({"random", "fully-random", "persistent", ",", "netmap"})


def _translate(kind: str) -> Any:
    def parse(cursor: Cursor) -> Any:
        made: Item = {}
        if cursor.peek().text in {"ip", "ip6"}:
            made["family"] = cursor.next().text
        while cursor.peek().text in {"prefix", "addr", "interval", ".", "port"}:
            made["prefix"] = made.get("prefix", False) or cursor.peek().text == "prefix"
            cursor.next()
        if cursor.take("to"):
            made.update(_destination(cursor))
        while cursor.peek().text in _NAT_FLAGS:
            cursor.next()
        return {kind: made}

    return parse


def _destination(cursor: Cursor) -> Item:
    if cursor.peek().text in {"ip", "ip6"} and cursor.peek(1).text not in {"saddr", "daddr"}:
        cursor.next()
    if cursor.take(":"):
        return {"port": _mapped(cursor)}
    token = cursor.peek()
    if token.text.startswith(":") and token.kind == "word" and not token.text.startswith("::"):
        cursor.tokens[cursor.at] = token._replace(text=token.text[1:])
        return {"port": _mapped(cursor)}
    target = _mapped(cursor)
    made: Item = {"addr": target}
    if isinstance(target, str) and target.startswith("["):
        address, _, port = target[1:].partition("]")
        made = {"addr": expressions.plain(address)}
        if port:
            made["port"] = expressions.plain(port[1:])
    elif isinstance(target, str) and target.count(":") == 1:
        address, port = target.split(":")
        made = {"addr": expressions.plain(address), "port": expressions.plain(port)} if address else {}
    if cursor.take(":"):
        made["port"] = _mapped(cursor)
    return made


def _mapped(cursor: Cursor) -> Any:
    """A value, or a field looked up in a map."""
    start = cursor.at
    left = expressions.left(cursor)
    if left is not None and cursor.take("map"):
        return {"map": {"key": left, "data": expressions.right(cursor)}}
    cursor.at = start
    return expressions.joined(cursor)


def _simple(kind: str) -> Any:
    def parse(cursor: Cursor) -> Any:
        return {kind: _words(cursor)}

    return parse


_STATEMENTS: dict[str, Any] = {
    "counter": _counter,
    "log": _log,
    "limit": _limit,
    "quota": _quota,
    "reject": _reject,
    "snat": _translate("snat"),
    "dnat": _translate("dnat"),
    "masquerade": _translate("masquerade"),
    "redirect": _translate("redirect"),
    "notrack": lambda cursor: {"notrack": None},
    "queue": _simple("unknown"),
    "tproxy": _simple("unknown"),
    "dup": _simple("unknown"),
    "fwd": _simple("unknown"),
    "synproxy": _simple("unknown"),
    "flow": _simple("unknown"),
}


def named_set(cursor: Cursor, items: list[Item], family: str, table: str, word: Any) -> None:
    """``set NAME { ... }`` or ``map NAME { ... }``."""
    made: Item = {"family": family, "table": table, "name": cursor.next().text, "line": word.line, "flags": []}
    cursor.need("{")
    while True:
        cursor.skip_ends()
        if cursor.take("}"):
            break
        if cursor.peek().kind == "eof":
            raise cursor.wrong("a closing brace is missing")
        key = cursor.next().text
        if key == "elements":
            cursor.need("=")
            made["elem"] = made.get("elem", []) + expressions.elements(cursor)
        elif key == "flags":
            made["flags"] = [t for t in _line(cursor) if t != ","]
        else:
            made[key] = " ".join(_line(cursor))
    items.append({word.text: made})


def _line(cursor: Cursor) -> list[str]:
    words = []
    while cursor.peek().kind not in _OPEN and cursor.peek().text != "}":
        words.append(cursor.next().text)
    return words


def element(cursor: Cursor, items: list[Item], family: str, table: str) -> None:
    """``add element TABLE SET { ... }``."""
    name = cursor.next().text
    items.append({"element": {"family": family, "table": table, "name": name, "elem": expressions.elements(cursor)}})
