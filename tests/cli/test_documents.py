"""Every JSON document of the command line has the shape that is published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from ninefold.cli.shapes import SHAPES, json_schema
from tests.cli.test_door import ninefold

ROOT = Path(__file__).resolve().parents[2]
LINE = ROOT / "examples/packaging-line"
RULES = "build/7-implementation/firewalls/router.nft"

COMMANDS = {
    "ninefold.check/1": ["check"],
    "ninefold.status/1": ["status"],
    "ninefold.run/1": ["run", "--only", "protection"],
    "ninefold.cycle/1": ["cycle"],
    "ninefold.evaluate/1": ["evaluate"],
    "ninefold.zones/1": ["zones"],
    "ninefold.zones-propose/1": ["zones", "propose"],
    "ninefold.protect/1": ["protect"],
    "ninefold.threats/1": ["threats"],
    "ninefold.risk/1": ["risk"],
    "ninefold.risk-paths/1": ["risk", "paths", "--runs", "200"],
    "ninefold.risk-optimise/1": ["risk", "optimise"],
    "ninefold.explain/1": ["explain", "control"],
    "ninefold.implement/1": ["implement"],
    "ninefold.verify/1": ["verify"],
    "ninefold.prove/1": ["prove", RULES],
    "ninefold.firewall-compare/1": ["firewall", "compare", RULES, RULES],
    "ninefold.firewall-lint/1": ["firewall", "lint", RULES],
    "ninefold.firewall-matrix/1": ["firewall", "matrix", RULES, "--service", "tcp/502"],
    "ninefold.firewall-show/1": ["firewall", "show", RULES, "--packet", "tcp 10.20.0.9:40000 > 192.168.10.20:443"],
    "ninefold.approve/1": ["approve", "concept", "--check"],
    "ninefold.history/1": ["history"],
    "ninefold.migrate/1": ["migrate", "--dry-run"],
    "ninefold.patch-list/1": ["patch", "list"],
    "ninefold.evidence-verify/1": ["evidence", "verify"],
    "ninefold.twin-down/1": ["twin", "down"],
    "ninefold.standards/1": ["standards", "show", "SR 1.1"],
    "ninefold.flows/1": ["flows", str(LINE / "sources/capture-safety.pcapng")],
    "ninefold.sbom/1": ["sbom", "read", str(LINE / "sources/sbom-edge-gateway.cdx.json")],
    "ninefold.advisory-validate/1": ["advisory", "validate", str(LINE / "sources/advisories")],
    "ninefold.sbom-write/1": ["sbom", "write", "made.cdx.json"],
    "ninefold.advisory-show/1": ["advisory", "show", str(LINE / "sources/advisories/nwa-2026-007.json")],
    "ninefold.advisory-match/1": ["advisory", "match"],
    "ninefold.law/1": ["law", "apply"],
    "ninefold.programme/1": ["programme", "assess", "4-1"],
    "ninefold.law-file/1": ["law", "file"],
    "ninefold.law-duties/1": ["law", "duties"],
    "ninefold.law-clock/1": ["law", "clock", "severe-incident", "--aware", "2026-11-20T16:30+01:00"],
    "ninefold.error/1": ["explain", "no such thing"],
}


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("shapes") / "pump-station"
    shutil.copytree(ROOT / "examples/pump-station", root)
    ninefold("-C", str(root), "run", "--brief", NINEFOLD_NO_TWIN="1")
    yield root


@pytest.mark.parametrize("name", COMMANDS)
def test_document_has_its_shape(station: Path, name: str) -> None:
    words = [str(station / word) if word in {RULES, "made.cdx.json"} else word for word in COMMANDS[name]]
    done = ninefold("-C", str(station), *words, "--json", NINEFOLD_NO_TWIN="1")
    assert done.returncode in {0, 1, 2}, done.stderr
    document = json.loads(done.stdout)
    errors = [str(error) for error in jsonschema_rs.validator_for(json_schema(name)).iter_errors(document)]
    assert errors == []


def test_every_published_shape_is_a_schema() -> None:
    for name in SHAPES:
        jsonschema_rs.validator_for(json_schema(name))
