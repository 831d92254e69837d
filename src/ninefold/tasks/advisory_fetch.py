"""Bring a folder of advisories up to date with a provider: the only task of this room that uses the network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ninefold.base.progress import SILENT, Progress
from ninefold.model.findings import finding_to_plain
from ninefold.supply.fetching.download import Fetched, fetch
from ninefold.supply.fetching.transport import Transport, get

SCHEMA = "ninefold.advisory-fetch/1"


def run(provider: str, folder: Path, *, transport: Transport = get, progress: Progress = SILENT) -> Fetched:
    """Fetch what is new: ``provider`` is a domain or the address of its ``provider-metadata.json``."""
    return fetch(provider, folder, transport=transport, progress=progress)


def plain(found: Fetched) -> dict[str, Any]:
    """The document ``ninefold.advisory-fetch/1``."""
    return {
        "schema": SCHEMA,
        "provider": found.provider,
        "new": list(found.new),
        "unchanged": found.unchanged,
        "findings": [finding_to_plain(item) for item in found.findings],
    }
