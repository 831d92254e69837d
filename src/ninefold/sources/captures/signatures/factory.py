"""Protocols of factory and process automation."""

from __future__ import annotations

from typing import Final

from ninefold.sources.captures.signatures import ANSWERS, ASKS, STRONG, WEAK, Verdict
from ninefold.sources.captures.signatures.bits import be16, be32, ber, le16, le32

_MODBUS_CODES: Final = {*range(1, 9), 11, 12, 15, 16, 17, *range(20, 25), 43, 0x5A}


def modbus(data: bytes) -> Verdict:
    """MODBUS Messaging on TCP/IP V1.0b clause 3.1.3: a chain of ADUs that fills the segment. 0x5A is UMAS."""
    place, who, service = 0, 0, "modbus"
    while place + 8 <= len(data):
        length, code = be16(data, place + 4), data[place + 7]
        if be16(data, place + 2) or not 2 <= length <= 254 or code & 0x7F not in _MODBUS_CODES:
            return None
        service = "umas" if code & 0x7F == 0x5A else service
        who = who or _modbus_role(data, place, length, code)
        place += 6 + length
    if place != len(data) or not place:
        return None
    return service, STRONG if who else WEAK, who


def _modbus_role(data: bytes, place: int, length: int, code: int) -> int:
    if code & 0x80:
        return ANSWERS if length == 3 else 0
    extra = data[place + 8] if place + 8 < len(data) else 0
    if code == 0x5A:
        return ANSWERS if place + 9 < len(data) and data[place + 9] in (0xFE, 0xFD) else ASKS
    if code in (1, 2, 3, 4):
        if length == 6 and extra + 3 != 6:
            return ASKS
        return ANSWERS if length == extra + 3 else 0
    if code in (15, 16):
        count = data[place + 12] if place + 12 < len(data) else -1
        return ASKS if length == 7 + count else ANSWERS if length == 6 else 0
    if code == 43:
        return ASKS if length == 5 else ANSWERS
    return 0


def iso_on_tcp(data: bytes) -> Verdict:
    """RFC 1006 and ISO 8073: what is inside decides between S7, S7-plus, MMS and RDP."""
    if len(data) < 7 or data[0] != 3 or data[1] or be16(data, 2) < 7 or data[4] < 2:
        return None
    kind, inner = data[5] & 0xF0, data[5 + data[4] :]
    if kind in (0xE0, 0xD0):
        if data[4] + 5 != be16(data, 2):
            return None
        who = ASKS if kind == 0xE0 else ANSWERS
        desktop = b"mstshash=" in data or (len(data) >= 19 and data[-8] in (1, 2, 3) and data[-6:-4] == b"\x08\0")
        return ("rdp", STRONG, who) if desktop else ("", WEAK, who)
    if kind != 0xF0 or data[4] != 2 or not inner:
        return None
    return _inside_cotp(data[7:])


def _inside_cotp(inner: bytes) -> Verdict:
    if inner[0] == 0x32 and len(inner) >= 10 and inner[1] in (1, 2, 3, 7):
        return "s7comm", STRONG, _s7_role(inner)
    if inner[0] == 0x72 and len(inner) > 5 and inner[1] in (1, 2, 3, 0xFE):
        return "s7comm-plus", STRONG, {0x31: ASKS, 0x32: ANSWERS, 0x33: ANSWERS}.get(inner[4], 0)
    if inner[:2] in (b"\x7f\x65", b"\x7f\x66"):
        return "rdp", STRONG, ASKS if inner[1] == 0x65 else ANSWERS
    if inner[0] in (0x0D, 0x0E) and b"\x28\xca\x22" in inner:  # OID 1.0.9506: MMS
        return "mms", STRONG, ASKS if inner[0] == 0x0D else ANSWERS
    if inner[:4] == b"\x01\0\x01\0" and inner[4:5] in (b"\x61", b"\x60"):
        tag = mms_tag(inner)
        return ("mms", STRONG, {0xA0: ASKS, 0xA1: ANSWERS, 0xA2: ANSWERS, 0xA3: ANSWERS}.get(tag, 0)) if tag else None
    return None


def mms_tag(inner: bytes) -> int:
    """The tag of the MMS PDU in ISO session data (ISO 8823 fully-encoded-data); 0 when there is none."""
    outer = ber(inner, 4)
    listed = ber(inner, outer[1]) if outer else None
    context = ber(inner, listed[1]) if listed and listed[0] == 0x30 else None
    value = ber(inner, context[2]) if context and context[0] == 0x02 else None
    if not value or value[0] != 0xA0 or value[1] >= len(inner):
        return 0
    tag = inner[value[1]]
    return tag if 0x80 <= tag <= 0xAD else 0


