"""Devices from addresses: several MACs and IPs of one device, many IPs behind one router, no groups.

Rules: ports and chassis that LLDP ties together are one device. An IP address belongs to the MAC that sends it,
unless that MAC forwards for others: then the addresses it does not claim by ARP, whose hop count shows a router on
the way, are devices of their own, without a MAC.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ninefold.model.observed import Fact, Grade, ObservedHost
from ninefold.sources.captures.address import (
    NO_ADDRESS,
    Address,
    ip_text,
    is_group_mac,
    is_host,
    is_link_local,
    mac_text,
    parsed,
    vlan_text,
)
from ninefold.sources.captures.flows import Flows
from ninefold.sources.captures.oui import is_virtual, vendor
from ninefold.sources.captures.sink import Sink
from ninefold.sources.captures.table import listed

_START_TTL = (64, 128, 255)
_OWN_TTL = frozenset({1, 2, 4, 8, 16, 30, 32, 60, 100, *_START_TTL})
_NUMERIC = re.compile(r"[\d.:]+")
_MANY = 4
MOST = 200_000  # pairs of MAC and IP address


@dataclass(slots=True)
class Seen:
    """Which MAC sent which address: the largest TTL seen, and the VLANs of each MAC."""

    pairs: dict[tuple[int, Address], int] = field(default_factory=dict)
    vlans: dict[int, set[int]] = field(default_factory=dict)
    dropped: int = 0

    def add(self, rows: Any) -> None:
        """Collect the senders of conversations."""
        for row in listed(rows):
            key, kind = row.key, row.key[4] >> 56
            for high, low, sent, mac, ttl in (
                (key[0], key[1], row.sent_a, row.mac_a, row.ttl_a),
                (key[2], key[3], row.sent_b, row.mac_b, row.ttl_b),
            ):
                if sent:
                    self._add(mac, Address(kind, high, low) if kind else NO_ADDRESS, ttl, row.vlan)

    def _add(self, mac: int, address: Address, ttl: int, vlan: int) -> None:
        known = self.pairs.get((mac, address))
        if known is None and len(self.pairs) >= MOST:
            self.dropped += 1
        elif known is None or known < ttl:
            self.pairs[mac, address] = ttl
        if vlan and len(self.vlans.setdefault(mac, set())) < 16:
            self.vlans[mac].add(vlan)

    def add_others(self, others: dict[tuple[int, int, int, int], int]) -> None:
        """Collect senders that shared a conversation with another MAC."""
        for (mac, kind, high, low), ttl in others.items():
            self.pairs.setdefault((mac, Address(kind, high, low)), ttl)

    def shared(self, hidden: frozenset[tuple[int, Address]]) -> dict[Address, list[int]]:
        """Addresses that several MACs send from, although none of them only forwards."""
        owners: dict[Address, list[int]] = defaultdict(list)
        for mac, address in sorted(self.pairs):
            if mac and is_host(address) and not is_link_local(address) and (mac, address) not in hidden:
                owners[address].append(mac)
        return {address: macs for address, macs in owners.items() if len(macs) > 1}


@dataclass(slots=True)
class Device:
    """A device that is being put together."""

    macs: set[int] = field(default_factory=set)
    addresses: set[Address] = field(default_factory=set)
    router: bool = False


def behind_routers(seen: Seen, sink: Sink) -> tuple[frozenset[tuple[int, Address]], frozenset[int]]:
    """(mac, address) pairs in which the MAC only forwards, and the MACs that forward."""
    by_mac: dict[int, list[Address]] = defaultdict(list)
    for mac, address in sorted(seen.pairs):
        if mac and is_host(address) and not is_link_local(address):
            by_mac[mac].append(address)
    hidden = {(mac, address) for mac, owned in by_mac.items() for address in _forwarded(mac, owned, seen, sink)}
    return frozenset(hidden), frozenset(mac for mac, _ in hidden)


def _forwarded(mac: int, owned: list[Address], seen: Seen, sink: Sink) -> list[Address]:
    """Those addresses of a MAC that are behind it."""
    result = []
    for kind in (4, 6):
        alike = [address for address in owned if address.kind == kind]
        travelled = {address for address in alike if seen.pairs[mac, address] not in _OWN_TTL}
        networks = {address.low >> 8 if kind == 4 else address.high for address in alike}
        many = len(alike) >= _MANY and len(networks) > 1 and travelled
        for address in alike:
            alone = len(alike) == 1
            remote = address in travelled and (not alone or parsed(address).is_global)
            if (remote or (many and not alone)) and (mac, address) not in sink.claims:
                result.append(address)
    return result


def devices(seen: Seen, sink: Sink, hidden: frozenset[tuple[int, Address]], routers: frozenset[int]) -> list[Device]:
    """Every device once."""
    parent: dict[int, int] = {}

    def root(mac: int) -> int:
        while parent.setdefault(mac, mac) != mac:
            mac = parent[mac]
        return mac

    for mac, _ in sorted({*seen.pairs, *sink.claims}):
        if mac and not is_group_mac(mac):
            root(mac)
    for first, second in sorted(sink.same):
        if root(first) != root(second):
            parent[max(root(first), root(second))] = min(root(first), root(second))
    result: dict[Any, Device] = {}
    for mac in sorted(parent):
        device = result.setdefault(root(mac), Device())
        device.macs.add(mac)
        device.router |= mac in routers
    for mac, address in sorted({*seen.pairs, *sink.claims}):
        if not is_host(address):
            continue
        own = mac and mac in parent and (mac, address) not in hidden
        result.setdefault(root(mac) if own else address, Device()).addresses.add(address)
    return list(result.values())


def _without_shadows(found: list[Device]) -> list[Device]:
    """A remote address that is also somebody's own (captured on both sides of a router) is that device."""
    owned = {address for device in found if device.macs for address in device.addresses}
    return [device for device in found if device.macs or not device.addresses & owned]


