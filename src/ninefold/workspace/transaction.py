"""The one way to change a workspace: all files of a change, or none; nobody's work is overwritten."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final

from ninefold.base.clock import Clock, now
from ninefold.base.digest import sha256
from ninefold.base.errors import ConflictError, InputError, LimitError, Place
from ninefold.base.files import safe_join
from ninefold.base.limits import ARCHIVE_UNPACKED, TEXT_FILE
from ninefold.workspace import journal as log
from ninefold.workspace.documents import FORMAT, MAIN
from ninefold.workspace.faults import say
from ninefold.workspace.gitstore import check_repository, commit
from ninefold.workspace.lock import locked
from ninefold.workspace.migrations import format_of

Editor = Callable[[bytes], bytes]
_DIFF_LINES: Final = 40
_LARGE: Final = 5_000_000
_BY_HAND: Final = "by hand <>"


class Transaction:
    """Collects changes of files; leaving the block without an exception makes them, durably, as one commit.

    ``author`` (``Name <address>``) and ``reason`` stand in the history. Raises ConflictError (with a difference)
    when a file is no longer what it was when the transaction read it or what ``base`` says it was.
    Entering finishes what a killed writer began. ``commit_in_parent``: commit even if the workspace lies inside
    another repository.
    """

    def __init__(
        self,
        root: Path,
        *,
        author: str,
        reason: str,
        commit_in_parent: bool = False,
        migrating: bool = False,
        clock: Clock = now,
        wait: float = 10.0,
    ) -> None:
        self.root = root
        self.author = author
        self.reason = reason
        self.commit_in_parent = commit_in_parent
        self.migrating = migrating
        self.clock = clock
        self.wait = wait
        self.before: dict[str, str] = {}
        self.contents: dict[str, bytes | None] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Transaction:
        if not self.root.is_dir():
            raise InputError("no-folder", str(say("There is no such folder.")), place=Place(str(self.root)))
        self._stack.enter_context(locked(self.root, self.wait))
        try:
            recover_locked(self.root)
            check_repository(self.root, in_parent=self.commit_in_parent)
            self._check_format()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _check_format(self) -> None:
        """An older workspace is only read until it is migrated; a newer one is never written."""
        path = self.root / MAIN
        found = format_of(path.read_bytes()) if path.is_file() and not path.is_symlink() else None
        if found is not None and found != FORMAT and not self.migrating:
            advice = str(say("Run: ninefold migrate") if found < FORMAT else say("Install a newer Ninefold."))
            text = str(say("The workspace has format {n} and is only read.", n=found))
            raise InputError("other-format", text, place=Place(MAIN), advice=advice)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            if kind is None:
                self._finish()

    def read(self, name: str) -> bytes | None:
        """The content of a file as this transaction sees it; None when there is none."""
        name, path = self._place(name)
        if name in self.contents:
            return self.contents[name]
        if path.is_dir():
            raise InputError("is-directory", str(say("This is a folder, a file is needed.")), place=Place(name))
        content = path.read_bytes() if path.is_file() else None
        self.before.setdefault(name, "" if content is None else sha256(content))
        return content

    def write(self, name: str, data: bytes, *, base: str | None = None) -> None:
        """Replace or make a file. ``base``: SHA-256 of the content the change was made from ("" for a new file)."""
        most = ARCHIVE_UNPACKED if name.startswith("sources/") else TEXT_FILE
        if len(data) > most:
            raise LimitError("too-large", str(say("The file is larger than {n} bytes.", n=most)), place=Place(name))
        self._set(name, data, base)

    def delete(self, name: str, *, base: str | None = None) -> None:
        """Remove a file."""
        self._set(name, None, base)

    def edit(self, name: str, editor: Editor, *, base: str | None = None) -> None:
        """Write what ``editor`` makes of the present content (b"" for a new file)."""
        self._set(name, editor(self.read(name) or b""), base)

    def _set(self, name: str, data: bytes | None, base: str | None) -> None:
        present = self.read(name)
        name, _ = self._place(name)
        if base is not None and base != ("" if present is None else sha256(present)):
            raise conflict(name, present or b"", data or b"")
        self.contents[name] = data

    def _place(self, name: str) -> tuple[str, Path]:
        path = safe_join(self.root, name)
        relative = path.relative_to(self.root.resolve())
        if not log.may_write(relative.as_posix()):
            raise InputError("path-escape", str(say("'{name}' is not written here.", name=name)), place=Place(name))
        return relative.as_posix(), path

    def _finish(self) -> None:
        changes, contents = self._changes()
        if not changes:
            return
        moment = int(self.clock().timestamp())
        self._keep_hand_edits(changes, moment)
        entry = log.Journal(changes, self.author, self.reason, moment, self.commit_in_parent)
        folder = log.write_journal(self.root, entry, contents, f"{moment:012d}-{sha256(repr(changes).encode())[:8]}")
        _complete(self.root, folder, entry)

    def _keep_hand_edits(self, changes: tuple[log.Change, ...], moment: int) -> None:
        """What somebody wrote by hand into the same files gets a commit of its own, so that ours shows only ours."""
        present = {item.path: safe_join(self.root, item.path).read_bytes() for item in changes if item.before}
        kept = {name: data for name, data in present.items() if in_history(name, data)}
        if kept:
            reason = str(say("Edited by hand"))
            commit(self.root, kept, _BY_HAND, reason, moment, in_parent=self.commit_in_parent)

    def _changes(self) -> tuple[tuple[log.Change, ...], dict[str, bytes]]:
        changes, contents = [], {}
        for number, (name, data) in enumerate(sorted(self.contents.items())):
            before, after = self.before[name], "" if data is None else sha256(data)
            path = safe_join(self.root, name)
            if log.digest_of(path) != before:
                raise conflict(name, path.read_bytes() if path.is_file() else b"", data or b"")
            if before != after:
                changes.append(log.Change(name, before, after, f"{number}.new"))
                if data is not None:
                    contents[f"{number}.new"] = data
        return tuple(changes), contents


def recover(root: Path, *, wait: float = 10.0) -> int:
    """Finish or roll back what killed writers left; the number of journals found."""
    if not log.open_journals(root):
        return 0
    with locked(root, wait):
        return recover_locked(root)


def recover_locked(root: Path) -> int:
    """:func:`recover` for a caller that holds the lock."""
    found = log.open_journals(root)
    for folder, entry in found:
        if entry is None:
            log.close(root, folder)
        else:
            _complete(root, folder, entry)
    return len(found)


def _complete(root: Path, folder: Path, entry: log.Journal) -> None:
    foreign = log.apply(root, folder, entry)
    paths = {change.path: change for change in entry.changes if change.path not in foreign}
    contents = {name: log.content(folder, change) if change.after else None for name, change in paths.items()}
    contents = {name: data for name, data in contents.items() if data is None or in_history(name, data)}
    commit(root, contents, entry.author, entry.reason, entry.time, in_parent=entry.commit_in_parent)
    log.close(root, folder)


def in_history(name: str, data: bytes) -> bool:
    """Large imported files (over 5 MB) stay out of the history; their digests stand in it."""
    return not (name.startswith("sources/") and len(data) > _LARGE)


def conflict(name: str, present: bytes, wanted: bytes) -> ConflictError:
    """What the second writer is told: the file changed, and how it differs from what would have been written."""
    lines = difflib.unified_diff(
        present.decode("utf-8", "replace").splitlines(),
        wanted.decode("utf-8", "replace").splitlines(),
        str(say("{name} as it is now", name=name)),
        str(say("{name} as you would write it", name=name)),
        lineterm="",
    )
    shown = list(lines)
    if len(shown) > _DIFF_LINES:
        shown = [*shown[:_DIFF_LINES], "..."]
    text = str(say("Somebody else changed {name} meanwhile; nothing was written.", name=name))
    advice = str(say("Look at the difference, then make your change again."))
    return ConflictError("conflict", text + "\n" + "\n".join(shown) + "\n", place=Place(name), advice=advice)
