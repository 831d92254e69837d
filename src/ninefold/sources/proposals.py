"""What step 1 suggests to write down: new assets, missing values, flows, networks, entry points; as data.

Nothing is written here. What the workspace holds already is not proposed again, so a second run adds only what is new.
A contradiction is never decided: the field stays open and the note says who said what.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from ninefold.model.findings import Words
from ninefold.model.observed import Fact, Grade
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Agreement, Conversation, Device, Evaluation
from ninefold.model.vocabulary import EntryKind
from ninefold.sources import kinds
from ninefold.sources.common import say, unique
from ninefold.sources.reconcile import values
from ninefold.sources.reconcile.conversations import port_of
from ninefold.sources.reconcile.devices import WORKSPACE, labels
from ninefold.sources.reconcile.identity import NAME_FACTS, known_by

UNASSIGNED: Final = "unassigned"
_SERIOUS: Final = frozenset({"program", "firmware", "stop-start", "cleartext-credentials"})
_HOSTNAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the workspace's text.

    ``kind``: ``zone``, ``network``, ``asset``, ``field``, ``conduit``, ``flow`` or ``entry-point``. ``file`` is the
    file below the workspace, ``section`` the list in it (``assets``, ``networks``, ``entry_points``, ``conduits``,
    ``flows``; "" for the mapping ``zone``). For ``field``, ``id`` is the asset, ``key`` the field and ``value`` the new
    text; else ``value`` is the whole new entry in the spelling of the workspace, ``key`` is "", and ``parent`` the id
    of the conduit that a flow joins. Proposals stand in the order in which they can be written.
    """

    kind: str
    file: str
    section: str
    id: str
    key: str = ""
    value: Any = ""
    old: str = ""
    parent: str = ""
    reason: Words = ""
    origin: str = ""


def propose(plant: Plant, evaluation: Evaluation) -> tuple[Proposal, ...]:
    """All proposals that follow from an evaluation of this plant."""
    names = labels(evaluation.devices)
    ids = _Ids(plant)
    assets: list[Proposal] = []
    fields: list[Proposal] = []
    known: dict[str, str] = {}
    zones: dict[str, str] = {asset.id: asset.zone for asset in plant.assets}
    networks = _Networks(plant)
    roles = _roles(evaluation.conversations)
    # a device all of whose addresses are written down already is a contradiction to be decided, not a new asset
    held = {key for asset in plant.assets for key in known_by(asset)}
    for device, label in zip(evaluation.devices, names, strict=True):
        if device.asset:
            known[label] = device.asset
            fields += _fields(plant, device)
        elif known_by(device.host) - held:
            held |= known_by(device.host)
            zone = _zone(plant, device, networks)
            identifier = ids.new(label, device, roles.get(label, ()))
            known[label], zones[identifier] = identifier, zone
            assets.append(_asset(identifier, zone, device, networks, roles.get(label, ())))
    entries = list(_entry_points(plant, evaluation, known, zones, ids))
    made = [*_new_zones(plant, zones), *networks.proposals, *assets, *fields]
    trusted = _trusted(evaluation, names, known)
    return (*made, *_flows(plant, evaluation.conversations, trusted, zones, ids), *entries)


