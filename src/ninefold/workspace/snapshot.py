"""One consistent look at the files of a workspace: never half of somebody's change.

A journal that a killed writer left behind is read as if it had been finished; nothing is written by reading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.base.limits import TEXT_FILE, read_bytes
from ninefold.workspace.documents import FILES, FREE, MAIN, is_text_of_workspace, main_missing
from ninefold.workspace.faults import Faults, nearest, say
from ninefold.workspace.journal import generation, pending

_MOST_FILES: Final = 10_000
_ATTEMPTS: Final = 20


def snapshot(root: Path, faults: Faults) -> dict[str, bytes]:
    """The text files of a workspace by relative name. Files that cannot be read are faults."""
    if not root.is_dir():
        raise InputError("no-folder", str(say("There is no such folder.")), place=Place(str(root)))
    for _ in range(_ATTEMPTS):
        before = generation(root)
        unread = Faults()
        files = _read(root, unread)
        if generation(root) == before:
            break
    for error in unread.errors:
        faults.keep(error)
    if MAIN not in files and not any(error.place == Place(MAIN) for error in unread.errors):
        message, advice, where = main_missing(str(root))
        raise InputError("no-workspace", message, place=where, advice=advice)
    return files


def _read(root: Path, faults: Faults) -> dict[str, bytes]:
    unfinished = pending(root)
    files: dict[str, bytes] = {}
    for name in _names(root, faults):
        if name in unfinished:
            continue
        try:
            files[name] = _inside(root, name)
        except NinefoldError as error:
            error.place = Place(name)
            faults.keep(error)
    files |= {name: data for name, data in unfinished.items() if data is not None and is_text_of_workspace(name)}
    return files


def _inside(root: Path, name: str) -> bytes:
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()):
        raise InputError("path-escape", str(say("This is a link that leads out of the workspace.")))
    return read_bytes(path, TEXT_FILE)


def _names(root: Path, faults: Faults) -> list[str]:
    names = [name for name in (MAIN, *FILES, *FREE, "inventory.csv", "inventory.xlsx") if _there(root / name)]
    for folder in ("zones", "catalogue"):
        path = root / folder
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            faults.add("not-a-folder", say("This must be a folder."), Place(folder))
            continue
        names += [f"{folder}/{item.name}" for item in sorted(path.glob("*.yaml")) if not item.name.startswith(".")]
    _strangers(root, faults)
    if len(names) > _MOST_FILES:
        faults.add("too-many", say("More than {n} files.", n=_MOST_FILES), Place(str(root)))
    return names[:_MOST_FILES]


def _there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _strangers(root: Path, faults: Faults) -> None:
    """A mistyped file name would silently not be read: it is a fault when it resembles a known one."""
    for path in [*root.glob("*.y*ml"), *root.glob("zones/*.yml"), *root.glob("catalogue/*.yml")]:
        name = path.relative_to(root).as_posix()
        if is_text_of_workspace(name) or name.startswith("."):
            continue
        advice = nearest(name, (MAIN, *FILES, *FREE)) or (say("Name it .yaml.") if path.suffix == ".yml" else "")
        if str(advice):
            faults.add("unknown-file", say("This file is not read: its name is not known."), Place(name), advice)
