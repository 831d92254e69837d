"""Real connections through the twin: what raw frames cannot show is that answers come back.

For every TCP flow between two hosts a listener is opened at the real device and a connection made to the address
that the flow asks for; established means that every gateway on the way let the answer through.
"""

from __future__ import annotations

import select
import socket
import time
from functools import partial
from typing import NamedTuple

from ninefold.network.journey import Packet
from ninefold.network.ranges import address_text
from ninefold.network.twin import namespaces
from ninefold.network.twin.layout import Port


class Session(NamedTuple):
    """One connection to make: the packet as sent, the client's cable, its gateway, the server's cable and address,
    ``back``: the server's gateway, ``seen``: the client's address as the server sees it."""

    packet: Packet
    client: Port
    gateway: str
    server: Port
    target: int
    port: int
    back: str
    seen: int
    why: str


def prepare(names: dict[str, str], sessions: list[Session]) -> None:
    """Give the hosts their addresses and the way to their gateway."""
    lines: dict[str, dict[str, None]] = {}
    for item in sessions:
        for cable, address, via, other in (
            (item.client, item.packet.source, item.gateway, item.packet.target),
            (item.server, item.target, item.back, item.seen),
        ):
            family = item.packet.family
            bits = 32 if family == 4 else 128
            text, far = address_text(address, family), address_text(other, family)
            mine = lines.setdefault(cable.owner, {})
            mine["link set lo up"] = None
            mine[f"address replace {text}/{bits} dev {cable.interface}{' nodad' * (family == 6)}"] = None
            mine[f"route replace {via}/{bits} dev {cable.interface}"] = None
            if far != via:
                mine[f"route replace {far}/{bits} via {via} dev {cable.interface} onlink"] = None
    for label, commands in lines.items():
        namespaces.run("ip", "-n", names[label], "-batch", "-", text="\n".join(commands) + "\n")


def connect(names: dict[str, str], sessions: list[Session], wait: float = 2.0) -> list[bool]:
    """Which connections were established within ``wait`` seconds."""
    listeners = _listen(names, sessions)
    clients: dict[int, int] = {}
    open_: list[socket.socket] = []
    done = [False] * len(sessions)
    poll = select.poll()
    try:
        for at, item in enumerate(sessions):
            made = namespaces.inside(names[item.client.owner], partial(_dial, item))
            if made is not None:
                open_.append(made)
                clients[made.fileno()] = at
                poll.register(made, select.POLLOUT | select.POLLERR)
        end = time.monotonic() + wait
        while clients and time.monotonic() < end:
            for handle, _ in poll.poll(50):
                at = clients.pop(handle)
                poll.unregister(handle)
                made = next(item for item in open_ if item.fileno() == handle)
                done[at] = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    finally:
        for made in (*open_, *listeners):
            made.close()
    return done


def _listen(names: dict[str, str], sessions: list[Session]) -> list[socket.socket]:
    wanted = dict.fromkeys((item.server.owner, item.packet.family, item.port) for item in sessions)
    return [namespaces.inside(names[label], partial(_open, family, port)) for label, family, port in wanted]


def _open(family: int, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == 6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    made.bind(("", port))
    made.listen(64)
    return made


def _dial(item: Session) -> socket.socket | None:
    family = item.packet.family
    made = socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        made.bind((address_text(item.packet.source, family), 0))
        made.connect((address_text(item.packet.target, family), item.packet.port))
    except BlockingIOError:
        return made
    except OSError:
        made.close()
        return None
    return made