def _s7_role(inner: bytes) -> int:
    if inner[1] in (2, 3):
        return ANSWERS
    if inner[1] == 1:
        return ASKS
    group = inner[15] >> 4 if len(inner) > 15 else 0
    return {4: ASKS, 8: ANSWERS, 0: ANSWERS}.get(group, 0)


_ENIP: Final = {0x04, 0x63, 0x64, 0x65, 0x66, 0x6F, 0x70, 0x72, 0x73}


def enip(data: bytes) -> Verdict:
    """EtherNet/IP encapsulation (CIP volume 2 chapter 2): command, length, status, options."""
    if len(data) < 24 or le16(data, 0) not in _ENIP or le32(data, 8) > 0x6A or le32(data, 20):
        return None
    command, length = le16(data, 0), le16(data, 2)
    if 24 + length > len(data) and length > 65_511:
        return None
    if 24 + length < len(data) and le16(data, 24 + length) not in _ENIP:
        return None
    who = 0
    if command == 0x65:
        who = ANSWERS if le32(data, 4) else ASKS
    elif command in (0x04, 0x63, 0x64):
        who = ANSWERS if length else ASKS
    elif command in (0x6F, 0x70):
        service = cip_place(data)
        who = 0 if service < 0 else ANSWERS if data[service] & 0x80 else ASKS
    return "enip", STRONG, who


def cip_place(data: bytes) -> int:
    """The place of the CIP service byte in an EtherNet/IP packet; -1 where there is none."""
    place = 32
    for _ in range(min(le16(data, 30), 8)):
        kind, length, place = le16(data, place), le16(data, place + 2), place + 4
        if kind == 0x00B2:
            return place if place < len(data) and length else -1
        if kind == 0x00B1:
            return place + 2 if place + 2 < len(data) and length > 2 else -1
        place += length
    return -1


def cip_io(data: bytes) -> Verdict:
    """CIP class 0 and 1 connections: an address item and a connected data item."""
    if len(data) < 16 or le16(data, 0) not in (2, 3, 4) or le16(data, 2) not in (0x8002, 0x00A1):
        return None
    after = 6 + le16(data, 4)
    if le16(data, after) != 0x00B1 or le16(data, after + 2) != len(data) - after - 4:
        return None
    return "cip-io", STRONG, 0


_OPCUA: Final = {b"HEL": ASKS, b"ACK": ANSWERS, b"ERR": ANSWERS, b"OPN": 0, b"MSG": 0, b"CLO": ASKS, b"RHE": ANSWERS}
#: Numeric ids of binary encodings (OPC UA Part 6, NodeIds.csv): requests, then answers.
OPCUA_ASKS: Final = {422, 428, 446, 452, 461, 467, 473, 527, 533, 554, 560, 631, 664, 673, 700, 712, 751, 763, 787}
OPCUA_ASKS_MORE: Final = {793, 799, 826, 832, 841, 847}


def opcua(data: bytes) -> Verdict:
    """OPC UA Part 6 clause 7.1.2: message type, chunk mark, size."""
    if len(data) < 8 or data[:3] not in _OPCUA or data[3] not in b"FCA":
        return None
    size = le32(data, 4)
    if size < 8 or size > 1 << 26 or (size < len(data) and data[size : size + 3] not in _OPCUA):
        return None
    who = _OPCUA[data[:3]]
    if data[:3] == b"MSG" and data[24:26] == b"\x01\0":
        number = le16(data, 26)
        who = ASKS if number in OPCUA_ASKS or number in OPCUA_ASKS_MORE else ANSWERS
    return "opcua", STRONG, who


def ads(data: bytes) -> Verdict:
    """Beckhoff AMS/TCP: two zero bytes, length, then an AMS header whose own length agrees."""
    if len(data) < 38 or data[:2] != b"\0\0" or le16(data, 22) > 9:
        return None
    length, inner = le32(data, 2), le32(data, 26)
    if length != inner + 32 or length > 1 << 24 or not le16(data, 24) & 4:
        return None
    return "ads", STRONG, ANSWERS if le16(data, 24) & 1 else ASKS


def ads_udp(data: bytes) -> Verdict:
    """Beckhoff AMS discovery and routes over UDP: fixed first word, answers have the top bit set."""
    if len(data) < 24 or le32(data, 0) != 0x71146603:
        return None
    return "ads", STRONG, ANSWERS if data[11] & 0x80 else ASKS


