"""JSON Schemas for editors and the reference of the text, both made from the model, so that they cannot lie.

Every scalar may be written as text, number or truth value, because Ninefold reads text and types it by field;
patterns say which text fits.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from enum import Enum, IntEnum
from typing import Any, Final

import msgspec

from ninefold.base.i18n import Text
from ninefold.model.assets import Asset
from ninefold.model.system import System
from ninefold.workspace.documents import CATALOGUE, FILES, FORMAT, MAIN, SECTIONS
from ninefold.workspace.inventory import COLUMNS

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_SCALAR: Final = ["string", "number", "boolean"]
_DATE: Final = r"^\d{4}-\d{2}-\d{2}$"
_PORT: Final = r"^((tcp|udp|sctp|icmp|icmpv6|ip)/\d{1,5}(-\d{1,5})?|l2/0x[0-9a-fA-F]{4}|esp|ah|gre|any|igmp|vrrp|ospf)$"
_PATTERNS: Final = {
    "id": r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$",
    "address": r"^[0-9a-fA-F.:]+$",
    "address6": r"^[0-9a-fA-F.:]+$",
    "subnet": r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$",
    "subnet6": r"^[0-9a-fA-F:]+/\d{1,3}$",
    "mac": r"^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$",
    "vlan": r"^\d{1,4}$",
    **dict.fromkeys(("until", "due", "support_until", "date", "expires"), _DATE),
}
_ITEM_PATTERNS: Final = {"ports": _PORT}
_RANGES: Final = {"rating": (1, 5), "capability_level": (0, 4), "level": (1, 4), "least_class": (1, 4)}
_SHORT: Final = ("address", "network", "mac", "address6")
Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """File name of a schema -> schema: one per kind of file."""
    lists = {name: _list(_ref(kind)) for name, kind in SECTIONS.items()}
    zone = {"zone": _ref(SECTIONS["zones"]), "assets": lists["assets"]}
    main: Schema = {
        "format": {"type": ["integer", "string"], "const": FORMAT},
        "base": {"type": "string"},
        "without": _list({"type": "string"}),
        "system": _ref(System),
        **{name: schema for name, schema in lists.items() if not name.startswith("own_")},
        "law": {"type": "object"},
    }
    main["zones"] = _list({"type": "object"})
    found = {MAIN: _file(main, ("format",)), "zone.yaml": _file(zone, ("zone",))}
    found |= {name: _file({key: lists[key] for key in keys}, ()) for name, keys in FILES.items()}
    found["catalogue.yaml"] = _file({short: lists[name] for short, name in CATALOGUE.items()}, ())
    found["inventory.yaml"] = _file(
        {
            "columns": {"type": "object", "propertyNames": {"enum": list(COLUMNS)}},
            "kinds": {"type": "object"},
            "zone": {"type": "string"},
            "sheet": {"type": "string"},
        },
        (),
    )
    return {name.replace(".yaml", ".json"): schema for name, schema in found.items()}


def _file(properties: Schema, required: tuple[str, ...]) -> Schema:
    kinds = dict(_reached(properties))
    return {
        "$schema": DRAFT,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "$defs": {name: _definition(kind) for name, kind in sorted(kinds.items())},
    }


def _reached(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every struct that a schema speaks of, also through others."""
    seen: dict[str, Any] = {}
    stack = [schema]
    while stack:
        node = stack.pop()
        for name in re.findall(r"#/\$defs/(\w+)", repr(node)):
            if name not in seen:
                seen[name] = _KINDS[name]
                stack.append(_definition(_KINDS[name]))
    yield from seen.items()


_KINDS: Final[dict[str, Any]] = {}


def _ref(kind: Any) -> Schema:
    _KINDS.setdefault(kind.__name__, kind)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _list(item: Schema) -> Schema:
    return {"type": ["array", "null"], "items": item}


