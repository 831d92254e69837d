"""Addresses that stand for others: 1:1 NAT and port forwarding of the gateways, undone before anything is compared."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from ninefold.model.observed import End, Fact, Observation, ObservedFlow, ObservedHost
from ninefold.model.plant import Plant

Inside = Callable[[str], str]


def behind(plant: Plant) -> Inside:
    """From an address to the address behind it; addresses that no gateway translates stay."""
    rules: list[
        tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ipaddress.IPv4Network | ipaddress.IPv6Network]
    ] = []
    for gateway in plant.gateways:
        for nat in gateway.nat:
            if nat.kind in {"netmap", "dnat"} and nat.match and nat.to:
                try:
                    one = ipaddress.ip_network(nat.match, strict=False)
                    two = ipaddress.ip_network(_bare(nat.to), strict=False)
                except ValueError:
                    continue
                if one.version == two.version and one.prefixlen == two.prefixlen:
                    rules.append((one, two))

    if not rules:
        return str

    def inside(address: str) -> str:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return address
        for one, two in rules:
            if found.version == one.version and found in one:
                return str(two[int(found) - int(one.network_address)])
        return address

    return inside


def _bare(text: str) -> str:
    """``10.0.0.5:443`` without its port."""
    return text.partition(":")[0] if text.count(":") == 1 else text


def undo(observations: Sequence[Observation], inside: Inside) -> list[Observation]:
    """The observations with translated addresses replaced; the image stays as a fact, the gateway's MAC does not."""
    return [
        replace(
            item,
            hosts=tuple(_host(host, inside, item.origin.sha256) for host in item.hosts),
            flows=tuple(_flow(flow, inside) for flow in item.flows),
        )
        for item in observations
    ]


def _host(host: ObservedHost, inside: Inside, source: str) -> ObservedHost:
    ips = tuple(inside(ip) for ip in host.ips)
    if ips == host.ips:
        return host
    images = [Fact(key="nat.image", value=ip, source=source) for ip in host.ips if inside(ip) != ip]
    return replace(host, ips=ips, macs=(), facts=(*host.facts, *images))


def _flow(flow: ObservedFlow, inside: Inside) -> ObservedFlow:
    client, server = _end(flow.client, inside), _end(flow.server, inside)
    if (client, server) == (flow.client, flow.server):
        return flow
    return replace(flow, client=client, server=server)


def _end(end: End, inside: Inside) -> End:
    ip = inside(end.ip)
    return end if ip == end.ip else End("", ip)
