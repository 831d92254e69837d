"""The draft of the technical documentation: gaps first, every point of Annex I, nothing claimed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ninefold.base.errors import InputError
from ninefold.documents.blocks import Heading, Table
from ninefold.law.answers import Answers, parse
from ninefold.law.technical_file import build, points
from ninefold.model.measures import Measure, Provision
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.tasks.law_file import run
from tests.law.test_cases import TABLE

ROOT = Path(__file__).resolve().parents[2]
MAKER = parse({**TABLE["profiles"]["maker"], "core": "plc"})


def plant(**kept: dict[str, object]) -> Plant:
    measure = Measure(id="accounts", provides=(Provision(requirement="CR 1.1", level=2),))
    names = {key.replace("_", "-"): value for key, value in kept.items()}
    return Plant(system=System(name="plc-4"), measures=(measure,), law={"file": names})


def test_gaps_stand_first_and_every_point_is_there() -> None:
    document = build(plant(), MAKER)
    first = next(block for block in document.blocks if isinstance(block, Heading))
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert first.id == "missing"
    assert len(table.rows) == len(points(plant())) == 58


def test_a_point_of_part_one_two_may_be_left_out_only_with_a_reason() -> None:
    left_out = {item.id: item for item in points(plant(CRA_I_2g={"applies": "no"}))}["CRA-I-2g"]
    assert "Justify" in str(left_out.missing)
    kept = {item.id: item for item in points(plant(CRA_I_2g={"applies": "no", "text": "It processes no data."}))}
    assert kept["CRA-I-2g"].missing is None


def test_part_two_cannot_be_left_out() -> None:
    found = {item.id: item for item in points(plant(CRA_II_1={"applies": "no", "text": "We have no SBOM."}))}
    assert not found["CRA-II-1"].optional and found["CRA-II-1"].missing is not None
    shown = str(build(plant(CRA_II_1={"applies": "no", "text": "We have no SBOM."}), MAKER))
    assert "always" in shown


def test_a_measure_supports_but_closes_no_point() -> None:
    found = {item.id: item for item in points(plant())}["CRA-I-2d"]
    assert found.measures == ("accounts",) and found.missing is not None


@pytest.mark.parametrize("kept", [{"CRA_I_9": {}}, {"CRA_I_2g": {"applies": "perhaps"}}, {"CRA_I_2g": "no"}])
def test_what_is_wrong_in_the_workspace_is_said(kept: dict[str, dict[str, object]]) -> None:
    with pytest.raises(InputError):
        points(plant(**kept))


def test_no_file_where_the_act_does_not_apply() -> None:
    with pytest.raises(InputError):
        build(plant(), parse({"product": "no"}))
    assert build(plant(), Answers()).blocks


def test_files_come_in_both_languages(tmp_path: Path) -> None:
    names, missing = run(ROOT / "examples/pump-station", tmp_path, ("html", "xlsx"))
    assert len(names) == 4 and missing == 58
    german = (tmp_path / "cra-technical-documentation.de.html").read_text()
    assert "Technische Dokumentation" in german and "Zweckbestimmung" in german
