"""Nothing is re-run silently; what changed is named; a comment is no change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.steps.conftest import document, ninefold, states

STEPS = (
    "evaluation", "specification", "protection", "threats", "risk",
    "concept", "implementation", "verification", "cycle",
)  # fmt: skip


@pytest.fixture
def station(example: Callable[[str], Path]) -> Path:
    """The pump station after a run through all nine steps."""
    root = example("pump-station")
    ninefold(root, "run", "--brief")
    return root


def test_all_nine_are_current_after_a_run(station: Path) -> None:
    assert states(station) == dict.fromkeys(STEPS, "current")
    assert "nothing was run" in ninefold(station, "run").stdout


def test_changing_a_comment_changes_nothing(station: Path) -> None:
    for name in ("conduits.yaml", "functions.yaml", "networks.yaml", "zones/control.yaml"):
        path = station / name
        path.write_text("# a remark\n" + path.read_text())
    assert set(states(station).values()) == {"current"}


def test_changing_one_flow_makes_the_steps_that_read_it_stale_and_names_it(station: Path) -> None:
    path = station / "conduits.yaml"
    path.write_text(path.read_text().replace("service: opcua, purpose", "service: ssh, purpose"))
    rows = {row["step"]: row for row in document(station, "status")["steps"]}
    stale = {name for name, row in rows.items() if row["state"] == "stale"}
    assert stale >= {"evaluation", "threats", "risk", "concept", "implementation"}
    assert "specification" not in stale
    assert all("flow service-plc of conduit access-control" in rows[name]["changed"] for name in ("threats", "risk"))


def test_changing_the_cost_of_a_measure_leaves_the_first_four_steps_alone(station: Path) -> None:
    path = station / "measures.yaml"
    path.write_text(path.read_text().replace("cost_once: 800", "cost_once: 900"))
    found = states(station)
    assert {name for name in ("evaluation", "protection", "threats") if found[name] != "current"} == set()
    assert found["risk"] == "stale"


def test_missing_build_files_mean_rebuild_not_stale(station: Path) -> None:
    before = tree(station / "build")
    shutil.rmtree(station / "build")
    assert set(states(station).values()) == {"current"}
    ninefold(station, "run", "--brief")
    assert tree(station / "build") == before


def test_two_runs_give_the_same_bytes(example: Callable[[str], Path], tmp_path: Path) -> None:
    one = example("pump-station")
    two = tmp_path / "again" / "pump-station"
    shutil.copytree(one, two)
    for root in (one, two):
        ninefold(root, "run", "--brief")
    assert tree(one / "build") == tree(two / "build")


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
