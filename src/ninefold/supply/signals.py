"""Signals from outside: known exploited vulnerabilities (CISA KEV) and the probability of exploitation (EPSS)."""

from __future__ import annotations

import gzip
import io
import zlib

from ninefold.base import limits
from ninefold.base.errors import InputError, LimitError
from ninefold.supply.advisories.document import decode, nodes, text
from ninefold.supply.rows import records


def known_exploited(data: bytes, name: str = "") -> dict[str, str]:
    """CVE -> due date (perhaps empty) of the CISA catalogue. InputError when it is no such catalogue."""
    root = decode(data, name)
    found = {text(item, "cveID"): text(item, "dueDate") for _, item in nodes(root, "vulnerabilities")}
    found.pop("", None)
    if not found:
        raise InputError("no-kev", "This is no catalogue of known exploited vulnerabilities.")
    return found


def exploit_probability(data: bytes, name: str = "") -> dict[str, float]:
    """CVE -> probability 0..1 of exploitation within 30 days, of an EPSS table (CSV, perhaps gzip)."""
    unpacked = _unpacked(data)
    while unpacked.startswith(b"#"):
        unpacked = unpacked.partition(b"\n")[2]
    found: dict[str, float] = {}
    for row in records(unpacked):
        try:
            found[row["cve"]] = float(row["epss"])
        except (KeyError, TypeError, ValueError):
            continue
    if not found:
        raise InputError("no-epss", "This is no table of exploit probabilities.", advice=name)
    return found


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(limits.ARCHIVE_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("no-gzip", f"The packed file is damaged: {error}.") from error
    if len(unpacked) > limits.ARCHIVE_UNPACKED:
        raise LimitError("too-large", "The unpacked file is too large.")
    return unpacked
