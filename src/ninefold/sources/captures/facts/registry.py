"""Which parser reads which service, and how many payloads of a conversation it wants to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ninefold.sources.captures.facts import energy, names, neighbours, opcua, plant, sessions
from ninefold.sources.captures.talk import Talk

Parser = Callable[[Talk, bytes], None]

PARSERS: Final[dict[str, Parser]] = {
    "lldp": neighbours.lldp,
    "cdp": neighbours.cdp,
    "arp": neighbours.arp,
    "profinet-dcp": neighbours.profinet,
    "profinet-rt": neighbours.profinet,
    "profinet-cm": plant.profinet_cm,
    "modbus": plant.modbus,
    "umas": plant.umas,
    "enip": plant.enip,
    "s7comm": plant.s7,
    "s7comm-plus": plant.s7_plus,
    "ads": plant.ads,
    "fins": plant.fins,
    "melsec": plant.melsec,
    "opcua": opcua.opcua,
    "goose": energy.goose,
    "sv": energy.sampled_values,
    "mms": energy.mms,
    "dnp3": energy.dnp3,
    "iec104": energy.iec104,
    "c37118": energy.c37118,
    "bacnet": energy.bacnet,
    "hart-ip": energy.hart_ip,
    "knxnet-ip": energy.knx,
    "dhcp": names.dhcp,
    "netbios": names.netbios,
    "mdns": names.mdns,
    "llmnr": names.llmnr,
    "snmp": names.snmp,
    "snmp-trap": names.snmp,
    "http": sessions.http,
    "ssdp": sessions.http,
    "rtsp": sessions.http,
    "sip": sessions.http,
    "https": sessions.tls,
    "ssh": sessions.ssh,
    "ftp": sessions.ftp,
    "telnet": sessions.telnet,
    "mqtt": sessions.mqtt,
    "smtp": sessions.smtp,
    "ldap": sessions.ldap,
    "tftp": sessions.tftp,
    "vnc": sessions.vnc,
}
#: Payloads in each direction, where it is not the usual 8.
SAMPLES: Final = {
    "lldp": 64,
    "cdp": 32,
    "arp": 64,
    "profinet-dcp": 250,
    "profinet-rt": 16,
    "goose": 16,
    "dhcp": 64,
    "mdns": 64,
    "netbios": 48,
    "ssdp": 16,
    "bacnet": 64,
    "snmp": 32,
    "enip": 64,
    "s7comm": 64,
    "opcua": 24,
    "mms": 24,
    "profinet-cm": 32,
    "ethercat": 2,
    "powerlink": 2,
    "sv": 4,
    "stp": 2,
}
