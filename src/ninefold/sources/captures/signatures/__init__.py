"""What a payload says it is: one small function a protocol, from bytes to a verdict.

A verdict is ``(service, strength, who)``: the id in :mod:`ninefold.model.catalogue` ("" when only the roles show),
:data:`WEAK` or :data:`STRONG`, and :data:`ASKS`, :data:`ANSWERS` or 0 for the role of the sender. Two weak verdicts, or
a weak one on a registered port, count as a signature; a weak one alone does not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

WEAK: Final = 1
STRONG: Final = 2
ASKS: Final = 1
ANSWERS: Final = -1

Verdict = tuple[str, int, int] | None
Matcher = Callable[[bytes], Verdict]
