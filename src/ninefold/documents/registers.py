# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""Registers and matrices: risks, requirements, conduits and flows, measures and tasks, reasons of levels."""

from __future__ import annotations

from ninefold.base.i18n import Text
from ninefold.documents.blocks import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    Inlines,
    Level,
    Number,
    Paragraph,
    Ref,
    Row,
    Span,
    Table,
)
from ninefold.documents.content import ConceptContent
from ninefold.documents.diagrams.charts import CostCurve, HeatMap
from ninefold.documents.diagrams.graph import end_of
from ninefold.documents.diagrams.strips import PathPicture
from ninefold.documents.frame import frame
from ninefold.documents.parts import points, risks, zones
from ninefold.documents.parts.common import absence, col, met, named, reason, refs, say, text, yes_no
from ninefold.documents.terms import CATEGORIES, OBJECTIVES
from ninefold.model.choices import FunctionPaths
from ninefold.model.findings import Reason, Words
from ninefold.model.levels import FR_TITLES


def risk_register(content: ConceptContent) -> Document:
    """Every scenario with its reasons, barriers and what is left (ZCR 5.1 to 5.13)."""
    blocks: list[Block] = [
        Heading(words=say("Overview"), id="overview"),
        *risks.matrix(content),
        risks.register(content),
        Heading(words=say("Scenarios"), id="scenarios"),
        scenarios(content),
        Heading(words=say("Risk per zone and class of violation"), id="cells"),
        Paragraph(
            say(
                "The worst cell of each zone and class; the security level follows from the largest class that is not tolerable."
            )
        ),
        cells(content),
        *attack_paths(content),
        Heading(words=say("Decisions"), id="decisions"),
        risks.decisions(content),
    ]
    return frame(content, "risk-register", say("Risk register"), blocks)


def attack_paths(content: ConceptContent) -> list[Block]:
    """The most likely path to each essential function, with what would stop it (docs/method.md section 6)."""
    if not content.paths:
        return []
    blocks: list[Block] = [Heading(words=say("Attack paths"), id="paths")]
    titles = {s.id: s.title for s in content.threats.scenarios} if content.threats else {}
    for item in content.paths:
        function = content.plant.function.get(item.function)
        name = (function.title or function.id) if function else item.function
        blocks.append(
            Heading(words=say("{function}, class {number}", function=name, number=item.violation_class), level=2)
        )
        if item.most_likely:
            blocks.append(Figure(picture=_path(content, item, titles, name), caption=say("Most likely attack path")))
        blocks.append(Table(
            columns=(col(say("Smallest cuts: these lines of defence together end every path"), 3), col(say("Where"), 1)),
            rows=tuple(Row(("; ".join(" + ".join(requirements) for _, requirements in cut.barriers), refs(dict.fromkeys(scope for scope, _ in cut.barriers)))) for cut in item.cuts),
            caption=say("Cuts"), sheet=say("Cuts"), empty=say("No cut is known."),
        ))  # fmt: skip
        if item.best_measure:
            after = item.chance if item.chance_with_best is None else item.chance_with_best
            blocks.append(
                Paragraph(
                    (
                        say("The one measure that helps most: "),
                        Ref(item.best_measure),
                        say(" (chance then {chance} %)", chance=f"{after * 100:.1f}"),
                    )
                )
            )
    return blocks


def _path(content: ConceptContent, item: FunctionPaths, titles: dict[str, Text], name: str) -> PathPicture:
    def title(node: str) -> str:
        plain = node.split("#")[0].split(":")[0]
        asset, entry = content.plant.asset.get(plain), content.plant.entry_point.get(plain)
        return asset.name if asset else (entry.title or entry.id) if entry else node

    nodes = [item.most_likely[0].source, *(step.target for step in item.most_likely)]
    steps = tuple(
        (titles.get(s.scenario, s.scenario), say("barrier of strength {strength}", strength=s.barrier))
        for s in item.most_likely
    )
    chance = say(
        "Chance to reach {function}: {chance} % ± {error} %",
        function=name,
        chance=f"{item.chance * 100:.1f}",
        error=f"{item.error * 100:.1f}",
    )
    return PathPicture(places=tuple((node, title(node)) for node in nodes), steps=steps, chance=chance)


