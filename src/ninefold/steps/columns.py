"""Which column of a list was taken as which field: kept in ``sources/columns.yaml`` and used at the next import.

``{file below sources/: {heading: field}}``; an empty field leaves the column out.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages
from ninefold.base.limits import read_bytes
from ninefold.model.observed import Observation
from ninefold.workspace.edit import set_field
from ninefold.workspace.splice import read_back, render
from ninefold.workspace.transaction import Transaction

say = messages("steps")
NAME: Final = "columns.yaml"
FILE: Final = f"sources/{NAME}"
_PREFIX: Final = "table.column."


def saved(root: Path) -> dict[str, dict[str, str]]:
    """What was kept. InputError when the file has another shape."""
    path = root / FILE
    return parsed(read_bytes(path)) if path.is_file() and not path.is_symlink() else {}


def parsed(data: bytes) -> dict[str, dict[str, str]]:
    """The content of the file."""
    content = read_back(data, FILE) if data.strip() else {}
    if not isinstance(content, dict) or not all(isinstance(item, dict) for item in content.values()):
        raise InputError(
            "bad-columns",
            str(say("{file} must hold one mapping of headings to fields for each list.", file=FILE)),
            place=Place(FILE),
        )
    return {str(name): {str(key): str(field or "") for key, field in item.items()} for name, item in content.items()}


def shown(observation: Observation) -> list[dict[str, str]]:
    """Every column a list was read by: ``file``, ``heading``, ``field`` and ``why`` (heading, values, chosen)."""
    return [
        {
            "file": observation.origin.name,
            "heading": fact.value,
            "field": fact.key.removeprefix(_PREFIX),
            "why": fact.locator.rpartition("(")[2].rstrip(")"),
        }
        for fact in observation.facts
        if fact.key.startswith(_PREFIX)
    ]


def to_keep(observation: Observation, chosen: Mapping[str, str]) -> dict[str, str]:
    """Heading to field as the list was read, and what was left out; headings of two meanings are guessed again."""
    found: dict[str, set[str]] = {}
    for row in shown(observation):
        if not row["heading"].startswith("#"):
            found.setdefault(row["heading"], set()).add(row["field"])
    read = {heading: next(iter(fields)) for heading, fields in found.items() if len(fields) == 1}
    left_out = {heading: "" for heading, field in chosen.items() if not field}
    return {**read, **left_out} if found else {}


def outdated(observation: Observation, wanted: Mapping[str, str]) -> bool:
    """Whether a list was read by other columns than the ones that are kept."""
    fields: dict[str, set[str]] = {}
    for row in shown(observation):
        fields.setdefault(row["heading"], set()).add(row["field"])
    return any(fields.get(heading, {""}) != {field} for heading, field in wanted.items())


def keep(change: Transaction, name: str, columns: Mapping[str, str]) -> None:
    """Write the columns of one list (its name below ``sources/``) as part of ``change``."""
    present = change.read(FILE) or b""
    if not columns or parsed(present).get(name) == dict(columns):
        return
    if present.strip():
        change.write(FILE, set_field(present, (), name, dict(columns), name=FILE))
    else:
        change.write(FILE, f"{render(name)}: {render(dict(columns))}\n".encode())
