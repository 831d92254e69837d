"""Versions in three values: what everybody can tell, what nobody should claim, and the laws of an order."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.supply.ranges import covers
from ninefold.supply.versions import compare


@pytest.mark.parametrize(
    ("one", "two", "sign"),
    [
        ("4.3.8", "4.3.10", -1),
        ("V2.9", "2.10", -1),
        ("V1.0", "1", 0),
        ("02.07.07", "2.7.7", 0),
        ("V14 SP1 Update 14", "V14 SP1 Update 3", 1),
        ("V14 SP1", "V14 Update 5", 1),
        ("V4.7 SP10 HF5", "V4.7 SP10 HF27", -1),
        ("2.7A", "2.7B", -1),
        ("1.000.HW00.21", "1.000.HW01.3", -1),
        ("15.2(5)EA", "15.2(6)E", -1),
        ("18.1 Build 2347", "18.1 Build 2346", 1),
        ("1.0-rc1", "1.0", -1),
        ("R4.01.00", "4.02", -1),
        ("SE2021MP9", "SE2021MP10", -1),
        ("V7.5_SP2_Update_16", "V7.5 SP2 Update 16", 0),
    ],
)
def test_what_everybody_can_tell(one: str, two: str, sign: int) -> None:
    assert compare(one, two).sign == sign
    assert compare(two, one).sign == -sign


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1.060", "1.7"),  # decimal or in parts
        ("2.0", "2.0 (Build 683)"),
        ("V9.3 Update 2", "V9.3 HF1"),
        ("HEN32284", "4.5"),
        ("only with web components", "4.5"),
        ("", "1"),
    ],
)
def test_what_nobody_should_claim(one: str, two: str) -> None:
    order = compare(one, two)
    assert order.sign is None
    assert str(order.why)


@pytest.mark.parametrize(
    ("statement", "version", "answer"),
    [
        ("vers:all/*", "1.0", "yes"),
        ("vers:all/<V4.3.8", "4.3.10", "no"),
        ("vers:all/>=V2.0<V2.1", "2.0.5", "yes"),
        ("All versions >= V2.0 and < V2.5", "2.5", "no"),
        (">= 1.1 | <= 2.2", "3.0", "no"),
        ("1.10 | 1.14", "1.14", "yes"),
        ("1.10 | 1.14", "1.12", "undecided"),  # nothing is said about 1.12
        ("<= 4.2", "4.2.3", "undecided"),  # perhaps 4.2 means every 4.2
        (">= 4.2.1", "4.2", "undecided"),  # perhaps the inventory is not precise
        ("< 4.2", "4.2.3", "no"),
        ("4.x", "4.9", "yes"),
        ("<= V9.x", "9.4", "yes"),
        ("4.1 and earlier", "4.0", "yes"),
        ("prior to 4.2", "4.2", "no"),
        ("All versions between V2.5 (including) and V2.7 (excluding)", "V2.7", "no"),
        ("<= 2.4 (only with activated debug support)", "2.0", "undecided"),
        ("< V4.0", "", "undecided"),
        ("<=2.22 | <=1.01", "2.0", "undecided"),
        ("<=2.22 | <=1.01", "1.0", "yes"),
        ("12.0.1-12.0.13", "12.0.5", "yes"),
    ],
)
def test_statements(statement: str, version: str, answer: str) -> None:
    verdict = covers(statement, version, statement[0].isdigit())
    assert verdict.answer == answer
    assert str(verdict.why)


NUMBERS = st.lists(st.integers(0, 40), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
MARKS = st.sampled_from(["", " SP1", " SP2", " Update 3", " HF4", "A", "b", "-rc1", " Build 7"])
VERSIONS = st.builds(lambda v, number, mark: f"{v}{number}{mark}", st.sampled_from(["", "V", "R"]), NUMBERS, MARKS)


@given(VERSIONS, VERSIONS)
def test_antisymmetric(one: str, two: str) -> None:
    left, right = compare(one, two).sign, compare(two, one).sign
    assert (left is None and right is None) or (left is not None and right == -left)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_transitive_where_decided(a: str, b: str, c: str) -> None:
    first, second, third = compare(a, b).sign, compare(b, c).sign, compare(a, c).sign
    if first is not None and second is not None and third is not None and first <= 0 and second <= 0:
        assert third <= 0
        assert third < 0 or (first == 0 and second == 0)


@given(NUMBERS, NUMBERS)
def test_plain_numbers_are_always_decided(one: str, two: str) -> None:
    assert compare(one, two).sign is not None


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_text_gets_an_answer(statement: str, version: str) -> None:
    assert covers(statement, version).answer in ("yes", "no", "undecided")


@given(VERSIONS)
def test_a_version_is_never_outside_a_range_that_ends_with_it(version: str) -> None:
    assert covers(f"<= {version}", version).answer != "no"
    assert covers(version, version, True).answer == "yes"


STATEMENTS = Path(__file__).with_name("statements.csv")


def test_real_statements() -> None:
    """Statements of published advisories, each with a version, the answer read by eye."""
    with STATEMENTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) >= 300
    wrong = [
        (row, found)
        for row in rows
        if (found := covers(row["statement"], row["version"], row["kind"] == "exact").answer) != row["answer"]
    ]
    assert wrong == []


def test_a_date_is_no_release() -> None:
    assert covers("<8/30/2024", "7.1").answer == "undecided"
    assert covers("<= 7.00", "20140311").answer == "undecided"
