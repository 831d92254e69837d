"""Protocols of the IT around the plant."""

from __future__ import annotations

import re
from typing import Final

from ninefold.sources.captures.signatures import ANSWERS, ASKS, STRONG, WEAK, Verdict
from ninefold.sources.captures.signatures.bits import be16, be32, ber, le16

_METHODS: Final = re.compile(
    rb"(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT|PROPFIND|M-POST) [^\r\n ]{1,4000} HTTP/1\."
)


def http(data: bytes) -> Verdict:
    """RFC 9112: request line or status line."""
    if data.startswith((b"HTTP/1.0 ", b"HTTP/1.1 ")):
        return "http", STRONG, ANSWERS
    return ("http", STRONG, ASKS) if _METHODS.match(data) else None


def tls(data: bytes) -> Verdict:
    """RFC 8446 section 5.1: a handshake record with a hello. Other records are a weak sign."""
    if len(data) < 6 or data[1] != 3 or data[2] > 4 or data[0] not in (20, 21, 22, 23) or be16(data, 3) > 18_432:
        return None
    if data[0] == 22 and data[5] in (1, 2) and data[6:7] == b"\0":
        return "https", STRONG, ASKS if data[5] == 1 else ANSWERS
    return "https", WEAK, 0


def ssh(data: bytes) -> Verdict:
    """RFC 4253 section 4.2: identification string."""
    return ("ssh", STRONG, 0) if data.startswith((b"SSH-2.0-", b"SSH-1.")) else None


def telnet(data: bytes) -> Verdict:
    """RFC 854: option negotiation."""
    if len(data) < 3 or data[0] != 0xFF or data[1] not in (0xFB, 0xFC, 0xFD, 0xFE) or data[2] > 50:
        return None
    return "telnet", STRONG if len(data) == 3 or data[3:4] == b"\xff" else WEAK, 0


_FTP: Final = re.compile(rb"(USER|PASS|SYST|FEAT|PASV|EPSV|TYPE|RETR|STOR|CWD|LIST|AUTH TLS|PORT) ?[^\r\n]{0,500}\r\n")


def ftp(data: bytes) -> Verdict:
    """RFC 959: commands and three-digit answers; credible on the control port."""
    if _FTP.match(data):
        return "ftp", WEAK, ASKS
    return ("ftp", WEAK, ANSWERS) if re.match(rb"(220|331|230|227|226|150|530)[ -][^\r\n]*\r\n", data) else None


def smtp(data: bytes) -> Verdict:
    """RFC 5321: greeting and commands."""
    if re.match(rb"(EHLO|HELO|MAIL FROM:|RCPT TO:)", data):
        return "smtp", STRONG, ASKS
    return ("smtp", WEAK, ANSWERS) if re.match(rb"(220|250)[ -][^\r\n]*(E?SMTP|mail)", data, re.I) else None


def smb(data: bytes) -> Verdict:
    """NetBIOS session header, then SMB 1, 2 or 3."""
    if len(data) < 9 or data[0] or data[4:8] not in (b"\xffSMB", b"\xfeSMB", b"\xfdSMB"):
        return None
    if data[4] == 0xFF:
        return "smb", STRONG, ANSWERS if len(data) > 13 and data[13] & 0x80 else ASKS
    return "smb", STRONG, ANSWERS if len(data) > 20 and data[20] & 1 else ASKS


def netbios_session(data: bytes) -> Verdict:
    """RFC 1002 section 4.3: session request and answer."""
    if len(data) >= 4 and data[0] == 0x81 and be16(data, 2) == len(data) - 4 == 68:
        return "netbios", STRONG, ASKS
    return ("netbios", STRONG, ANSWERS) if data in (b"\x82\0\0\0",) else None


def vnc(data: bytes) -> Verdict:
    """RFC 6143 section 7.1.1: protocol version."""
    return ("vnc", STRONG, 0) if re.fullmatch(rb"RFB \d{3}\.\d{3}\n", data[:12]) else None


