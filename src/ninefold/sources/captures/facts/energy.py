"""Energy and building: GOOSE, sampled values, MMS, DNP3, IEC 104, C37.118, BACnet, HART-IP, KNX."""

from __future__ import annotations

from typing import Final

from ninefold.sources.captures.signatures.bits import be16, ber, text
from ninefold.sources.captures.signatures.power import bacnet_apdu
from ninefold.sources.captures.talk import Talk


def goose(talk: Talk, data: bytes) -> None:
    """IEC 61850-8-1 annex A: control block, data set and id of a GOOSE message."""
    outer = ber(data, 8)
    if not outer or outer[0] != 0x61:
        return
    keys = {0x80: "goose.control_block", 0x82: "goose.dataset", 0x83: "goose.id"}
    place = outer[1]
    for _ in range(6):
        item = ber(data, place)
        if not item:
            return
        if item[0] in keys:
            talk.fact(keys[item[0]], text(data[item[1] : item[2]]))
        place = item[2]


def sampled_values(talk: Talk, data: bytes) -> None:
    """IEC 61850-9-2: the id of the first stream in the frame."""
    outer = ber(data, 8)
    place = data.find(b"\x80", outer[1] + 3) if outer and outer[0] == 0x60 else -1
    item = ber(data, place) if place > 0 else None
    if item and item[2] <= len(data) and data[item[1] : item[2]].isascii():
        talk.fact("sv.id", text(data[item[1] : item[2]]))


_MMS_FUNCTIONS: Final = {0xA4: "reads", 0xA5: "writes", 0xA1: "reads", 0xA6: "reads", 0xAC: "reads"}
_MMS_LONG: Final = {
    **dict.fromkeys(range(26, 36), "program"),
    **dict.fromkeys(range(38, 45), "stop-start"),
    **dict.fromkeys(range(72, 79), "program"),
}


def mms(talk: Talk, data: bytes) -> None:
    """ISO 9506-2: confirmed services, and the answer to *identify*."""
    inner = data[7:]
    if inner[:4] != b"\x01\0\x01\0":
        return
    outer = ber(inner, 4)
    listed = ber(inner, outer[1]) if outer else None
    context = ber(inner, listed[1]) if listed else None
    value = ber(inner, context[2]) if context else None
    pdu = ber(inner, value[1]) if value else None
    number = ber(inner, pdu[1]) if pdu and pdu[0] in (0xA0, 0xA1) else None
    if not pdu or not number or number[0] != 2 or number[2] >= len(inner):
        return
    tag = inner[number[2]]
    if pdu[0] == 0xA0:
        name = _MMS_LONG.get(inner[number[2] + 1]) if tag & 0x1F == 0x1F else _MMS_FUNCTIONS.get(tag)
        talk.does(name or "reads")
    elif tag == 0xA2:
        _mms_identify(talk, inner, number[2])


def _mms_identify(talk: Talk, inner: bytes, place: int) -> None:
    keys = {0x80: "identity.vendor", 0x81: "identity.product", 0x82: "identity.firmware"}
    outer = ber(inner, place)
    place = outer[1] if outer else len(inner)
    for _ in range(3):
        item = ber(inner, place)
        if not item or item[0] not in keys:
            return
        talk.fact(keys[item[0]], text(inner[item[1] : item[2]]))
        talk.fact(f"mms.{keys[item[0]].removeprefix('identity.')}", text(inner[item[1] : item[2]]))
        place = item[2]


def dnp3(talk: Talk, data: bytes) -> None:
    """IEEE 1815-2012 clause 4.4: function codes of requests."""
    talk.fact("dnp3.address", str(data[6] | data[7] << 8))
    if len(data) < 13 or (not data[11] & 0x40 and data[12] > 32):
        return
    code = data[12]
    if code in (2, 3, 4, 5, 6, 31):
        talk.does("writes")
    elif code in (13, 14, 15, 16, 17, 18):
        talk.does("stop-start")
    elif 25 <= code <= 30:
        talk.does("program")
    elif code in (19, 24):
        talk.does("configures")
    elif code in (1, 7, 8, 9, 10, 20, 21, 22, 23, 129, 130):
        talk.does("reads")


def iec104(talk: Talk, data: bytes) -> None:
    """IEC 60870-5-101 clause 7.2: type identifications."""
    place = 0
    while place + 7 <= len(data) and data[place] == 0x68:
        if not data[place + 2] & 1:
            kind = data[place + 6]
            if 45 <= kind <= 64:
                talk.does("writes")
            elif kind == 105:
                talk.does("stop-start")
            elif 110 <= kind <= 113 or kind == 103:
                talk.does("configures")
            elif kind >= 120:
                talk.does("program")
            else:
                talk.does("reads")
            if place + 12 <= len(data) and talk.who < 0:
                talk.fact("iec104.common_address", str(data[place + 10] | data[place + 11] << 8))
        place += 2 + data[place + 1]


