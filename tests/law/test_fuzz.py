"""A few seconds of the fuzz targets with a fixed seed: bytes of the seeds changed, cut and doubled."""

from __future__ import annotations

import random

from tests.law.fuzz_answers import TARGETS


def test_fuzz_targets_hold() -> None:
    chance = random.Random(443)
    for target, seeds in TARGETS.values():
        for seed in seeds:
            target(seed)
        for _ in range(600):
            data = bytearray(chance.choice(seeds))
            for _ in range(chance.randint(1, 6)):
                place = chance.randrange(len(data))
                kind = chance.randrange(3)
                if kind == 0:
                    data[place] = chance.randrange(256)
                elif kind == 1:
                    del data[place : place + chance.randint(1, 8)]
                else:
                    data[place:place] = data[place : place + chance.randint(1, 20)]
                if not data:
                    data = bytearray(b"x")
            target(bytes(data))