def mqtt_connect(data: bytes) -> Verdict:
    """MQTT 3.1, 3.1.1 and 5: the connection request names its protocol."""
    if len(data) < 12 or data[0] != 0x10:
        return None
    place = next((place for place in range(2, 6) if not data[place - 1] & 0x80), 2)
    name = data[place : place + 8]
    return ("mqtt", STRONG, ASKS) if name[:6] == b"\0\x04MQTT" or name == b"\0\x06MQIsdp" else None


_MQTT_FLAGS: Final = {4: 0, 5: 0, 6: 2, 7: 0, 8: 2, 9: 0, 10: 2, 11: 0, 12: 0, 13: 0, 14: 0, 2: 0}
_MQTT_ROLES: Final = {2: ANSWERS, 8: ASKS, 9: ANSWERS, 10: ASKS, 11: ANSWERS, 12: ASKS, 13: ANSWERS, 14: ASKS}


def mqtt(data: bytes) -> Verdict:
    """MQTT 3.1.1 clause 2: one packet whose flags and remaining length are right; credible on its own port."""
    if len(data) < 2:
        return None
    length, place = 0, 1
    while place < min(len(data), 5):
        length |= (data[place] & 0x7F) << 7 * (place - 1)
        place += 1
        if not data[place - 1] & 0x80:
            break
    kind = data[0] >> 4
    if place + length > len(data) or (kind != 3 and _MQTT_FLAGS.get(kind) != data[0] & 15):
        return None
    return "mqtt", WEAK, _MQTT_ROLES.get(kind, 0)


def amqp(data: bytes) -> Verdict:
    """AMQP protocol header."""
    return ("amqp", STRONG, ASKS) if data[:4] == b"AMQP" and len(data) == 8 else None


def ldap(data: bytes) -> Verdict:
    """RFC 4511: message id, then an operation with an application tag."""
    outer = ber(data, 0)
    number = ber(data, outer[1]) if outer and outer[0] == 0x30 else None
    if not outer or not number or number[0] != 2 or outer[2] > len(data) + 65_535 or number[2] >= len(data):
        return None
    tag = data[number[2]]
    if tag in (0x60, 0x63, 0x66, 0x68, 0x4A, 0x42, 0x77):
        return "ldap", STRONG if tag in (0x60, 0x63) else WEAK, ASKS
    return ("ldap", WEAK, ANSWERS) if tag in (0x61, 0x64, 0x65, 0x78) else None


def kerberos(data: bytes) -> Verdict:
    """RFC 4120: application tags of requests and answers."""
    body = data[4:] if len(data) > 4 and be32(data, 0) == len(data) - 4 else data
    outer = ber(body, 0)
    if not outer or outer[2] != len(body) or outer[0] not in (0x6A, 0x6B, 0x6C, 0x6D, 0x7E):
        return None
    return "kerberos", STRONG, ASKS if outer[0] in (0x6A, 0x6C) else ANSWERS


def tds(data: bytes) -> Verdict:
    """MS-TDS: pre-login and login packets."""
    if len(data) < 8 or data[0] not in (0x12, 0x10, 0x04, 0x01) or be16(data, 2) != len(data) or data[1] > 1:
        return None
    return "mssql", STRONG if data[0] == 0x12 else WEAK, {0x12: ASKS, 0x10: ASKS, 0x01: ASKS, 0x04: ANSWERS}[data[0]]


def postgresql(data: bytes) -> Verdict:
    """PostgreSQL start-up or TLS request."""
    if len(data) >= 8 and be32(data, 0) == len(data) and be32(data, 4) in (196_608, 80_877_103):
        return "postgresql", STRONG, ASKS
    return None


