"""OPC UA binary: applications, security policies, services, and passwords that are not encrypted."""

from __future__ import annotations

from typing import Final

from ninefold.sources.captures.signatures.bits import le16, le32, text
from ninefold.sources.captures.talk import Talk

_POLICY: Final = b"http://opcfoundation.org/UA/SecurityPolicy#"
_FUNCTIONS: Final = {
    631: "reads",
    527: "reads",
    533: "reads",
    554: "reads",
    664: "reads",
    826: "reads",
    751: "reads",
    673: "writes",
    700: "writes",
    712: "writes",
    422: "discovers",
    428: "discovers",
    437: "configures",
}
_CREATE_SESSION: Final = 461
_ACTIVATE: Final = 467
_OTHERS: Final = {425, 437}  # answers and requests that speak of other applications


def opcua(talk: Talk, data: bytes) -> None:
    """One message: chunks after the first are not looked into."""
    kind = data[:3]
    if kind == b"HEL":
        talk.fact_of(talk.receiver, "opcua.endpoint", _string(data, 28))
    elif kind == b"OPN":
        policy = _string(data, 12)
        talk.fact("opcua.security_policy" if talk.who < 0 else "", policy.rpartition("#")[2])
        talk.memory["open"] = policy.endswith("#None")
        if talk.memory["open"]:
            talk.does("no-encryption")
    elif kind == b"MSG" and data[24:26] == b"\x01\0":
        number = le16(data, 26)
        talk.does(*((_FUNCTIONS[number],) if number in _FUNCTIONS else ()))
        if number == _ACTIVATE and talk.memory.get("open", True):
            _token(talk, data)
        _applications(talk, data, number)
        if number in (431, 464):
            _endpoints(talk, data)


def _string(data: bytes, place: int) -> str:
    size = le32(data, place)
    return text(data[place + 4 : place + 4 + size], 400) if 0 < size < 4096 else ""


def _token(talk: Talk, data: bytes) -> None:
    """UserNameIdentityToken (id 324): a password without an encryption algorithm crosses the network in clear."""
    place = data.find(b"\x01\0\x44\x01\x01", 28)
    if place < 0:
        return
    place += 9
    for _ in range(3):  # policy id, user name, password
        size = le32(data, place)
        if size != 0xFFFFFFFF and size > 4096:
            return
        place += 4 + (0 if size == 0xFFFFFFFF else size)
    if le32(data, place) in (0, 0xFFFFFFFF):
        talk.does("cleartext-credentials")


def _applications(talk: Talk, data: bytes, number: int) -> None:
    """ApplicationDescription structures: URI, product URI, name, type."""
    place = data.find(b"urn:", 28)
    for _ in range(32):
        if place < 0:
            return
        size = le32(data, place - 4)
        if 4 < size < 512 and place + size < len(data):
            uri, product, after = text(data[place : place + size]), *_optional(data, place + size)
            name, end = _name(data, after)
            if 0 < end <= len(data) - 4 and le32(data, end) <= 3 and (not product or ":" in product):
                _application(talk, number, uri, product, name)
        place = data.find(b"urn:", place + 4)


def _optional(data: bytes, place: int) -> tuple[str, int]:
    """A string that may be null, and the place after it; 0 when it cannot be one."""
    size = le32(data, place)
    if size == 0xFFFFFFFF:
        return "", place + 4
    return (text(data[place + 4 : place + 4 + size]), place + 4 + size) if size < 4096 else ("", 0)


def _application(talk: Talk, number: int, uri: str, product: str, name: str) -> None:
    if number in _OTHERS:
        talk.fact("opcua.registered_application", uri)
        talk.fact("opcua.registered_product", product)
        return
    talk.fact("opcua.application_uri", uri)
    talk.fact("opcua.product_uri", product)
    talk.fact("opcua.application_name", name)


def _name(data: bytes, place: int) -> tuple[str, int]:
    """A LocalizedText (mask, locale, text), and the place after it; 0 when it cannot be one."""
    if not 0 < place < len(data) or data[place] > 3:
        return "", 0
    mask, words = data[place], ""
    place += 1
    if mask & 1:
        place = _optional(data, place)[1]
    if mask & 2 and place:
        words, place = _optional(data, place)
    return words, place


def _endpoints(talk: Talk, data: bytes) -> None:
    place = data.find(_POLICY)
    for _ in range(64):
        if place < 0:
            break
        size = le32(data, place - 4)
        if len(_POLICY) < size < 128:
            talk.fact("opcua.security_policy", text(data[place + len(_POLICY) : place + size]))
        place = data.find(_POLICY, place + len(_POLICY))
    if b"anonymous" in data.lower():
        talk.fact("opcua.anonymous", "offered")
