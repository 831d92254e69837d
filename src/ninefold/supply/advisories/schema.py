"""The JSON schema of CSAF 2.0, compiled once with the CVSS schemas it refers to; formats are checked too."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from ninefold.supply.advisories.outcome import SchemaError

ERRORS = 100  # schema errors told per document


def _load(name: str) -> Any:
    return json.loads(resources.files("ninefold.vendor").joinpath("csaf", name).read_bytes())


@cache
def _validator(strict: bool) -> Any:
    import jsonschema_rs

    main = _load("csaf_json_schema.json")
    others = {f"https://www.first.org/cvss/cvss-v{v}.json": _load(f"cvss-v{v}.json") for v in ("2.0", "3.0", "3.1")}
    if strict:
        main = closed(main)
        others = {name: closed(schema) for name, schema in others.items()}
    registry = jsonschema_rs.Registry(list(others.items()))
    return jsonschema_rs.Draft202012Validator(main, registry=registry, validate_formats=True)


def closed(schema: Any) -> Any:
    """A schema in which no object may have properties that it does not name (CSAF 2.0, test 6.2.20)."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        result["additionalProperties"] = False
    return result


def follows(root: Any) -> bool:
    """Whether a document follows the schema."""
    return bool(_validator(strict=False).is_valid(root))


def errors(root: Any, *, strict: bool = False) -> tuple[SchemaError, ...]:
    """Where a document does not follow the schema; ``strict`` refuses additional properties."""
    validator = _validator(strict)
    if validator.is_valid(root):
        return ()
    found = []
    for error in validator.iter_errors(root):
        found.append(SchemaError(path=pointer(error.instance_path), message=error.message[:500]))
        if len(found) == ERRORS:
            break
    return tuple(found)


def pointer(parts: Any) -> str:
    """JSON pointer (RFC 6901) of a list of keys and positions."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
