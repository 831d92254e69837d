"""Opens a workspace for the steps: the plant, digests of its sources, approvals in force, observations on demand."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ninefold.base.clock import now
from ninefold.base.errors import NinefoldError
from ninefold.base.i18n import messages
from ninefold.base.progress import SILENT, Progress
from ninefold.model.findings import Finding, Reason
from ninefold.model.observed import Observation, Origin
from ninefold.model.vocabulary import Severity, State
from ninefold.steps import columns
from ninefold.steps.dates import newest
from ninefold.steps.engine import Engine
from ninefold.steps.interface import Context
from ninefold.workspace.approvals import in_force
from ninefold.workspace.load import load

say = messages("steps")

#: What lies below ``sources/`` and is no observation; advisories and collected configurations have own readers.
ELSEWHERE = frozenset({"advisories", "deployed", columns.NAME})


def open_engine(root: Path, *, progress: Progress = SILENT, twin: bool = True) -> Engine:
    """The engine of the workspace at ``root``. Raises FaultsError when its text has faults."""
    plant = load(root)
    digests = {name: file_digest(path) for name, path in source_files(root)}
    context = Context(
        root=root,
        plant=plant,
        source_digests=digests,
        approvals=in_force(root),
        today=os.environ.get("NINEFOLD_TODAY") or now().date().isoformat(),
        date=newest(*(item.date for item in plant.decisions)),
        language=plant.system.language,
        progress=progress,
        twin=twin and not os.environ.get("NINEFOLD_NO_TWIN"),
    )
    context.observed = cache(lambda: observations(context))
    return Engine(context)


def source_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file below ``sources/`` with its name there, in order; links are not followed."""
    folder = root / "sources"
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink() and path.name not in {"index.yaml", "README.md"}:
            yield path.relative_to(folder).as_posix(), path


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def observations(context: Context) -> tuple[Observation, ...]:
    """All observations of the workspace. Sources not yet in the store are imported, one transaction each."""
    from ninefold.observations.store import Store
    from ninefold.sources.registry import read

    database = context.root / ".ninefold" / "observations.sqlite"
    wanted = {name: sha for name, sha in context.source_digests.items() if name.split("/")[0] not in ELSEWHERE}
    chosen = columns.saved(context.root)
    unreadable = []
    with Store.open(database) as store:
        known = {item.origin.sha256: item for item in store.observations()}
        for name, sha in wanted.items():
            if sha in known and not columns.outdated(known[sha], chosen.get(name, {})):
                continue
            try:
                path = context.root / "sources" / name
                observation = read(path, context.progress, name=name, chosen=chosen.get(name))
            except NinefoldError as error:
                unreadable.append(_unreadable(name, sha, error))
                continue
            store.add(observation)
            known[sha] = observation
    found = [known[sha] for sha in sorted(set(wanted.values())) if sha in known]
    return (*found, *unreadable)


def _unreadable(name: str, sha: str, error: NinefoldError) -> Observation:
    finding = Finding(
        rule="source-unreadable",
        subject=name,
        title=say("The source {name} cannot be read.", name=name),
        severity=Severity.MEDIUM,
        state=State.ERROR,
        because=(Reason(says=str(error)),),
        advice=error.advice,
        place=error.place,
    )
    return Observation(origin=Origin(name=name, kind="", sha256=sha, size=0), findings=(finding,))
