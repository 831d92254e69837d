"""YAML as text: every scalar stays a string, every value knows its place, and nothing clever is understood.

YAML's own guesses turn a MAC address into a number, VLAN ``010`` into 8 and the country ``NO`` into *false*;
so types come from the model, field by field (:mod:`ninefold.workspace.convert`). Duplicate keys, anchors,
aliases and tags are refused: a reader must see what is meant, and an alias bomb must not be possible.
"""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.limits import NESTING, TEXT_FILE
from ninefold.workspace.faults import Faults, place, say

_TEXT: Final = "tag:ninefold:text"
# Only texts in which an anchor or alias could stand pay for the slow search.
_MAYBE_ANCHOR: Final = re.compile(rb"(?:^|[\s\[{,:?-])[&*][^\s,\[\]{}]", re.MULTILINE)


class _Named(io.BytesIO):
    name: str


class _Parser(CParser):
    """libyaml's composer with a bound on depth; its guesses at types are switched off."""

    def __init__(self, stream: _Named) -> None:
        CParser.__init__(self, stream)
        self.depth = 0

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return _TEXT

    def descend_resolver(self, parent: Any, index: Any) -> None:
        self.depth += 1
        if self.depth > NESTING:
            raise LimitError("too-deep", str(say("The text is nested more than {n} deep.", n=NESTING)))

    def ascend_resolver(self) -> None:
        self.depth -= 1


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection inside: reading makes many small objects that all stay."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def parse(name: str, data: bytes) -> Node | None:
    """The tree of values of one YAML document; None when it holds only comments.

    ``name`` is the file name shown to people. Raises InputError for broken YAML,
    a 0-byte file, anchors, wrong encoding;
    LimitError when it is too large or too deep.
    """
    if len(data) > TEXT_FILE:
        raise LimitError("too-large", str(say("The file is larger than {n} bytes.", n=TEXT_FILE)), place=Place(name))
    if not data:
        advice = str(say("Write its content or delete the file."))
        raise InputError("empty-file", str(say("The file is empty (0 bytes).")), place=Place(name), advice=advice)
    check_encoding(name, data)
    try:
        if _MAYBE_ANCHOR.search(data):
            _refuse_anchors(name, data)
        node: Node | None = _Parser(_stream(name, data)).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _broken(name, error) from error
    except yaml.YAMLError as error:
        raise InputError("bad-yaml", str(say("This is not readable YAML.")), place=Place(name)) from error
    except LimitError as error:
        error.place = Place(name)
        raise
    return node


def _stream(name: str, data: bytes) -> _Named:
    stream = _Named(data)
    stream.name = name
    return stream


def check_encoding(name: str, data: bytes) -> None:
    """InputError, with the line, when a text is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        advice = str(say("Save the file as UTF-8."))
        raise InputError(
            "bad-encoding", str(say("The text is not UTF-8.")), place=Place(name, line), advice=advice
        ) from error


def _refuse_anchors(name: str, data: bytes) -> None:
    parser = CParser(_stream(name, data))
    while parser.check_event():
        event: Any = parser.get_event()
        if getattr(event, "anchor", None) is not None:
            mark = event.start_mark
            raise InputError(
                "anchor",
                str(say("Anchors (&) and aliases (*) are not used here.")),
                place=Place(name, mark.line + 1, mark.column + 1),
                advice=str(say("Write the value out, or put a text that begins with & or * into quotes.")),
            )


def _broken(name: str, error: yaml.MarkedYAMLError) -> InputError:
    mark = error.problem_mark or error.context_mark
    where = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
    problem = error.problem or "?"
    advice = say("Look for a missing colon or quote, a tab, or a wrong indentation at this line or just above.")
    return InputError(
        "bad-yaml", str(say("This is not valid YAML: {what}.", what=problem)), place=where, advice=str(advice)
    )


def mapping(node: Node, faults: Faults) -> dict[str, Node]:
    """Keys and value nodes of a mapping; duplicates, tags and keys that are no text are faults."""
    if not isinstance(node, MappingNode):
        if not is_empty(node):
            faults.add("not-a-mapping", say("Keys and values are expected here."), node, say("Write 'key: value'."))
        return {}
    result: dict[str, Node] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            faults.add("bad-key", say("A key must be a plain word."), key)
            continue
        if key.value in result:
            advice = say("Keep one of them. The first stands in line {n}.", n=result[key.value].start_mark.line + 1)
            faults.add("duplicate-key", say("The key '{key}' stands here twice.", key=key.value), key, advice)
            continue
        result[key.value] = value
    return result


def items(node: Node, faults: Faults) -> list[Node]:
    """The items of a list; an empty value is an empty list."""
    if isinstance(node, SequenceNode):
        return list(node.value)
    if not is_empty(node):
        faults.add("not-a-list", say("A list is expected here."), node, say("Begin each item with '- '."))
    return []


def text(node: Node, faults: Faults) -> str | None:
    """The text of a scalar; a fault and None for lists and mappings."""
    if node.tag != _TEXT and isinstance(node, ScalarNode):
        faults.add("tag", say("Tags ('!...') are not used here."), node, say("Remove the tag."))
        return None
    if isinstance(node, ScalarNode):
        return str(node.value)
    faults.add("not-a-text", say("A single value is expected here."), node)
    return None


def is_empty(node: Node) -> bool:
    """Whether nothing was written after the key (or ``~``, ``null``)."""
    return isinstance(node, ScalarNode) and not node.style and node.value in {"", "~", "null"}


def plain(node: Node, faults: Faults) -> Any:
    """Dicts, lists and strings of a tree, for parts that have no model of their own."""
    if isinstance(node, MappingNode):
        return {key: plain(value, faults) for key, value in mapping(node, faults).items()}
    if isinstance(node, SequenceNode):
        return [plain(item, faults) for item in node.value]
    return None if is_empty(node) else text(node, faults)


def scalar(value: str, like: Node) -> ScalarNode:
    """A text made by us (a shorthand written out) that keeps the place of ``like``."""
    return ScalarNode(_TEXT, value, like.start_mark, like.end_mark, style="'")


def make_mapping(pairs: dict[str, Node], like: Node) -> MappingNode:
    """A mapping made by us that keeps the place of ``like``."""
    nodes = [(scalar(key, value), value) for key, value in pairs.items()]
    return MappingNode(_TEXT, nodes, like.start_mark, like.end_mark)


def make_list(values: list[Node], like: Node) -> SequenceNode:
    """A list made by us that keeps the place of ``like``."""
    return SequenceNode(_TEXT, values, like.start_mark, like.end_mark)


__all__ = [
    "collector_paused",
    "is_empty",
    "items",
    "make_list",
    "make_mapping",
    "mapping",
    "parse",
    "place",
    "plain",
    "scalar",
    "text",
]
