"""One device out of all its descriptions: merged, compared with what was declared, contradictions kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ninefold.model.assets import Asset
from ninefold.model.findings import Reason
from ninefold.model.observed import Fact, Grade, ObservedHost
from ninefold.model.reconciled import Agreement, Device
from ninefold.sources.common import say, unique
from ninefold.sources.reconcile import values
from ninefold.sources.reconcile.identity import NAME_FACTS, STRENGTH, Clusters, Link, Node

WORKSPACE = "workspace"
_GRADES = (Grade.NONE, Grade.PORT, Grade.SIGNATURE)
_CONTRADICTION = 0.7  # each attribute that contradicts lowers the confidence to this share


@dataclass(frozen=True)
class Merged:
    """A device with the descriptions it was made of; ``label`` names it in the communication matrix."""

    device: Device
    label: str
    nodes: tuple[Node, ...]

    @property
    def seen(self) -> bool:
        """Some source met it, not only a list."""
        return any(not node.declared for node in self.nodes)


def merge(clusters: Clusters) -> list[Merged]:
    """All devices, declared ones first, then by label."""
    result = [_merge(root, nodes, clusters) for root, nodes in clusters.groups().items()]
    result.sort(key=lambda item: _order(item.device))
    names = labels([item.device for item in result])
    return [Merged(item.device, label, item.nodes) for item, label in zip(result, names, strict=True)]


def labels(devices: Sequence[Device]) -> list[str]:
    """What each device is called in the matrix: the id of its asset, else its own name; no two alike."""
    plain = [device.asset or label_of(device.host) for device in devices]
    times = Counter(plain)
    used: set[str] = set()
    result = []
    for device, label in zip(devices, plain, strict=True):
        if times[label] > 1 and not device.asset:
            apart = [*device.host.macs, *(ip for ip in device.host.ips if ip != label)]
            label = f"{label} ({apart[0]})" if apart else label
        number = 2
        while label in used:
            label, number = f"{label.partition(' #')[0]} #{number}", number + 1
        used.add(label)
        result.append(label)
    return result


def _order(device: Device) -> tuple[bool, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    host = device.host
    return not device.asset, device.asset or label_of(host), host.macs, host.ips, host.names


def _merge(root: int, nodes: list[Node], clusters: Clusters) -> Merged:
    asset = next((node.asset for node in nodes if node.asset), None)
    host = _host([node.host for node in nodes if node.host])
    conflicts = tuple(_conflicts(asset, nodes))
    links = clusters.links(root)
    agreement = _agreement(nodes, conflicts)
    device = Device(
        asset=asset.id if asset else "",
        agreement=agreement,
        host=host,
        confidence=_confidence(links, [key for key, _ in conflicts]),
        conflicts=conflicts,
        why=_why(agreement, nodes, links, clusters),
    )
    return Merged(device, "", tuple(nodes))


def label_of(host: ObservedHost) -> str:
    """How a device without an id is called: its own name, else a given one, else its address."""
    own = [fact.value for key in NAME_FACTS for fact in host.facts if fact.key == key and _is_name(fact.value)]
    named = [name for name in host.names if values.name(name)]
    return next(iter([*own, *named, *host.ips, *host.macs, *host.names]), "?")


def _is_name(text: str) -> bool:
    """Engineering tools also keep names with blanks, which no device can have on the network."""
    return bool(values.name(text)) and " " not in text


def _host(hosts: list[ObservedHost]) -> ObservedHost:
    if len(hosts) == 1:
        return hosts[0]
    services: dict[str, tuple[str, str, Grade]] = {}
    for port, service, grade in (item for host in hosts for item in host.services):
        known = services.get(port)
        if known is None or _GRADES.index(grade) > _GRADES.index(known[2]):
            services[port] = (port, service, grade)
    return ObservedHost(
        macs=unique(mac for host in hosts for mac in host.macs),
        ips=unique(ip for host in hosts for ip in host.ips),
        names=unique(name for host in hosts for name in host.names),
        nic_vendor=next((host.nic_vendor for host in hosts if host.nic_vendor), ""),
        facts=tuple(sorted({fact for host in hosts for fact in host.facts}, key=_fact_order)),
        network=next((host.network for host in hosts if host.network), ""),
        virtual=any(host.virtual for host in hosts),
        router=any(host.router for host in hosts),
        services=tuple(services[port] for port in sorted(services)),
    )


def _fact_order(fact: Fact) -> tuple[str, str, str, str]:
    return fact.key, fact.value, fact.source, fact.locator


# --- contradictions ---------------------------------------------------------------------------------------------


def _conflicts(asset: Asset | None, nodes: Sequence[Node]) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """(attribute, what each says) where at least two say something that cannot both be true."""
    for attribute, (key, same) in values.COMPARED.items():
        facts = _said(asset, attribute, key, nodes)
        if any(not same(one.value, other.value) for one in facts for other in facts if one.source != other.source):
            yield attribute, _distinct(facts)
    for attribute, declared, seen in (
        ("address", _declared(asset, nodes, "ips"), _seen(nodes, "ips")),
        ("mac", _declared(asset, nodes, "macs"), _seen(nodes, "macs")),
    ):
        if declared and seen and not {fact.value for fact in declared} & {fact.value for fact in seen}:
            yield attribute, _distinct([*declared, *seen])
    lists = _per_source(nodes, declared=True)
    for attribute in ("address", "mac"):
        told = [facts for source in lists for facts in [lists[source][attribute]] if facts]
        mine = _own(asset, attribute)
        told += [mine] if mine else []
        if any(not {f.value for f in one} & {f.value for f in other} for one in told for other in told):
            yield f"{attribute}-lists", _distinct([fact for facts in told for fact in facts])


def _said(asset: Asset | None, attribute: str, key: str, nodes: Sequence[Node]) -> list[Fact]:
    facts = [fact for node in nodes if node.host for fact in node.host.facts if fact.key == key]
    # several values in one source are several modules of one device, not a contradiction
    value = getattr(asset, attribute) if asset else ""
    if value:
        facts.append(Fact(key=attribute, value=value, source=WORKSPACE))
    agreed = {fact.source for fact in facts}
    return [fact for fact in facts if len(agreed) > 1]


def _distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    kept = {(fact.source, fact.value): fact for fact in sorted(facts, key=_fact_order, reverse=True)}
    return tuple(sorted(kept.values(), key=lambda fact: (fact.source != WORKSPACE, fact.source, fact.value)))


def _own(asset: Asset | None, attribute: str) -> list[Fact]:
    if asset is None:
        return []
    macs = [item.mac.lower() for item in asset.interfaces if item.mac]
    return [
        Fact(key=attribute, value=value, source=WORKSPACE)
        for value in (asset.addresses if attribute == "address" else macs)
    ]


def _declared(asset: Asset | None, nodes: Sequence[Node], field: str) -> list[Fact]:
    facts = _own(asset, "address" if field == "ips" else "mac")
    if facts:
        return facts
    return _collect([node for node in nodes if node.declared], field)


def _seen(nodes: Sequence[Node], field: str) -> list[Fact]:
    return _collect([node for node in nodes if not node.declared], field)


def _collect(nodes: Sequence[Node], field: str) -> list[Fact]:
    key = "address" if field == "ips" else "mac"
    found = []
    for node in nodes:
        for value in getattr(node.host, field) if node.host else ():
            if field == "macs" or values.usable(value):
                found.append(Fact(key=key, value=value, source=node.label))
    return found


def _per_source(nodes: Sequence[Node], *, declared: bool) -> dict[str, dict[str, list[Fact]]]:
    result: dict[str, dict[str, list[Fact]]] = {}
    for node in nodes:
        if node.host and node.declared == declared:
            entry = result.setdefault(node.label, {"address": [], "mac": []})
            entry["address"] += _collect([node], "ips")
            entry["mac"] += _collect([node], "macs")
    return result


# --- how sure, and why ------------------------------------------------------------------------------------------


def _agreement(nodes: Sequence[Node], conflicts: Sequence[object]) -> Agreement:
    declared = any(node.declared for node in nodes)
    seen = any(not node.declared for node in nodes)
    if not declared:
        return Agreement.SEEN_NOT_DECLARED
    if conflicts:
        return Agreement.DIFFERS
    return Agreement.DECLARED_AND_SEEN if seen else Agreement.DECLARED_NOT_SEEN


def _confidence(links: Sequence[Link], conflicts: Sequence[str]) -> float:
    """How sure it is that the descriptions are of one device: independent kinds of evidence add up."""
    if not links:
        return 1.0
    doubt = 1.0
    for kind in sorted({link.kind for link in links}):
        doubt *= 1 - STRENGTH[kind]
    sure = 1 - doubt
    for attribute in conflicts:
        if attribute in {"serial", "mac", "order_number", "vendor"}:
            sure *= _CONTRADICTION
    return round(min(sure, 0.99), 2)


def _why(agreement: Agreement, nodes: Sequence[Node], links: Sequence[Link], clusters: Clusters) -> Reason:
    sources = unique(WORKSPACE if node.asset else node.label for node in nodes)
    said = {
        Agreement.DECLARED_AND_SEEN: say(
            "Declared and seen: {sources} mean the same device.", sources=", ".join(sources)
        ),
        Agreement.DECLARED_NOT_SEEN: say("Only declared in {sources}; no source met it.", sources=", ".join(sources)),
        Agreement.SEEN_NOT_DECLARED: say("Seen in {sources}; nobody declared it.", sources=", ".join(sources)),
        Agreement.DIFFERS: say("{sources} mean the same device but contradict each other.", sources=", ".join(sources)),
    }[agreement]
    return Reason(says=said, refs=sources, because=tuple(_because(links, clusters)))


def _because(links: Sequence[Link], clusters: Clusters) -> Iterator[Reason]:
    shown: set[tuple[str, str]] = set()
    for link in links:
        if (link.kind, link.value) in shown:
            continue
        shown.add((link.kind, link.value))
        one, two = clusters.nodes[link.one], clusters.nodes[link.two]
        yield Reason(
            says=say(
                "same {kind} {value} in {one} and {two}",
                kind=KIND[link.kind],
                value=link.value,
                one=WORKSPACE if one.asset else one.label,
                two=WORKSPACE if two.asset else two.label,
            ),
            value=STRENGTH[link.kind],
        )


KIND = {
    "serial": say("serial number"),
    "mac": say("MAC address"),
    "name": say("device name"),
    "title": say("title"),
    "ip": say("IP address"),
    "order_number": say("order number"),
}
