"""Whether a step is current, and if not, what changed: by name, down to the id.

A step declares named inputs. A record of its last run keeps a digest of each; where an input is a mapping of ids to
values or a list of things with ids, a digest per id. Comments, order and places are not part of those values and
therefore never count.
Records are JSON files in ``evidence/steps``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ninefold.base.digest import digest
from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.i18n import Message
from ninefold.base.limits import MIB, read_bytes
from ninefold.workspace.faults import say
from ninefold.workspace.transaction import Transaction
from ninefold.workspace.values import content, is_collection, item_digests

Digests = str | dict[str, str]
_NAMED = 3


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The last run of a step: digests of inputs, outputs and files, the time it ended (ISO, UTC), its sentence."""

    step: str
    inputs: dict[str, Digests]
    outputs: dict[str, str]
    files: dict[str, str] = {}
    finished: str = ""
    language: str = "en"
    summary: Message | None = None

    def same_as(self, other: Record) -> bool:
        """Whether both say the same of inputs and outputs; the time does not count."""
        return msgspec.structs.replace(self, finished="") == msgspec.structs.replace(other, finished="")


class StepState(msgspec.Struct, frozen=True, kw_only=True):
    """``state``: ``not started``, ``current``, ``stale`` or ``due``. ``changed`` names what changed."""

    state: str
    why: Message
    changed: tuple[str, ...] = ()


def digests(inputs: Mapping[str, Any]) -> dict[str, Digests]:
    """Inputs as digests; a mapping keeps one for each of its ids."""
    return {name: _digest(value) for name, value in inputs.items()}


def _digest(value: Any) -> Digests:
    if isinstance(value, Mapping):
        return {str(key): digest(content(item))[:32] for key, item in value.items()}
    if is_collection(value):
        return dict(item_digests(value))
    return digest(content(value))[:32]


def record_of(
    step: str,
    inputs: Mapping[str, Any],
    *,
    outputs: Mapping[str, str],
    files: Mapping[str, str],
    clock: Callable[[], datetime],
    language: str,
    summary: Message | None = None,
) -> Record:
    """The record of a run that just ended."""
    return Record(
        step=step,
        inputs=digests(inputs),
        outputs=dict(outputs),
        files=dict(files),
        finished=clock().isoformat(),
        language=language,
        summary=summary,
    )


def state(step: str, inputs: Mapping[str, Any], record: Record | None, *, due: str = "", today: str = "") -> StepState:
    """The state of a step: its inputs now against those of its record; ``due``: an ISO date to run it again."""
    if record is None:
        return StepState(state="not started", why=say("It has not been run yet."))
    changed = changes(record.inputs, digests(inputs))
    if changed:
        shown = ", ".join(changed[:_NAMED])
        more = len(changed) - _NAMED
        why = (
            say("Changed: {names} and {n} more.", names=shown, n=more)
            if more > 0
            else say("Changed: {names}.", names=shown)
        )
        return StepState(state="stale", why=why, changed=changed)
    if due and today and due <= today:
        return StepState(state="due", why=say("It was to be run again by {date}.", date=due))
    return StepState(state="current", why=say("Nothing it reads has changed."))


def changes(before: Mapping[str, Digests], after: Mapping[str, Digests]) -> tuple[str, ...]:
    """Names of what differs: the input, or the ids inside it (``flow f1 of conduit c3``, ``plc (new)``)."""
    found: list[str] = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, {}), after.get(name, {})
        if old == new:
            continue
        if isinstance(old, str) or isinstance(new, str):
            found.append(name)
        else:
            found += [_named(name, key, old, new) for key in sorted({*old, *new}) if old.get(key) != new.get(key)]
    return tuple(found)


def _named(name: str, key: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    what = key if " " in key else f"{name} {key}"
    if key not in old:
        return str(say("{what} (new)", what=what))
    if key not in new:
        return str(say("{what} (gone)", what=what))
    return what


def load_record(root: Path, step: str) -> Record | None:
    """The record of a step; None when there is none. InputError when the file is damaged."""
    path = root / "evidence" / "steps" / f"{step}.json"
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(read_bytes(path, 16 * MIB), type=Record)
    except LimitError:
        raise
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(
            "bad-record",
            str(say("The record of step {step} is damaged: {error}", step=step, error=str(error))),
            place=Place(str(path)),
            advice=str(say("Restore it (ninefold undo) or delete it; the step is then run again.")),
        ) from error


def save_record(root: Path, record: Record, *, author: str = "Ninefold <>") -> None:
    """Write the record of a step, as a change of its own in the history."""
    data = msgspec.json.format(msgspec.json.encode(record, order="deterministic"), indent=1) + b"\n"
    with Transaction(root, author=author, reason=str(say("Run step {step}", step=record.step))) as change:
        change.write(f"evidence/steps/{record.step}.json", data)
