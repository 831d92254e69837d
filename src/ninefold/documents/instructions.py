# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""For those who run the plant: security instructions of the operator, and the hardening of each device.

Source: IEC 62443-4-1:2018 practice 8 (SG); Regulation (EU) 2024/2847 Annex II (information to the user).
"""

from __future__ import annotations

from ninefold.documents.blocks import (
    Badge,
    Block,
    Bullets,
    Cell,
    Day,
    Document,
    Heading,
    Inlines,
    Lines,
    Paragraph,
    Ref,
    Row,
    Span,
    Table,
    Tone,
)
from ninefold.documents.content import ConceptContent
from ninefold.documents.frame import frame
from ninefold.documents.parts.common import NOT_SET, UNKNOWN, col, met, named, properties, refs, say, text, yes_no
from ninefold.documents.terms import ROLES, entry_word, kind_word
from ninefold.model.assets import Asset
from ninefold.model.findings import Words
from ninefold.model.measures import MeasureState
from ninefold.model.vocabulary import Role


def operator(content: ConceptContent) -> Document:
    """What the operator must know and do, from commissioning to disposal."""
    plant, system = content.plant, content.plant.system
    owner = [m for m in plant.measures if m.state in (MeasureState.PLANNED, MeasureState.CANDIDATE)]
    blocks: list[Block] = [
        Heading(words=say("Product and contact"), id="product"),
        properties(
            (
                (say("Manufacturer"), text(system.organisation.name)),
                (say("Where to report vulnerabilities"), text(system.organisation.contact)),
                (say("Product"), text(system.title or system.name)),
                (
                    say("Machine, serial number"),
                    text(" / ".join(x for x in (system.machine_type, system.serial_number) if x)),
                ),
                (say("Version"), text(content.version)),
                (say("Intended use"), text(system.description)),
                (say("Boundary"), text(system.boundary)),
            )
        ),
        Heading(
            words=say("What the manufacturer takes for granted"), id="assumptions", aside=Span("CRA Annex II", "soft")
        ),
        Table(
            columns=(col(say("Id"), 0.5), col(say("Assumption"), 3), col(say("Who vouches for it"), 1.2)),
            rows=tuple(Row((Ref(a.id), a.text, text(a.owner)), a.id) for a in system.assumptions),
            caption=say("Assumptions"),
            empty=say("No assumptions are recorded."),
            sheet=say("Assumptions"),
        ),
        Paragraph(
            say(
                "Use outside these assumptions, or against the rules below, can lead to significant cybersecurity risks."
            )
        ),
        Heading(words=say("Putting into service"), id="commissioning"),
        Bullets(
            ordered=True,
            items=(
                say(
                    "Check that the machine is connected as drawn in the conduit and flow matrix, and in no other way."
                ),
                say(
                    "Set personal accounts and new credentials on every device of the list below; nothing goes into service with default credentials."
                ),
                say("Set the time source and the log server, and check that entries arrive."),
                say("Make the first backup of every controller and keep it apart from the network."),
                say("Run the commissioning and acceptance test and keep its record."),
            ),
        ),
        Heading(words=say("Daily operation"), id="operation"),
        Bullets(
            items=(
                say("Removable media and service devices are checked before they are connected."),
                say("Remote maintenance follows its rules; the connection is closed when nobody needs it."),
                say(
                    "Unusual behaviour is reported at once to the contact above; safety goes first, then traces are kept."
                ),
                say(
                    "Changes of devices, programs or connections are recorded before they are made; the concept is brought up to date."
                ),
            )
        ),
        Heading(words=say("Entry points to watch"), id="entry-points"),
        Table(
            columns=(
                col(say("Entry point"), 2),
                col(say("Kind"), 1.4),
                col(say("Leads to"), 1.4),
                col(say("Supervised"), 1),
            ),
            rows=tuple(
                Row(
                    (
                        named(e.id, e.title),
                        entry_word(e.kind),
                        refs(x for x in (e.zone, e.asset) if x),
                        yes_no(e.supervised),
                    ),
                    e.id,
                )
                for e in plant.entry_points
            ),
            caption=say("Entry points"),
            empty=say("No entry points are recorded: check whether this is really so."),
            sheet=say("Entry points"),
        ),
        Heading(words=say("Updates, support and known vulnerabilities"), id="updates"),
        Paragraph(
            say(
                "Security updates are installed in the windows agreed for patches, after a test, and with a backup made before."
            )
        ),
        properties(((say("Windows for patches"), text(system.constraints.patch_windows)),)),
        support(content),
        vulnerabilities(content),
        Heading(words=say("What the operator contributes"), id="duties"),
        Table(
            columns=(col(say("Measure"), 2.4), col(say("Who"), 1.2), col(say("Due"), 1)),
            rows=tuple(
                Row(((m.title or m.id, " ", Ref(m.id)), text(m.owner), Day(m.due) if m.due else NOT_SET), m.id)
                for m in owner
            ),
            caption=say("Measures that are still to be implemented"),
            empty=say("All measures are implemented."),
            sheet=say("Duties"),
        ),
        Heading(words=say("Taking out of service"), id="disposal"),
        Bullets(
            ordered=True,
            items=(
                say(
                    "Withdraw certificates, keys, VPN access and accounts of the machine; remove its flows from all gateways."
                ),
                say("Keep what law and contract require (programs, records), apart from the machine."),
                say(
                    "Erase programs, recipes, credentials, logs and personal data on every device of the list; use the manufacturer's function for erasing, not a mere reset."
                ),
                say("Where a device cannot erase its memory, destroy the memory."),
                say("Write down for each device who erased what, when and how, and take it off the inventory."),
            ),
        ),
        Table(
            columns=(
                col(say("Asset"), 2),
                col(say("Kind"), 1.4),
                col(say("Erased how"), 1.4),
                col(say("Date, name"), 1.2),
            ),
            rows=tuple(Row((named(a.id, a.title), kind_word(a.kind), "", "")) for a in plant.assets),
            caption=say("Record of erasure"),
            empty=say("No assets are recorded."),
            sheet=say("Erasure"),
        ),
        Heading(words=say("Contacts"), id="contacts"),
        *(
            Paragraph((Span(p.name), ", ", ROLES[p.role], ", ", p.contact or NOT_SET))
            for p in system.parties
            if p.role is not Role.PRODUCT_SUPPLIER
        ),
    ]
    return frame(content, "operator-instructions", say("Security instructions for operation"), blocks)


def support(content: ConceptContent) -> Table:
    """Until when each device gets security updates."""
    return Table(
        columns=(
            col(say("Asset"), 2),
            col(say("Maker, product"), 1.6),
            col(say("Firmware"), 1),
            col(say("Support until"), 1.1),
        ),
        rows=tuple(
            Row(
                (
                    named(a.id, a.title),
                    text(" ".join(x for x in (a.vendor, a.product) if x)),
                    text(a.firmware),
                    Day(a.support_until) if a.support_until else UNKNOWN,
                )
            )
            for a in content.plant.assets
        ),
        caption=say("Support periods"),
        empty=say("No assets are recorded."),
        sheet=say("Support"),
        small=True,
    )


def vulnerabilities(content: ConceptContent) -> Table:
    """What advisories mean for the assets, most urgent first."""
    matches = (*content.matches, *(content.cycle.matches if content.cycle else ()))
    listed = [m for m in matches if m.state != "not affected"]
    tones = {
        "affected": (say("affected"), Tone.BAD),
        "fixed": (say("fixed"), Tone.GOOD),
        "undecided": (say("undecided"), Tone.UNKNOWN),
    }
    return Table(
        columns=(
            col(say("Asset"), 1),
            col(say("Advisory"), 1.4),
            col(say("Vulnerability"), 1.3),
            col(say("State"), 0.9),
            col(say("Remedy, or what would decide it"), 2.4),
        ),
        rows=tuple(
            Row(
                (
                    Ref(m.asset),
                    m.advisory,
                    m.vulnerability,
                    Badge(*tones.get(m.state, (m.state, Tone.UNKNOWN))),
                    m.remediation or m.settles or "–",
                )
            )
            for m in sorted(listed, key=lambda m: (-m.urgency, m.asset, m.vulnerability))
        ),
        caption=say("Known vulnerabilities"),
        empty=say("No advisory concerns the assets, or none was matched yet."),
        sheet=say("Vulnerabilities"),
        small=True,
    )


def hardening(content: ConceptContent) -> Document:
    """What to set, close and keep on each device."""
    blocks: list[Block] = []
    for zone in content.plant.zones:
        members = content.plant.members.get(zone.id, ())
        if not members:
            continue
        blocks.append(Heading(words=zone.name, id=zone.id))
        for asset in members:
            blocks += _device(content, asset)
    if not blocks:
        blocks.append(Paragraph(say("No assets are recorded.")))
    return frame(content, "hardening-guide", say("Hardening guide"), blocks)


def _device(content: ConceptContent, asset: Asset) -> list[Block]:
    plant = content.plant
    served = [f for _, f in plant.flows if f.target == asset.id]
    opened = [f for _, f in plant.flows if f.source == asset.id]
    credentials: Inlines = (
        UNKNOWN
        if asset.default_credentials is None
        else Badge(say("still set: change them"), Tone.BAD)
        if asset.default_credentials
        else Badge(say("removed"), Tone.GOOD)
    )
    rows: list[tuple[Words, Cell]] = [
        (say("Default credentials"), credentials),
        (
            say("Services to keep"),
            Lines(tuple((f.service, " ", Ref(f.id)) for f in served))
            if served
            else say("none: switch all network services off that are not needed for operation"),
        ),
        (
            say("Opens connections"),
            Lines(tuple((f.service, " → ", Ref(f.target)) for f in opened)) if opened else say("none"),
        ),
        (say("Open on the device, without a flow"), _extra(content, asset)),
        (
            say("Updates"),
            (
                asset.firmware or "?",
                ", ",
                say("support until "),
                Day(asset.support_until) if asset.support_until else UNKNOWN,
            ),
        ),
    ]
    if asset.legacy:
        rows.append((say("Remark"), Badge(say("cannot be changed: protect it at the border of the zone"), Tone.WARN)))
    blocks: list[Block] = [
        Heading(words=asset.name, level=2, id=asset.id, aside=(kind_word(asset.kind), "  ", Span(asset.id, "code"))),
        properties(rows),
    ]
    if asset.capabilities:
        blocks.append(
            Table(
                columns=(
                    col(say("Requirement"), 2.2),
                    col(say("Can it?"), 0.8),
                    col(say("Setting"), 2.2),
                    col(say("Source"), 1.2),
                ),
                rows=tuple(
                    Row(
                        (
                            (Span(c.requirement), " ", content.title_of(c.requirement)),
                            met(c.met, absent=c.not_applicable),
                            text(c.configuration),
                            text(c.source),
                        )
                    )
                    for c in asset.capabilities
                ),
                caption=say("Security functions of {asset}", asset=asset.id),
                sheet=say("Settings"),
                small=True,
            )
        )
    return blocks


def _extra(content: ConceptContent, asset: Asset) -> Inlines | Lines:
    """Services seen open on the device that no flow needs; unknown where nobody looked."""
    devices = [d for d in content.evaluation.devices if d.asset == asset.id] if content.evaluation else []
    if not devices:
        return UNKNOWN
    needed = {f.service for _, f in content.plant.flows if f.target == asset.id}
    extra = [(port, service) for d in devices for port, service, _ in d.host.services if service not in needed]
    return Lines(tuple(f"{port} {service}".strip() for port, service in extra)) if extra else say("none")