def mysql(data: bytes) -> Verdict:
    """MySQL server greeting, protocol version 10."""
    if len(data) > 20 and int.from_bytes(data[:3], "little") == len(data) - 4 and data[3:5] == b"\0\x0a":
        return "mysql", STRONG, ANSWERS
    return None


def dcerpc(data: bytes) -> Verdict:
    """DCE RPC 5.0 over TCP."""
    if len(data) < 16 or data[0] != 5 or data[1] > 1 or data[2] > 19 or data[4] not in (0x10, 0):
        return None
    length = le16(data, 8) if data[4] else be16(data, 8)
    if length > len(data) or length < 16:
        return None
    return "rpc", STRONG, {0: ASKS, 2: ANSWERS, 11: ASKS, 12: ANSWERS, 13: ANSWERS, 14: ASKS}.get(data[2], 0)


def sunrpc(data: bytes) -> Verdict:
    """ONC RPC (RFC 5531) call and reply to the port mapper or NFS."""
    body = data[4:] if len(data) > 28 and be32(data, 0) & 0x7FFFFFFF == len(data) - 4 else data
    if len(body) >= 24 and be32(body, 4) == 0 and be32(body, 8) == 2 and be32(body, 12) in (100_000, 100_003, 100_005):
        return "nfs" if be32(body, 12) == 100_003 else "sunrpc", STRONG, ASKS
    return None


def rtsp(data: bytes) -> Verdict:
    """RFC 7826: status line or method line."""
    if data.startswith(b"RTSP/1.0 "):
        return "rtsp", STRONG, ANSWERS
    return ("rtsp", STRONG, ASKS) if re.match(rb"[A-Z_]{3,20} [^\r\n]{1,500} RTSP/1\.0\r\n", data) else None


def sip(data: bytes) -> Verdict:
    """RFC 3261."""
    if data.startswith(b"SIP/2.0 "):
        return "sip", STRONG, ANSWERS
    return ("sip", STRONG, ASKS) if re.match(rb"[A-Z]{3,10} sips?:[^\r\n]{1,500} SIP/2\.0\r\n", data) else None


def printer(data: bytes) -> Verdict:
    """PJL or PCL/ZPL print data."""
    return ("printer", WEAK, ASKS) if data.startswith((b"\x1b%-12345X", b"\x1bE", b"^XA")) else None


def dns(data: bytes) -> Verdict:
    """RFC 1035 section 4.1: a header that makes sense and a first name that is well formed."""
    if len(data) < 17 or be16(data, 4) > 16 or be16(data, 6) > 200 or be16(data, 8) > 200 or be16(data, 10) > 64:
        return None
    if data[2] & 0x78 not in (0, 0x28, 0x20) or data[3] & 0x40 or not _name_fits(data, 12):
        return None
    answer = data[2] & 0x80
    if not answer and be16(data, 4) == 0:
        return None
    return "dns", STRONG, ANSWERS if answer else ASKS


def dns_tcp(data: bytes) -> Verdict:
    """RFC 1035 section 4.2.2: a length goes before each message."""
    return dns(data[2:]) if len(data) > 2 and be16(data, 0) >= len(data) - 2 else None


def _name_fits(data: bytes, place: int) -> bool:
    for _ in range(64):
        if place >= len(data):
            return False
        size = data[place]
        if size == 0:
            return True
        if size & 0xC0:
            return size & 0xC0 == 0xC0
        label = data[place + 1 : place + 1 + size]
        if any(sign < 0x20 for sign in label):
            return False
        place += 1 + size
    return False


def mdns(data: bytes) -> Verdict:
    """RFC 6762: DNS on its own port; everybody asks the group."""
    found = dns(data) if len(data) >= 17 else None
    return ("mdns", STRONG, 0) if found or data[:4] in (b"\0\0\x84\0", b"\0\0\0\0") else None


def llmnr(data: bytes) -> Verdict:
    """RFC 4795."""
    found = dns(data)
    return ("llmnr", STRONG, found[2]) if found else None


