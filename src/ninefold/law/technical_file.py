"""The technical documentation of CRA Annex VII as a draft, with what is missing named first.

What is known comes from the plant and from ``law.yaml`` below ``file`` (by the id of the point: ``text``,
``evidence``, and for the points of Annex I Part I (2) ``applies``). Nothing is claimed that nobody has written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import Message, Text, messages
from ninefold.documents.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Document,
    Heading,
    Lines,
    Paragraph,
    Row,
    Table,
    Tone,
)
from ninefold.law import cra, tables
from ninefold.law.answers import Answers, yes_no
from ninefold.law.verdict import Verdict
from ninefold.model.plant import Plant
from ninefold.standards import catalogue

say = messages("law")
PARTS: Final = {"CRA-AVII": "VII", "CRA-AII-": "II", "CRA-AV-": "V", "CRA-AVI": "VI"}


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One point of the file. ``applies`` None: nobody has said; only points of Annex I Part I (2) may be left out."""

    id: str
    article: str
    title: Text
    optional: bool = False
    applies: bool | None = None
    text: str = ""
    evidence: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()

    @property
    def missing(self) -> Message | None:
        """What is still to be done, or None."""
        if self.optional and self.applies is None:
            return say("Say whether it applies, and how or why not.")
        left_out = self.optional and self.applies is False
        if not self.text:
            return say("Justify why it does not apply.") if left_out else say("Describe it.")
        if not self.evidence and not left_out:
            return say("Name the evidence.")
        return None


def points(plant: Plant) -> tuple[Point, ...]:
    """All points: Annex I, II, V, VI and VII. InputError for an unknown point or a wrong value in ``law.yaml``."""
    kept = _kept(plant)
    entries = [item for item in catalogue.entries(cra.ACT) if "part" in item.facts or item.facts["kind"] == "doc_item"]
    unknown = sorted(set(kept) - {item.id for item in entries})
    if unknown:
        text = str(say("There is no point '{id}' in the technical documentation.", id=unknown[0]))
        raise InputError("no-point", text, place=Place("law.yaml"))
    return tuple(_point(item, kept.get(item.id, {}), plant) for item in entries)


def _kept(plant: Plant) -> Mapping[str, Mapping[str, Any]]:
    kept = plant.law.get("file") or {}
    if not isinstance(kept, Mapping) or not all(isinstance(item, Mapping) for item in kept.values()):
        text = str(say("'file' must name each point with text, evidence and applies."))
        raise InputError("bad-file", text, place=Place("law.yaml"))
    return kept


def _point(item: catalogue.Entry, kept: Mapping[str, Any], plant: Plant) -> Point:
    evidence = kept.get("evidence") or ()
    wanted = {link.id for link in catalogue.links(cra.ACT, item.id) if link.relation == "supported by"}
    german = tables.by_id("file_items").get(item.id, {}).get("title_de", "")
    return Point(
        id=item.id,
        article=f"CRA {item.facts['ref']}",
        title=item.title if item.title.de else Text(item.title.en, german),
        # CRA Annex I Part I (2): on the basis of the risk assessment and where applicable; all else is unconditional.
        optional=item.id.startswith("CRA-I-2"),
        applies=_applies(kept.get("applies")),
        text=str(kept.get("text") or ""),
        evidence=tuple(map(str, evidence)) if isinstance(evidence, list | tuple) else (str(evidence),),
        measures=tuple(
            measure.id for measure in plant.measures if any(part.requirement in wanted for part in measure.provides)
        ),
    )


def _applies(value: Any) -> bool | None:
    try:
        return None if value is None else yes_no(value)
    except ValueError:
        text = str(say("'{value}' is no answer to '{key}'.", value=str(value)[:60], key="applies"))
        raise InputError("bad-answer", text, place=Place("law.yaml")) from None


def build(plant: Plant, answers: Answers) -> Document:
    """The draft. InputError when the CRA does not apply to this product."""
    verdict = cra.verdict(answers)
    if verdict.word == "no":
        raise InputError("not-applicable", str(say("{act} does not apply to this company and product.", act=cra.ACT)))
    found = points(plant)
    system = plant.system
    return Document(
        id="cra-technical-documentation",
        title=say("Technical documentation (CRA Annex VII)"),
        subtitle=system.title or system.name,
        state=say("Draft"),
        tone=Tone.WARN,
        properties=_properties(plant, verdict),
        blocks=(*_gaps(found), *_decision(verdict), *_annex_one(found), *_annexes(found)),
    )


