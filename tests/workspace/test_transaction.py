"""Changing a workspace: all or nothing, nobody's work lost, one commit of exactly these files."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ninefold.base.errors import ConflictError, InputError
from ninefold.workspace.transaction import Transaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def transaction(root: Path, **more: object) -> Transaction:
    return Transaction(root, author="Eva <eva@example.org>", reason="test", clock=lambda: NOON, **more)  # type: ignore[arg-type]


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True).stdout


def test_a_change_is_one_commit_of_exactly_its_files(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("by hand\n")
    with transaction(tmp_path) as tx:
        tx.write("a.yaml", b"a: 1\n")
        tx.write("zones/b.yaml", b"b: 1\n")
    assert git(tmp_path, "show", "--name-only", "--format=%an|%ae|%s|%at").split() == [
        "Eva|eva@example.org|test|1772366400", ".gitignore", "a.yaml", "zones/b.yaml",
    ]  # fmt: skip
    assert git(tmp_path, "status", "--porcelain") == "?? other.yaml\n"
    git(tmp_path, "fsck", "--strict")
    with transaction(tmp_path) as tx:
        tx.edit("a.yaml", lambda data: data.replace(b"1", b"2"))
        tx.delete("zones/b.yaml")
    assert git(tmp_path, "show", "--name-status", "--format=").split() == ["M", "a.yaml", "D", "zones/b.yaml"]
    assert git(tmp_path, "status", "--porcelain") == "?? other.yaml\n"


def test_what_somebody_staged_stays_staged_and_uncommitted(tmp_path: Path) -> None:
    with transaction(tmp_path) as tx:
        tx.write("a.yaml", b"a: 1\n")
    (tmp_path / "mine.txt").write_text("x")
    git(tmp_path, "add", "mine.txt")
    with transaction(tmp_path) as tx:
        tx.write("a.yaml", b"a: 2\n")
    assert git(tmp_path, "status", "--porcelain") == "A  mine.txt\n"


def test_the_second_writer_is_told_with_a_difference(tmp_path: Path) -> None:
    with transaction(tmp_path) as tx:
        tx.write("a.yaml", b"a: 1\n")
    with pytest.raises(ConflictError) as caught, transaction(tmp_path) as tx:
        tx.edit("a.yaml", lambda data: data + b"b: 2\n")
        (tmp_path / "a.yaml").write_text("a: 9\n")
    assert "-a: 9" in str(caught.value)
    assert (tmp_path / "a.yaml").read_text() == "a: 9\n"
    with pytest.raises(ConflictError), transaction(tmp_path) as tx:
        tx.write("a.yaml", b"", base="0" * 64)


def test_an_exception_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction(tmp_path) as tx:
        tx.write("a.yaml", b"a: 1\n")
        1 / 0  # noqa: B018
    assert not (tmp_path / "a.yaml").exists()


@pytest.mark.parametrize("name", ["../x", "/etc/x", ".git/config", ".GIT/config", ".ninefold/x", ".", "link/x"])
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    root = tmp_path / "w"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(InputError), transaction(root) as tx:
        tx.write(name, b"x")


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    with transaction(tmp_path), pytest.raises(ConflictError, match="Another program"), transaction(tmp_path, wait=0.05):
        pass


def test_in_somebody_elses_repository_only_when_told(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    plant = tmp_path / "plants/p1"
    plant.mkdir(parents=True)
    with transaction(plant) as tx:
        tx.write("a.yaml", b"a: 1\n")
    assert git(tmp_path, "status", "--porcelain", "-uall").split() == ["??", "plants/p1/.ninefold/generation",
        "??", "plants/p1/.ninefold/lock", "??", "plants/p1/a.yaml"]  # fmt: skip
    with transaction(plant, commit_in_parent=True) as tx:
        tx.write("a.yaml", b"a: 2\n")
    assert git(tmp_path, "show", "--name-only", "--format=").split() == ["plants/p1/a.yaml"]


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with transaction(tmp_path) as tx:
        tx.write("a.yaml", b"a: 1\n")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"), transaction(tmp_path) as tx:
        tx.write("a.yaml", b"a: 2\n")
    monkeypatch.undo()
    assert (tmp_path / "a.yaml").read_text() == "a: 1\n"
    with transaction(tmp_path) as tx:
        assert tx.read("a.yaml") == b"a: 1\n"
