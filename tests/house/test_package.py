"""The wheel holds everything it needs; nothing calls out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

NO_NETWORK = """
import socket, sys
def refuse(*words, **more):
    raise AssertionError(f"a network call: {words[1:]}")
for name in ("connect", "connect_ex", "sendto", "bind"):
    setattr(socket.socket, name, refuse)
socket.getaddrinfo = socket.create_connection = refuse
from ninefold.cli.main import main
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    ignore = shutil.ignore_patterns(".venv", ".git", "demo", "dist", "__pycache__", ".*_cache", ".hypothesis", "home")
    shutil.copytree(ROOT, source, ignore=ignore)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def run(code: str, *words: str, path: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(path),
        "NINEFOLD_NO_TWIN": "1",
        "NINEFOLD_CONFIG": str(cwd / "config"),
    }
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )


def test_wheel_holds_data_examples_and_languages(unpacked: Path) -> None:
    package = unpacked / "ninefold"
    for name in (
        "examples/packaging-line/sources/capture-control.pcapng",
        "standards/data/iec62443_3_3.csv",
        "base/locale/de/LC_MESSAGES/workspace.mo",
        "py.typed",
    ):
        assert (package / name).is_file(), name
    assert list((package / "vendor").rglob("*.js"))
    assert list((unpacked).glob("*.dist-info/licenses/LICENSE"))


def test_wheel_runs_all_nine_steps_without_a_network(unpacked: Path, tmp_path: Path) -> None:
    for words in (["init", "station", "--blueprint", "pump-station"], ["-C", "station", "run", "--brief"]):
        done = run(NO_NETWORK, *words, path=unpacked, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "station/build/6-concept/security-concept.pdf").is_file()
