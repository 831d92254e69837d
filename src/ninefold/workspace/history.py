"""Who changed what, when and why; and taking a change back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from ninefold.base.errors import InputError, Place
from ninefold.workspace.faults import say
from ninefold.workspace.gitstore import Store, repository_of
from ninefold.workspace.transaction import Transaction, conflict

_TRAILER: Final = "\n\nUndoes: "
_LOOKED_AT: Final = 5_000  # commits of a large parent repository that are searched


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One change. ``date`` ISO 8601 in UTC; ``files`` relative to the workspace."""

    id: str
    date: str
    author: str
    reason: str
    files: tuple[str, ...]
    undoes: str = ""


def history(root: Path, *, most: int = 20) -> tuple[Entry, ...]:
    """The newest ``most`` changes of the workspace, newest first; empty when there is no history."""
    home = repository_of(root)
    if home is None:
        return ()
    store = Store(home)
    try:
        return _entries(store, _prefix(root, home), most)
    finally:
        store.close()


def undo(root: Path, change: str | None, *, author: str, commit_in_parent: bool = False) -> list[str]:
    """Take back the newest change (or the one whose id begins with ``change``) by a new change.

    Without ``change`` a second call goes one change further back; to take back an undo, name it.

    The names of the changed files. Raises InputError for an unknown id or the first change, ConflictError (with a
    difference) when a later change touched the same files.
    """
    home = repository_of(root)
    if home is None:
        raise InputError("no-history", str(say("There is no history yet.")), place=Place(str(root)))
    store = Store(home)
    try:
        entry, before, after = _change(store, _prefix(root, home), change, root)
        reason = str(say("Take back: {reason}", reason=entry.reason)) + _TRAILER + entry.id
        with Transaction(root, author=author, reason=reason, commit_in_parent=commit_in_parent) as tx:
            for name in entry.files:
                old, new = before.get(name.encode()), after.get(name.encode())
                wanted = store.content(old) if old else None
                present = tx.read(name)
                if present != (store.content(new) if new else None):
                    raise conflict(name, present or b"", wanted or b"")
                tx.delete(name) if wanted is None else tx.write(name, wanted)
    finally:
        store.close()
    return list(entry.files)


def _change(
    store: Store, prefix: bytes, wanted: str | None, root: Path
) -> tuple[Entry, dict[bytes, bytes], dict[bytes, bytes]]:
    entries = _entries(store, prefix, _LOOKED_AT)
    if wanted is None:
        gone = {item.undoes for item in entries}
        found = [item for item in entries if not item.undoes and item.id not in gone][:1]
    else:
        found = [item for item in entries if len(wanted) >= 4 and item.id.startswith(wanted.lower())]
    if len(found) != 1:
        advice = str(say("Look at: ninefold history"))
        raise InputError("unknown-change", str(say("There is no such change.")), place=Place(str(root)), advice=advice)
    commit = store.objects[found[0].id.encode()]
    if not commit.parents:
        raise InputError("first-change", str(say("The first change cannot be taken back.")))
    return found[0], store.files(commit.parents[0], prefix), store.files(commit.id, prefix)


def _prefix(root: Path, home: Path) -> bytes:
    relative = root.resolve().relative_to(home).as_posix()
    return b"" if relative == "." else relative.encode() + b"/"


def _entries(store: Store, prefix: bytes, most: int) -> tuple[Entry, ...]:
    found: list[Entry] = []
    commit_id = store.head()
    for _ in range(_LOOKED_AT):
        if commit_id is None or len(found) >= most:
            break
        commit = store.objects[commit_id]
        parent = commit.parents[0] if commit.parents else None
        before, after = store.files(parent, prefix), store.files(commit_id, prefix)
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        if names:
            found.append(_entry(commit, names))
        commit_id = parent
    return tuple(found)


def _entry(commit: object, names: list[bytes]) -> Entry:
    reason, _, undoes = commit.message.decode("utf-8", "replace").strip().partition(_TRAILER)  # type: ignore[attr-defined]
    when = datetime.fromtimestamp(commit.commit_time, UTC)  # type: ignore[attr-defined]
    return Entry(
        id=commit.id.decode(),  # type: ignore[attr-defined]
        date=when.isoformat().replace("+00:00", "Z"),
        author=commit.author.decode("utf-8", "replace"),  # type: ignore[attr-defined]
        reason=reason,
        undoes=undoes.strip(),
        files=tuple(name.decode("utf-8", "replace") for name in names),
    )
