"""MAC, ARP and LLDP tables as people paste them from a switch: Cisco, Hirschmann, SCALANCE, Moxa, Windows, Linux.

No table is recognised by its maker: a line that holds a MAC with an IP address is an ARP entry, one that holds a MAC
with a port is an entry of a MAC table, blocks of ``key: value`` are LLDP or CDP neighbours.
"""

from __future__ import annotations

import re
from typing import Final

from ninefold.base.errors import InputError, Place
from ninefold.base.spreadsheet import decode, separator
from ninefold.model.observed import Observation, ObservedHost
from ninefold.sources.common import Facts, address, clean, mac, origin, say, unique
from ninefold.sources.headings import is_header

NAME: Final = "switch-table"
_MAC: Final = re.compile(
    r"(?<![\w:.-])(?:[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}|[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}|"
    r"[0-9a-fA-F]{6}-[0-9a-fA-F]{6})(?![\w:-])"
)
_IP: Final = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])")
_PORT: Final = re.compile(
    r"\b(?:(?:Gi|Fa|Te|Po|Eth?|Tw|Fo|Hu|GigabitEthernet|FastEthernet|TenGigabitEthernet|Ethernet|Port-channel)"
    r"\s?\d+(?:/\d+){0,3}|P\d+(?:\.\d+)?|X\d+(?:\s?P\d+)?|\d+/\d+(?:/\d+)?|[Pp]ort\s?\d+|(?:eth|ge|fe|xe)-?\d[\d/.]*)\b"
)
_LEARNED: Final = re.compile(
    r"\b(?:dynamic|static|learn(?:ed|t)|self|mgmt|management|secure|permanent|multicast)\b", re.I
)
_PROMPT: Final = re.compile(r"^\(?([A-Za-z][\w.-]{1,60})\)?\s?[#>]\s?(?:show|sh|display|arp)\b", re.M)
_MARKERS: Final = re.compile(
    rb"mac.address.table|mac-addr-table|mac.?address.{0,80}port|lldp neighb|lldp remote|cdp neighb|chassis id|"
    rb"local intf|arp -a|internet address|physical address|hardware addr|lladdr|ip arp|\[ether\]|unicast mac|"
    rb"forwarding database|fdb",
    re.I,
)
#: keys of neighbour blocks, in lower case: our fact ("" names the device)
_KEYS: Final = {
    "system name": "lldp.system_name",
    "sysname": "lldp.system_name",
    "remote system name": "lldp.system_name",
    "device id": "cdp.device",
    "system description": "lldp.system_description",
    "remote system description": "lldp.system_description",
    "platform": "cdp.platform",
    "version": "cdp.software",
    "port description": "lldp.port_description",
    "port id": "lldp.port",
    "remote port id": "lldp.port",
    "local intf": "switch.port",
    "local interface": "switch.port",
    "local port": "switch.port",
    "interface": "switch.port",
}
_ADDRESS_KEYS: Final = frozenset(
    {"ip", "ip address", "management address", "management addresses", "ipv4 address", "entry address(es)"}
)
_CHASSIS: Final = frozenset({"chassis id", "remote chassis id", "chassisid", "remote id"})
_LINES: Final = 500_000


def detect(head: bytes, name: str) -> bool:
    """Whether the text is the output of a switch or of ``arp``, not a list that somebody keeps."""
    if b"\0" in head or head.lstrip()[:1] in (b"<", b"{", b"["):
        return False
    text = decode(head)
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    mark = separator(text)
    if any(mark in line and is_header([cell.strip() for cell in line.split(mark)]) for line in lines[:20]):
        return False
    entries = sum(bool(_MAC.search(line)) for line in lines)
    return bool(_MARKERS.search(head) and (entries or b":" in head)) or (
        entries >= 2 and sum(line.count(";") + line.count(",") for line in lines) < len(lines)
    )


