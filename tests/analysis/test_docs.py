"""The documentation of the method tells the truth."""

from __future__ import annotations

from pathlib import Path

from ninefold.analysis.catalogue import built_in
from ninefold.analysis.features import FEATURES
from ninefold.analysis.words import ANCHORS

TEXT = (Path(__file__).parents[2] / "docs/method.md").read_text(encoding="utf-8")


def test_every_feature_is_listed_with_its_type():
    for names in FEATURES.values():
        for name, kind in names.items():
            assert f"`{name}` ({kind})" in TEXT


def test_the_number_of_threats_is_right():
    assert f"{len(built_in())} entries" in TEXT


def test_the_anchors_are_those_of_the_code():
    for words in ANCHORS.values():
        for word in words:
            shown = word.en.removeprefix("stop ").removesuffix(" of turnover").removeprefix("of ")
            assert shown.replace(" of turnover", "") in TEXT, word.en
