"""Atomic writing. A reader sees the old content or the new, never half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages

say = messages("base")


def write_atomic(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace ``path`` by ``data``: temporary file beside it, fsync, rename, fsync of the folder.

    Raises InputError when the disk is full or the folder cannot be written; the old file is then unchanged.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=_parent(path))
    except OSError as error:
        raise _not_written(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> InputError:
    return InputError(
        "not-written",
        str(say("The file cannot be written: {why}.", why=error.strerror)),
        place=Place(str(path)),
        advice="Free space or check the rights, then run the command again.",
    )


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` durable; without effect where folders cannot be opened (Windows)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parent(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            "not-written",
            str(say("The folder cannot be made: {why}.", why=error.strerror)),
            place=Place(str(path.parent)),
        ) from error
    return path.parent


def safe_join(root: Path, name: str) -> Path:
    """``root/name`` if it stays inside ``root``; InputError for absolute names, ``..`` and links that leave."""
    target = (root / name).resolve()
    if not target.is_relative_to(root.resolve()):
        raise InputError(
            "path-escape",
            str(say("'{name}' leads out of the folder.", name=name)),
            place=Place(str(root)),
            advice="Use a path inside the workspace.",
        )
    return target
