"""Killed writers, two writers at once, a repository that wants to harm: nothing is lost and nothing runs."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ninefold.base.digest import sha256
from ninefold.base.errors import InputError
from ninefold.workspace.edit import add_item
from ninefold.workspace.history import history, undo
from ninefold.workspace.load import load
from ninefold.workspace.rename import rename
from ninefold.workspace.transaction import Transaction, recover
from support import require

PRESS = Path(__file__).parent / "plants/press"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture
def press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NINEFOLD_CONFIG", str(tmp_path / "config"))
    return Path(shutil.copytree(PRESS, tmp_path / "press"))


def in_child(work: Callable[[], object]) -> int:
    """Run ``work`` in a forked process; its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
    os._exit(0)


def rename_forever(root: Path) -> None:
    while True:
        old = "hmi1" if "hmi1" in load(root, cache=False).asset else "hmi2"
        rename(root, old, "hmi2" if old == "hmi1" else "hmi1", author="Eva")


def is_whole(root: Path) -> None:
    """A rename touches two files; half of it would be an unknown reference."""
    plant = load(root, cache=False)
    assert len({"hmi1", "hmi2"} & set(plant.asset)) == 1


def test_kill_at_a_hundred_random_moments_leaves_a_whole_workspace(press: Path) -> None:
    chance = random.Random(9)
    begin = time.monotonic()
    rename(press, "hmi1", "hmi2", author="Eva")
    usual = time.monotonic() - begin  # seconds one change takes on this machine, now
    for _ in range(100):
        child = in_child(lambda: rename_forever(press))
        time.sleep(chance.uniform(0.0, max(0.03, min(usual, 0.5))))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        is_whole(press)
    recover(press)
    is_whole(press)
    fsck = subprocess.run(["git", "-C", str(press), "fsck", "--strict"], capture_output=True, text=True, check=False)
    assert fsck.returncode == 0, fsck.stderr
    dirty = subprocess.run(["git", "-C", str(press), "status", "--porcelain", "-uno"], capture_output=True, text=True)
    assert dirty.stdout == ""


def test_a_crash_at_each_single_step_leaves_a_whole_workspace(press: Path) -> None:
    """The process ends before the n-th durable step, for every n."""
    for step in range(1, 200):
        count = 0

        def crash_at(name: str, module: object, limit: int = step) -> None:
            real = getattr(module, name)

            def wrapped(*args: object, **more: object) -> object:
                nonlocal count
                count += 1
                if count == limit:
                    os._exit(77)
                return real(*args, **more)

            setattr(module, name, wrapped)

        def work() -> None:
            for name in ("fsync", "rename", "replace", "unlink", "mkdir", "link"):
                crash_at(name, os)
            recover(press)
            old = "hmi1" if "hmi1" in load(press, cache=False).asset else "hmi2"
            rename(press, old, "hmi2" if old == "hmi1" else "hmi1", author="Eva")

        _, status = os.waitpid(in_child(work), 0)
        is_whole(press)
        if os.waitstatus_to_exitcode(status) == 0:
            break
        assert os.waitstatus_to_exitcode(status) == 77
    assert 8 < step < 199
    subprocess.run(["git", "-C", str(press), "fsck", "--strict"], capture_output=True, check=True)
    assert not list((press / ".git").rglob("*.lock"))


def test_two_writers_at_once_lose_nothing(press: Path) -> None:
    def add(name: str) -> None:
        for number in range(15):
            item = {"id": f"{name}-{number}", "kind": "accept-risk", "subject": "plc1"}
            with Transaction(press, author=name, reason="add") as tx:
                tx.edit("decisions.yaml", lambda data, item=item: add_item(data, ("decisions",), item))  # type: ignore[misc]

    children = [in_child(lambda name=name: add(name)) for name in ("eva", "max")]  # type: ignore[misc]
    for _ in range(20):
        load(press, cache=False)  # a reader never sees half of a change
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert len(load(press).decisions) == 30
    assert len(history(press, most=100)) == 30


@pytest.mark.root
@pytest.mark.parametrize("size", [200_000, 100_000, 60_000, 45_000, 35_000])
def test_a_full_disk_is_told_and_finished_once_there_is_space(tmp_path: Path, size: int) -> None:
    """A real file system of 128 kB fills up: while writing the journal, the file, or the history."""
    require("root", hasattr(os, "geteuid") and os.geteuid() == 0 and sys.platform == "linux", "root on Linux")
    small, new = tmp_path / "small", random.Random(size).randbytes(size)
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)], check=True)
    try:
        with Transaction(small, author="Eva", reason="begin") as tx:
            tx.write("a.yaml", b"a: 1\n")
        with pytest.raises(InputError, match="No space left"), Transaction(small, author="Eva", reason="big") as tx:
            tx.write("a.yaml", new)
        assert (small / "a.yaml").read_bytes() in {b"a: 1\n", new}
        subprocess.run(["mount", "-o", "remount,size=4m", str(small)], check=True)
        finished = recover(small)
        assert (small / "a.yaml").read_bytes() == (new if size <= 60_000 else b"a: 1\n")
        assert len(history(small)) == (2 if size <= 60_000 else 1), finished
        subprocess.run(["git", "-C", str(small), "fsck", "--strict"], capture_output=True, check=True)
    finally:
        subprocess.run(["umount", str(small)], check=True)


