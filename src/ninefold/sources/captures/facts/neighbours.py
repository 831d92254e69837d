"""Layer 2: LLDP, CDP, ARP, PROFINET DCP."""

from __future__ import annotations

import re
from typing import Final

from ninefold.sources.captures.address import Address
from ninefold.sources.captures.signatures.bits import be16, be32, text
from ninefold.sources.captures.sink import Owner
from ninefold.sources.captures.talk import Talk

ORDER: Final = re.compile(r"\b(6[A-Z]{2}\d ?\d{3}-\d[A-Z0-9]{4}-\d[A-Z0-9]{3})\b")
_FIRMWARE: Final = re.compile(r"\b(?:FW|SW|Firmware|Version)[:. ]+(?:[A-Z0-9]{2,4}-)?V?\.?\s*(\d+(?:\.\d+)+)", re.I)
#: Makers that begin their descriptions with their own name.
_VENDORS: Final = (
    "Siemens",
    "Hirschmann",
    "Moxa",
    "Phoenix Contact",
    "Cisco",
    "WAGO",
    "Beckhoff",
    "Rockwell Automation",
    "Schneider Electric",
    "Westermo",
    "Weidmüller",
    "Ruijie",
    "Stratix",
    "Advantech",
)
_COMPUTER: Final = re.compile(r"(.+),([\d.]+),([A-Z0-9]{6,})")
_SERIAL: Final = re.compile(r"\b(S [VCQ]P?-[A-Z0-9]{6,14})\b")


def lldp(talk: Talk, data: bytes) -> None:
    """IEEE 802.1AB-2016 clause 8: chassis, port, names, management address, PROFINET extension."""
    place = 0
    while place + 2 <= len(data):
        kind, length = data[place] >> 1, be16(data, place) & 0x1FF
        value = data[place + 2 : place + 2 + length]
        if kind == 0 or len(value) < length:
            break
        _lldp_field(talk, kind, value)
        place += 2 + length


def _lldp_field(talk: Talk, kind: int, value: bytes) -> None:
    if kind in (1, 2) and len(value) > 1:
        name = "lldp.chassis" if kind == 1 else "lldp.port"
        hardware = value[0] == (4 if kind == 1 else 3) and len(value) == 7
        talk.fact(name, value[1:].hex(":") if hardware else text(value[1:]))
        if kind == 1 and hardware:
            talk.sink.one_device(talk.sender.mac, int.from_bytes(value[1:], "big"), talk.frame)
    elif kind == 4:
        talk.fact("lldp.port_description", text(value))
    elif kind == 5:
        talk.fact("lldp.system_name", text(value))
        talk.fact("name.host", text(value))
    elif kind == 6:
        described(talk, "lldp.system_description", text(value, 500))
    elif kind == 8 and len(value) > 5 and value[0] == 5 and value[1] == 1:
        talk.sink.claim(talk.sender.mac, Address(4, 0, be32(value, 2)), talk.frame)
    elif kind == 127 and value[:4] == b"\x00\x0e\xcf\x05" and len(value) >= 10:
        talk.fact("lldp.profinet_chassis_mac", value[4:10].hex(":"))
        talk.sink.one_device(talk.sender.mac, int.from_bytes(value[4:10], "big"), talk.frame)


def described(talk: Talk, key: str, words: str) -> None:
    """A free description in which vendors put order number, firmware and serial number."""
    talk.fact(key, words)
    order, firmware, serial = ORDER.search(words), _FIRMWARE.search(words), _SERIAL.search(words)
    if order:
        talk.fact("identity.order_number", order[1])
    if firmware:
        talk.fact("identity.firmware", firmware[1])
    if serial:
        talk.fact("identity.serial", serial[1])
    computer = _COMPUTER.fullmatch(words)
    if computer:
        talk.fact("identity.product", computer[1])
        talk.fact("identity.serial", computer[3])
    for vendor in _VENDORS:
        if words.lower().startswith(vendor.lower()):
            talk.fact("identity.vendor", vendor)
    parts = [part.strip() for part in words.split(",")]
    if parts[0] == "Siemens" and len(parts) > 2:
        talk.fact("identity.product", " ".join(parts[1:3]))


def cdp(talk: Talk, data: bytes) -> None:
    """Cisco Discovery Protocol: device, port, software, platform."""
    keys = {1: "cdp.device", 3: "cdp.port", 5: "cdp.software", 6: "cdp.platform"}
    place = 4
    while place + 4 <= len(data):
        kind, length = be16(data, place), be16(data, place + 2)
        if length < 4:
            break
        value = text(data[place + 4 : place + length], 500)
        if kind in keys:
            talk.fact(keys[kind], value)
        if kind == 1:
            talk.fact("name.host", value)
        elif kind == 5:
            version = re.search(r"Version ([^ ,]+)", value)
            talk.fact("identity.firmware", version[1] if version else "")
        elif kind == 6:
            talk.fact("identity.vendor", "Cisco" if value.lower().startswith("cisco") else "")
            talk.fact("identity.product", value.removeprefix("cisco "))
        place += length


def arp(talk: Talk, data: bytes) -> None:
    """RFC 826: the sender says which address it has."""
    if len(data) >= 28 and data[:6] == b"\0\x01\x08\0\x06\x04":
        mac = int.from_bytes(data[8:14], "big")
        talk.sink.claim(mac, Address(4, 0, be32(data, 14)), talk.frame)


_BLOCKS: Final = {(2, 1): "profinet.type", (2, 2): "profinet.name", (2, 6): "profinet.alias"}


def profinet(talk: Talk, data: bytes) -> None:
    """PROFINET DCP (IEC 61158-6-10): answers say name, ids and addresses; a set request writes."""
    frame_id = be16(data, 0)
    if not 0xFEFC <= frame_id <= 0xFEFF or len(data) < 12:
        return
    service, kind, length = data[2], data[3], be16(data, 10)
    if service == 4 and kind == 0:
        talk.does("configures", "writes")
    elif service == 5:
        talk.does("discovers")
    if kind & 1 == 0 or service not in (3, 5):
        return
    place, end = 12, min(len(data), 12 + length)
    while place + 4 <= end:
        option, sub, size = data[place], data[place + 1], be16(data, place + 2)
        _dcp_block(talk, (option, sub), data[place + 6 : place + 4 + size])
        place += 4 + size + (size & 1)


def _dcp_block(talk: Talk, what: tuple[int, int], value: bytes) -> None:
    if what in _BLOCKS:
        talk.fact(_BLOCKS[what], text(value))
        if what == (2, 2):
            talk.fact("name.host", text(value))
        elif what == (2, 1):
            talk.fact("identity.product", text(value))
    elif what == (2, 3) and len(value) >= 4:
        talk.fact("profinet.vendor_id", f"0x{be16(value, 0):04x}")
        talk.fact("profinet.device_id", f"0x{be16(value, 2):04x}")
    elif what == (2, 4) and value:
        talk.fact("profinet.role", {1: "io-device", 2: "io-controller"}.get(value[0] & 3, f"0x{value[0]:02x}"))
    elif what == (1, 2) and len(value) >= 12:
        address = Address(4, 0, be32(value, 0))
        talk.sink.claim(talk.sender.mac, address, talk.frame)
        talk.fact_of(Owner(talk.sender.mac, talk.sender.address), "profinet.ip", ".".join(map(str, value[:4])))
