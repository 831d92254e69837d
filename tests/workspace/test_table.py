"""A workbook goes to a workshop and comes back: only what people changed counts."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ninefold.base.errors import ConflictError, FaultsError, InputError
from ninefold.base.i18n import speaking
from ninefold.model.assessment import RiskCell, ScenarioRisk
from ninefold.model.findings import Reason
from ninefold.model.vocabulary import Category, Objective
from ninefold.workspace.load import load
from ninefold.workspace.table import Change, apply_changes, differences, export_table

PRESS = Path(__file__).parent / "plants/press"


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NINEFOLD_CONFIG", str(tmp_path / "config"))
    return Path(shutil.copytree(PRESS, tmp_path / "press"))


def filled(data: bytes, sheet: str, cells: dict[tuple[int, int], Any]) -> bytes:
    """The workbook after a workshop wrote into some cells (row, column)."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for (row, column), value in cells.items():
        book[sheet].cell(row, column).value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def take(root: Path, changes: tuple[Change, ...]) -> list[str]:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return apply_changes(root, changes, author="Eva", reason="workshop", clock=lambda: noon)


def test_an_untouched_workbook_changes_nothing(press: Path) -> None:
    data = export_table(load(press))
    assert data == export_table(load(press))
    assert differences(press, data) == ()
    with speaking("de"):
        assert differences(press, export_table(load(press))) == ()


def test_cells_of_a_workshop_reach_the_text(press: Path) -> None:
    data = export_table(load(press))
    data = filled(data, "Inventory", {(2, 5): "Beckhoff", (2, 13): "ads, https"})
    data = filled(
        data,
        "Inventory",
        {(6, 1): "cam1", (6, 2): "control", (6, 3): "camera"},
    )
    data = filled(data, "Consequences", {(2, 4): 4, (3, 1): "pressing", (3, 2): "I", (3, 3): "people", (3, 4): "5"})
    changes = differences(press, data)
    assert Change("inventory", "plc1", "vendor", "Siemens", "Beckhoff") in changes
    assert Change("inventory", "cam1", "kind", "", "camera") in changes
    assert Change("consequences", "pressing/A/production", "rating", "3", "4") in changes
    before = (press / "zones/control.yaml").read_text()
    assert take(press, changes) == ["functions.yaml", "zones/control.yaml"]
    plant = load(press)
    assert (plant.asset["plc1"].vendor, plant.asset["plc1"].services) == ("Beckhoff", ("ads", "https"))
    assert plant.asset["cam1"].zone == "control"
    assert [(item.objective.value, item.rating) for item in plant.function["pressing"].consequences] == [
        ("A", 4),
        ("I", 5),
    ]
    after = (press / "zones/control.yaml").read_text().splitlines()
    gone = [line for line in before.splitlines() if line not in after]
    assert gone == ["    vendor: Siemens", "    services: [s7comm]"]
    assert differences(press, data) == ()


def test_a_deleted_row_is_shown_and_removed(press: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(export_table(load(press))))
    book["Inventory"].delete_rows(5)
    stream = io.BytesIO()
    book.save(stream)
    changes = differences(press, stream.getvalue())
    assert changes == (Change("inventory", "pc1", "id", "pc1", ""),)
    with pytest.raises(FaultsError, match="pc1"):  # a flow still names it
        take(press, changes)
    assert "pc1" in load(press).asset


def test_what_others_wrote_meanwhile_stays(press: Path) -> None:
    data = filled(export_table(load(press)), "Inventory", {(2, 5): "Beckhoff"})
    path = press / "zones/control.yaml"
    path.write_text(path.read_text().replace("firmware: 2.10", "firmware: 2.11"))
    assert [change.field for change in differences(press, data)] == ["vendor"]
    path.write_text(path.read_text().replace("vendor: Siemens", "vendor: Phoenix"))
    with pytest.raises(ConflictError, match="Phoenix"):
        differences(press, data)


def test_wrong_words_write_nothing(press: Path) -> None:
    data = filled(export_table(load(press)), "Inventory", {(2, 3): "plx"})
    with pytest.raises(FaultsError, match="plc"):
        take(press, differences(press, data))
    assert load(press).asset["plc1"].kind.value == "plc"
    with pytest.raises(InputError):
        differences(press, b"no workbook")
    moved = filled(export_table(load(press)), "Inventory", {(2, 2): "office"})
    with pytest.raises(InputError, match="moved"):
        take(press, differences(press, moved))


def test_a_text_that_looks_like_a_formula_stays_text(press: Path) -> None:
    path = press / "zones/control.yaml"
    path.write_text(path.read_text().replace("vendor: Siemens", "vendor: '=1+1'"))
    data = export_table(load(press))
    assert openpyxl.load_workbook(io.BytesIO(data))["Inventory"].cell(2, 5).data_type == "s"
    assert differences(press, data) == ()


def test_accepting_a_risk_in_the_register_becomes_a_decision(press: Path) -> None:
    cell = RiskCell(
        violation_class=2, objective=Objective.AVAILABILITY, category=Category.PRODUCTION,
        likelihood=3, impact=4, risk=12, tolerable_up_to=9,
    )  # fmt: skip
    why = Reason(says="")
    risk = ScenarioRisk(scenario="t1@x", scope="x", unmitigated=cell, current=cell, residual=cell, why=why)
    cells = {(2, 6): "Eva", (2, 7): "too expensive", (2, 8): "2027-01-01"}
    data = filled(export_table(load(press), (risk,)), "Risks", cells)
    take(press, differences(press, data))
    (decision,) = load(press).decisions
    assert (decision.subject, decision.by) == ("t1@x", "Eva")
    assert (decision.date, decision.expires) == ("2026-03-01", "2027-01-01")


def test_a_machine_keeps_its_differences_in_its_own_text(press: Path) -> None:
    machine = press.parent / "machine-7"
    machine.mkdir()
    (machine / "ninefold.yaml").write_text("format: 1\nbase: ../press\nsystem: {serial_number: 0007}\n")
    data = filled(export_table(load(machine)), "Inventory", {(2, 9): "2.12"})
    assert take(machine, differences(machine, data)) == ["zones/control.yaml"]
    assert (load(machine).asset["plc1"].firmware, load(press).asset["plc1"].firmware) == ("2.12", "2.10")
