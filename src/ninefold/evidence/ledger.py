"""The ledger: an append-only list of everything that counts as evidence, each line bound to the one before.

One JSON object a line. A line that was changed, removed or put in between breaks the chain; a cut-off end shows
where the head was signed (:func:`head` goes into a statement).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import msgspec

from ninefold.base.digest import canonical, sha256
from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages

say = messages("evidence")
FILE: Final = "evidence/ledger.jsonl"
START: Final = "0" * 64
_LINE: Final = 64 * 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line. ``kind``: ``statement``, ``approval``, ``record``, ``import`` ...; ``time`` ISO 8601 in UTC."""

    number: int
    previous: str
    time: str
    kind: str
    name: str
    sha256: str


def append(ledger: bytes, items: Iterable[tuple[str, str, bytes]], time: str) -> bytes:
    """The ledger with one more line per ``(kind, name, content)``. InputError when it is broken already."""
    entries = read(ledger)
    number, previous = len(entries), _last(ledger)
    lines = []
    for kind, name, content in items:
        entry = Entry(number=number, previous=previous, time=time, kind=kind, name=name, sha256=sha256(content))
        line = canonical(entry)
        lines.append(line + b"\n")
        number, previous = number + 1, sha256(line)
    return ledger + b"".join(lines)


def read(ledger: bytes) -> tuple[Entry, ...]:
    """All lines; InputError (with the line) at the first that does not follow from the one before."""
    previous = START
    entries = []
    for number, line in enumerate(ledger.splitlines()):
        try:
            if len(line) > _LINE:
                raise ValueError
            entry = msgspec.json.decode(line, type=Entry)
        except (msgspec.MsgspecError, json.JSONDecodeError, ValueError) as error:
            raise _broken(number) from error
        if entry.number != number or entry.previous != previous:
            raise _broken(number)
        entries.append(entry)
        previous = sha256(line)
    if ledger and not ledger.endswith(b"\n"):
        raise _broken(len(entries) - 1)
    return tuple(entries)


def head(ledger: bytes) -> tuple[int, str]:
    """Number of lines and digest of the last one: what a signature over the whole ledger must bind."""
    return len(read(ledger)), _last(ledger)


def _last(ledger: bytes) -> str:
    lines = ledger.splitlines()
    return sha256(lines[-1]) if lines else START


def _broken(number: int) -> InputError:
    return InputError(
        "broken-ledger",
        str(say("The ledger was changed: this line does not follow from the one before.")),
        place=Place(FILE, number + 1),
        advice=str(say("Take the ledger from a backup or from the history; nothing is appended to a broken one.")),
    )
