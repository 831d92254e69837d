"""Intended and observed side by side: the result of step 1. Pure: plant and observations in, evaluation out."""

from __future__ import annotations

from collections.abc import Sequence

from ninefold.model.findings import in_order
from ninefold.model.observed import Grade, Observation
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Evaluation
from ninefold.sources.reconcile import boundary, findings
from ninefold.sources.reconcile.conversations import Matrix
from ninefold.sources.reconcile.devices import Merged, merge
from ninefold.sources.reconcile.ends import Ends, Names
from ninefold.sources.reconcile.identity import join, named, nodes_of
from ninefold.sources.reconcile.images import behind, undo


def reconcile(plant: Plant, observations: Sequence[Observation]) -> Evaluation:
    """Merge all sources into one picture and compare it with the plant.

    Devices of lists and engineering files count as declared elsewhere: together with a capture they are *declared
    and seen* even when the workspace does not hold them yet (``Device.asset`` is then ""). Hosts in the public network
    are no devices of the plant; they appear in conversations and as evidence of entry points. The findings of the
    readers stay in the observations. In the result, facts name their file instead of its digest.
    """
    ordered = sorted(observations, key=lambda item: (item.origin.name, item.origin.sha256))
    ordered = named(undo(ordered, behind(plant)))
    clusters = join(nodes_of(plant, ordered))
    everything = merge(clusters)
    names = Names(plant)
    controllers = _field_addresses(plant, ordered)
    merged = [item for item in everything if not _outside(item, names, controllers)]
    rows = Matrix(plant, names).rows(ordered, Ends(merged, names))
    found = [
        *findings.of_devices(merged, plant),
        *findings.of_identity(clusters, everything),
        *findings.of_services(merged, rows, plant),
        *findings.of_conversations(rows, plant),
    ]
    return Evaluation(
        devices=tuple(item.device for item in merged),
        conversations=tuple(row.conversation for row in rows),
        entry_points=boundary.entry_points(plant, merged, rows, names),
        findings=in_order(found),
    )


#: industrial protocols that clouds speak too
_CLOUD_TOO = frozenset({"mqtt", "mqtts", "opcua", "amqp", "amqps", "modbus-security", "iec104-tls"})


def _field_addresses(plant: Plant, observations: Sequence[Observation]) -> frozenset[str]:
    """Addresses that speak a field protocol: old plants use public addresses inside, and far stations have them."""
    found: set[str] = set()
    for observation in observations:
        for flow in observation.flows:
            service = plant.service.get(flow.service) if flow.grade is Grade.SIGNATURE else None
            if service is not None and service.industrial and service.id not in _CLOUD_TOO:
                found |= {flow.client.ip, flow.server.ip}
    return frozenset(found - {""})


def _outside(item: Merged, names: Names, controllers: frozenset[str]) -> bool:
    """A peer beyond the system: only addresses outside, declared by nobody, and no device of automation."""
    host = item.device.host
    if item.device.asset or any(node.declared for node in item.nodes) or not host.ips or controllers & set(host.ips):
        return False
    return all(names.outside(ip) for ip in host.ips)


__all__ = ["reconcile"]
