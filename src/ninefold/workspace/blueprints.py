"""Workspaces to begin with: the examples that ship with Ninefold, and an empty one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ninefold.base.errors import InputError, Place
from ninefold.workspace.faults import say

IGNORE = b"build/\n.ninefold/\n"
_EMPTY = """\
# The system under consideration. Every value may stay empty for now; `ninefold check` tells what is missing.
format: 1
system:
  name: {name}
  title:
  description:
  boundary:
"""


def folder() -> Path:
    """Where the examples lie: inside the installed package, or beside the source."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "examples"
    return installed if installed.is_dir() else package.parents[1] / "examples"


def names() -> tuple[str, ...]:
    """The blueprints that can be named."""
    return tuple(sorted(path.parent.name for path in folder().glob("*/ninefold.yaml")))


def blueprint(name: str) -> Mapping[str, bytes]:
    """The files of a blueprint by their path in the workspace. InputError when there is none of that name."""
    if name not in names():
        known = ", ".join(names())
        raise InputError(
            "no-blueprint",
            str(say("There is no blueprint '{name}'.", name=name)),
            advice=str(say("Known: {known}.", known=known)),
        )
    root = folder() / name
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if _wanted(path, root)
    }


def empty(name: str) -> Mapping[str, bytes]:
    """The files of a workspace that knows nothing but its name."""
    return {"ninefold.yaml": _EMPTY.format(name=name).encode()}


def derived(name: str, base: str) -> Mapping[str, bytes]:
    """The files of a machine that stores only its differences to a type at ``base`` (a relative path)."""
    text = f"format: 1\nbase: {base}\nsystem:\n  name: {name}\n  serial_number:\n"
    return {"ninefold.yaml": text.encode()}


def begin(root: Path, files: Mapping[str, bytes]) -> None:
    """Refuse a folder that is not empty. Writing is the caller's transaction."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InputError(
            "not-empty",
            str(say("The folder is not empty.")),
            place=Place(str(root)),
            advice=str(say("Name a new folder.")),
        )
    root.mkdir(parents=True, exist_ok=True)


def _wanted(path: Path, root: Path) -> bool:
    inside = path.relative_to(root).parts
    return (
        path.is_file() and inside[0] not in {"build", ".ninefold", "evidence", ".git"} and "__pycache__" not in inside
    )
