"""Small readers and checksums that the signatures share."""

from __future__ import annotations

from functools import cache


def be16(data: bytes, place: int) -> int:
    """Two bytes, most significant first; 0 past the end."""
    return int.from_bytes(data[place : place + 2], "big")


def be32(data: bytes, place: int) -> int:
    """Four bytes, most significant first."""
    return int.from_bytes(data[place : place + 4], "big")


def le16(data: bytes, place: int) -> int:
    """Two bytes, least significant first."""
    return int.from_bytes(data[place : place + 2], "little")


def le32(data: bytes, place: int) -> int:
    """Four bytes, least significant first."""
    return int.from_bytes(data[place : place + 4], "little")


@cache
def _table(polynomial: int, reflected: bool) -> tuple[int, ...]:
    entries = []
    for byte in range(256):
        value = byte if reflected else byte << 8
        for _ in range(8):
            if reflected:
                value = value >> 1 ^ (polynomial if value & 1 else 0)
            else:
                value = (value << 1 ^ (polynomial if value & 0x8000 else 0)) & 0xFFFF
        entries.append(value)
    return tuple(entries)


def crc_dnp(data: bytes) -> int:
    """CRC-16/DNP (IEEE 1815-2012 clause 9.2.4.3)."""
    table, value = _table(0xA6BC, True), 0
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFF


def crc_ccitt(data: bytes, start: int = 0xFFFF) -> int:
    """CRC-16 with polynomial 0x1021 (IEEE C37.118.2-2011 annex B with start 0xFFFF, S-Bus with 0)."""
    table, value = _table(0x1021, False), start
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ table[value >> 8 ^ byte]
    return value


def text(data: bytes, limit: int = 200) -> str:
    """Bytes as one printable line: the part before the first zero byte, control characters dropped."""
    plain = data.split(b"\0", 1)[0].decode("utf-8", "replace")
    if not plain.isprintable():
        plain = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(plain.split())[:limit]


def ber(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Tag, begin and end of the value of the BER element at ``place``; None when it does not fit or is indefinite."""
    if place + 2 > len(data):
        return None
    tag, length, place = data[place], data[place + 1], place + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or place + count > len(data):
            return None
        length = int.from_bytes(data[place : place + count], "big")
        place += count
    return tag, place, place + length
