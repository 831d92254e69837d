"""The twin on paper: which namespaces, links, addresses and routes a plant needs. Pure; ``namespaces`` builds it."""

from __future__ import annotations

from typing import NamedTuple

from ninefold.model.plant import Plant
from ninefold.network.journey import number
from ninefold.network.ranges import Ranges, address_text
from ninefold.network.topology import Topology, topology_of

HOSTS = 400  # assets with a namespace of their own; the rest shares the host of its network


class Port(NamedTuple):
    """A cable from a namespace to the bridge of a network. ``name`` is the end at the bridge."""

    name: str
    owner: str
    interface: str
    network: str
    mac: str


class Layout(NamedTuple):
    """``hosts`` and ``gateways`` are namespace labels (``h3``, ``g0``) by asset or network id."""

    bridges: dict[str, str]
    ports: tuple[Port, ...]
    hosts: dict[str, str]
    gateways: dict[str, str]
    homes: dict[tuple[int, int], tuple[str, str]]
    commands: dict[str, tuple[str, ...]]

    def port(self, owner: str, network: str) -> Port:
        """The cable of a namespace into a network."""
        return next(item for item in self.ports if (item.owner, item.network) == (owner, network))


def layout(plant: Plant) -> Layout:
    """The namespaces of a plant."""
    topology = topology_of(plant)
    bridges = {network.id: f"b{at}" for at, network in enumerate(plant.networks)}
    ports: list[Port] = []
    gateways = {gateway.asset: f"g{at}" for at, gateway in enumerate(plant.gateways)}

    def plug(owner: str, interface: str, network: str) -> None:
        serial = len(ports) + 1
        mac = f"02:4e:00:{serial >> 16 & 255:02x}:{serial >> 8 & 255:02x}:{serial & 255:02x}"
        ports.append(Port(f"p{serial}", owner, interface, network, mac))

    for gateway, label in gateways.items():
        for item in topology.interfaces[gateway]:
            if item.network in bridges:
                plug(label, item.name, item.network)
    hosts: dict[str, str] = {}
    homes: dict[tuple[int, int], tuple[str, str]] = {}
    for network in plant.networks:
        hosts[network.id] = f"n{len(hosts)}"
        plug(hosts[network.id], "eth0", network.id)
    for asset in plant.assets:
        if asset.id in gateways or len(hosts) > HOSTS:
            continue
        for at, interface in enumerate(asset.interfaces):
            if interface.network not in bridges:
                continue
            label = hosts.setdefault(asset.id, f"h{len(hosts)}")
            plug(label, f"eth{at}", interface.network)
            for text in (interface.address, interface.address6):
                if text:
                    homes[number(text)] = (label, interface.network)
    commands = {label: _gateway(topology, gateway) for gateway, label in gateways.items()}
    return Layout(bridges, tuple(ports), hosts, gateways, homes, commands)


def _gateway(topology: Topology, gateway: str) -> tuple[str, ...]:
    """Addresses and routes of a gateway, for ``ip -batch``."""
    lines = ["link set lo up"]
    for item in topology.interfaces[gateway]:
        subnets = topology.subnets.get(item.network, Ranges())
        for text in (item.address, item.address6):
            if text:
                family = 6 if ":" in text else 4
                lines.append(f"address add {text}/{_prefix(subnets, family)} dev {item.name}{' nodad' * (family == 6)}")
    for network in sorted(topology.subnets):
        if network not in {item.network for item in topology.interfaces[gateway]}:
            lines += _routes(topology, gateway, network, topology.subnets[network])
    for alias in topology.aliases:
        if alias.gateway != gateway:
            lines += _routes(topology, gateway, alias.network, alias.addresses, alias.gateway)
    for network in topology.outside_networks:
        lines += _outside(topology, gateway, network)
    return tuple(lines)


def _prefix(subnets: Ranges, family: int) -> int:
    spans = subnets.family(family)
    bits = 32 if family == 4 else 128
    return bits - (spans[0][1] - spans[0][0]).bit_length() if spans else bits


def _via(topology: Topology, network: str, gateway: str, target: str, family: int) -> str:
    """The address of the gateway on ``network`` that leads on to ``target``."""
    for other in topology.members.get(network, ()):
        if other == gateway:
            continue
        forwards = topology.next_networks(other, target, topology.subnets.get(target, Ranges()))
        spans = topology.own(other)[topology.interface(other, network)].family(family)
        if spans and (network not in forwards or target == network):
            return address_text(spans[0][0], family)
    return ""


def _routes(topology: Topology, gateway: str, target: str, ranges: Ranges, owner: str = "") -> list[str]:
    """Routes to addresses of a network; ``owner``: the gateway in it that answers for them."""
    lines = []
    for after in topology.next_networks(gateway, target, ranges)[:1]:
        interface = topology.interface(gateway, after)
        for family in (4, 6):
            via = _via(topology, after, gateway, target, family)
            if owner and after == target:
                spans = topology.own(owner)[topology.interface(owner, target)].family(family)
                via = address_text(spans[0][0], family) if spans else ""
            for cidr in ranges.cidrs(family) if via or after == target else ():
                way = f"via {via} dev {interface} onlink" if via else f"dev {interface}"
                lines.append(f"route replace {cidr} {way}")
    return lines


def _outside(topology: Topology, gateway: str, network: str) -> list[str]:
    """The default route: on the outer network every address answers (the twin's host there has them all)."""
    lines = []
    for after in topology.next_networks(gateway, network, topology.outside)[:1]:
        interface = topology.interface(gateway, after)
        for family in (4, 6):
            via = "" if after == network else _via(topology, after, gateway, network, family)
            if after != network and not via:
                continue
            way = f"via {via} dev {interface} onlink" if via else f"dev {interface}"
            lines.append(f"route replace {_ANY[family]} {way}")
    return lines


_ANY = {4: "0.0.0.0/0", 6: "::/0"}
