"""Rule sets without a workspace: compare two, lint one, who reaches whom, the way of one packet.

Each function reads files and gives a JSON document (issue of its ``schema``) or the engine's own result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages
from ninefold.base.limits import read_bytes
from ninefold.model.findings import Finding
from ninefold.model.proofs import Difference, RuleRef, Witness
from ninefold.network.lint import Dead
from ninefold.network.ruleset import RuleSet
from ninefold.network.trace import Trace

say = messages("network")
_PACKET = re.compile(
    r"(?P<protocol>\w+)\s+\[?(?P<source>[0-9a-fA-F.:]+?)\]?(?::(?P<sport>\d+))?\s*>\s*"
    r"\[?(?P<target>[0-9a-fA-F.:]+?)\]?(?::(?P<dport>\d+))?(?:\s+\((?P<incoming>\S*)\s*>\s*(?P<outgoing>\S*)\))?"
)


def read(path: Path, dialect: str = "") -> RuleSet:
    """The rule set of a file: of the named dialect, else of the one that recognises it."""
    from ninefold.network.firewalls.registry import parse

    return parse(read_bytes(path).decode("utf-8", "replace"), str(path), dialect)


def compare(a: Path, b: Path, dialects: tuple[str, str] = ("", ""), seconds: float = 0.0) -> dict[str, Any]:
    """The document ``ninefold.firewall-compare/1``."""
    from ninefold.network.compare import compare as engine

    found = engine(read(a, dialects[0]), read(b, dialects[1]), seconds=seconds)
    return {
        "schema": "ninefold.firewall-compare/1",
        "state": found.state,
        "only_in_a": [difference(item) for item in found.only_in_a],
        "only_in_b": [difference(item) for item in found.only_in_b],
        "assumptions": list(found.assumptions),
    }


def lint(path: Path, dialect: str = "", seconds: float = 60.0) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The document ``ninefold.firewall-lint/1`` and the same as findings."""
    from ninefold.network.lint import findings
    from ninefold.network.lint import lint as engine

    found = engine(read(path, dialect), seconds=seconds)
    document = {
        "schema": "ninefold.firewall-lint/1",
        "rules": found.rules,
        "shadowed": [dead(item) for item in found.shadowed],
        "redundant": [dead(item) for item in found.redundant],
        "never_matching": [dead(item) for item in found.never],
        "any_any": [dead(item) for item in found.any_any],
        "too_wide": [dead(item) for item in found.wide],
        "unexplained": [dead(item) for item in found.unexplained],
        "unreachable_chains": list(found.unreachable),
        "undecided": found.undecided,
        "notes": list(found.notes),
    }
    return document, tuple(findings(found, str(path)))


def matrix(path: Path, service: str, chain: str = "forward", dialect: str = "", family: int = 4) -> dict[str, Any]:
    """The document ``ninefold.firewall-matrix/1``."""
    from ninefold.network.matrix import matrix as engine

    found = engine(read(path, dialect), service, chain=chain, family=family)
    return {
        "schema": "ninefold.firewall-matrix/1",
        "service": found.service,
        "chain": found.chain,
        "classes": [list(item) for item in found.classes],
        "reach": [list(item) for item in found.reach],
    }


def follow(path: Path, packet: str, hook: str = "forward", dialect: str = "") -> tuple[Witness, Trace]:
    """The way of one packet, written like ``tcp 10.0.0.5:40000 > 10.0.1.7:502 (eth0 > eth1)``."""
    from ninefold.network.trace import trace

    witness = packet_of(packet)
    return witness, trace(read(path, dialect), witness, hook)


def packet_of(text: str) -> Witness:
    """The packet that a text describes; InputError when it describes none."""
    match = _PACKET.fullmatch(text.strip())
    if not match:
        raise InputError(
            "bad-packet",
            str(say("'{text}' is no packet.", text=text)),
            place=Place("--packet"),
            advice=str(say("Write: tcp 10.0.0.5:40000 > 10.0.1.7:502 (eth0 > eth1)")),
        )
    return Witness(
        source=match["source"],
        target=match["target"],
        protocol=match["protocol"].lower(),
        source_port=int(match["sport"] or 40000),
        port=int(match["dport"] or 0),
        incoming=match["incoming"] or "",
        outgoing=match["outgoing"] or "",
    )


def difference(item: Difference) -> dict[str, Any]:
    """A difference for JSON."""
    return {"at": item.at, "region": list(item.region), "witness": packet(item.witness), "rules": rules(item.rules)}


def packet(item: Witness) -> dict[str, Any]:
    """A packet for JSON; ``assumed`` are the free variables."""
    return {
        "source": item.source,
        "target": item.target,
        "protocol": item.protocol,
        "source_port": item.source_port,
        "port": item.port,
        "incoming": item.incoming,
        "outgoing": item.outgoing,
        "assumed": dict(sorted(item.free.items())),
    }


def rules(items: Sequence[RuleRef]) -> list[dict[str, Any]]:
    """Rules for JSON."""
    return [{"file": item.file, "line": item.line, "text": item.text} for item in items]


def dead(item: Dead) -> dict[str, Any]:
    """A rule that lint speaks of."""
    return {
        "line": item.rule.line,
        "text": item.rule.text,
        "chain": item.chain,
        "by": [ref.line for ref in item.by],
    }
