"""Keeps what was imported: the file below ``sources/``, and its digest, size and origin in ``sources/index.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ninefold.base.digest import sha256
from ninefold.base.limits import ARCHIVE_UNPACKED, read_bytes
from ninefold.workspace.edit import add_item, remove_item
from ninefold.workspace.splice import read_back
from ninefold.workspace.transaction import Transaction

INDEX: Final = "sources/index.yaml"


def keep(change: Transaction, path: Path, *, origin: str = "", folder: str = "") -> str:
    """Take a file into the workspace as part of ``change``; its name there.

    ``origin``: where it came from, in words; ``folder``: below ``sources/`` (``advisories``). The same content is
    kept once; another file of the same name gets a piece of its digest in front. Files over 5 MB are kept in the
    folder and in the index, but not in the history. Raises InputError, LimitError as :func:`read_bytes`.
    """
    data = read_bytes(path, ARCHIVE_UNPACKED)
    digest = sha256(data)
    known = index(change.read(INDEX) or b"")
    for name, entry in known.items():
        if entry.get("sha256") == digest and change.read(f"sources/{name}") == data:
            return f"sources/{name}"
    place = f"{folder}/{path.name}" if folder else path.name
    present = change.read(f"sources/{place}")
    if present is not None and present != data:
        place = f"{folder}/{digest[:8]}-{path.name}" if folder else f"{digest[:8]}-{path.name}"
    change.write(f"sources/{place}", data)
    item = {"id": place, "sha256": digest, "size": len(data), "origin": origin or path.name}
    change.edit(INDEX, lambda text: _listed(text, place, place in known, item))
    return f"sources/{place}"


def index(data: bytes) -> dict[str, Mapping[str, Any]]:
    """Name below ``sources/`` -> ``sha256``, ``size``, ``origin``. Entries of another shape are left out."""
    content = read_back(data, INDEX) if data else None
    rows = content.get("sources") if isinstance(content, dict) else None
    return {row["id"]: row for row in rows or [] if isinstance(row, dict) and isinstance(row.get("id"), str)}


def _listed(text: bytes, name: str, known: bool, item: Mapping[str, Any]) -> bytes:
    if known:
        text = remove_item(text, ("sources", name), name=INDEX)
    return add_item(text, ("sources",), item, name=INDEX)