def _definition(kind: Any) -> Schema:
    properties = {field.encode_name: _field(field.name, field.type) for field in msgspec.structs.fields(kind)}
    if kind is Asset:
        properties |= {name: _field(name, str) for name in _SHORT}
    required = [field.encode_name for field in msgspec.structs.fields(kind) if field.required]
    return {
        "type": "object",
        "description": _words(kind),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _field(name: str, kind: Any) -> Schema:
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        inner = next(item for item in typing.get_args(kind) if item is not type(None))
        return {"anyOf": [_field(name, inner), {"type": "null"}]}
    if origin is tuple:
        item = _field("", typing.get_args(kind)[0])
        if name in _ITEM_PATTERNS:
            item = {"type": "string", "pattern": _ITEM_PATTERNS[name]}
        return {"anyOf": [_list(item), item]} if "type" in item or "enum" in item else _list(item)
    if kind is Text:
        return {"anyOf": [{"type": "string"}, _ref(Text)]}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _ref(kind)
    return _scalar(name, kind)


def _scalar(name: str, kind: Any) -> Schema:
    if isinstance(kind, type) and issubclass(kind, Enum):
        words = list(_choices(kind))
        truth = [True] * ("yes" in words) + [False] * ("no" in words)  # what YAML 1.1 makes of these words
        numbers = [int(item.value) for item in kind] if issubclass(kind, IntEnum) else []
        return {"enum": [*words, *truth, *numbers]}
    if kind is bool:
        return {"type": ["boolean", "string"], "pattern": "^(true|false|yes|no|on|off)$"}
    if kind is int:
        low, high = _RANGES.get(name, (None, None))
        bounds = {} if low is None else {"minimum": low, "maximum": high}
        return {"type": ["integer", "string"], "pattern": r"^-?\d{1,15}$", **bounds}
    if kind is float:
        return {"type": ["number", "string"], "pattern": r"^-?\d+(\.\d+)?$"}
    pattern = {"pattern": _PATTERNS[name]} if name in _PATTERNS else {}
    return {"type": [*_SCALAR, "null"], **pattern}


def _choices(kind: type[Enum]) -> Iterator[str]:
    for item in kind:
        yield item.name if issubclass(kind, IntEnum) else str(item.value)


def _words(kind: Any) -> str:
    """The first sentence of a docstring on one line, without the markup of code."""
    return " ".join((kind.__doc__ or "").split()).replace("``", "`")


def reference() -> str:
    """The reference of the text as Markdown: every file, every section, every field."""
    parts = [_HEAD]
    shown: set[str] = set()
    for title, kinds in _chapters():
        parts.append(f"## {title}\n")
        queue = list(kinds)
        while queue:
            kind = queue.pop(0)
            if kind.__name__ in shown:
                continue
            shown.add(kind.__name__)
            parts.append(_chapter(kind))
            queue += [inner for field in msgspec.structs.fields(kind) for inner in _structs(field.type)]
    return "\n".join(parts).rstrip() + "\n"


def _chapters() -> list[tuple[str, list[Any]]]:
    chapters: list[tuple[str, list[Any]]] = [(f"`{MAIN}`: `system`", [System])]
    chapters.append(("`zones/ID.yaml`: `zone`, `assets`", [SECTIONS["zones"], Asset]))
    for name, keys in FILES.items():
        chapters.append((f"`{name}`: " + ", ".join(f"`{key}`" for key in keys), [SECTIONS[key] for key in keys]))
    short = ", ".join(f"`{key}`" for key in CATALOGUE)
    chapters.append((f"`catalogue/*.yaml`: {short}", [SECTIONS[name] for name in CATALOGUE.values()]))
    return chapters


def _structs(kind: Any) -> Iterator[Any]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Text:
        yield kind
    for inner in typing.get_args(kind):
        yield from _structs(inner)


def _chapter(kind: Any) -> str:
    rows = [f"### {kind.__name__}\n", _words(kind) + "\n", "| key | value | |", "|---|---|---|"]
    for field in msgspec.structs.fields(kind):
        rows.append(f"| `{field.encode_name}` | {_told(field.type)} | {_default(field)} |")
    if kind is Asset:
        rows.append("| `address`, `network`, `mac`, `address6` | text | short for one entry of `interfaces` |")
    return "\n".join(rows) + "\n"


def _told(kind: Any) -> str:
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        return " or ".join(_told(item) for item in typing.get_args(kind) if item is not type(None)) + " or nothing"
    if origin is tuple:
        return "list of " + _told(typing.get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{word}`" for word in _choices(kind))
    if kind is Text:
        return "text, or `{en: ..., de: ...}`"
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return {str: "text", bool: "`true` or `false`", int: "whole number", float: "number"}[kind]


def _default(field: Any) -> str:
    if field.required:
        return "required"
    value = field.default
    if isinstance(value, Enum):
        return f"default `{value.name if isinstance(value, IntEnum) else value.value}`"
    if isinstance(value, bool):
        return "default `true`" if value else ""
    return f"default `{value}`" if isinstance(value, (int, float)) and value else ""


_HEAD: Final = """# The text of a workspace

Made from the model by `tools/generate_reference.py`; do not edit by hand.

Every value is read as text and typed by its field: `2.10` stays a version, `010` a VLAN, `NO` a country. Duplicate
keys, anchors (`&`, `*`) and tags (`!`) are refused. Unknown keys are faults. `ninefold check` names all faults at
once, with file, line and column.

Ids are 1 to 80 of letters, digits, `-`, `_`, `.`, and unique over all kinds of things. Where a list of words is
expected, a single word may stand alone. Everything but the catalogue may also stand in `ninefold.yaml` itself:
`zones` is then a list of `{zone: {...}, assets: [...]}`.

`base: ../folder` makes a workspace store only its differences to another one: things with the same id are merged
field by field, `without: [id, ...]` leaves things out.

`inventory.csv` or `inventory.xlsx` may hold assets as a table. `inventory.yaml` then says which column is which field
(`columns: {id: Device}`), which word means which kind (`kinds: {CPU: plc}`), the `zone` of rows that name none, and
the `sheet`.

JSON Schemas for editors stand in [schema/](schema/). A file names its own in the first line:
`# yaml-language-server: $schema=https://.../schema/zone.json`.
"""
