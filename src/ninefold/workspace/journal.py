"""The journal in ``.ninefold/txn``: what a writer was about to do, so that it can be finished after a crash.

A journal counts from the moment its ``journal.json`` stands there; before that it is rolled back by forgetting it.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final

import msgspec

from ninefold.base.digest import sha256
from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.base.files import safe_join, sync_folder, write_atomic
from ninefold.base.limits import ARCHIVE_UNPACKED, read_bytes
from ninefold.workspace.faults import say

STATE: Final = ".ninefold"
_FORBIDDEN: Final = (".git", ".ninefold")
_PART: Final = re.compile(r"\d{1,6}\.new")


class Change(msgspec.Struct, frozen=True):
    """One file: digests before and after ("": not there); ``part`` holds the new content."""

    path: str
    before: str
    after: str
    part: str


class Journal(msgspec.Struct, frozen=True):
    """All changes of one transaction, and the words of its commit."""

    changes: tuple[Change, ...]
    author: str
    reason: str
    time: int
    commit_in_parent: bool = False


def state_folder(root: Path) -> Path:
    """``.ninefold`` of a workspace; InputError when it is a link or a file."""
    folder = root / STATE
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError("not-a-folder", str(say("{name} must be a folder.", name=STATE)), place=Place(str(folder)))
    return folder


def digest_of(path: Path) -> str:
    """SHA-256 of a file's content; "" when there is none."""
    return sha256(path.read_bytes()) if path.is_file() else ""


def write_journal(root: Path, journal: Journal, contents: dict[str, bytes], name: str) -> Path:
    """Make the journal durable. After this call the change will happen, whatever happens."""
    folder = state_folder(root) / "txn" / name
    for part, data in contents.items():
        write_atomic(folder / part, data)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / "journal.json", msgspec.json.encode(journal))
    sync_folder(folder.parent)
    return folder


def apply(root: Path, folder: Path, journal: Journal) -> tuple[str, ...]:
    """Bring every file to its new content. Files changed by hand meanwhile are left; their names return."""
    foreign = []
    for change in journal.changes:
        path = safe_join(root, change.path)
        now = digest_of(path)
        if now == change.after:
            continue
        if now != change.before:
            foreign.append(change.path)
        elif change.after:
            write_atomic(path, content(folder, change))
        else:
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
    return tuple(foreign)


def close(root: Path, folder: Path) -> None:
    """The journal is done: readers may trust the files again."""
    _count_up(root)
    (folder / "journal.json").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def open_journals(root: Path) -> list[tuple[Path, Journal | None]]:
    """Journals left behind, oldest first; None for one that never became valid."""
    folder = root / STATE / "txn"
    if (root / STATE).is_symlink() or not folder.is_dir() or folder.is_symlink():
        return []
    return [(item, _read(item)) for item in sorted(folder.iterdir()) if item.is_dir() and not item.is_symlink()]


def _read(folder: Path) -> Journal | None:
    try:
        journal = msgspec.json.decode(read_bytes(folder / "journal.json"), type=Journal)
    except (NinefoldError, ValueError, msgspec.MsgspecError):
        return None
    return journal if all(_is_ours(change) for change in journal.changes) else None


def _is_ours(change: Change) -> bool:
    """A journal may have come with somebody's workspace: it must not reach what a transaction does not write."""
    return bool(_PART.fullmatch(change.part)) and may_write(change.path)


def may_write(name: str) -> bool:
    """Whether a relative name is one that transactions write: inside, and neither the history nor our own state."""
    parts = name.split("/")
    inside = bool(name) and not any(part in {"", ".", ".."} or "\\" in part or ":" in part for part in parts)
    return inside and parts[0].lower() not in _FORBIDDEN


def content(folder: Path, change: Change) -> bytes:
    """The new content of a file, if it is what the journal says."""
    path = folder / change.part
    data = read_bytes(path, ARCHIVE_UNPACKED) if not path.is_symlink() else b""
    if sha256(data) != change.after:
        advice = str(say("Delete the folder; the files in the workspace are unharmed."))
        raise InputError(
            "bad-journal", str(say("An unfinished change is damaged.")), place=Place(str(folder)), advice=advice
        )
    return data


def pending(root: Path) -> dict[str, bytes | None]:
    """Files as an unfinished journal will leave them (None: gone), for readers that must not write."""
    result: dict[str, bytes | None] = {}
    for folder, journal in open_journals(root):
        for change in journal.changes if journal else ():
            try:
                path = safe_join(root, change.path)
                if digest_of(path) == change.before and change.before != change.after:
                    result[change.path] = content(folder, change) if change.after else None
            except (OSError, InputError):
                continue  # finished between two looks, or not ours
    return result


def generation(root: Path) -> tuple[str, ...]:
    """Changes whenever a transaction begins or ends to touch files: a reader that sees two values reads again."""
    try:
        count = (root / STATE / "generation").read_text("ascii")
    except (OSError, UnicodeDecodeError):
        count = ""
    return (count, *(folder.name for folder, journal in open_journals(root) if journal))


def _count_up(root: Path) -> None:
    before = generation(root)[0]
    count = int(before) + 1 if before.isdigit() and len(before) < 18 else 1
    (root / STATE / "generation").write_text(str(count), "ascii")


def process_alive(pid: int) -> bool:
    """Whether a process still runs (used only to word a message)."""
    try:
        os.kill(pid, 0)
    except (OSError, ValueError):
        return False
    return True
