"""A working copy of an example, and the command line inside it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def own_keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and settings of the person who runs the tests stay out of them."""
    monkeypatch.setenv("NINEFOLD_CONFIG", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("NINEFOLD_LANG", "en")
    monkeypatch.setenv("NINEFOLD_NO_TWIN", "1")


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Path]:
    """``example("pump-station")`` is a fresh copy of that example."""

    def copy(name: str) -> Path:
        target = tmp_path / name
        shutil.copytree(ROOT / "examples" / name, target)
        return target

    return copy


def ninefold(root: Path, *words: str, expect: int | None = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a workspace; the exit code must be ``expect``."""
    done = subprocess.run(
        [sys.executable, "-m", "ninefold", "-C", str(root), *words],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert expect is None or done.returncode == expect, done.stdout[-2000:] + done.stderr[-2000:]
    return done


def document(root: Path, *words: str, expect: int | None = 0) -> dict[str, Any]:
    """The JSON document of a command."""
    found: dict[str, Any] = json.loads(ninefold(root, *words, "--json", expect=expect).stdout)
    return found


def states(root: Path) -> dict[str, str]:
    """Step -> state."""
    return {row["step"]: row["state"] for row in document(root, "status")["steps"]}
