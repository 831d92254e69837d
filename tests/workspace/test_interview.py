"""Whatever is answered, a workspace without faults comes out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ninefold.base.errors import FaultsError
from ninefold.model.plant import Plant
from ninefold.workspace.interview import files_of, next_question, read_answers
from ninefold.workspace.load import load
from ninefold.workspace.questions import QUESTIONS

ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        question.id: st.sampled_from(question.choices) if question.choices else st.sampled_from(["1", "3"])
        for question in QUESTIONS
        if question.choices or question.default.isdigit()
    },
)


def plant(answers: dict[str, str]) -> Plant:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files_of("Meine Maschine 1", answers).items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        return load(Path(folder), cache=False)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANSWERS)
def test_every_machine_is_whole(answers: dict[str, str]) -> None:
    found = plant(answers)
    assert found.functions
    assert files_of("x", answers) == files_of("x", answers)


def test_about_25_questions_in_two_languages() -> None:
    answers: dict[str, str] = {}
    while (question := next_question(answers)) is not None:
        answers[question.id] = question.default
        assert question.text.de
        assert bool(question.help.en) == bool(question.help.de)
        assert not question.choices or question.default in question.choices
    assert 22 <= len(answers) <= 30
    assert next_question({"remote": "no"} | {q.id: q.default for q in QUESTIONS if q.id != "remote_users"}) is not None


def test_questions_that_do_not_matter_are_not_asked() -> None:
    rest = {question.id: question.default for question in QUESTIONS if not question.when[0]}
    assert next_question(rest | {"remote": "no", "company": "no"}) is None


def test_what_the_answers_mean() -> None:
    found = plant({"safety": "separate", "people": "death", "remote": "on-demand", "company": "writes", "scada": "yes"})
    assert {"control", "safety", "supervision", "edge", "company", "service"} == set(found.zone)
    assert max(item.rating for item in found.function["safe-stop"].consequences) == 5
    assert found.zone["edge"].broker is not None
    assert found.zone["edge"].broker.counts
    alone = plant({"safety": "none", "remote": "no", "company": "no", "engineering": "station", "controllers": "2"})
    assert set(alone.zone) == {"control"}
    assert not alone.conduits


def test_wrong_answers_are_told_all_at_once() -> None:
    with pytest.raises(FaultsError) as caught:
        files_of("x", {"remote": "maybe", "drives": "many", "network": "900.1"})
    assert len(caught.value.errors) == 3
    with pytest.raises(FaultsError, match="no question"):
        read_answers(b"remot: no\n", "answers.yaml")
    assert read_answers(b"remote: no\ndrives: 4\n", "answers.yaml") == {"remote": "no", "drives": "4"}
