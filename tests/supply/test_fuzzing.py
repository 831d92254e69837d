"""A few seconds of what ``make fuzz`` does for hours."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import run_fuzz

from ninefold.base.errors import NinefoldError

TARGETS = run_fuzz.load(Path(__file__).with_name("fuzz_advisories.py")).TARGETS


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_but_expected_errors(name: str) -> None:
    target, seeds = TARGETS[name]
    _, failures = run_fuzz.fuzz(target, seeds, 0.5, NinefoldError)
    assert failures == 0
