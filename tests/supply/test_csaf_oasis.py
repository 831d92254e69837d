"""Every OASIS test file of CSAF 2.0 gives the stated result."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ninefold.supply.advisories import validate
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
