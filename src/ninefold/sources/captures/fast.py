"""The same as ``records``, ``frames`` and ``table``, frame by frame in machine code (extra ``ninefold[fast]``).

Only the plain cases are compiled: whole records of classic pcap; Ethernet without tags; IPv4 and IPv6 without
fragments and extension headers; TCP, UDP, SCTP. All others are left to the numpy code, so both give the same result,
and a test compares them. The functions below are ordinary Python until :func:`engine` compiles them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ninefold.base.errors import MissingComponentError


def _walk(buffer: Any, place: int, end: int, header: int, big: bool, offsets: Any) -> Any:
    """Places of whole records; how many, and the place after them."""
    count = 0
    while count < len(offsets) and place + header <= end:
        at = place + 8
        if big:
            size = buffer[at] << 24 | buffer[at + 1] << 16 | buffer[at + 2] << 8 | buffer[at + 3]
        else:
            size = buffer[at + 3] << 24 | buffer[at + 2] << 16 | buffer[at + 1] << 8 | buffer[at]
        following = place + header + size
        if following > end:
            break
        offsets[count] = place
        count += 1
        place = following
    return count, place


def _decode(
    buffer: Any,
    start: Any,
    captured: Any,
    smac: Any,
    dmac: Any,
    ethertype: Any,
    kind: Any,
    protocol: Any,
    source_high: Any,
    source_low: Any,
    target_high: Any,
    target_low: Any,
    source_port: Any,
    target_port: Any,
    flags: Any,
    ttl: Any,
    payload: Any,
    size: Any,
    identifier: Any,
    bad: Any,
    hard: Any,
) -> None:
    """Decode plain Ethernet frames; mark all others in ``hard``."""
    for i in range(len(start)):
        s, cap = start[i], captured[i]
        hard[i] = True
        if cap < 14:
            continue
        end = s + cap
        what = np.int64(buffer[s + 12]) << 8 | np.int64(buffer[s + 13])
        if what < 0x0600 or what in (0x8100, 0x88A8, 0x9100, 0x9200, 0x892F, 0x8864, 0x8847, 0x8848):
            continue
        place, stop, carried, header = s + 14, end, 0, np.int64(0)
        if what == 0x0800:
            if cap < 34 or buffer[place] >> 4 != 4:
                continue
            header = np.int64(buffer[place] & 15) * 4
            if header < 20 or place + header > end or (buffer[place + 6] & 0x3F) | buffer[place + 7]:
                continue
            carried = buffer[place + 9]
            if carried == 1 or carried == 58:
                continue
            length = np.int64(buffer[place + 2]) << 8 | np.int64(buffer[place + 3])
            if length < header:
                length = end - place
            stop = min(end, place + length)
        elif what == 0x86DD:
            if cap < 54 or buffer[place] >> 4 != 6:
                continue
            carried = buffer[place + 6]
            if carried in (0, 43, 60, 135, 139, 140, 44, 51, 1, 58):
                continue
            header = np.int64(40)
            length = np.int64(buffer[place + 4]) << 8 | np.int64(buffer[place + 5])
            if length > 0:
                stop = min(end, place + 40 + length)
        hard[i] = False
        d = np.uint64(0)
        for k in range(6):
            d = d << np.uint64(8) | np.uint64(buffer[s + k])
        m = np.uint64(0)
        for k in range(6, 12):
            m = m << np.uint64(8) | np.uint64(buffer[s + k])
        dmac[i], smac[i], ethertype[i] = d, m, what
        if what == 0x0800:
            kind[i] = 4
            ttl[i] = buffer[place + 8]
            identifier[i] = np.int64(buffer[place + 4]) << 8 | np.int64(buffer[place + 5])
            a = np.uint64(0)
            b = np.uint64(0)
            for k in range(4):
                a = a << np.uint64(8) | np.uint64(buffer[place + 12 + k])
                b = b << np.uint64(8) | np.uint64(buffer[place + 16 + k])
            source_low[i], target_low[i] = a, b
        elif what == 0x86DD:
            kind[i] = 6
            ttl[i] = buffer[place + 7]
            for side in range(2):
                high = np.uint64(0)
                low = np.uint64(0)
                for k in range(8):
                    high = high << np.uint64(8) | np.uint64(buffer[place + 8 + 16 * side + k])
                    low = low << np.uint64(8) | np.uint64(buffer[place + 16 + 16 * side + k])
                if side == 0:
                    source_high[i], source_low[i] = high, low
                else:
                    target_high[i], target_low[i] = high, low
        else:
            source_low[i], target_low[i] = m, d
            payload[i], size[i] = place, end - place
            continue
        protocol[i] = carried
        place = min(place + header, stop)
        room = stop - place
        skip = np.int64(0)
        if carried == 6 or carried == 17 or carried == 132:
            if carried == 6:
                skip = np.int64(buffer[place + 12] >> 4) * 4
                if room >= 14:
                    flags[i] = buffer[place + 13]
                if skip < 20:
                    bad[i] = True
            elif carried == 17:
                skip = np.int64(8)
            else:
                skip = np.int64(12)
            if room >= 4:
                source_port[i] = np.int64(buffer[place]) << 8 | np.int64(buffer[place + 1])
                target_port[i] = np.int64(buffer[place + 2]) << 8 | np.int64(buffer[place + 3])
            if room < skip:
                bad[i] = True
                skip = room
        payload[i], size[i] = place + skip, room - skip


def _find(
    kind: Any,
    protocol: Any,
    ethertype: Any,
    source_high: Any,
    source_low: Any,
    target_high: Any,
    target_low: Any,
    source_port: Any,
    target_port: Any,
    seeds: Any,
    slots: Any,
    key: Any,
    words: Any,
    swap: Any,
    hashes: Any,
    numbers: Any,
) -> int:
    """Key words, hash and row of every frame; how many frames have no row yet (-1)."""
    mask = len(slots) - 1
    missing = 0
    for i in range(len(kind)):
        sh, sl, th, tl = source_high[i], source_low[i], target_high[i], target_low[i]
        sp, tp = source_port[i], target_port[i]
        turn = sh > th or (sh == th and (sl > tl or (sl == tl and sp > tp)))
        swap[i] = turn
        if turn:
            sh, sl, th, tl, sp, tp = th, tl, sh, sl, tp, sp
        what = np.uint64(0) if kind[i] > 0 else np.uint64(ethertype[i])
        rest = np.uint64(kind[i]) << np.uint64(56) | np.uint64(protocol[i]) << np.uint64(48)
        rest |= what << np.uint64(32) | np.uint64(sp) << np.uint64(16) | np.uint64(tp)
        words[0, i], words[1, i], words[2, i], words[3, i], words[4, i] = sh, sl, th, tl, rest
        value = np.uint64(0)
        for k in range(5):
            value = (value ^ words[k, i]) * seeds[k]
            value ^= value >> np.uint64(29)
        hashes[i] = value
        slot = np.int64(value & np.uint64(mask))
        number = slots[slot]
        while number >= 0:
            if (
                key[number, 1] == sl
                and key[number, 3] == tl
                and key[number, 4] == rest
                and key[number, 0] == sh
                and key[number, 2] == th
            ):
                break
            slot = (slot + 1) & mask
            number = slots[slot]
        numbers[i] = number
        if number < 0:
            missing += 1
    return missing


def _count(
    numbers: Any,
    swap: Any,
    wire: Any,
    time: Any,
    protocol: Any,
    flags: Any,
    smac: Any,
    ttl: Any,
    packets: Any,
    total: Any,
    first: Any,
    last: Any,
    seen: Any,
    mac: Any,
    ttls: Any,
    sent: Any,
) -> None:
    """Add every frame to its row. Columns of two ends are indexed by the side that sent."""
    for i in range(len(numbers)):
        row = numbers[i]
        side = 1 if swap[i] else 0
        packets[side][row] += 1
        total[row] += wire[i]
        if time[i] < first[row]:
            first[row] = time[i]
        if time[i] > last[row]:
            last[row] = time[i]
        if protocol[i] == 6 and flags[i] & 2:
            seen[side][row] |= 4 if flags[i] & 16 else 1
        if not sent[side][row]:
            mac[side][row] = smac[i]
            ttls[side][row] = ttl[i]
            sent[side][row] = True


class Engine:
    """The compiled functions."""

    def __init__(self, compiled: Any) -> None:
        self.walk, self.decode, self.find, self.count = (compiled(item) for item in (_walk, _decode, _find, _count))


@cache
def engine() -> Engine:
    """Compile (or load from the cache) once. MissingComponentError without the extra."""
    try:
        from numba import njit
    except ImportError as error:
        raise MissingComponentError(
            "no-numba",
            "The fast reader needs numba.",
            advice="Install ninefold[fast], or leave the choice to Ninefold.",
        ) from error
    return Engine(njit(cache=True, nogil=True))


def available() -> bool:
    """Whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None
