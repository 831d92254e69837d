"""Looking into conversations: the first payloads of each, and every new kind of message after that."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ninefold.model.catalogue import SERVICES
from ninefold.sources.captures import layer2
from ninefold.sources.captures.codes import CODES
from ninefold.sources.captures.facts.registry import PARSERS, SAMPLES
from ninefold.sources.captures.frames import Frames
from ninefold.sources.captures.signatures import STRONG
from ninefold.sources.captures.signatures.registry import recognise
from ninefold.sources.captures.sink import Sink, owner
from ninefold.sources.captures.table import Table
from ninefold.sources.captures.talk import Talk

I64 = npt.NDArray[np.int64]

IDS: Final = ("", *SERVICES)
NUMBER: Final = {name: number for number, name in enumerate(IDS)}
_LIMIT: Final = 8  # payloads looked at in each direction
_CODES: Final = 60  # kinds of messages looked at in each conversation
_LARGEST: Final = 65_536
_REMEMBERED: Final = 2048  # conversations whose parsers keep something; TLS keeps up to 32 KB
_MOST_KNOWN: Final = 4_000_000


class Inspector:
    """Names the service of each conversation, its functions and the roles of its ends; hands payloads to parsers."""

    def __init__(self, table: Table, sink: Sink) -> None:
        self._table, self._sink = table, sink
        self._limits = np.array([SAMPLES.get(name, _LIMIT) for name in IDS], np.uint8)
        self._coded = np.array([name in CODES for name in IDS], np.bool_)
        self._known: set[int] = set()
        self._chosen: dict[int, tuple[int, bool, int]] = {}  # place in the batch: row, sender is b, role of the sender
        self._memory: dict[int, dict[str, Any]] = {}

    def clear(self) -> None:
        """Forget conversations that were written out."""
        self._known.clear()
        self._memory.clear()

    def look(self, frames: Frames, numbers: I64, swap: npt.NDArray[np.bool_], first: int) -> None:
        """Look into the frames of a batch whose first frame has the number ``first`` (counted from 1)."""
        rows = self._table.rows
        limit = self._limits[rows["service"][numbers]]
        seen = np.where(swap, rows["seen_b"][numbers], rows["seen_a"][numbers])
        filled = (frames.size > 0) & (frames.fragment < 2) & ~frames.bad
        wanted = np.flatnonzero(filled & (seen < limit))
        self._chosen.clear()
        if len(wanted):
            self._samples(frames, wanted, numbers, swap)
        coded = np.flatnonzero(filled & self._coded[rows["service"][numbers]])
        if len(coded):
            self._messages(frames, coded, numbers, swap)
        for place in sorted(self._chosen):  # an answer is understood after its request
            self._parse(frames, place, first + place, *self._chosen[place])

    def _samples(self, frames: Frames, wanted: I64, numbers: I64, swap: Any) -> None:
        rows, limits = self._table.rows, self._limits.tolist()
        service, seen = rows["service"], (rows["seen_a"], rows["seen_b"])
        count: dict[int, int] = {}
        places = wanted.tolist()
        for place, row, side in zip(places, numbers[wanted].tolist(), swap[wanted].tolist(), strict=True):
            key = row << 1 | side
            done = count.get(key, -1)
            if done < 0:
                done = int(seen[side][row])
            if done >= limits[service[row]]:
                count[key] = done
                continue
            count[key] = done + 1
            self._chosen[place] = row, bool(side), self._identify(frames, place, row, bool(side))
        for key, done in count.items():
            seen[key & 1][key >> 1] = min(done, 255)

    def _messages(self, frames: Frames, coded: I64, numbers: I64, swap: Any) -> None:
        rows = self._table.rows
        services = rows["service"][numbers[coded]]
        for number in np.unique(services).tolist():
            chosen = coded[services == number]
            code = CODES[IDS[number]](frames, chosen).astype(np.int64)
            key = (numbers[chosen] << 1 | swap[chosen]) << 24 | code & 0xFFFFFF
            index = np.sort(np.unique(key, return_index=True)[1])
            for value, place in zip(key[index].tolist(), chosen[index].tolist(), strict=True):
                row = value >> 25
                if value not in self._known and rows["codes"][row] < _CODES and len(self._known) < _MOST_KNOWN:
                    rows["codes"][row] += 1
                    self._known.add(value)
                    self._chosen.setdefault(place, (row, bool(value >> 24 & 1), 0))

    @staticmethod
    def _data(frames: Frames, place: int) -> bytes:
        begin, size = int(frames.payload[place]), min(int(frames.size[place]), _LARGEST)
        return bytes(frames.batch.buffer[begin : begin + size])

    def _identify(self, frames: Frames, place: int, row: int, sender_b: bool) -> int:
        """Name the service of a conversation from one payload; the role of the sender in it."""
        kind, protocol = int(frames.kind[place]), int(frames.protocol[place])
        if kind == 0:
            self._layer_2(row, int(frames.ethertype[place]), self._data(frames, place))
        elif protocol in (6, 17):
            ports = int(frames.source_port[place]), int(frames.target_port[place])
            return self._name(row, protocol, ports, self._data(frames, place), sender_b)
        elif protocol in (1, 58):
            self._control(row, protocol, int(frames.flags[place]), sender_b)
        return 0

    def _parse(self, frames: Frames, place: int, frame: int, row: int, sender_b: bool, who: int) -> None:
        rows, kind = self._table.rows, int(frames.kind[place])
        parser = PARSERS.get(IDS[rows["service"][row]])
        if parser is None:
            return
        if not who:
            who = int(rows["client_a"][row]) * (-1 if sender_b else 1)
        high, low = int(frames.source_high[place]), int(frames.source_low[place])
        sender = owner(int(frames.smac[place]), kind, high, low)
        high, low = int(frames.target_high[place]), int(frames.target_low[place])
        receiver = owner(int(frames.dmac[place]), kind, high, low)
        ports = int(frames.source_port[place]), int(frames.target_port[place])
        memory = self._remember(row) if kind else {}
        talk = Talk(self._sink, frame, sender, receiver, who, int(frames.ethertype[place]), ports, memory)
        # A payload that is cut or lies about its lengths says nothing more than what was understood before that.
        with suppress(IndexError, ValueError, OverflowError, UnicodeError):
            parser(talk, self._data(frames, place))
        if talk.functions:
            rows["functions"][row] |= talk.functions

    def _remember(self, row: int) -> dict[str, Any]:
        """What the parser kept from earlier payloads; the oldest conversations are forgotten first."""
        memory = self._memory.get(row)
        if memory is None:
            if len(self._memory) >= _REMEMBERED:
                del self._memory[next(iter(self._memory))]
            memory = self._memory[row] = {}
        return memory

    def _name(self, row: int, protocol: int, ports: tuple[int, int], data: bytes, sender_b: bool) -> int:
        """Match the signatures; the role of the sender in this payload."""
        record = self._table.rows[row]
        verdict = recognise(protocol, *ports, data)
        if verdict is None:
            return 0
        service, strength, who = verdict
        if who and not record["client_a"]:
            record["client_a"] = -who if sender_b else who
        number = NUMBER[service]
        if number and record["strength"] < STRONG:
            known = record["service"] == number
            record["strength"] = min(STRONG, int(record["strength"]) + strength) if known else strength
            record["service"] = number
        elif number and strength == STRONG and IDS[record["service"]] == "modbus" and service == "umas":
            record["service"] = number
        return who

    def _layer_2(self, row: int, ethertype: int, data: bytes) -> None:
        record = self._table.rows[row]
        service = layer2.service(ethertype, data)
        if service and (not record["service"] or service == "profinet-rt"):
            record["service"], record["strength"] = NUMBER[service], STRONG

    def _control(self, row: int, protocol: int, kind: int, sender_b: bool) -> None:
        record = self._table.rows[row]
        ask, answer = (8, 0) if protocol == 1 else (128, 129)
        if kind in (ask, answer):
            record["service"], record["strength"] = NUMBER["ping"], STRONG
            record["client_a"] = 1 if (kind == ask) != sender_b else -1
