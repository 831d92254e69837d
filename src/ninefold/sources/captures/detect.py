"""Is this a capture? Answered from the first bytes, without loading anything heavy."""

from __future__ import annotations

import struct
from typing import Final

NAME: Final = "pcap"
GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
PCAP: Final = {0xA1B2C3D4: 1000, 0xA1B23C4D: 1, 0xA1B2CD34: 1000}  # magic: nanoseconds a tick
NG: Final = 0x0A0D0D0A


def magic(head: bytes) -> str:
    """``pcap``, ``pcapng`` or ""."""
    if len(head) < 4:
        return ""
    little, big = struct.unpack("<I", head[:4])[0], struct.unpack(">I", head[:4])[0]
    if little in PCAP or big in PCAP:
        return "pcap"
    return "pcapng" if little == NG else ""


def detect(head: bytes, name: str) -> bool:
    """Whether a file that begins with ``head`` is a capture, possibly compressed."""
    if magic(head):
        return True
    packed = head.startswith(GZIP) or head[:4] == ZSTD
    stem = name.lower()
    return packed and any(mark in stem for mark in (".pcap", ".cap", ".ntar", ".dmp"))
