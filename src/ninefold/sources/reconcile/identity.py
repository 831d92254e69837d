"""Which descriptions mean the same device: serial number, MAC, name, address in its network, order number.

Links are made from the strongest evidence to the weakest. A link that would join two declared devices is refused and
told; contradictions inside a joined device stay visible and lower its confidence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from ninefold.model.assets import Asset
from ninefold.model.observed import Observation, ObservedHost
from ninefold.model.plant import Plant
from ninefold.sources.reconcile import values

#: readers whose hosts are what somebody wrote down, not what was seen
DECLARING: Final = frozenset({"table", "netbox", "automationml", "scl", "drawio", "threagile", "otm"})
STRENGTH: Final = {"serial": 0.98, "mac": 0.95, "name": 0.85, "ip": 0.8, "title": 0.6, "order_number": 0.5}
#: facts that hold a name a device gives itself
# not opcua.application_name: all programs of one make have the same
NAME_FACTS: Final = (
    "declared.hostname",
    "profinet.name",
    "dhcp.host",
    "lldp.system_name",
    "cdp.device",
    "name.host",
    "netbios.name",
    "mdns.host",
    "snmp.system_name",
    "s7.system_name",
    "scl.ied",
    "ads.host",
)  # fmt: skip


@dataclass(frozen=True)
class Node:
    """One description: of the workspace (``asset``) or of a source (``host``). ``source`` -1 is the workspace."""

    index: int
    source: int
    label: str
    asset: Asset | None = None
    host: ObservedHost | None = None
    declared: bool = False


@dataclass(frozen=True, order=True)
class Link:
    """Two descriptions share a key."""

    rank: float
    kind: str
    value: str
    one: int
    two: int


@dataclass
class Clusters:
    """Descriptions joined to devices, with the links that joined them and those that were refused."""

    nodes: list[Node]
    parent: list[int]
    used: dict[int, list[Link]] = field(default_factory=lambda: defaultdict(list))
    refused: list[Link] = field(default_factory=list)
    shared: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def root(self, index: int) -> int:
        """The representative of the device that a description belongs to."""
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def groups(self) -> dict[int, list[Node]]:
        """Descriptions by device, the workspace's first."""
        result: dict[int, list[Node]] = defaultdict(list)
        for node in self.nodes:
            result[self.root(node.index)].append(node)
        return result

    def links(self, root: int) -> list[Link]:
        """The links inside one device, strongest first."""
        return sorted(link for link in self.used[root])


def named(observations: Sequence[Observation]) -> list[Observation]:
    """The observations with names people know: no two alike, and facts that name their file, not its digest."""
    times = Counter(item.origin.name for item in observations)
    result = []
    for item in observations:
        name = item.origin.name if times[item.origin.name] == 1 else f"{item.origin.name} ({item.origin.sha256[:8]})"
        hosts = tuple(_renamed(host, item.origin.sha256, name) for host in item.hosts)
        result.append(replace(item, origin=replace(item.origin, name=name), hosts=hosts))
    return result


def _renamed(host: ObservedHost, digest: str, name: str) -> ObservedHost:
    facts = tuple(replace(fact, source=name) if fact.source == digest else fact for fact in host.facts)
    return replace(host, facts=facts) if facts else host


def nodes_of(plant: Plant, observations: Sequence[Observation]) -> list[Node]:
    """All descriptions, in a fixed order."""
    nodes = [Node(at, -1, asset.id, asset=asset, declared=True) for at, asset in enumerate(plant.assets)]
    for source, observation in enumerate(observations):
        declared = observation.origin.kind in DECLARING
        for host in observation.hosts:
            if host.macs or host.ips or host.names or host.facts:
                nodes.append(Node(len(nodes), source, observation.origin.name, host=host, declared=declared))
    return nodes


def join(nodes: list[Node]) -> Clusters:
    """Join the descriptions of the same device."""
    clusters = Clusters(nodes, list(range(len(nodes))))
    groups = _by_key(nodes)
    links: list[Link] = []
    for (kind, value), members in groups.items():
        links += _links(clusters, kind, value, members)
    owner = {node.index: node.asset.id for node in nodes if node.asset}
    macs = {node.index: set(node.host.macs) for node in nodes if node.host and not node.declared}
    given = {node.index: _given(node) for node in nodes if node.host and node.declared and _given(node)}
    for link in sorted(links):
        one, two = clusters.root(link.one), clusters.root(link.two)
        if link.kind == "ip" and one in given and two in given and one != two and not given[one] & given[two]:
            # two projects name two stations: the address is wrong in one of them
            clusters.refused.append(link)
            continue
        _unite(clusters, link, owner, macs)
        if one != two and clusters.root(one) == clusters.root(two) and (one in given or two in given):
            given[clusters.root(one)] = given.pop(one, set()) | given.pop(two, set())
    _by_order_number(clusters, owner)
    return clusters


def _given(node: Node) -> set[str]:
    """The names that an engineering file gives a station."""
    facts = node.host.facts if node.host else ()
    return {values.name(fact.value) for fact in facts if fact.key in {"scl.ied", "profinet.name"}}


def _unite(clusters: Clusters, link: Link, owner: dict[int, str], macs: dict[int, set[str]]) -> None:
    one, two = clusters.root(link.one), clusters.root(link.two)
    if one == two:
        clusters.used[one].append(link)
        return
    first, second = owner.get(one, ""), owner.get(two, "")
    if first and second and first != second:
        clusters.refused.append(link)
        return
    # two devices were seen with the same address, or one name is used twice: they are two, and that is told
    if link.kind in {"ip", "title", "order_number"} and _both_seen(macs, one, two) and not (macs[one] & macs[two]):
        clusters.refused.append(link)
        return
    low, high = min(one, two), max(one, two)
    clusters.parent[high] = low
    clusters.used[low] += [*clusters.used.pop(high, []), link]
    if first or second:
        owner[low] = first or second
    if high in macs:
        macs[low] = macs.get(low, set()) | macs.pop(high)


