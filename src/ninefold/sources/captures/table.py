"""The table of conversations: one row per pair of ends, both directions together, grown batch by batch.

A key is exact (five words); its hash only says where to look, and is seeded anew in every run so that nobody can
make keys collide on purpose. Rows are numbered in the order in which conversations first appear, so that the result
does not depend on the seed. End ``a`` is the smaller of (address, port).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ninefold.sources.captures.fast import Engine
from ninefold.sources.captures.frames import Frames

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

ROW: Final = np.dtype(
    [
        ("key", np.uint64, 5),  # a high, a low, b high, b low, kind|protocol|ethertype|port a|port b
        ("packets_a", np.int64),  # sent by a
        ("packets_b", np.int64),
        ("bytes", np.int64),
        ("first", np.int64),
        ("last", np.int64),
        ("first_a", np.bool_),  # whether a sent the first frame
        ("flags_a", np.uint8),  # TCP flags: bit 1 SYN alone, bit 4 SYN with ACK
        ("flags_b", np.uint8),
        ("ttl_a", np.uint8),
        ("ttl_b", np.uint8),
        ("mac_a", np.uint64),
        ("mac_b", np.uint64),
        ("sent_a", np.bool_),  # mac_a was seen as a sender's address
        ("sent_b", np.bool_),
        ("vlan", np.int64),
        ("service", np.int16),  # what the inspector found, see inspect.py
        ("strength", np.uint8),
        ("client_a", np.int8),  # +1 a is the client, -1 b is, 0 unknown
        ("functions", np.uint32),
        ("seen_a", np.uint8),  # payload samples looked at
        ("seen_b", np.uint8),
        ("codes", np.uint8),  # codes looked at
    ]
)
SYN, SYN_ACK = 1, 4


class Row(NamedTuple):
    """A row as Python values; the fields are those of :data:`ROW`, in its order."""

    key: list[int]
    packets_a: int
    packets_b: int
    bytes: int
    first: int
    last: int
    first_a: bool
    flags_a: int
    flags_b: int
    ttl_a: int
    ttl_b: int
    mac_a: int
    mac_b: int
    sent_a: bool
    sent_b: bool
    vlan: int
    service: int
    strength: int
    client_a: int
    functions: int
    seen_a: int
    seen_b: int
    codes: int


def listed(rows: npt.NDArray[Any], size: int = 4096) -> Iterator[Row]:
    """Rows one by one, converted a few thousand at a time."""
    for place in range(0, len(rows), size):
        part = rows[place : place + size]
        for key, values in zip(part["key"].tolist(), part.tolist(), strict=True):
            yield Row(key, *values[1:])  # a field that is an array stays numpy in tolist()


_FREE: Final = -1
_OTHERS: Final = 20_000
_LARGEST_SLOTS: Final = 1 << 27


def keys(frames: Frames) -> tuple[list[U64], npt.NDArray[np.bool_]]:
    """The five key words of every frame, and whether its sender is end ``b``."""
    sh, sl, th, tl = frames.source_high, frames.source_low, frames.target_high, frames.target_low
    sp, tp = frames.source_port, frames.target_port
    same_high, same_low = sh == th, sl == tl
    swap = (sh > th) | (same_high & ((sl > tl) | (same_low & (sp > tp))))
    a_high, b_high = np.where(swap, th, sh), np.where(swap, sh, th)
    a_low, b_low = np.where(swap, tl, sl), np.where(swap, sl, tl)
    a_port, b_port = np.where(swap, tp, sp), np.where(swap, sp, tp)
    what = np.where(frames.kind > 0, 0, frames.ethertype)
    kind = frames.kind.astype(np.int64) << 56 | frames.protocol.astype(np.int64) << 48
    rest = (kind | what << 32 | a_port << 16 | b_port).astype(np.uint64)
    return [a_high, a_low, b_high, b_low, rest], swap


class Table:
    """Rows of conversations. ``rows[:count]`` are in use."""

    def __init__(self, fast: Engine | None = None, slots: int = 1 << 16) -> None:
        self._fast = fast
        self.rows = np.zeros(1 << 12, ROW)
        self.count = 0
        self.others: dict[tuple[int, int, int, int], int] = {}
        self._seeds = [np.uint64(secrets.randbits(64) | 1) for _ in range(5)]
        self._slots = np.full(slots, _FREE, np.int64)

    def clear(self) -> None:
        """Forget all rows (after they were spilled)."""
        self.count = 0
        self.rows = np.zeros(1 << 12, ROW)
        self._slots[:] = _FREE

    def update(self, frames: Frames) -> tuple[I64, npt.NDArray[np.bool_]]:
        """Count the frames. The row of each frame, and whether its sender is end ``b``."""
        if self._fast is None:
            words, swap = keys(frames)
            place = self._hash(words)
            numbers = self._find(words, place)
        else:
            words, swap, place, numbers = self._find_fast(frames, self._fast)
        missing = np.flatnonzero(numbers == _FREE)
        if len(missing):
            self._add(frames, words, swap, place, missing)
            numbers[missing] = self._find([word[missing] for word in words], place[missing])
        if self._fast is None:
            self._count(frames, numbers, swap)
        else:
            self._count_fast(frames, numbers, swap, self._fast)
        self._note_other_macs(frames, numbers, swap)
        return numbers, swap

    def _note_other_macs(self, frames: Frames, numbers: I64, swap: Any) -> None:
        """Senders whose MAC is not the one the row has: redundancy, a second path, or somebody else's address."""
        known = np.where(swap, self.rows["mac_b"][numbers], self.rows["mac_a"][numbers])
        for place in np.flatnonzero((known != frames.smac) & (frames.kind > 0))[:_OTHERS].tolist():
            address = int(frames.source_high[place]), int(frames.source_low[place])
            key = (int(frames.smac[place]), int(frames.kind[place]), *address)
            if key in self.others or len(self.others) < _OTHERS:
                self.others[key] = max(self.others.get(key, 0), int(frames.ttl[place]))

    def _find_fast(self, frames: Frames, fast: Engine) -> tuple[list[U64], npt.NDArray[np.bool_], U64, I64]:
        n = len(frames.kind)
        words, swap = np.empty((5, n), np.uint64), np.empty(n, np.bool_)
        hashes, numbers = np.empty(n, np.uint64), np.empty(n, np.int64)
        ends = frames.source_high, frames.source_low, frames.target_high, frames.target_low
        what = frames.kind, frames.protocol, frames.ethertype
        seeds = np.array(self._seeds, np.uint64)
        ports = frames.source_port, frames.target_port
        fast.find(*what, *ends, *ports, seeds, self._slots, self.rows["key"], words, swap, hashes, numbers)
        return list(words), swap, hashes, numbers

    def _count_fast(self, frames: Frames, numbers: I64, swap: Any, fast: Engine) -> None:
        def both(name: str) -> tuple[Any, Any]:
            return self.rows[f"{name}_a"], self.rows[f"{name}_b"]

        rows, batch = self.rows, frames.batch
        frame = batch.wire, batch.time, frames.protocol, frames.flags, frames.smac, frames.ttl
        sums = both("packets"), rows["bytes"], rows["first"], rows["last"]
        fast.count(numbers, swap, *frame, *sums, both("flags"), both("mac"), both("ttl"), both("sent"))

    def _hash(self, words: list[U64]) -> U64:
        value = np.zeros(len(words[0]), np.uint64)
        for word, seed in zip(words, self._seeds, strict=True):
            value = (value ^ word) * seed
            value ^= value >> np.uint64(29)
        return value

    def _find(self, words: list[U64], place: U64) -> I64:
        """The row of every key; -1 where there is none."""
        result = np.full(len(place), _FREE, np.int64)
        mask = np.uint64(len(self._slots) - 1)
        slot = (place & mask).astype(np.int64)
        key = self.rows["key"]
        candidate = self._slots[slot]
        equal = candidate != _FREE
        for column, word in enumerate(words):
            equal &= key[candidate, column] == word
        result[equal] = candidate[equal]
        open_ones = np.flatnonzero(~equal & (candidate != _FREE))
        while len(open_ones):  # another key sits there: look at the next slot
            slot[open_ones] = slot[open_ones] + 1 & int(mask)
            candidate = self._slots[slot[open_ones]]
            equal = candidate != _FREE
            for column, word in enumerate(words):
                equal &= key[candidate, column] == word[open_ones]
            result[open_ones[equal]] = candidate[equal]
            open_ones = open_ones[~equal & (candidate != _FREE)]
        return result

    def _add(self, frames: Frames, words: list[U64], swap: Any, place: U64, missing: I64) -> None:
        first = missing[_first_of_each([word[missing] for word in words], place[missing])]
        wanted = self.count + len(first)
        if wanted > len(self.rows):
            grown = np.zeros(max(2 * len(self.rows), wanted), ROW)
            grown[: self.count] = self.rows[: self.count]
            self.rows = grown
        new = self.rows[self.count : wanted]
        new[:] = np.zeros(1, ROW)
        for column, word in enumerate(words):
            new["key"][:, column] = word[first]
        sender_b = swap[first]
        source, target = frames.smac[first], frames.dmac[first]
        new["mac_a"], new["mac_b"] = np.where(sender_b, target, source), np.where(sender_b, source, target)
        new["first"] = new["last"] = frames.batch.time[first]
        new["first_a"] = ~sender_b
        new["vlan"] = frames.vlan[first]
        numbers = np.arange(self.count, wanted, dtype=np.int64)
        self.count = wanted
        if 3 * wanted > len(self._slots) and len(self._slots) < _LARGEST_SLOTS:
            self._rebuild()
        else:
            self._insert(numbers, place[first])

    def _rebuild(self) -> None:
        size = len(self._slots)
        while size < 6 * self.count:
            size *= 2
        self._slots = np.full(size, _FREE, np.int64)
        key = self.rows["key"][: self.count]
        self._insert(np.arange(self.count, dtype=np.int64), self._hash([key[:, column] for column in range(5)]))

    def _insert(self, numbers: I64, place: U64) -> None:
        mask = len(self._slots) - 1
        slot = (place & np.uint64(mask)).astype(np.int64)
        while len(numbers):
            empty = self._slots[slot] == _FREE
            self._slots[slot[empty]] = numbers[empty]
            lost = self._slots[slot] != numbers
            numbers, slot = numbers[lost], slot[lost] + 1 & mask

    def _count(self, frames: Frames, numbers: I64, swap: Any) -> None:
        rows, count = self.rows, self.count
        total = np.bincount(numbers, minlength=count)
        from_b = np.bincount(numbers[swap], minlength=count)
        rows["packets_b"][:count] += from_b
        rows["packets_a"][:count] += total - from_b
        # exact: a batch holds less than 2^53 bytes
        rows["bytes"][:count] += np.bincount(numbers, frames.batch.wire, count).astype(np.int64)
        self._times(numbers, frames.batch.time, total)
        tcp = np.flatnonzero((frames.protocol == 6) & (frames.flags & 2 > 0))
        if len(tcp):
            bit = np.where(frames.flags[tcp] & 16 > 0, SYN_ACK, SYN).astype(np.uint8)
            side = swap[tcp]
            np.bitwise_or.at(rows["flags_a"], numbers[tcp[~side]], bit[~side])
            np.bitwise_or.at(rows["flags_b"], numbers[tcp[side]], bit[side])
        for side, sent, mac, ttl in ((~swap, "sent_a", "mac_a", "ttl_a"), (swap, "sent_b", "mac_b", "ttl_b")):
            fresh = np.flatnonzero(side & ~rows[sent][numbers])[::-1]  # reversed: the first frame wins
            if len(fresh):
                rows[mac][numbers[fresh]] = frames.smac[fresh]
                rows[ttl][numbers[fresh]] = frames.ttl[fresh]
                rows[sent][numbers[fresh]] = True

    def _times(self, numbers: I64, time: I64, total: I64) -> None:
        rows, count = self.rows, self.count
        if len(time) > 1 and bool((time[1:] < time[:-1]).any()):
            np.minimum.at(rows["first"], numbers, time)
            np.maximum.at(rows["last"], numbers, time)
            return
        # In order of time, the last frame of a row has its latest time; an earlier batch may still be later.
        latest = np.zeros(count, np.int64)
        latest[numbers] = time
        earliest = np.zeros(count, np.int64)
        earliest[numbers[::-1]] = time[::-1]
        seen = total[:count] > 0
        rows["last"][:count] = np.where(seen, np.maximum(rows["last"][:count], latest), rows["last"][:count])
        rows["first"][:count] = np.where(seen, np.minimum(rows["first"][:count], earliest), rows["first"][:count])


