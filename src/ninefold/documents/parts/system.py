"""The system under consideration, its environment, threats, policies, law and tolerable risk.

Source: IEC 62443-3-2:2020 ZCR 6.2, 6.5 to 6.9.
"""

from __future__ import annotations

from ninefold.documents.blocks import Block, Bullets, Heading, Level, Lines, Paragraph, Ref, Row, Span, Table
from ninefold.documents.content import ConceptContent
from ninefold.documents.parts.common import NOT_SET, UNKNOWN, col, named, properties, refs, say, text, yes_no
from ninefold.documents.terms import CATEGORIES, OBJECTIVES, ROLES, entry_word
from ninefold.model.vocabulary import Category


def description(content: ConceptContent) -> list[Block]:
    """What the system is, where it ends, who has which role, what it must not fail to do (ZCR 6.2)."""
    system, plant = content.plant.system, content.plant
    organisation = system.organisation
    blocks: list[Block] = [
        Heading(words=say("System under consideration"), id="system", aside=Span("ZCR 6.2", "soft")),
        Paragraph(text(system.description)),
        properties(
            (
                (say("System"), named(system.name, system.title)),
                (say("Boundary"), text(system.boundary)),
                (say("Machine type"), text(system.machine_type)),
                (say("Serial number"), text(system.serial_number)),
                (say("Version"), text(system.version)),
                (say("Site"), text(system.site)),
                (say("Prepared by"), text(organisation.name)),
                (say("Contact for security"), text(organisation.contact)),
            )
        ),
        Table(
            columns=(
                col(say("Role"), 1.4),
                col(say("Company or person"), 1.6),
                col(say("Contact"), 1.4),
                col(say("For"), 1.0),
            ),
            rows=(
                *(
                    Row((ROLES[role], organisation.name, text(organisation.contact), say("the system")))
                    for role in organisation.roles
                ),
                *(
                    Row((ROLES[p.role], p.name, text(p.contact), refs(p.scope, say("the system"))))
                    for p in system.parties
                ),
            ),
            caption=say("Roles"),
            empty=say("No roles are recorded."),
            sheet=say("Roles"),
        ),
        Heading(words=say("Functions and what happens when they fail"), level=2, id="functions"),
        Table(
            columns=(
                col(say("Function"), 1.4),
                col(say("Essential"), 0.7),
                col(say("Supported by"), 1.6),
                col(say("Worst consequences (1 to 5)"), 2.6),
            ),
            rows=tuple(
                Row(
                    (
                        named(f.id, f.title),
                        yes_no(f.essential),
                        refs(f.supported_by),
                        Lines(
                            tuple(
                                (
                                    OBJECTIVES[c.objective],
                                    ", ",
                                    CATEGORIES[c.category],
                                    ": ",
                                    Span(str(c.rating)),
                                    f" {c.why}",
                                )
                                for c in f.consequences
                            )
                        )
                        if f.consequences
                        else UNKNOWN,
                    ),
                    f.id,
                )
                for f in plant.functions
            ),
            caption=say("Functions and consequences"),
            empty=say("No functions are described: no protection need can be derived."),
            sheet=say("Functions"),
        ),
    ]
    return blocks


def environment(content: ConceptContent) -> list[Block]:
    """Assumptions, constraints and entry points (ZCR 6.5)."""
    system = content.plant.system
    limits = system.constraints
    return [
        Heading(words=say("Operating environment and assumptions"), id="environment", aside=Span("ZCR 6.5", "soft")),
        Table(
            columns=(col(say("Id"), 0.5), col(say("Assumption"), 3), col(say("Who vouches for it"), 1.2)),
            rows=tuple(Row((Ref(a.id), a.text, text(a.owner)), a.id) for a in system.assumptions),
            caption=say("Assumptions"),
            empty=say("No assumptions are recorded."),
            sheet=say("Assumptions"),
        ),
        properties(
            (
                (say("Real time"), text(limits.real_time)),
                (say("Availability"), text(limits.availability)),
                (say("Windows for patches"), text(limits.patch_windows)),
                (say("Old equipment"), text(limits.legacy)),
                (say("Safety"), text(limits.safety)),
            )
        ),
        Heading(words=say("Entry points"), level=2, id="entry-points"),
        Paragraph(
            say("Where the outside begins. Every chain of conduits that leads into a zone starts at one of them.")
        ),
        Table(
            columns=(
                col(say("Entry point"), 1.8),
                col(say("Kind"), 1.2),
                col(say("Leads to"), 1.2),
                col(say("Supervised"), 0.9),
                col(say("Note"), 1.4),
            ),
            rows=tuple(
                Row(
                    (
                        named(e.id, e.title),
                        entry_word(e.kind),
                        refs(x for x in (e.zone, e.asset) if x),
                        yes_no(e.supervised),
                        e.note,
                    ),
                    e.id,
                )
                for e in content.plant.entry_points
            ),
            caption=say("Entry points"),
            empty=say("No entry points are recorded: check whether this is really so."),
            sheet=say("Entry points"),
        ),
    ]


def threat_environment(content: ConceptContent) -> list[Block]:
    """Who might attack (ZCR 6.6), policies (6.7), tolerable risk (6.8), law (6.9)."""
    system, settings = content.plant.system, content.plant.system.method
    class_4 = (
        say("Class 4 adversaries are named here and count.")
        if system.adversary_class_4
        else say("No class 4 adversary is named; class 4 counts as not credible.")
    )
    law = [f"{key}: {value}" for key, value in sorted(content.plant.law.items()) if isinstance(value, (str, int, bool))]
    rows = (
        (CATEGORIES[Category.PEOPLE], CATEGORIES[Category.ENVIRONMENT], "4, 5", settings.tolerable_people_severe),
        (CATEGORIES[Category.PEOPLE], CATEGORIES[Category.ENVIRONMENT], "3", settings.tolerable_people_reversible),
    )
    return [
        Heading(words=say("Threat environment"), id="threat-environment", aside=Span("ZCR 6.6", "soft")),
        Paragraph(text(system.threat_environment)),
        Paragraph(class_4),
        Heading(words=say("Policies of the organisation"), id="policies", aside=Span("ZCR 6.7", "soft")),
        Bullets(items=tuple(system.policies)) if system.policies else Paragraph(NOT_SET),
        Heading(words=say("Tolerable risk"), id="tolerable", aside=Span("ZCR 6.8", "soft")),
        Paragraph(
            say("Risk R is likelihood (0 to 5) times impact (1 to 5). Above the value of its row it is not tolerable.")
        ),
        Table(
            columns=(col(say("Category"), 3), col(say("Impact"), 1), col(say("Tolerable up to R"), 1, "right")),
            rows=(
                *(Row(((a, ", ", b), impact, Level(limit, "risk"))) for a, b, impact, limit in rows),
                Row((say("all others"), "1 – 5", Level(settings.tolerable_other, "risk"))),
            ),
            caption=say("Tolerable risk"),
            sheet=say("Tolerable risk"),
        ),
        Paragraph(
            (say("Reason for changed values: "), settings.reason)
            if settings.reason
            else say("These are the default values of the method.")
        ),
        Heading(words=say("Law and regulation"), id="law", aside=Span("ZCR 6.9", "soft")),
        Bullets(items=tuple(law)) if law else Paragraph(say("Nothing about the applicable law is recorded yet.")),
    ]
