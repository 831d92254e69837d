"""Fuzz targets of the capture reader: whatever the bytes, an observation or an InputError."""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ninefold.base.errors import InputError
from ninefold.sources.captures import read
from ninefold.sources.captures.signatures.registry import recognise


def reading(data: bytes) -> Any:
    """Read a capture with the engine everybody has."""
    try:
        return read(io.BytesIO(data), engine="numpy")
    except InputError as error:
        return error


def payloads(data: bytes) -> Any:
    """Name a payload on a port that its first bytes choose."""
    port = int.from_bytes(data[:2], "big")
    return [recognise(protocol, 50_000, port, data[2:]) for protocol in (6, 17)]


def parsers(data: bytes) -> Any:
    """Wrap the bytes into a conversation on the port that its first bytes choose, both ways, and read it."""
    port, protocol = int.from_bytes(data[:2], "big"), 6 if data[2:3] > b"\x7f" else 17
    frames = b""
    for sent in range(3):
        body = data[3 + 200 * sent :][:1400]
        ports = (50_000, port) if sent % 2 == 0 else (port, 50_000)
        head = struct.pack(">HHIIBBHHH", *ports, 1, 1, 0x50, 0x18, 0, 0, 0)
        if protocol == 17:
            head = struct.pack(">HHHH", *ports, 8 + len(body), 0)
        ends = (b"\x0a\0\0\1", b"\x0a\0\0\2") if sent % 2 == 0 else (b"\x0a\0\0\2", b"\x0a\0\0\1")
        total = 20 + len(head) + len(body)
        packet = struct.pack(">BBHHHBBH", 0x45, 0, total, 0, 0, 64, protocol, 0) + b"".join(ends) + head + body
        frame = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + packet
        frames += struct.pack("<IIII", sent, 0, len(frame), len(frame)) + frame
    return reading(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1) + frames)


def pcapng(link: int = 1, order: str = "<") -> bytes:
    """A small pcapng with a section, an interface and packets of all three kinds."""
    frame = b"\x01\x80\xc2\0\0\x0e\x02\0\0\0\0\x07\x88\xcc" + b"\x02\x07\x04\x02\0\0\0\0\x07" + b"\0" * 20

    def block(kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        size = 12 + len(body)
        return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)

    section = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    options = struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0)  # nanoseconds
    interface = block(1, struct.pack(order + "HHI", link, 0, 0) + options)
    time = 1_700_000_000_123_456_789
    full = struct.pack(order + "IIIII", 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame)) + frame
    simple = struct.pack(order + "I", len(frame)) + frame
    old = struct.pack(order + "HHIIII", 0, 0, time >> 32, time & 0xFFFFFFFF, len(frame), len(frame)) + frame
    names = block(4, struct.pack(order + "HH", 0, 0))
    return section + interface + block(6, full) + names + block(3, simple) + block(2, old)


def _seeds() -> list[bytes]:
    import os

    seeds = [pcapng(), pcapng(order=">"), gzip.compress(pcapng())]
    root = os.environ.get("NINEFOLD_CORPUS")
    if root:
        seeds += [path.read_bytes()[:8000] for path in sorted((Path(root) / "pcap").glob("*.pcap*"))]
    return seeds


def _payload_seeds() -> list[bytes]:
    ports = (102, 502, 44818, 4840, 20000, 2404, 47808, 161, 137, 138, 5353, 67, 443, 1883, 9600, 48898, 34964, 5094)
    texts = (
        b"\x03\0\0\x1f\x02\xf0\x80\x32\x07\0\0\0\1\0\x08\0\x08",
        b"HELF\x20\0\0\0",
        b"\x05\x64\x05\xc0",
        b"\x30\x20\x02\x01\x01",
    )
    return [
        port.to_bytes(2, "big") + flag + text * 4 for port in ports for flag in (b"\xff", b"\0") for text in texts[:2]
    ]


TARGETS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    "captures": (reading, _seeds()),
    "captures-signatures": (payloads, _payload_seeds()),
    "captures-parsers": (parsers, _payload_seeds()),
}
