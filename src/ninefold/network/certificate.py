"""A certificate: what was proved, over which inputs, under which assumptions; the evidence room signs it."""

from __future__ import annotations

from typing import Any

import msgspec

from ninefold import __version__
from ninefold.model.proofs import ProbeResult, ProofResult


def certificate(result: ProofResult, probes: ProbeResult | None = None) -> dict[str, Any]:
    """The predicate of an in-toto statement: plain values, no clock. ``inputs`` are SHA-256 digests by name."""
    made: dict[str, Any] = {
        "claim": "deployed rule sets equal the zones and conduits",
        "state": result.state,
        "engine": {"name": "ninefold.network", "version": __version__, "method": "exact packet sets (BDD)"},
        "scope": [
            "per firewall: forward and input chains",
            "address translation of permitted packets",
            "answers of permitted connections",
            "end to end between all networks",
        ],
        "inputs": dict(sorted(result.inputs.items())),
        "assumptions": list(result.assumptions),
        "allowed_not_intended": [msgspec.to_builtins(item) for item in result.allowed_not_intended],
        "intended_blocked": [msgspec.to_builtins(item) for item in result.intended_blocked],
    }
    if probes is not None:
        made["twin"] = {
            "probes": probes.probes,
            "passed": probes.passed,
            "dropped": probes.dropped,
            "mismatches": len(probes.mismatches),
            "rules_hit": probes.rules_hit,
            "rules_total": probes.rules_total,
        }
    return made
