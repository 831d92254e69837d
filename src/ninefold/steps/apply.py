"""Writes what step 1 proposes into the text, and keeps the sources it came from: one transaction, undoable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from ninefold.base.i18n import messages
from ninefold.sources.proposals import Proposal
from ninefold.steps import columns
from ninefold.workspace import edit, imports
from ninefold.workspace.transaction import Transaction

say = messages("steps")
NEW_ZONE = b"zone:\n  id: %b\nassets: []\n"


def apply_all(
    root: Path,
    proposals: Iterable[Proposal],
    sources: Iterable[Path],
    *,
    author: str,
    chosen: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[str, ...]:
    """Keep ``sources`` below ``sources/`` and write the proposals; the files that changed.

    ``chosen``: heading to field of each list among the sources, by its name.
    """
    with Transaction(root, author=author, reason=str(say("Take over what the sources show"))) as change:
        for name, path in _files(sources):
            folder = name.rpartition("/")[0]
            place = imports.keep(change, path, folder=folder).removeprefix("sources/")
            columns.keep(change, place, (chosen or {}).get(name, {}))
        for proposal in proposals:
            change.edit(proposal.file, partial(_edited, proposal))
        return tuple(sorted(change.contents))


def _files(sources: Iterable[Path]) -> Iterable[tuple[str, Path]]:
    """(name below ``sources/``, file): files of a folder keep their place in it, as ``advisories/a.json``."""
    for path in sources:
        if path.is_dir():
            for item in sorted(path.rglob("*")):
                if (
                    item.is_file()
                    and not item.is_symlink()
                    and item.name not in {"index.yaml", "README.md", columns.NAME}
                ):
                    yield item.relative_to(path).as_posix(), item
        else:
            yield path.name, path


def _edited(proposal: Proposal, data: bytes) -> bytes:
    """The text of one file after one proposal."""
    name = proposal.file
    if proposal.kind == "zone":
        return data or NEW_ZONE % proposal.id.encode()
    if proposal.kind == "field":
        return edit.set_field(data, (proposal.section, proposal.id), proposal.key, proposal.value, name=name)
    where = ("conduits", proposal.parent, "flows") if proposal.kind == "flow" else (proposal.section,)
    # an empty list in block style, so that what follows stands on lines of its own
    start = data if data.strip() not in {b"", b"{}"} else f"{where[0]}: []\n".encode()
    return edit.add_item(start, where, proposal.value, name=name)
