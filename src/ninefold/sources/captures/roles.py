"""Who is client and who is server, with the reason: SYN, the pattern of answers, the port, or who spoke first."""

from __future__ import annotations

from typing import Final

from ninefold.model.catalogue import SERVICES
from ninefold.model.observed import Grade
from ninefold.sources.captures.address import Address, is_group, is_group_mac
from ninefold.sources.captures.inspect import IDS
from ninefold.sources.captures.signatures import STRONG
from ninefold.sources.captures.signatures.registry import TCP, by_port
from ninefold.sources.captures.table import SYN, SYN_ACK, Row

REASONS: Final = ("syn", "answer", "port", "first")
_SYSTEM: Final = 1024
_DYNAMIC: Final = 49_152  # RFC 6335 section 6: dynamic ports begin here
_TLS_PORT: Final = {"https": (443, 8443, 4443, 10443)}
_TUNNELS: Final = {47: "gre", 4: "ip-in-ip", 41: "ip-in-ip", 2: "igmp", 112: "vrrp", 50: "ipsec"}
_OTHER_KINDS: Final = {"icmp": frozenset({1, 58})}


def direction(row: Row, kind: int, protocol: int, ports: tuple[int, int], named: str) -> tuple[bool, str]:
    """Whether end ``a`` is the client, and why. ``ports``: of a and b; ``named``: service by signature or ""."""
    a_is_client, reason = _by_syn(row) if protocol == TCP else (True, "")
    if reason:
        return a_is_client, reason
    group_a, group_b = (group(row, kind, end) for end in (0, 1))
    if group_a != group_b:
        return group_b, "first"  # a group never speaks
    if row.client_a:
        return row.client_a > 0, "answer"
    by_ports = _by_port(protocol, ports, named)
    if by_ports:
        return by_ports > 0, "port"
    return row.first_a, "first"


def _by_syn(row: Row) -> tuple[bool, str]:
    a, b = row.flags_a, row.flags_b
    if (a & SYN) != (b & SYN):
        return bool(a & SYN), "syn"
    if (a & SYN_ACK) != (b & SYN_ACK):
        return bool(b & SYN_ACK), "syn"
    return True, ""


def group(row: Row, kind: int, end: int) -> bool:
    """Whether an end (0: a, 1: b) is a multicast or broadcast address."""
    high, low = row.key[2 * end], row.key[2 * end + 1]
    if kind == 0:
        return is_group_mac(low)
    return is_group(Address(kind, high, low)) or is_group_mac(row.mac_b if end else row.mac_a)


def _by_port(protocol: int, ports: tuple[int, int], named: str) -> int:
    """+1: a is the client, -1: b is, 0: the ports do not tell."""
    first, second = ports
    if first == second:
        return 0
    table = by_port()
    known = table.get((protocol, first), ""), table.get((protocol, second), "")
    if named and (known[0] == named) != (known[1] == named):
        return 1 if known[1] == named else -1
    if bool(known[0]) != bool(known[1]):
        return 1 if known[1] else -1
    if (first < _SYSTEM) != (second < _SYSTEM):
        return 1 if second < _SYSTEM else -1
    if (first < _DYNAMIC) != (second < _DYNAMIC):
        return 1 if second < _DYNAMIC else -1
    return 0


def service(row: Row, kind: int, protocol: int, port: int) -> tuple[str, Grade]:
    """The service of a conversation whose server port is known, and how sure its name is."""
    found, strength = IDS[row.service], row.strength
    registered = by_port().get((protocol, port), "")
    if found and (strength >= STRONG or registered == found):
        return _inside_tls(found, registered, port), Grade.SIGNATURE
    if kind and protocol in _TUNNELS:
        return _TUNNELS[protocol], Grade.SIGNATURE  # the protocol number is the name
    if registered:
        return registered, Grade.PORT
    return "", Grade.NONE


def _inside_tls(found: str, registered: str, port: int) -> str:
    if found != "https":
        return found
    if port in _TLS_PORT["https"]:
        return "https"
    if registered and SERVICES[registered].encrypts.value == "yes":
        return registered
    return "tls"


def transport(kind: int, protocol: int) -> str:
    """tcp, udp, icmp, sctp, l2 or other."""
    if kind == 0:
        return "l2"
    return {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp", 132: "sctp"}.get(protocol, "other")
