# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""Zones and conduits: drawings and characteristics (IEC 62443-3-2:2020 ZCR 6.3, 6.4), levels with their reasons."""

from __future__ import annotations

from ninefold.documents.blocks import (
    Badge,
    Block,
    Callout,
    Cell,
    Day,
    Figure,
    Heading,
    Inlines,
    Level,
    Lines,
    PageBreak,
    Paragraph,
    Ref,
    Row,
    Span,
    Table,
    Tone,
)
from ninefold.documents.content import ConceptContent
from ninefold.documents.diagrams.charts import HeatMap, LevelChart
from ninefold.documents.diagrams.graph import end_of
from ninefold.documents.diagrams.sheet import ZoneSheet
from ninefold.documents.diagrams.strips import LevelsOfAutomation
from ninefold.documents.diagrams.zones import Detail, ZonePicture
from ninefold.documents.parts.common import (
    NOT_SET,
    UNKNOWN,
    absence,
    col,
    met,
    named,
    properties,
    reason,
    refs,
    say,
    text,
    vector,
    yes_no,
)
from ninefold.documents.terms import CATEGORIES, EXPOSURES, OBJECTIVES, kind_word
from ninefold.model.assessment import RequirementStatus, ZoneLevels
from ninefold.model.assets import Asset
from ninefold.model.findings import Words
from ninefold.model.levels import FR_TITLES, LevelValue
from ninefold.model.reconciled import Agreement
from ninefold.model.zones import Conduit, Flow, Zone

BIG = 12  # zones; above it the drawing gets a landscape A3 page


def drawings(content: ConceptContent) -> list[Block]:
    """The diagram at both levels of detail (ZCR 6.3)."""
    plant, levels = content.plant, content.risk.levels if content.risk else ()
    wide = len(plant.zones) > BIG
    overview = ZonePicture(plant=plant, levels=levels, layout=content.layout, pins=content.pins)
    detailed = ZonePicture(plant=plant, levels=levels, layout=content.layout, detail=Detail.ASSETS)
    bands = Figure(
        picture=LevelsOfAutomation(plant=plant, levels=levels),
        caption=say("Zones and networks by level of automation"),
        id="figure-automation",
    )
    pictures = (
        Figure(picture=overview, caption=say("Zones and conduits"), id="figure-zones", wide=wide),
        Figure(picture=detailed, caption=say("Zones and conduits with their assets"), id="figure-assets", wide=wide),
    )
    return [
        PageBreak(),
        Heading(words=say("Drawings of zones and conduits"), id="drawings", aside=Span("ZCR 6.3", "soft")),
        Paragraph(
            say("Target security levels (SL-T) are the highest of the seven values; the tables below give all seven.")
        ),
        *((bands, *pictures) if wide else (*pictures, bands)),  # wide pictures have pages of their own
    ]


def levels_of(content: ConceptContent) -> dict[str, ZoneLevels]:
    """Levels by zone or conduit id."""
    return {item.scope: item for item in content.risk.levels} if content.risk else {}


def summary(content: ConceptContent) -> Table:
    """One line a zone or conduit: SL-T per FR, SL-C, SL-A."""
    levels = levels_of(content)
    rows = []
    for scope, name in [(z.id, z.name) for z in content.plant.zones] + [(c.id, c.name) for c in content.plant.conduits]:
        item = levels.get(scope)
        if item is None and scope in content.plant.conduit and levels:
            continue
        cells: tuple[Cell, ...] = (named(scope, name), *(Level(item.target[fr] if item else None) for fr in FR_TITLES))
        rows.append(
            Row((*cells, vector(item.capability) if item else UNKNOWN, vector(item.achieved) if item else UNKNOWN))
        )
    return Table(
        columns=(
            col(say("Zone or conduit"), 3.0),
            *(col(fr.name, 0.62, "center") for fr in FR_TITLES),
            col(say("SL-C (planned)"), 2.5),
            col(say("SL-A (shown)"), 2.5),
        ),
        rows=tuple(rows),
        caption=say("Target, capability and achieved security levels"),
        id="levels",
        empty=say("Levels are not determined yet."),
        sheet=say("Security levels"),
        small=True,
    )


