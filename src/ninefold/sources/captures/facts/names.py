"""Names and addresses that hosts tell everybody: DHCP, NetBIOS, mDNS, DNS, SSDP, SNMP."""

from __future__ import annotations

from ninefold.sources.captures.address import NO_ADDRESS, Address
from ninefold.sources.captures.facts.neighbours import described
from ninefold.sources.captures.signatures.bits import be16, be32, ber, text
from ninefold.sources.captures.sink import Owner
from ninefold.sources.captures.talk import Talk


def dhcp(talk: Talk, data: bytes) -> None:
    """RFC 2132: host name, vendor class; an acknowledged address belongs to the client's MAC."""
    mac = int.from_bytes(data[28:34], "big")
    client = Owner(mac, NO_ADDRESS)
    kind, place = 0, 240
    keys = {12: "dhcp.host", 60: "dhcp.vendor_class", 15: "dhcp.domain", 77: "dhcp.user_class"}
    while place + 2 <= len(data) and data[place] != 255:
        if data[place] == 0:
            place += 1
            continue
        code, value = data[place], data[place + 2 : place + 2 + data[place + 1]]
        if code == 53 and value:
            kind = value[0]
        elif code in keys and data[0] == 1:
            talk.fact_of(client, keys[code], text(value))
            if code == 12:
                talk.fact_of(client, "name.host", text(value))
        place += 2 + len(value)
    if kind == 5:
        talk.sink.claim(mac, Address(4, 0, be32(data, 16) or be32(data, 12)), talk.frame)
        talk.does("configures")


def _letters(data: bytes) -> tuple[str, int]:
    """A NetBIOS name from its 32 letters (RFC 1001 section 14.1), and its suffix."""
    plain = bytes((data[place] - 0x41) << 4 | (data[place + 1] - 0x41) for place in range(0, 32, 2))
    return text(plain[:15]).strip(), plain[15]


def netbios(talk: Talk, data: bytes) -> None:
    """RFC 1002: registered names; datagrams name their sender; browser announcements."""
    if 138 in talk.ports:
        _netbios_datagram(talk, data)
        return
    if 137 not in talk.ports or len(data) < 62:
        return
    operation = data[2] >> 3 & 15
    if operation in (5, 8, 9) and not data[2] & 0x80:
        name, suffix = _letters(data[13:45])
        group = data[-6] & 0x80 if len(data) >= 68 else 0
        if not group and suffix in (0, 0x20):
            talk.fact("netbios.name", name)
            talk.fact("name.host", name)
        elif group and suffix == 0:
            talk.fact("netbios.group", name)


def _netbios_datagram(talk: Talk, data: bytes) -> None:
    if data[14] == 0x20:
        name, suffix = _letters(data[15:47])
        if suffix in (0, 0x20):
            talk.fact("netbios.name", name)
            talk.fact("name.host", name)
    place = data.find(b"\\MAILSLOT\\BROWSE\0", 82)
    if place > 0:
        body = data[place + 17 :]
        if body[:1] in (b"\x01", b"\x0f", b"\x0c"):
            talk.fact("netbios.server" if body[0] != 0x0C else "netbios.workgroup", text(body[6:22]))
            if body[0] != 0x0C:
                talk.fact("netbios.os_version", f"{body[22]}.{body[23]}")
                talk.fact("netbios.comment", text(body[32:80]))


def _name(data: bytes, place: int) -> tuple[str, int]:
    """A domain name and the place after it (RFC 1035 section 4.1.4, at most 64 labels)."""
    labels, after, steps = [], -1, 0
    while steps < 64:
        steps += 1
        size = data[place]
        if size & 0xC0 == 0xC0:
            after = place + 2 if after < 0 else after
            place = be16(data, place) & 0x3FFF
        elif not size:
            break
        else:
            labels.append(text(data[place + 1 : place + 1 + size]))
            place += 1 + size
    return ".".join(labels), place + 1 if after < 0 else after


