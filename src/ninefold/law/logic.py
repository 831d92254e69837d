"""Yes, no, or not known yet, with the reasons and with the answers that would decide.

A :class:`Fact` is a three-valued truth (strong Kleene logic). What nobody has answered stays unknown: it never
becomes *no*. Every unknown fact knows the fewest open inputs that can make it true, and that can make it false.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from ninefold.base.i18n import Message, Text

# What to ask first when several questions could decide: the usual way counts less than the rare one.
COST: Final = {"any_size": 5, "cer_critical": 5, "managed_services": 2, "machine_modification": 3}


class Reason(msgspec.Struct, frozen=True):
    """Why: the article (act and number) and what it says about this case."""

    article: str
    says: Message | Text


class Fact(msgspec.Struct, frozen=True):
    """``value`` None: not known. ``to_yes``/``to_no``: open inputs that would decide; None: cannot become so."""

    value: bool | None
    because: tuple[Reason, ...] = ()
    to_yes: frozenset[str] | None = None
    to_no: frozenset[str] | None = None


def known(value: bool, article: str, says: Message | Text) -> Fact:
    """A fact that an answer or a date settles."""
    return Fact(value, (Reason(article, says),))


def open_fact(*inputs: str) -> Fact:
    """A fact that waits for inputs."""
    return Fact(None, (), frozenset(inputs), frozenset(inputs))


def silent(fact: Fact) -> Fact:
    """The same truth without its reasons, for facts that only help to decide."""
    return Fact(fact.value, (), fact.to_yes, fact.to_no)


def negated(fact: Fact) -> Fact:
    """True where the fact is false; unknown stays unknown."""
    value = None if fact.value is None else not fact.value
    return Fact(value, fact.because, fact.to_no, fact.to_yes)


def all_of(*facts: Fact) -> Fact:
    """True when all are; false as soon as one is, whatever the others will say."""
    false = next((fact for fact in facts if fact.value is False), None)
    if false is not None:
        return Fact(False, false.because)
    waiting = [fact for fact in facts if fact.value is None]
    because = tuple(reason for fact in facts if fact.value for reason in fact.because)
    if not waiting:
        return Fact(True, because)
    return Fact(None, because, _together(fact.to_yes for fact in waiting), _fewest(fact.to_no for fact in waiting))


def any_of(*facts: Fact) -> Fact:
    """True as soon as one is; false when all are."""
    true = [fact for fact in facts if fact.value]
    if true:
        return Fact(True, tuple(reason for fact in true for reason in fact.because))
    waiting = [fact for fact in facts if fact.value is None]
    because = tuple(reason for fact in facts if fact.value is False for reason in fact.because)
    if not waiting:
        return Fact(False, because)
    return Fact(None, because, _fewest(fact.to_yes for fact in waiting), _together(fact.to_no for fact in waiting))


def _together(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    result: frozenset[str] = frozenset()
    for item in sets:
        if item is None:
            return None
        result |= item
    return result


def _fewest(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    possible = [item for item in sets if item is not None]
    return min(possible, key=lambda item: (sum(COST.get(name, 1) for name in item), sorted(item)), default=None)


def missing(fact: Fact) -> frozenset[str]:
    """The fewest open inputs that would decide; empty when the fact is decided."""
    if fact.value is not None:
        return frozenset()
    return fact.to_yes if fact.to_yes is not None else fact.to_no or frozenset()
