"""From about 25 plain questions to the first files of a workspace. Pure: answers in, files out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ninefold.base.errors import FaultsError, InputError, NinefoldError, Place
from ninefold.base.i18n import language
from ninefold.workspace import yamlio
from ninefold.workspace.faults import Faults, nearest, say
from ninefold.workspace.interview_german import in_german
from ninefold.workspace.interview_plant import Answers, plant_of
from ninefold.workspace.questions import QUESTIONS, Question
from ninefold.workspace.splice import render, render_block

_BY_ID: Final = {question.id: question for question in QUESTIONS}
_MOST: Final = 200
_NUMBERS: Final = frozenset({"controllers", "io", "drives", "panels", "cameras"})
_PREFIX: Final = re.compile(r"(\d{1,3})\.(\d{1,3})(?:\.\d{1,3}\.\d{1,3}(?:/\d{1,2})?)?")


def next_question(answers: Mapping[str, str]) -> Question | None:
    """The next question that matters after these answers; None when all are answered."""
    return next((one for one in QUESTIONS if one.id not in answers and _matters(one, answers)), None)


def read_answers(data: bytes, name: str = "") -> dict[str, str]:
    """Answers from a YAML file (``question: answer``). Raises FaultsError naming every fault."""
    faults = Faults()
    tree = yamlio.parse(name, data)
    found: dict[str, str] = {}
    for key, node in yamlio.mapping(tree, faults).items() if tree is not None else ():
        if key not in _BY_ID:
            faults.add("unknown-key", say("There is no question '{id}'.", id=key), node, nearest(key, _BY_ID))
            continue
        found[key] = yamlio.text(node, faults) or ""
    faults.stop()
    problems = _problems(found, name)
    if problems:
        raise FaultsError(problems)
    return found


def files_of(name: str, answers: Mapping[str, str]) -> dict[str, bytes]:
    """The files of the workspace ``name``. Unanswered questions count with their defaults.

    Raises FaultsError when an answer is none of the choices or no number.
    """
    problems = _problems(answers, "")
    if problems:
        raise FaultsError(problems)
    filled = Answers({question.id: answers.get(question.id, "") or question.default for question in QUESTIONS})
    filled["name"] = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-") or "machine"
    first, second = _PREFIX.fullmatch(filled["network"]).groups()  # type: ignore[union-attr]  # checked above
    filled["network"] = f"{int(first)}.{int(second)}"
    files = plant_of(filled)
    if language() == "de":
        files = in_german(files)
        files["ninefold.yaml"]["system"]["language"] = "de"
    return {path: _text(sections) for path, sections in files.items()}


def _matters(question: Question, answers: Mapping[str, str]) -> bool:
    other, words = question.when
    return not other or (answers.get(other) or _BY_ID[other].default) in words


def _problems(answers: Mapping[str, str], name: str) -> list[NinefoldError]:
    found: list[NinefoldError] = []
    for question in QUESTIONS:
        answer = answers.get(question.id, "") or question.default
        advice = ""
        if question.choices and answer not in question.choices:
            advice = str(say("Write one of: {words}.", words=", ".join(question.choices)))
        elif question.id in _NUMBERS and not (answer.isascii() and answer.isdigit() and int(answer[:9]) <= _MOST):
            advice = str(say("Write a whole number up to {n}.", n=_MOST))
        elif question.id == "network" and not _is_prefix(answer):
            advice = str(say("Write it like 192.168."))
        if advice:
            text = say("'{answer}' is no answer to '{id}'.", answer=answer, id=question.id)
            found.append(InputError("bad-answer", str(text), place=Place(name) if name else None, advice=advice))
    return found


def _is_prefix(text: str) -> bool:
    match = _PREFIX.fullmatch(text)
    return bool(match) and 1 <= int(match[1]) <= 223 and int(match[2]) <= 255  # type: ignore[index]


def _text(sections: Mapping[str, Any]) -> bytes:
    """A file people like to read: sections apart, one thing per block."""
    parts = []
    for key, value in sections.items():
        if isinstance(value, list):
            parts.append(f"{key}:\n" + "".join(_block(item, 2) for item in value))
        elif isinstance(value, dict):
            parts.append(f"{key}:\n  {render_block(_short(value), 2)}\n")
        else:
            parts.append(f"{key}: {render(value)}\n")
    return "\n".join(parts).encode()


def _block(item: dict[str, Any], indent: int) -> str:
    """A list item; lists of mappings inside it are written line by line, too."""
    pad = " " * (indent + 2)
    plain = {key: value for key, value in _short(item).items() if not _rows(value)}
    text = f"{' ' * indent}- {render_block(plain, indent + 2)}\n"
    for key, value in item.items():
        if _rows(value):
            text += f"{pad}{key}:\n" + "".join(f"{pad}  - {render(_short(row))}\n" for row in value)
    return text


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _short(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value not in ("", None, []) and (value or key == "essential")}