def netbios_name(data: bytes) -> Verdict:
    """RFC 1002 section 4.2: a name encoded in 32 letters."""
    if len(data) < 46 or be16(data, 4) + be16(data, 6) < 1 or data[12] != 0x20:
        return None
    if any(not 0x41 <= sign <= 0x50 for sign in data[13:45]):
        return None
    return "netbios", STRONG, ANSWERS if data[2] & 0x80 else ASKS


def netbios_datagram(data: bytes) -> Verdict:
    """RFC 1002 section 4.4."""
    if len(data) < 14 or not 0x10 <= data[0] <= 0x16 or data[1] > 0x0F:
        return None
    return "netbios", STRONG if b"\xffSMB" in data else WEAK, 0


def dhcp(data: bytes) -> Verdict:
    """RFC 2131: BOOTP header and magic cookie."""
    if len(data) < 240 or data[0] not in (1, 2) or data[236:240] != b"\x63\x82\x53\x63":
        return None
    return "dhcp", STRONG, ASKS if data[0] == 1 else ANSWERS


def dhcpv6(data: bytes) -> Verdict:
    """RFC 8415: message type, then options whose lengths fit."""
    if len(data) < 8 or not 1 <= data[0] <= 13:
        return None
    if data[0] in (12, 13):
        return "dhcpv6", WEAK, 0
    place = 4
    while place + 4 <= len(data):
        place += 4 + be16(data, place + 2)
    if place != len(data):
        return None
    return "dhcpv6", STRONG, ANSWERS if data[0] in (2, 7, 10) else ASKS


def ntp(data: bytes) -> Verdict:
    """RFC 5905: version, mode, length; credible on its own port."""
    if len(data) < 12 or not 1 <= data[0] >> 3 & 7 <= 4:
        return None
    mode = data[0] & 7
    if mode not in (6, 7) and len(data) < 48:
        return None
    return "ntp", WEAK, {3: ASKS, 4: ANSWERS, 5: ANSWERS, 1: ASKS, 2: ANSWERS}.get(mode, 0)


def snmp(data: bytes) -> Verdict:
    """RFC 1157, 1901, 3412: version, then community or header."""
    outer = ber(data, 0)
    version = ber(data, outer[1]) if outer and outer[0] == 0x30 else None
    if not outer or not version or version[0] != 2 or version[2] - version[1] != 1 or outer[2] > len(data) + 2:
        return None
    if version[2] >= len(data):
        return None
    number = data[version[1]]
    if number == 3:
        return ("snmpv3", STRONG, 0) if data[version[2]] == 0x30 else None
    community = ber(data, version[2])
    if number not in (0, 1) or not community or community[0] != 4 or community[2] >= len(data):
        return None
    kind = data[community[2]]
    if kind in (0xA4, 0xA6, 0xA7):
        return "snmp-trap", STRONG, ASKS
    return ("snmp", STRONG, ANSWERS if kind == 0xA2 else ASKS) if 0xA0 <= kind <= 0xA8 else None


def tftp(data: bytes) -> Verdict:
    """RFC 1350: read and write requests."""
    if re.match(rb"\0[\x01\x02][\x20-\x7e]{1,200}\0(octet|netascii|mail)\0", data, re.I):
        return "tftp", STRONG, ASKS
    return None


def syslog(data: bytes) -> Verdict:
    """RFC 3164 and 5424: priority."""
    return ("syslog", WEAK, ASKS) if re.match(rb"<\d{1,3}>", data) else None


def ssdp(data: bytes) -> Verdict:
    """UPnP device architecture: NOTIFY, M-SEARCH and answers."""
    if data.startswith((b"M-SEARCH * HTTP/1.1", b"NOTIFY * HTTP/1.1")):
        return "ssdp", STRONG, ASKS
    return ("ssdp", WEAK, ANSWERS) if data.startswith(b"HTTP/1.1 200") and b"\r\nST:" in data.upper() else None


