"""Answers to the questions of ``data/inputs.csv``: read from YAML, taken from what the plant already says.

A missing, empty or ``unknown`` answer stays missing. Wrong answers are faults, all of them at once.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ninefold.base.errors import FaultsError, InputError, NinefoldError, Place
from ninefold.base.i18n import Text, messages
from ninefold.law import tables
from ninefold.model.plant import Plant

say = messages("law")
YES: Final = frozenset({"yes", "true", "ja", "y", "j"})
NO: Final = frozenset({"no", "false", "nein", "n"})
UNKNOWN: Final = frozenset({"", "unknown", "unbekannt", "?"})


class Question(msgspec.Struct, frozen=True):
    """One input: its acts, the type of its answer, the words allowed, the rule behind it."""

    id: str
    acts: tuple[str, ...]
    type: str
    choices: tuple[str, ...]
    ref: str
    text: Text


def questions() -> tuple[Question, ...]:
    """All questions in the order in which they are asked."""
    return tuple(_question(row) for row in tables.rows("inputs"))


def _question(row: tables.Row) -> Question:
    acts, choices = tuple(row["acts"].split(";")), tuple(filter(None, row["choices"].split(";")))
    return Question(row["id"], acts, row["type"], choices, row["ref"], tables.title(row))


def question(name: str) -> Question:
    """The question of an input."""
    return _question(tables.by_id("inputs")[name])


class Company(msgspec.Struct, frozen=True):
    """A partner (25 to 50 percent) or linked (more than 50 percent) company; None: figure not known."""

    share: float
    headcount: float | None = None
    turnover: float | None = None
    balance: float | None = None


class Modification(msgspec.Struct, frozen=True):
    """A change of an existing machine (Machinery Regulation Art. 3(16)); None: not answered."""

    by: str = ""
    date: str = ""
    foreseen: bool | None = None
    new_risk: bool | None = None
    guards: bool | None = None
    stability: bool | None = None


class Answers(msgspec.Struct, frozen=True):
    """What has been answered, by input. Values: bool, float, str (word or date), tuple of words, companies."""

    values: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """The answer, or None."""
        return self.values.get(name)

    def has(self, name: str) -> bool:
        """Whether the question has been answered."""
        return name in self.values


def parse(raw: Mapping[str, Any], file: str = "", lines: Mapping[str, int] | None = None) -> Answers:
    """Answers from plain values (texts, lists, mappings). FaultsError names every unknown key and wrong value."""
    faults: list[NinefoldError] = []
    values: dict[str, Any] = {}
    for key, value in raw.items():
        place = Place(file, (lines or {}).get(key, 0)) if file else None
        try:
            answer = _answer(key, value)
        except InputError as error:
            faults.append(InputError(error.code, error.message, place=place, advice=error.advice))
            continue
        if answer is not None:
            values[key] = answer
    if faults:
        raise FaultsError(faults)
    return Answers(values)


def _answer(key: str, value: Any) -> Any:
    if key not in tables.by_id("inputs"):
        near = difflib.get_close_matches(key, tables.by_id("inputs"), n=1)
        advice = str(say("Did you mean {word}?", word=near[0])) if near else ""
        raise InputError("no-question", str(say("There is no question '{key}'.", key=key)), advice=advice)
    if value is None or (isinstance(value, str) and value.strip().casefold() in UNKNOWN):
        return None
    asked = question(key)
    try:
        return READERS[asked.type](value, asked)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(
            "bad-answer",
            str(say("'{value}' is no answer to '{key}'.", value=_short(value), key=key)),
            advice=_advice(asked),
        ) from None


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _advice(asked: Question) -> str:
    if asked.type == "yes-no":
        return str(say("Answer yes, no or unknown."))
    if "date" in asked.type:
        return str(say("Write a date like 2027-01-20."))
    if asked.type == "number":
        return str(say("Write a number of 0 or more."))
    if asked.choices:
        return str(say("Possible: {words}.", words=", ".join(asked.choices)))
    return str(say("See docs/law.md for the form of this answer."))


def yes_no(value: Any, _asked: Question | None = None) -> bool:
    """True or False of a word; ValueError otherwise."""
    word = str(value).strip().casefold()
    if word not in YES | NO:
        raise ValueError
    return word in YES


def _number(value: Any, _asked: Question | None = None) -> float:
    number = float(str(value).strip())
    if not 0 <= number < 1e12:
        raise ValueError
    return number


def _date(value: Any, asked: Question) -> str:
    text = str(value).strip()
    if text in asked.choices:
        return text
    return datetime.date.fromisoformat(text).isoformat()


def _choice(value: Any, asked: Question) -> str:
    word = str(value).strip()
    if word not in asked.choices:
        raise ValueError
    return word


def _words(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value).replace(";", ",").split(",")
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _alone(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words or ("none" in words and len(words) > 1):
        raise ValueError
    return () if words == ("none",) else words


def _choices(value: Any, asked: Question) -> tuple[str, ...]:
    return _alone(tuple(_choice(word, asked) for word in _words(value)))


def _country(value: Any, _asked: Question) -> str:
    word = str(value).strip().upper()
    if len(word) != 2 or not word.isascii() or not word.isalpha():
        raise ValueError
    return "GR" if word == "EL" else word


def _core(value: Any, _asked: Question) -> str:
    word = str(value).strip()
    if word != "none" and word not in tables.by_id("cra_categories") and word not in tables.by_id("products"):
        raise ValueError
    return word


def _sectors(value: Any, _asked: Question) -> tuple[str, ...]:
    words = _alone(tuple(_sector(word) for word in _words(value)))
    return tuple(dict.fromkeys(words))


def _sector(word: str) -> str:
    word = word.removeprefix("NIS2-")
    if word == "none" or word in tables.by_id("nis2_sectors"):
        return word
    division = word.removeprefix("C").lstrip(".").split(".")[0]
    found = [row["id"] for row in tables.rows("nis2_sectors") if row["nace"] and row["nace"] == division]
    if not found:
        raise ValueError
    return found[0]


def _annex(value: Any, _asked: Question) -> str:
    word = str(value).strip().removeprefix("MVO-I-").upper()
    number = int(word[2:]) if word != "NONE" else 0
    if word == "NONE":
        return "none"
    if word[:2] not in {"A-", "B-"} or not 1 <= number <= (6 if word[0] == "A" else 19):
        raise ValueError
    return word


def _group(value: Any, _asked: Question) -> tuple[Company, ...]:
    if value == "none" or value == []:
        return ()
    return tuple(_company(item) for item in value)


def _company(item: Mapping[str, Any]) -> Company:
    share = _number(item["share"])
    if share > 100 or set(item) - {"name", *Company.__struct_fields__}:
        raise ValueError
    figures = (_figure(item.get(key)) for key in ("headcount", "turnover", "balance"))
    return Company(share, *figures)


def _figure(value: Any) -> float | None:
    return None if value is None or str(value).strip() in UNKNOWN else _number(value)


def _modification(value: Any, asked: Question) -> Modification | str:
    if value == "none":
        return "none"
    if set(value) - set(Modification.__struct_fields__):
        raise ValueError
    truths = (_maybe(value.get(key)) for key in ("foreseen", "new_risk", "guards", "stability"))
    date = str(value.get("date") or "")
    return Modification(str(value.get("by") or ""), _date(date, asked) if date else "", *truths)


def _maybe(value: Any) -> bool | None:
    return None if value is None or str(value).strip() in UNKNOWN else yes_no(value)


READERS: Final[dict[str, Any]] = {
    "yes-no": yes_no,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "country": _country,
    "core": _core,
    "sectors": _sectors,
    "annex": _annex,
    "group": _group,
    "modification": _modification,
}


def of_plant(plant: Plant) -> Answers:
    """What the workspace says: ``answers`` of law.yaml, and the country and sector of the organisation.

    Roles of IEC 62443 are no roles of the law, so they are not taken over. A sector counts only when it is
    written as a number of NIS 2 or of NACE.
    """
    raw = plant.law.get("answers") or {}
    if not isinstance(raw, Mapping):
        raise InputError("bad-answer", str(say("'answers' must be keys and values.")), place=Place("law.yaml"))
    known: dict[str, Any] = {}
    for key, text in (
        ("country", plant.system.organisation.country),
        ("sectors", plant.system.organisation.sector),
    ):
        try:
            known.update(parse({key: text}).values)
        except FaultsError:
            continue
    return Answers({**known, **parse(raw, "law.yaml").values})


def with_file(first: Answers, second: Answers) -> Answers:
    """Both; where both answer, the second counts."""
    return Answers({**first.values, **second.values})
