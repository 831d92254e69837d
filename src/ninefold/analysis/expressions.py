"""The language of conditions in the catalogue of threats: parsed by us, no code is ever evaluated.

    kind in [plc, rtu] and serves has any [modbus, s7comm] and not (legacy or zone_broker)

A name is a feature of the thing looked at (:mod:`ninefold.analysis.features`). Atoms: ``name``, ``name = word``,
``!=``, ``<``, ``<=``, ``>``, ``>=``, ``name in [a, b]``, ``name has word``, ``name has any [a, b]``,
``name has all [a, b]``, ``name known``, ``name unknown``; joined by ``not``, ``and``, ``or``, parentheses.
Logic has three values: what is not known (None) makes an answer None, which is neither yes nor no.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from ninefold.base.errors import InputError

Value = bool | int | str | frozenset[str] | None
Test = Callable[[Mapping[str, Value]], bool | None]

MOST_CHARACTERS: Final = 4000
DEEPEST: Final = 32
_TOKEN = re.compile(r"\s*(?:(<=|>=|!=|=|<|>|\(|\)|\[|\]|,)|(-?[A-Za-z0-9_][A-Za-z0-9_.\-]*)|\"([^\"]*)\")")
_WORDS: Final = frozenset({"and", "or", "not", "in", "has", "any", "all", "known", "unknown", "true", "false"})


class Condition(NamedTuple):
    """A parsed condition: the test, and the names it looks at (nothing else can change its answer)."""

    test: Test
    names: tuple[str, ...]
    text: str


def parse(text: str, types: Mapping[str, str]) -> Condition:
    """The condition written in ``text``. ``types``: feature name -> ``flag``, ``number``, ``word`` or ``set``.

    Raises InputError with the place in the text for anything that is not in the language.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError("condition-too-long", "The condition is too long.", advice="Split the threat in two.")
    parser = _Parser(_tokens(text), types)
    test = parser.either(0)
    if parser.next is not None:
        raise _fault(f"'{parser.next}' is not expected here")
    return Condition(test, tuple(sorted(parser.names)), text)


def _fault(message: str, advice: str = "See docs/method.md, section Conditions.") -> InputError:
    return InputError("bad-condition", f"The condition is wrong: {message}.", advice=advice)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match or match.end() == position:
            raise _fault(f"'{text[position : position + 12]}' is not understood")
        tokens.append(match[1] or match[2] or f'"{match[3]}')
        position = match.end()
    if not tokens:
        raise _fault("it is empty")
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], types: Mapping[str, str]) -> None:
        self.tokens = tokens
        self.position = 0
        self.types = types
        self.names: set[str] = set()

    @property
    def next(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, expected: str = "") -> str:
        token = self.next
        if token is None or (expected and token != expected):
            raise _fault(f"'{expected or 'a word'}' is missing at '{token or 'the end'}'")
        self.position += 1
        return token

    def either(self, depth: int) -> Test:
        tests = [self.both(depth)]
        while self.next == "or":
            self.take()
            tests.append(self.both(depth))
        return tests[0] if len(tests) == 1 else _or(tests)

    def both(self, depth: int) -> Test:
        tests = [self.negation(depth)]
        while self.next == "and":
            self.take()
            tests.append(self.negation(depth))
        return tests[0] if len(tests) == 1 else _and(tests)

    def negation(self, depth: int) -> Test:
        if depth > DEEPEST:
            raise _fault("it is nested too deep")
        if self.next == "not":
            self.take()
            return _not(self.negation(depth + 1))
        if self.next == "(":
            self.take()
            test = self.either(depth + 1)
            self.take(")")
            return test
        return self.atom()

    def atom(self) -> Test:
        name = self.take()
        if name in _WORDS or name not in self.types:
            near = get_close_matches(name, self.types, 1)
            raise _fault(
                f"'{name}' is no feature here", f"Did you mean '{near[0]}'?" if near else "See docs/method.md."
            )
        self.names.add(name)
        kind = self.types[name]
        mark = self.next
        if mark in {"known", "unknown"}:
            self.take()
            return _known(name, mark == "known")
        if mark in {"=", "!="} and kind in {"word", "number", "flag"}:
            self.take()
            return _equal(name, self.literal(kind), mark == "=")
        if mark in {"<", "<=", ">", ">="} and kind == "number":
            self.take()
            return _compare(name, mark, self.literal("number"))
        if mark == "in" and kind == "word":
            self.take()
            return _in(name, frozenset(self.words()))
        if mark == "has" and kind == "set":
            self.take()
            return self.membership(name)
        if kind == "flag":
            return _flag(name)
        raise _fault(f"'{name}' is a {kind} and cannot be used like this")

    def membership(self, name: str) -> Test:
        if self.next in {"any", "all"}:
            every = self.take() == "all"
            return _has(name, frozenset(self.words()), every)
        return _has(name, frozenset({self.word()}), False)

    def words(self) -> list[str]:
        self.take("[")
        found = [self.word()]
        while self.next == ",":
            self.take()
            found.append(self.word())
        self.take("]")
        return found

    def word(self) -> str:
        token = self.take()
        if token.startswith('"'):
            return token[1:]
        if not (token[0].isalnum() or token[0] == "-"):
            raise _fault(f"a word is expected, not '{token}'")
        return token

    def literal(self, kind: str) -> Any:
        word = self.word()
        if kind == "number":
            if not word.lstrip("-").isdigit():
                raise _fault(f"'{word}' is no number")
            return int(word)
        if kind == "flag":
            if word not in {"true", "false"}:
                raise _fault(f"'{word}' is neither true nor false")
            return word == "true"
        return word


def _and(tests: list[Test]) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        answer: bool | None = True
        for part in tests:
            found = part(item)
            if found is False:
                return False
            if found is None:
                answer = None
        return answer

    return test


def _or(tests: list[Test]) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        answer: bool | None = False
        for part in tests:
            found = part(item)
            if found is True:
                return True
            if found is None:
                answer = None
        return answer

    return test


def _not(part: Test) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        found = part(item)
        return None if found is None else not found

    return test


def _flag(name: str) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        value = item[name]
        return None if value is None else bool(value)

    return test


def _known(name: str, wanted: bool) -> Test:
    return lambda item: (item[name] is not None) is wanted


def _equal(name: str, literal: Value, wanted: bool) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        value = item[name]
        return None if value is None else (value == literal) is wanted

    return test


def _compare(name: str, operator: str, literal: int) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        value = item[name]
        if not isinstance(value, int):
            return None
        if operator == "<":
            return value < literal
        if operator == "<=":
            return value <= literal
        return value > literal if operator == ">" else value >= literal

    return test


def _in(name: str, words: frozenset[str]) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        value = item[name]
        return None if value is None else value in words

    return test


def _has(name: str, words: frozenset[str], every: bool) -> Test:
    def test(item: Mapping[str, Value]) -> bool | None:
        value = item[name]
        if not isinstance(value, frozenset):
            return None
        return words <= value if every else bool(words & value)

    return test
