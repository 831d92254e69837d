"""Maturity of a programme from a file of statements."""

from __future__ import annotations

from pathlib import Path

from ninefold.law.programmes import PROGRAMMES, Assessment, assess, document, statements
from ninefold.tasks.law_apply import read_mapping

__all__ = ["PROGRAMMES", "document", "run"]


def run(name: str, file: Path | None) -> Assessment:
    """The assessment; without a file, everything is still to be stated."""
    raw = read_mapping(file)[0] if file else {}
    inner = raw.get("statements")
    return assess(name, statements(name, inner if isinstance(inner, dict) else raw, str(file or "")))
