"""Canonical bytes and digests: the same value has the same digest on every machine and in every run."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec


def canonical(value: Any) -> bytes:
    """JSON of ``value`` with sorted keys and no spaces. Structs, enums, dates and tuples are accepted."""
    plain = msgspec.to_builtins(value, order="deterministic", str_keys=True)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """Hexadecimal SHA-256 of the canonical form of a value."""
    return sha256(canonical(value))
