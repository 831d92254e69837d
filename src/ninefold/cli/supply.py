"""sbom, advisory, patch: the supply chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ninefold.base.errors import EXIT_FINDINGS, InputError
from ninefold.cli.door import Answer, Door, WordsGroup, command, say

sbom = WordsGroup("sbom", help="Read software bills of materials.")
advisory = WordsGroup("advisory", help="Check advisories and match them with assets.")
patch = WordsGroup("patch", help="What can be updated, and what has to be decided.")


@command("read", example="ninefold sbom read gateway.cdx.json --json", schema="ninefold.sbom/1")
@click.argument("file", type=click.Path(path_type=Path))
def sbom_read(door: Door, file: Path) -> Answer:
    """Show the components of an SBOM (CycloneDX, SPDX) and what is wrong with it."""
    from ninefold.sources.registry import read
    from ninefold.tasks.sbom_read import document

    found = read(file, door.progress)
    if not found.components and not any(fact.key.startswith("sbom.") for fact in found.facts):
        raise InputError("no-sbom", str(say("{file} is no SBOM but: {kind}", file=file.name, kind=found.origin.kind)))
    data = document(found)

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        rows = [(c["name"], c["version"], c["supplier"], c["purl"] or c["cpe"]) for c in data["components"]]
        table(screen, (say("Component"), say("Version"), say("Supplier"), say("Identifier")), rows)
        for item in data["findings"]:
            screen.print(f"- {item['title'] if isinstance(item, dict) and 'title' in item else item}", markup=False)

    return Answer({key: value for key, value in data.items() if key != "schema"}, text, code=0)


@command("validate", example="ninefold advisory validate advisories/ --json", schema="ninefold.advisory-validate/1")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--recommended", is_flag=True, help="Also run the recommended and informative tests.")
def advisory_validate(door: Door, files: tuple[Path, ...], recommended: bool) -> Answer:
    """Check advisories against the CSAF schema and the tests of its specification."""
    from ninefold.tasks.advisory_validate import document

    data = document(files, recommended=recommended)
    bad = [item for item in data["documents"] if not item["valid"]]

    def text(screen: Any) -> None:
        for item in data["documents"]:
            screen.print(f"{say('valid') if item['valid'] else say('not valid')}: {item['file']}", markup=False)
            for error in item["schema_errors"]:
                screen.print(f"  {error['path'] or '/'}: {error['message']}", markup=False)
            for found in item["findings"]:
                screen.print(f"  {found['test']} {found['path']}: {found['message']}", markup=False)
        screen.print(str(say("{n} documents, {bad} not valid", n=len(data["documents"]), bad=len(bad))), markup=False)

    return Answer({"documents": data["documents"]}, text, code=EXIT_FINDINGS if bad else 0)


@command(
    "match",
    example="ninefold advisory match --assets devices.csv --advisories advisories/",
    schema="ninefold.advisory-match/1",
)
@click.option("--assets", type=click.Path(path_type=Path), help="A list of assets (CSV, JSON or SBOM).")
@click.option("--advisories", type=click.Path(path_type=Path), multiple=True, help="A file or folder of advisories.")
def advisory_match(door: Door, assets: Path | None, advisories: tuple[Path, ...]) -> Answer:
    """Tell which assets are affected, which are not, and what cannot be decided."""
    from ninefold.tasks.advisory_match import document, plain

    if assets is not None:
        if not advisories:
            raise InputError("usage", str(say("Name the advisories with --advisories.")))
        data = document(assets, advisories)
    else:
        from ninefold.cli.assess import fresh
        from ninefold.steps.vulnerabilities import matches

        engine = fresh(door, "evaluation")
        engine.result("evaluation")
        found, _, faults = matches(engine.context)
        data = plain(found, faults)

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        words = {
            "affected": say("affected"), "not affected": say("not affected"), "fixed": say("fixed"),
            "undecided": say("undecided"),
        }  # fmt: skip
        rows = [
            (m["asset"], m["advisory"], m["vulnerability"], words[m["state"]], m["confidence"], m["reason"])
            for m in data["matches"]
        ]
        columns = (
            say("Asset"), say("Advisory"), say("Vulnerability"), say("State"), say("Confidence"), say("Reason"),
        )  # fmt: skip
        table(screen, columns, rows)
        screen.print(", ".join(f"{words[state]}: {n}" for state, n in data["counts"].items()), markup=False)

    affected = data["counts"].get("affected", 0) + data["counts"].get("undecided", 0)
    return Answer(
        {key: value for key, value in data.items() if key != "schema"}, text, code=EXIT_FINDINGS if affected else 0
    )


@command("list", example="ninefold -C my-line patch list", schema="ninefold.patch-list/1")
def patch_list(door: Door) -> Answer:
    """List what vendors fixed for assets that are affected, most urgent first."""
    from ninefold.cli.run import engine_of
    from ninefold.model.results import Cycle

    engine = engine_of(door)
    list(engine.run(until="cycle"))
    found: Cycle = engine.result("cycle")
    installed = {item.id: item.firmware for item in engine.context.plant.assets}
    rows = [
        {
            "asset": item.asset,
            "installed": installed.get(item.asset, ""),
            "advisory": item.advisory,
            "vulnerability": item.vulnerability,
            "state": item.state,
            "score": item.score,
            "reachable": item.reachable,
            "remediation": item.remediation,
        }
        for item in sorted(found.matches, key=lambda one: (-one.urgency, -(one.score or 0), one.asset))
        if item.state in {"affected", "undecided"}
    ]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        columns = (say("Asset"), say("Installed"), say("Advisory"), say("State"), say("Score"), say("What to do"))
        table(screen, columns, [
            (r["asset"], r["installed"], r["advisory"], r["state"], r["score"] or "", r["remediation"]) for r in rows
        ])  # fmt: skip

    return Answer({"patches": rows}, text)


sbom.add_command(sbom_read)
advisory.add_command(advisory_validate)
advisory.add_command(advisory_match)
patch.add_command(patch_list)
