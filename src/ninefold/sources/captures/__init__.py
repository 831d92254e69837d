"""Captures: pcap and pcapng become hosts, flows and facts, at about a million packets a second.

``stream`` (bytes) > ``records`` (batches of frames) > ``frames`` (headers, all at once) > ``table`` (conversations) >
``inspect`` (signatures, facts) > ``roles``, ``flows``, ``hosts`` (the observation);
``fast`` is the same in machine code.
Not here: comparison with the plant (``steps``), rendering (``tasks.flows``).
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from ninefold.base.progress import SILENT, Progress
from ninefold.model.observed import Observation
from ninefold.sources.captures.detect import NAME, detect

__all__ = ["NAME", "detect", "read"]


def read(path: Path | BinaryIO, *, progress: Progress = SILENT, engine: str = "auto") -> Observation:
    """Hosts, flows and facts of a capture file or stream.

    ``engine``: ``numpy``, ``numba`` (extra ``ninefold[fast]``; same result) or ``auto``, which takes numba for large
    files if it is there. Raises InputError when it is no capture; damage further inside becomes a finding.
    """
    from ninefold.sources.captures import reader

    return reader.read(path, progress=progress, engine=engine)
