"""Opening a workspace: values survive as written, every fault is named with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ninefold.base.errors import FaultsError, InputError
from ninefold.model.vocabulary import AssetKind
from ninefold.workspace.load import faults, load

PRESS = Path(__file__).parent / "plants/press"
Copy = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NINEFOLD_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def press(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PRESS, tmp_path / "press"))


def change(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new, 1))


def test_values_stay_what_people_wrote(press: Path) -> None:
    plant = load(press)
    plc = plant.asset["plc1"]
    assert (plc.kind, plc.zone, plc.firmware, plc.order_number) == (AssetKind.PLC, "control", "2.10", "6E10")
    assert plc.interfaces[0].mac == "10:20:30:40:50:55"
    assert plant.network["net-control"].vlan == "010"
    assert plant.system.organisation.country == "NO"
    assert str(plant.places["hmi1"]) == "zones/control.yaml:16:9"
    assert str(plant.places["f2"]) == "conduits.yaml:6:14"


def test_the_cache_gives_the_same_plant_until_the_text_changes(press: Path) -> None:
    first = load(press, cache=False)
    assert load(press) == first
    assert (press / ".ninefold/cache/plant.bin").exists()
    assert load(press) == first
    change(press, "zones/control.yaml", "Control", "Steuerung")
    assert load(press).zone["control"].title == "Steuerung"


def test_a_cache_brought_by_somebody_else_is_not_believed(press: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(press)
    monkeypatch.setenv("NINEFOLD_CONFIG", str(press.parent / "another-user"))
    cache = press / ".ninefold/cache/plant.bin"
    data = bytearray(cache.read_bytes())
    data[data.index(b"Siemens") :][:7] = b"Phoenix"
    cache.write_bytes(data.replace(b"Siemens", b"Phoenix"))
    assert load(press).asset["plc1"].vendor == "Siemens"


CASES = [
    ("zones/control.yaml", "kind: plc", "kind: [plc", "bad-yaml", ""),
    ("zones/control.yaml", "kind: plc", "kind: pcl", "bad-value", "zones/control.yaml:8:11"),
    ("zones/control.yaml", "vendor:", "vender:", "unknown-key", "zones/control.yaml:9:5"),
    ("zones/control.yaml", "id: hmi1", "id: plc1", "duplicate-id", "zones/control.yaml:16:9"),
    ("zones/control.yaml", "    kind: hmi\n", "", "missing-key", "zones/control.yaml:16:5"),
    ("zones/control.yaml", "10.0.1.10", "10.0.2.10", "outside-network", "zones/control.yaml:12:14"),
    ("zones/control.yaml", "10.0.1.11", "10.0.1.10", "duplicate-address", "zones/control.yaml:19:41"),
    ("zones/control.yaml", "10:20:30:40:50:55", "10:20:30", "bad-mac", "zones/control.yaml:14:10"),
    ("zones/control.yaml", "vendor: Siemens", "vendor: &v Siemens", "anchor", "zones/control.yaml:9:13"),
    ("zones/control.yaml", "vendor: Siemens", "vendor: !!str Siemens", "tag", "zones/control.yaml:9:13"),
    ("zones/control.yaml", "vendor: Siemens", "kind: hmi", "duplicate-key", "zones/control.yaml:9:5"),
    ("zones/control.yaml", "  title: Control", "  parent: control", "zone-cycle", "zones/control.yaml:3:11"),
    ("zones/office.yaml", "kind: workstation", "kind: workstation, zone: control", "other-zone", ""),
    ("conduits.yaml", "to: hmi1", "to: hmi2", "unknown-reference", "conduits.yaml:5:33"),
    ("conduits.yaml", "service: https", "service: htps", "unknown-reference", "conduits.yaml:5:48"),
    ("conduits.yaml", "purpose: reports", "ports: [tcp/99999]", "bad-port", "conduits.yaml:5:62"),
    ("conduits.yaml", "purpose: reports", "until: 31.12.2027", "bad-date", "conduits.yaml:5:62"),
    ("networks.yaml", "10.0.1.0/24", "10.0.1.4/24", "bad-subnet", "networks.yaml:2:31"),
    ("networks.yaml", "010", "5000", "bad-vlan", "networks.yaml:2:50"),
    ("functions.yaml", "rating: 3", "rating: 6", "out-of-range", "functions.yaml:6:54"),
    ("functions.yaml", "rating: 3", "rating: high", "bad-value", "functions.yaml:6:54"),
    ("ninefold.yaml", "format: 1", "format: 2", "newer-format", "ninefold.yaml:1:9"),
    ("ninefold.yaml", "  name: press\n", "", "missing-key", "ninefold.yaml:3:3"),
    ("networks.yaml", "10.0.1.1}", "10.0.1.10}", "duplicate-address", "networks.yaml:8:53"),
]


@pytest.mark.parametrize(("name", "old", "new", "code", "place"), CASES)
def test_each_fault_has_one_line_with_place_and_advice(
    press: Path, name: str, old: str, new: str, code: str, place: str
) -> None:
    change(press, name, old, new)
    with pytest.raises(FaultsError) as caught:
        load(press)
    errors = caught.value.errors
    found = next(error for error in errors if error.code == code)
    assert len(errors) == 1 or code == "duplicate-id"  # what named the lost id is then unknown, too
    assert str(found.place) == place or not place
    assert "\n" not in str(found)
    assert caught.value.exit_code == 2


def test_all_faults_are_told_in_one_run(press: Path) -> None:
    for name, old, new, *_ in (CASES[1], CASES[5], CASES[13], CASES[18], CASES[20]):
        change(press, name, old, new)
    assert [error.code for error in faults(press)] == [
        "unknown-reference", "bad-value", "bad-vlan", "bad-value", "outside-network",
    ]  # fmt: skip


def test_an_unreadable_file_causes_no_false_faults_elsewhere(press: Path) -> None:
    (press / "zones/control.yaml").write_bytes(b"")
    assert [(error.code, str(error.place)) for error in faults(press)] == [("empty-file", "zones/control.yaml")]
    (press / "zones/control.yaml").unlink()
    (press / "zones/control.yaml").mkdir()
    assert [(error.code, str(error.place)) for error in faults(press)] == [("is-directory", "zones/control.yaml")]


def test_a_folder_that_is_no_workspace_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no workspace"):
        load(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        load(tmp_path / "nowhere")


def test_an_alias_bomb_and_a_deep_nest_cost_nothing(press: Path) -> None:
    (press / "law.yaml").write_text("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    assert [error.code for error in faults(press)] == ["anchor"]
    (press / "law.yaml").write_text("a: " + "[" * 100_000)
    assert [error.code for error in faults(press)] == ["too-deep"]
    (press / "law.yaml").write_text("- " * 10_000 + "x")
    assert [error.code for error in faults(press)] == ["too-deep"]


def test_a_link_out_of_the_workspace_is_not_followed(press: Path) -> None:
    (press / "law.yaml").symlink_to("/etc/hostname")
    assert [error.code for error in faults(press)] == ["path-escape"]


def test_a_mistyped_file_name_is_noticed(press: Path) -> None:
    (press / "conduits.yaml").rename(press / "conduit.yaml")
    assert [(error.code, error.advice) for error in faults(press)] == [
        ("unknown-file", "Did you mean 'conduits.yaml'?")
    ]


def test_a_machine_stores_only_its_differences_to_its_type(press: Path) -> None:
    machine = press.parent / "machine-7"
    (machine / "zones").mkdir(parents=True)
    (machine / "ninefold.yaml").write_text("format: 1\nbase: ../press\nwithout: [f1]\nsystem:\n  serial_number: 0007\n")
    (machine / "zones/control.yaml").write_text(
        "zone: {id: control}\nassets:\n  - {id: plc1, firmware: 2.11}\n"
        "  - {id: cam1, kind: camera, address: 10.0.1.30, network: net-control}\n"
    )
    plant = load(machine)
    assert (plant.system.name, plant.system.serial_number) == ("press", "0007")
    assert (plant.asset["plc1"].vendor, plant.asset["plc1"].firmware) == ("Siemens", "2.11")
    assert plant.asset["cam1"].zone == "control"
    assert [flow.id for _, flow in plant.flows] == ["f2"]
    assert load(machine) == plant
    change(press, "zones/control.yaml", "Siemens", "Beckhoff")
    assert load(machine).asset["plc1"].vendor == "Beckhoff"


def test_bases_in_a_circle_are_refused(press: Path) -> None:
    change(press, "ninefold.yaml", "format: 1", "format: 1\nbase: ../press")
    assert [error.code for error in faults(press)] == ["base-cycle"]
    change(press, "ninefold.yaml", "../press", "../gone")
    assert [error.code for error in faults(press)] == ["no-base"]


def test_an_inventory_may_be_a_workbook(press: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Geräte"  # type: ignore[union-attr]
    book.active.append(["id", "kind", "zone", "firmware"])  # type: ignore[union-attr]
    book.active.append(["io1", "remote-io", "control", "2.10"])  # type: ignore[union-attr]
    book.save(press / "inventory.xlsx")
    (press / "inventory.yaml").write_text("sheet: Geräte\n")
    assert load(press).asset["io1"].firmware == "2.10"
    (press / "inventory.yaml").write_text("sheet: Gerate\n")
    assert [(error.code, error.advice) for error in faults(press)] == [("no-sheet", "Did you mean 'Geräte'?")]
    (press / "inventory.xlsx").write_bytes(b"PK\x03\x04 truncated")
    assert len(faults(press)) == 1


def test_a_large_inventory_stays_a_table(press: Path) -> None:
    (press / "inventory.csv").write_text(
        "Device;Type;IP;Net;Zone\nio1;ET200;10.0.1.40;net-control;control\nio2;ET200;10.0.1.41;net-control;\nplc1;;;;\n"
    )
    (press / "inventory.yaml").write_text(
        "columns: {id: Device, kind: Type, address: IP, network: Net, zone: Zone}\nkinds: {ET200: remote-io}\n"
    )
    assert [(error.code, str(error.place)) for error in faults(press)] == [("no-zone", "inventory.csv:3:1")]
    change(press, "inventory.yaml", "kinds:", "zone: control\nkinds:")
    plant = load(press)
    assert plant.asset["io2"].kind is AssetKind.REMOTE_IO
    assert plant.asset["plc1"].vendor == "Siemens"