def fins_tcp(data: bytes) -> Verdict:
    """Omron FINS/TCP: the word FINS and a length."""
    if len(data) < 16 or data[:4] != b"FINS" or be32(data, 4) + 8 > len(data) + 65_535:
        return None
    command = be32(data, 8)
    who = {0: ASKS, 1: ANSWERS}.get(command, 0)
    if command == 2 and len(data) > 16:
        who = ANSWERS if data[16] & 0x40 else ASKS
    return "fins", STRONG, who


def fins_udp(data: bytes) -> Verdict:
    """Omron FINS: information control field, fixed fields, a known command class."""
    if len(data) < 12 or data[0] & 0x3E or not data[0] & 0x80 or data[1] or not 1 <= data[2] <= 7:
        return None
    if data[10] not in {*range(1, 10), 0x20, 0x21, 0x22, 0x23, 0x26, 0x28}:
        return None
    return "fins", WEAK, ANSWERS if data[0] & 0x40 else ASKS


def melsec(data: bytes) -> Verdict:
    """SLMP/MC protocol 3E and 4E frames, and MELSOFT direct frames (Mitsubishi)."""
    mark = data[:2]
    if mark in (b"\x5a\0", b"\xda\0") and len(data) in (4, 14, 28):
        return "melsec", WEAK, ASKS if mark[0] == 0x5A else ANSWERS
    if len(data) < 11:
        return None
    if mark in (b"\x50\0", b"\xd0\0") and le16(data, 7) == len(data) - 9:
        return "melsec", STRONG, ASKS if mark[0] == 0x50 else ANSWERS
    if mark in (b"\x54\0", b"\xd4\0") and data[4:6] == b"\0\0" and le16(data, 11) == len(data) - 13:
        return "melsec", STRONG, ASKS if mark[0] == 0x54 else ANSWERS
    if mark in (b"\x57\x01", b"\xd7\x01") and le16(data, 19) == len(data) - 21:
        return "melsec", STRONG, ASKS if mark[0] == 0x57 else ANSWERS
    return None


def codesys(data: bytes) -> Verdict:
    """CODESYS V3 block driver over TCP: fixed word and length; V2: 0xBBBB and length."""
    if len(data) >= 8 and data[:4] in (b"\0\x01\x17\xe8", b"\xe8\x17\x01\0") and le32(data, 4) == len(data):
        return "codesys", STRONG, 0
    if len(data) >= 6 and data[:2] == b"\xbb\xbb" and be32(data, 2) == len(data) - 6:
        return "codesys", STRONG, 0
    return None


def codesys_udp(data: bytes) -> Verdict:
    """CODESYS V3 datagram layer: magic 0xC5."""
    return ("codesys", WEAK, 0) if len(data) >= 12 and data[0] == 0xC5 else None


def srtp(data: bytes) -> Verdict:
    """GE SRTP: a header of 56 bytes; type 2 asks, 3 answers."""
    if len(data) < 56 or data[0] not in (2, 3, 8, 9) or data[1] or le16(data, 4) != len(data) - 56:
        return None
    return "srtp", WEAK, ASKS if data[0] in (2, 8) else ANSWERS


def profinet_cm(data: bytes) -> Verdict:
    """DCE RPC over UDP with a PROFINET object or interface UUID (IEC 61158-6-10)."""
    if len(data) < 80 or data[0] != 4 or data[1] > 10:
        return None
    little = data[4] & 0x10
    marks = (b"\x00\x00\xa0\xde\x97\x6c", b"\xde\xa0\x00\x00\x6c\x97")
    stem = bytes(data[9:14])
    interface = data[24:40]
    known = interface[1:6] in (b"\0\xa0\xde\x97\x6c", b"\xa0\0\0\x6c\x97") or marks[0 if little else 1][1:] in (
        stem,
        data[9:14],
    )
    tail = b"\xd1\x11\x82\x71\x00\xa0\x24\x42\xdf\x7d" in data[8:56] or (
        b"\x11\xd1\x82\x71\x00\xa0\x24\x42\xdf\x7d" in data[8:56]
    )
    if not (known or tail):
        return None
    return "profinet-cm", STRONG, {0: ASKS, 2: ANSWERS, 3: ANSWERS, 6: ANSWERS}.get(data[1], 0)


def cclink(data: bytes) -> Verdict:
    """CC-Link IE Field Basic: SLMP frames with command 0x0E70."""
    if len(data) < 20 or data[:2] not in (b"\x50\0", b"\xd0\0") or b"\x70\x0e" not in data[9:16]:
        return None
    return "cclink-ie", STRONG, ASKS if data[0] == 0x50 else ANSWERS


def uadp(data: bytes) -> Verdict:
    """OPC UA PubSub UADP (Part 14): version 1; only credible on its own port."""
    return ("opcua-pubsub", WEAK, ASKS) if len(data) > 8 and data[0] & 0x0F == 1 else None
