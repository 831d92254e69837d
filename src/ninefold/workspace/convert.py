"""From text to the values of the model, field by field. All faults of a value are reported, not the first.

A converter takes a node of the tree and the collector of faults, and gives a value or :data:`BAD`.
Converters are made once per type.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from enum import Enum, IntEnum
from functools import cache
from typing import Any, Final

import msgspec
from yaml.nodes import MappingNode, Node, ScalarNode

from ninefold.base.i18n import Text
from ninefold.workspace import yamlio
from ninefold.workspace.faults import Faults, nearest, say

Converter = Callable[[Node, "Origins"], Any]


class _Bad:
    pass


BAD: Final = _Bad()
_YES: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Origins(Faults):
    """Faults, and which node each struct was made of, so that later checks can name the place of a field."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: dict[int, Node] = {}

    def at(self, value: Any, field: str = "") -> Node | None:
        """The node of a struct, or of one of its fields where it was written."""
        node = self.nodes.get(id(value))
        if field and isinstance(node, MappingNode):
            for key, child in node.value:
                if key.value == field:
                    return typing.cast(Node, child)
        return node


@cache
def converter(kind: Any) -> Converter:
    """The converter of a type of the model: structs, enums, tuples, numbers, texts."""
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        inner = [item for item in typing.get_args(kind) if item is not type(None)]
        return _optional(converter(inner[0]))
    if origin is tuple:
        return _tuple(typing.get_args(kind)[0])
    if kind is Text:
        return _words
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    return {str: _str, bool: _bool, int: _int, float: _float}[kind]


def _str(node: Node, origins: Origins) -> Any:
    if yamlio.is_empty(node):
        return ""
    value = yamlio.text(node, origins)
    return BAD if value is None else value


def _bool(node: Node, origins: Origins) -> Any:
    value = yamlio.text(node, origins)
    if value is None:
        return BAD
    if value.lower() in _YES:
        return _YES[value.lower()]
    origins.add(
        "bad-value", say("'{value}' is neither true nor false.", value=value), node, say("Write true or false.")
    )
    return BAD


def _int(node: Node, origins: Origins) -> Any:
    value = yamlio.text(node, origins)
    if value is None:
        return BAD
    if value.isascii() and value.removeprefix("-").isdigit() and len(value) < 16:
        return int(value)
    origins.add("bad-value", say("'{value}' is no whole number.", value=value), node)
    return BAD


def _float(node: Node, origins: Origins) -> Any:
    value = yamlio.text(node, origins)
    if value is None:
        return BAD
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if abs(number) < 1e15 and "_" not in value:
        return number
    origins.add("bad-value", say("'{value}' is no number.", value=value), node, say("Write it like 1250.50."))
    return BAD


def _words(node: Node, origins: Origins) -> Any:
    """A text in one language, or ``{en: ..., de: ...}``."""
    if isinstance(node, MappingNode):
        return _struct(Text)(node, origins)
    value = _str(node, origins)
    return value if value is BAD else Text(value)


def _optional(inner: Converter) -> Converter:
    def convert(node: Node, origins: Origins) -> Any:
        return None if yamlio.is_empty(node) else inner(node, origins)

    return convert


def _enum(kind: type[Enum]) -> Converter:
    known: dict[str, Enum] = {str(item.value).lower(): item for item in kind}
    known |= {item.name.lower(): item for item in kind}
    words = [item.name if issubclass(kind, IntEnum) else str(item.value) for item in kind]

    def convert(node: Node, origins: Origins) -> Any:
        value = yamlio.text(node, origins)
        if value is None:
            return BAD
        if value.lower() in known:
            return known[value.lower()]
        advice = nearest(value.lower(), words) or say("Write one of: {words}.", words=", ".join(words))
        origins.add("bad-value", say("'{value}' is not known here.", value=value), node, advice)
        return BAD

    return convert


def _tuple(inner_kind: Any) -> Converter:
    inner = converter(inner_kind)
    simple = inner_kind is str or (isinstance(inner_kind, type) and issubclass(inner_kind, Enum))

    def convert(node: Node, origins: Origins) -> Any:
        if simple and isinstance(node, ScalarNode) and not yamlio.is_empty(node):
            values = [inner(node, origins)]  # one word instead of a list of one
        else:
            values = [inner(item, origins) for item in yamlio.items(node, origins)]
        return tuple(value for value in values if value is not BAD)

    return convert


def _struct(kind: type[msgspec.Struct]) -> Converter:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    converters: dict[str, Converter] = {}
    required = [name for name, field in fields.items() if field.required]

    def convert(node: Node, origins: Origins) -> Any:
        if not isinstance(node, MappingNode):
            origins.add("not-a-mapping", say("Keys and values are expected here."), node, say("Write 'key: value'."))
            return BAD
        if not converters:
            converters.update({name: converter(field.type) for name, field in fields.items()})
        values: dict[str, Any] = {}
        whole = True
        for key, child in yamlio.mapping(node, origins).items():
            field = fields.get(key)
            if field is None:
                _unknown_key(key, node, fields, origins)
                continue
            if yamlio.is_empty(child) and not field.required:
                continue  # nothing written: the default holds
            value = converters[key](child, origins)
            if value is BAD and field.required:
                value = _stand_in(field.type)
                whole = False
            if value is not BAD:
                values[field.name] = value
        missing = [name for name in required if fields[name].name not in values]
        if missing and whole:
            advice = say("Add the line '{key}: ...'.", key=missing[0])
            origins.add("missing-key", say("'{keys}' is missing.", keys=", ".join(missing)), node, advice)
        if missing:
            origins.known.add(str(values.get("id", "")))
            return BAD
        result = kind(**values)
        origins.nodes[id(result)] = node
        return result

    return convert


def _stand_in(kind: Any) -> Any:
    """Something to go on with, so that later checks of the same item still run; the fault is already noted."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    return {str: "", int: 1, bool: False, float: 0.0}.get(kind, BAD)


def _unknown_key(key: str, node: MappingNode, known: Any, origins: Origins) -> None:
    at = next((name for name, _ in node.value if name.value == key), node)
    advice = nearest(key, known) or say("Known here: {keys}.", keys=", ".join(known))
    origins.add("unknown-key", say("The key '{key}' is not known here.", key=key), at, advice)
