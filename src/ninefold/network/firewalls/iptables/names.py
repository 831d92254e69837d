"""Names that iptables knows: protocols, ICMP types, tables.

Source: IANA protocol numbers; ICMP and ICMPv6 types of iptables-extensions(8) after RFC 792 and RFC 4443/4861.
"""

from __future__ import annotations

from typing import Final

from ninefold.network.ruleset import PROTOCOLS as COMMON

PROTOCOLS: Final = {
    **COMMON, "ggp": 3, "st": 5, "pup": 12, "hmp": 20, "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "ipv6-route": 43,
    "ipv6-frag": 44, "rsvp": 46, "skip": 57, "ipv6-nonxt": 59, "ipv6-opts": 60, "rspf": 73, "vmtp": 81,
    "ospfigp": 89, "ipip": 94, "etherip": 97, "encap": 98, "ipcomp": 108, "isis": 124, "fc": 133,
    "mobility-header": 135, "ipv6-mh": 135, "mh": 135, "mpls-in-ip": 137, "hip": 139, "shim6": 140,
}  # fmt: skip
ICMP: Final[dict[str, tuple[int, int | None]]] = {
    "echo-reply": (0, None), "pong": (0, None), "destination-unreachable": (3, None), "network-unreachable": (3, 0),
    "host-unreachable": (3, 1), "protocol-unreachable": (3, 2), "port-unreachable": (3, 3),
    "fragmentation-needed": (3, 4), "source-route-failed": (3, 5), "network-unknown": (3, 6), "host-unknown": (3, 7),
    "network-prohibited": (3, 9), "host-prohibited": (3, 10), "tos-network-unreachable": (3, 11),
    "tos-host-unreachable": (3, 12), "communication-prohibited": (3, 13), "host-precedence-violation": (3, 14),
    "precedence-cutoff": (3, 15), "source-quench": (4, None), "redirect": (5, None), "network-redirect": (5, 0),
    "host-redirect": (5, 1), "tos-network-redirect": (5, 2), "tos-host-redirect": (5, 3), "echo-request": (8, None),
    "ping": (8, None), "router-advertisement": (9, None), "router-solicitation": (10, None),
    "time-exceeded": (11, None), "ttl-exceeded": (11, None), "ttl-zero-during-transit": (11, 0),
    "ttl-zero-during-reassembly": (11, 1), "parameter-problem": (12, None), "ip-header-bad": (12, 0),
    "required-option-missing": (12, 1), "timestamp-request": (13, None), "timestamp-reply": (14, None),
    "address-mask-request": (17, None), "address-mask-reply": (18, None),
}  # fmt: skip
ICMP6: Final[dict[str, tuple[int, int | None]]] = {
    "destination-unreachable": (1, None), "no-route": (1, 0), "communication-prohibited": (1, 1),
    "beyond-scope": (1, 2), "address-unreachable": (1, 3), "port-unreachable": (1, 4), "failed-policy": (1, 5),
    "reject-route": (1, 6), "packet-too-big": (2, None), "time-exceeded": (3, None), "ttl-exceeded": (3, None),
    "ttl-zero-during-transit": (3, 0), "ttl-zero-during-reassembly": (3, 1), "parameter-problem": (4, None),
    "bad-header": (4, 0), "unknown-header-type": (4, 1), "unknown-option": (4, 2), "echo-request": (128, None),
    "ping": (128, None), "echo-reply": (129, None), "pong": (129, None), "mld-listener-query": (130, None),
    "mld-listener-report": (131, None), "mld-listener-done": (132, None), "mld-listener-reduction": (132, None),
    "router-solicitation": (133, None), "router-advertisement": (134, None), "neighbour-solicitation": (135, None),
    "neighbor-solicitation": (135, None), "neighbour-advertisement": (136, None),
    "neighbor-advertisement": (136, None), "redirect": (137, None),
}  # fmt: skip
#: table -> (hooks by chain name -> priority)
TABLES: Final[dict[str, dict[str, int]]] = {
    "raw": {"PREROUTING": -300, "OUTPUT": -300},
    "mangle": {"PREROUTING": -150, "INPUT": -150, "FORWARD": -150, "OUTPUT": -150, "POSTROUTING": -150},
    "nat": {"PREROUTING": -100, "INPUT": 100, "OUTPUT": -100, "POSTROUTING": 100},
    "filter": {"INPUT": 0, "FORWARD": 0, "OUTPUT": 0},
    "security": {"INPUT": 50, "FORWARD": 50, "OUTPUT": 50},
}
#: targets that let the packet go on to the next rule
GO_ON: Final = frozenset(
    {
        "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "CHECKSUM", "TCPMSS", "CT", "NOTRACK", "TOS", "DSCP", "TTL", "HL",
        "CLASSIFY", "SET", "SECMARK", "CONNSECMARK", "AUDIT", "TRACE", "IDLETIMER", "LED", "RATEEST",
        "TCPOPTSTRIP", "ECN", "HMARK",
    }
)  # fmt: skip
#: targets that change what later matches look at
MARKING: Final = frozenset({"MARK", "CONNMARK", "CT", "TOS", "DSCP", "TTL", "HL", "SET", "CLASSIFY", "ECN"})
FLAGS: Final = ("fin", "syn", "rst", "psh", "ack", "urg")
