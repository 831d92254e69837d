"""Probe packets as bytes: Ethernet, IPv4 and IPv6, TCP, UDP, ICMP and others, each carrying its number.

The number survives address translation: in TCP it is the sequence number, elsewhere the first payload bytes.
"""

from __future__ import annotations

import struct
from typing import Final

from ninefold.network.journey import Packet

MAGIC: Final = 0x4E464C44
_TCP, _UDP, _ICMP, _ICMP6 = 6, 17, 1, 58


def frame(packet: Packet, number: int, source_mac: bytes, target_mac: bytes) -> bytes:
    """The Ethernet frame of a probe."""
    body = _transport(packet, number)
    if packet.family == 4:
        head = _ipv4(packet, len(body))
        return target_mac + source_mac + b"\x08\x00" + head + body
    head = struct.pack("!IHBB", 6 << 28, len(body), packet.protocol, 64)
    head += packet.source.to_bytes(16, "big") + packet.target.to_bytes(16, "big")
    return target_mac + source_mac + b"\x86\xdd" + head + body


def _ipv4(packet: Packet, length: int) -> bytes:
    ends = packet.source.to_bytes(4, "big") + packet.target.to_bytes(4, "big")
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, packet.protocol, 0) + ends
    return head[:10] + checksum(head).to_bytes(2, "big") + head[12:]


def _transport(packet: Packet, number: int) -> bytes:
    protocol = packet.protocol
    mark = struct.pack("!II", MAGIC, number)
    if protocol == _TCP:
        body = struct.pack("!HHIIBBHHH", packet.source_port, packet.port, number, MAGIC, 0x50, 0x02, 1024, 0, 0)
        return _sealed(packet, body, 16)
    if protocol == _UDP:
        body = struct.pack("!HHHH", packet.source_port, packet.port, 16, 0) + mark
        return _sealed(packet, body, 6)
    if protocol == _ICMP:
        body = struct.pack("!BBHI", packet.port, packet.source_port, 0, number) + mark
        return body[:2] + checksum(body).to_bytes(2, "big") + body[4:]
    if protocol == _ICMP6:
        body = struct.pack("!BBHI", packet.port, packet.source_port, 0, number) + mark
        return _sealed(packet, body, 2)
    return mark + b"\0" * 8


def _sealed(packet: Packet, body: bytes, at: int) -> bytes:
    size = 4 if packet.family == 4 else 16
    pseudo = packet.source.to_bytes(size, "big") + packet.target.to_bytes(size, "big")
    pseudo += struct.pack("!II", len(body), packet.protocol)
    seal = checksum(pseudo + body) or 0xFFFF
    return body[:at] + seal.to_bytes(2, "big") + body[at + 2 :]


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def number_of(data: bytes) -> int | None:
    """The probe's number in an Ethernet frame, or None if it is no probe."""
    kind = data[12:14]
    if kind == b"\x08\x00" and len(data) >= 34:
        return number_in(data[23], data[14 + (data[14] & 15) * 4 :])
    if kind == b"\x86\xdd" and len(data) >= 54:
        return number_in(data[20], data[54:])
    return None


def number_in(protocol: int, body: bytes) -> int | None:
    """The probe's number in a transport payload (from its header on)."""
    if protocol == _TCP:
        if len(body) < 20:
            return None
        number, magic = struct.unpack_from("!II", body, 4)
        return int(number) if magic == MAGIC and body[13] == 2 else None
    offset = 8 if protocol in {_UDP, _ICMP, _ICMP6} else 0
    if len(body) < offset + 8:
        return None
    magic, number = struct.unpack_from("!II", body, offset)
    return int(number) if magic == MAGIC else None
