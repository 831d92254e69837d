"""What of a value counts: content, not the order of things with ids or of words, and not where it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import msgspec

from ninefold.base.digest import digest


def key_of(value: Any) -> str:
    """The name of a thing: its id, or what takes the place of an id (a gateway's asset, a subject); "" if none."""
    if not isinstance(value, msgspec.Struct):
        return ""
    for name in ("id", "subject", "asset"):
        found = getattr(value, name, None)
        if isinstance(found, str) and found:
            return found if name != "asset" or type(value).__name__ == "Gateway" else ""
    return ""


def content(value: Any) -> Any:
    """A plain form of ``value`` in which only content counts; the order of rules (routes, NAT) stays."""
    if isinstance(value, msgspec.Struct):
        return {name: content(getattr(value, name)) for name in value.__struct_fields__ if name != "places"}
    if isinstance(value, Mapping):
        return {str(key.value if isinstance(key, Enum) else key): content(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (tuple, list)):
        if value and all(isinstance(item, str) for item in value):
            return sorted(value)
        if value and all(key_of(item) for item in value):
            return [
                plain for _, _, plain in sorted((key_of(item), digest(content(item)), content(item)) for item in value)
            ]
        return [content(item) for item in value]
    return value


def is_collection(value: Any) -> bool:
    """Whether a value is a list of things with ids."""
    return isinstance(value, (tuple, list)) and bool(value) and all(key_of(item) for item in value)


def item_digests(value: Any, tail: str = "") -> Iterator[tuple[str, str]]:
    """``("conduit c3", digest)``, ``("flow f12 of conduit c3", digest)`` ... of a list of things with ids.

    A thing's digest leaves out the things inside it that have their own.
    """
    for item in value:
        name = f"{type(item).__name__.lower()} {key_of(item)}{tail}"
        inner = [field for field in item.__struct_fields__ if is_collection(getattr(item, field))]
        own = {field: content(getattr(item, field)) for field in item.__struct_fields__ if field not in inner}
        yield name, digest(own)[:32]
        for field in inner:
            yield from item_digests(getattr(item, field), f" of {name}")
