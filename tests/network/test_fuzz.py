"""A few seconds of fuzzing with a fixed seed; ``make fuzz`` does more."""

from __future__ import annotations

import time
from random import Random

import pytest

from network.fuzz_nftables import TARGETS
from ninefold.base.errors import NinefoldError


def mutated(dice: Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(found))
        kind = dice.randrange(4)
        if kind == 0:
            found[at] = dice.choice(b'{}[];:,"\n .-/@!=0a\xff')
        elif kind == 1:
            del found[at : at + dice.randrange(1, 30)]
        elif kind == 2:
            found[at:at] = found[dice.randrange(len(found)) :][: dice.randrange(1, 60)]
        else:
            found[at] ^= 1 << dice.randrange(8)
        if not found:
            return b""
    return bytes(found)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_but_refusals(name: str) -> None:
    target, seeds = TARGETS[name]
    dice, end, runs = Random(7), time.process_time() + 3, 0
    for seed in seeds:
        target(seed)
    while time.process_time() < end:
        runs += 1
        data = mutated(dice, dice.choice(seeds))
        try:
            target(data)
        except NinefoldError:
            continue
        except Exception as error:
            raise AssertionError(data) from error
    assert runs > 50
