"""The command line's manners: one JSON document, exit codes, languages, help with examples."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ninefold.cli.main import COMMANDS, chosen_language, cli


def ninefold(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "ninefold", *arguments],
        capture_output=True, text=True, cwd=cwd, check=False, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None
    assert command.help
    leaves = getattr(command, "commands", {}).values() or [command]
    assert all(leaf.example.startswith("ninefold") for leaf in leaves)


def test_an_error_is_one_line_exit_2_and_one_json_document(tmp_path: Path) -> None:
    done = ninefold("-C", str(tmp_path), "status", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["schema"] == "ninefold.error/1"
    assert done.stderr.count("\n") == 1


def test_unknown_command_is_usage_error() -> None:
    assert ninefold("nonsense").returncode == 2


def test_language_is_flag_then_environment_then_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NINEFOLD_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "ninefold.yaml").write_text("format: 1\nsystem:\n  name: x\n  language: de  # comment\n")
    words = ["-C", str(tmp_path), "status"]
    assert chosen_language(words) == "de"
    monkeypatch.setenv("NINEFOLD_LANG", "en")
    assert chosen_language(words) == "en"
    assert chosen_language([*words, "--lang", "de"]) == "de"
    monkeypatch.delenv("NINEFOLD_LANG")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert chosen_language(["status"]) == "de"
