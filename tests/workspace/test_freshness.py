"""A step is stale only when what it reads has changed, and it names the change."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ninefold.base.errors import InputError
from ninefold.model.plant import Plant
from ninefold.workspace.freshness import Record, StepState, load_record, record_of, save_record, state
from ninefold.workspace.load import load

PRESS = Path(__file__).parent / "plants/press"


def record(inputs: dict[str, object]) -> Record:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return record_of("risk", inputs, outputs={"risk": "ab"}, files={}, clock=lambda: noon, language="en")


def inputs(plant: Plant) -> dict[str, object]:
    return {"conduits": plant.conduits, "assets": plant.asset, "settings": plant.system.method, "step 4": "0f" * 32}


def after(tmp_path: Path, name: str, old: str, new: str) -> StepState:
    """The state of a step that ran before ``old`` was replaced by ``new``."""
    root = tmp_path / "press"
    if not root.exists():
        shutil.copytree(PRESS, root)
    save_record(root, record(inputs(load(root, cache=False))))
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new, 1))
    return state("risk", inputs(load(root, cache=False)), load_record(root, "risk"))


def test_a_changed_flow_is_named_with_its_conduit(tmp_path: Path) -> None:
    found = after(tmp_path, "conduits.yaml", "service: https", "service: ssh")
    assert (found.state, found.changed) == ("stale", ("flow f1 of conduit c1",))
    assert str(found.why) == "Changed: flow f1 of conduit c1."


def test_new_and_removed_things_are_named(tmp_path: Path) -> None:
    found = after(tmp_path, "conduits.yaml", "id: f1", "id: f9")
    assert found.changed == ("flow f1 of conduit c1 (gone)", "flow f9 of conduit c1 (new)")


def test_comments_and_order_never_count(tmp_path: Path) -> None:
    assert after(tmp_path, "conduits.yaml", "conduits:", "# a remark\nconduits:").state == "current"
    flows = (PRESS / "conduits.yaml").read_text().splitlines()
    swapped = "\n".join([*flows[:-2], flows[-1], flows[-2]]) + "\n"
    assert after(tmp_path, "conduits.yaml", (tmp_path / "press/conduits.yaml").read_text(), swapped).state == "current"
    assert after(tmp_path, "conduits.yaml", "[data, commands]", "[commands, data]").state == "current"


def test_what_the_step_does_not_read_does_not_count(tmp_path: Path) -> None:
    assert after(tmp_path, "functions.yaml", "rating: 3", "rating: 4").state == "current"


def test_never_run_changed_due_and_current() -> None:
    kept = record({"a": "1"})
    assert state("risk", {"a": "1"}, None).state == "not started"
    assert state("risk", {"a": "2", "b": "1"}, kept).changed == ("a", "b")
    assert state("risk", {"a": "1"}, kept, due="2027-01-01", today="2026-12-31").state == "current"
    assert state("risk", {"a": "1"}, kept, due="2027-01-01", today="2027-01-01").state == "due"


def test_a_damaged_record_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "evidence/steps").mkdir(parents=True)
    (tmp_path / "evidence/steps/risk.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        load_record(tmp_path, "risk")
