"""What holds for every answer: nothing is *no* for want of an answer, and data decide only what they should."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.base.errors import FaultsError
from ninefold.base.i18n import speaking
from ninefold.law import tables
from ninefold.law.answers import Answers, of_plant, parse, questions
from ninefold.law.applicability import apply, document, questions_left
from ninefold.model.plant import Plant
from ninefold.model.system import Organisation, System
from tests.law.test_cases import CASES, TABLE


def all_answers() -> list[Answers]:
    return [parse({**TABLE["profiles"][case["like"]], **case["answers"]}) for case in CASES]


def test_nothing_answered_leaves_every_act_open_with_its_questions() -> None:
    verdicts = apply(Answers())
    assert {item.word for item in verdicts} == {"undetermined"}
    assert all(item.missing for item in verdicts)
    cra, nis2 = verdicts[0], verdicts[1]
    assert cra.missing == ("product", "connection", "supply", "cra_excluded", "role")
    assert nis2.missing == ("sectors", "services_in_eu", "headcount")
    assert len(questions_left(verdicts)) < len(questions()) / 2


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(range(len(CASES))), st.integers(0, 2**32))
def test_an_answer_more_never_turns_a_decision_over(number: int, seed: int) -> None:
    whole = all_answers()[number]
    names = sorted(whole.values)
    random.Random(seed).shuffle(names)
    # Exceptions that a person must bring forward by herself; nobody is asked for them (docs/law.md).
    names.sort(key=lambda name: name not in {"previous_size", "activity"})
    decided: dict[str, str] = {}
    for size in range(len(names) + 1):
        for item in apply(Answers({name: whole.values[name] for name in names[:size]})):
            if item.word != "undetermined":
                assert decided.setdefault(item.act, item.word) == item.word, (item.act, names[:size])


@pytest.mark.parametrize("answers", all_answers()[::7])
def test_every_open_act_names_what_to_ask(answers: Answers) -> None:
    for item in apply(answers):
        assert bool(item.missing) or item.word != "undetermined"
        assert not set(item.missing) & (set(answers.values) - {"core", "group", "machine_modification"})


def results(answers: list[Answers]) -> list[Any]:
    return [document(apply(item))["acts"] for item in answers]


def test_one_more_cited_standard_changes_only_the_routes_of_important_one(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        parse({**TABLE["profiles"]["maker"], "core": core, "cra_standards": "full"})
        for core in ("plc", "router", "firewall")
    ]
    before = results(answers)
    monkeypatch.setattr(tables, "count", lambda name: 1 if name == "cra-cited-standards" else 0)
    after = results(answers)
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]
    assert after[1][0]["routes"] == ["A", "B+C", "H"]
    assert after[1][1:] == before[1][1:]


def test_another_class_of_a_category_changes_only_its_products(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [parse({**TABLE["profiles"]["maker"], "core": core}) for core in ("plc", "router", "firewall")]
    before = results(answers)
    row = {**tables.by_id("cra_categories")["CRA-III-I-12"], "class": "important II"}
    monkeypatch.setitem(tables.by_id("cra_categories"), "CRA-III-I-12", row)
    after = results(answers)
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]
    assert after[1][0]["class"] == "important II"


def test_another_date_of_the_machinery_regulation_changes_only_that_act(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [parse({**TABLE["profiles"]["machine"], "placed": day}) for day in ("2027-01-19", "2027-06-01")]
    before = results(answers)
    plain = tables.date
    monkeypatch.setattr(tables, "date", lambda act, key: "2027-03-01" if key == "MVO-D-1" else plain(act, key))
    after = results(answers)
    assert [
        item["act"] for item, old in zip(after[0], before[0], strict=True) if item["applies"] != old["applies"]
    ] == []
    changed = [item["act"] for item, old in zip(after[1], before[1], strict=True) if item != old]
    assert changed == ["Machinery Regulation"]


def test_wrong_answers_are_named_all_at_once_with_their_lines() -> None:
    with pytest.raises(FaultsError) as caught:
        parse({"headcount": "many", "sector": "water", "placed": "soon"}, "a.yaml", {"headcount": 1, "sector": 2})
    text = str(caught.value)
    assert "a.yaml:1" in text and "sectors" in text and "soon" in text


def test_the_workspace_gives_country_and_answers_but_no_role() -> None:
    system = System(name="x", organisation=Organisation(country="de", sector="drinking water"))
    answers = of_plant(Plant(system=system, law={"answers": {"headcount": "40"}}))
    assert answers.values == {"country": "DE", "headcount": 40.0}


def test_reasons_come_in_german() -> None:
    with speaking("de"):
        reasons = document(apply(all_answers()[0]))["acts"][0]["because"]
    assert any("Unionsmarkt" in reason["reason"] for reason in reasons)


def test_answers_saved_are_read_back(tmp_path: Any) -> None:
    from ninefold.tasks.law_apply import read_answers, saved

    for answers in all_answers():
        file = tmp_path / "answers.yaml"
        file.write_text(saved(answers))
        assert yaml.safe_load(saved(answers))["answers"]
        assert read_answers(file) == answers