def _trusted(evaluation: Evaluation, names: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The devices between which flows may be proposed: those that somebody declared, or all where nobody did."""
    declared = {
        label
        for device, label in zip(evaluation.devices, names, strict=True)
        if device.agreement is not Agreement.SEEN_NOT_DECLARED
    }
    return {label: identifier for label, identifier in known.items() if label in declared or not declared}


def _roles(talks: Sequence[Conversation]) -> dict[str, tuple[str, ...]]:
    """What devices do in conversations recognised by content: ``serves SERVICE``, ``uses SERVICE``, ``programs``."""
    found: dict[str, set[str]] = {}
    for talk in talks:
        flow = talk.observed
        if flow is not None and flow.grade is Grade.SIGNATURE and flow.service:
            found.setdefault(talk.server, set()).add(f"serves {flow.service}")
            found.setdefault(talk.client, set()).add(f"uses {flow.service}")
            if {"program", "firmware"} & set(flow.functions):
                found[talk.client].add("programs")
    return {label: tuple(sorted(words)) for label, words in found.items()}


class _Ids:
    """Short, readable ids that are unique in the plant."""

    def __init__(self, plant: Plant) -> None:
        groups = (
            plant.assets, plant.zones, plant.networks, plant.conduits, plant.entry_points, plant.functions,
            plant.measures, plant.vpns, [flow for _, flow in plant.flows],
        )  # fmt: skip
        self.used = {item.id for group in groups for item in group}

    def new(self, label: str, device: Device, roles: Sequence[str]) -> str:
        """An id for a device; an address alone gets its kind before it."""
        text = slug(label.partition(" (")[0])
        if not text or not text[0].isalpha() or label in device.host.macs:
            text = f"{kinds.guess(device.host, roles).value}-{text}"
        return self.free(text)

    def free(self, text: str) -> str:
        """The text itself, or with a number where it is taken."""
        found, number = text[:48], 2
        while found in self.used:
            found, number = f"{text[:44]}-{number}", number + 1
        self.used.add(found)
        return found


def slug(text: str) -> str:
    """A text as an id: lower case letters, digits and dashes."""
    bare = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


# --- assets -----------------------------------------------------------------------------------------------------

_VALUES: Final = {
    "vendor": "identity.vendor",
    "product": "identity.product",
    "order_number": "identity.order_number",
    "hardware_version": "identity.hardware",
    "firmware": "identity.firmware",
    "serial": "identity.serial",
}
_DECLARED: Final = {
    "location": "declared.location",
    "owner": "declared.owner",
    "support_until": "declared.support_until",
}


def _asset(identifier: str, zone: str, device: Device, networks: _Networks, roles: Sequence[str]) -> Proposal:
    host = device.host
    entry: dict[str, Any] = {"id": identifier, "kind": kinds.guess(host, roles).value}
    title = _first(device, "declared.title") or next((name for name in host.names if values.title(name)), "")
    if title and values.title(title) != identifier:
        entry["title"] = title
    conflicts = {name for name, _ in device.conflicts}
    for field, key in {**_VALUES, **_DECLARED}.items():
        value = _first(device, key)
        if value and field not in conflicts:
            entry[field] = value
    entry.update(_interfaces(device, networks))
    own = [fact.value for key in NAME_FACTS for fact in host.facts if fact.key == key]
    given = [name for name in host.names if _HOSTNAME.fullmatch(name) and name not in {identifier, entry.get("title")}]
    hostnames = unique([*own, *given])
    if hostnames:
        entry["hostnames"] = list(hostnames[:8])
    if device.conflicts:
        entry["note"] = "; ".join(_open_question(name, facts) for name, facts in device.conflicts)
    return Proposal(
        kind="asset",
        file=f"zones/{zone}.yaml",
        section="assets",
        id=identifier,
        value=entry,
        reason=device.why.says,
        origin=_origin(device),
    )


def _open_question(name: str, facts: tuple[Fact, ...]) -> str:
    return f"{name}? " + ", ".join(f"{fact.source}: {fact.value}" for fact in facts)


def _origin(device: Device) -> str:
    return ", ".join(name for name in device.why.refs if name != WORKSPACE)


def _first(device: Device, key: str) -> str:
    """The value most sources give; of equally frequent ones the first by name."""
    found = [fact for fact in device.host.facts if fact.key == key]
    counts: dict[str, int] = {}
    for fact in found:
        counts[fact.value] = counts.get(fact.value, 0) + 1
    return min(counts, key=lambda value: (-counts[value], value), default="")


def _interfaces(device: Device, networks: _Networks) -> dict[str, Any]:
    host = device.host
    ips = [ip for ip in host.ips if values.usable(ip)][:16]
    macs = list(host.macs[:16])
    if len(ips) <= 1 and len(macs) <= 1:
        short: dict[str, Any] = {}
        if ips:
            short["address6" if ":" in ips[0] else "address"] = ips[0]
            short["network"] = networks.of(ips[0], device)
        if macs:
            short["mac"] = macs[0]
        return short
    interfaces: list[dict[str, str]] = []
    for ip in ips:
        entry = {"network": networks.of(ip, device), ("address6" if ":" in ip else "address"): ip}
        if len(macs) == 1:
            entry["mac"] = macs[0]
        interfaces.append(entry)
    # which MAC belongs to which address is not known when there are several: they stand beside each other
    if len(macs) != 1 or not interfaces:
        interfaces += [{"mac": mac} for mac in macs]
    return {"interfaces": interfaces}


class _Networks:
    """The network of an address: a declared one, one that a list names, else a guess of the usual size."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.proposals: list[Proposal] = []
        self._known: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, str]] = []
        self._ids = {item.id for item in plant.networks}
        for item in plant.networks:
            for text in (item.subnet, item.subnet6):
                if text:
                    try:
                        self._known.append((ipaddress.ip_network(text, strict=False), item.id))
                    except ValueError:
                        continue

    def declared(self, ip: str) -> str:
        """The id of the network that holds an address; "" if none does."""
        address = ipaddress.ip_address(ip)
        fitting = [
            (net.prefixlen, name) for net, name in self._known if net.version == address.version and address in net
        ]
        return max(fitting)[1] if fitting else ""

    def of(self, ip: str, device: Device) -> str:
        """The id of the network; a new one is proposed where there is none."""
        found = self.declared(ip)
        if found:
            return found
        address = ipaddress.ip_address(ip)
        told = self._told(ip, device)
        net = told or ipaddress.ip_network(f"{ip}/{24 if address.version == 4 else 64}", strict=False)
        name = "net-" + slug(str(net.network_address).replace(":", "-"))
        name = name if name not in self._ids else f"{name}-{net.prefixlen}"
        self._ids.add(name)
        self._known.append((net, name))
        entry = {"id": name, ("subnet" if net.version == 4 else "subnet6"): str(net)}
        vlan = _first(device, "declared.vlan")
        if vlan:
            entry["vlan"] = vlan
        reason = say("A list gives this network.") if told else say("The size is guessed from the address {ip}.", ip=ip)
        self.proposals.append(
            Proposal(
                kind="network",
                file="networks.yaml",
                section="networks",
                id=name,
                value=entry,
                reason=reason,
                origin=_origin(device),
            )
        )
        return name

    def _told(self, ip: str, device: Device) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
        address = ipaddress.ip_address(ip)
        for fact in device.host.facts:
            if fact.key == "declared.subnet":
                try:
                    net = ipaddress.ip_network(fact.value, strict=False)
                except ValueError:
                    continue
                if net.version == address.version and address in net and net.prefixlen < net.max_prefixlen:
                    return net
        return None


