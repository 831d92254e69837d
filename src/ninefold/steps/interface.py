"""What a step is: it declares what it reads, computes, and says which files it leaves.

A step holds no algorithm. It projects the plant onto what an engine needs, calls the engine, and hands the result on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from ninefold.base.clock import now
from ninefold.base.digest import digest, sha256
from ninefold.base.i18n import Message, Text
from ninefold.base.progress import SILENT, Progress
from ninefold.model.approvals import Approval
from ninefold.model.findings import Finding
from ninefold.model.plant import Plant


@dataclass(frozen=True)
class Evidence:
    """Something shown, to be signed and kept: files it speaks of (name -> bytes) and what it says of them.

    The engine of steps adds the time, signs it with this user's key and appends it to the ledger.
    """

    scope: str
    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]

    @property
    def name(self) -> str:
        """Stable: the same result about the same files has the same name."""
        told = [(item.id, item.state.value) for item in self.findings]
        return f"{self.scope}-{digest([sorted((n, sha256(d)) for n, d in self.files.items()), told])[:12]}"


@dataclass
class Context:
    """What a step may read. ``results`` holds the outputs of earlier steps by name.

    ``today`` (ISO date) only lets decisions lapse; ``date`` is what documents print and comes from the inputs
    (DESIGN section 7). ``approvals`` are those with a right signature.
    """

    root: Path
    plant: Plant
    results: dict[str, Any] = field(default_factory=dict)
    observed: Callable[[], Any] = tuple
    source_digests: Mapping[str, str] = field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    today: str = ""
    date: str = ""
    language: str = "en"
    progress: Progress = SILENT
    clock: Callable[[], Any] = now
    twin: bool = True

    @property
    def build(self) -> Path:
        """Everything generated."""
        return self.root / "build"

    @property
    def cache(self) -> Path:
        """Caches: may be deleted at any time."""
        return self.root / ".ninefold" / "cache"


@dataclass(frozen=True)
class Outcome:
    """What a step leaves: a value for later steps, files (path below ``build/``), a sentence, evidence records."""

    result: Any
    files: Mapping[str, bytes]
    summary: Message
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Step(ABC):
    """One of the nine. ``result`` is the type of its output; ``reads`` names the earlier steps it needs.

    ``version`` counts the rules of the step: raising it makes every earlier run stale.
    """

    name: ClassVar[str]
    number: ClassVar[int]
    title: ClassVar[Text]
    result: ClassVar[type[msgspec.Struct]]
    reads: ClassVar[tuple[str, ...]] = ()
    version: ClassVar[int] = 1

    @abstractmethod
    def inputs(self, context: Context) -> Mapping[str, Any]:
        """What the result depends on, by name. A mapping of ids to values lets staleness name the ids."""

    def output_digest(self, result: Any) -> str:
        """What later steps depend on: by default the whole result."""
        return digest(result)

    @abstractmethod
    def run(self, context: Context) -> Outcome:
        """Compute. Nothing is written here: the engine of steps writes the outcome."""
