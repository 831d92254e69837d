"""OPC UA GetEndpoints over a channel without security: what a server offers (OPC 10000-4, 5.5.4; OPC 10000-6, 5 to 7).

No session is made and nothing of the address space is read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ninefold.sources.active.interface import Packet
from ninefold.sources.common import clean, say

NAME: Final = "opcua"
_URL: Final = "opc.tcp://{host}:4840/"
_POLICY: Final = "http://opcfoundation.org/UA/SecurityPolicy#"
_MODES: Final = {1: "None", 2: "Sign", 3: "SignAndEncrypt"}
_ENDPOINTS: Final = 64
_LIMIT: Final = 1 << 20
_OPEN, _OPENED, _GET, _GOT = 446, 449, 428, 431


def packets(community: str = "public", url: str = _URL) -> tuple[Packet, ...]:
    """Hello, open a channel (policy None), ask for the endpoints. Channel and token numbers come from the server."""
    return (
        Packet(port="tcp/4840", data=_hello(url), meaning=say("OPC UA Hello: agree on the size of messages")),
        Packet(port="tcp/4840", data=_open(), meaning=say("OPC UA OpenSecureChannel without security, to ask only")),
        Packet(port="tcp/4840", data=_get(url, 0, 0), meaning=say("OPC UA GetEndpoints: which protection is offered")),
    )


def converse(exchange: Callable[[bytes], bytes], host: str) -> list[bytes]:
    """Hold the conversation; the answers so far, also when it breaks off."""
    url = _URL.format(host=f"[{host}]" if ":" in host else host)
    answers = [exchange(_hello(url))]
    if answers[-1][:3] != b"ACK":
        return answers
    answers.append(exchange(_open()))
    opened = answers[-1]
    if opened[:3] != b"OPN":
        return answers
    try:
        channel, token = _token(opened)
    except (struct.error, ValueError):
        return answers
    answers.append(exchange(_get(url, channel, token)))
    return answers


def facts(answers: Sequence[bytes]) -> list[tuple[str, str]]:
    """Application, endpoints, security policies and modes, kinds of users."""
    found: list[tuple[str, str]] = []
    for answer in answers:
        if answer[:3] == b"MSG" and len(answer) > 28 and answer[24:26] == b"\x01\0":
            if struct.unpack_from("<H", answer, 26)[0] != _GOT:
                continue
            try:
                found += list(_endpoints(_Reader(answer, 28)))
            except (struct.error, ValueError):
                continue
    return [(key, value) for key, value in dict.fromkeys(found) if value]


# --- writing ----------------------------------------------------------------------------------------------------


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<i", len(data)) + data


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body) + 8) + body


def _hello(url: str) -> bytes:
    return _message(b"HELF", struct.pack("<IIIII", 0, 65_536, 65_536, _LIMIT, 0) + _text(url))


def _header(handle: int) -> bytes:
    """Request header: no session, no time, no diagnostics, five seconds."""
    return b"\0\0" + struct.pack("<qIIiI", 0, handle, 0, -1, 5_000) + b"\0\0\0"


def _open() -> bytes:
    security = struct.pack("<I", 0) + _text(f"{_POLICY}None") + struct.pack("<ii", -1, -1)
    # version 0, issue a token, mode None, empty nonce, ten minutes
    body = struct.pack("<BBH", 1, 0, _OPEN) + _header(1) + struct.pack("<IIIiI", 0, 0, 1, 0, 600_000)
    return _message(b"OPNF", security + struct.pack("<II", 1, 1) + body)


def _get(url: str, channel: int, token: int) -> bytes:
    body = struct.pack("<BBH", 1, 0, _GET) + _header(2) + _text(url) + struct.pack("<ii", -1, -1)
    return _message(b"MSGF", struct.pack("<IIII", channel, token, 2, 2) + body)


# --- reading ----------------------------------------------------------------------------------------------------


class _Reader:
    """Takes values one after the other; struct.error or ValueError at the end of the data."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def number(self, form: str) -> int:
        value: int = struct.unpack_from(f"<{form}", self.data, self.at)[0]
        self.at += struct.calcsize(f"<{form}")
        return value

    def raw(self) -> bytes:
        size = self.number("i")
        if size > len(self.data) - self.at:
            raise ValueError("cut off")
        start, self.at = self.at, self.at + max(size, 0)
        return self.data[start : self.at]

    def text(self) -> str:
        return clean(self.raw().decode("utf-8", "replace"))

    def localized(self) -> str:
        mask = self.number("B")
        if mask & 1:
            self.raw()
        return self.text() if mask & 2 else ""

    def count(self) -> int:
        return min(max(self.number("i"), 0), _ENDPOINTS)

    def response(self) -> int:
        """The response header; its service result."""
        self.at += 12
        result = self.number("I")
        if self.number("B"):
            raise ValueError("diagnostics")
        for _ in range(self.count()):
            self.raw()
        self.at += 3
        return result


def _token(opened: bytes) -> tuple[int, int]:
    reader = _Reader(opened, 12)
    for _ in range(3):
        reader.raw()
    reader.at += 8
    if reader.number("H") != 1 or reader.number("H") != _OPENED or reader.response():
        raise ValueError("refused")
    reader.at += 4
    return reader.number("I"), reader.number("I")


def _endpoints(reader: _Reader) -> Iterator[tuple[str, str]]:
    if reader.response():
        return
    for _ in range(reader.count()):
        yield "opcua.endpoint", reader.text()
        yield "opcua.application_uri", reader.text()
        yield "opcua.product_uri", reader.text()
        yield "opcua.application_name", reader.localized()
        reader.at += 4
        reader.raw()
        reader.raw()
        for _ in range(reader.count()):
            reader.raw()
        reader.raw()
        mode = _MODES.get(reader.number("I"), "")
        policy = reader.text().removeprefix(_POLICY)
        yield "opcua.security_policy", policy
        yield "opcua.security_mode", mode
        for _ in range(reader.count()):
            reader.raw()
            kind = reader.number("I")
            for _ in range(3):
                reader.raw()
            if kind == 0:
                yield "opcua.anonymous", "offered"
        reader.raw()
        reader.at += 1
