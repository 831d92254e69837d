"""Bounds on what untrusted files may cost, in one place. All sizes in bytes, times in seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.i18n import messages

say = messages("base")

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

TEXT_FILE: Final = 64 * MIB  # one YAML, JSON or rule-set file
XML_FILE: Final = 256 * MIB
ARCHIVE_UNPACKED: Final = 512 * MIB  # all members of a zip or xlsx together
ARCHIVE_RATIO: Final = 200  # unpacked : packed
NESTING: Final = 64  # YAML, JSON, XML
TABLE_COLUMNS: Final = 512
TABLE_ROWS: Final = 1_000_000


def read_bytes(path: Path, limit: int = TEXT_FILE) -> bytes:
    """The content of a regular file of at most ``limit`` bytes.

    Raises InputError for a missing file, a directory, a device; LimitError when it is too large.
    """
    place = Place(str(path))
    try:
        if path.is_dir():
            raise InputError("is-directory", str(say("This is a folder, a file is needed.")), place=place)
        if not path.is_file():
            raise InputError(
                "no-file", str(say("There is no such file.")), place=place, advice=str(say("Check the name."))
            )
        size = path.stat().st_size
        if size > limit:
            raise LimitError(
                "too-large",
                str(say("The file has {size} bytes; at most {limit} are read.", size=size, limit=limit)),
                place=place,
                advice=str(say("Split it or select a part of it.")),
            )
        return path.read_bytes()
    except OSError as error:
        text = str(say("The file cannot be read: {why}.", why=error.strerror))
        raise InputError("unreadable", text, place=place) from error