def mdns(talk: Talk, data: bytes) -> None:
    """RFC 6762 and 6763: answers name the host, its services and their text."""
    if not data[2] & 0x80:
        return
    place = 12
    for _ in range(min(be16(data, 4), 32)):
        place = _name(data, place)[1] + 4
    for _ in range(min(be16(data, 6) + be16(data, 8) + be16(data, 10), 64)):
        name, place = _name(data, place)
        kind, size = be16(data, place), be16(data, place + 8)
        if kind in (1, 28):
            talk.fact("mdns.host", name)
            talk.fact("name.host", name.removesuffix(".local"))
        elif kind == 12 and not name.endswith(".arpa"):
            talk.fact("mdns.service", _name(data, place + 10)[0])
        elif kind == 16 and size > 1:
            for part in _strings(data[place + 10 : place + 10 + size]):
                if part.startswith(("model=", "fw=", "version=", "vendor=", "serial=")):
                    talk.fact("mdns.text", part)
        place += 10 + size


def _strings(data: bytes) -> list[str]:
    parts, place = [], 0
    while place < len(data):
        parts.append(text(data[place + 1 : place + 1 + data[place]]))
        place += 1 + data[place]
    return parts


def llmnr(talk: Talk, data: bytes) -> None:
    """RFC 4795: whoever answers has the name."""
    if data[2] & 0x80 and be16(data, 6):
        talk.fact("name.host", _name(data, 12)[0])


_OIDS = {
    "1.3.6.1.2.1.1.1.0": "snmp.system_description",
    "1.3.6.1.2.1.1.2.0": "snmp.object_id",
    "1.3.6.1.2.1.1.5.0": "snmp.system_name",
    "1.3.6.1.2.1.1.6.0": "snmp.location",
}
_ENTITY = {"10": "identity.firmware", "11": "identity.serial", "12": "identity.vendor", "13": "identity.product"}


def snmp(talk: Talk, data: bytes) -> None:
    """RFC 1157 and 1901: the community is a password in clear; answers about system and ENTITY-MIB."""
    outer = ber(data, 0)
    version = ber(data, outer[1]) if outer else None
    community = ber(data, version[2]) if version else None
    pdu = ber(data, community[2]) if community else None
    if not pdu:
        return
    talk.does("cleartext-credentials", "writes" if pdu[0] == 0xA3 else "reads")
    if pdu[0] != 0xA2:
        return
    place = pdu[1]
    for _ in range(3):
        item = ber(data, place)
        if not item:
            return
        place = item[2]
    items = ber(data, place)
    place = items[1] if items else len(data)
    for _ in range(64):
        pair = ber(data, place)
        oid = ber(data, pair[1]) if pair else None
        value = ber(data, oid[2]) if oid else None
        if not pair or not oid or not value:
            return
        _variable(talk, _oid(data[oid[1] : oid[2]]), value[0], data[value[1] : value[2]])
        place = pair[2]


def _oid(data: bytes) -> str:
    parts, number = [], 0
    for byte in data[1:]:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            parts.append(number)
            number = 0
    return ".".join(str(part) for part in (data[0] // 40, data[0] % 40, *parts)) if data else ""


def _variable(talk: Talk, oid: str, tag: int, value: bytes) -> None:
    words = _oid(value) if tag == 6 else text(value, 500) if tag == 4 else ""
    if not words:
        return
    if oid == "1.3.6.1.2.1.1.1.0":
        described(talk, _OIDS[oid], words)
    elif oid in _OIDS:
        talk.fact(_OIDS[oid], words)
        if oid.endswith(".5.0"):
            talk.fact("name.host", words)
    elif oid.startswith("1.3.6.1.2.1.47.1.1.1.1."):
        column, _, index = oid.removeprefix("1.3.6.1.2.1.47.1.1.1.1.").partition(".")
        if column in _ENTITY:
            prefix = "" if index == "1" else f"module.entity-{index}."
            talk.fact(prefix + _ENTITY[column], words)
