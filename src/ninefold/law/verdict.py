"""What is said about one act, and how it becomes the JSON document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from ninefold.base.i18n import Text
from ninefold.law import tables
from ninefold.law.answers import Answers
from ninefold.law.logic import Fact, Reason, known, missing, open_fact

UNDETERMINED: Final = "undetermined"
ROLE_WORDS: Final = {
    "manufacturer": Text("manufacturer", "Hersteller"),
    "authorised-representative": Text("authorised representative", "Bevollmächtigter"),
    "importer": Text("importer", "Einführer"),
    "distributor": Text("distributor", "Händler"),
    "steward": Text("open-source steward", "Verwalter quelloffener Software"),
    "integrator": Text("integrator", "Integrator"),
    "user": Text("user", "Nutzer"),
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One act: does it apply, to whom, as what, on which routes, from when, why, and what is not known yet.

    ``role``, ``group`` (the class) and ``start`` are "" where they mean nothing; ``undetermined`` where an input is
    missing. ``start`` is the first date (YYYY-MM-DD) on which the act binds this case.
    """

    act: str
    applies: Fact
    role: str = ""
    group: str = ""
    routes: tuple[str, ...] = ()
    start: str = ""
    notes: tuple[Reason, ...] = ()
    asks: frozenset[str] = frozenset()

    @property
    def word(self) -> str:
        """yes, no or undetermined."""
        return {True: "yes", False: "no", None: UNDETERMINED}[self.applies.value]

    @property
    def because(self) -> tuple[Reason, ...]:
        """The chain of articles, each reason once."""
        return tuple(dict.fromkeys((*self.applies.because, *self.notes)))

    @property
    def missing(self) -> tuple[str, ...]:
        """The inputs that would decide, in the order of the questions; none when nothing is open."""
        return in_order(missing(self.applies) | (self.asks if self.applies.value is not False else frozenset()))


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Inputs in the order in which they are asked."""
    wanted = set(names)
    return tuple(row["id"] for row in tables.rows("inputs") if row["id"] in wanted)


def plain(verdict: Verdict) -> dict[str, Any]:
    """One element of ``acts`` in ``ninefold.law/1``."""
    return {
        "act": verdict.act,
        "applies": verdict.word,
        "role": verdict.role,
        "class": verdict.group,
        "routes": list(verdict.routes),
        "from": verdict.start,
        "because": [{"article": reason.article, "reason": str(reason.says)} for reason in verdict.because],
        "missing": list(verdict.missing),
    }


def yes_fact(answers: Answers, name: str, article: str, yes: Any, no: Any) -> Fact:
    """The fact behind a yes-or-no question."""
    value = answers.get(name)
    if value is None:
        return open_fact(name)
    return known(value, article, yes if value else no)
