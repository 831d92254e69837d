"""Size of an enterprise: Recommendation 2003/361/EC, Annex, Art. 2, 3, 4 and 6, as NIS 2 Art. 2(1) uses it.

Small is left by 50 people, or by exceeding BOTH money ceilings; one figure of money alone never does it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from ninefold.base.i18n import messages
from ninefold.law.answers import Answers, Company
from ninefold.law.logic import Fact, all_of, any_of, known

say = messages("law")
ARTICLE: Final = "Recommendation 2003/361/EC, Annex, Art. 2"
FIGURES: Final = ("headcount", "turnover", "balance")


class Ceiling(msgspec.Struct, frozen=True):
    """A class ends at ``headcount`` people (reached), or above both amounts (million euros)."""

    name: str
    headcount: float
    turnover: float
    balance: float


SMALL: Final = Ceiling("small", 50, 10, 10)
MEDIUM: Final = Ceiling("medium", 250, 50, 43)


def at_least_medium(answers: Answers) -> Fact:
    """Whether the enterprise is larger than small."""
    return _above(answers, SMALL, {"small": False, "medium": True, "large": True})


def larger_than_medium(answers: Answers) -> Fact:
    """Whether the enterprise is large."""
    return _above(answers, MEDIUM, {"small": False, "medium": False, "large": True})


def _above(answers: Answers, ceiling: Ceiling, before: dict[str, bool]) -> Fact:
    previous = answers.get("previous_size")
    now = any_of(
        _over(answers, "headcount", ceiling.headcount, reached=True),
        all_of(
            _over(answers, "turnover", ceiling.turnover),
            _over(answers, "balance", ceiling.balance),
        ),
    )
    if now.value is None or previous is None or before[previous] == now.value:
        return now
    # Annex Art. 4(2): one year above or below a ceiling does not change the status yet.
    text = say(
        "The ceiling was crossed in one year only, so the size of the year before still counts ({size}).", size=previous
    )
    return known(before[previous], "Recommendation 2003/361/EC, Annex, Art. 4(2)", text)


def _over(answers: Answers, figure: str, limit: float, reached: bool = False) -> Fact:
    """Own figure plus the group's shares against a ceiling. More companies can only make it larger."""
    own, group = answers.get(figure), answers.get("group")
    open_inputs = [name for name, value in ((figure, own), ("group", group)) if value is None]
    total, complete = _sum(own, group or (), figure)
    above = total >= limit if reached else total > limit
    name = {"headcount": say("people"), "turnover": say("million euros turnover")}.get(
        figure, say("million euros balance sheet total")
    )
    if above:
        return known(True, ARTICLE, say("{value} {name}: above the ceiling.", value=f"{total:g}", name=name))
    if open_inputs or not complete:
        needed = frozenset(open_inputs or ["group"])
        # The own figure alone can reach the ceiling; to stay below it, the group must be known as well.
        return Fact(None, (), needed if own is not None else frozenset({figure}), needed)
    text = say("{value} {name}: not above the ceiling.", value=f"{total:g}", name=name)
    return known(False, ARTICLE, text)


def _sum(own: float | None, group: tuple[Company, ...], figure: str) -> tuple[float, bool]:
    """The sum of what is known, and whether all of it is known."""
    total, complete = own or 0.0, own is not None
    for company in group:
        weight = part(company.share)
        value = getattr(company, figure)
        if weight and value is None:
            complete = False
        total += weight * (value or 0.0)
    return total, complete


def part(share: float) -> float:
    """How much of another company counts: Annex Art. 3(2), 3(3) and 6(2). Below 25 percent it is autonomous."""
    if share > 50:
        return 1.0
    return share / 100 if share >= 25 else 0.0
