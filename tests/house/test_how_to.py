"""The how-to pages are run as written, like the tutorial."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.examples.test_tutorial import commands, missing, shell

PAGES = sorted((Path(__file__).parents[2] / "docs/how-to").glob("*.md"))
__all__ = ["shell"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_page_is_true(page: Path, shell: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path
    environment = {**shell, "NINEFOLD_NO_TWIN": "1"}
    for command, expected in commands(page.read_text(encoding="utf-8")):
        if command.startswith("cd "):
            folder = folder / command[3:].strip()
            continue
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, text=True, timeout=300, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        lost = missing(done.stdout, expected)
        assert not lost, f"$ {command}\nwithout: {lost}\n{done.stdout}"
        assert "Ninefold failed" not in done.stdout, done.stdout