def characteristics(content: ConceptContent) -> list[Block]:
    """One section per zone and per conduit (ZCR 6.4)."""
    levels = levels_of(content)
    blocks: list[Block] = [
        Heading(words=say("Zones"), id="zones", aside=Span("ZCR 6.4, 5.6", "soft")),
        Callout(tone=Tone.PROPOSAL, title=say("Levels are proposals until a person decides"), blocks=(
            Paragraph(say("The method proposes each level from the risk; the responsible person decides. Where a person decided otherwise, both values are printed.")),
        )),
        summary(content),
    ]  # fmt: skip
    if levels:
        names = (*((z.id, z.name) for z in content.plant.zones), *((c.id, c.name) for c in content.plant.conduits))
        chart = LevelChart(levels=tuple(levels.values()), names=names)
        blocks.append(
            Figure(picture=chart, caption=say("Levels needed, planned and shown (SL-T/SL-C/SL-A)"), id="figure-levels")
        )
    for zone in content.plant.zones:
        blocks += zone_section(content, zone, levels.get(zone.id))
    blocks.append(Heading(words=say("Conduits"), id="conduits", aside=Span("ZCR 6.4", "soft")))
    blocks.append(Paragraph(say("What is not listed here is not permitted: gateways block it.")))
    if content.plant.conduits:
        blocks.append(Figure(picture=HeatMap(plant=content.plant), caption=say("Who may call whom"), id="figure-flows"))
    for conduit in content.plant.conduits:
        blocks += conduit_section(content, conduit, levels.get(conduit.id))
    return blocks


def zone_section(content: ConceptContent, zone: Zone, levels: ZoneLevels | None) -> list[Block]:
    """Everything about one zone: characteristics, levels with reasons, needs, assets, requirements."""
    plant = content.plant
    conduits = [
        c.id
        for c in plant.conduits
        if any(zone.id in (end_of(plant, f.source), end_of(plant, f.target)) for f in c.flows)
    ]
    reaching = {
        end
        for _, flow in plant.flows
        for end, other in ((flow.source, flow.target), (flow.target, flow.source))
        if end in plant.entry_point and end_of(plant, other) == zone.id
    }
    entries = [
        e.id
        for e in plant.entry_points
        if e.id in reaching or zone.id in (e.zone, plant.zone_of(e.asset) if e.asset else "")
    ]
    broker: Inlines = NOT_SET
    if zone.broker:
        broker = (
            Ref(zone.broker.by),
            " – ",
            say("counts as between") if zone.broker.counts else say("does not count as between"),
        )
    pairs: list[tuple[Words, Cell]] = [
        (say("Id"), Span(zone.id, "code")),
        (say("Description"), text(zone.description)),
        (say("Part of"), Ref(zone.parent) if zone.parent else say("the system")),
        (say("Safety"), say("safety-related") if zone.safety else say("no")),
        (say("Access on site"), EXPOSURES[zone.exposure]),
        (say("Entry points"), refs(entries)),
        (say("Conduits"), refs(conduits)),
        (say("Ends or brokers sessions"), broker if zone.broker else say("no")),
        (say("Administers"), refs(zone.administers)),
        (say("Owner"), text(zone.owner)),
        (say("Location"), text(zone.location)),
    ]
    blocks: list[Block] = [
        Heading(words=zone.name, level=2, id=zone.id, aside=_badge(levels)),
        properties(pairs),
    ]
    sheet = ZoneSheet(plant=plant, zone=zone.id, level=levels.target.highest if levels else None)
    if plant.members.get(zone.id) or conduits:
        blocks.append(Figure(picture=sheet, caption=say("Zone {zone} and its neighbours", zone=zone.id)))
    blocks.append(level_table(levels) if levels else Paragraph(say("Levels are not determined yet.")))
    blocks += [needs_table(content, zone.id), assets_table(content, zone), requirements_table(content, zone.id)]
    return blocks


def _badge(levels: ZoneLevels | None) -> Inlines:
    if levels is None:
        return ("SL-T ", Level(None))
    decided = any(value.decided is not None for value in levels.values)
    state = Badge(say("decided in part"), Tone.NEUTRAL) if decided else Badge(say("proposal"), Tone.PROPOSAL)
    return ("SL-T ", Level(levels.target.highest), "  ", state)


