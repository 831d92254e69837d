"""Controllers: EtherNet/IP and CIP, S7, Modbus and UMAS, ADS, FINS, SLMP, PROFINET."""

from __future__ import annotations

import re
from typing import Final

from ninefold.sources.captures.facts.neighbours import ORDER
from ninefold.sources.captures.signatures.bits import be16, le16, le32, text
from ninefold.sources.captures.talk import Talk

#: Vendor numbers of ODVA that Ninefold knows by name.
ODVA: Final = {
    1: "Rockwell Automation",
    26: "Festo",
    40: "WAGO",
    47: "Omron",
    90: "HMS Industrial Networks",
    145: "Siemens",
    243: "Schneider Electric",
    283: "Hilscher",
    309: "ProSoft Technology",
    678: "Cognex",
    808: "SICK",
}


def modbus(talk: Talk, data: bytes) -> None:
    """MODBUS Application Protocol V1.1b3 clause 6: what is asked, and the device identification (43/14)."""
    code = data[7] & 0x7F
    if code in (5, 6, 15, 16, 21, 22, 23):
        talk.does("writes")
    if code in (1, 2, 3, 4, 7, 11, 12, 17, 20, 23, 24, 43):
        talk.does("reads")
    if code == 8 and be16(data, 8) in (1, 4):
        talk.does("stop-start")
    if data[7] == 43 and data[8] == 14 and len(data) > 14:
        _modbus_identity(talk, data)


def _modbus_identity(talk: Talk, data: bytes) -> None:
    keys = {
        0: "identity.vendor",
        1: "identity.order_number",
        2: "identity.firmware",
        4: "identity.product",
        5: "modbus.model",
        6: "modbus.application",
    }
    place = 14
    for _ in range(data[13]):
        number, size = data[place], data[place + 1]
        value = text(data[place + 2 : place + 2 + size])
        talk.fact(f"modbus.object_{number}", value)
        if number in keys:
            talk.fact(keys[number], value.lstrip("vV") if number == 2 else value)
        place += 2 + size


def umas(talk: Talk, data: bytes) -> None:
    """UMAS inside Modbus function 90: reservation, memory, program transfer, start and stop."""
    if data[7] != 0x5A:
        modbus(talk, data)
        return
    code = data[9]
    if code in (0x20, 0x22, 0x24, 0x02, 0x04):
        talk.does("reads")
    elif code in (0x21, 0x23, 0x50):
        talk.does("writes")
    elif 0x30 <= code <= 0x36:
        talk.does("program")
    elif code in (0x40, 0x41):
        talk.does("stop-start")


_CIP_READS: Final = {0x01, 0x03, 0x0E, 0x4C, 0x52, 0x55}
#: Logix classes that a program consists of: program, routine, tag, template, data table, task. 0xB2 is not one: an
#: HMI creates instances of it to read many tags at once.
_CIP_PROGRAM: Final = {*range(0x68, 0x6F), 0x70, 0x73}
_CIP_WRITES: Final = {0x02, 0x04, 0x10, 0x4D, 0x4E, 0x53}


def enip(talk: Talk, data: bytes) -> None:
    """EtherNet/IP: list identity answers, and CIP services with the path they go to."""
    command = le16(data, 0)
    if command == 0x63 and le16(data, 2) and le16(data, 26) == 0x0C:
        _identity(talk, data[48:], "")
    elif command in (0x6F, 0x70):
        place = 32
        for _ in range(min(le16(data, 30), 4)):
            kind, size = le16(data, place), le16(data, place + 2)
            body = data[place + 4 : place + 4 + size]
            if kind == 0x00B2:
                _cip(talk, body, data[12:20])
            elif kind == 0x00B1:
                _cip(talk, body[2:], body[:2])
            place += 4 + size


def _cip(talk: Talk, body: bytes, mark: bytes) -> None:
    asked = talk.memory.setdefault("asked", {})
    if body[0] & 0x80:
        service, klass, module = asked.get(mark, (0, 0, ""))
        if body[0] == 0x81 and body[2] == 0 and (klass == 1 or not service):
            _identity(talk, body[4 + 2 * body[3] :], module, whole=not service)
        return
    service, klass, module = _request(body)
    if len(asked) >= 256:
        del asked[next(iter(asked))]
    asked[mark] = service, klass, module
    if klass == 0xA1:
        talk.does("firmware")
    if service in (5, 6, 7) and klass not in (6,):
        talk.does("stop-start")
    if service in (8, 9) and klass in _CIP_PROGRAM:
        talk.does("program")
    if klass == 0x37 or (service == 0x4B and klass in (0x6C, 0x6D)):
        talk.does("program")
    if service in _CIP_READS:
        talk.does("reads")
    if service in _CIP_WRITES:
        talk.does("writes")


