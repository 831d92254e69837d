"""Step 9 says what drifted in the words of the concept, and says it once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.steps.conftest import ninefold, states

TODAY = {"NINEFOLD_TODAY": "2026-11-22"}


@pytest.fixture
def station(example: Callable[[str], Path]) -> Path:
    """The pump station after a run through all nine steps."""
    root = example("pump-station")
    ninefold(root, "run", "--brief")
    return root


def cycle(root: Path, today: str = "2026-11-22") -> dict[str, Any]:
    """The document of ``ninefold cycle``."""
    found: dict[str, Any] = json.loads(
        ninefold(root, "cycle", "--json", expect=None, NINEFOLD_TODAY=today).stdout,
    )
    return found


def titles(found: dict[str, Any], rule: str) -> list[str]:
    return [item["title"] for item in found["findings"] if item["rule"].startswith(rule)]


def test_drift_of_the_packaging_line_is_told_in_the_words_of_the_concept(example: Callable[[str], Path]) -> None:
    root = example("packaging-line")
    ninefold(root, "run", "--brief", **TODAY)
    found = cycle(root)
    assert titles(found, "drift.device-differs") == ["switch-data has firmware 4.1.3, concept says 4.2.0"]
    reasons = next(item for item in found["findings"] if item["rule"] == "drift.device-differs")["because"]
    assert [item["says"] for item in reasons] == ["capture-data.pcapng, frame 2"]
    told = titles(found, "drift.conduit")
    assert "in zone control NB-PRAKTIKANT speaks s7comm to plc-filler; the concept does not know it" in told
    assert "edge-gateway speaks https to 203.0.113.80; no conduit joins them" in told
    assert not [title for title in told if "maintenance-router" in title]  # the same, behind its translation
    assert len(titles(found, "drift.device-unknown")) == 2


def test_only_what_is_new_is_announced(station: Path) -> None:
    first = cycle(station)
    assert first["new"] == ["advisory@plc#NWA-2026-001/NWA-V-2026-001"]
    again = cycle(station)
    assert (again["new"], again["known"]) == ([], 1)
    assert ninefold(station, "cycle", "--notify", "-", expect=1).stdout == ""
    assert set(states(station).values()) == {"current"}


def test_a_rebuild_after_announcing_says_the_same(station: Path) -> None:
    cycle(station)
    file = station / "build/9-cycle/result.json"
    before = file.read_bytes()
    cycle(station)
    assert file.read_bytes() == before
    shutil.rmtree(station / "build")
    ninefold(station, "run", "--brief")
    assert file.read_bytes() == before


def test_news_are_lines_of_json(station: Path, tmp_path: Path) -> None:
    target = tmp_path / "news.jsonl"
    ninefold(station, "cycle", "--notify", str(target), expect=1)
    ninefold(station, "cycle", "--notify", str(target), expect=1)
    assert [json.loads(line)["rule"] for line in target.read_text().splitlines()] == ["advisory"]


def test_what_could_not_be_told_is_told_next_time(station: Path, tmp_path: Path) -> None:
    ninefold(station, "cycle", "--notify", str(tmp_path / "no folder" / "news"), expect=None)
    assert len(cycle(station)["new"]) == 1


def test_dates_lapse_as_flags_and_are_named(station: Path) -> None:
    path = station / "measures.yaml"
    path.write_text(path.read_text().replace("cost_once: 800", 'due: "2027-01-31"\n    cost_once: 800', 1))
    ninefold(station, "run", "--brief", **TODAY)
    assert [title.split(": ")[1] for title in titles(cycle(station, "2026-10-01"), "lapse.measure")] == []
    assert titles(cycle(station, "2026-11-22"), "lapse.measure")[0].endswith("2027-01-31 is near")
    rows = json.loads(ninefold(station, "status", "--json", NINEFOLD_TODAY="2027-02-01").stdout)["steps"]
    assert next(row["changed"] for row in rows if row["step"] == "cycle")[0].endswith("2027-01-31")
    assert titles(cycle(station, "2027-02-01"), "lapse.measure")[0].endswith("2027-01-31 is over")


def test_a_collected_configuration_that_differs_is_told_with_a_witness(station: Path) -> None:
    made = next((station / "build/7-implementation/firewalls").glob("*.nft"))
    deployed = station / "sources/deployed"
    deployed.mkdir()
    (deployed / made.name).write_text(made.read_text())
    assert titles(cycle(station), "drift.configuration") == []
    (deployed / made.name).write_text(made.read_text().replace("counter drop", "counter accept"))
    found = cycle(station)
    assert [row["step"] for row in found["steps"]] == ["evaluation", "verification", "cycle"]
    assert titles(found, "drift.configuration")[0].startswith(f"{made.stem} no longer equals the concept: witness ")


def test_an_approval_that_no_longer_binds(station: Path) -> None:
    words = ("--by", "A. Owner", "--role", "asset-owner", "--reason", "read", "--new-key")
    ninefold(station, "approve", "concept", *words)
    ninefold(station, "run", "--brief")
    assert titles(cycle(station), "lapse.approval") == []
    path = station / "conduits.yaml"
    path.write_text(path.read_text().replace("service: opcua, purpose", "service: ssh, purpose"))
    ninefold(station, "run", "--brief")
    found = cycle(station)
    assert titles(found, "lapse.approval") == [
        "The approval of the concept by A. Owner no longer binds: the concept has changed."
    ]
    assert len(titles(cycle(station, "2029-01-01"), "lapse.evidence")) >= 1


def test_the_timer_names_this_workspace(station: Path) -> None:
    text = ninefold(station, "cycle", "--timer").stdout
    assert f'-C "{station}" cycle --notify -' in text
    assert "OnCalendar=" in text
    assert text.strip().splitlines()[-1].startswith("30 5 * * * ")