def parse(data: bytes, name: str) -> Observation:
    """One host per MAC address or named neighbour. InputError when there is no entry in it."""
    made = origin(data, name, NAME)
    text = decode(data, name)
    found = _Entries(made.sha256)
    prompt = _PROMPT.search(text)
    switch = clean(prompt[1]) if prompt else ""
    block: dict[str, str] = {}
    start = 1
    for number, line in enumerate(text.splitlines()[:_LINES], start=1):
        key, mark, value = line.partition(":")
        words = " ".join(key.lower().split())
        known = words in _KEYS or words in _ADDRESS_KEYS or words in _CHASSIS
        if mark and known:
            if words in block and words not in _ADDRESS_KEYS:
                found.neighbour(block, f"line {start}", switch)
                block, start = {}, number
            block.setdefault(words, value.strip())
        elif re.fullmatch(r"\s*[-=*]{3,}\s*", line) and block:
            found.neighbour(block, f"line {start}", switch)
            block, start = {}, number
        elif not mark or _MAC.search(line):
            found.line(line, f"line {number}", switch)
    if block:
        found.neighbour(block, f"line {start}", switch)
    hosts = found.done()
    if not hosts:
        raise InputError(
            "no-entries",
            str(say("No entry of a MAC, ARP or LLDP table is found.")),
            place=Place(name),
            advice=str(say("Paste the whole output of the command, with its heading.")),
        )
    return Observation(origin=made, hosts=hosts)


class _Entries:
    """Collects entries; several tables in one text add to each other by MAC address."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._hosts: dict[str, tuple[list[str], list[str], list[str], Facts]] = {}

    def _host(self, key: str) -> tuple[list[str], list[str], list[str], Facts]:
        return self._hosts.setdefault(key, ([], [], [], Facts(self.source)))

    def line(self, line: str, where: str, switch: str) -> None:
        """One line of a table."""
        match = _MAC.search(line)
        hardware = mac(match[0]) if match else ""
        # group addresses stand in every MAC table and are no devices
        if not match or not hardware or int(hardware[:2], 16) & 1:
            return
        rest = line[: match.start()] + " " + line[match.end() :]
        ips = [address(item) for item in _IP.findall(rest)]
        port = _PORT.search(rest)
        number = re.search(r"(?:^|\s)(\d{1,2})\s*$", rest) if _LEARNED.search(rest) else None
        if not ips and not port and not number:
            return
        macs, known, _, facts = self._host(hardware)
        macs.append(hardware)
        known += [ip for ip in ips if ip]
        if not ips:
            at = port[0] if port else number[1] if number else ""
            vlan = re.match(r"\s*\*?\s*(\d{1,4})\s", rest) if port else None
            words = [switch, at, f"VLAN {vlan[1]}" if vlan else ""]
            facts.add("switch.port", " ".join(filter(None, words)), where)
            facts.add("network.vlan", vlan[1] if vlan else "", where)

    def neighbour(self, block: dict[str, str], where: str, switch: str) -> None:
        """One neighbour of LLDP or CDP."""
        hardware = next((mac(value) for key, value in block.items() if key in _CHASSIS and mac(value)), "")
        ips = [address(item) for key, value in block.items() if key in _ADDRESS_KEYS for item in _IP.findall(value)]
        name = next(
            (
                block[key]
                for key, fact in _KEYS.items()
                if fact in {"lldp.system_name", "cdp.device"} and block.get(key)
            ),
            "",
        )
        identity = hardware or name or next(iter(ips), "")
        if not identity:
            return
        macs, known, names, facts = self._host(identity)
        macs.append(hardware)
        known += ips
        names.append(clean(name))
        for key, value in block.items():
            fact = _KEYS.get(key)
            if fact:
                text = f"{switch} {value}" if fact == "switch.port" and switch else value
                facts.add(fact, text, where)

    def done(self) -> tuple[ObservedHost, ...]:
        """All hosts, by key."""
        return tuple(
            ObservedHost(macs=unique(macs), ips=unique(ips), names=unique(names), facts=facts.done())
            for _, (macs, ips, names, facts) in sorted(self._hosts.items())
        )