def scenarios(content: ConceptContent) -> Table:
    """What each scenario is: threat, subjects, barriers, techniques, reasons."""
    reasons = {r.scenario: r.why for r in content.risk.register} if content.risk else {}
    return Table(
        columns=(
            col(say("Scenario"), 2.2),
            col(say("Where"), 1),
            col(say("Concerns"), 1.6),
            col(say("Barriers"), 1.6),
            col(say("Techniques"), 1),
            col(say("Why this risk"), 2.6),
        ),
        rows=tuple(
            Row(
                (
                    (s.title, " ", Ref(s.id)),
                    Ref(s.scope),
                    refs(s.subjects),
                    "; ".join(" + ".join(group) for group in s.barriers) or "–",
                    ", ".join(s.techniques) or "–",
                    reason(reasons[s.id])
                    if s.id in reasons
                    else say("excluded: {reason}", reason=s.excluded)
                    if s.excluded
                    else text(""),
                ),
                f"scenario {s.id}",
            )
            for s in (content.threats.scenarios if content.threats else ())
        ),
        caption=say("Threat scenarios"),
        empty=say("Threats are not identified (step 4)."),
        sheet=say("Scenarios"),
        small=True,
    )


def cells(content: ConceptContent) -> Table:
    """Per zone and class of violation the worst R."""
    rows = []
    for scope, items in (content.risk.cells if content.risk else {}).items():
        for violation in (1, 2, 3, 4):
            cell = risks.worst(tuple(c for c in items if c.violation_class == violation))
            if cell:
                rows.append(
                    Row(
                        (
                            Ref(scope),
                            violation,
                            OBJECTIVES[cell.objective],
                            CATEGORIES[cell.category],
                            cell.likelihood,
                            cell.impact,
                            Level(cell.risk, "risk"),
                            Level(cell.tolerable_up_to, "risk"),
                            yes_no(cell.tolerable),
                        )
                    )
                )
    return Table(
        columns=(
            col(say("Zone"), 1.6), col(say("Class"), 0.6, "center"), col(say("Objective"), 1.2), col(say("Category"), 1.2), col(say("Likelihood"), 1.0, "center"),
            col(say("Impact"), 0.8, "center"), col(say("R"), 0.6, "center"), col(say("Tolerable up to R"), 0.9, "center"), col(say("Tolerable"), 0.9),
        ),
        rows=tuple(rows),
        caption=say("Initial risk"),
        empty=say("Risks are not determined yet."),
        sheet=say("Initial risk"),
        small=True,
    )  # fmt: skip


def requirements_matrix(content: ConceptContent) -> Document:
    """Which requirement is in force where, and what meets it: the whole plant in one table (ZCR 6.1)."""
    items = content.risk.requirements if content.risk else ()
    blocks: list[Block] = [
        Heading(words=say("Requirements and how they are met"), id="requirements"),
        Paragraph(say("Planned: what components and planned measures can do (SL-C). Shown: what verification has shown (SL-A).")),
        Table(
            columns=(
                col(say("Zone or conduit"), 1.3), col(say("FR"), 0.5), col(say("Requirement"), 2.6), col(say("From SL"), 0.5, "center"),
                col(say("Planned"), 0.95), col(say("Shown"), 0.95), col(say("Met by"), 1.4), col(say("Why"), 2.2),
            ),
            rows=tuple(
                Row(
                    (
                        Ref(r.scope),
                        r.fr.name,
                        (Span(r.requirement), " ", content.title_of(r.requirement)),
                        Level(r.level),
                        met(r.capability, absent=r.not_applicable),
                        met(r.achieved, absent=r.not_applicable),
                        absence(content.plant, r.not_applicable) if r.not_applicable else refs(r.met_by, limit=3),
                        reason(r.why, 0),
                    ),
                    f"{r.scope}/{r.requirement}",
                )
                for r in items
            ),
            caption=say("Requirements matrix"),
            empty=say("No requirements are determined yet."),
            sheet=say("Requirements"),
            small=True,
        ),
    ]  # fmt: skip
    return frame(content, "requirements-matrix", say("Requirements matrix"), blocks, contents=False)


