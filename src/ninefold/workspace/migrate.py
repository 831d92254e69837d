"""Bring a workspace of an older format up to date, as one change."""

from __future__ import annotations

from pathlib import Path

from ninefold.workspace.convert import Origins
from ninefold.workspace.documents import FORMAT
from ninefold.workspace.faults import say
from ninefold.workspace.load import read_text
from ninefold.workspace.migrations import migrated
from ninefold.workspace.snapshot import snapshot
from ninefold.workspace.transaction import Transaction


def migrate(root: Path, *, author: str, dry_run: bool = False, commit_in_parent: bool = False) -> list[str]:
    """Names of the files that change (with ``dry_run``: would change); empty when the format is the present one.

    Raises FaultsError when the text has faults, before or after: nothing is then written.
    """
    origins = Origins()
    files = snapshot(root, origins)
    read_text(root, files, origins)
    after = migrated(files)
    changed = sorted(name for name in files.keys() | after.keys() if files.get(name) != after.get(name))
    if not changed or dry_run:
        return changed
    reason = str(say("Migrate to format {n}", n=FORMAT))
    with Transaction(root, author=author, reason=reason, commit_in_parent=commit_in_parent, migrating=True) as change:
        for name in changed:
            data = after.get(name)
            change.delete(name) if data is None else change.write(name, data)
    return changed
