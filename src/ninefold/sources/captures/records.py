"""Containers: classic pcap and pcapng become batches of frames that lie in one buffer.

Sources: libpcap file format (pcap-savefile(5)); draft-ietf-opsawg-pcapng. A record that cannot be true ends the
reading with a problem that is reported; what came before it stays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ninefold.base.errors import InputError, Place
from ninefold.base.limits import MIB
from ninefold.sources.captures.detect import NG, PCAP, magic
from ninefold.sources.captures.fast import Engine
from ninefold.sources.captures.stream import Source

BLOCK: Final = 16 * MIB  # bytes read at a time
PAD: Final = 128  # zero bytes after the data, so that headers may be gathered past the last frame
FRAMES: Final = 150_000  # most frames in a batch
LARGEST: Final = 1 * MIB  # longest record that is believed
_CENTURY: Final = 3_155_760_000  # seconds; an offset beyond it is no offset
EMPTY_RUN: Final = 4096  # so many records without a byte are a hole, not a capture

I64 = npt.NDArray[np.int64]


@dataclass(slots=True)
class Batch:
    """Frames of one buffer. ``start`` is the place of each frame in ``buffer``, lengths in bytes, ``time`` in ns."""

    buffer: bytearray
    start: I64
    captured: I64
    wire: I64
    time: I64
    interface: I64 | int
    links: list[int]  # link type of each interface number


@dataclass(slots=True)
class Interface:
    """A pcapng interface: link type, nanoseconds since 1970 = ticks * numerator // denominator + offset."""

    link: int
    numerator: int = 1000
    denominator: int = 1
    offset: int = 0
    name: str = ""


@dataclass(slots=True)
class Container:
    """What was learnt besides frames. ``problem``: why reading ended early, a key of ``doubts.say_problem``."""

    links: list[int] = field(default_factory=list)
    problem: str = ""


def batches(source: Source, container: Container, fast: Engine | None = None) -> Iterator[Batch]:
    """All frames of a capture, in order. Problems of the container are left in ``container.problem``."""
    walker: _Pcap | _PcapNg | None = None
    rest = b""
    while True:
        buffer = bytearray(len(rest) + BLOCK + PAD)
        buffer[: len(rest)] = rest
        count = source.readinto(memoryview(buffer)[len(rest) : len(rest) + BLOCK])
        end, place = len(rest) + count, 0
        if walker is None:
            walker = _walker(buffer, end, container, source.name, fast)
            place = walker.begin
        while not container.problem:
            before = place
            batch, place = walker.take(buffer, place, end)
            if batch is not None and len(batch.start):
                yield batch
            if place == before:
                break
        rest = bytes(memoryview(buffer)[place:end])
        if container.problem or not count:
            break
        if len(rest) > walker.largest:
            container.problem = "long-record"
    container.problem = container.problem or source.problem or ("cut" if rest else "")


def _walker(buffer: bytearray, end: int, container: Container, name: str, fast: Engine | None) -> _Pcap | _PcapNg:
    kind = magic(bytes(buffer[:4]))
    if not kind:
        raise InputError("not-a-capture", "This is neither pcap nor pcapng.", place=Place(name))
    if end < 24:
        container.problem = "header"
    return _Pcap(buffer, container, fast) if kind == "pcap" else _PcapNg(container)


def _view(buffer: bytearray, layout: np.dtype[Any]) -> npt.NDArray[Any]:
    """``buffer`` as overlapping structures, one beginning at every byte: reads unaligned fields by index."""
    return np.ndarray((len(buffer) - layout.itemsize + 1,), layout, buffer, 0, (1,))


