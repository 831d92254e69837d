"""The fuzz targets for a few seconds, with a fixed seed."""

from __future__ import annotations

import random
import runpy
from pathlib import Path

import pytest

TARGETS = runpy.run_path(str(Path(__file__).parent / "fuzz_text.py"))["TARGETS"]
PIECES = (
    b"\x00",
    b"\xff",
    b"&a ",
    b"*a",
    b"!!x ",
    b"\t",
    b"[",
    b"{",
    b"- ",
    b": ",
    b"\n",
    b"'",
    b'"',
    b"|",
    b"9" * 400,
)


def spoiled(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        kind = chance.randint(0, 3)
        if kind == 0:
            data[at:at] = chance.choice(PIECES)
        elif kind == 1:
            del data[at : at + chance.randint(1, 30)]
        elif kind == 2 and data:
            data[min(at, len(data) - 1)] = chance.randint(0, 255)
        else:
            data[at:at] = data[at // 2 : at // 2 + chance.randint(1, 60)]
    return bytes(data)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_no_bytes_break_a_reader(name: str) -> None:
    target, seeds = TARGETS[name]
    chance = random.Random(name)
    for number in range(250):
        target(spoiled(seeds[number % len(seeds)], chance))