def c37118(talk: Talk, data: bytes) -> None:
    """IEEE C37.118.2 clause 6.4: the station name of a configuration frame."""
    kind = data[1] >> 4
    if kind in (2, 3) and len(data) >= 36:
        talk.fact("c37118.station", text(data[20:36]))
    talk.fact("c37118.id", str(be16(data, 4)) if kind != 4 else "")
    talk.does("configures" if kind == 4 else "reads")


_BACNET_CONFIRMED: Final = {
    **dict.fromkeys((6, 12, 14, 26), "reads"),
    **dict.fromkeys((8, 9, 10, 11, 15, 16), "writes"),
    7: "program",
    17: "stop-start",
    20: "stop-start",
}
_BACNET_KEYS: Final = {
    77: ("bacnet.object_name", "name.host"),
    70: ("bacnet.model", "identity.product"),
    44: ("bacnet.firmware", "identity.firmware"),
    12: ("bacnet.application", ""),
    121: ("bacnet.vendor_name", "identity.vendor"),
    372: ("bacnet.serial", "identity.serial"),
}


def bacnet(talk: Talk, data: bytes) -> None:
    """ASHRAE 135 clauses 16 and 20: I-Am, services, and answers about the device object."""
    place = bacnet_apdu(data)
    if place < 0:
        return
    apdu = data[place:]
    kind = apdu[0] >> 4
    if kind == 0:
        service = apdu[3 + (2 if apdu[0] & 8 else 0)]
        talk.does(_BACNET_CONFIRMED.get(service, "reads"))
    elif kind == 1 and apdu[1] == 0:
        _i_am(talk, apdu)
    elif kind == 1 and apdu[1] in (8, 7):
        talk.does("discovers")
    elif kind == 3 and apdu[2] == 12:
        _bacnet_answer(talk, apdu[3:])


def _i_am(talk: Talk, apdu: bytes) -> None:
    if apdu[2] != 0xC4:
        return
    talk.fact("bacnet.device", str(int.from_bytes(apdu[3:7], "big") & 0x3FFFFF))
    place = 7
    for _ in range(2):  # largest APDU, segmentation
        place += 1 + (apdu[place] & 7)
    size = apdu[place] & 7
    talk.fact("bacnet.vendor_id", str(int.from_bytes(apdu[place + 1 : place + 1 + size], "big")))


def _bacnet_answer(talk: Talk, body: bytes) -> None:
    if body[0] != 0x0C or int.from_bytes(body[1:5], "big") >> 22 != 8 or body[5] not in (0x19, 0x1A):
        return
    size = body[5] & 7
    number = int.from_bytes(body[6 : 6 + size], "big")
    place = 6 + size
    if body[place] != 0x3E:
        return
    tag = body[place + 1]
    if number == 120 and tag >> 4 == 2:
        talk.fact("bacnet.vendor_id", str(int.from_bytes(body[place + 2 : place + 2 + (tag & 7)], "big")))
    if number not in _BACNET_KEYS or tag >> 4 != 7:
        return
    length, start = (tag & 7, place + 2) if tag & 7 < 5 else (body[place + 2], place + 3)
    value = text(body[start + 1 : start + length])
    for key in _BACNET_KEYS[number]:
        talk.fact(key, value)


_HART_WRITES: Final = {6, 17, 18, 19, 22, 34, 35, 36, 37, 40, 43, 44, 45, 46, 47, 49, 51, 59}


def hart_ip(talk: Talk, data: bytes) -> None:
    """HART-IP: commands inside pass-through messages (HCF_SPEC-081 frames)."""
    if data[2] != 3 or len(data) < 11:
        return
    frame = data[8:]
    place = 1 + (5 if frame[0] & 0x80 else 1) + (frame[0] >> 5 & 3)
    command = frame[place]
    talk.does("stop-start" if command == 42 else "writes" if command in _HART_WRITES else "reads")
    if command == 0 and frame[0] & 7 == 6 and frame[place + 1] >= 14:
        body = frame[place + 4 :]
        talk.fact("hart.device_type", f"0x{be16(body, 1):04x}")
        talk.fact("hart.device_id", body[9:12].hex())


def knx(talk: Talk, data: bytes) -> None:
    """KNXnet/IP: the name in a description."""
    if be16(data, 2) in (0x0202, 0x0204):
        start = data.find(b"\x36\x01", 6)
        if start > 0:
            talk.fact("knx.name", text(data[start + 24 : start + 54]))
            talk.fact("knx.serial", data[start + 8 : start + 14].hex())
    talk.does("discovers" if be16(data, 2) >> 8 == 2 and be16(data, 2) < 0x0205 else "writes")
