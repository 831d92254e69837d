"""The shape of every JSON document of the command line, and the JSON Schema made from it.

A shape is written as an example: ``str``, ``int``, ``float``, ``bool``, ``[item]`` for lists, ``{key: shape}`` for
objects, ``{str: shape}`` for mappings, :class:`Maybe` for values that may be null, :class:`Either` for one of some
words. ``docs/reference/json`` is generated from here; a test runs the commands against it.
"""

from __future__ import annotations

from typing import Any, Final


class Maybe:
    """A value that may be null."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


class Either:
    """One of some words."""

    def __init__(self, *words: str) -> None:
        self.words = words


REASON: Final[dict[str, Any]] = {"says": str}
STATES: Final = Either("pass", "fail", "undecided", "error", "not_applicable")
FINDING: Final = {
    "id": str,
    "rule": str,
    "subject": str,
    "title": str,
    "severity": Either("info", "low", "medium", "high", "critical"),
    "state": STATES,
    "because": [REASON],
    "references": [str],
    "advice": str,
    "place": Maybe(str),
    "evidence": Maybe(str),
}
RAN: Final = {"step": str, "number": int, "title": str, "summary": str, "rebuilt": bool, "files": [str]}

SHAPES: Final[dict[str, dict[Any, Any]]] = {
    "ninefold.error/1": {"code": str, "message": str, "place": Maybe(str), "advice": Maybe(str)},
    "ninefold.init/1": {"folder": str, "files": [str]},
    "ninefold.check/1": {
        "faults": [{"code": str, "message": str, "advice": str, "file": str, "line": int, "column": int}]
    },
    "ninefold.migrate/1": {"changed": [str], "dry_run": bool},
    "ninefold.rename/1": {"old": str, "new": str, "files": [str]},
    "ninefold.history/1": {"changes": [{"id": str, "date": str, "author": str, "reason": str, "files": [str]}]},
    "ninefold.undo/1": {"files": [str]},
    "ninefold.table-export/1": {"file": str},
    "ninefold.table-import/1": {
        "changes": [{"sheet": str, "id": str, "field": str, "old": str, "new": str}],
        "applied": bool,
    },
    "ninefold.status/1": {
        "steps": [
            {
                "step": str,
                "number": int,
                "title": str,
                "state": Either("not started", "current", "stale", "due"),
                "changed": [str],
                "why": str,
                "summary": str,
                "folder": str,
            }
        ],
        "next": str,
    },
    "ninefold.run/1": {"steps": [RAN]},
    "ninefold.cycle/1": {"steps": [RAN]},
    "ninefold.standards/1": {
        "query": str,
        "entries": [
            {
                "standard": str,
                "edition": str,
                "id": str,
                "title": {"en": str, "de": str},
                "facts": {str: str},
                "doubt": str,
                "source": str,
                "links": [{"relation": str, "standard": str, "id": str, "title": {"en": str, "de": str}}],
            }
        ],
    },
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document. Findings and their counts may be part of any document."""
    schema = _schema(SHAPES[name])
    schema["properties"] = {"schema": {"const": name}, **schema["properties"]}
    schema["properties"].setdefault("findings", {"type": "array", "items": _schema(FINDING)})
    schema["properties"].setdefault("counts", {"type": "object", "additionalProperties": {"type": "integer"}})
    schema["required"] = ["schema", *schema["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **schema}


def _schema(shape: Any) -> dict[str, Any]:
    if isinstance(shape, Maybe):
        return {"anyOf": [_schema(shape.shape), {"type": "null"}]}
    if isinstance(shape, Either):
        return {"enum": list(shape.words)}
    if isinstance(shape, list):
        return {"type": "array", "items": _schema(shape[0])}
    if isinstance(shape, dict):
        if str in shape:
            return {"type": "object", "additionalProperties": _schema(shape[str])}
        return {
            "type": "object",
            "properties": {key: _schema(value) for key, value in shape.items()},
            "required": list(shape),
        }
    names = {str: "string", int: "integer", float: "number", bool: "boolean", object: None}
    name = names[shape]
    return {"type": name} if name else {}