def _properties(plant: Plant, verdict: Verdict) -> tuple[tuple[Message, str], ...]:
    system = plant.system
    machine = " / ".join(part for part in (system.machine_type, system.serial_number, system.version) if part)
    return (
        (say("Product"), system.title or system.name),
        (say("Type, serial number, version"), machine),
        (say("Manufacturer"), system.organisation.name),
        (say("Contact"), system.organisation.contact),
        (say("Class"), verdict.group),
        (say("Conformity routes"), ", ".join(verdict.routes)),
    )


def _gaps(found: tuple[Point, ...]) -> tuple[Block, ...]:
    gaps = [(item, item.missing) for item in found if item.missing is not None]
    rows = tuple(Row((item.id, item.title, item.article, missing or "")) for item, missing in gaps)
    notice = say("A draft, not legal advice. Measures support a point; they do not prove conformity.")
    done = say("{open} of {all} points are still open.", open=len(gaps), all=len(found))
    return (
        Heading(words=say("What is missing"), id="missing"),
        Callout(tone=Tone.WARN, title=done, blocks=(Paragraph(notice),)),
        Table(columns=_columns(say("To do")), rows=rows, empty=say("Nothing is missing."), sheet=say("Missing")),
    )


def _columns(*more: Message) -> tuple[Column, ...]:
    heads = (Column(title=say("Point"), width=0.8), Column(title=say("Subject"), width=2))
    return (*heads, Column(title=say("Source")), *(Column(title=item, width=1.5) for item in more))


def _decision(verdict: Verdict) -> tuple[Block, ...]:
    rows = tuple(Row((reason.article, reason.says)) for reason in verdict.because)
    columns = (Column(title=say("Source")), Column(title=say("Reason"), width=3))
    return (
        Heading(words=say("Why the CRA applies, class and routes"), id="scope"),
        Table(columns=columns, rows=rows, empty=say("Nothing has been answered yet.")),
    )


def _annex_one(found: tuple[Point, ...]) -> tuple[Block, ...]:
    words = {True: say("yes"), False: say("no"), None: say("not said")}
    rows = []
    for item in found:
        if item.id.startswith(("CRA-I-", "CRA-II-")):
            applies = words[item.applies] if item.optional else say("always")
            rows.append(Row((item.id, item.title, item.article, applies, item.text or "?", _shown(item)), item.id))
    columns = _columns(say("Applies"), say("How, or why not"), say("Evidence and measures"))
    return (
        Heading(words=say("Cybersecurity risk assessment: Annex I point by point"), id="annex-I"),
        Paragraph(say("Part I (1) and Part II always apply; the points of Part I (2) where the risk asks for them.")),
        Table(columns=columns, rows=tuple(rows), sheet=say("Annex I"), small=True),
    )


def _shown(item: Point) -> Cell:
    lines: tuple[str | Message, ...] = (*item.evidence, *(say("supported by {id}", id=name) for name in item.measures))
    return Lines(lines) if lines else "?"


def _annexes(found: tuple[Point, ...]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for name, title in (
        ("VII", say("Contents of the technical documentation (Annex VII)")),
        ("II", say("Information for users (Annex II)")),
        ("V", say("EU declaration of conformity, draft (Annex V)")),
        ("VI", say("Simplified declaration, draft (Annex VI)")),
    ):
        rows = tuple(
            Row((item.id, item.title, item.article, item.text or "?", _shown(item)), item.id)
            for item in found
            if _annex(item) == name
        )
        columns = _columns(say("Text"), say("Evidence and measures"))
        blocks += [
            Heading(words=title, id=f"annex-{name}"),
            Table(columns=columns, rows=rows, sheet=say("Annex {name}", name=name)),
        ]
    return tuple(blocks)


def _annex(item: Point) -> str:
    return next((name for start, name in PARTS.items() if item.id.startswith(start)), "")
