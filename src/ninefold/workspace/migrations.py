"""Older formats: how the text of one becomes the text of the next. Format 1 is the first, so there is none yet.

A migration takes the files of a workspace and gives back those that change (None: the file goes). It edits with
:mod:`ninefold.workspace.edit`, so comments and order survive. A frozen workspace of every released format stays in
the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from ninefold.workspace.documents import FORMAT, MAIN

Migration = Callable[[Mapping[str, bytes]], Mapping[str, bytes | None]]
MIGRATIONS: Final[dict[int, Migration]] = {}

_FORMAT: Final = re.compile(rb"^format:[ \t]*['\"]?(\d{1,6})['\"]?[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def format_of(main: bytes) -> int | None:
    """The format a ``ninefold.yaml`` says; None when it says none."""
    found = _FORMAT.search(main)
    return int(found[1]) if found else None


def migrated(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same workspace in the present format. Newer ones, and those no migration is known for, stay as they are."""
    result = dict(files)
    while True:
        present = format_of(result.get(MAIN, b""))
        step = MIGRATIONS.get(present) if present is not None and present < FORMAT else None
        if step is None or present is None:
            return result
        for name, data in step(result).items():
            if data is None:
                result.pop(name, None)
            else:
                result[name] = data
        result[MAIN] = _FORMAT.sub(b"format: %d" % (present + 1), result[MAIN], count=1)
