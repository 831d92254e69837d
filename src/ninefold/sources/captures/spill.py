"""Conversations on disk: what no longer fits into the table is written out in parts and merged at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ninefold.sources.captures.table import ROW, Table, concatenated

PARTS: Final = 64
LIMIT: Final = 200_000  # rows in memory
_MIX: Final = np.uint64(0x9E37_79B9_7F4A_7C15)


class Spill:
    """Rows of the table, in memory as long as there are few, else in a temporary folder, one file a part."""

    def __init__(self, table: Table, limit: int = LIMIT) -> None:
        self._table, self._limit = table, limit
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Spill:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def full(self) -> bool:
        """Whether the table must be written out."""
        return self._table.count > self._limit

    def write(self) -> None:
        """Move all rows of the table to disk. Rows of one conversation always go to the same part."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="ninefold-")
        rows = self._table.rows[: self._table.count]
        key = rows["key"]
        mixed = (key[:, 1] ^ key[:, 3] * _MIX ^ key[:, 0] ^ key[:, 2] ^ key[:, 4]) * _MIX
        part = (mixed >> np.uint64(58)).astype(np.int64)
        for number in np.unique(part).tolist():
            with self._path(number).open("ab") as stream:
                stream.write(rows[part == number].tobytes())
        self._table.clear()

    def finish(self) -> None:
        """Call once after the last frame."""
        if self._folder is not None:
            self.write()

    def parts(self) -> Iterator[npt.NDArray[Any]]:
        """All conversations, each once; may be called again."""
        if self._folder is None:
            yield self._table.rows[: self._table.count]
            return
        for number in range(PARTS):
            if self._path(number).exists():
                yield concatenated(np.fromfile(self._path(number), ROW))

    def _path(self, number: int) -> Path:
        assert self._folder is not None
        return Path(self._folder.name) / f"part-{number:02d}"