def _first_of_each(words: list[U64], place: U64) -> I64:
    """Positions of the first occurrence of every distinct key, in order."""
    order = np.argsort(place, kind="stable")
    new = np.ones(len(order), np.bool_)
    ordered = place[order]
    equal_place = ordered[1:] == ordered[:-1]
    equal_key = np.ones(len(order) - 1, np.bool_)
    for word in words:
        sorted_word = word[order]
        equal_key &= sorted_word[1:] == sorted_word[:-1]
    if bool((equal_place & ~equal_key).any()):  # two keys of one hash: sort by the keys themselves
        order = np.lexsort(tuple(words))
        equal_key = np.ones(len(order) - 1, np.bool_)
        for word in words:
            sorted_word = word[order]
            equal_key &= sorted_word[1:] == sorted_word[:-1]
        new[1:] = ~equal_key
    else:
        new[1:] = ~equal_place
    groups = np.cumsum(new) - 1
    result = np.full(int(groups[-1]) + 1, len(order), np.int64)
    np.minimum.at(result, groups, order)
    return np.sort(result)


def concatenated(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Rows of which several may have one key (written out at different times), merged: one row a key."""
    order = np.lexsort(tuple(rows["key"].T))
    ordered = rows[order]
    new = np.ones(len(rows), np.bool_)
    new[1:] = (ordered["key"][1:] != ordered["key"][:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    merged = ordered[starts].copy()  # lexsort is stable: the earliest part comes first
    for name in ("packets_a", "packets_b", "bytes"):
        merged[name] = np.add.reduceat(ordered[name], starts)
    merged["first"] = np.minimum.reduceat(ordered["first"], starts)
    merged["last"] = np.maximum.reduceat(ordered["last"], starts)
    for name in ("flags_a", "flags_b", "functions"):
        merged[name] = np.bitwise_or.reduceat(ordered[name], starts)
    groups = np.cumsum(new) - 1
    _take_known(merged, ordered, groups)
    return merged


def _take_known(merged: npt.NDArray[Any], ordered: npt.NDArray[Any], groups: I64) -> None:
    """What the parts know is taken from the first that knows it; the surest name of a service wins."""

    def first_with(condition: Any) -> tuple[I64, I64]:
        index = np.flatnonzero(condition)
        group, place = np.unique(groups[index], return_index=True)
        return group, index[place]

    for strength in (1, 2):
        group, index = first_with(ordered["strength"] == strength)
        for name in ("service", "strength"):
            merged[name][group] = ordered[name][index]
    group, index = first_with(ordered["client_a"] != 0)
    merged["client_a"][group] = ordered["client_a"][index]
    for end in "ab":
        group, index = first_with(ordered[f"sent_{end}"])
        for name in (f"mac_{end}", f"ttl_{end}", f"sent_{end}"):
            merged[name][group] = ordered[name][index]
