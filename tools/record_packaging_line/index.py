"""Writes ``sources/index.yaml``: hash, size and origin of every source of an example."""

from __future__ import annotations

import hashlib
from pathlib import Path


def write_index(sources: Path, origins: dict[str, str]) -> None:
    """``origins``: what a file is, by the beginning of its path; the longest beginning counts."""
    lines = ["sources:"]
    for path in sorted(item for item in sources.rglob("*") if item.is_file() and item.name != "index.yaml"):
        name = path.relative_to(sources).as_posix()
        data = path.read_bytes()
        known = sorted((key for key in origins if name.startswith(key)), key=len)
        lines += [
            f"  - file: {name}",
            f"    sha256: {hashlib.sha256(data).hexdigest()}",
            f"    size: {len(data)}",
            f"    origin: {origins[known[-1]] if known else 'unknown'}",
        ]
    (sources / "index.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