def _both_seen(macs: Mapping[int, set[str]], one: int, two: int) -> bool:
    return bool(macs.get(one)) and bool(macs.get(two))


def _by_key(nodes: Sequence[Node]) -> dict[tuple[str, str], list[Node]]:
    groups: dict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in nodes:
        for key in dict.fromkeys(_keys(node)):
            groups[key].append(node)
    return groups


def _keys(node: Node) -> Iterator[tuple[str, str]]:
    found = _asset_keys(node.asset) if node.asset else _host_keys(node.host) if node.host else ()
    return ((kind, value) for kind, value in found if value)


def known_by(what: Asset | ObservedHost) -> frozenset[tuple[str, str]]:
    """Everything by which a device can be found again; empty for one that cannot."""
    found = _asset_keys(what) if isinstance(what, Asset) else _host_keys(what)
    return frozenset(("name" if kind == "title" else kind, value) for kind, value in found if value)


def _asset_keys(asset: Asset) -> Iterator[tuple[str, str]]:
    yield "serial", values.serial(asset.serial)
    for interface in asset.interfaces:
        yield "mac", interface.mac.lower()
    for hostname in asset.hostnames:
        yield from _names(hostname)
    yield "title", values.title(asset.id)
    yield "title", values.title(asset.title)
    for address in asset.addresses:
        yield "ip", address if values.usable(address) else ""


def _host_keys(host: ObservedHost) -> Iterator[tuple[str, str]]:
    facts = [(fact.key, fact.value) for fact in host.facts]
    for key, value in facts:
        if key == "identity.serial" or key.endswith(".identity.serial"):
            yield "serial", values.serial(value)
        elif key in NAME_FACTS:
            yield from _names(value)
        elif key in {"declared.id", "declared.title"}:
            yield "title", values.title(value)
    for text in host.names:
        yield from _names(text)
        yield "title", values.title(text)
    if not host.virtual:
        yield from (("mac", mac) for mac in host.macs)
    if not host.router or len(host.ips) <= 2:
        yield from (("ip", ip) for ip in host.ips if values.usable(ip))


def _names(text: str) -> Iterator[tuple[str, str]]:
    whole = values.name(text)
    yield "name", whole
    short = values.name(whole.split(".")[0])
    if short != whole and not whole.replace(".", "").isdigit():
        yield "name", short


def _links(clusters: Clusters, kind: str, value: str, members: list[Node]) -> Iterator[Link]:
    """Links of all descriptions that share a key, leaving out sources in which several have it."""
    by_source: dict[int, list[Node]] = defaultdict(list)
    for node in members:
        by_source[node.source].append(node)
    for source, several in by_source.items():
        if len(several) > 1 and kind in {"ip", "mac", "serial"}:
            clusters.shared.setdefault((kind, value), []).extend(node.index for node in several)
            if source == -1 and kind == "ip":
                yield from _by_network(value, several, members)
    # one serial number is one device, also when a source describes it twice
    single = [group[0] for source, group in sorted(by_source.items()) if len(group) == 1 or kind == "serial"]
    if kind == "serial":
        yield from (
            Link(-STRENGTH[kind], kind, value, group[0].index, node.index)
            for source, group in sorted(by_source.items())
            for node in group[1:]
        )
    if kind == "ip" and len(by_source.get(-1, ())) > 1:
        single = [node for node in single if node.source != -1 and not (node.host and node.host.network)]
    for node in single[1:]:
        yield Link(-STRENGTH[kind], kind, value, single[0].index, node.index)


def _by_network(address: str, assets: list[Node], members: list[Node]) -> Iterator[Link]:
    """The same address in several networks (identical machines): only the network tells which asset is meant."""
    for node in members:
        if node.host is None or not node.host.network:
            continue
        wanted = node.host.network.lower()
        fitting = [
            item
            for item in assets
            if item.asset
            and any(one.address == address and one.network.lower() == wanted for one in item.asset.interfaces)
        ]
        if len(fitting) == 1:
            yield Link(-STRENGTH["ip"], "ip", address, fitting[0].index, node.index)


def _by_order_number(clusters: Clusters, owner: dict[int, str]) -> None:
    """The last resort: exactly one declared device without a counterpart and one seen device have an order number."""
    declared: dict[str, set[int]] = defaultdict(set)
    seen: dict[str, set[int]] = defaultdict(set)
    found: set[str] = set()
    for root, members in clusters.groups().items():
        numbers = {values.order_number(item.asset.order_number) for item in members if item.asset}
        numbers |= {
            values.order_number(fact.value)
            for item in members
            if item.host
            for fact in item.host.facts
            if fact.key == "identity.order_number"
        }
        is_seen = any(not item.declared for item in members)
        is_declared = any(item.declared for item in members)
        for number in numbers - {""}:
            (seen if is_seen else declared)[number].add(root)
            if is_seen and is_declared:
                found.add(number)  # one of this kind has its counterpart: the number alone no longer tells
    for number in sorted(set(declared) - found):
        if len(declared[number]) == 1 and len(seen.get(number, ())) == 1:
            one, two = next(iter(declared[number])), next(iter(seen[number]))
            _unite(clusters, Link(-STRENGTH["order_number"], "order_number", number, one, two), owner, {})
