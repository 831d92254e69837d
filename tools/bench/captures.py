"""Captures: packets a second over about 1 GB made by repeating the corpus, beside tshark and nfstream."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

Row = tuple[str, float, str, str]
SIZE = int(os.environ.get("NINEFOLD_BENCH_BYTES", 1_000_000_000))
PEER_SHARE = 20  # peers get a 20th of the capture: tshark slows down as it grows, so this flatters it


def _records() -> Iterator[tuple[int, bytes]]:
    """Ethernet frames of the corpus in one order: time in nanoseconds and record without its header."""
    from ninefold.sources.captures.records import Container, batches
    from ninefold.sources.captures.stream import opened

    for path in sorted((Path(os.environ["NINEFOLD_CORPUS"]) / "pcap").glob("*.pcap*")):
        with opened(path) as source:
            container = Container()
            for batch in batches(source, container):
                if batch.links != [1]:
                    continue
                for start, size in zip(batch.start.tolist(), batch.captured.tolist(), strict=True):
                    yield 0, bytes(batch.buffer[start : start + size])


def build(target: Path, size: int) -> int:
    """Write a capture of about ``size`` bytes; the number of frames."""
    frames = [frame for _, frame in _records()]
    block = bytearray()
    for number, frame in enumerate(frames):
        block += struct.pack("<IIII", 1_700_000_000 + number // 1000, number % 1000 * 1000, len(frame), len(frame))
        block += frame
    rounds = max(1, size // len(block))
    with target.open("wb") as stream:
        stream.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))
        for _ in range(rounds):
            stream.write(block)
    return rounds * len(frames)


def build_many(target: Path, flows: int) -> int:
    """Write a capture of ``flows`` TCP conversations of two frames each; the number of frames."""
    with target.open("wb") as stream:
        stream.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))
        for turn in range(2):
            for number in range(flows):
                ends = [(0x0A000000 + number % 5000, 20_000), (0x0B000000 + number // 5000, 1 + number % 9000)]
                (source, sport), (to, dport) = reversed(ends) if turn else ends
                head = struct.pack(">BBHHHBBHII", 0x45, 0, 40, number & 65535, 0, 64, 6, 0, source, to)
                head += struct.pack(">HHIIBBHHH", sport, dport, 0, 0, 0x50, 0x12 if turn else 2, 0, 0, 0)
                frame = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + head
                stream.write(struct.pack("<IIII", 1_700_000_000 + turn, 0, len(frame), len(frame)) + frame)
    return 2 * flows


_CHILD = """
import json, resource, sys, time
from pathlib import Path
from ninefold.sources.captures import read
path, engine = Path(sys.argv[1]), sys.argv[2]
if sys.argv[3] != "-":
    read(Path(sys.argv[3]), engine=engine)
began = time.perf_counter()
observation = read(path, engine=engine)
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, observation.captures[0].packets, len(observation.flows), peak]))
"""


def _own(path: Path, engine: str, warm: str) -> tuple[float, int, float]:
    command = [sys.executable, "-c", _CHILD, str(path), engine, warm]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, packets, _, peak = json.loads(result.stdout.strip().splitlines()[-1])
    return seconds, packets, peak / 1024


def _peer(name: str, command: list[str], packets: int) -> tuple[str, float]:
    if not command:
        return f"{name}", 0.0
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return name, packets / (time.perf_counter() - began)


def _peers(path: Path) -> list[tuple[str, list[str]]]:
    tshark = shutil.which("tshark")
    found = [("tshark", [tshark, "-n", "-q", "-z", "conv,ip", "-r", str(path)] if tshark else [])]
    try:
        import nfstream  # noqa: F401

        code = "import sys, nfstream; sum(1 for _ in nfstream.NFStreamer(source=sys.argv[1]))"
        found.append(("nfstream", [sys.executable, "-c", code, str(path)]))
    except ImportError:
        found.append(("nfstream", []))
    return found


def run() -> list[Row]:
    """Speeds in packets per second, peak memory in MB, ratios to the peers that are installed."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        path, part = Path(folder) / "large.pcap", Path(folder) / "part.pcap"
        build(path, SIZE)
        part_packets = build(part, SIZE // PEER_SHARE)
        speeds: dict[str, float] = {}
        for engine in ("numpy", "numba"):
            try:
                seconds, packets, peak = _own(path, engine, str(part))
            except subprocess.CalledProcessError as error:
                note = (error.stderr or "").strip().splitlines()[-1:]
                rows.append((f"captures {engine}", float("nan"), "packets/s", f"not measured: {note}"))
                continue
            speeds[engine] = packets / seconds
            rows.append((f"captures {engine}", packets / seconds, "packets/s", f"{packets} packets, {seconds:.1f} s"))
            rows.append((f"captures {engine} memory", peak, "MB", "largest resident set, libraries included"))
        build_many(part.with_name("many.pcap"), 200_000)
        seconds, _, peak = _own(part.with_name("many.pcap"), "numpy", "-")
        rows.append(("captures 200,000 flows memory", peak, "MB", f"{seconds:.1f} s"))
        for name, command in _peers(part):
            speed = _peer(name, command, part_packets)[1]
            if not speed:
                rows.append((f"captures {name}", float("nan"), "packets/s", "not measured"))
                continue
            rows.append((f"captures {name}", speed, "packets/s", f"on a {PEER_SHARE}th of the capture"))
            rows += [(f"captures {engine} / {name}", own / speed, "ratio", "") for engine, own in speeds.items()]
    return rows


if __name__ == "__main__":
    for row in run():
        print(*row, sep="\t")
