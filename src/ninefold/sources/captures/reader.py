"""Reading a capture from the first byte to the observation."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ninefold.base.i18n import messages
from ninefold.base.limits import MIB
from ninefold.base.progress import SILENT, Progress
from ninefold.model.findings import Finding, Reason
from ninefold.model.observed import Capture, Observation, Origin
from ninefold.model.vocabulary import Severity, State
from ninefold.sources.captures.fast import Engine, available
from ninefold.sources.captures.fast import engine as compiled
from ninefold.sources.captures.flows import Flows
from ninefold.sources.captures.frames import LINK_NAMES, decode
from ninefold.sources.captures.hosts import Seen, behind_routers, hosts
from ninefold.sources.captures.inspect import Inspector
from ninefold.sources.captures.records import Batch, Container, batches, magic
from ninefold.sources.captures.sink import Sink
from ninefold.sources.captures.spill import Spill
from ninefold.sources.captures.stream import GZIP, ZSTD, Source, opened
from ninefold.sources.captures.table import Table

say = messages("captures")
NAME = "pcap"
_LARGE = 300 * MIB  # from here on compiling pays


@dataclass(slots=True)
class Totals:
    """What is counted over the whole file. Times in nanoseconds."""

    packets: int = 0
    bytes: int = 0
    malformed: int = 0
    first: int = 0
    last: int = 0
    unread: set[int] = field(default_factory=set)

    def add(self, batch: Batch, bad: int) -> None:
        """Count a batch."""
        first, last = int(batch.time.min()), int(batch.time.max())
        self.first = min(self.first, first) if self.packets else first
        self.last = max(self.last, last) if self.packets else last
        self.packets += len(batch.start)
        self.bytes += int(batch.wire.sum())
        self.malformed += bad


def detect(head: bytes, name: str) -> bool:
    """Whether a file that begins with ``head`` is a capture, possibly compressed."""
    if magic(head):
        return True
    packed = head.startswith(GZIP) or head[:4] == ZSTD
    stem = name.lower()
    return packed and any(mark in stem for mark in (".pcap", ".cap", ".ntar", ".dmp"))


def read(path: Path | BinaryIO, *, progress: Progress = SILENT, engine: str = "auto") -> Observation:
    """Hosts, flows and facts of a capture file or stream.

    ``engine``: ``numpy``, ``numba`` (extra ``ninefold[fast]``; same result) or ``auto``, which takes numba for large
    files if it is there. Raises InputError when it is no capture; damage further inside becomes a finding.
    """
    fast = _engine(path, engine)
    with opened(path) as source:
        progress.start(source.name)
        observation = _observe(source, progress, fast)
        progress.finish(source.name, f"{observation.captures[0].packets} packets")
    return observation


def _engine(path: Path | BinaryIO, wanted: str) -> Engine | None:
    if wanted == "numba":
        return compiled()
    large = isinstance(path, Path) and path.is_file() and path.stat().st_size > _LARGE
    return compiled() if wanted == "auto" and large and available() else None


def _observe(source: Source, progress: Progress, fast: Engine | None) -> Observation:
    container, table, sink, totals, seen = Container(), Table(fast), Sink(), Totals(), Seen()
    inspector = Inspector(table, sink)
    with Spill(table) as spill:
        for batch in batches(source, container, fast):
            frames = decode(batch, fast)
            numbers, swap = table.update(frames)
            inspector.look(frames, numbers, swap, totals.packets + 1)
            totals.add(batch, int(frames.bad.sum()))
            progress.advance(source.name, len(batch.start))
            if spill.full():
                spill.write()
                inspector.clear()
        spill.finish()
        for rows in spill.parts():
            seen.add(rows)
        hidden, routers = behind_routers(seen, sink)
        flows = Flows(hidden)
        for rows in spill.parts():
            flows.add(rows)
    sha256, size = source.finish()
    links = sorted({LINK_NAMES.get(link, f"link {link}") for link in container.links})
    capture = Capture(
        file=source.name,
        packets=totals.packets,
        bytes=totals.bytes,
        link_type=",".join(links),
        first=totals.first / 1e9,
        last=totals.last / 1e9,
        malformed=totals.malformed,
    )
    return Observation(
        origin=Origin(name=source.name, kind=NAME, sha256=sha256, size=size),
        captures=(capture,),
        hosts=hosts(seen, sink, flows, sha256, hidden, routers),
        flows=flows.finished(sha256),
        findings=tuple(_findings(source.name, container, totals)),
    )


def _findings(name: str, container: Container, totals: Totals) -> list[Finding]:
    found = []
    if container.problem:
        found.append(
            Finding(
                rule="capture.cut",
                subject=name,
                title=say("The capture could not be read to its end."),
                severity=Severity.MEDIUM,
                state=State.UNDECIDED,
                because=(Reason(says=say("{problem}", problem=container.problem)),),
                advice=say("What came before is shown. Capture again if the rest matters."),
            )
        )
    unknown = sorted({link for link in container.links if link not in LINK_NAMES or link in (105, 127, 195)})
    if unknown:
        found.append(
            Finding(
                rule="capture.link-type",
                subject=name,
                title=say("The capture holds frames of a link type that is not read."),
                severity=Severity.MEDIUM,
                state=State.UNDECIDED,
                because=tuple(
                    Reason(says=say("Link type {link} is counted but not looked into.", link=link)) for link in unknown
                ),
                advice=say("Capture on the Ethernet side if you can."),
            )
        )
    return found
