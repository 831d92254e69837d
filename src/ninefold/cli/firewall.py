"""prove, firewall: does a configuration equal the concept, and what do rule sets say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ninefold.base.errors import InputError, Place
from ninefold.base.limits import read_bytes
from ninefold.cli.door import Answer, Door, WordsGroup, command, say
from ninefold.model.plant import Plant
from ninefold.model.proofs import Difference, ProofResult
from ninefold.tasks import firewall as task
from ninefold.tasks.firewall import packet, rules


def proof_plain(proof: ProofResult) -> dict[str, Any]:
    """A proof for JSON."""
    return {
        "state": proof.state,
        "allowed_not_intended": [_allowed(item) for item in proof.allowed_not_intended],
        "intended_blocked": [_blocked(item) for item in proof.intended_blocked],
        "assumptions": list(proof.assumptions),
        "inputs": dict(sorted(proof.inputs.items())),
    }


def _allowed(item: Difference) -> dict[str, Any]:
    return {
        "from": item.sender,
        "to": item.receiver,
        "region": list(item.region),
        "witness": packet(item.witness),
        "rules": rules(item.rules),
    }


def _blocked(item: Difference) -> dict[str, Any]:
    rule = item.rules[0] if item.rules else None
    return {
        "conduit": item.conduit,
        "flow": item.flow,
        "region": list(item.region),
        "witness": packet(item.witness),
        "at": item.at,
        "rule": rules([rule])[0] if rule else None,
    }


def gateways_of(plant: Plant, names: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Gateway -> (file, text). A file is named like its gateway, or given as GATEWAY=FILE."""
    found = {}
    filtering = [item.asset for item in plant.gateways if item.filters]
    for name in names:
        gateway, _, rest = name.partition("=")
        path = Path(rest or name)
        if not rest:
            gateway = path.stem if path.stem in filtering or len(filtering) != 1 else filtering[0]
        if gateway not in filtering:
            raise InputError(
                "no-gateway",
                str(say("'{name}' is not a filtering gateway of this plant.", name=gateway)),
                place=Place(str(path)),
                advice=str(say("Write GATEWAY=FILE. Gateways: {names}.", names=", ".join(filtering))),
            )
        found[gateway] = (str(path), read_bytes(path).decode("utf-8", "replace"))
    return found


@command("prove", example="ninefold -C my-line prove line-firewall.nft")
@click.argument("config", nargs=-1)
def prove(door: Door, config: tuple[str, ...]) -> Answer:
    """Prove that configurations equal the concept, or show the packets that differ.

    Without CONFIG: the generated ones.
    """
    from ninefold.cli.run import engine_of
    from ninefold.network.proof import prove as compare
    from ninefold.steps.verification import configurations_of, proof_findings

    engine = engine_of(door)
    if config:
        configurations = gateways_of(engine.context.plant, config)
    else:
        list(engine.run(until="implementation"))
        configurations = configurations_of(engine.context, engine.result("implementation"))
    proof = compare(engine.context.plant, configurations)
    findings = tuple(proof_findings(engine.context.plant, proof))
    words = {
        "equal": say("Equal: the rules of {n} gateways permit exactly what the conduits say.", n=len(configurations)),
        "different": say("Different: see the packets below."),
        "undecided": say("Undecided: something was not understood, see below."),
    }
    return Answer(proof_plain(proof), str(words[proof.state]), findings, code=0 if proof.state == "equal" else 1)


firewall = WordsGroup("firewall", help="Compare, check and read rule sets; no workspace is needed.")
DIALECT = click.option("--dialect", default="", help="The language of the rule sets; default: found by content.")


@command("compare", example="ninefold firewall compare old.nft new.nft", schema="ninefold.firewall-compare/1")
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--dialect-a", default="", help="The language of A; default: found by content.")
@click.option("--dialect-b", default="", help="The language of B; default: found by content.")
@click.option("--seconds", default=0.0, help="Time limit; then the answer is undecided. 0: none.")
def compare(door: Door, a: Path, b: Path, dialect_a: str, dialect_b: str, seconds: float) -> Answer:
    """Tell whether two rule sets mean the same, across languages; if not, by which packets they differ."""
    data = task.compare(a, b, (dialect_a, dialect_b), seconds)

    def text(screen: Any) -> None:
        words = {"equal": say("equal"), "different": say("different"), "undecided": say("undecided")}
        screen.print(str(words[data["state"]]), style="bold", markup=False)
        for name, key in ((a, "only_in_a"), (b, "only_in_b")):
            for item in data[key]:
                line = say("Only {name} lets through: {packet}", name=str(name), packet=_line(item))
                screen.print(str(line), markup=False)
                for region in item["region"][:3]:
                    screen.print(f"    {region}", markup=False)
                for rule in item["rules"]:
                    screen.print(f"    {rule['file']}:{rule['line']}: {rule['text']}", markup=False)
        for note in data["assumptions"]:
            screen.print(f"- {note}", markup=False)

    return Answer(_without_schema(data), text, code=0 if data["state"] == "equal" else 1)


