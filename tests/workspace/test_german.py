"""Faults can be read in German, with the same places."""

from __future__ import annotations

import shutil
from pathlib import Path

from ninefold.base.i18n import speaking
from ninefold.workspace.load import faults

PRESS = Path(__file__).parent / "plants/press"


def test_a_fault_in_german(tmp_path: Path) -> None:
    root = Path(shutil.copytree(PRESS, tmp_path / "press"))
    path = root / "conduits.yaml"
    path.write_text(path.read_text().replace("to: hmi1", "to: hmi2"))
    with speaking("de"):
        assert [str(error) for error in faults(root)] == [
            "conduits.yaml:5:33: 'hmi2' ist nicht bekannt (bei 'to'). Meinten Sie 'hmi1'?"
        ]
