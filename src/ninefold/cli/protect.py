"""implement, verify, twin: steps 7 and 8 for people."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from ninefold.base.files import write_atomic
from ninefold.cli.door import Answer, Door, WordsGroup, command, say
from ninefold.cli.firewall import gateways_of, proof_plain
from ninefold.cli.run import engine_of
from ninefold.model.findings import Finding
from ninefold.model.proofs import ProbeResult
from ninefold.model.results import Implementation, Verification
from ninefold.tasks.firewall import packet as plain_packet


def probes_plain(probes: ProbeResult | None) -> dict[str, Any] | None:
    """What the twin saw, for JSON; None where there was none."""
    if probes is None:
        return None
    return {
        "probes": probes.probes,
        "passed": probes.passed,
        "dropped": probes.dropped,
        "rules_hit": probes.rules_hit,
        "rules_total": probes.rules_total,
        "mismatches": [{"packet": plain_packet(packet), "what": what} for packet, what in probes.mismatches],
    }


@command("implement", example="ninefold -C my-line implement --target nftables -o rules/", findings=True)
@click.option("--target", default="", help="Another dialect than the gateways' own.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder; default: build/7-implementation.")
def implement(door: Door, target: str, output: Path | None) -> Answer:
    """Step 7: configurations from the conduits, proved before they are written."""
    engine = engine_of(door)
    list(engine.run(until="implementation"))
    found: Implementation = engine.result("implementation")
    plant = engine.context.plant
    files = {gateway: str(engine.context.build / path) for gateway, path in found.configurations.items()}
    if target or output:
        from ninefold.network.firewalls.checked import render
        from ninefold.network.firewalls.registry import dialect

        folder = output or engine.context.build / "7-implementation" / target
        for gateway in plant.gateways:
            if gateway.filters:
                name = target or gateway.dialect
                path = folder / f"{gateway.asset}{dialect(name).suffix}"
                write_atomic(path, render(plant, gateway.asset, name).encode())
                files[gateway.asset] = str(path)
    tasks = [{"id": t.id, "title": str(t.title), "owner": t.owner, "subject": t.subject} for t in found.tasks]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        if found.draft:
            screen.print(str(say("DRAFT: the concept is not approved by the asset owner.")), markup=False)
        table(screen, (say("Gateway"), say("Configuration")), sorted(files.items()))
        screen.print()
        table(screen, (say("Task"), say("What"), say("Who")), [(t["id"], t["title"], t["owner"]) for t in tasks])

    data = {"draft": found.draft, "configurations": dict(sorted(files.items())), "tasks": tasks}
    return Answer(data, text, found.findings)


@command("verify", example="ninefold -C my-line verify --twin --capture today.pcapng", findings=True)
@click.option("--twin", is_flag=True, help="Fail if the twin cannot be built.")
@click.option(
    "--capture",
    "captures",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Traffic to hold against the conduits.",
)
@click.option("--config", "configs", multiple=True, help="A deployed configuration, FILE or GATEWAY=FILE.")
def verify(door: Door, twin: bool, captures: tuple[Path, ...], configs: tuple[str, ...]) -> Answer:
    """Step 8: proof, twin and evidence; given captures and configurations are judged too."""
    engine = engine_of(door)
    list(engine.run(until="verification"))
    found: Verification = engine.result("verification")
    findings: tuple[Finding, ...] = found.findings
    if configs:
        from ninefold.network.proof import prove
        from ninefold.steps.verification import proof_findings

        plant = engine.context.plant
        findings += tuple(proof_findings(plant, prove(plant, gateways_of(plant, configs))))
    if captures:
        findings += _traffic(engine, door, captures)
    missing = twin and found.probes is None

    def text(screen: Any) -> None:
        state = {"equal": say("equal"), "different": say("different"), "undecided": say("undecided")}[found.proof.state]
        screen.print(str(say("Rules and concept: {state}", state=state)), markup=False)
        if found.probes:
            words = say("Twin: {n} probes, {bad} mismatches", n=found.probes.probes, bad=len(found.probes.mismatches))
            screen.print(str(words), markup=False)
        screen.print(str(say("Shown for SL-A: {n} requirements", n=len(found.shown))), markup=False)

    data = {
        "proof": proof_plain(found.proof),
        "twin": probes_plain(found.probes),
        "shown": [{"scope": s.scope, "requirement": s.requirement, "evidence": s.evidence} for s in found.shown],
        "statements": list(found.statements),
    }
    return Answer(data, text, findings, code=3 if missing else None)


def _traffic(engine: Any, door: Door, captures: tuple[Path, ...]) -> tuple[Finding, ...]:
    from ninefold.sources.reconcile import reconcile
    from ninefold.sources.registry import read_all

    return reconcile(engine.context.plant, read_all(captures, door.progress)).findings


twin = WordsGroup("twin", help="The plant in network namespaces.")


@command("probe", example="ninefold -C my-line twin probe --count 10000", schema="ninefold.twin-probe/1")
@click.option("--count", default=2000, help="How many probes.")
@click.argument("config", nargs=-1)
def probe(door: Door, count: int, config: tuple[str, ...]) -> Answer:
    """Build the twin, send probes, compare with the concept, take it away."""
    from ninefold.network.proof import prove
    from ninefold.network.twin import build

    engine = engine_of(door)
    plant = engine.context.plant
    configurations = _configurations(engine, config)
    with build(plant, configurations) as running:
        found = running.probe(prove(plant, configurations), count=count)
    text = say(
        "{n} probes: {passed} passed, {dropped} dropped, {bad} not as intended; {hit} of {rules} rules were hit.",
        n=found.probes,
        passed=found.passed,
        dropped=found.dropped,
        bad=len(found.mismatches),
        hit=found.rules_hit,
        rules=found.rules_total,
    )
    lines = [str(text), *(f"{what}" for _, what in found.mismatches[:20])]
    return Answer({"result": probes_plain(found)}, "\n".join(lines), code=1 if found.mismatches else 0)


@command("up", example="ninefold -C my-line twin up", schema="ninefold.twin-up/1")
@click.argument("config", nargs=-1)
def up(door: Door, config: tuple[str, ...]) -> Answer:
    """Build the twin and keep it until Ctrl-C."""
    from ninefold.network.twin import build

    engine = engine_of(door)
    with build(engine.context.plant, _configurations(engine, config)) as running:
        for name, namespace in sorted(running.names.items()):
            click.echo(f"{name}: ip netns exec {namespace} ...", err=True)
        click.echo(str(say("The twin is up. Ctrl-C takes it away.")), err=True)
        with suppress(KeyboardInterrupt):
            signal.pause()
    return Answer({"state": "down"}, str(say("The twin is gone.")))


@command("down", example="ninefold twin down", schema="ninefold.twin-down/1")
def down(door: Door) -> Answer:
    """Take away what a killed twin left."""
    from ninefold.network.twin import clean

    count = clean()
    return Answer({"removed": count}, str(say("{n} namespaces removed.", n=count)))


def _configurations(engine: Any, names: tuple[str, ...]) -> Any:
    from ninefold.steps.verification import configurations_of

    if names:
        return gateways_of(engine.context.plant, names)
    list(engine.run(until="implementation"))
    return configurations_of(engine.context, engine.result("implementation"))


twin.add_command(up)
twin.add_command(probe)
twin.add_command(down)
