"""Who stands at the two ends of a conversation, and what a declared flow calls them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ninefold.model.networks import EntryPoint
from ninefold.model.observed import End
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import EntryKind
from ninefold.sources.reconcile import values
from ninefold.sources.reconcile.devices import Merged

#: entry points that addresses can belong to; removable media have none
_NETWORKED: Final = frozenset(
    {EntryKind.PUBLIC, EntryKind.REMOTE_ACCESS, EntryKind.ENTERPRISE, EntryKind.CLOUD, EntryKind.SUPPLIER_UPDATE}
)
Subnet = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Party:
    """One end: the label it is shown with, the asset it is ("" if none), its address.

    ``outside``: no device of the plant, but the public network or one that serves no zone; ``entry``: the declared
    entry point that it belongs to. ``group``: broadcast or multicast.
    """

    label: str
    asset: str = ""
    ip: str = ""
    group: bool = False
    outside: bool = False
    entry: str = ""


class Ends:
    """Finds the device behind an end of an observed flow, in the source that saw it."""

    def __init__(self, merged: Sequence[Merged], names: Names) -> None:
        self.names = names
        self._parties: dict[tuple[int, End], Party] = {}
        self._by_ip: dict[tuple[int, str], Merged] = {}
        self._by_mac: dict[tuple[int, str], Merged] = {}
        self._anywhere: dict[str, Merged] = {}
        for item in merged:
            for node in item.nodes:
                for ip in node.host.ips if node.host else node.asset.addresses if node.asset else ():
                    self._by_ip.setdefault((node.source, ip), item)
                    self._anywhere.setdefault(ip, item)
                for mac in node.host.macs if node.host else ():
                    self._by_mac.setdefault((node.source, mac), item)

    def party(self, source: int, end: End) -> Party:
        """Who an end is. A group address or an unknown one stays itself."""
        if (source, end) not in self._parties:
            self._parties[source, end] = self._party(source, end)
        return self._parties[source, end]

    def _party(self, source: int, end: End) -> Party:
        if end.ip and (_group_ip(end.ip) or self.names.broadcast(end.ip)):
            return Party(end.ip, ip=end.ip, group=True)
        found = self._by_ip.get((source, end.ip)) if end.ip else self._by_mac.get((source, end.mac))
        if found is None and end.ip:
            found = self._anywhere.get(end.ip)
        if found is None:
            return self._stranger(end)
        ip = end.ip or next(iter(found.device.host.ips), "")
        known = bool(found.device.asset) or any(node.declared for node in found.nodes)
        return Party(found.label, found.device.asset, ip, outside=not known and bool(ip) and self.names.outside(ip))

    def _stranger(self, end: End) -> Party:
        group = not end.ip and _group_mac(end.mac)
        outside = bool(end.ip) and self.names.outside(end.ip)
        entry = self.names.entry(end.ip) if outside else ""
        plain = end.ip or end.mac or "?"
        return Party(f"{entry} ({plain})" if entry else plain, "", end.ip, group, outside, entry)


def _group_ip(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_multicast or text == "255.255.255.255"


def _group_mac(text: str) -> bool:
    try:
        return bool(int(text[:2], 16) & 1)
    except ValueError:
        return False


class Names:
    """All ids under which a declared flow may mean a party: asset, what runs on it, zones, networks, entry points."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._subnets = [(subnet, item.id) for item in plant.networks for subnet in _subnets(item.subnet, item.subnet6)]
        self._tunnels = {vpn.network: frozenset(vpn.ends) for vpn in plant.vpns if vpn.network}
        self._known: dict[Party, frozenset[str]] = {}

    def of(self, party: Party) -> frozenset[str]:
        """The ids that mean this party."""
        if party not in self._known:
            self._known[party] = frozenset(self._ids(party))
        return self._known[party]

    def networks(self, ip: str) -> list[str]:
        """Ids of the declared networks that hold an address."""
        try:
            address = ipaddress.ip_address(ip)
        except ValueError:
            return []
        return [name for subnet, name in self._subnets if address.version == subnet.version and address in subnet]

    def broadcast(self, ip: str) -> bool:
        """Whether an address is the broadcast address of a declared network."""
        return any(str(subnet.broadcast_address) == ip for subnet, _ in self._subnets if subnet.version == 4)

    def _ids(self, party: Party) -> Iterator[str]:
        asset = self.plant.asset.get(party.asset)
        zones: list[str] = []
        if asset:
            yield asset.id
            hosted = [item for item in self.plant.assets if item.runs_on == asset.id]
            yield from (item.id for item in hosted)
            zones = [asset.zone, *(item.zone for item in hosted)]
            yield from (item.network for item in asset.interfaces if item.network)
        for network in self.networks(party.ip):
            yield network
            if not asset:
                zones.append(self.plant.network[network].zone)
        for zone in zones:
            yield from self._upward(zone)
        for entry in self.plant.entry_points:
            if (entry.asset and entry.asset == party.asset) or (
                not party.asset and not party.group and self._enters(entry, party.ip)
            ):
                yield entry.id

    def outside(self, ip: str) -> bool:
        """Whether an address is beyond the system: public, in a network without a zone, or at the end of a tunnel."""
        networks = self.networks(ip)
        if networks:
            serving = [name for name in networks if self.plant.network[name].zone and name not in self._tunnels]
            return not serving
        return values.public(ip)

    def entry(self, ip: str) -> str:
        """The most specific declared entry point of an address: by address, by tunnel, by network, the rest."""
        found = [(self._rank(entry), entry.id) for entry in self.plant.entry_points if self._enters(entry, ip)]
        return min(found)[1] if found else ""

    def exactness(self, name: str) -> int:
        """How exactly an id means one party: an asset, some addresses, a network, a zone."""
        if name in self.plant.asset:
            return 4
        point = self.plant.entry_point.get(name)
        if point is not None:
            return 3 if point.addresses or point.asset else 2
        return 1 if name in self.plant.network else 0

    @staticmethod
    def _rank(entry: EntryPoint) -> int:
        return 0 if entry.addresses else 1 if entry.network else 2

    def _upward(self, zone: str) -> Iterator[str]:
        seen: set[str] = set()
        while zone and zone not in seen:
            seen.add(zone)
            yield zone
            zone = self.plant.zone[zone].parent if zone in self.plant.zone else ""

    def _enters(self, entry: EntryPoint, ip: str) -> bool:
        if not _is_address(ip):
            return False
        inside = self.networks(ip)
        if any(entry.id in self._tunnels[name] for name in inside if name in self._tunnels):
            return True
        if entry.addresses:
            address = ipaddress.ip_address(ip)
            held = (subnet for text in entry.addresses for subnet in _subnets(text))
            return any(subnet.version == address.version and address in subnet for subnet in held)
        if entry.network:
            return entry.network in inside
        # an entry point without addresses stands for everything outside (model.networks.EntryPoint)
        return not inside and not entry.asset and entry.kind in _NETWORKED


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _subnets(*texts: str) -> Iterator[Subnet]:
    for text in texts:
        if text:
            try:
                yield ipaddress.ip_network(text, strict=False)
            except ValueError:
                continue
