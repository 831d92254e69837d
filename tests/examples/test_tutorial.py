"""The tutorial is run as written: every command, and what it says is there in the same order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Each command of the ``console`` blocks with the lines that stand under it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip():
                found[-1][1].append(line)
    return found


def plain(text: str) -> str:
    """One space between words; neither frames of tables nor line breaks count."""
    return " ".join(re.sub(r"[│┃|─━┄┼╇┏┓└┘├┤┡┩]", " ", text).split())


def missing(output: str, expected: list[str]) -> str:
    """The first expected line that the output does not hold in its place; "" when all are there."""
    rest = plain(output)
    for line in expected:
        pattern = r"[\s\S]*?".join(re.escape(plain(part)) for part in line.split("..."))
        hit = re.search(pattern, rest)
        if not hit:
            return line
        rest = rest[hit.end() :]
    return ""


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    program = tmp_path / "bin" / "ninefold"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from ninefold.cli.main import main; main()" "$@"\n')
    program.chmod(0o755)
    search = os.pathsep.join(item for item in sys.path if item)
    (tmp_path / "home").mkdir()
    return {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": search,
        "HOME": str(tmp_path / "home"),
        "LANG": "C.UTF-8",
        "COLUMNS": "250",
        "NINEFOLD_AUTHOR": "Tutorial <tutorial@example.org>",
    }


def test_the_reader_finds_commands_and_their_answers() -> None:
    assert commands("```console\n$ a b\nfirst ...\n$ c\n```\n") == [("a b", ["first ..."]), ("c", [])]
    assert missing("one  two │ three", ["one two three"]) == ""
    assert missing("one two", ["two", "one"]) == "one"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the tutorial is written for a POSIX shell")
def test_the_tutorial_is_true(shell: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path
    for command, expected in commands(TUTORIAL.read_text(encoding="utf-8")):
        if command.startswith("cd "):
            folder = folder / command[3:].strip()
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=shell,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        output = done.stdout
        lost = missing(output, expected)
        assert not lost, f"$ {command}\nwithout: {lost}\n{output}"
        assert "Ninefold failed" not in output, f"$ {command}\n{output}"
