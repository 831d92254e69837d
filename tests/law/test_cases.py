"""Worked cases: a company, its answers, the result of each act and the article that decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ninefold.law.answers import parse
from ninefold.law.applicability import apply, document

TABLE = yaml.load((Path(__file__).parent / "cases.yaml").read_text(), Loader=yaml.BaseLoader)
CASES: list[dict[str, Any]] = TABLE["cases"]


def test_there_are_enough_cases() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_case(case: dict[str, Any]) -> None:
    answers = parse({**TABLE["profiles"][case["like"]], **case["answers"]})
    acts = {item["act"]: item for item in document(apply(answers))["acts"]}
    for act, expected in case["expect"].items():
        said = acts[act]
        wanted = {key: value for key, value in expected.items() if key != "article"}
        assert {key: said[key] for key in wanted} == wanted, said
        if "article" in expected:
            assert expected["article"] in [reason["article"] for reason in said["because"]]
        if said["applies"] != "undetermined":
            assert said["because"], "every conclusion has a reason"
