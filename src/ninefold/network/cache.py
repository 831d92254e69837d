"""Results kept by content hash: one file each in a folder that may be deleted at any time."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from pathlib import Path

from ninefold.base.files import write_atomic

KEPT = 200


class FolderCache(MutableMapping[str, bytes]):
    """A folder as a mapping from digest to bytes; the oldest files go when there are more than ``KEPT``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except OSError as error:
            raise KeyError(key) from error

    def __setitem__(self, key: str, value: bytes) -> None:
        write_atomic(self._path(key), value)
        files = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in files[:-KEPT]:
            path.unlink(missing_ok=True)

    def __delitem__(self, key: str) -> None:
        try:
            self._path(key).unlink()
        except OSError as error:
            raise KeyError(key) from error

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self.folder.glob("*.json")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, key: str) -> Path:
        if not key.isalnum():
            raise KeyError(key)
        return self.folder / f"{key}.json"
