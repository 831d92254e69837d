"""What every reader of a foreign format is: a module (or object) with a name, a test and a way to read.

A reader names itself, says from the first bytes whether a file is its own, and turns the file into one
:class:`~ninefold.model.observed.Observation`. It never changes anything, opens no network connection, and raises
InputError only when nothing at all can be read; partial damage becomes a finding.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from ninefold.model.observed import Observation


@runtime_checkable
class Reader(Protocol):
    """A reader that opens the file itself (large formats)."""

    NAME: str

    def detect(self, head: bytes, name: str) -> bool:
        """Whether a file that begins with ``head`` and is called ``name`` is of this format."""

    def read(self, path: Path) -> Observation:
        """Everything the file says."""


@runtime_checkable
class Parser(Protocol):
    """A reader of small formats: it is given all bytes."""

    NAME: str

    def detect(self, head: bytes, name: str) -> bool:
        """Whether a file that begins with ``head`` and is called ``name`` is of this format."""

    def parse(self, data: bytes, name: str) -> Observation:
        """Everything the bytes say."""
