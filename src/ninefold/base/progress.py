"""Progress is an observer: engines report to it and never print."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What an engine may tell while it works. ``total`` 0 means unknown."""

    def start(self, task: str, total: int = 0) -> None:
        """A piece of work begins."""

    def advance(self, task: str, done: int = 1) -> None:
        """``done`` more units of it are finished."""

    def finish(self, task: str, note: str = "") -> None:
        """It is over; ``note`` is its result in a few words."""


class Silent:
    """Tells nobody: the default, and what a pipe gets."""

    def start(self, task: str, total: int = 0) -> None:
        """Nothing is shown."""

    def advance(self, task: str, done: int = 1) -> None:
        """Nothing is shown."""

    def finish(self, task: str, note: str = "") -> None:
        """Nothing is shown."""


SILENT = Silent()