def hosts(seen: Seen, sink: Sink, flows: Flows, source: str, hidden: Any, routers: Any) -> tuple[ObservedHost, ...]:
    """All devices with their facts and services, in a stable order."""
    found = _without_shadows(devices(seen, sink, hidden, routers))
    by_mac = {mac: number for number, device in enumerate(found) for mac in device.macs}
    by_address = {address: number for number, device in enumerate(found) for address in device.addresses}
    facts: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for (owner, key, value), frame in sink.facts.items():
        hide = (owner.mac, owner.address) in hidden
        number = None if hide else by_mac.get(owner.mac)
        number = by_address.get(owner.address) if number is None else number
        if number is not None:
            facts[number].append((key, value, frame))
    services = _services(flows, by_mac, by_address, hidden)
    result = [_host(device, facts[number], services[number], seen, source) for number, device in enumerate(found)]
    return tuple(sorted(result, key=lambda host: (host.ips, host.macs)))


def _services(flows: Flows, by_mac: Any, by_address: Any, hidden: Any) -> dict[int, set[tuple[str, str, str]]]:
    result: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    for (_, server, _, _, carried, _, port), total in flows.sums.items():
        if not total.answered or carried not in ("tcp", "udp", "sctp") or len(result) > 1_000_000:
            continue
        number = by_mac.get(total.server_mac) if (total.server_mac, server) not in hidden else None
        number = by_address.get(server) if number is None else number
        if number is not None and len(result[number]) < 1024:
            grade = (Grade.NONE, Grade.PORT, Grade.SIGNATURE)[total.best[0]]
            result[number].add((f"{carried}/{port}", total.service, grade.value))
    return result


def _host(device: Device, said: Any, services: Any, seen: Seen, source: str) -> ObservedHost:
    macs = sorted(device.macs)
    facts = {(key, value): frame for key, value, frame in sorted(said, key=lambda item: -item[2])}
    names = sorted({value for key, value in facts if key == "name.host" and not _NUMERIC.fullmatch(value)})
    vlans = sorted({vlan_text(vlan) for mac in macs for vlan in seen.vlans.get(mac, ())} - {""})
    return ObservedHost(
        macs=tuple(mac_text(mac) for mac in macs),
        ips=tuple(ip_text(address) for address in sorted(device.addresses)),
        names=tuple(names),
        nic_vendor=next(filter(None, (vendor(mac) for mac in macs)), ""),
        facts=tuple(
            Fact(key=key, value=value, source=source, locator=f"frame {frame}")
            for (key, value), frame in sorted(facts.items())
        ),
        network=",".join(f"vlan {vlan}" for vlan in vlans),
        virtual=bool(macs) and all(is_virtual(mac) for mac in macs),
        router=device.router,
        services=tuple((port, name, Grade(grade)) for port, name, grade in sorted(services)),
    )
