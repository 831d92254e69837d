"""Names that nftables knows: services, ICMP types, priorities, bits.

Source of service numbers: IANA registry; of ICMP types: RFC 792, 4443, 4861, 2710, 3810; of the rest: nft(8).
"""

from __future__ import annotations

from typing import Final

SERVICES: Final = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "time": 37, "whois": 43, "tacacs": 49,
    "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "gopher": 70, "finger": 79, "http": 80, "kerberos": 88,
    "iso-tsap": 102, "pop3": 110, "sunrpc": 111, "auth": 113, "nntp": 119, "ntp": 123, "epmap": 135,
    "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap2": 143, "imap": 143, "snmp": 161,
    "snmp-trap": 162, "bgp": 179, "irc": 194, "ldap": 389, "https": 443, "microsoft-ds": 445, "submissions": 465,
    "isakmp": 500, "exec": 512, "login": 513, "shell": 514, "syslog": 514, "printer": 515, "route": 520,
    "dhcpv6-client": 546, "dhcpv6-server": 547, "rtsp": 554, "nntps": 563, "submission": 587, "ipp": 631,
    "ldaps": 636, "domain-s": 853, "rsync": 873, "ftps-data": 989, "ftps": 990, "telnets": 992, "imaps": 993,
    "pop3s": 995, "socks": 1080, "openvpn": 1194, "ms-sql-s": 1433, "l2f": 1701, "radius": 1812, "radius-acct": 1813,
    "nfs": 2049, "iscsi-target": 3260, "mysql": 3306, "ms-wbt-server": 3389, "svn": 3690, "sip": 5060,
    "sip-tls": 5061, "mdns": 5353, "postgresql": 5432, "amqps": 5671, "amqp": 5672, "x11": 6000, "ircd": 6667,
    "http-alt": 8080, "git": 9418, "ipsec-nat-t": 4500,
}  # fmt: skip
ICMP: Final = {
    "echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
    "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
    "timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
    "address-mask-request": 17, "address-mask-reply": 18,
}  # fmt: skip
ICMP6: Final = {
    "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
    "echo-request": 128, "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131,
    "mld-listener-done": 132, "mld-listener-reduction": 132, "nd-router-solicit": 133, "nd-router-advert": 134,
    "nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
    "ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143,
}  # fmt: skip
ICMP_CODE: Final = {
    "net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3, "frag-needed": 4,
    "net-prohibited": 9, "host-prohibited": 10, "admin-prohibited": 13,
}  # fmt: skip
ICMP6_CODE: Final = {
    "no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4, "policy-fail": 5,
    "reject-route": 6,
}  # fmt: skip
PRIORITIES: Final = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100}
STATES: Final = {"invalid": 1, "established": 2, "related": 4, "new": 8, "untracked": 64}
STATUS: Final = {"expected": 1, "seen-reply": 2, "assured": 4, "confirmed": 8, "snat": 16, "dnat": 32, "dying": 512}
FLAGS: Final = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128}
HOOKS: Final = ("prerouting", "input", "forward", "output", "postrouting")
FAMILIES: Final = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}
BARE_META: Final = frozenset(
    {
        "iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "iifgroup", "oifgroup", "mark", "priority", "skuid",
        "skgid", "nftrace", "rtclassid", "pkttype", "cpu", "cgroup", "ibrname", "obrname", "ibriport", "obriport",
        "iifkind", "oifkind", "l4proto", "nfproto", "protocol", "length", "random", "secmark", "time", "day", "hour",
    }
)  # fmt: skip
#: expressions outside the packet model: first word -> number of words they take
OTHER_LENGTH: Final = {
    "osf": 2, "vlan": 2, "frag": 2, "ether": 2, "arp": 2, "socket": 2, "ah": 2, "esp": 2, "comp": 2, "hbh": 2,
    "mh": 2, "dst": 2, "rt": 2, "exthdr": 2, "igmp": 2, "gre": 2, "numgen": 4, "symhash": 3,
}  # fmt: skip
PORTED: Final = frozenset({"tcp", "udp", "udplite", "sctp", "dccp"})
PAYLOADS: Final = PORTED | {"ip", "ip6", "icmp", "icmpv6", "th"}
