"""Addresses as numbers and as text."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final, NamedTuple

BROADCAST: Final = 0xFFFF_FFFF_FFFF


class Address(NamedTuple):
    """An IP address: 4 or 6, upper and lower 64 bits. ``kind`` 0 is none."""

    kind: int
    high: int
    low: int


NO_ADDRESS: Final = Address(0, 0, 0)


@lru_cache(65_536)
def mac_text(mac: int) -> str:
    """``00:1c:06:0b:26:ed``; "" for 0."""
    return ":".join(f"{mac >> shift & 255:02x}" for shift in range(40, -8, -8)) if mac else ""


@lru_cache(65_536)
def ip_text(address: Address) -> str:
    """The usual text of an IP address; "" for none."""
    if not address.kind:
        return ""
    return str(parsed(address))


@lru_cache(65_536)
def parsed(address: Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """As the standard library sees it."""
    if address.kind == 4:
        return ipaddress.IPv4Address(address.low)
    return ipaddress.IPv6Address(address.high << 64 | address.low)


def is_group_mac(mac: int) -> bool:
    """Multicast or broadcast."""
    return bool(mac >> 40 & 1)


@lru_cache(65_536)
def is_group(address: Address) -> bool:
    """Multicast or limited broadcast: nobody's own address."""
    if address.kind == 4:
        return address.low >> 28 == 14 or address.low == 0xFFFFFFFF
    return address.kind == 6 and address.high >> 56 == 0xFF


def is_host(address: Address) -> bool:
    """An address that a device can have: no group, not unspecified."""
    return bool(address.kind and (address.high or address.low)) and not is_group(address)


def is_link_local(address: Address) -> bool:
    """169.254.0.0/16 or fe80::/10."""
    if address.kind == 4:
        return address.low >> 16 == 0xA9FE
    return address.high >> 54 == 0x3FA


def vlan_text(vlan: int) -> str:
    """Outer tag first: ``100.20``; "" without a tag (or with priority only)."""
    tags = []
    while vlan:
        tags.append(str(vlan & 0xFFF))
        vlan >>= 12
    return ".".join(tag for tag in reversed(tags) if tag != "0")