def _request(body: bytes) -> tuple[int, int, str]:
    """Service, class and slot of a CIP request; an unconnected send is unpacked."""
    service, size = body[0], 2 * body[1]
    path = body[2 : 2 + size]
    klass = _class_of(path)
    if service == 0x52 and klass == 6:
        start = 2 + size + 4
        length = le16(body, 2 + size + 2)
        inner, rest = body[start : start + length], body[start + length + (length & 1) :]
        route = rest[2 : 2 + 2 * rest[0]]
        module = f"module.slot-{route[1]}." if len(route) >= 2 and route[0] == 1 else ""
        return inner[0], _class_of(inner[2 : 2 + 2 * inner[1]]), module
    return service, klass, ""


def _class_of(path: bytes) -> int:
    if path[:1] == b"\x20" and len(path) > 1:
        return path[1]
    return le16(path, 2) if path[:1] == b"\x21" else 0


def _identity(talk: Talk, body: bytes, module: str, whole: bool = False) -> None:
    """CIP identity object, all attributes (CIP volume 1 clause 5-2)."""
    size = body[14]
    name = body[15 : 15 + size]
    if len(name) < size or not size or any(not 0x20 <= sign < 0x7F for sign in name):
        return
    if whole and len(body) not in (15 + size, 16 + size):
        return
    vendor = le16(body, 0)
    talk.fact(f"{module}cip.vendor_id", str(vendor))
    talk.fact(f"{module}cip.device_type", str(le16(body, 2)))
    talk.fact(f"{module}cip.product_code", str(le16(body, 4)))
    talk.fact(f"{module}identity.vendor", ODVA.get(vendor, ""))
    talk.fact(f"{module}identity.product", text(name))
    talk.fact(f"{module}identity.firmware", f"{body[6]}.{body[7]:03d}")
    talk.fact(f"{module}identity.serial", f"0x{le32(body, 10):08x}")
    order = re.match(r"\d{4}-[A-Z0-9]+", text(name))
    talk.fact(f"{module}identity.order_number", order[0] if order else "")


_S7_JOBS: Final = {
    0x04: "reads",
    0x05: "writes",
    **dict.fromkeys(range(0x1A, 0x20), "program"),
    0x28: "program",
    0x29: "stop-start",
}


def s7(talk: Talk, data: bytes) -> None:
    """S7 communication: jobs, and the system status lists with order number, firmware and serial number."""
    place = 0
    while place + 17 < len(data) and data[place] == 3:
        size = be16(data, place + 2)
        inner = data[place + 7 : place + size]
        if size < 17 or inner[0] != 0x32:
            break
        if inner[1] in (1, 3):
            code = inner[10 if inner[1] == 1 else 12]
            start = code == 0x28 and b"P_PROGRAM" in inner
            talk.does("stop-start" if start else _S7_JOBS.get(code, "reads"))
        elif inner[1] == 7:
            _s7_user_data(talk, inner)
        place += size


def _s7_user_data(talk: Talk, inner: bytes) -> None:
    group, sub = inner[15] & 15, inner[16]
    if group == 4:
        talk.does("reads")
    elif group == 5:
        talk.does("cleartext-credentials" if sub == 1 else "reads")
    elif group == 7 and sub in (2, 3):
        talk.does("configures")
    elif group in (1, 3):
        talk.does("reads")
    start = 10 + be16(inner, 6)
    if group == 4 and sub == 1 and inner[15] >> 4 == 8 and inner[start : start + 1] == b"\xff":
        body = inner[start + 4 : start + 4 + be16(inner, start + 2)]
        _szl(talk, be16(body, 0), be16(body, 4), body[8:])


def _szl(talk: Talk, number: int, size: int, body: bytes) -> None:
    if not size:
        return
    records = [body[place : place + size] for place in range(0, len(body) - size + 1, size)]
    for record in records[:64]:
        index, words = be16(record, 0), text(record[2:])
        if number & 0xFF == 0x11 and size == 28:
            _module_id(talk, index, record)
        elif number & 0xFF == 0x1C and size >= 34:
            keys = {1: "s7.system_name", 2: "s7.module_name", 3: "s7.plant", 5: "identity.serial"}
            keys |= {7: "identity.product", 8: "s7.memory_card"}
            talk.fact(keys.get(index, f"s7.component_{index}"), words)
            talk.fact("name.host" if index == 1 else "", words)
            if index == 5:
                talk.fact("identity.vendor", "Siemens")


def _module_id(talk: Talk, index: int, record: bytes) -> None:
    number = text(record[2:22])
    if index == 1:
        talk.fact("identity.order_number", number)
        talk.fact("identity.vendor", "Siemens" if number.startswith("6") else "")
    elif index == 7 and record[24] == 0x56:
        talk.fact("identity.firmware", ".".join(str(part) for part in record[25:28]))
    elif index == 6:
        talk.fact("s7.hardware", number)