def _zone(plant: Plant, device: Device, networks: _Networks) -> str:
    """The zone a list names, else the one its network serves, else none yet."""
    named = _first(device, "declared.zone")
    if named:
        for zone in plant.zones:
            if named.lower() in {zone.id.lower(), zone.title.lower()}:
                return zone.id
        if slug(named):
            return slug(named) if slug(named)[0].isalpha() else f"zone-{slug(named)}"
    for ip in device.host.ips:
        network = networks.declared(ip) if values.usable(ip) else ""
        if network in plant.network and plant.network[network].zone:
            return plant.network[network].zone
    return UNASSIGNED


def _new_zones(plant: Plant, zones: Mapping[str, str]) -> Iterator[Proposal]:
    for zone in sorted(set(zones.values()) - set(plant.zone) - {""}):
        title = "Not yet assigned to a zone" if zone == UNASSIGNED else zone
        words = say("Devices whose zone nobody has decided.") if zone == UNASSIGNED else say("A list names this zone.")
        yield Proposal(
            kind="zone",
            file=f"zones/{zone}.yaml",
            section="",
            id=zone,
            value={"id": zone, "title": title},
            reason=words,
        )


def _fields(plant: Plant, device: Device) -> Iterator[Proposal]:
    """Values that the workspace leaves open and all sources agree on; a firmware that was seen to have changed."""
    asset = plant.asset[device.asset]
    file = _file_of(plant, device.asset)
    conflicts = dict(device.conflicts)
    for field, key in _VALUES.items():
        value, old = _first(device, key), str(getattr(asset, field))
        if not value or (old and field != "firmware"):
            continue
        if not old and field not in conflicts:
            reason: Words = say("The workspace leaves it open.")
        elif old and field in conflicts and _agreed(conflicts[field]):
            reason = say("The device reports another firmware than written down ({old}).", old=old)
        else:
            continue
        yield Proposal(
            kind="field", file=file, section="assets", id=asset.id, key=field, value=value, old=old, reason=reason,
            origin=_origin(device),
        )  # fmt: skip
    single = len(asset.interfaces) == 1 and not asset.interfaces[0].mac and len(device.host.macs) == 1
    if single and device.agreement is Agreement.DECLARED_AND_SEEN:
        yield Proposal(
            kind="field", file=file, section="assets", id=asset.id, key="mac", value=device.host.macs[0],
            reason=say("The workspace leaves it open."), origin=_origin(device),
        )  # fmt: skip