def flow_matrix(content: ConceptContent) -> Document:
    """What gateways must let through, and nothing else; what was seen on the wire beside it."""
    plant = content.plant
    blocks: list[Block] = [
        Heading(words=say("Who may call whom"), id="matrix"),
        Figure(picture=HeatMap(plant=plant), caption=say("Who may call whom"), id="figure-flows"),
        Heading(words=say("Conduits"), id="conduits"),
        Table(
            columns=(
                col(say("Conduit"), 2),
                col(say("Joins"), 2),
                col(say("SL-T"), 0.6, "center"),
                col(say("Authenticated"), 1),
                col(say("Encrypted"), 1),
                col(say("Only through a VPN"), 1),
                col(say("Flows"), 1.3, "right"),
            ),
            rows=tuple(
                Row(
                    (
                        named(c.id, c.title),
                        refs(sorted({end_of(plant, end) for f in c.flows for end in (f.source, f.target)})),
                        Level(zones.levels_of(content)[c.id].target.highest)
                        if c.id in zones.levels_of(content)
                        else Level(None),
                        yes_no(c.authenticated),
                        yes_no(c.encrypted),
                        yes_no(c.requires_vpn),
                        len(c.flows),
                    ),
                    c.id,
                )
                for c in plant.conduits
            ),
            caption=say("Conduits"),
            empty=say("No conduits are defined: nothing may pass between zones."),
            sheet=say("Conduits"),
        ),
        Heading(words=say("Permitted flows"), id="flows"),
        Paragraph(say("What is not listed here is not permitted: gateways block it.")),
        zones.flows_table(content, list(plant.flows), caption=say("All permitted flows")),
        Heading(words=say("Seen on the network"), id="seen"),
        conversations(content),
    ]
    return frame(content, "flow-matrix", say("Conduit and flow matrix"), blocks)


def conversations(content: ConceptContent) -> Table:
    """Intended and observed communication side by side."""
    items = content.evaluation.conversations if content.evaluation else ()
    return Table(
        columns=(
            col(say("From"), 1.2),
            col(say("To"), 1.2),
            col(say("Service"), 1),
            col(say("Agreement"), 1.3),
            col(say("Flow"), 1),
            col(say("Why"), 2.4),
        ),
        rows=tuple(
            Row(
                (
                    Ref(c.client),
                    Ref(c.server),
                    c.service,
                    zones.agreement(c.agreement),
                    Ref(c.flow) if c.flow else "–",
                    reason(c.why, 0),
                )
            )
            for c in items
        ),
        caption=say("Declared and seen"),
        empty=say("Nothing was observed yet, or no observation was imported."),
        sheet=say("Declared and seen"),
        small=True,
    )


def measures(content: ConceptContent) -> Document:
    """Measures, and the tasks of each role."""
    blocks: list[Block] = [
        Heading(words=say("Measures"), id="measures-chapter"),
        risks.measures(content),
        *plan(content),
        Heading(words=say("Baseline for every system"), id="baseline"),
        baseline(content),
        Heading(words=say("Tasks per role"), id="tasks"),
        tasks(content),
        Heading(words=say("Open points"), id="open"),
        points.table(points.points(content)),
    ]
    return frame(content, "measures-and-tasks", say("Measures and tasks"), blocks)


def plan(content: ConceptContent) -> list[Block]:
    """The cheapest choice of measures that is enough, and what each next step buys (docs/method.md section 7)."""
    if content.plan is None:
        return []
    chosen = content.plan
    names = {m.id: m.title for m in content.plant.measures}
    start = max((point.risk for point in chosen.curve), default=0.0)
    points_: tuple[tuple[float, float, Words], ...] = (
        (0.0, start, say("nothing more")),
        *((p.cost, p.risk, names.get(p.measure) or p.measure) for p in chosen.curve),
    )
    proved = (
        say("The solver proved that nothing is cheaper.")
        if chosen.optimal
        else say("Not proved to be the cheapest; at most {gap} % away.", gap=f"{chosen.gap * 100:.1f}")
    )
    blocks: list[Block] = [
        Heading(words=say("Choice of measures"), id="plan"),
        Paragraph((say("Cost over {years} years: ", years=chosen.years), Number(chosen.cost, content.currency), ". ", proved)),
        Table(
            columns=(col(say("Measure"), 1.6), col(say("Cost"), 1, "right"), col(say("Why it is needed"), 3)),
            rows=tuple(Row(((names.get(c.measure, ""), " ", Ref(c.measure)), Number(c.cost, content.currency), reason(c.why))) for c in chosen.chosen),
            caption=say("Chosen measures"), sheet=say("Chosen measures"), empty=say("Nothing more is needed."),
        ),
        Table(
            columns=(col(say("Where"), 1), col(say("What no measure can do"), 1.6), col(say("Why"), 3)),
            rows=tuple(Row((Ref(u.scope), u.requirement or u.scenario, reason(u.why))) for u in chosen.unmet),
            caption=say("What stays open"), sheet=say("What stays open"), empty=say("Nothing stays open."),
        ),
    ]  # fmt: skip
    if chosen.curve:
        blocks.append(
            Figure(picture=CostCurve(points=points_, currency=content.currency), caption=say("What the next euro buys"))
        )
    return blocks


