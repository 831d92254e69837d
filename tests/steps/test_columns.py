"""Which column of a list means what: shown, chosen, kept, and used again."""

from __future__ import annotations

from pathlib import Path

from ninefold.steps.columns import saved
from ninefold.steps.open import open_engine
from tests.steps.conftest import document, ninefold

LIST = "Name,IP address,Kennung,Notiz\nPLC 1,10.0.1.5,SN-0001,alt\nPanel,10.0.1.6,SN-0002,neu\n"


def test_chosen_columns_are_kept_and_used_again(tmp_path: Path) -> None:
    root, listed = tmp_path / "line", tmp_path / "devices.csv"
    listed.write_text(LIST, encoding="utf-8")
    ninefold(tmp_path, "init", str(root))
    arguments = ("evaluate", str(listed), "--columns", "Kennung=serial,Notiz=")
    columns = {row["heading"]: row for row in document(root, *arguments, expect=None)["columns"]}
    assert columns["IP address"]["why"] == "heading"
    assert (columns["Kennung"]["field"], columns["Kennung"]["why"]) == ("serial", "chosen")
    assert "Notiz" not in columns

    ninefold(root, *arguments, "--apply", expect=None)
    kept = saved(root)["devices.csv"]
    assert kept == {"Name": "title", "IP address": "address", "Kennung": "serial", "Notiz": ""}
    (imported,) = open_engine(root, twin=False).context.observed()
    assert imported.origin.name == "devices.csv"
    assert {f.value for h in imported.hosts for f in h.facts if f.key == "identity.serial"} == {"SN-0001", "SN-0002"}

    # another meaning written by hand counts for the next run, without a new import
    path = root / "sources/columns.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("serial", "order_number"), encoding="utf-8")
    (again,) = open_engine(root, twin=False).context.observed()
    assert {f.value for h in again.hosts for f in h.facts if f.key == "identity.order_number"} == {"SN-0001", "SN-0002"}


def test_a_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    root, listed = tmp_path / "line", tmp_path / "devices.csv"
    listed.write_text(LIST, encoding="utf-8")
    ninefold(tmp_path, "init", str(root))
    for wrong in ("Kenung=serial", "Kennung=no-such-field", "Kennung"):
        ninefold(root, "evaluate", str(listed), "--columns", wrong, expect=2)
