"""What step 9 projects: dates with what today makes of them, evidence on file, approvals, what is recorded of step 8.

The day itself is never part of a value: only whether a date has lapsed, or will within ``SOON`` days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from ninefold.base import dsse
from ninefold.base.digest import sha256
from ninefold.base.errors import NinefoldError
from ninefold.base.limits import read_bytes
from ninefold.model.results import Due, Verification
from ninefold.steps.interface import Context
from ninefold.workspace.freshness import load_record

SOON: Final = 90
YEAR: Final = 365
ANNOUNCED: Final = "evidence/cycle/announced.json"
DEPLOYED: Final = "deployed/"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of the evidence: ``stage`` of its age, ``changed``: files that are no longer what it speaks of."""

    file: str
    when: str
    stage: str = ""
    changed: tuple[str, ...] = ()
    fault: str = ""


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """Ids of the last announcement, and of the one before: both are kept so that a rebuild says the same."""

    now: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


def stage(day: str, today: str, *, valid: int = 0) -> str:
    """``lapsed``, ``soon`` or "" for an ISO date plus ``valid`` days. What is no date never lapses."""
    try:
        end, now = date.fromisoformat(day[:10]) + timedelta(days=valid), date.fromisoformat(today)
    except (ValueError, OverflowError):
        return ""
    return "lapsed" if end < now else "soon" if end <= now + timedelta(days=SOON) else ""


def stages(context: Context, due: tuple[Due, ...]) -> Mapping[str, str]:
    """``subject date`` -> stage, of everything with a date."""
    return {f"{item.subject} {item.date}": stage(item.date, context.today) for item in due}


def evidence(context: Context) -> Mapping[str, Paper]:
    """The newest statement of each scope by name of its file."""
    found: dict[str, tuple[str, Paper]] = {}
    current = _configurations(context)
    for path in sorted((context.root / "evidence/statements").glob("*.json")):
        scope, paper = _paper(context, path, current)
        if scope not in found or found[scope][1].when < paper.when:
            found[scope] = (path.name, paper)
    return dict(found.values())


def _paper(context: Context, path: Path, current: Mapping[str, str]) -> tuple[str, Paper]:
    from ninefold.evidence.statements import parse

    name = path.relative_to(context.root).as_posix()
    try:
        said = parse(dsse.decode(read_bytes(path), name))
    except NinefoldError as error:
        return name, Paper(file=name, when="", fault=error.message)
    when = str(said.predicate.get("when", ""))
    changed = tuple(_changed(context.root, item.name, item.digest.get("sha256", ""), current) for item in said.subject)
    paper = Paper(
        file=name, when=when, stage=stage(when, context.today, valid=YEAR), changed=tuple(filter(None, changed))
    )
    return str(said.predicate.get("scope", name)), paper


def _changed(root: Path, name: str, sha: str, current: Mapping[str, str]) -> str:
    """The file that is no longer what was stated: the copy kept beside the statement, or what is in force today."""
    kept = root / name
    if kept.resolve().is_relative_to(root.resolve()) and not (kept.is_file() and sha256(read_bytes(kept)) == sha):
        return name
    original = Path(name).name.partition("-")[2]
    return original if current.get(original, sha) != sha else ""


def _configurations(context: Context) -> dict[str, str]:
    """Name of a configuration -> digest: as last generated, or as collected from the device."""
    record = load_record(context.root, "implementation")
    found = {Path(name).name: sha for name, sha in sorted((record.files if record else {}).items())}
    return found | {name.removeprefix(DEPLOYED): sha for name, sha in collected(context).items()}


def collected(context: Context) -> Mapping[str, str]:
    """Digests of what was collected from devices."""
    return {name: sha for name, sha in context.source_digests.items() if name.startswith(DEPLOYED)}


def verified(context: Context) -> str:
    """Digest of the recorded result of step 8; "" when it has not been run."""
    record = load_record(context.root, "verification")
    return record.outputs.get("result", "") if record else ""


def verification(context: Context) -> Verification | None:
    """The recorded result of step 8, if it lies in ``build/``."""
    record, path = load_record(context.root, "verification"), context.build / "8-verification/result.json"
    if record is None or not path.is_file():
        return None
    data = read_bytes(path)
    return msgspec.json.decode(data, type=Verification) if sha256(data) == record.outputs.get("file") else None


def announced(root: Path) -> Announced:
    """What was announced; empty when nothing was, or when the file is damaged: then all of it is announced again."""
    try:
        return msgspec.json.decode(read_bytes(root / ANNOUNCED), type=Announced)
    except (OSError, NinefoldError, msgspec.MsgspecError, UnicodeDecodeError):
        return Announced()


def news(root: Path, ids: tuple[str, ...]) -> tuple[str, ...]:
    """The ids that the announcement before did not hold; the same for the same ids before and after announcing."""
    last = announced(root)
    old = {*(last.before if ids == last.now else last.now)}
    return tuple(name for name in ids if name not in old)


def approvals(context: Context) -> Iterator[Any]:
    """Approvals of the concept that bind another digest than that of the concept now."""
    concept = context.results["concept"]
    return (item for item in context.approvals if item.step == "concept" and item.digest != concept.digest)