class _Pcap:
    """Classic format: a header of 24 bytes, then records with a header of 16."""

    begin = 24
    largest = LARGEST + 16

    def __init__(self, buffer: bytearray, container: Container, fast: Engine | None) -> None:
        order = "<" if struct.unpack_from("<I", buffer)[0] in PCAP else ">"
        number, _, _, _, _, _, network = struct.unpack_from(order + "IHHiIII", buffer)
        self._tick = PCAP[number]
        self._extra = 8 if number == 0xA1B2CD34 else 0  # Kuznetzov's variant has a longer record header
        self._length = struct.Struct(order + "I").unpack_from
        self._layout = np.dtype([(name, order + "u4") for name in ("seconds", "ticks", "captured", "wire")])
        self._container = container
        self._fast = fast
        self._big = order == ">"
        self._empty = 0
        container.links = [network & 0xFFFF]

    def take(self, buffer: bytearray, place: int, end: int) -> tuple[Batch | None, int]:
        """The whole records from ``place`` on, at most :data:`FRAMES`, and the place after them."""
        header = 16 + self._extra
        if self._fast is None:
            where, place = self._walk(buffer, place, end, header)
        else:
            offsets = np.empty(FRAMES, np.int64)
            count, place = self._fast.walk(np.frombuffer(buffer, np.uint8), place, end, header, self._big, offsets)
            where = offsets[:count]
        if place <= end - header and self._length(buffer, place + 8)[0] > LARGEST:
            self._container.problem = "long-record"
        if not len(where):
            return None, place
        record = _view(buffer, self._layout)[where]
        captured = record["captured"].astype(np.int64)
        self._hole(captured)
        time = record["seconds"].astype(np.int64) * 1_000_000_000 + record["ticks"].astype(np.int64) * self._tick
        wire = np.maximum(record["wire"].astype(np.int64), captured)
        return Batch(buffer, where + header, captured, wire, time, 0, self._container.links), place

    def _walk(self, buffer: bytearray, place: int, end: int, header: int) -> tuple[I64, int]:
        offsets: list[int] = []
        add, length, last = offsets.append, self._length, end - header
        for _ in repeat(None, FRAMES):  # the only loop that runs once a frame
            if place > last:
                break
            (size,) = length(buffer, place + 8)
            following = place + header + size
            if following > end:
                break
            add(place)
            place = following
        return np.array(offsets, np.int64), place

    def _hole(self, captured: I64) -> None:
        filled = np.flatnonzero(captured)
        self._empty = len(captured) - int(filled[-1]) if len(filled) else self._empty + len(captured)
        if self._empty > EMPTY_RUN:
            self._container.problem = "hole"