def ws_discovery(data: bytes) -> Verdict:
    """OASIS WS-Discovery: SOAP envelope."""
    if b"<" in data[:4] and b"schemas.xmlsoap.org/ws/2005/04/discovery" in data:
        return "ws-discovery", STRONG, ANSWERS if b"ProbeMatch" in data or b"ResolveMatch" in data else ASKS
    return None


def ike(data: bytes) -> Verdict:
    """RFC 7296 section 3.1: version, exchange type and length; behind four zero bytes on port 4500."""
    body = data[4:] if data[:4] == b"\0\0\0\0" else data
    if len(body) < 28 or body[17] not in (0x10, 0x20) or be32(body, 24) != len(body) or not body[:8].strip(b"\0"):
        return None
    if body[18] not in (2, 4, 5, 6, 32, 34, 35, 36, 37):
        return None
    return "ike", STRONG, (ASKS if not body[8:16].strip(b"\0") else 0)


def wireguard(data: bytes) -> Verdict:
    """WireGuard: message type and fixed lengths."""
    if len(data) < 32 or data[1:4] != b"\0\0\0" or (data[0], len(data)) not in ((1, 148), (2, 92), (3, 64)):
        return ("wireguard", WEAK, 0) if len(data) >= 32 and data[:4] == b"\x04\0\0\0" and not len(data) % 16 else None
    return "wireguard", STRONG, {1: ASKS, 2: ANSWERS}.get(data[0], 0)


def openvpn(data: bytes) -> Verdict:
    """OpenVPN: hard reset of client or server."""
    if len(data) < 14 or data[0] not in (0x38, 0x40, 0x50):
        return None
    return "openvpn", WEAK, ANSWERS if data[0] == 0x40 else ASKS


def radius(data: bytes) -> Verdict:
    """RFC 2865: code and length."""
    if len(data) < 20 or data[0] not in (1, 2, 3, 4, 5, 11) or be16(data, 2) != len(data):
        return None
    return "radius", WEAK, ASKS if data[0] in (1, 4) else ANSWERS


def ptp(data: bytes) -> Verdict:
    """IEEE 1588-2019 clause 13.3: message type, version, length."""
    if len(data) < 34 or data[1] & 15 not in (1, 2) or data[0] & 15 > 13 or be16(data, 2) > len(data):
        return None
    return "ptp", WEAK, 0


def netflow(data: bytes) -> Verdict:
    """NetFlow v5, v9, IPFIX: version."""
    return ("netflow", WEAK, ASKS) if len(data) >= 20 and be16(data, 0) in (5, 9, 10) else None


def quic(data: bytes) -> Verdict:
    """RFC 9000 section 17.2: long header with a known version."""
    if len(data) >= 1200 and data[0] & 0xC0 == 0xC0 and be32(data, 1) in (1, 0x6B3343CF):
        return "quic", STRONG, ASKS
    return None


def vxlan(data: bytes) -> Verdict:
    """RFC 7348 section 5: flags and reserved bytes."""
    if len(data) > 22 and data[0] == 8 and data[1:4] == b"\0\0\0" and data[7] == 0:
        return "vxlan", WEAK, ASKS
    return None


def tacacs(data: bytes) -> Verdict:
    """RFC 8907 section 4.1."""
    if len(data) < 12 or data[0] >> 4 != 12 or data[1] not in (1, 2, 3) or be32(data, 8) != len(data) - 12:
        return None
    return "tacacs", STRONG, ASKS if data[2] % 2 else ANSWERS


def tns(data: bytes) -> Verdict:
    """Oracle Net: connect packet."""
    if len(data) < 10 or be16(data, 0) != len(data) or data[4] not in (1, 2, 4, 11):
        return None
    return "oracle", STRONG if b"(DESCRIPTION=" in data else WEAK, ASKS if data[4] == 1 else ANSWERS