def level_table(levels: ZoneLevels) -> Table:
    """SL-T per FR with proposal, decision and reason; SL-C and SL-A beside it."""
    values = {value.fr: value for value in levels.values}
    return Table(
        columns=(
            col(say("Foundational requirement"), 1.7),
            col(say("SL-T"), 0.48, "center"),
            col(say("State"), 1.1),
            col(say("SL-C"), 0.48, "center"),
            col(say("SL-A"), 0.48, "center"),
            col(say("Why"), 4.3),
        ),
        rows=tuple(
            Row(
                (
                    (f"FR {fr.value} ", title),
                    Level(levels.target[fr]),
                    _decided(values.get(fr)),
                    Level(levels.capability[fr]),
                    Level(levels.achieved[fr]),
                    reason(values[fr].why) if fr in values else UNKNOWN,
                ),
                f"{levels.scope}/{fr.name}",
            )
            for fr, title in FR_TITLES.items()
        ),
        caption=say("Security levels of {scope} and why", scope=levels.scope),
        sheet=say("Levels and reasons"),
    )


def _decided(value: LevelValue | None) -> Cell:
    if value is None:
        return UNKNOWN
    if value.decided is None:
        return Badge(say("proposal"), Tone.PROPOSAL)
    return Lines((Badge(say("decided"), Tone.GOOD), say("proposed: {level}", level=value.proposed)))


def needs_table(content: ConceptContent, scope: str) -> Table:
    """Protection needs of a zone, with their chain (ZCR 5.3)."""
    needs = content.protection.needs if content.protection else ()
    return Table(
        columns=(
            col(say("Objective"), 1.2),
            col(say("Category"), 1.2),
            col(say("Need (1 to 5)"), 0.9, "center"),
            col(say("Why"), 3.6),
        ),
        rows=tuple(
            Row((OBJECTIVES[n.objective], CATEGORIES[n.category], n.rating, reason(n.why)))
            for n in needs
            if n.subject == scope
        ),
        caption=say("Protection needs of {scope}", scope=scope),
        sheet=say("Protection needs"),
        empty=say("Not determined."),
    )


def assets_table(content: ConceptContent, zone: Zone) -> Table:
    """The assets of a zone."""
    assets = content.plant.members.get(zone.id, ())
    return Table(
        columns=(
            col(say("Asset"), 1.9),
            col(say("Kind"), 1.3),
            col(say("Maker, product"), 1.5),
            col(say("Firmware"), 1.0),
            col(say("Address"), 1.1),
            col(say("Remarks"), 1.3),
        ),
        rows=tuple(
            Row(
                (
                    named(a.id, a.title),
                    kind_word(a.kind),
                    text(" ".join(x for x in (a.vendor, a.product) if x)),
                    text(a.firmware),
                    Span(", ".join(a.addresses), "code") if a.addresses else "–",
                    Lines(tuple(_remarks(a))) if _remarks(a) else "",
                ),
                a.id,
            )
            for a in assets
        ),
        caption=say("Assets of {scope}", scope=zone.id),
        sheet=say("Assets"),
        empty=say("No assets of its own."),
    )


def _remarks(asset: Asset) -> list[Inlines]:
    words: list[Inlines] = []
    for flag, word, tone in (
        ("safety", say("safety"), Tone.WARN),
        ("legacy", say("cannot be changed"), Tone.WARN),
        ("wireless", say("wireless"), Tone.NEUTRAL),
        ("temporary", say("connected at times"), Tone.NEUTRAL),
        ("default_credentials", say("default credentials"), Tone.BAD),
    ):
        if getattr(asset, flag):
            words.append(Badge(word, tone))
    return words


def requirements_table(content: ConceptContent, scope: str, *, only_open: bool = False) -> Table:
    """Requirements in force and how each is met (ZCR 6.1); ``only_open``: those that are not met or unknown."""
    items = [r for r in content.risk.requirements if r.scope == scope] if content.risk else []
    if only_open:
        items = [r for r in items if not r.capability and not r.not_applicable]
    return Table(
        columns=(
            col(say("Requirement"), 2.7),
            col(say("From SL"), 0.6, "center"),
            col(say("Planned"), 1.0),
            col(say("Shown"), 1.0),
            col(say("Met by"), 1.9),
        ),
        rows=tuple(_requirement(content, item) for item in items),
        caption=say("Requirements of {scope} that are not met or unknown", scope=scope)
        if only_open
        else say("Requirements in force in {scope} and how they are met", scope=scope),
        sheet=say("Requirements"),
        empty=say("No requirements are determined yet."),
    )


