"""Conditions of the catalogue come from files of other people: whatever they hold, only InputError may come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ninefold.analysis.expressions import parse
from ninefold.analysis.features import FEATURES
from ninefold.base.errors import InputError

_EMPTY: dict[str, Any] = {name: None if kind != "set" else frozenset() for name, kind in FEATURES["asset"].items()}


def condition(data: bytes) -> None:
    """Parse a condition and ask it once."""
    try:
        parsed = parse(data.decode("utf-8", "replace"), FEATURES["asset"])
    except InputError:
        return
    assert parsed.test(_EMPTY) in {True, False, None}


TARGETS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    "condition": (
        condition,
        [
            b"kind in [plc, rtu] and serves has any [modbus] and not (legacy or zone_broker)",
            b"patch_cycle known and patch_cycle > 180 or e_net = -2",
            b'vendor = "x y" and tags has all [a, b]',
        ],
    )
}