def baseline(content: ConceptContent) -> Table:
    """What holds for every system (step 2)."""
    items = content.specification.baseline if content.specification else ()
    return Table(
        columns=(
            col(say("Measure"), 2.6),
            col(say("Requirements"), 1.4),
            col(say("Covered by"), 1.4),
            col(say("State"), 1),
        ),
        rows=tuple(
            Row(((b.title, " ", Ref(b.id)), ", ".join(b.requirements) or "–", refs(b.measures), text(b.state)), b.id)
            for b in items
        ),
        caption=say("Baseline measures"),
        empty=say("The baseline is not determined yet (step 2)."),
        sheet=say("Baseline"),
        small=True,
    )


def tasks(content: ConceptContent) -> Table:
    """What people have to do: tasks of step 7, and measures that are not implemented, ordered by owner."""
    from ninefold.model.measures import MeasureState

    rows: list[tuple[str, str, Row]] = []
    for task in content.implementation.tasks if content.implementation else ():
        rows.append(
            (
                task.owner,
                task.id,
                Row((text(task.owner), task.title, Ref(task.subject), task.requirement or "–", text("")), task.id),
            )
        )
    for m in content.plant.measures:
        if m.state in (MeasureState.CANDIDATE, MeasureState.PLANNED):
            rows.append(
                (
                    m.owner,
                    m.id,
                    Row(
                        (
                            text(m.owner),
                            say("Implement: {title}", title=m.title or m.id),
                            Ref(m.id),
                            ", ".join(p.requirement for p in m.provides) or "–",
                            text(m.due),
                        )
                    ),
                )
            )
    return Table(
        columns=(
            col(say("Who"), 1.2),
            col(say("What"), 2.6),
            col(say("About"), 1),
            col(say("Requirement"), 1.2),
            col(say("Due"), 0.9),
        ),
        rows=tuple(row for _, _, row in sorted(rows, key=lambda item: (item[0] == "", item[0], item[1]))),
        caption=say("Tasks"),
        empty=say("No tasks are open."),
        sheet=say("Tasks"),
    )


def reasons(content: ConceptContent) -> Document:
    """The whole derivation of every level: the annex for those who check it."""
    blocks: list[Block] = [
        Paragraph(
            say("Every target security level with everything it rests on. The concept prints the first lines of it.")
        )
    ]
    for item in content.risk.levels if content.risk else ():
        blocks.append(
            Heading(
                words=content.plant.zone[item.scope].name if item.scope in content.plant.zone else item.scope,
                id=item.scope,
            )
        )
        for value in item.values:
            blocks.append(Heading(words=FR_TITLES[value.fr], level=2, aside=("SL-T ", Level(value.level))))
            lines: list[Inlines] = []
            _tree(value.why, 0, lines)
            blocks.append(Bullets(items=tuple(lines)))
        for entry in item.sensitivity:
            blocks.append(Paragraph((say("Sensitivity: "), entry.says)))
    return frame(content, "level-reasons", say("Derivation of the security levels"), blocks)


def _tree(why: Reason, depth: int, lines: list[Inlines]) -> None:
    value: Inlines = () if why.value is None else (": ", Span(str(why.value)))
    parts = value if isinstance(value, tuple) else (value,)
    more = (" [", why.rule, "]") if why.rule else ()
    goals = refs(why.refs) if why.refs else ()
    shown = (" (", *(goals if isinstance(goals, tuple) else (goals,)), ")") if why.refs else ()
    lines.append(("\u00a0" * 4 * depth, why.says, *parts, *shown, *more))
    if depth < 8:
        for part in why.because:
            _tree(part, depth + 1, lines)