def s7_plus(talk: Talk, data: bytes) -> None:
    """S7comm-plus: the order number and firmware that the session's answer carries in text."""
    words = data.decode("latin-1")
    found = ORDER.search(words)
    if found:
        talk.fact("identity.order_number", found[1])
        talk.fact("identity.vendor", "Siemens")
        version = re.match(r"\s*;?\s*V(\d+\.\d+(?:\.\d+)?)", words[found.end() : found.end() + 16])
        talk.fact("identity.firmware", version[1] if version else "")
    code = be16(data, 14) if len(data) > 16 else 0
    names = {0x04F2: "writes", 0x0542: "writes", 0x054C: "reads", 0x0586: "reads", 0x04BB: "reads"}
    names |= {0x04CA: "program", 0x04D4: "program", 0x056B: "program"}
    if code in names:
        talk.does(names[code])


def ads(talk: Talk, data: bytes) -> None:
    """Beckhoff ADS: commands, and the answer to *read device info*."""
    if le32(data, 0) == 0x71146603:
        _ads_discovery(talk, data)
        return
    command, answer = le16(data, 22), le16(data, 24) & 1
    talk.fact("ads.net_id", ".".join(str(part) for part in data[14:20]))
    talk.does({3: "writes", 5: "stop-start", 9: "writes"}.get(command, "reads"))
    if command == 1 and answer and len(data) >= 62:
        talk.fact("ads.device", text(data[46:62]))
        talk.fact("ads.version", f"{data[42]}.{data[43]}.{le16(data, 44)}")


def _ads_discovery(talk: Talk, data: bytes) -> None:
    service = le32(data, 8)
    talk.fact("ads.net_id", ".".join(str(part) for part in data[12:18]))
    place = 24
    for _ in range(min(le32(data, 20), 32)):
        tag, size = le16(data, place), le16(data, place + 2)
        value = data[place + 4 : place + 4 + size]
        if tag == 2 and service & 0x7FFFFFFF == 6:
            talk.does("cleartext-credentials", "configures")
        elif tag == 5:
            talk.fact("ads.host", text(value))
            talk.fact("name.host", text(value))
        elif tag == 3 and size >= 4:
            talk.fact("ads.twincat", f"{value[0]}.{value[1]}.{le16(value, 2)}")
        place += 4 + size


def fins(talk: Talk, data: bytes) -> None:
    """Omron FINS (W342): memory, program, run and stop, controller data."""
    body = data[16:] if data[:4] == b"FINS" else data
    if len(body) < 12:
        return
    command = body[10], body[11]
    answer = body[0] & 0x40
    if command in ((1, 2), (1, 3), (1, 5), (2, 2), (2, 3), (0x23, 1)):
        talk.does("writes")
    elif command[0] == 3:
        talk.does("program")
    elif command in ((4, 1), (4, 2), (4, 3)):
        talk.does("stop-start")
    else:
        talk.does("reads")
    if command == (5, 1) and answer and len(body) >= 54:
        talk.fact("identity.vendor", "Omron")
        talk.fact("identity.order_number", text(body[14:34]))
        talk.fact("identity.firmware", text(body[34:54]))


def melsec(talk: Talk, data: bytes) -> None:
    """Mitsubishi SLMP: device memory, remote operation, type name."""
    shift = {0x50: 0, 0x54: 4}.get(data[0])
    if shift is None:
        return
    command = le16(data, 11 + shift)
    if command in (0x1401, 0x1402, 0x1406):
        talk.does("writes")
    elif 0x1001 <= command <= 0x1006:
        talk.does("stop-start")
    elif 0x1810 <= command <= 0x1830:
        talk.does("program")
    else:
        talk.does("reads")


def profinet_cm(talk: Talk, data: bytes) -> None:
    """PROFINET context management: who connects, what it writes, and the I&M 0 record."""
    little = data[4] & 0x10
    operation = le16(data, 68) if little else be16(data, 68)
    if data[1] == 0:
        talk.does({0: "reads", 3: "writes", 4: "configures"}.get(operation, "reads"))
    if data[1] == 0 and operation == 0 and data[100:102] == b"\x01\x01":
        size = be16(data, 156)
        talk.fact("profinet.name", text(data[158 : 158 + size]))
        talk.fact("profinet.device_id", f"0x{be16(data, 144):04x}")
        talk.fact("profinet.vendor_id", f"0x{be16(data, 146):04x}")
        talk.fact("profinet.role", "io-controller")
    place = data.find(b"\x00\x20\x00\x38\x01\x00", 80)
    if place > 0 and data[1] == 2 and len(data) >= place + 60:
        _im0(talk, data[place + 6 : place + 60])


def _im0(talk: Talk, body: bytes) -> None:
    """I&M 0 (PNO guideline, Identification and Maintenance functions)."""
    talk.fact("profinet.vendor_id", f"0x{be16(body, 0):04x}")
    talk.fact("identity.order_number", text(body[2:22]))
    talk.fact("identity.serial", text(body[22:38]))
    talk.fact("profinet.hardware", str(be16(body, 38)))
    if chr(body[40]) in "VRPUT":
        talk.fact("identity.firmware", ".".join(str(part) for part in body[41:44]))
