"""Energy and building protocols: DNP3, IEC 104, C37.118, DLMS, BACnet, KNX, HART-IP, S-Bus, Fox."""

from __future__ import annotations

from typing import Final

from ninefold.sources.captures.signatures import ANSWERS, ASKS, STRONG, WEAK, Verdict
from ninefold.sources.captures.signatures.bits import be16, be32, crc_ccitt, crc_dnp, le16

_CUT: Final = 1000  # a payload of this size may be cut by TCP; a shorter one must be whole


def dnp3(data: bytes) -> Verdict:
    """IEEE 1815-2012 clause 9.2.4: start bytes, length and the CRC of the link header."""
    if len(data) < 10 or data[:2] != b"\x05\x64" or data[2] < 5 or crc_dnp(data[:8]) != le16(data, 8):
        return None
    return "dnp3", STRONG, ASKS if data[3] & 0x80 else ANSWERS


def iec104(data: bytes) -> Verdict:
    """IEC 60870-5-104:2006 clause 5: a chain of APDUs that fills the segment."""
    place, who = 0, 0
    while place + 6 <= len(data):
        if data[place] != 0x68 or not 4 <= data[place + 1] <= 253:
            return None
        length, control = data[place + 1], data[place + 2]
        if control & 1:
            plain = control == 1 or control in (0x07, 0x0B, 0x13, 0x23, 0x43, 0x83)
            if length != 4 or not plain or (control == 1 and data[place + 3]):
                return None
            who = who or {0x07: ASKS, 0x13: ASKS, 0x0B: ANSWERS, 0x23: ANSWERS}.get(control, 0)
        elif length < 10 or not 1 <= data[place + 6] <= 127:
            return None
        else:
            who = who or _iec104_role(data[place + 6], data[place + 8] & 0x3F if place + 8 < len(data) else 0)
        place += 2 + length
    if place != len(data) and len(data) < _CUT:
        return None
    return ("iec104", STRONG, who) if place else None


def _iec104_role(kind: int, cause: int) -> int:
    if kind <= 44 or kind == 70:
        return ANSWERS
    return ASKS if cause in (5, 6, 8) else ANSWERS if cause in (7, 9, 10, 20) else 0


def c37118(data: bytes) -> Verdict:
    """IEEE C37.118.2-2011 clause 6.2: synchronisation word, size, and the check word where the frame is whole."""
    if len(data) < 16 or data[0] != 0xAA or data[1] >> 4 > 5 or data[1] & 15 not in (1, 2):
        return None
    size = be16(data, 2)
    if size < 16 or size > 65_000:
        return None
    who = ASKS if data[1] >> 4 == 4 else ANSWERS
    if size <= len(data):
        return ("c37118", STRONG, who) if crc_ccitt(data[: size - 2]) == be16(data, size - 2) else None
    return ("c37118", WEAK, who) if len(data) >= _CUT else None


def dlms(data: bytes) -> Verdict:
    """IEC 62056-47 wrapper: version 1, ports, length; then a known APDU tag."""
    if len(data) < 10 or data[:2] != b"\0\x01" or be16(data, 6) != len(data) - 8:
        return None
    ask = {0x60, 0x62, 0x01, 0x05, 0x06, 0xC0, 0xC1, 0xC3, 0xC8, 0xC9, 0xCB, 0xD0, 0xD1, 0xD3}
    answer = {0x61, 0x63, 0x08, 0x0C, 0x0D, 0xC4, 0xC5, 0xC7, 0xCC, 0xCD, 0xCF, 0xD4, 0xD5, 0xD7, 0x0E, 0xD8, 0xC2}
    if data[8] not in ask | answer or not be16(data, 2) or not be16(data, 4):
        return None
    return "dlms", STRONG, ASKS if data[8] in ask else ANSWERS


_UNCONFIRMED_ASK: Final = {6, 7, 8, 9, 10}


