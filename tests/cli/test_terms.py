"""What the tables of standards say on the screen, in the language of the reader."""

from __future__ import annotations

import pytest

from ninefold.base.i18n import speaking
from ninefold.cli import terms
from ninefold.standards import catalogue, links


def test_every_relation_and_fact_of_the_tables_has_a_word() -> None:
    assert set(terms.RELATIONS) == set(links.REVERSE) | set(links.REVERSE.values())
    assert {key for item in catalogue.entries() for key in item.facts} <= set(terms.FACTS)


@pytest.mark.parametrize(
    "key", ["kind", "operator", "actor", "type", "theme", "strength", "coverage", "conditionality"]
)
def test_values_that_repeat_are_german_on_a_german_screen(key: str) -> None:
    known = terms._VALUES[key]
    assert {item.facts[key] for item in catalogue.entries() if key in item.facts} <= set(known)


def test_facts_of_a_requirement_in_german() -> None:
    found = catalogue.get("CRA", "CRA-I-2d").facts
    with speaking("de"):
        lines = terms.facts(found, "de")
        assert terms.word(terms.RELATIONS, "supported by") == "unterstützt durch"
    assert "Fundstelle: Anhang I Teil I (2)(d)" in lines
    assert "Abdeckung durch IEC 62443: vollständig" in lines
    assert sum(line.startswith("Text: Kontrollmechanismen") for line in lines) == 1
    assert not any("Control mechanisms" in line for line in lines)


def test_an_unknown_word_stays_as_it_stands() -> None:
    with speaking("de"):
        assert terms.word(terms.RELATIONS, "resembles") == "resembles"
