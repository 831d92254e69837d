"""Bad input gives one clear line with place and advice, exit 2, and nothing is written."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_door import ninefold

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def station(tmp_path: Path) -> Path:
    target = tmp_path / "station"
    shutil.copytree(ROOT / "examples/pump-station", target)
    return target


def replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new, 1))

    return change


def empty(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).write_bytes(b"") and None


def folder(name: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / name).unlink()
        (root / name).mkdir()

    return change


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "broken YAML": (replace("conduits.yaml", "conduits:", "conduits: ]"), "conduits.yaml:1"),
    "unknown reference": (replace("conduits.yaml", "from: hmi", "from: hmmi"), "hmi"),
    "duplicate id": (replace("zones/control.yaml", "id: hmi", "id: plc"), "plc"),
    "cycle of zones": (replace("zones/control.yaml", "id: control", "id: control\n  parent: control"), "control"),
    "address outside its network": (replace("zones/control.yaml", "192.168.10.10", "192.168.99.10"), "192.168.99.10"),
    "unknown key": (replace("zones/control.yaml", "exposure:", "exposre:"), "exposure"),
    "duplicate key": (replace("ninefold.yaml", "format: 1", "format: 1\nformat: 1"), "format"),
    "a newer format": (replace("ninefold.yaml", "format: 1", "format: 7"), "7"),
    "0-byte file": (empty("ninefold.yaml"), "ninefold.yaml"),
    "folder instead of a file": (folder("conduits.yaml"), "conduits.yaml"),
    "bad port": (
        replace(
            "conduits.yaml",
            "service: modbus, purpose: Operate",
            "service: modbus, ports: [tcp/70000], purpose: Operate",
        ),
        "tcp/70000",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("command", ["check", "run"])
def test_fault_is_told_and_nothing_is_written(station: Path, name: str, command: str) -> None:
    change, told = FAULTS[name]
    change(station)
    before = listing(station)
    done = ninefold("-C", str(station), command)
    assert done.returncode == 2, done.stdout + done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 8
    assert listing(station) == before


def listing(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if ".ninefold" not in path.parts}


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.pcap", b""), ("short.pcap", b"\xd4\xc3\xb2\xa1\x02"), ("noise.pcap", b"not a capture at all")],
)
def test_a_bad_capture_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    done = ninefold("flows", str(tmp_path / name))
    assert done.returncode == 2
    assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert ninefold("flows", str(tmp_path)).returncode == 2
    assert ninefold("flows", str(tmp_path / "nothing.pcap")).returncode == 2
    assert ninefold("-C", str(tmp_path / "nowhere"), "status").returncode == 2


def test_a_hostile_git_runs_nothing(station: Path, tmp_path: Path) -> None:
    """Hooks, file-system monitors, filters, signing programs and outside configuration of a repository stay dead."""
    marker = tmp_path / "ran"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    assert ninefold("-C", str(station), "status").returncode == 0
    git = station / ".git"
    for name in ("hooks", "refs/heads", "objects"):
        (git / name).mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    for hook in ("pre-commit", "post-commit", "commit-msg", "post-index-change", "reference-transaction"):
        shutil.copy(script, git / "hooks" / hook)
    (git / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {script}\n\thooksPath = {git}/hooks\n"
        f"\teditor = {script}\n[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = {script}\n"
        f'[filter "x"]\n\tclean = {script}\n\tsmudge = {script}\n'
        f"[diff]\n\texternal = {script}\n[include]\n\tpath = {tmp_path}/more\n"
    )
    (station / ".gitattributes").write_text("* filter=x\n")
    for command in (["check"], ["status"], ["rename", "drive", "drive-1"], ["history"]):
        ninefold("-C", str(station), *command)
    assert not marker.exists()


def test_a_full_disk_is_told_and_nothing_is_lost(station: Path) -> None:
    """A file system without space: a limit on file size stands for it."""
    if os.name == "nt":
        pytest.skip("POSIX limits")
    import subprocess
    import sys

    before = (station / "zones/control.yaml").read_bytes()
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))\n"
        "from ninefold.cli.main import main\nmain(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", code, "-C", str(station), "rename", "drive", "drive-1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert (station / "zones/control.yaml").read_bytes() == before
    assert ninefold("-C", str(station), "check").returncode == 0
