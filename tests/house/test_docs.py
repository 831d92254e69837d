"""Documents do not lie: links lead somewhere, commands exist, generated pages are current."""

from __future__ import annotations

import re
import runpy
import subprocess
from pathlib import Path

import pytest

from ninefold.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), target


def test_readme_begins_with_the_two_commands_and_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert [line.split("#")[0].strip() for line in blocks[0].splitlines()] == ["make demo", "make test"]
    named = set(
        re.findall(r"ninefold (?:-C \S+ )?([a-z]+)", " ".join(re.findall(r"`([^`]+)`|^(ninefold.*)$", text)[0]))
    )
    named |= set(re.findall(r"`ninefold (?:-C \S+ )?([a-z]+)", text))
    assert named <= set(COMMANDS)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z-]+)", text):
        assert f"\n{target}:" in makefile


def test_generated_reference_is_current() -> None:
    made = runpy.run_path(str(ROOT / "tools/generate_reference.py"))
    for name, content in made["files"]().items():
        assert (ROOT / "docs/reference" / name).read_text(encoding="utf-8") == content, f"run make docs ({name})"


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert sorted(numbers) == sorted(set(numbers))


def test_the_repository_speaks_of_the_project_alone() -> None:
    """No paths of a machine and no hosts of package registries."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    words = [
        "/wo" + "rk/",
        "/ro" + "ot/",
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npm" + "js",
        "deb.deb" + "ian.org",
    ]
    for name in filter(None, files):
        path = ROOT / name
        if path.suffix in {".pcapng", ".woff2", ".ttf", ".otf", ".mo", ".png", ".xlsx", ".zst", ".gz", ".bin"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        if "vendor" not in path.parts:
            assert [word for word in words if word in text] == [], name
