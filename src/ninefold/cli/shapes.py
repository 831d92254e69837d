"""The shape of every JSON document of the command line, and the JSON Schema made from it.

A shape is written as an example: ``str``, ``int``, ``float``, ``bool``, ``[item]`` for lists, ``{key: shape}`` for
objects, ``{str: shape}`` for mappings, :class:`Maybe` for values that may be null, :class:`Either` for one of some
words. ``docs/reference/json`` is generated from here; a test runs the commands against it.
"""

from __future__ import annotations

from typing import Any, Final


class Maybe:
    """A value that may be null."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


class Either:
    """One of some words."""

    def __init__(self, *words: str) -> None:
        self.words = words


REASON: Final[dict[str, Any]] = {"says": str}
STATES: Final = Either("pass", "fail", "undecided", "error", "not_applicable")
FINDING: Final = {
    "id": str,
    "rule": str,
    "subject": str,
    "title": str,
    "severity": Either("info", "low", "medium", "high", "critical"),
    "state": STATES,
    "because": [REASON],
    "references": [str],
    "advice": str,
    "place": Maybe(str),
    "evidence": Maybe(str),
}
RAN: Final = {"step": str, "number": int, "title": str, "summary": str, "rebuilt": bool, "files": [str]}

VECTOR: Final = [Maybe(int)]
END: Final = {"mac": str, "ip": str}
AGREEMENT: Final = Either("declared and seen", "declared not seen", "seen not declared", "differs")
CELL: Final = {
    "class": int,
    "objective": Either("A", "I", "C"),
    "category": str,
    "likelihood": int,
    "impact": int,
    "risk": int,
    "tolerable_up_to": int,
    "tolerable": bool,
}
PACKET: Final = {"source": str, "target": str, "protocol": str, "source_port": int, "port": int}
RULE: Final = {"file": str, "line": int, "text": str}
PROOF: Final = {
    "state": Either("equal", "different", "undecided"),
    "allowed_not_intended": [{"from": str, "to": str, "region": [str], "witness": PACKET, "rules": [RULE]}],
    "intended_blocked": [
        {"conduit": str, "flow": str, "region": [str], "witness": PACKET, "at": str, "rule": Maybe(RULE)}
    ],
    "assumptions": [str],
    "inputs": {str: str},
}
PROBES: Final = {
    "probes": int,
    "passed": int,
    "dropped": int,
    "rules_hit": int,
    "rules_total": int,
    "mismatches": [{"packet": PACKET, "what": str}],
}

SHAPES: Final[dict[str, dict[Any, Any]]] = {
    "ninefold.error/1": {"code": str, "message": str, "place": Maybe(str), "advice": Maybe(str)},
    "ninefold.init/1": {"folder": str, "files": [str]},
    "ninefold.check/1": {
        "faults": [{"code": str, "message": str, "advice": str, "file": str, "line": int, "column": int}]
    },
    "ninefold.migrate/1": {"changed": [str], "dry_run": bool},
    "ninefold.rename/1": {"old": str, "new": str, "files": [str]},
    "ninefold.history/1": {"changes": [{"id": str, "date": str, "author": str, "reason": str, "files": [str]}]},
    "ninefold.undo/1": {"files": [str]},
    "ninefold.table-export/1": {"file": str},
    "ninefold.table-import/1": {
        "changes": [{"sheet": str, "id": str, "field": str, "old": str, "new": str}],
        "applied": bool,
    },
    "ninefold.status/1": {
        "steps": [
            {
                "step": str,
                "number": int,
                "title": str,
                "state": Either("not started", "current", "stale", "due"),
                "changed": [str],
                "why": str,
                "summary": str,
                "folder": str,
            }
        ],
        "next": str,
    },
    "ninefold.run/1": {"steps": [RAN]},
    "ninefold.cycle/1": {"steps": [RAN], "new": [str], "known": int, "not_current": [str], "timer": str},
    "ninefold.standards/1": {
        "query": str,
        "entries": [
            {
                "standard": str,
                "edition": str,
                "id": str,
                "title": {"en": str, "de": str},
                "facts": {str: str},
                "doubt": str,
                "source": str,
                "links": [{"relation": str, "standard": str, "id": str, "title": {"en": str, "de": str}}],
            }
        ],
    },
    "ninefold.flows/1": {
        "captures": [
            {
                "file": str,
                "packets": int,
                "bytes": int,
                "link_type": str,
                "first": float,
                "last": float,
                "malformed": int,
            }
        ],
        "hosts": [
            {
                "macs": [str],
                "ips": [str],
                "names": [str],
                "nic_vendor": str,
                "facts": [{"key": str, "value": str, "source": str, "frame": object}],
            }
        ],
        "flows": [
            {
                "client": END,
                "server": END,
                "transport": Either("tcp", "udp", "icmp", "sctp", "l2", "other"),
                "port": object,
                "ethertype": object,
                "service": str,
                "grade": Either("signature", "port", "none"),
                "functions": [str],
                "packets": int,
                "bytes": int,
                "first": float,
                "last": float,
                "direction_reason": str,
            }
        ],
    },
    "ninefold.sbom/1": {
        "format": str,
        "version": str,
        "components": [
            {
                "name": str,
                "version": str,
                "supplier": str,
                "purl": str,
                "cpe": str,
                "hashes": object,
                "licences": [str],
            }
        ],
        "findings": [object],
    },
    "ninefold.discover/1": {
        "probe": str,
        "target": str,
        "packets": [{"port": str, "meaning": str, "bytes": str}],
        "sent": bool,
        "hosts": [{"macs": [str], "ips": [str], "names": [str], "facts": [{"key": str, "value": str}]}],
    },
    "ninefold.evaluate/1": {
        "devices": [
            {
                "asset": str,
                "agreement": AGREEMENT,
                "confidence": float,
                "macs": [str],
                "ips": [str],
                "names": [str],
                "because": str,
            }
        ],
        "conversations": [
            {
                "client": str,
                "server": str,
                "service": str,
                "agreement": AGREEMENT,
                "conduit": str,
                "flow": str,
                "because": str,
            }
        ],
        "proposals": [
            {
                "kind": str,
                "file": str,
                "id": str,
                "key": str,
                "value": str,
                "old": str,
                "because": str,
                "origin": str,
            }
        ],
        "columns": [{"file": str, "heading": str, "field": str, "why": Either("heading", "values", "chosen")}],
        "applied": bool,
    },
    "ninefold.zones/1": {
        "zones": [{"id": str, "title": str, "assets": [str], "target": VECTOR, "safety": bool}],
        "conduits": [
            {
                "id": str,
                "title": str,
                "flows": [{"id": str, "from": str, "to": str, "service": str}],
                "target": VECTOR,
            }
        ],
        "files": [str],
    },
    "ninefold.zones-propose/1": {
        "alternatives": [
            {
                "id": str,
                "title": str,
                "cost": int,
                "highest_level": int,
                "zones": [{"id": str, "assets": [str], "rule": str, "level": int, "because": REASON}],
                "conduits": [{"id": str, "zones": [str], "flows": [[str]]}],
            }
        ]
    },
    "ninefold.protect/1": {
        "needs": [
            {"subject": str, "objective": Either("A", "I", "C"), "category": str, "rating": int, "because": REASON}
        ],
        "initial_risk": [CELL],
        "detailed_assessment_required": bool,
    },
    "ninefold.threats/1": {
        "scenarios": [
            {
                "id": str,
                "threat": str,
                "title": str,
                "scope": str,
                "subjects": [str],
                "fr": [str],
                "least_class": int,
                "techniques": [str],
                "excluded": str,
                "removed_by": str,
                "because": [REASON],
            }
        ]
    },
    "ninefold.risk/1": {
        "levels": [{"scope": str, "target": VECTOR, "capability": VECTOR, "achieved": VECTOR, "sensitivity": [REASON]}],
        "register": [
            {
                "scenario": str,
                "title": str,
                "scope": str,
                "unmitigated": CELL,
                "current": CELL,
                "residual": CELL,
                "accepted": str,
            }
        ],
        "exposures": [{"zone": str, "e_net": int, "e_local": int, "likelihood": [int], "because": REASON}],
        "cells": {str: [CELL]},
    },
    "ninefold.risk-paths/1": {
        "paths": [
            {
                "function": str,
                "class": int,
                "chance": float,
                "error": float,
                "most_likely_chance": float,
                "most_likely": [{"from": str, "to": str, "along": str, "scenario": str, "chance": float}],
                "cuts": [[{"scope": str, "requirements": [str]}]],
                "best_measure": str,
                "chance_with_best": Maybe(float),
                "because": REASON,
            }
        ]
    },
    "ninefold.risk-optimise/1": {
        "feasible": bool,
        "optimal": bool,
        "gap": float,
        "cost": float,
        "years": int,
        "chosen": [{"measure": str, "cost": float, "because": REASON}],
        "curve": [{"measure": str, "cost": float, "risk": float, "open_requirements": int}],
        "unmet": [{"scope": str, "requirement": str, "scenario": str, "because": REASON}],
    },
    "ninefold.explain/1": {"id": str, "explanation": REASON},
    "ninefold.concept/1": {"digest": str, "files": [str]},
    "ninefold.approve/1": {"digest": str, "approvals": [{"by": str, "role": str, "date": str}]},
    "ninefold.implement/1": {
        "draft": bool,
        "configurations": {str: str},
        "tasks": [{"id": str, "title": str, "owner": str, "subject": str}],
    },
    "ninefold.verify/1": {
        "proof": PROOF,
        "twin": Maybe(PROBES),
        "shown": [{"scope": str, "requirement": str, "evidence": str}],
        "statements": [str],
    },
    "ninefold.prove/1": PROOF,
    "ninefold.twin-probe/1": {"result": PROBES},
    "ninefold.twin-up/1": {"state": str},
    "ninefold.twin-down/1": {"removed": int},
    "ninefold.firewall-compare/1": {
        "state": Either("equal", "different", "undecided"),
        "only_in_a": [{"region": [str], "witness": PACKET, "rules": [RULE]}],
        "only_in_b": [{"region": [str], "witness": PACKET, "rules": [RULE]}],
        "assumptions": [str],
    },
    "ninefold.firewall-lint/1": {"rules": int, "shadowed": [object], "redundant": [object], "undecided": int},
    "ninefold.firewall-show/1": {
        "verdict": str,
        "at": str,
        "packet": Maybe(PACKET),
        "steps": [{"chain": str, "line": int, "text": str, "action": str}],
    },
    "ninefold.firewall-matrix/1": {"service": str, "chain": str, "classes": [[str]], "reach": [[int]]},
    "ninefold.advisory-validate/1": {
        "documents": [
            {
                "file": str,
                "valid": bool,
                "schema_errors": [object],
                "tests": {str: Either("pass", "fail", "not_applicable")},
                "findings": [{"test": str, "severity": str, "path": str, "message": str}],
            }
        ]
    },
    "ninefold.advisory-match/1": {
        "matches": [
            {
                "asset": str,
                "advisory": str,
                "vulnerability": str,
                "state": Either("affected", "not affected", "fixed", "undecided"),
                "confidence": float,
                "reason": str,
            }
        ],
        "counts": {str: int},
    },
    "ninefold.sbom-write/1": {
        "file": str,
        "format": str,
        "quality": {"score": int, "ntia": bool, "bsi": bool, "says": str},
    },
    "ninefold.advisory-fetch/1": {"provider": str, "new": [str], "unchanged": int},
    "ninefold.advisory-show/1": {
        "advisories": [
            {
                "id": str,
                "title": str,
                "publisher": str,
                "revision": str,
                "date": str,
                "url": str,
                "vulnerabilities": [{"id": str, "title": str, "products": [object], "remedies": [str]}],
            }
        ]
    },
    "ninefold.patch-list/1": {
        "patches": [
            {
                "asset": str,
                "installed": str,
                "advisory": str,
                "vulnerability": str,
                "state": str,
                "score": Maybe(float),
                "reachable": Maybe(bool),
                "remediation": str,
            }
        ]
    },
    "ninefold.evidence-verify/1": {"checked": int},
    "ninefold.law-file/1": {"files": [str], "missing": int},
    "ninefold.security-txt/1": {"text": str},
    "ninefold.programme/1": {
        "standard": str,
        "edition": str,
        "practices": [
            {
                "id": str,
                "title": str,
                "requirements": int,
                "stated": int,
                "level": Maybe(int),
                "next": Maybe(int),
                "missing": [{"id": str, "title": str, "level": Maybe(int)}],
            }
        ],
        "unproven": [str],
    },
    "ninefold.law-duties/1": {
        "duties": [
            {
                "id": str,
                "act": str,
                "article": str,
                "title": str,
                "owed": Either("yes", "undetermined"),
                "due": str,
                "role": str,
                "state": Either("open", "in-progress", "done"),
                "evidence": [str],
                "wanted": str,
                "supported_by": [str],
            }
        ]
    },
    "ninefold.law-clock/1": {
        "event": {"kinds": [str], "aware": str},
        "reports": [
            {
                "id": str,
                "act": str,
                "article": str,
                "title": str,
                "owed": Either("yes", "no", "undetermined"),
                "to": str,
                "due": Maybe(str),
                "moved": Maybe(str),
                "waits_for": str,
                "notes": [str],
                "form": [{"field": str, "title": str, "value": str}],
                "unknown": [str],
            }
        ],
    },
    "ninefold.law/1": {
        "acts": [
            {
                "act": str,
                "applies": Either("yes", "no", "undetermined"),
                "role": str,
                "class": str,
                "routes": [str],
                "from": str,
                "because": [{"article": str, "reason": str}],
                "missing": [str],
            }
        ]
    },
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document. Findings and their counts may be part of any document."""
    schema = _schema(SHAPES[name])
    schema["properties"] = {"schema": {"const": name}, **schema["properties"]}
    schema["properties"].setdefault("findings", {"type": "array", "items": _schema(FINDING)})
    schema["properties"].setdefault("counts", {"type": "object", "additionalProperties": {"type": "integer"}})
    schema["required"] = ["schema", *schema["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **schema}


def _schema(shape: Any) -> dict[str, Any]:
    if isinstance(shape, Maybe):
        return {"anyOf": [_schema(shape.shape), {"type": "null"}]}
    if isinstance(shape, Either):
        return {"enum": list(shape.words)}
    if isinstance(shape, list):
        return {"type": "array", "items": _schema(shape[0])}
    if isinstance(shape, dict):
        if str in shape:
            return {"type": "object", "additionalProperties": _schema(shape[str])}
        return {
            "type": "object",
            "properties": {key: _schema(value) for key, value in shape.items()},
            "required": list(shape),
        }
    names = {str: "string", int: "integer", float: "number", bool: "boolean", object: None}
    name = names[shape]
    return {"type": name} if name else {}
