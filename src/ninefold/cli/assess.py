"""protect, threats, risk, explain: steps 3 to 5 for people."""

from __future__ import annotations

from typing import Any

import click

from ninefold.cli.door import Answer, DefaultGroup, Door, command, say
from ninefold.cli.run import engine_of
from ninefold.model.assessment import Protection, Risk, RiskCell, Threats
from ninefold.model.findings import to_plain
from ninefold.model.levels import Vector


def fresh(door: Door, step: str) -> Any:
    """The engine after everything up to ``step`` is current."""
    engine = engine_of(door)
    list(engine.run(until=step))
    return engine


@command("protect", example="ninefold -C my-line protect", findings=True)
def protect(door: Door) -> Answer:
    """Step 3: protection needs and partition."""
    engine = fresh(door, "protection")
    found: Protection = engine.result("protection")
    plant = engine.context.plant
    rows = [
        {
            "subject": item.subject,
            "objective": item.objective.value,
            "category": item.category.value,
            "rating": item.rating,
            "because": to_plain(item.why),
        }
        for item in found.needs
    ]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        zones = {zone.id for zone in plant.zones}
        shown = [row for row in rows if row["subject"] in zones]
        table(
            screen,
            (say("Zone"), say("Objective"), say("Category"), say("Need 1 to 5"), say("Reason")),
            [(r["subject"], r["objective"], r["category"], r["rating"], r["because"]["says"]) for r in shown],  # type: ignore[index]
            title=say("Needs of the zones (assets and functions: build/3-protection/needs.csv)"),
        )
        screen.print(str(found.why.says), markup=False)

    data = {
        "needs": rows,
        "initial_risk": [cell_plain(cell) for cell in found.initial],
        "detailed_assessment_required": found.detailed_assessment_required,
    }
    return Answer(data, text, found.findings)


def cell_plain(cell: RiskCell) -> dict[str, Any]:
    """A risk cell for JSON."""
    return {
        "class": cell.violation_class,
        "objective": cell.objective.value,
        "category": cell.category.value,
        "likelihood": cell.likelihood,
        "impact": cell.impact,
        "risk": cell.risk,
        "tolerable_up_to": cell.tolerable_up_to,
        "tolerable": cell.tolerable,
    }


@command("threats", example="ninefold -C my-line threats", findings=True)
def threats(door: Door) -> Answer:
    """Step 4: threat scenarios with the reason for each."""
    engine = fresh(door, "threats")
    found: Threats = engine.result("threats")
    rows = [
        {
            "id": item.id,
            "threat": item.threat,
            "title": str(item.title),
            "scope": item.scope,
            "subjects": list(item.subjects),
            "fr": [fr.name for fr in item.fr],
            "least_class": item.least_class,
            "techniques": list(item.techniques),
            "excluded": item.excluded,
            "removed_by": str(item.removed_by),
            "because": [to_plain(why) for why in item.why],
        }
        for item in found.scenarios
    ]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        table(
            screen,
            (say("Scenario"), say("Title"), say("Where"), say("Subjects"), "FR"),
            [
                (item.id, item.title, item.scope, len(item.subjects), " ".join(fr.name for fr in item.fr))
                for item in found.scenarios
            ],
        )

    return Answer({"scenarios": rows}, text, found.findings)


risk = DefaultGroup("risk", help="Step 5: security levels, risks, measures.")


def vector_plain(vector: Vector) -> list[int | None]:
    """A vector as seven numbers; null is unknown."""
    return list(vector)


@command("show", example="ninefold -C my-line risk show", schema="ninefold.risk/1", findings=True)
def risk_show(door: Door) -> Answer:
    """Show security levels and the risk register."""
    engine = fresh(door, "risk")
    found: Risk = engine.result("risk")
    titles = {item.id: str(item.title) for item in engine.result("threats").scenarios}
    levels = [
        {
            "scope": item.scope,
            "target": vector_plain(item.target),
            "capability": vector_plain(item.capability),
            "achieved": vector_plain(item.achieved),
            "sensitivity": [to_plain(why) for why in item.sensitivity],
        }
        for item in found.levels
    ]
    register = [
        {
            "scenario": row.scenario,
            "title": titles.get(row.scenario, ""),
            "scope": row.scope,
            "unmitigated": cell_plain(row.unmitigated),
            "current": cell_plain(row.current),
            "residual": cell_plain(row.residual),
            "accepted": row.accepted,
        }
        for row in found.register
    ]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        rows = [
            (item.scope, name, *("?" if level is None else level for level in vector))
            for item in found.levels
            for name, vector in (("SL-T", item.target), ("SL-C", item.capability))
        ]
        table(screen, (say("Zone or conduit"), say("Level"), "IAC", "UC", "SI", "DC", "RDF", "TRE", "RA"), rows)
        screen.print()
        worst = sorted(found.register, key=lambda row: (-row.current.risk, row.scenario))[:15]
        table(
            screen,
            (say("Scenario"), say("Title"), say("Where"), say("Unmitigated"), say("Current"), say("Residual")),
            [
                (r.scenario, titles.get(r.scenario, ""), r.scope, r.unmitigated.risk, r.current.risk, r.residual.risk)
                for r in worst
            ],
            title=say("The fifteen highest risks (all: build/5-risk/risk-register.csv)"),
        )

    data = {
        "levels": levels,
        "register": register,
        "exposures": [
            {
                "zone": item.zone,
                "e_net": item.e_net,
                "e_local": item.e_local,
                "likelihood": list(item.likelihood),
                "because": to_plain(item.why),
            }
            for item in found.exposures
        ],
        "cells": {zone: [cell_plain(cell) for cell in cells] for zone, cells in found.cells.items()},
    }
    return Answer(data, text, found.findings)


risk.add_command(risk_show)


@command("explain", example="ninefold -C my-line explain control")
@click.argument("identifier", nargs=-1, required=True)
def explain(door: Door, identifier: tuple[str, ...]) -> Answer:
    """Explain any value of any step, from the number down to the facts."""
    from ninefold.analysis.explain import explain as why

    engine = fresh(door, "risk")
    name = " ".join(identifier)
    found = why(
        name, engine.context.plant, engine.result("protection"), engine.result("threats"), engine.result("risk")
    )

    def text(screen: Any) -> None:
        from ninefold.cli.render import reason_tree

        screen.print(reason_tree(found))

    return Answer({"id": name, "explanation": to_plain(found)}, text)
