"""A workspace of each released format still opens, and means what it meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ninefold.workspace.load import layout, load

FROZEN = Path(__file__).parent / "frozen"


def assert_within(expected: Any, found: Any, path: str = "") -> None:
    """``expected`` is a part of ``found``; fields that came later are left out of the comparison."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert key in found, f"{path}/{key}"
            assert_within(value, found[key], f"{path}/{key}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), path
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            assert_within(one, other, f"{path}/{number}")
    else:
        assert expected == found, path


def _key(item: dict[str, Any]) -> str:
    return str(item.get("id") or item.get("asset"))


@pytest.mark.parametrize("name", sorted(path.stem for path in FROZEN.glob("*.json")))
def test_every_released_format_keeps_its_meaning(name: str) -> None:
    plain = msgspec.to_builtins(load(FROZEN / name, cache=False), str_keys=True)
    lists = {key: value for key, value in plain.items() if isinstance(value, (list, tuple)) and value}
    found = {**plain, **{key: {_key(item): item for item in value} for key, value in lists.items()}}
    assert_within(json.loads((FROZEN / f"{name}.json").read_text()), found)
    assert layout(FROZEN / name) == {"control": (120.0, 40.5)}
