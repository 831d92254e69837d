"""Maturity of programmes, and security.txt."""

from __future__ import annotations

from datetime import date

import pytest

from ninefold.base.errors import FaultsError, InputError
from ninefold.law.disclosure import security_txt
from ninefold.law.programmes import assess, statements

DM = {f"DM-{number}": {"level": "3", "evidence": ["psirt.pdf"]} for number in range(1, 7)}


@pytest.mark.parametrize(("name", "practices", "requirements"), [("4-1", 8, 47), ("2-4", 12, 72), ("2-1", 8, 87)])
def test_every_requirement_belongs_to_one_practice(name: str, practices: int, requirements: int) -> None:
    found = assess(name, {})
    assert len(found.practices) == practices
    assert sum(item.requirements for item in found.practices) == requirements
    assert all(item.level is None and item.next == 1 for item in found.practices)


def test_a_practice_is_as_mature_as_its_weakest_requirement() -> None:
    found = assess("4-1", statements("4-1", {**DM, "DM-4": 2}))
    practice = next(item for item in found.practices if item.id == "DM")
    assert (practice.level, practice.next) == (2, 3)
    assert [gap.id for gap in practice.missing] == ["DM-4"]
    assert found.unproven == ("DM-4",)


def test_a_missing_statement_leaves_the_practice_undecided() -> None:
    found = assess("4-1", statements("4-1", {key: value for key, value in DM.items() if key != "DM-6"}))
    practice = next(item for item in found.practices if item.id == "DM")
    assert practice.level is None and [(gap.id, gap.level) for gap in practice.missing] == [("DM-6", None)]


def test_the_highest_level_has_no_next() -> None:
    found = assess("4-1", statements("4-1", dict.fromkeys(DM, 4)))
    practice = next(item for item in found.practices if item.id == "DM")
    assert (practice.level, practice.next, practice.missing) == (4, None, ())


def test_wrong_statements_are_named_all_at_once() -> None:
    with pytest.raises(FaultsError) as caught:
        statements("4-1", {"DM-1": 7, "XX-1": 1, "DM-2": {"evidence": []}})
    assert len(caught.value.errors) == 3


def test_security_txt() -> None:
    text = security_txt(("psirt@example.com",), "2027-06-30", today=date(2026, 11, 22), languages="en, de")
    assert text == ("Contact: mailto:psirt@example.com\nExpires: 2027-06-30T00:00:00Z\nPreferred-Languages: en, de\n")


@pytest.mark.parametrize(
    ("contact", "expires"),
    [("not an address", "2027-06-30"), ("a@b.c", "2026-11-22"), ("a@b.c", "2029-01-01"), ("a@b.c\nX: y", "2027-06-30")],
)
def test_what_security_txt_refuses(contact: str, expires: str) -> None:
    with pytest.raises(InputError):
        security_txt((contact,), expires, today=date(2026, 11, 22))
