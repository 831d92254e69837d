"""Addresses fit their networks: a typing error here becomes a hole or an outage in a generated firewall."""

from __future__ import annotations

import ipaddress
import re
from typing import Any, Final

from ninefold.model.plant import Plant
from ninefold.workspace.convert import Origins
from ninefold.workspace.faults import say

Net = ipaddress.IPv4Network | ipaddress.IPv6Network
_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_VLAN_MAX: Final = 4094


def check_addresses(plant: Plant, origins: Origins) -> None:
    """Subnets, VLANs, MAC and IP addresses; addresses inside their subnet and given out once."""
    subnets = _subnets(plant, origins)
    taken: dict[tuple[str, str], str] = {}
    for asset in plant.assets:
        for item in asset.interfaces:
            _check_interface(item, subnets, plant, origins)
            _check_taken(item, asset.id, taken, origins)
    for gateway in plant.gateways:
        for port in gateway.interfaces:
            _check_interface(port, subnets, plant, origins)
            _check_taken(port, gateway.asset, taken, origins)
    for entry in plant.entry_points:
        for address in entry.addresses:
            if network(address) is None:
                _bad(address, entry, "addresses", origins)


def _check_taken(item: Any, owner: str, taken: dict[tuple[str, str], str], origins: Origins) -> None:
    for field in ("address", "address6"):
        address = getattr(item, field)
        first = taken.setdefault((item.network, address), owner)
        if address and first != owner:
            text = say("The address {address} is also given to '{id}'.", address=address, id=first)
            advice = say("Give one of them another address.")
            origins.add("duplicate-address", text, origins.at(item, field), advice)


def network(text: str) -> Net | None:
    """A subnet or single address; None when it is neither."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _subnets(plant: Plant, origins: Origins) -> dict[str, list[Net]]:
    result: dict[str, list[Net]] = {}
    for item in plant.networks:
        result[item.id] = []
        for field, version in (("subnet", 4), ("subnet6", 6)):
            text = getattr(item, field)
            if not text:
                continue
            try:
                subnet = ipaddress.ip_network(text)
            except ValueError:
                subnet = None
            if subnet is None or subnet.version != version:
                loose = network(text)
                advice = (
                    say("Did you mean '{word}'?", word=loose)
                    if loose and loose.version == version
                    else say("Write it like 10.0.1.0/24.")
                )
                origins.add("bad-subnet", say("'{value}' is no subnet.", value=text), origins.at(item, field), advice)
                continue
            result[item.id].append(subnet)
        if item.vlan and not (item.vlan.isascii() and item.vlan.isdigit() and 1 <= int(item.vlan[:9]) <= _VLAN_MAX):
            origins.add(
                "bad-vlan",
                say("'{value}' is no VLAN.", value=item.vlan),
                origins.at(item, "vlan"),
                say("Use 1 to 4094."),
            )
    return result


def _check_interface(item: Any, subnets: dict[str, list[Net]], plant: Plant, origins: Origins) -> None:
    mac = getattr(item, "mac", "")
    if mac and not _MAC.fullmatch(mac):
        advice = say("Write it like 00:1b:1b:aa:bb:cc.")
        origins.add("bad-mac", say("'{value}' is no MAC address.", value=mac), origins.at(item, "mac"), advice)
    for field, version in (("address", 4), ("address6", 6)):
        text = getattr(item, field)
        if text:
            _check_address(text, field, version, item, subnets, plant, origins)


def _check_address(
    text: str, field: str, version: int, item: Any, subnets: dict[str, list[Net]], plant: Plant, origins: Origins
) -> None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        _bad(text, item, field, origins)
        return
    if field == "address6" and address.version != version:
        _bad(text, item, field, origins)
    if not item.network:
        fits = [name for name, nets in subnets.items() if any(address in net for net in nets)]
        advice = say("Add 'network: {id}'.", id=" / ".join(fits)) if fits else say("Add 'network: ...' beside it.")
        origins.add(
            "no-network", say("The address {address} is in no network.", address=text), origins.at(item, field), advice
        )
        return
    known = [net for net in subnets.get(item.network, []) if net.version == address.version]
    if known and not any(address in net for net in known):
        fits = [name for name, nets in subnets.items() if any(address in net for net in nets)]
        advice = say("It fits network '{id}'.", id=fits[0]) if fits else say("Correct the address or the subnet.")
        values = {"address": text, "id": item.network, "subnet": ", ".join(str(net) for net in known)}
        origins.add(
            "outside-network",
            say("{address} is outside network '{id}' ({subnet}).", **values),
            origins.at(item, field),
            advice,
        )


def _bad(text: str, item: Any, field: str, origins: Origins) -> None:
    advice = say("Write an IPv4 or IPv6 address, for example 10.0.1.5.")
    origins.add("bad-address", say("'{value}' is no address.", value=text), origins.at(item, field), advice)
