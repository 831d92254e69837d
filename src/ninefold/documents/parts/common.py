"""Small things every chapter needs: links, reasons as lines, tables of properties, words for states."""

from __future__ import annotations

from collections.abc import Iterable

from ninefold.base.i18n import messages
from ninefold.documents.blocks import Badge, Cell, Column, Inline, Inlines, Level, Lines, Ref, Row, Span, Table, Tone
from ninefold.model.findings import Reason, Words
from ninefold.model.levels import Vector
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import FR

say = messages("documents")

UNKNOWN = Badge(say("unknown"), Tone.UNKNOWN)
NOT_SET = Badge(say("not set"), Tone.UNKNOWN)


def refs(identifiers: Iterable[str], none: Words = "–", limit: int = 12) -> Inlines:
    """Ids as links, separated by commas, the first ``limit`` of them; ``none`` where there are no ids."""
    listed = list(identifiers)
    result: list[Inline] = []
    for identifier in listed[:limit]:
        result += ([", "] if result else []) + [Ref(identifier)]
    if len(listed) > limit:
        result.append(f" +{len(listed) - limit}")
    return tuple(result) or none


def named(identifier: str, name: str) -> Inlines:
    """A name with its id as a link."""
    if not identifier:
        return NOT_SET
    return (name, " ", Ref(identifier)) if name and name != identifier else Ref(identifier)


def text(words: Words) -> Inlines:
    """Words of a user, or *not set*."""
    return words if words else NOT_SET


def yes_no(value: bool | None) -> Inlines:
    """Yes, no or unknown."""
    if value is None:
        return UNKNOWN
    return say("yes") if value else say("no")


def met(value: bool | None, *, absent: str = "") -> Inlines:
    """Whether a requirement is met: met, not met, unknown, or not applicable by a decision."""
    if absent:
        return Badge(say("not applicable"), Tone.NEUTRAL)
    if value is None:
        return UNKNOWN
    return Badge(say("met"), Tone.GOOD) if value else Badge(say("not met"), Tone.BAD)


def absence(plant: Plant, reason: str) -> Cell:
    """Why a requirement is not applicable: a link to the decision, or the words themselves."""
    decided = any(item.id == reason for item in plant.decisions)
    return (say("not applicable: "), Ref(reason) if decided else reason)


def reason(why: Reason, depth: int = 1) -> Lines:
    """An explanation as lines: what is so, its value and rule, then what it rests on."""
    lines: list[Inlines] = []
    _reason(why, depth, 0, lines)
    return Lines(tuple(lines))


def _reason(why: Reason, depth: int, level: int, lines: list[Inlines]) -> None:
    line: list[Inline] = ["\u00a0" * 3 * max(0, level - 1) + ("\u2013 " if level else ""), why.says]
    if why.value is not None:
        line += [" = ", Span(str(why.value), "strong")]
    if why.refs:
        line += [" (", *_flat(refs(why.refs, limit=4)), ")"]
    if why.rule:
        line += [" ", Span(f"[{why.rule}]", "soft")]
    lines.append(tuple(line))
    if level < depth:
        for part in why.because[:8]:
            _reason(part, depth, level + 1, lines)


def _flat(value: Inlines) -> tuple[Inline, ...]:
    return value if isinstance(value, tuple) else (value,)


def vector(value: Vector) -> tuple[Inline, ...]:
    """The seven levels of a vector as cells in a line, in the order of the foundational requirements."""
    result: list[Inline] = []
    for fr in FR:
        result += (["\u202f"] if result else []) + [Level(value[fr])]
    return tuple(result)


def properties(pairs: Iterable[tuple[Words, Cell]], anchor: str = "") -> Table:
    """A table of properties: name left, value right."""
    return Table(
        columns=(Column(title=say("Property"), width=1.0), Column(title=say("Value"), width=2.6)),
        rows=tuple(Row((name, value)) for name, value in pairs),
        plain=True,
        id=anchor,
    )


def col(title: Words, width: float = 1.0, align: str = "left", choices: tuple[Words, ...] = ()) -> Column:
    """A column, short."""
    return Column(title=title, width=width, align=align, choices=choices)
