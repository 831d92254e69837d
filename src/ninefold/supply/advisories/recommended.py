"""Optional and informative tests of CSAF 2.0, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Mapping

from ninefold.supply.advisories import informative, optional
from ninefold.supply.advisories.outcome import Test

TESTS: Mapping[str, Test] = {**optional.TESTS, **informative.TESTS}