def _requirement(content: ConceptContent, item: RequirementStatus) -> Row:
    title = content.title_of(item.requirement)
    by: Cell = refs(item.met_by, limit=3)
    if item.not_applicable:
        by = absence(content.plant, item.not_applicable)
    return Row(
        (
            (Span(item.requirement), " ", title) if title else Span(item.requirement),
            Level(item.level),
            met(item.capability, absent=item.not_applicable),
            met(item.achieved, absent=item.not_applicable),
            by,
        ),
        f"{item.scope}/{item.requirement}",
    )


def conduit_section(content: ConceptContent, conduit: Conduit, levels: ZoneLevels | None) -> list[Block]:
    """One conduit: its protection, its flows, its levels, its requirements."""
    plant = content.plant
    ends = sorted({end_of(plant, end) for flow in conduit.flows for end in (flow.source, flow.target)})
    blocks: list[Block] = [
        Heading(words=conduit.name, level=2, id=conduit.id, aside=_badge(levels) if levels else ()),
        properties(
            (
                (say("Id"), Span(conduit.id, "code")),
                (say("Joins"), refs(ends)),
                (say("Authenticated"), yes_no(conduit.authenticated)),
                (say("Encrypted"), yes_no(conduit.encrypted)),
                (say("Only through a VPN"), yes_no(conduit.requires_vpn)),
                (say("Inspected"), yes_no(conduit.inspected)),
                (say("Owner"), text(conduit.owner)),
            )
        ),
        flows_table(
            content, [(conduit, flow) for flow in conduit.flows], caption=say("Flows of {scope}", scope=conduit.id)
        ),
    ]
    if levels:
        blocks.append(level_table(levels))
    blocks += conduit_requirements(content, conduit.id)
    return blocks


def conduit_requirements(content: ConceptContent, scope: str) -> list[Block]:
    """Of the requirements in force in a conduit, those that are not met as planned; the matrix lists all."""
    items = [r for r in content.risk.requirements if r.scope == scope] if content.risk else []
    if not items:
        return []
    left = [r for r in items if not r.capability and not r.not_applicable]
    words = say(
        "{count} requirements are in force; {left} of them are not met or unknown. The requirements matrix lists all.",
        count=len(items),
        left=len(left),
    )
    return [Paragraph(words), requirements_table(content, scope, only_open=True)] if left else [Paragraph(words)]


def flows_table(content: ConceptContent, flows: list[tuple[Conduit, Flow]], caption: Words) -> Table:
    """What a gateway must let through: from, to, service, ports, purpose, owner, until."""
    return Table(
        columns=(
            col(say("Flow"), 1.1),
            col(say("From"), 1.1),
            col(say("To"), 1.1),
            col(say("Service"), 1.5),
            col(say("Purpose"), 1.9),
            col(say("Owner"), 1.1),
            col(say("Until"), 0.9),
        ),
        rows=tuple(
            Row(
                (
                    Ref(flow.id),
                    Ref(flow.source),
                    Ref(flow.target),
                    _service(content, flow),
                    text(flow.purpose),
                    text(flow.owner),
                    Day(flow.until) if flow.until else say("unlimited"),
                ),
                flow.id,
            )
            for _, flow in flows
        ),
        caption=caption,
        sheet=say("Flows"),
        empty=say("No flows are permitted."),
    )


def _service(content: ConceptContent, flow: Flow) -> Cell:
    service = content.plant.service.get(flow.service)
    ports = flow.ports or (service.ports if service else ())
    lines: list[Inlines] = [service.title if service else (flow.service, " ", UNKNOWN)]
    if ports:
        lines.append(Span(" ".join(ports), "code"))
    return Lines(tuple(lines))


def agreement(value: Agreement) -> Badge:
    """How intent and observation compare, in words."""
    return {
        Agreement.DECLARED_AND_SEEN: Badge(say("declared and seen"), Tone.GOOD),
        Agreement.DECLARED_NOT_SEEN: Badge(say("declared, not seen"), Tone.UNKNOWN),
        Agreement.SEEN_NOT_DECLARED: Badge(say("seen, not declared"), Tone.BAD),
        Agreement.DIFFERS: Badge(say("differs"), Tone.WARN),
    }[value]
