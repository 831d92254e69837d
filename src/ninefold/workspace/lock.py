"""The advisory lock of a workspace: one writer at a time, on POSIX and on Windows."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ninefold.base.errors import ConflictError, InputError, Place
from ninefold.workspace.faults import say
from ninefold.workspace.journal import state_folder


@contextmanager
def locked(root: Path, wait: float = 10.0) -> Iterator[None]:
    """Hold the lock inside the block; waits ``wait`` seconds, then ConflictError. A killed holder leaves no lock."""
    folder = state_folder(root)
    path = folder / "lock"
    try:
        folder.mkdir(exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        text = str(say("The workspace cannot be written: {what}.", what=error.strerror))
        raise InputError("not-written", text, place=Place(str(root))) from error
    try:
        _acquire(handle, root, wait)
        yield
    finally:
        os.close(handle)  # closing releases


def _acquire(handle: int, root: Path, wait: float) -> None:
    end = time.monotonic() + wait
    while not _try(handle):
        if time.monotonic() > end:
            advice = str(say("Wait until it has finished, then try again."))
            text = str(say("Another program is writing this workspace."))
            raise ConflictError("locked", text, place=Place(str(root)), advice=advice)
        time.sleep(0.02)


def _try(handle: int) -> bool:
    try:
        import fcntl
    except ModuleNotFoundError:
        return _try_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _try_windows(handle: int) -> bool:
    import msvcrt

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
