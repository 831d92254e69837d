"""zones: what there is, and what could be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ninefold.base.files import write_atomic
from ninefold.cli.assess import fresh, vector_plain
from ninefold.cli.door import Answer, DefaultGroup, Door, command, say
from ninefold.model.findings import to_plain

zones = DefaultGroup("zones", help="Zones and conduits: show them, propose them.")


@command("show", example="ninefold -C my-line zones show --svg zones.svg", schema="ninefold.zones/1")
@click.option("--svg", type=click.Path(path_type=Path), help="Write the diagram as SVG.")
@click.option("--png", type=click.Path(path_type=Path), help="Write the diagram as PNG.")
@click.option("--pdf", type=click.Path(path_type=Path), help="Write the diagram as PDF.")
@click.option("--assets", is_flag=True, help="Show the assets in the diagram.")
def show(door: Door, svg: Path | None, png: Path | None, pdf: Path | None, assets: bool) -> Answer:
    """Show zones, conduits and their security levels."""
    engine = fresh(door, "risk")
    found = engine.result("risk")
    plant = engine.context.plant
    levels = {item.scope: item for item in found.levels}
    files = _draw(engine, {"svg": svg, "png": png, "pdf": pdf}, assets)
    data = {
        "zones": [
            {
                "id": zone.id,
                "title": zone.name,
                "assets": [item.id for item in plant.members.get(zone.id, ())],
                "target": vector_plain(levels[zone.id].target),
                "safety": zone.safety,
            }
            for zone in plant.zones
        ],
        "conduits": [
            {
                "id": conduit.id,
                "title": conduit.name,
                "flows": [{"id": f.id, "from": f.source, "to": f.target, "service": f.service} for f in conduit.flows],
                "target": vector_plain(levels[conduit.id].target) if conduit.id in levels else [],
            }
            for conduit in plant.conduits
        ],
        "files": files,
    }

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        members = plant.members
        rows = [
            (zone.id, zone.name, len(members.get(zone.id, ())), levels[zone.id].target.highest, levels[zone.id].target)
            for zone in plant.zones
        ]
        table(screen, (say("Zone"), say("Title"), say("Assets"), "SL-T", "IAC UC SI DC RDF TRE RA"), rows)
        screen.print()
        conduits = [
            (item.id, item.name, len(item.flows), levels[item.id].target if item.id in levels else "")
            for item in plant.conduits
        ]
        table(screen, (say("Conduit"), say("Title"), say("Flows"), "SL-T"), conduits)
        for name in files:
            screen.print(name, markup=False)

    return Answer(data, text)


def _draw(engine: Any, wanted: dict[str, Path | None], assets: bool) -> list[str]:
    if not any(wanted.values()):
        return []
    from ninefold.documents.diagrams.zones import Detail, ZonePicture
    from ninefold.documents.typst import picture_file
    from ninefold.steps.papers import STATED, content_of

    for name in STATED:
        engine.result(name)
    content = content_of(engine.context, "")
    picture = ZonePicture(
        plant=content.plant,
        levels=engine.result("risk").levels,
        detail=Detail.ASSETS if assets else Detail.PLANT,
        layout=content.layout,
        pins=content.pins,
        links=False,
    )
    drawn = picture.svg()
    for form, path in wanted.items():
        if path is not None:
            data = drawn.encode() if form == "svg" else picture_file(drawn, form, picture.alt())
            write_atomic(path, data)
    return [str(path) for path in wanted.values() if path]


@command("propose", example="ninefold -C my-line zones propose", schema="ninefold.zones-propose/1")
def propose(door: Door) -> Answer:
    """Propose a partition: at least two alternatives, with the rule behind every cut."""
    from ninefold.analysis.partition import propose as alternatives

    engine = fresh(door, "evaluation")
    found = alternatives(engine.context.plant, engine.result("evaluation").conversations)
    data = {
        "alternatives": [
            {
                "id": item.id,
                "title": str(item.title.says),
                "cost": item.cost,
                "highest_level": item.highest_level,
                "zones": [
                    {"id": z.id, "assets": list(z.assets), "rule": z.rule, "level": z.level, "because": to_plain(z.why)}
                    for z in item.zones
                ],
                "conduits": [
                    {"id": c.id, "zones": list(c.zones), "flows": [list(flow) for flow in c.flows]}
                    for c in item.conduits
                ],
            }
            for item in found
        ]
    }

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        for item in found:
            title = say(
                "{title}: {n} zones, {cost} conversations cross a boundary",
                title=str(item.title.says),
                n=len(item.zones),
                cost=item.cost,
            )
            rows = [(z.id, z.rule, " ".join(z.assets), z.why.says) for z in item.zones]
            table(screen, (say("Zone"), say("Rule"), say("Assets"), say("Reason")), rows, title=title)
            screen.print()

    return Answer(data, text)


zones.add_command(show)
zones.add_command(propose)
