"""The reference and the schemas are what the model says, and real workspaces fit them."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from ninefold.workspace.schema import schemas

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [path for path in sorted((ROOT / "examples").glob("*")) if path.is_dir()]
PLANTS = [*EXAMPLES, Path(__file__).parent / "plants/press", Path(__file__).parent / "frozen/format-1"]


def test_the_committed_reference_is_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "tools/generate_reference.py"))
    for name, content in made["files"]().items():
        path = ROOT / "docs/reference" / name
        assert path.read_text(encoding="utf-8") == content, f"run tools/generate_reference.py ({name})"


def schema_of(path: Path) -> str:
    if path.parent.name in {"zones", "catalogue"}:
        return {"zones": "zone.json", "catalogue": "catalogue.json"}[path.parent.name]
    return path.name.replace(".yaml", ".json")


@pytest.mark.parametrize("plant", PLANTS, ids=lambda path: path.name)
def test_real_workspaces_fit_the_schemas_as_an_editor_reads_them(plant: Path) -> None:
    """Editors type scalars themselves: a VLAN becomes a number, NO a truth value."""
    found = schemas()
    checked = 0
    for path in sorted(plant.rglob("*.yaml")):
        if path.relative_to(plant).parts[0] in {"sources", "build"} or schema_of(path) not in found:
            continue
        content: Any = json.loads(json.dumps(yaml.safe_load(path.read_text().replace(" on:", " 'on':")), default=str))
        errors = [error.message for error in jsonschema_rs.validator_for(found[schema_of(path)]).iter_errors(content)]
        assert errors == [], f"{path}: {errors[:3]}"
        checked += 1
    assert checked


def test_wrong_values_do_not_fit() -> None:
    validator = jsonschema_rs.validator_for(schemas()["zone.json"])
    good = {"zone": {"id": "z"}, "assets": [{"id": "a", "kind": "plc", "firmware": 2.1, "address": "10.0.0.1"}]}
    assert validator.is_valid(good)
    for key, value in (("kind", "pcl"), ("mac", "10:20"), ("vender", "x"), ("safety", "maybe"), ("id", "a b")):
        bad = json.loads(json.dumps(good))
        bad["assets"][0][key] = value
        assert not validator.is_valid(bad), key
