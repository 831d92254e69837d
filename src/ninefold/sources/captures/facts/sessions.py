"""Sessions: HTTP and SSDP, TLS, SSH, FTP, Telnet, MQTT. That credentials occur is kept, never their value."""

from __future__ import annotations

import re
from typing import Final

from ninefold.sources.captures.signatures.bits import be16, text
from ninefold.sources.captures.talk import Talk

_HEADER: Final = re.compile(
    rb"^(server|user-agent|authorization|location|x-user-agent):[ \t]*([^\r\n]{0,400})", re.I | re.M
)
_KEYS: Final = {b"server": "http.server", b"user-agent": "http.user_agent", b"x-user-agent": "http.user_agent"}


def http(talk: Talk, data: bytes) -> None:
    """RFC 9110: server and agent; basic authentication and passwords in forms are credentials in clear."""
    head, _, body = data[:8192].partition(b"\r\n\r\n")
    for match in _HEADER.finditer(head):
        name, value = match[1].lower(), match[2]
        if name in _KEYS:
            talk.fact(_KEYS[name], text(value, 300))
        elif name == b"authorization" and value[:6].lower() == b"basic ":
            talk.does("cleartext-credentials")
    if head.startswith(b"POST") and re.search(rb"(?:^|&)(?:pass|passwd|password|pwd)=", body, re.I):
        talk.does("cleartext-credentials")
    if head.startswith((b"PUT", b"POST", b"DELETE", b"PATCH")):
        talk.does("writes")
    elif head.startswith((b"GET", b"HEAD")):
        talk.does("reads")


def ssh(talk: Talk, data: bytes) -> None:
    """RFC 4253: identification string."""
    if data.startswith(b"SSH-"):
        line = text(data.split(b"\n", 1)[0])
        talk.fact("ssh.software", line)
        talk.fact("ssh.version", line.split("-")[1] if line.count("-") > 1 else "")


_VERSIONS: Final = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
_MOST: Final = 16_384


def tls(talk: Talk, data: bytes) -> None:
    """RFC 8446: versions, server name, certificate (up to TLS 1.2, where it is not encrypted)."""
    key = f"tls{talk.ports[0]}"
    buffer = (talk.memory.get(key, b"") + data)[:_MOST]
    talk.memory[key] = buffer
    stream, place = b"", 0
    while place + 5 <= len(buffer) and buffer[place] == 22:
        size = be16(buffer, place + 3)
        stream += buffer[place + 5 : place + 5 + size]
        place += 5 + size
    place = 0
    while place + 4 <= len(stream):
        kind, size = stream[place], int.from_bytes(stream[place + 1 : place + 4], "big")
        body = stream[place + 4 : place + 4 + size]
        if len(body) < size:
            return
        if kind in (1, 2):
            _hello(talk, kind, body)
        elif kind == 11:
            _certificate(talk, body)
        place += 4 + size


def _hello(talk: Talk, kind: int, body: bytes) -> None:
    version, place = be16(body, 0), 35 + body[34]
    if kind == 1:
        place += 2 + be16(body, place)
        place += 1 + body[place]
    else:
        place += 3
    end = min(len(body), place + 2 + be16(body, place))
    place += 2
    while place + 4 <= end:
        number, size = be16(body, place), be16(body, place + 2)
        value = body[place + 4 : place + 4 + size]
        if number == 43 and kind == 2:
            version = be16(value, 0)
        elif number == 0 and kind == 1:
            talk.fact_of(talk.receiver, "tls.server_name", text(value[5:]))
        place += 4 + size
    if kind == 2:
        talk.fact("tls.version", _VERSIONS.get(version, f"0x{version:04x}"))


def _certificate(talk: Talk, body: bytes) -> None:
    from cryptography import x509

    size = int.from_bytes(body[3:6], "big")
    try:
        found = x509.load_der_x509_certificate(body[6 : 6 + size])
        subject, issuer = found.subject.rfc4514_string(), found.issuer.rfc4514_string()
        until = found.not_valid_after_utc.date().isoformat()
    except Exception:  # a certificate may be wrong in any way
        talk.fact("tls.certificate", "unreadable")
        return
    talk.fact("tls.certificate.subject", subject)
    talk.fact("tls.certificate.issuer", issuer)
    talk.fact("tls.certificate.not_after", until)
    talk.fact("tls.certificate.self_signed", "yes" if subject == issuer else "")


def ftp(talk: Talk, data: bytes) -> None:
    """RFC 959: a password, transfers, and the greeting."""
    if re.match(rb"PASS ", data):
        talk.does("cleartext-credentials")
    elif re.match(rb"(STOR|DELE|RNTO|MKD|APPE) ", data):
        talk.does("writes")
    elif re.match(rb"(RETR|LIST|NLST)", data):
        talk.does("reads")
    elif data.startswith(b"220"):
        talk.fact("ftp.banner", text(data[4:]))


def telnet(talk: Talk, data: bytes) -> None:
    """RFC 854: whatever is typed after a password prompt is a credential in clear."""
    if re.search(rb"pass(word|wort)?: ?$", data, re.I):
        talk.does("cleartext-credentials")
    words = text(bytes(sign for sign in data if 0x20 <= sign < 0x7F))
    talk.fact("telnet.banner" if talk.who <= 0 and len(words) > 8 else "", words)


def mqtt(talk: Talk, data: bytes) -> None:
    """MQTT: client id; a password flag means credentials in clear; publish writes, subscribe reads."""
    kind = data[0] >> 4
    if kind in (3, 8):
        talk.does("writes" if kind == 3 else "reads")
    if kind != 1:
        return
    place = next((place for place in range(2, 6) if not data[place - 1] & 0x80), 2)
    place += 2 + be16(data, place)
    version, flags = data[place], data[place + 1]
    place += 4
    if version == 5:
        place += 1 + data[place]
    talk.fact("mqtt.client_id", text(data[place + 2 : place + 2 + be16(data, place)]))
    talk.fact("mqtt.version", {3: "3.1", 4: "3.1.1", 5: "5.0"}.get(version, ""))
    if flags & 0x40:
        talk.does("cleartext-credentials")


def smtp(talk: Talk, data: bytes) -> None:
    """RFC 4954: authentication without TLS."""
    if data.upper().startswith((b"AUTH PLAIN", b"AUTH LOGIN")):
        talk.does("cleartext-credentials")


def ldap(talk: Talk, data: bytes) -> None:
    """RFC 4511: a simple bind with a password."""
    place = data.find(b"\x60", 4)
    if 0 < place < 16 and (found := re.search(rb"\x80([\x01-\x7f])", data[place:])) and found[1]:
        talk.does("cleartext-credentials")


def tftp(talk: Talk, data: bytes) -> None:
    """RFC 1350: the name of the file; firmware is often written this way."""
    name = text(data[2:])
    talk.does("writes" if data[1] == 2 else "reads")
    if data[1] == 2 and name.lower().endswith((".bin", ".fw", ".img", ".hex", ".upd", ".fwl")):
        talk.does("firmware")


def vnc(talk: Talk, data: bytes) -> None:
    """RFC 6143: protocol version."""
    talk.fact("vnc.version" if data.startswith(b"RFB ") else "", text(data[:11]))