class _PcapNg:
    """Blocks: section (SHB), interface (IDB), packets (EPB, SPB, the obsolete PB); all others are stepped over."""

    begin = 0
    largest = 16 * MIB

    def __init__(self, container: Container) -> None:
        self._container = container
        self._order = "<"
        self._interfaces: list[Interface] = []
        self._first = 0  # number of the section's first interface
        self._pair = struct.Struct("<II").unpack_from

    def take(self, buffer: bytearray, place: int, end: int) -> tuple[Batch | None, int]:
        """The whole blocks from ``place`` on, up to the next section, and the place after them."""
        offsets: list[int] = []
        kinds: list[int] = []
        while place + 12 <= end and len(offsets) < FRAMES and not self._container.problem:
            kind, length = self._pair(buffer, place)
            if kind == NG:
                if offsets:
                    break  # the next section may have another byte order
                length = self._section(buffer, place, end)
                if not length:
                    break
            if length < 12 or length > self.largest:
                self._container.problem = "block-length"
                break
            following = place + (length + 3 & ~3)
            if following > end:
                break
            if kind in (6, 3, 2):
                offsets.append(place)
                kinds.append(kind)
            elif kind == 1 and length >= 20:
                self._interface(buffer, place, length)
            place = following
        return (self._batch(buffer, offsets, kinds) if offsets else None), place

    def _section(self, buffer: bytearray, place: int, end: int) -> int:
        if place + 28 > end:
            return 0
        mark = bytes(buffer[place + 8 : place + 12])
        if mark not in (b"\x1a\x2b\x3c\x4d", b"\x4d\x3c\x2b\x1a"):
            self._container.problem = "byte-order"
            return 0
        self._order = ">" if mark == b"\x1a\x2b\x3c\x4d" else "<"
        self._pair = struct.Struct(self._order + "II").unpack_from
        self._first = len(self._container.links)
        self._interfaces = []
        return int(self._pair(buffer, place)[1])

    def _interface(self, buffer: bytearray, place: int, length: int) -> None:
        interface = Interface(struct.unpack_from(self._order + "H", buffer, place + 8)[0])
        option, stop = place + 16, place + length - 4
        while option + 4 <= stop:
            code, size = struct.unpack_from(self._order + "HH", buffer, option)
            value = bytes(buffer[option + 4 : min(option + 4 + size, stop)])
            if code == 0:
                break
            if code == 9 and value:
                base, power = (2, value[0] & 0x7F) if value[0] & 0x80 else (10, value[0])
                interface.numerator, interface.denominator = 1_000_000_000, base ** min(power, 63 if base == 2 else 19)
            elif code == 14 and len(value) == 8:
                seconds = struct.unpack(self._order + "q", value)[0]
                interface.offset = seconds * 1_000_000_000 if abs(seconds) < _CENTURY else 0
            option += 4 + (size + 3 & ~3)
        self._interfaces.append(interface)
        self._container.links.append(interface.link)
        if len(self._container.links) > 65_535:
            self._container.problem = "interfaces"

    def _batch(self, buffer: bytearray, offsets: list[int], kinds: list[int]) -> Batch | None:
        if not self._interfaces:
            self._container.problem = "no-interface"
            return None
        where, kind = np.array(offsets, np.int64), np.array(kinds, np.int64)
        layout = np.dtype([(f"w{number}", self._order + "u4") for number in range(7)])
        word = _view(buffer, layout)[where]
        words = [word[f"w{number}"].astype(np.int64) for number in range(7)]
        length = words[1]
        interface, high, low, captured, wire = words[2].copy(), words[3], words[4], words[5].copy(), words[6].copy()
        start = where + 28
        simple = np.flatnonzero(kind == 3)
        if len(simple):
            interface[simple], wire[simple], start[simple] = 0, words[2][simple], where[simple] + 12
            captured[simple] = np.minimum(words[2][simple], length[simple] - 16)
            high, low = np.where(kind == 3, 0, high), np.where(kind == 3, 0, low)
        old = np.flatnonzero(kind == 2)
        if len(old):
            interface[old] = words[2][old] >> 16 if self._order == ">" else words[2][old] & 0xFFFF
        fits = (captured <= length - (start - where) - 4) & (captured >= 0) & (interface < len(self._interfaces))
        if not fits.all():
            self._container.problem = "block"
            keep = slice(0, int(np.argmin(fits)))
            where, start, captured, wire = where[keep], start[keep], captured[keep], wire[keep]
            interface, high, low = interface[keep], high[keep], low[keep]
        time = self._times(interface, high, low)
        wire = np.maximum(wire, captured)
        return Batch(buffer, start, captured, wire, time, interface + self._first, self._container.links)

    def _times(self, interface: I64, high: I64, low: I64) -> I64:
        ticks = (high.astype(np.uint64) << np.uint64(32)) | low.astype(np.uint64)
        time = np.zeros(len(ticks), np.int64)
        for number in np.unique(interface).tolist():
            spec, chosen = self._interfaces[number], interface == number
            unit, rest = spec.numerator // spec.denominator, spec.numerator % spec.denominator
            if not rest:
                value = ticks[chosen] * np.uint64(unit)
            else:  # finer than a nanosecond, or a power of two: split to stay inside 64 bits
                whole = ticks[chosen] // np.uint64(spec.denominator)
                part = (ticks[chosen] % np.uint64(spec.denominator)).astype(np.float64)
                fraction = (part * (spec.numerator / spec.denominator)).astype(np.uint64)
                value = whole * np.uint64(spec.numerator) + fraction
            time[chosen] = value.astype(np.int64) + spec.offset
        return time
