"""Heavy work runs where it is told to, with results in the order of the items."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ninefold.base.errors import MissingComponentError
from ninefold.base.executor import executor, in_order


@pytest.mark.parametrize("address", ["serial", ""])
def test_results_come_in_order(address: str) -> None:
    with executor(address, workers=2) as pool:
        assert list(in_order(pool, math.factorial, [5, 3, 4])) == [120, 6, 24]


def test_an_error_in_the_work_reaches_the_caller() -> None:
    with executor("serial") as pool, pytest.raises(ValueError):
        list(in_order(pool, math.factorial, [-1]))


def test_a_missing_cluster_is_a_missing_component() -> None:
    with pytest.raises(MissingComponentError), executor("tcp://127.0.0.1:1"):
        pass


def test_nothing_posix_only_is_imported_at_start() -> None:
    text = "".join(path.read_text() for path in Path(__file__).resolve().parents[2].glob("src/ninefold/workspace/*.py"))
    assert "\nimport fcntl" not in text
