"""Run every test, print what was skipped, and fail when something skipped that must not.

NINEFOLD_REQUIRE (comma-separated markers) turns a missing requirement into a failure; ``tests/skips-allowed.txt``
lists the tests that may skip then; every marker has a least number of collected tests in ``tests/least.txt``.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Watch:
    """Counts skips and marked tests."""

    def __init__(self) -> None:
        self.skipped: dict[str, str] = {}
        self.marked: Counter[str] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Count the tests that carry each marker."""
        for item in items:
            self.marked.update({marker.name for marker in item.iter_markers()})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note every skip and its reason."""
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.skipped[report.nodeid] = reason


def main(arguments: list[str]) -> int:
    """The exit code of the run."""
    os.chdir(ROOT)
    watch = Watch()
    code = int(pytest.main(["-q", *arguments], plugins=[watch]))
    for test, reason in sorted(watch.skipped.items()):
        print(f"skipped: {test}: {reason}")
    if arguments or not os.environ.get("NINEFOLD_REQUIRE"):
        return code
    allowed = {line.split("#")[0].strip() for line in (ROOT / "tests/skips-allowed.txt").read_text().splitlines()}
    wrong = sorted(set(watch.skipped) - allowed)
    for test in wrong:
        print(f"not allowed to skip: {test}")
    few = too_few(watch.marked)
    for line in few:
        print(line)
    return code or (1 if wrong or few else 0)


def too_few(marked: Counter[str]) -> list[str]:
    """A line for each marker that fewer tests carry than agreed."""
    lines = []
    for row in (ROOT / "tests/least.txt").read_text().splitlines():
        if row.strip() and not row.startswith("#"):
            marker, least = row.split()
            if marked[marker] < int(least):
                lines.append(f"marker {marker}: {marked[marker]} tests, at least {least} are expected")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
