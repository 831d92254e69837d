"""SNMP v2c GET of the system group and of the first physical entity (RFC 3418, RFC 6933)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ninefold.sources.active.interface import Packet
from ninefold.sources.common import clean, say

NAME: Final = "snmp"
_ASKED: Final = {
    (1, 3, 6, 1, 2, 1, 1, 1, 0): "snmp.system_description",
    (1, 3, 6, 1, 2, 1, 1, 2, 0): "snmp.object_id",
    (1, 3, 6, 1, 2, 1, 1, 5, 0): "snmp.system_name",
    (1, 3, 6, 1, 2, 1, 1, 6, 0): "snmp.location",
    (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 9, 1): "identity.firmware",
    (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 1): "identity.serial",
    (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 12, 1): "identity.vendor",
    (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 13, 1): "identity.product",
}
_NOTHING: Final = frozenset({0x05, 0x80, 0x81, 0x82})  # null, no such object, no such instance, end of view


def packets(community: str = "public") -> tuple[Packet, ...]:
    """Two GET requests: the system group, and the first entry of the entity table."""
    names = list(_ASKED)
    parts = ((names[:4], say("SNMP GET: description, name and place of the device (system group)")),
             (names[4:], say("SNMP GET: firmware, serial number, vendor and model (entity table)")))  # fmt: skip
    return tuple(
        Packet(port="udp/161", data=_request(number, community, asked), meaning=words)
        for number, (asked, words) in enumerate(parts, start=1)
    )


def facts(answers: Sequence[bytes]) -> list[tuple[str, str]]:
    """What the answers say of the objects that were asked for."""
    found: list[tuple[str, str]] = []
    for answer in answers:
        for name, kind, value in _bindings(answer):
            key = _ASKED.get(name)
            if not key or kind in _NOTHING:
                continue
            text = ".".join(map(str, _oid(value))) if kind == 0x06 else clean(value.decode("utf-8", "replace"))
            if text:
                found.append((key, text))
    return list(dict.fromkeys(found))


# --- BER (X.690), as far as SNMP needs it -----------------------------------------------------------------------


def _wrap(tag: int, body: bytes) -> bytes:
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def _name(parts: tuple[int, ...]) -> bytes:
    body = bytes([parts[0] * 40 + parts[1]])
    for part in parts[2:]:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.append(0x80 | part & 0x7F)
        body += bytes(reversed(groups))
    return _wrap(0x06, body)


def _request(number: int, community: str, names: Sequence[tuple[int, ...]]) -> bytes:
    bindings = b"".join(_wrap(0x30, _name(name) + b"\x05\0") for name in names)
    zero = _wrap(0x02, b"\0")
    pdu = _wrap(0xA0, _wrap(0x02, bytes([number])) + zero + zero + _wrap(0x30, bindings))
    return _wrap(0x30, _wrap(0x02, b"\x01") + _wrap(0x04, community.encode()) + pdu)


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + min(count, 4)], "big")
            at += count
        if at + size > len(data):
            return
        yield tag, data[at : at + size]
        at += size


def _bindings(answer: bytes) -> Iterator[tuple[tuple[int, ...], int, bytes]]:
    message = next(_items(answer), (0, b""))[1]
    pdu = next((body for tag, body in _items(message) if tag == 0xA2), b"")
    for tag, body in list(_items(pdu))[3:4]:
        for _, pair in _items(body) if tag == 0x30 else ():
            parts = list(_items(pair))
            if len(parts) == 2:
                yield _oid(parts[0][1]), parts[1][0], parts[1][1]


def _oid(body: bytes) -> tuple[int, ...]:
    if not body:
        return ()
    parts = [body[0] // 40, body[0] % 40]
    value = 0
    for byte in body[1:]:
        value = (value << 7) | (byte & 0x7F)
        if not byte & 0x80:
            parts.append(value)
            value = 0
    return tuple(parts)
