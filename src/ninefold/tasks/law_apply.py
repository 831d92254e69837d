"""Which acts apply: answers from a file, from the workspace, from a person; the verdicts as one document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ninefold.base.errors import FaultsError, InputError, Place
from ninefold.base.i18n import messages
from ninefold.base.limits import read_bytes
from ninefold.law.answers import Answers, of_plant, parse, with_file
from ninefold.law.applicability import SCHEMA, apply, document, questions_left
from ninefold.model.plant import Plant

say = messages("law")
__all__ = ["SCHEMA", "answers_of", "apply", "document", "plant_of", "questions_left", "read_answers", "saved", "tried"]


def plant_of(root: Path) -> Plant | None:
    """The plant of a folder, or None where there is no workspace: the law can be asked without one."""
    if not (root / "ninefold.yaml").is_file():
        return None
    from ninefold.workspace.load import load

    return load(root)


def read_answers(path: Path) -> Answers:
    """Answers of a YAML file: keys and values, or below ``answers:`` (then other keys are left alone)."""
    raw, lines = read_mapping(path)
    inner = raw.get("answers")
    if isinstance(inner, dict):
        return parse(inner, str(path))
    return parse(raw, str(path), lines)


def read_mapping(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Plain values of a YAML file with the lines of its keys. InputError or FaultsError when it is none."""
    from yaml.nodes import MappingNode

    from ninefold.workspace import yamlio
    from ninefold.workspace.faults import Faults

    node = yamlio.parse(str(path), read_bytes(path))
    if node is None:
        return {}, {}
    faults = Faults()
    values = yamlio.plain(node, faults)
    faults.stop()
    if not isinstance(node, MappingNode):
        raise InputError("not-a-mapping", str(say("Keys and values are expected.")), place=Place(str(path)))
    return values, {key.value: key.start_mark.line + 1 for key, _ in node.value}


def answers_of(plant: Plant | None, path: Path | None) -> Answers:
    """What the plant says, overlaid by the file."""
    first = of_plant(plant) if plant else Answers()
    return with_file(first, read_answers(path)) if path else first


def tried(answers: Answers, name: str, text: str) -> Answers | str:
    """The answers with one more (an empty text leaves it open), or what is wrong with it."""
    try:
        return with_file(answers, parse({name: text}))
    except FaultsError as error:
        return str(error)


def saved(answers: Answers) -> str:
    """The answers as a YAML file that ``read_answers`` reads back."""
    import yaml

    values = {key: _text(value) for key, value in answers.values.items()}
    return yaml.safe_dump({"answers": values}, sort_keys=False, allow_unicode=True)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == ():
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    return msgspec.to_builtins(value)
