"""One base error: what happened, where, and what to do next.

Exit codes of the command line are mapped here and nowhere else (see ``docs/reference/exit-codes.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_INPUT = 2
EXIT_COMPONENT = 3


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file a person can open; ``line`` and ``column`` count from 1, 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        text = self.file
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return text


class NinefoldError(Exception):
    """Base of all expected errors. ``code`` is stable, ``message`` is for people, ``advice`` the next step."""

    exit_code: ClassVar[int] = EXIT_INPUT

    def __init__(self, code: str, message: str, *, place: Place | None = None, advice: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
        self.advice = advice

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{where}{self.message}{advice}"


class InputError(NinefoldError):
    """Wrong usage or wrong input; nothing was changed."""


class LimitError(InputError):
    """An input is larger, deeper or slower than Ninefold accepts (see :mod:`ninefold.base.limits`)."""


class ConflictError(InputError):
    """Somebody else changed what we were about to write; nothing was changed."""


class MissingComponentError(NinefoldError):
    """A program, library or right that this command needs is missing or failed."""

    exit_code: ClassVar[int] = EXIT_COMPONENT


class FaultsError(InputError):
    """All faults of one input at once, in the order of their places."""

    def __init__(self, errors: list[NinefoldError]) -> None:
        self.errors = sorted(errors, key=lambda error: (error.place or Place(""), error.code, error.message))
        super().__init__("many", "\n".join(str(error) for error in self.errors))

    def __str__(self) -> str:
        return self.message
