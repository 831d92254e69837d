"""The fuzz targets of this room, for a few inputs with a fixed seed."""

from __future__ import annotations

import contextlib
import random
from typing import Any

import fuzz_documents
import pytest

from ninefold.base.errors import NinefoldError

ROUNDS = {"documents-words": 12, "documents-pictures": 60, "documents-template": 40, "documents-cache": 20}


@pytest.mark.parametrize("name", sorted(fuzz_documents.TARGETS))
def test_mutated_input_is_taken_or_refused(name: str) -> None:
    target, seeds = fuzz_documents.TARGETS[name]
    chance = random.Random(name)
    for seed in seeds:
        _call(target, seed)
    for _ in range(ROUNDS[name]):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(data))
            data[place : place + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
            data = data or bytearray(b"|")
        _call(target, bytes(data))


def _call(target: Any, data: bytes) -> None:
    with contextlib.suppress(NinefoldError):
        target(data)
