"""Reading a capture from the first byte to the observation."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ninefold.base.limits import MIB
from ninefold.base.progress import SILENT, Progress
from ninefold.model.findings import in_order
from ninefold.model.observed import Capture, Observation, Origin
from ninefold.sources.captures.detect import NAME
from ninefold.sources.captures.doubts import Totals, findings
from ninefold.sources.captures.fast import Engine, available
from ninefold.sources.captures.fast import engine as compiled
from ninefold.sources.captures.flows import Flows
from ninefold.sources.captures.fragments import Fragments
from ninefold.sources.captures.frames import LINK_NAMES, decode
from ninefold.sources.captures.hosts import Seen, behind_routers, hosts
from ninefold.sources.captures.inspect import Inspector
from ninefold.sources.captures.records import Container, batches
from ninefold.sources.captures.sink import Sink
from ninefold.sources.captures.spill import Spill
from ninefold.sources.captures.stream import Source, opened
from ninefold.sources.captures.table import Table

_LARGE = 300 * MIB  # from here on compiling pays


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
    inspector, fragments = Inspector(table, sink), Fragments()
    with Spill(table) as spill:
        for batch in batches(source, container, fast):
            frames = decode(batch, fast)
            fragments.resolve(frames)
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
        seen.add_others(table.others)
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
        findings=in_order(findings(source.name, container, totals, flows, seen, hidden)),
    )
