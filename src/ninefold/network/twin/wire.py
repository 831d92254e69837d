"""Probes on the wire: raw frames out of every host, and what gateways make of them.

Frames are read at the bridge side of the gateways' cables: a frame seen there was sent by that gateway into that
network. Packets for the gateway itself are read from raw sockets behind its input chain.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from ninefold.network.journey import Packet
from ninefold.network.twin.frames import frame, number_in, number_of
from ninefold.network.twin.layout import Layout, Port
from ninefold.network.twin.namespaces import inside

_ALL = 0x0003
_BUFFER = 64 << 20
_SO_RCVBUFFORCE = 33
_CHUNK = 48
_OUTGOING = 4
_NO_RECEIVE = 0  # protocol 0: a socket that only sends


class Shot(NamedTuple):
    """One frame to send: number, packet, cable it leaves from, gateway cable it is handed to."""

    number: int
    packet: Packet
    source: Port
    target: Port


class Seen(NamedTuple):
    """``emitted``: (number, namespace label, interface); ``taken``: (number, namespace label)."""

    emitted: set[tuple[int, str, str]]
    taken: set[tuple[int, str]]


class Wire:
    """All sockets of a twin."""

    def __init__(self, plan: Layout, names: dict[str, str]) -> None:
        self.plan, self.names = plan, names
        self._out: dict[Port, socket.socket] = {}
        routers = set(plan.gateways.values())
        self._taps: dict[socket.socket, Port] = {}
        self._raws: dict[socket.socket, tuple[str, int, int]] = {}
        watched = [port for port in plan.ports if port.owner in routers]
        inside(names["s"], lambda: self._open_taps(watched))
        for label in sorted(routers):
            inside(names[label], partial(self._open_raws, label))
        self._poll = select.poll()
        self._by_handle = {}
        for item in (*self._taps, *self._raws):
            self._poll.register(item, select.POLLIN)
            self._by_handle[item.fileno()] = item

    def _open_taps(self, ports: Iterable[Port]) -> None:
        for port in ports:
            tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL))
            try:
                tap.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
            except PermissionError:  # inside a user namespace
                tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            tap.bind((port.name, _ALL))
            tap.setblocking(False)
            self._taps[tap] = port

    def _open_raws(self, label: str) -> None:
        for family, numbers in ((socket.AF_INET, (6, 17, 1, 50, 47)), (socket.AF_INET6, (6, 17, 58, 50, 47))):
            for protocol in numbers:
                raw = socket.socket(family, socket.SOCK_RAW, protocol)
                raw.setblocking(False)
                self._raws[raw] = (label, 4 if family == socket.AF_INET else 6, protocol)

    def _sender(self, port: Port) -> socket.socket:
        if port not in self._out:

            def open_sender() -> socket.socket:
                made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, _NO_RECEIVE)
                made.bind((port.interface, 0))
                return made

            self._out[port] = inside(self.names[port.owner], open_sender)
        return self._out[port]

    def fire(self, shots: list[Shot], wait: float = 0.15) -> Seen:
        """Send all, and listen until ``wait`` seconds pass in silence."""
        seen = Seen(set(), set())
        self._drain(Seen(set(), set()), 0.0)
        for at in range(0, len(shots), _CHUNK):
            for shot in shots[at : at + _CHUNK]:
                data = frame(shot.packet, shot.number, _mac(shot.source.mac), _mac(shot.target.mac))
                self._sender(shot.source).send(data)
            self._drain(seen, 0.0)
        quiet = time.monotonic() + wait
        while time.monotonic() < quiet:
            if self._drain(seen, 0.02):
                quiet = time.monotonic() + wait
        return seen

    def _drain(self, seen: Seen, wait: float) -> bool:
        any_probe = False
        for handle, _ in self._poll.poll(wait * 1000):
            item = self._by_handle[handle]
            while True:
                try:
                    data, where = item.recvfrom(2048)
                except (BlockingIOError, InterruptedError):
                    break
                any_probe |= self._note(seen, item, data, where)
        return any_probe

    def _note(self, seen: Seen, item: socket.socket, data: bytes, where: Any) -> bool:
        if item in self._taps:
            if where[2] == _OUTGOING:
                return False
            found = number_of(data)
            if found is not None:
                port = self._taps[item]
                seen.emitted.add((found, port.owner, port.interface))
            return found is not None
        label, family, protocol = self._raws[item]
        body = data[(data[0] & 15) * 4 :] if family == 4 else data
        found = number_in(protocol, body)
        if found is not None:
            seen.taken.add((found, label))
        return found is not None

    def close(self) -> None:
        """Close every socket."""
        for item in (*self._taps, *self._raws, *self._out.values()):
            item.close()


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))
