"""sbom write, advisory fetch, advisory show: what is written, brought in and read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ninefold.cli.door import Answer, Door, command, say
from ninefold.cli.supply import advisory, sbom


@command("write", example="ninefold -C my-line sbom write line.cdx.json", schema="ninefold.sbom-write/1")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--asset", default="", help="Only this asset; default: the whole machine.")
@click.option("--format", "form", type=click.Choice(["cyclonedx", "spdx"]), default="cyclonedx", help="The format.")
def sbom_write(door: Door, file: Path, asset: str, form: str) -> Answer:
    """Write the SBOM of the machine or of one asset, with what it lacks."""
    import json

    from ninefold.base.files import write_atomic
    from ninefold.cli.assess import fresh
    from ninefold.steps.dates import latest_observation, newest
    from ninefold.steps.vulnerabilities import components
    from ninefold.tasks import sbom_write as task

    engine = fresh(door, "evaluation")
    context = engine.context
    engine.result("evaluation")
    parts = components(context)
    # the day of the newest input, so that the same inputs give the same file
    day = newest(context.date, latest_observation(context.observed())) or "1970-01-01"
    system, assets = context.plant.system, context.plant.assets
    document = task.write(system, assets, parts, form=form, timestamp=f"{day}T00:00:00Z", asset=asset)
    write_atomic(file, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
    judged = task.judged(task.assembly(system, assets, parts, asset))
    text = say("Written: {file}", file=str(file))
    grades = {"score": judged.score, "ntia": judged.ntia, "bsi": judged.bsi, "says": str(judged.says)}
    return Answer({"file": str(file), "format": form, "quality": grades}, f"{text}\n{judged.says}")


@command("fetch", example="ninefold -C my-line advisory fetch psirt.example", schema="ninefold.advisory-fetch/1")
@click.argument("provider")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder; default: sources/advisories.")
def advisory_fetch(door: Door, provider: str, output: Path | None) -> Answer:
    """Bring new advisories of a provider (a domain, or its provider-metadata.json); uses the network."""
    from ninefold.tasks import advisory_fetch as task

    found = task.run(provider, output or door.root / "sources" / "advisories", progress=door.progress)
    data = task.plain(found)
    text = say("{new} new, {same} unchanged.", new=len(found.new), same=found.unchanged)
    plain = {key: value for key, value in data.items() if key not in {"schema", "findings"}}
    return Answer(plain, str(text), tuple(found.findings))


@command("show", example="ninefold advisory show advisory.json", schema="ninefold.advisory-show/1")
@click.argument("file", type=click.Path(path_type=Path))
def advisory_show(door: Door, file: Path) -> Answer:
    """Show an advisory in plain words: products, versions, how bad, what to do."""
    from ninefold.tasks.advisory_show import document

    data = document(file)

    def text(screen: Any) -> None:
        for item in data["advisories"]:
            screen.print(f"{item['id']}: {item['title']}", style="bold", markup=False)
            screen.print(f"{item['publisher']}, {item['date'][:10]}", markup=False)
            for flaw in item["vulnerabilities"]:
                screen.print(f"\n{flaw['id']} {flaw['score'] or ''} {flaw['severity']} {flaw['title']}", markup=False)
                for product in flaw["products"]:
                    names = ", ".join(product["names"])
                    state = say_state(product["state"])
                    screen.print(f"  {state}: {product['vendor']} {names} {product['versions']}", markup=False)
                for remedy in flaw["remedies"]:
                    screen.print(f"  → {remedy}", markup=False)

    return Answer({"advisories": data["advisories"]}, text)


def say_state(state: str) -> str:
    """The state of a product in an advisory, in plain words; unknown words stay as they are."""
    words = {
        "known_affected": say("affected"),
        "first_affected": say("affected"),
        "last_affected": say("affected"),
        "known_not_affected": say("not affected"),
        "fixed": say("fixed"),
        "first_fixed": say("fixed"),
        "recommended": say("recommended"),
        "under_investigation": say("under investigation"),
    }
    return str(words.get(state, state))


sbom.add_command(sbom_write)
advisory.add_command(advisory_fetch)
advisory.add_command(advisory_show)