def bacnet(data: bytes) -> Verdict:
    """ASHRAE 135 annex J: BVLC with its own length, then network version 1."""
    if len(data) < 4 or data[0] not in (0x81, 0x82) or data[1] > 0x0C or be16(data, 2) != len(data):
        return None
    apdu = bacnet_apdu(data)
    if apdu < 0:
        return ("bacnet", STRONG, 0) if data[1] < 0x0C and data[1] not in (4, 9, 10, 11) else None
    kind = data[apdu] >> 4 if apdu < len(data) else -1
    if kind == 1 and apdu + 1 < len(data):
        return "bacnet", STRONG, ASKS if data[apdu + 1] in _UNCONFIRMED_ASK else ANSWERS
    return "bacnet", STRONG, {0: ASKS, 2: ANSWERS, 3: ANSWERS, 5: ANSWERS, 6: ANSWERS}.get(kind, 0)


def bacnet_apdu(data: bytes) -> int:
    """The place of the APDU in a BACnet/IP packet; -1 where there is none."""
    if data[1] not in (4, 9, 10, 11):
        return -1
    place = 10 if data[1] == 4 else 4
    if place + 2 > len(data) or data[place] != 1:
        return -1
    control = data[place + 1]
    place += 2
    for bit in (0x20, 0x08):
        if control & bit:
            place += 3 + (data[place + 2] if place + 2 < len(data) else 0)
    place += 1 if control & 0x20 else 0
    return -1 if control & 0x80 else place


_KNX: Final = {*range(0x0201, 0x020D), *range(0x0205, 0x020B), *range(0x0310, 0x0314), 0x0420, 0x0421, 0x0530, 0x0531}


def knx(data: bytes) -> Verdict:
    """KNXnet/IP core: header length, version 1.0, known service, total length."""
    if len(data) < 6 or data[:2] != b"\x06\x10" or be16(data, 4) != len(data):
        return None
    service = be16(data, 2)
    if service not in _KNX and service >> 8 not in (0x07, 0x09):
        return None
    who = {0x0201: ASKS, 0x0203: ASKS, 0x0205: ASKS, 0x0202: ANSWERS, 0x0204: ANSWERS, 0x0206: ANSWERS}.get(service, 0)
    return "knxnet-ip", STRONG, who


def hart_ip(data: bytes) -> Verdict:
    """HART-IP header (HCF_SPEC-085): version, message type and id, byte count."""
    if len(data) < 8 or data[0] not in (1, 2) or data[1] & 0x0F not in (0, 1, 2, 15) or data[2] > 5:
        return None
    length = be16(data, 6)
    if length < 8 or (length != len(data) and (length > len(data) or data[length] != data[0])):
        return None
    if data[2] == 3 and (len(data) < 9 or data[8] & 7 not in (1, 2, 6)):
        return None  # delimiter of a HART frame: burst, request, answer
    exact = data[2] == 3 or (data[2] == 0 and length in (8, 13)) or length == 8
    who = {0: ASKS, 1: ANSWERS, 2: ANSWERS, 15: ANSWERS}[data[1] & 0x0F]
    return "hart-ip", STRONG if exact else WEAK, who


def sbus(data: bytes) -> Verdict:
    """Ether-S-Bus: total length, version, protocol, and the CRC of the telegram."""
    if len(data) < 11 or be32(data, 0) != len(data) or data[4] > 1 or data[5] > 1:
        return None
    if data[8] > 2 or crc_ccitt(data[:-2], 0) != be16(data, len(data) - 2):
        return None
    return "sbus", STRONG, ASKS if data[8] == 0 else ANSWERS


def fox(data: bytes) -> Verdict:
    """Niagara Fox: text frames that begin with their name."""
    if not data.startswith(b"fox "):
        return None
    return "fox", STRONG, ASKS if data[4:5] == b"a" and b"fox hello" in data else 0


def bsap(data: bytes) -> Verdict:
    """BSAP over IP (Emerson/Bristol): 16-bit type and count; only credible on its own ports."""
    if len(data) < 14 or le16(data, 0) not in (0x0E, 0x0D, 0x06) or not 1 <= le16(data, 2) <= 16:
        return None
    return "bsap", WEAK, 0
