"""A few seconds of fuzzing with a fixed seed; ``make fuzz`` does more."""

from __future__ import annotations

import time
from random import Random

import pytest

from network.dialects.fuzz_dialects import TARGETS
from network.test_fuzz import mutated
from ninefold.base.errors import NinefoldError


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_but_refusals(name: str) -> None:
    target, seeds = TARGETS[name]
    for seed in seeds:
        target(seed)
    dice, end = Random(7), time.process_time() + 1.5
    while time.process_time() < end:
        data = mutated(dice, dice.choice(seeds))
        try:
            target(data)
        except NinefoldError:
            continue
        except Exception as error:
            raise AssertionError(data) from error
