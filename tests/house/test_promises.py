"""Promises of the whole house: it starts on any platform, calls nobody, and its German is complete."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "src/ninefold/base/locale/de/LC_MESSAGES"

HIDE_POSIX = """
import asyncio, concurrent.futures.process, getpass, importlib.abc, logging.handlers, multiprocessing, os
import shutil, socket, ssl, subprocess, sys, tempfile  # the standard library chose its POSIX halves
POSIX = {"fcntl", "pwd", "grp", "resource", "termios", "pty", "syslog", "posix_ipc"}
class Hide(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in POSIX:
            raise ModuleNotFoundError(f"No module named {name!r} (hidden: Windows)", name=name)
for name in POSIX:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hide())
import types
sys.modules["msvcrt"] = types.SimpleNamespace(LK_NBLCK=2, locking=lambda *_: None)
for name in ("fork", "geteuid", "getuid", "setns", "unshare", "O_DIRECTORY"):
    if hasattr(os, name):
        delattr(os, name)
"""


def run_python(code: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin", "HOME": str(cwd or ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, cwd=cwd, check=False
    )


def modules() -> list[str]:
    files = sorted((ROOT / "src/ninefold").rglob("*.py"))
    names = [".".join(file.relative_to(ROOT / "src").with_suffix("").parts) for file in files]
    # what alembic runs inside itself is no module of ours
    return [name.removesuffix(".__init__") for name in names if not name.endswith(("__main__", "observations.env"))]


def test_every_module_imports_without_posix() -> None:
    """On Windows nothing may fail at import; what needs Linux says so when it is called."""
    code = HIDE_POSIX + "import importlib\nfor name in sys.argv[1:]:\n    importlib.import_module(name)\n"
    done = run_python(code, *modules())
    assert done.returncode == 0, done.stderr[-2000:]


def test_start_up_is_quick_and_light() -> None:
    """Heavy libraries are imported only by the command that needs them."""
    heavy = "numpy sqlalchemy oxidd highspy typst docx openpyxl rich dulwich cryptography jsonschema_rs fontTools"
    code = (
        "import sys\nfrom ninefold.cli.main import cli\n"
        f"loaded=[n for n in {heavy.split()!r} if n in sys.modules]\nassert not loaded, loaded\n"
    )
    done = run_python(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("catalogue", sorted(LOCALE.glob("*.po")), ids=lambda path: path.stem)
def test_german_is_complete_and_compiled(catalogue: Path) -> None:
    """Each message has a German text with the same placeholders; the compiled file is the one of this source."""
    import gettext
    import re

    from babel.messages.pofile import read_po

    with catalogue.open("rb") as stream:
        entries = [entry for entry in read_po(stream) if entry.id]
    with catalogue.with_suffix(".mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    holes = re.compile(r"\{(\w+)")
    for entry in entries:
        assert entry.string, f"no German for {entry.id!r}"
        assert not entry.fuzzy, f"fuzzy: {entry.id!r}"
        assert set(holes.findall(entry.id)) == set(holes.findall(entry.string)), entry.id
        assert compiled.gettext(entry.id) == entry.string, f"run make i18n: {entry.id!r}"


def test_every_message_of_the_code_is_in_its_catalogue() -> None:
    """A sentence that is not in the catalogue would appear in English on a German page."""
    from tools.messages import missing

    assert missing(ROOT) == []


def test_all_steps_run_without_posix_and_the_twin_says_that_it_is_not_available(tmp_path: Path) -> None:
    """What Windows lacks is hidden; the nine steps run, and the twin is *not available here*, not silently passed."""
    code = HIDE_POSIX + "from ninefold.cli.main import main\nmain(sys.argv[1:])\n"
    for words in (["init", "station", "--blueprint", "pump-station"], ["-C", "station", "run", "--brief"]):
        done = run_python(code, *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr[-2000:]
    assert "no twin" in done.stdout
    told = run_python(code, "-C", "station", "verify", "--twin", "--json", cwd=tmp_path)
    assert told.returncode == 3
    assert "not tried in the twin" in told.stdout
