"""Which acts apply to this company and product, as what, from when, why, and what is still to be asked.

Not legal advice. The rules follow the acts named at each reason; the data carry source and status date.
"""

from __future__ import annotations

from typing import Any, Final

from ninefold.law import cra, machinery, neighbours, nis2
from ninefold.law.answers import Answers, Question, question
from ninefold.law.verdict import Verdict, in_order, plain

SCHEMA: Final = "ninefold.law/1"


def apply(answers: Answers) -> tuple[Verdict, ...]:
    """The verdicts: CRA, NIS 2, Machinery Regulation, then the neighbours. Nothing answered: all undetermined."""
    return (cra.verdict(answers), nis2.verdict(answers), machinery.verdict(answers), *neighbours.verdicts(answers))


def document(verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """The document ``ninefold.law/1``, in the language of the moment."""
    return {"schema": SCHEMA, "acts": [plain(item) for item in verdicts]}


def questions_left(verdicts: tuple[Verdict, ...]) -> tuple[Question, ...]:
    """The shortest list of questions that decides what is open, each once, in the order of asking."""
    return tuple(question(name) for name in in_order({name for item in verdicts for name in item.missing}))
