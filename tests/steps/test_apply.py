"""From a folder of what people have to a workspace: written once, undoable, nothing twice."""

from __future__ import annotations

from pathlib import Path

from ninefold.workspace.load import faults, load
from tests.steps.conftest import ROOT, document, ninefold

SOURCES = ROOT / "examples/packaging-line/sources"


def test_a_folder_of_sources_becomes_a_workspace(tmp_path: Path) -> None:
    root = tmp_path / "line"
    ninefold(tmp_path, "init", str(root))
    ninefold(root, "evaluate", str(SOURCES), "--apply", expect=None)
    assert faults(root) == ()
    plant = load(root)
    assert len(plant.assets) >= 25
    assert {"safety-plc", "remote-maintenance-router"} <= {item.kind.value for item in plant.assets}
    assert (root / "sources/advisories").is_dir()

    for name in ("conduits", "networks"):
        assert (root / f"{name}.yaml").read_text(encoding="utf-8").startswith(f"{name}:\n  - id: ")

    again = document(root, "evaluate", str(SOURCES), expect=None)
    assert [item["id"] for item in again["proposals"] if item["kind"] == "asset"] == []

    before = (root / "zones").exists()
    ninefold(root, "undo")
    assert before
    assert not list((root / "zones").glob("*.yaml"))
    assert faults(root) == ()


def test_undo_takes_back_what_a_person_did_not_the_record_of_a_run(tmp_path: Path) -> None:
    root = tmp_path / "station"
    ninefold(tmp_path, "init", str(root), "--blueprint", "pump-station")
    ninefold(root, "rename", "drive", "pump-drive")
    ninefold(root, "run", "--until", "protection", "--brief")
    done = ninefold(root, "undo")
    assert "zones/control.yaml" in done.stdout
    assert "drive" in load(root).asset
