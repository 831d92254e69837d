"""Imported files are kept with digest, size and origin; large ones stay out of the history."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ninefold.workspace.history import history
from ninefold.workspace.imports import INDEX, index, keep
from ninefold.workspace.machines import machines_of
from ninefold.workspace.transaction import Transaction


def take(root: Path, path: Path) -> str:
    with Transaction(root, author="Eva", reason="import") as change:
        return keep(change, path, origin="recorded at the machine")


def test_a_source_is_kept_once_with_its_digest(tmp_path: Path) -> None:
    root, scan = tmp_path / "plant", tmp_path / "scan.xml"
    root.mkdir()
    scan.write_bytes(b"<nmaprun/>")
    assert take(root, scan) == take(root, scan) == "sources/scan.xml"
    scan.write_bytes(b"<nmaprun>2</nmaprun>")
    second = take(root, scan)
    assert second.startswith("sources/")
    assert second != "sources/scan.xml"
    found = index((root / INDEX).read_bytes())
    assert found["scan.xml"]["size"] == "10"
    assert found["scan.xml"]["origin"] == "recorded at the machine"
    assert len(found) == 2
    assert len(history(root)) == 2


def test_large_files_stay_out_of_the_history(tmp_path: Path) -> None:
    root, capture = tmp_path / "plant", tmp_path / "big.pcap"
    root.mkdir()
    capture.write_bytes(b"\x00" * 6_000_000)
    take(root, capture)
    assert (root / "sources/big.pcap").stat().st_size == 6_000_000
    names = subprocess.run(
        ["git", "-C", str(root), "ls-files"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert names == [".gitignore", "sources/index.yaml"]


def test_hand_edits_are_never_swept_into_our_commit(tmp_path: Path) -> None:
    with Transaction(tmp_path, author="Eva", reason="begin") as change:
        change.write("a.yaml", b"a: 1\n")
    (tmp_path / "a.yaml").write_bytes(b"a: 1\nb: 2\n")
    with Transaction(tmp_path, author="Eva", reason="ours") as change:
        change.edit("a.yaml", lambda data: data + b"c: 3\n")
    assert [entry.reason for entry in history(tmp_path)] == ["ours", "Edited by hand", "begin"]
    words = ["git", "-C", str(tmp_path), "show", "--format=", "-U0", "HEAD"]
    shown = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line for line in shown if line.startswith("+") and not line.startswith("+++")] == ["+c: 3"]


def test_a_type_knows_its_machines(tmp_path: Path) -> None:
    for name, base in (("type", ""), ("option", "../type"), ("sn1", "../option"), ("sn2", "../type"), ("other", "")):
        (tmp_path / name).mkdir()
        line = f"base: {base}\n" if base else ""
        (tmp_path / name / "ninefold.yaml").write_text(f"format: 1\n{line}system: {{name: {name}}}\n")
    assert [path.name for path in machines_of(tmp_path / "type")] == ["option", "sn1", "sn2"]
    assert machines_of(tmp_path / "other") == ()
