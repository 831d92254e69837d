"""Edits touch only the lines they must; renames reach every reference; changes can be taken back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.base.errors import ConflictError, InputError
from ninefold.workspace import migrations
from ninefold.workspace.edit import add_item, remove_item, set_field
from ninefold.workspace.history import history, undo
from ninefold.workspace.load import load
from ninefold.workspace.migrate import migrate
from ninefold.workspace.rename import rename
from ninefold.workspace.splice import read_back, render
from ninefold.workspace.transaction import Transaction

PRESS = Path(__file__).parent / "plants/press"
TEXT = b"""# the plant
conduits:
  # first
  - id: c1   # remark
    title: 'Old "one"'
    flows:
      - {id: f1, from: a, to: b}   # keep me
      - id: f2
        from: b
        ports: [tcp/1, tcp/2]

  # last
  - {id: c2}
"""


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NINEFOLD_CONFIG", str(tmp_path / "config"))
    root = tmp_path / "press"
    files = {path.relative_to(PRESS).as_posix(): path.read_bytes() for path in PRESS.rglob("*.yaml")}
    root.mkdir()
    with Transaction(root, author="Eva", reason="begin") as tx:
        for name, data in files.items():
            tx.write(name, data)
    return root


def changed_lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    old, new = before.decode().splitlines(), after.decode().splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


EDITS = [
    (("conduits", "c1"), "title", "New", ["    title: 'Old \"one\"'"], ["    title: 'New'"]),
    (("conduits", "c1"), "title", None, ["    title: 'Old \"one\"'"], []),
    (("conduits", "c1"), "owner", "Eva: shift #2", [], ['    owner: "Eva: shift #2"']),
    (("conduits", "c1", "flows", "f1"), "to", "z", ["      - {id: f1, from: a, to: b}   # keep me"],
     ["      - {id: f1, from: a, to: z}   # keep me"]),
    (("conduits", "c1", "flows", "f1"), "log", True, ["      - {id: f1, from: a, to: b}   # keep me"],
     ["      - {id: f1, from: a, to: b, log: true}   # keep me"]),
    (("conduits", "c1", "flows", "f2"), "ports", ["tcp/3"], ["        ports: [tcp/1, tcp/2]"],
     ["        ports: [tcp/3]"]),
    (("conduits", "c1", "flows", "f2"), "until", "2027-01-01", [], ["        until: 2027-01-01"]),
    (("conduits", "c2"), "title", "x", ["  - {id: c2}"], ["  - {id: c2, title: x}"]),
    (("conduits", "c1", "flows", "f2"), "from", None, ["        from: b"], []),
]  # fmt: skip


@pytest.mark.parametrize(("where", "key", "value", "gone", "new"), EDITS)
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_setting_a_field_touches_only_its_line(
    where: tuple[str, ...], key: str, value: object, gone: list[str], new: list[str], newline: bytes
) -> None:
    before = TEXT.replace(b"\n", newline)
    after = set_field(before, where, key, value)
    assert changed_lines(before, after) == (gone, new)
    assert after.count(b"\r\n") in {0, after.count(b"\n")}


def test_adding_and_removing_items() -> None:
    more = add_item(TEXT, ("conduits", "c1", "flows"), {"id": "f3", "from": "x", "to": "y"})
    assert changed_lines(TEXT, more) == ([], ["      - id: f3", "        from: x", "        to: y"])
    assert remove_item(more, ("conduits", "c1", "flows", "f3")) == TEXT
    assert changed_lines(TEXT, remove_item(TEXT, ("conduits", "c2")))[0] == ["  - {id: c2}"]
    flows = add_item(TEXT, ("conduits", "c2", "flows"), {"id": "f9"})
    assert changed_lines(TEXT, flows)[1] == ["  - {id: c2, flows: [{id: f9}]}"]
    lists = add_item(b"networks: []\n", ("networks",), {"id": "n1"})
    assert read_back(lists, "x") == {"networks": [{"id": "n1"}]}
    assert read_back(add_item(b"", ("networks",), {"id": "n1"}), "x") == {"networks": [{"id": "n1"}]}
    with pytest.raises(InputError):
        set_field(TEXT, ("conduits", "c9"), "title", "x")


@given(st.text(max_size=30))
def test_every_text_survives_being_written(value: str) -> None:
    assert (
        read_back(f"k: {render(value)}\n".encode("utf-8", "surrogatepass"), "x") == {"k": value}
        if _utf8(value)
        else True
    )
    if _utf8(value):
        assert read_back(f"[{render(value)}, b]".encode(), "x") == [value, "b"]


def _utf8(value: str) -> bool:
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in value)


@settings(max_examples=60)
@given(
    st.sampled_from([edit[0] for edit in EDITS]),
    st.sampled_from(["title", "from", "ports", "owner", "note"]),
    st.one_of(
        st.none(), st.text(st.characters(codec="utf-8"), max_size=12), st.lists(st.sampled_from("abc"), min_size=1)
    ),
)
def test_an_edit_keeps_every_comment(where: tuple[str, ...], key: str, value: object) -> None:
    after = set_field(TEXT, where, key, value)
    for comment in (b"# the plant", b"# first", b"# remark", b"# keep me", b"# last"):
        assert comment in after


def test_rename_reaches_every_reference_and_nothing_else(press: Path) -> None:
    title = (press / "zones/control.yaml").read_bytes().replace(b"vendor: Siemens", b"vendor: plc1")
    (press / "zones/control.yaml").write_bytes(title)
    assert rename(press, "plc1", "plc-main", author="Eva") == ["conduits.yaml", "functions.yaml", "zones/control.yaml"]
    plant = load(press)
    assert (plant.asset["plc-main"].vendor, plant.function["pressing"].supported_by) == ("plc1", ("plc-main",))
    assert b"kind: plc # the main controller" in (press / "zones/control.yaml").read_bytes()
    with pytest.raises(InputError):
        rename(press, "plc1", "x", author="Eva")
    with pytest.raises(InputError):
        rename(press, "hmi1", "plc-main", author="Eva")


def test_rename_reaches_decisions_and_measures(press: Path) -> None:
    (press / "decisions.yaml").write_text(
        "decisions:\n  - {id: d1, kind: accept-risk, subject: t1@control}\n"
        "  - {id: d2, kind: not-applicable, subject: control/SR 2.2}\n"
    )
    (press / "measures.yaml").write_text("measures:\n  - {id: m1, components: [fw1, control]}\n")
    rename(press, "control", "cell", author="Eva")
    plant = load(press)
    assert [item.subject for item in plant.decisions] == ["t1@cell", "cell/SR 2.2"]
    assert plant.measures[0].components == ("fw1", "cell")


def test_renaming_a_zone_renames_its_file(press: Path) -> None:
    assert rename(press, "control", "steuerung", author="Eva") == [
        "networks.yaml", "zones/control.yaml", "zones/steuerung.yaml",
    ]  # fmt: skip
    assert load(press).network["net-control"].zone == "steuerung"
    undo(press, None, author="Eva")
    assert load(press).asset["plc1"].zone == "control"


def test_history_tells_and_undo_takes_back(press: Path) -> None:
    before = (press / "conduits.yaml").read_bytes()
    with Transaction(press, author="Max <m@example.org>", reason="other service") as tx:
        tx.edit("conduits.yaml", lambda data: set_field(data, ("conduits", "c1", "flows", "f1"), "service", "ssh"))
    newest = history(press)[0]
    assert (newest.author, newest.reason, newest.files) == ("Max <m@example.org>", "other service", ("conduits.yaml",))
    assert undo(press, newest.id[:8], author="Eva") == ["conduits.yaml"]
    assert (press / "conduits.yaml").read_bytes() == before
    assert history(press)[0].reason == "Take back: other service"
    with pytest.raises(ConflictError):
        undo(press, newest.id, author="Eva")
    with pytest.raises(InputError, match="first change"):
        undo(press, history(press)[-1].id, author="Eva")
    with pytest.raises(InputError, match="no such change"):
        undo(press, "ffff", author="Eva")


def test_undo_again_goes_further_back_and_an_undo_can_be_undone(press: Path) -> None:
    flow = ("conduits", "c1", "flows", "f1")
    for service in ("ssh", "rdp"):
        with Transaction(press, author="Max", reason=service) as tx:
            tx.write("conduits.yaml", set_field(tx.read("conduits.yaml") or b"", flow, "service", service))
    undo(press, None, author="Eva")
    assert load(press).conduit["c1"].flows[0].service == "ssh"
    undo(press, None, author="Eva")
    assert load(press).conduit["c1"].flows[0].service == "https"
    undo(press, history(press)[0].id, author="Eva")
    assert load(press).conduit["c1"].flows[0].service == "ssh"


def test_an_older_format_is_read_and_written_only_after_migration(press: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def titles(files: object) -> dict[str, bytes | None]:
        main = files["ninefold.yaml"]  # type: ignore[index]
        return {"ninefold.yaml": main.replace(b"heading:", b"title:")}

    text = (press / "ninefold.yaml").read_bytes()
    (press / "ninefold.yaml").write_bytes(text.replace(b"format: 1", b"format: 0").replace(b"title:", b"heading:"))
    monkeypatch.setitem(migrations.MIGRATIONS, 0, titles)
    assert load(press).system.title == "Hydraulic press"
    with pytest.raises(InputError, match="only read"), Transaction(press, author="Eva", reason="x"):
        pass
    assert migrate(press, author="Eva", dry_run=True) == ["ninefold.yaml"]
    assert b"format: 0" in (press / "ninefold.yaml").read_bytes()
    assert migrate(press, author="Eva") == ["ninefold.yaml"]
    assert (press / "ninefold.yaml").read_bytes() == text
    assert migrate(press, author="Eva") == []
    shutil.rmtree(press / ".ninefold")
    assert load(press).system.title == "Hydraulic press"