@command("lint", example="ninefold firewall lint rules.nft", schema="ninefold.firewall-lint/1", findings=True)
@click.argument("file", type=click.Path(path_type=Path))
@DIALECT
@click.option("--seconds", default=60.0, help="Time limit; rules left then are counted as undecided.")
def lint(door: Door, file: Path, dialect: str, seconds: float) -> Answer:
    """Find rules that never act, change nothing, let too much through or lead nowhere."""
    data, findings = task.lint(file, dialect, seconds)
    text = say("{n} rules looked at, {undecided} undecided.", n=data["rules"], undecided=data["undecided"])
    plain = _without_schema(data)
    return Answer(plain, str(text), findings)


@command("matrix", example="ninefold firewall matrix rules.v4 --service tcp/22", schema="ninefold.firewall-matrix/1")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--service", required=True, help="For example tcp/22 or udp/161.")
@click.option("--chain", default="forward", help="The hook or base chain; default: forward.")
@click.option("--ipv6", is_flag=True, help="Look at IPv6 instead of IPv4.")
@DIALECT
def matrix(door: Door, file: Path, service: str, chain: str, ipv6: bool, dialect: str) -> Answer:
    """Divide the address space into classes that reach the same, and show who reaches whom."""
    data = task.matrix(file, service, chain, dialect, 6 if ipv6 else 4)

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        for number, members in enumerate(data["classes"]):
            more = "" if len(members) <= 4 else f" … ({len(members)})"
            screen.print(f"{number}: {', '.join(members[:4])}{more}", markup=False)
        targets: dict[int, list[int]] = {}
        for source, target in data["reach"]:
            targets.setdefault(source, []).append(target)
        rows = [(source, " ".join(map(str, found))) for source, found in sorted(targets.items())]
        table(screen, (say("From class"), say("To classes")), rows)

    return Answer(_without_schema(data), text)


@command(
    "show",
    example='ninefold firewall show rules.nft --packet "tcp 10.0.0.5:40000 > 10.0.1.7:502"',
    schema="ninefold.firewall-show/1",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--packet", default="", help="Follow this packet through the rules.")
@click.option("--hook", default="forward", help="Where it passes: forward, input or output.")
@DIALECT
def show(door: Door, file: Path, packet: str, hook: str, dialect: str) -> Answer:
    """Show the rules as they were understood, or the way of one packet through them."""
    if packet:
        witness, found = task.follow(file, packet, hook, dialect)
        steps = [
            {"chain": step.chain, "line": step.rule.line, "text": step.rule.text, "action": step.action}
            for step in found.steps
        ]
        lines = [f"{s['line']}: {s['text']}  → {s['action']}" for s in steps]
        data = {"verdict": found.verdict, "at": found.at, "packet": task.packet(witness), "steps": steps}
        return Answer(data, "\n".join([*lines, f"{found.verdict} ({found.at})"]))
    ruleset = task.read(file, dialect)
    known = [(chain, rule) for chain in ruleset.chains for rule in chain.rules]
    rows = [{"chain": chain.id, "line": rule.place.line, "text": rule.text} for chain, rule in known]
    listing: dict[str, Any] = {
        "verdict": "",
        "at": "",
        "packet": None,
        "steps": [{**row, "action": ""} for row in rows],
    }

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        table(screen, (say("Chain"), say("Line"), say("Rule")), [tuple(row.values()) for row in rows])

    return Answer(listing, text)


def _line(item: Mapping[str, Any]) -> str:
    packet = item["witness"]
    left = f"{packet['source']}:{packet['source_port']}" if packet["source_port"] else packet["source"]
    right = f"{packet['target']}:{packet['port']}" if packet["port"] else packet["target"]
    return f"{packet['protocol']} {left} > {right}"


def _without_schema(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "schema"}


firewall.add_command(compare)
firewall.add_command(lint)
firewall.add_command(matrix)
firewall.add_command(show)
