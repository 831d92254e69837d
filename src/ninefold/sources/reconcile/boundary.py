"""Where the system ends and where an attacker could come in: proposals with the evidence for each.

The kinds are those of METHOD section 3 (``EntryKind``); a proposal that the workspace already declares is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.observed import Fact
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import AssetKind, EntryKind, Severity, State
from ninefold.sources.common import finding, say
from ninefold.sources.reconcile import values
from ninefold.sources.reconcile.conversations import Row, port_of
from ninefold.sources.reconcile.devices import Merged
from ninefold.sources.reconcile.ends import Names

_VPN: Final = frozenset({"ike", "ipsec", "esp", "wireguard", "openvpn", "l2tp", "pptp"})
_REMOTE: Final = frozenset({"rdp", "vnc", "ssh", "telnet", "teamviewer", "anydesk"})
_CLOUD: Final = frozenset({"mqtt", "mqtts", "https", "amqps", "amqp", "tls", "http", "opcua"})
#: words in names, products, descriptions; matched as words or parts of product names
_WORDS: Final[tuple[tuple[EntryKind, re.Pattern[str], Words], ...]] = (
    (
        EntryKind.REMOTE_ACCESS,
        re.compile(
            r"ewon|cosy ?\+?\d|flexy|secomea|sitemanager|mguard|ixon|scalance ?(?:s6|sc6|m8)|sinema|mbnet|mbconnect|"
            r"tosibox|teltonika|insys|ecatcher|netbiter|fernwart|remote ?(?:maintenance|access|service)|vpn|rut\d{3}|"
            r"\blte\b|umts|5g router",
            re.I,
        ),
        say("its name or product is that of a remote-maintenance device"),
    ),
    (
        EntryKind.WIRELESS_LOCAL,
        re.compile(r"wlan|wi-?fi|access ?point|scalance w|airlink|wireless|bluetooth|funk|aironet|unifi", re.I),
        say("its name or product is that of a wireless device"),
    ),
    (
        EntryKind.SERVICE_DEVICE,
        re.compile(
            r"engineering|programmierger|field ?pg|simatic pg|tia ?portal|notebook|laptop|service-?pc|\bpg\d?\b|"
            r"es-?pc|step ?7",
            re.I,
        ),
        say("its name or product is that of an engineering station or service computer"),
    ),
)
_KINDS: Final = {
    AssetKind.REMOTE_MAINTENANCE_ROUTER: EntryKind.REMOTE_ACCESS,
    AssetKind.CELLULAR_ROUTER: EntryKind.REMOTE_ACCESS,
    AssetKind.WIRELESS_ACCESS_POINT: EntryKind.WIRELESS_LOCAL,
    AssetKind.ENGINEERING_STATION: EntryKind.SERVICE_DEVICE,
    AssetKind.LAPTOP: EntryKind.SERVICE_DEVICE,
    AssetKind.REMOVABLE_MEDIA: EntryKind.REMOVABLE_MEDIA,
    AssetKind.CLOUD_SERVICE: EntryKind.CLOUD,
}
_SHOWN: Final = 8


class _Proposals:
    def __init__(self) -> None:
        self.found: dict[tuple[EntryKind, str], dict[str, Reason]] = defaultdict(dict)

    def add(self, kind: EntryKind, subject: str, evidence: Words, *refs: str) -> None:
        self.found[kind, subject].setdefault(str(evidence), Reason(says=evidence, refs=refs))


def entry_points(plant: Plant, merged: Sequence[Merged], rows: Sequence[Row], names: Names) -> tuple[Finding, ...]:
    """Proposals: rule ``entry-point.KIND``, subject the device (label), evidence as reasons."""
    proposals = _Proposals()
    for item in merged:
        _by_what_it_is(item, plant, proposals)
        _by_networks(item, plant, names, proposals)
    for row in rows:
        if row.conversation.observed is not None and not row.translated:
            _by_traffic(row, names, proposals)
    return tuple(
        _finding(kind, subject, tuple(reasons.values()))
        for (kind, subject), reasons in sorted(proposals.found.items(), key=lambda item: (item[0][0].value, item[0][1]))
        if not _declared(kind, subject, plant)
    )


def _declared(kind: EntryKind, subject: str, plant: Plant) -> bool:
    """An entry point of this kind is written down for the device, for its zone, or ends a tunnel there."""
    zone = plant.zone_of(subject)
    for point in plant.entry_points:
        tunnel = any({subject, point.id} <= set(vpn.ends) for vpn in plant.vpns)
        near = not point.asset and point.zone and point.zone == zone
        if point.kind is kind and (point.asset == subject or near or tunnel):
            return True
    return False


def _finding(kind: EntryKind, subject: str, reasons: tuple[Reason, ...]) -> Finding:
    title = {
        EntryKind.PUBLIC: say("{subject}: reachable from or talking to the public network", subject=subject),
        EntryKind.REMOTE_ACCESS: say("{subject}: remote access", subject=subject),
        EntryKind.ENTERPRISE: say("{subject}: connected to another network", subject=subject),
        EntryKind.CLOUD: say("{subject}: connection to a cloud or an external service", subject=subject),
        EntryKind.WIRELESS_LOCAL: say("{subject}: wireless access", subject=subject),
        EntryKind.SERVICE_DEVICE: say("{subject}: engineering station or service computer", subject=subject),
        EntryKind.REMOVABLE_MEDIA: say("{subject}: removable media", subject=subject),
    }[kind]
    return finding(
        f"entry-point.{kind.value}",
        subject,
        title,
        Severity.MEDIUM,
        state=State.UNDECIDED,
        because=reasons[:_SHOWN],
        advice=say("Declare it as an entry point with the zone it leads into, or say why it is none."),
    )


def _by_what_it_is(item: Merged, plant: Plant, proposals: _Proposals) -> None:
    asset = plant.asset.get(item.device.asset)
    if asset is not None:
        kind = _KINDS.get(asset.kind)
        if kind:
            proposals.add(kind, item.label, say("it is declared as {kind}", kind=asset.kind.value), asset.id)
        if asset.wireless:
            proposals.add(EntryKind.WIRELESS_LOCAL, item.label, say("it is declared as wireless"), asset.id)
        if asset.temporary:
            proposals.add(EntryKind.SERVICE_DEVICE, item.label, say("it is connected temporarily"), asset.id)
    for text, where in _texts(item):
        for kind, pattern, words in _WORDS:
            if pattern.search(text):
                proposals.add(kind, item.label, say("{why}: {text} ({where})", why=words, text=text[:80], where=where))


def _texts(item: Merged) -> Iterator[tuple[str, str]]:
    for node in item.nodes:
        if node.asset:
            yield from ((text, "workspace") for text in (node.asset.title, node.asset.product, node.asset.id) if text)
        if node.host:
            yield from ((name, node.label) for name in node.host.names)
            yield from ((fact.value, _where(fact)) for fact in node.host.facts if _speaks_of_itself(fact.key))


def _where(fact: Fact) -> str:
    return f"{fact.source}, {fact.locator}" if fact.locator else fact.source


def _speaks_of_itself(key: str) -> bool:
    return key in {
        "identity.product", "declared.kind", "declared.title", "lldp.system_description", "snmp.system_description",
        "dhcp.host", "dhcp.vendor_class", "profinet.name", "http.server", "http.title",
    }  # fmt: skip


def _by_networks(item: Merged, plant: Plant, names: Names, proposals: _Proposals) -> None:
    """A host with feet in two networks joins them, also when nobody meant it to."""
    if item.device.host.router or item.device.asset in plant.gateway:
        return
    asset = plant.asset.get(item.device.asset)
    ips = [*item.device.host.ips, *(asset.addresses if asset else ())]
    inside = sorted({network for ip in ips for network in names.networks(ip)})
    stray = sorted({_prefix(ip) for ip in ips if values.usable(ip) and "." in ip and not names.networks(ip)})
    known = [*inside, *stray] if plant.networks else stray
    if len(known) > 1:
        words = say("it has addresses in {networks}", networks=", ".join(known))
        proposals.add(EntryKind.ENTERPRISE, item.label, words, *inside)


def _prefix(ip: str) -> str:
    return ".".join(ip.split(".")[:3]) + ".0/24"


def _by_traffic(row: Row, names: Names, proposals: _Proposals) -> None:
    flow = row.conversation.observed
    assert flow is not None
    service, port = flow.service, port_of(flow)
    client, server = row.client, row.server
    where = ", ".join(row.sources)
    if client.outside and not client.entry and not server.group:
        words = say(
            "{client} opens {service} from the public network ({where})",
            client=client.label,
            service=service or port,
            where=where,
        )
        kind = EntryKind.REMOTE_ACCESS if service in _VPN | _REMOTE else EntryKind.PUBLIC
        proposals.add(kind, server.label, words)
    if server.outside and not server.entry:
        words = say(
            "it opens {service} to {server} in the public network ({where})",
            service=service or port,
            server=server.label,
            where=where,
        )
        if service in _VPN | _REMOTE:
            proposals.add(EntryKind.REMOTE_ACCESS, client.label, words)
        else:
            kind = EntryKind.CLOUD if service in _CLOUD else EntryKind.PUBLIC
            proposals.add(kind, client.label, words)
    elif service in _VPN and not server.group and not client.outside:
        words = say(
            "it ends a tunnel: {service} from {client} ({where})", service=service, client=client.label, where=where
        )
        proposals.add(EntryKind.REMOTE_ACCESS, server.label, words)
    if {"program", "firmware"} & set(flow.functions):
        words = say("it transferred a program to {server} ({where})", server=server.label, where=where)
        proposals.add(EntryKind.SERVICE_DEVICE, client.label, words)
    _other_network(row, names, where, proposals)


def _other_network(row: Row, names: Names, where: str, proposals: _Proposals) -> None:
    """A private address outside every declared network belongs to somebody else's network."""
    for near, far in ((row.server, row.client), (row.client, row.server)):
        if not names.plant.networks or far.asset or far.group or not far.ip or far.outside:
            continue
        if (
            names.networks(near.ip)
            and not names.networks(far.ip)
            and values.usable(far.ip)
            and not names.broadcast(far.ip)
        ):
            words = say("it talks with {far}, which is in no declared network ({where})", far=far.label, where=where)
            proposals.add(EntryKind.ENTERPRISE, near.label, words)