HOSTILE = """
[core]
    repositoryformatversion = 0
    bare = false
    fsmonitor = {script}
    hooksPath = {hooks}
    sshCommand = {script}
    editor = {script}
    pager = {script}
[filter "bad"]
    clean = {script}
    smudge = {script}
    process = {script}
    required = true
[diff]
    external = {script}
[diff "bad"]
    textconv = {script}
[merge "bad"]
    driver = {script}
[commit]
    gpgSign = true
[gpg]
    program = {script}
[include]
    path = {outside}
[extensions]
    worktreeConfig = true
"""
HOOKS = (
    "pre-commit",
    "commit-msg",
    "post-commit",
    "reference-transaction",
    "post-index-change",
    "post-checkout",
    "update",
)


@pytest.fixture
def hostile(press: Path) -> tuple[Path, Path]:
    """A workspace that came with a .git in which everything that git may run, runs a script."""
    marker, script = press.parent / "it-ran", press.parent / "bad.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    script.chmod(0o755)
    subprocess.run(["git", "init", "-q", str(press)], check=True)
    hooks = press / ".git/hooks"
    for name in HOOKS:
        hooks.mkdir(exist_ok=True)
        (hooks / name).unlink(missing_ok=True)
        shutil.copy(script, hooks / name)
    (press.parent / "outside").write_text(f"[core]\n fsmonitor = {script}\n")
    config = HOSTILE.format(script=script, hooks=hooks, outside=press.parent / "outside")
    (press / ".git/config").write_text(config)
    (press / ".git/config.worktree").write_text(f"[core]\n hooksPath = {hooks}\n fsmonitor = {script}\n")
    (press / ".gitattributes").write_text("* filter=bad diff=bad merge=bad\n")
    return press, marker


def test_a_hostile_repository_runs_nothing(hostile: tuple[Path, Path]) -> None:
    root, marker = hostile
    load(root)
    rename(root, "hmi1", "hmi2", author="Eva")
    rename(root, "hmi2", "hmi3", author="Eva")
    undo(root, None, author="Eva")
    assert [entry.reason for entry in history(root)][-1] == "Edited by hand"
    assert len(history(root)) == 4
    assert "hmi2" in load(root).asset
    assert not marker.exists()
    subprocess.run(["git", "-C", str(root), "status"], capture_output=True, check=False)
    assert marker.exists(), "the trap itself works"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        (".git/config", "0.new"),
        (".GIT/hooks/x", "0.new"),
        ("../out", "0.new"),
        ("a/../../out", "0.new"),
        ("/tmp/out", "0.new"),
        (".ninefold/lock", "0.new"),
        ("a.yaml", "../../../../secret"),
        ("a.yaml", "1.new"),
    ],
)
def test_a_hostile_journal_reaches_nothing(press: Path, path: str, part: str) -> None:
    folder = press / ".ninefold/txn/000000000001-x"
    folder.mkdir(parents=True)
    (press.parent / "secret").write_bytes(b"secret")
    (folder / "1.new").symlink_to(press.parent / "secret")
    (folder / "0.new").write_bytes(b"secret")
    change = {"path": path, "before": "", "after": sha256(b"secret"), "part": part}
    journal = {"changes": [change], "author": "x", "reason": "x", "time": 1}
    (folder / "journal.json").write_text(json.dumps(journal))
    load(press)
    with contextlib.suppress(InputError):
        recover(press)
    assert not any(item.read_bytes() == b"secret" for item in press.glob("*") if item.is_file())
    assert not (press.parent / "out").exists()
    assert not (press / ".git").exists()


@pytest.mark.parametrize("kind", ["link", "file", "alternates", "worktree", "sha256", "config-link"])
def test_a_history_that_leads_elsewhere_is_not_written(press: Path, kind: str) -> None:
    other = press.parent / "victim"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    git = press / ".git"
    if kind == "link":
        git.symlink_to(other / ".git")
    elif kind == "file":
        git.write_text(f"gitdir: {other}/.git\n")
    else:
        subprocess.run(["git", "init", "-q", str(press)], check=True)
    if kind == "alternates":
        (git / "objects/info/alternates").write_text(f"{other}/.git/objects\n")
    if kind == "worktree":
        (git / "config").write_text(f"[core]\n\tworkTree = {other}\n")
    if kind == "sha256":
        (git / "config").write_text("[extensions]\n\tobjectFormat = sha256\n")
    if kind == "config-link":
        (git / "config").unlink()
        (git / "config").symlink_to(other / ".git/config")
    before = (press / "conduits.yaml").read_bytes()
    with pytest.raises(InputError, match="history"):
        rename(press, "hmi1", "hmi2", author="Eva")
    assert (press / "conduits.yaml").read_bytes() == before
    load(press)


def test_reading_never_touches_git(press: Path) -> None:
    program = (
        "import sys, subprocess\nfrom pathlib import Path\n"
        "subprocess.Popen = None\nfrom ninefold.workspace.load import load, faults\n"
        f"load(Path({str(press)!r}))\nfaults(Path({str(press)!r}))\n"
        "assert not any(name.startswith('dulwich') for name in sys.modules)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )


def test_reading_writes_nothing_where_it_must_not(press: Path) -> None:
    def look() -> set[str]:
        return {path.relative_to(press).as_posix() for path in press.rglob("*")}

    before = look()
    load(press, cache=False)
    assert look() == before
