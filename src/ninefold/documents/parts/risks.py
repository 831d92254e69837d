"""Risks, requirements and measures: registers shared by the concept and the documents beside it."""

from __future__ import annotations

from ninefold.documents.blocks import (
    Badge,
    Block,
    Cell,
    Day,
    Figure,
    Heading,
    Level,
    Lines,
    Number,
    Paragraph,
    Ref,
    Row,
    Span,
    Table,
    Tone,
)
from ninefold.documents.content import ConceptContent
from ninefold.documents.diagrams.charts import RiskMatrix
from ninefold.documents.parts.common import NOT_SET, UNKNOWN, col, refs, say, text
from ninefold.documents.terms import CATEGORIES, DECISIONS, MEASURE_STATES, OBJECTIVES
from ninefold.model.assessment import RiskCell, ScenarioRisk
from ninefold.model.decisions import DecisionKind


def register(content: ConceptContent) -> Table:
    """The risk register: each scenario without measures, now, and with all planned ones (ZCR 5.5, 5.10, 5.11)."""
    titles = {s.id: s for s in content.threats.scenarios} if content.threats else {}
    items = content.risk.register if content.risk else ()
    rows = []
    for item in sorted(items, key=lambda r: (-r.residual.risk, -r.current.risk, r.scenario)):
        scenario = titles.get(item.scenario)
        rows.append(
            Row(
                (
                    Lines((scenario.title, Ref(item.scenario))) if scenario else Ref(item.scenario),
                    Ref(item.scope),
                    Lines((OBJECTIVES[item.residual.objective], CATEGORIES[item.residual.category])),
                    Level(item.unmitigated.risk, "risk"),
                    Level(item.current.risk, "risk"),
                    Level(item.residual.risk, "risk"),
                    Level(item.residual.tolerable_up_to, "risk"),
                    verdict(item),
                ),
                item.scenario,
            )
        )
    return Table(
        columns=(
            col(say("Scenario"), 3.0),
            col(say("Where"), 1.0),
            col(say("What is hit"), 1.2),
            col(say("R without"), 0.7, "center"),
            col(say("R now"), 0.7, "center"),
            col(say("R planned"), 0.75, "center"),
            col(say("Tolerable"), 0.75, "center"),
            col(say("Result"), 1.3),
        ),
        rows=tuple(rows),
        caption=say("Risk register"),
        id="risk-register",
        empty=say("Risks are not determined yet."),
        sheet=say("Risk register"),
        small=True,
    )


def verdict(item: ScenarioRisk) -> Cell:
    """Tolerable, accepted (by which decision), or open."""
    if item.accepted:
        return Lines((Badge(say("accepted"), Tone.WARN), Ref(item.accepted)))
    if item.residual.tolerable:
        return Badge(say("tolerable"), Tone.GOOD)
    return Badge(say("open"), Tone.BAD)


def is_open(item: ScenarioRisk) -> bool:
    """Whether a residual risk is above the tolerable one and nobody accepted it."""
    return not item.residual.tolerable and not item.accepted


def worst(cells: tuple[RiskCell, ...]) -> RiskCell | None:
    """The largest risk of a zone; the first of equals."""
    return max(cells, key=lambda cell: cell.risk, default=None)


def measures(content: ConceptContent) -> Table:
    """All measures with state, owner, date and cost."""
    states = tuple(words for words, _ in MEASURE_STATES.values())
    return Table(
        columns=(
            col(say("Measure"), 2.6),
            col(say("State"), 1.0, choices=states),
            col(say("Provides"), 1.8),
            col(say("On"), 1.0),
            col(say("Owner"), 1.1),
            col(say("Due"), 0.9),
            col(say("Cost once / yearly"), 1.3, "right"),
        ),
        rows=tuple(
            Row(
                (
                    Lines((m.title or m.id, Ref(m.id))),
                    Badge(*MEASURE_STATES[m.state]),
                    Lines(tuple((p.requirement, f" (SL {p.level})") for p in m.provides)) if m.provides else "–",
                    refs(m.components),
                    text(m.owner),
                    Day(m.due) if m.due else NOT_SET,
                    Lines((Number(m.cost_once, content.currency), Number(m.cost_yearly, content.currency)))
                    if m.cost_once or m.cost_yearly
                    else UNKNOWN,
                ),
                m.id,
            )
            for m in content.plant.measures
        ),
        caption=say("Measures"),
        id="measures",
        empty=say("No measures are recorded."),
        sheet=say("Measures"),
        small=True,
    )


def decisions(content: ConceptContent, kinds: tuple[DecisionKind, ...] = ()) -> Table:
    """Decisions of people with reason, date and expiry (ZCR 5.13)."""
    items = [d for d in content.plant.decisions if not kinds or d.kind in kinds]
    return Table(
        columns=(
            col(say("Id"), 0.6),
            col(say("Decision"), 1.5),
            col(say("About"), 1.2),
            col(say("Reason"), 2.4),
            col(say("By"), 1.2),
            col(say("Date, expires"), 1.1),
        ),
        rows=tuple(
            Row(
                (
                    Ref(d.id),
                    (DECISIONS[d.kind], f": {d.value}") if d.value else DECISIONS[d.kind],
                    Ref(d.subject),
                    text(d.reason),
                    Lines((text(d.by), Span(d.role, "soft"))),
                    Lines((Day(d.date), Day(d.expires) if d.expires else say("no expiry"))),
                ),
                d.id,
            )
            for d in items
        ),
        caption=say("Decisions"),
        empty=say("No decisions are recorded."),
        sheet=say("Decisions"),
        small=True,
    )


def chapter(content: ConceptContent) -> list[Block]:
    """Residual risks and acceptances (ZCR 5.10 to 5.13)."""
    return [
        Heading(words=say("Residual risks and acceptances"), id="residual", aside=Span("ZCR 5.10 – 5.13", "soft")),
        Paragraph(say("R without any measure, R with the measures in place, R with all planned ones.")),
        *matrix(content),
        register(content),
        decisions(content),
    ]


def matrix(content: ConceptContent) -> list[Block]:
    """The risk matrix, where there is a register."""
    if not content.risk or not content.risk.register:
        return []
    picture = RiskMatrix(register=content.risk.register)
    return [Figure(picture=picture, caption=say("Scenarios by likelihood and impact"), id="figure-risks")]
