"""Which reader takes a file: found by content, never by name alone."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.base.limits import read_bytes
from ninefold.base.progress import SILENT, Progress
from ninefold.model.observed import Observation, Origin
from ninefold.model.vocabulary import Severity, State
from ninefold.sources.common import finding, say

HEAD: Final = 64 * 1024
#: in the order they are asked: the certain ones first, tables (any text with separators) last
READERS: Final[dict[str, str]] = {
    "pcap": "ninefold.sources.captures",
    "nmap": "ninefold.sources.nmap",
    "cyclonedx": "ninefold.sources.cyclonedx",
    "spdx": "ninefold.sources.spdx",
    "automationml": "ninefold.sources.automationml",
    "scl": "ninefold.sources.scl",
    "zeek": "ninefold.sources.zeek",
    "drawio": "ninefold.sources.drawio",
    "model": "ninefold.sources.models",
    "netflow": "ninefold.sources.netflow",
    "refused": "ninefold.sources.refused",
    "switch-table": "ninefold.sources.switchtables",
    "table": "ninefold.sources.tables",
}
_FOLDER_FILES: Final = 5_000


def reader_of(head: bytes, name: str) -> str:
    """The key in :data:`READERS` of the reader that takes a content beginning with ``head``; "" if none does."""
    for key, module in READERS.items():
        if _load(module).detect(head, name):
            return key
    return ""


def read(
    path: Path, progress: Progress = SILENT, *, name: str = "", chosen: Mapping[str, str] | None = None
) -> Observation:
    """Everything a file says. InputError when no reader takes it or it is broken, LimitError beyond bounds.

    ``name`` replaces the file's own name as origin: two files of one name in different folders stay two sources.
    ``chosen``: heading to field, for lists only.
    """
    head = _head(path)
    if not head:
        raise InputError("empty", str(say("The file is empty.")), place=Place(str(path)))
    key = reader_of(head, path.name)
    if not key:
        raise InputError(
            "unknown-format",
            str(say("No reader knows this format.")),
            place=Place(str(path)),
            advice=str(say("Readers: {readers}.", readers=", ".join(READERS))),
        )
    module = _load(READERS[key])
    if hasattr(module, "read"):
        return _named(module.read(path, progress=progress), name)
    progress.start(path.name)
    data = read_bytes(path)
    result: Observation = module.parse(data, str(path), chosen) if key == "table" else module.parse(data, str(path))
    progress.finish(path.name)
    return _named(result, name)


def _named(observation: Observation, name: str) -> Observation:
    if not name:
        return observation
    return msgspec.structs.replace(observation, origin=msgspec.structs.replace(observation.origin, name=name))


def read_all(
    paths: Iterable[Path], progress: Progress = SILENT, *, chosen: Callable[[str], Mapping[str, str]] | None = None
) -> tuple[Observation, ...]:
    """Everything that files and folders say, in the order of their names.

    A file that is named and cannot be read raises; one that was only found in a folder leaves a finding instead.
    ``chosen`` gives the columns (heading to field) of a list by its name.
    """
    columns = chosen or (lambda name: {})
    observations: list[Observation] = []
    for path in paths:
        if not path.is_dir():
            observations.append(read(path, progress, chosen=columns(path.name)))
            continue
        for inner in _inside(path):
            try:
                name = inner.relative_to(path).as_posix()
                observations.append(read(inner, progress, name=name, chosen=columns(name)))
            except NinefoldError as error:
                observations.append(_refused(inner, path, error))
    return tuple(observations)


def _inside(folder: Path) -> Iterator[Path]:
    """The files of a folder and below, without hidden ones, notes and links that lead elsewhere."""
    root = folder.resolve()
    found = []
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        ours = path.name.lower().startswith("readme") or path.name in {"index.yaml", "columns.yaml"}
        if not hidden and not ours and path.is_file() and path.resolve().is_relative_to(root):
            found.append(path)
        if len(found) > _FOLDER_FILES:
            raise InputError(
                "too-many-files",
                str(say("The folder has more than {n} files.", n=_FOLDER_FILES)),
                place=Place(str(folder)),
                advice=str(say("Name the files that matter.")),
            )
    return iter(sorted(found))


def _refused(path: Path, folder: Path, error: NinefoldError) -> Observation:
    name = path.relative_to(folder).as_posix()
    note = finding(
        "source.not-read",
        name,
        say("{name} was not read: {why}", name=name, why=error.message),
        Severity.LOW,
        discriminator=error.code,
        state=State.UNDECIDED,
        advice=error.advice,
    )
    return Observation(origin=Origin(name=name, kind="", sha256="", size=path.stat().st_size), findings=(note,))


def _head(path: Path) -> bytes:
    place = Place(str(path))
    if path.is_dir():
        raise InputError("is-directory", str(say("This is a folder, a file is needed.")), place=place)
    if not path.exists():
        raise InputError("no-file", str(say("There is no such file.")), place=place, advice=str(say("Check the name.")))
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError as error:
        raise InputError(
            "unreadable", str(say("The file cannot be read: {why}.", why=error.strerror)), place=place
        ) from error


def _load(module: str) -> Any:
    return importlib.import_module(module)