def _agreed(facts: Sequence[Fact]) -> bool:
    seen = [fact.value for fact in facts if fact.source != WORKSPACE]
    return bool(seen) and all(values.same_version(seen[0], value) for value in seen)


def _file_of(plant: Plant, identifier: str) -> str:
    place = plant.place_of(identifier)
    if place is not None and place.file:
        return place.file
    return f"zones/{plant.asset[identifier].zone}.yaml"


# --- flows ------------------------------------------------------------------------------------------------------


def _flows(
    plant: Plant, talks: Sequence[Conversation], known: Mapping[str, str], zones: Mapping[str, str], ids: _Ids
) -> Iterator[Proposal]:
    """Flows between zones that were seen by signature; what is unprotected or unknown is left to a person."""
    conduits = {tuple(sorted((plant.zone_of(f.source), plant.zone_of(f.target)))): c.id for c, f in plant.flows}
    done: set[tuple[str, str, str]] = set()
    for talk in talks:
        source, target = known.get(talk.client, ""), known.get(talk.server, "")
        pair = (zones.get(source, ""), zones.get(target, ""))
        if (
            not _worth_proposing(talk, plant)
            or not all(pair)
            or pair[0] == pair[1]
            or (source, target, talk.service) in done
        ):
            continue
        done.add((source, target, talk.service))
        link = tuple(sorted(pair))
        if link not in conduits:
            conduits[link] = ids.free(f"c-{link[0]}-{link[1]}")
            yield Proposal(
                kind="conduit", file="conduits.yaml", section="conduits", id=conduits[link],
                value={"id": conduits[link], "title": f"{link[0]} - {link[1]}"},
                reason=say("Devices of zones {one} and {two} talk to each other.", one=link[0], two=link[1]),
            )  # fmt: skip
        yield _flow(talk, source, target, conduits[link], plant, ids)


def _worth_proposing(talk: Conversation, plant: Plant) -> bool:
    flow = talk.observed
    if flow is None or talk.agreement is not Agreement.SEEN_NOT_DECLARED or flow.grade is not Grade.SIGNATURE:
        return False
    service = plant.service.get(flow.service)
    # what changes a program or shows a password is decided by a person, never taken over
    return service is not None and not service.broadcast and not _SERIOUS & set(flow.functions)


def _flow(talk: Conversation, source: str, target: str, conduit: str, plant: Plant, ids: _Ids) -> Proposal:
    flow = talk.observed
    assert flow is not None
    identifier = ids.free(f"f-{slug(source)[:16]}-{slug(target)[:16]}-{slug(talk.service)}")
    entry: dict[str, Any] = {"id": identifier, "from": source, "to": target, "service": flow.service}
    if port_of(flow) not in plant.service[flow.service].ports and flow.port:
        entry["ports"] = [port_of(flow)]
    if "writes" in flow.functions:
        entry["carries"] = ["data", "commands"]
    return Proposal(
        kind="flow",
        file="conduits.yaml",
        section="flows",
        id=identifier,
        value=entry,
        parent=conduit,
        reason=say("Seen {n} packets; say what it is for, or delete it.", n=flow.packets),
        origin=", ".join(str(item.says) for item in talk.why.because[-1:]),
    )


# --- entry points -----------------------------------------------------------------------------------------------


def _entry_points(
    plant: Plant, evaluation: Evaluation, known: Mapping[str, str], zones: Mapping[str, str], ids: _Ids
) -> Iterator[Proposal]:
    for found in evaluation.entry_points:
        asset = known.get(found.subject, "")
        if not asset:
            continue
        kind = EntryKind(found.rule.removeprefix("entry-point."))
        identifier = ids.free(f"e-{kind.value}-{asset}")
        entry = {"id": identifier, "kind": kind.value, "asset": asset, "zone": zones[asset]}
        yield Proposal(
            kind="entry-point",
            file="networks.yaml",
            section="entry_points",
            id=identifier,
            value=entry,
            reason=found.title,
            origin="; ".join(str(reason.says) for reason in found.because[:2]),
        )
