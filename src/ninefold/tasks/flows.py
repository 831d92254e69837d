"""The communication matrix of captures as one JSON document, with or without a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninefold.model.observed import End, Fact, Observation, ObservedFlow, ObservedHost

SCHEMA = "ninefold.flows/1"


def document(observations: Sequence[Observation]) -> dict[str, Any]:
    """The document ``ninefold.flows/1``: captures, hosts and flows of all observations, in their order."""
    names = {item.origin.sha256: item.origin.name for item in observations}
    return {
        "schema": SCHEMA,
        "captures": [_capture(item) for observation in observations for item in observation.captures],
        "hosts": [_host(host, names) for observation in observations for host in observation.hosts],
        "flows": [_flow(flow) for observation in observations for flow in observation.flows],
    }


def _capture(item: Any) -> dict[str, Any]:
    keys = ("file", "packets", "bytes", "link_type", "first", "last", "malformed")
    return {key: getattr(item, key) for key in keys}


def _host(host: ObservedHost, names: dict[str, str]) -> dict[str, Any]:
    return {
        "macs": list(host.macs),
        "ips": list(host.ips),
        "names": list(host.names),
        "nic_vendor": host.nic_vendor,
        "facts": [_fact(fact, names) for fact in host.facts],
        "virtual": host.virtual,
        "router": host.router,
        "network": host.network,
    }


def _fact(fact: Fact, names: dict[str, str]) -> dict[str, Any]:
    frame = int(fact.locator.removeprefix("frame ")) if fact.locator.startswith("frame ") else None
    return {"key": fact.key, "value": fact.value, "source": names.get(fact.source, fact.source), "frame": frame}


def _flow(flow: ObservedFlow) -> dict[str, Any]:
    return {
        "client": _end(flow.client),
        "server": _end(flow.server),
        "transport": flow.transport,
        "port": flow.port,
        "ethertype": flow.ethertype,
        "vlan": flow.vlan,
        "service": flow.service,
        "grade": flow.grade.value,
        "functions": list(flow.functions),
        "packets": flow.packets,
        "bytes": flow.bytes,
        "first": flow.first,
        "last": flow.last,
        "direction_reason": flow.direction_reason,
    }


def _end(end: End) -> dict[str, str]:
    return {"mac": end.mac, "ip": end.ip}
