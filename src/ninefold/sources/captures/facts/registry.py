"""Which parser reads which service, and how many payloads of a conversation it wants to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ninefold.sources.captures.facts import neighbours
from ninefold.sources.captures.talk import Talk

Parser = Callable[[Talk, bytes], None]

PARSERS: Final[dict[str, Parser]] = {
    "lldp": neighbours.lldp,
    "cdp": neighbours.cdp,
    "arp": neighbours.arp,
    "profinet-dcp": neighbours.profinet,
    "profinet-rt": neighbours.profinet,
}
#: Payloads in each direction, where it is not the usual 8.
SAMPLES: Final = {
    "lldp": 64,
    "cdp": 32,
    "arp": 64,
    "profinet-dcp": 250,
    "goose": 16,
    "dhcp": 64,
    "mdns": 64,
    "netbios": 48,
    "ssdp": 16,
    "bacnet": 64,
    "ethercat": 2,
    "powerlink": 2,
    "sv": 2,
    "stp": 2,
}
