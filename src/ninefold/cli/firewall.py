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
from ninefold.model.proofs import Difference, ProofResult, RuleRef, Witness


def witness_plain(packet: Witness) -> dict[str, Any]:
    """A packet for JSON."""
    return {
        "source": packet.source,
        "target": packet.target,
        "protocol": packet.protocol,
        "source_port": packet.source_port,
        "port": packet.port,
        "incoming": packet.incoming,
        "outgoing": packet.outgoing,
        "assumed": dict(sorted(packet.free.items())),
    }


def rules_plain(rules: Sequence[RuleRef]) -> list[dict[str, Any]]:
    """Rules for JSON."""
    return [{"file": item.file, "line": item.line, "text": item.text} for item in rules]


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
        "witness": witness_plain(item.witness),
        "rules": rules_plain(item.rules),
    }


def _blocked(item: Difference) -> dict[str, Any]:
    rule = item.rules[0] if item.rules else None
    return {
        "conduit": item.conduit,
        "flow": item.flow,
        "region": list(item.region),
        "witness": witness_plain(item.witness),
        "at": item.at,
        "rule": rules_plain([rule])[0] if rule else None,
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
