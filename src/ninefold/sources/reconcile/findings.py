"""What the comparison means: devices nobody listed, wrong addresses, undeclared services, secrets in the clear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.observed import Fact, Grade
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Agreement
from ninefold.model.services import Access
from ninefold.model.vocabulary import AssetKind, Severity, State
from ninefold.sources.common import clean, finding, say
from ninefold.sources.reconcile import values
from ninefold.sources.reconcile.conversations import Row, port_of, ports
from ninefold.sources.reconcile.devices import KIND, WORKSPACE, Merged
from ninefold.sources.reconcile.identity import Clusters

#: functions that change what a controller does
PROGRAM: Final = frozenset({"program", "stop-start", "firmware"})
HOSTNAMES: Final = frozenset(
    {"declared.hostname", "dhcp.host", "lldp.system_name", "netbios.name", "snmp.system_name", "cdp.device"}
)
_ATTRIBUTE: Final = {
    "serial": (say("serial number"), Severity.MEDIUM),
    "order_number": (say("order number"), Severity.MEDIUM),
    "address": (say("IP address"), Severity.MEDIUM),
    "mac": (say("MAC address"), Severity.LOW),
    "address-lists": (say("IP address"), Severity.MEDIUM),
    "mac-lists": (say("MAC address"), Severity.LOW),
    "firmware": (say("firmware"), Severity.MEDIUM),
    "hardware_version": (say("hardware version"), Severity.LOW),
    "vendor": (say("vendor"), Severity.LOW),
}


def of_devices(merged: Sequence[Merged], plant: Plant) -> Iterator[Finding]:
    """One finding per device that is missing, new or described in contradictory ways."""
    lists = any(node.declared for item in merged for node in item.nodes)
    for item in merged:
        device, why = item.device, (item.device.why,)
        if device.agreement is Agreement.SEEN_NOT_DECLARED and lists:
            yield finding(
                "device.not-declared",
                item.label,
                say("{device} was seen but nobody declared it.", device=_with_address(item)),
                Severity.MEDIUM,
                because=why,
                advice=say("Add it to the workspace, or find out who connected it."),
            )
        elif plant.assets and not device.asset and device.agreement is not Agreement.SEEN_NOT_DECLARED:
            yield _only_listed(item)
        elif device.agreement is Agreement.DECLARED_NOT_SEEN and _could_be_seen(item, merged):
            yield finding(
                "device.not-seen",
                item.label,
                say("{device} is declared but no source met it.", device=item.label),
                Severity.INFO,
                because=why,
                state=State.UNDECIDED,
                advice=say("It may be off, silent or out of the reach of the capture; check whether it still exists."),
            )
        for attribute, facts in device.conflicts:
            yield _conflict(item, attribute, facts)
        yield from _more_addresses(item, plant)
        yield from _names(item, plant)
        yield from _less_exact(item, plant)


def _with_address(item: Merged) -> str:
    """The name of a device with an address to find it by."""
    more = next((where for where in [*item.device.host.ips, *item.device.host.macs] if where not in item.label), "")
    return f"{item.label} ({more})" if more else item.label


def _only_listed(item: Merged) -> Finding:
    title = (
        say("{device} stands in a list and was seen, but is not in the workspace.", device=_with_address(item))
        if item.seen
        else say(
            "{device} stands in a list, but nobody met it and it is not in the workspace.", device=_with_address(item)
        )
    )
    return finding(
        "device.only-in-list",
        item.label,
        title,
        Severity.MEDIUM if item.seen else Severity.LOW,
        because=(item.device.why,),
        advice=say("Add it to the workspace, or correct the list."),
    )


def _could_be_seen(item: Merged, merged: Sequence[Merged]) -> bool:
    """Only where something was observed at all does absence say anything."""
    return any(other.seen for other in merged) and bool(item.nodes)


def _conflict(item: Merged, attribute: str, facts: tuple[Fact, ...]) -> Finding:
    words, severity = _ATTRIBUTE[attribute]
    told = tuple(
        Reason(says=say("{source} says {value}", source=fact.source or WORKSPACE, value=fact.value), place=None)
        for fact in facts
    )
    rule = "device.list-conflict" if attribute.endswith("-lists") else "device.differs"
    one = facts[0]
    two = next((fact for fact in facts if fact.value != one.value), one)
    title = say(
        "{device}: {what} is {one} according to {here}, but {two} according to {there}.",
        device=item.label,
        what=words,
        one=one.value,
        here=one.source,
        two=two.value,
        there=two.source,
    )
    return finding(
        rule,
        item.label,
        title,
        severity,
        discriminator=attribute,
        because=told,
        advice=say("Decide which one is right and correct the other."),
    )


def _names(item: Merged, plant: Plant) -> Iterator[Finding]:
    """A list or the device itself gives another host name than the workspace."""
    asset = plant.asset.get(item.device.asset)
    if asset is None or not asset.hostnames:
        return
    mine = {values.name(name).split(".")[0] for name in asset.hostnames}
    for node in item.nodes:
        facts = [fact for fact in node.host.facts if fact.key in HOSTNAMES] if node.host else []
        told = {values.name(fact.value).split(".")[0]: fact for fact in facts if values.name(fact.value)}
        if told and not mine & set(told):
            fact = told[min(told)]
            yield finding(
                "device.name-differs",
                item.label,
                say(
                    "{device} is called {name} in {source}, but {mine} in the workspace.",
                    device=item.label,
                    name=fact.value,
                    source=node.label,
                    mine=", ".join(asset.hostnames),
                ),
                Severity.LOW,
                discriminator=node.label,
                because=(item.device.why,),
                advice=say("Correct the wrong one; names decide who is meant in logs and certificates."),
            )


def _less_exact(item: Merged, plant: Plant) -> Iterator[Finding]:
    """A list with a rounded version: advisories cannot be decided with it."""
    asset = plant.asset.get(item.device.asset)
    if asset is None or not asset.firmware or any(name == "firmware" for name, _ in item.device.conflicts):
        return
    for node in item.nodes:
        for fact in node.host.facts if node.host and node.declared else ():
            if fact.key == "identity.firmware" and values.shorter_version(fact.value, asset.firmware):
                yield finding(
                    "device.less-exact",
                    item.label,
                    say(
                        "{source} gives {device} firmware {short}, the workspace {long}.",
                        source=node.label,
                        device=item.label,
                        short=fact.value,
                        long=asset.firmware,
                    ),
                    Severity.INFO,
                    discriminator=node.label,
                    because=(item.device.why,),
                    advice=say("Write the whole version: an advisory may name one between them."),
                )


def _more_addresses(item: Merged, plant: Plant) -> Iterator[Finding]:
    asset = plant.asset.get(item.device.asset)
    if asset is None or not asset.addresses or item.device.host.router:
        return
    if any(attribute == "address" for attribute, _ in item.device.conflicts):
        return
    seen = {ip for node in item.nodes if node.host and not node.declared for ip in node.host.ips if values.usable(ip)}
    more = sorted(seen - set(asset.addresses))
    if more:
        yield finding(
            "device.more-addresses",
            item.label,
            say("{device} also has {addresses}.", device=item.label, addresses=", ".join(more[:8])),
            Severity.LOW,
            because=(item.device.why,),
            advice=say("Add the interface; a device in two networks joins them."),
        )


def of_identity(clusters: Clusters, merged: Sequence[Merged]) -> Iterator[Finding]:
    """Addresses and numbers that belong to two devices."""
    label = {node.index: item.label for item in merged for node in item.nodes}
    for link in sorted(clusters.refused):
        if link.kind in {"name", "title", "order_number"}:
            continue
        one, two = sorted((label[link.one], label[link.two]))
        if one != two:
            yield _shared(link.kind, link.value, (one, two))
    for (kind, value), nodes in sorted(clusters.shared.items()):
        labels = sorted({label[index] for index in nodes})
        seen = [index for index in nodes if not clusters.nodes[index].declared]
        # one MAC for many addresses is what a router looks like (research: "routers put many IPs on one MAC")
        if len(labels) > 1 and not (kind == "mac" and seen):
            yield _shared(kind, value, tuple(labels))


def _shared(kind: str, value: str, labels: tuple[str, ...]) -> Finding:
    return finding(
        "device.shared-identity",
        value,
        say(
            "{kind} {value} belongs to several devices: {devices}.",
            kind=KIND[kind],
            value=value,
            devices=", ".join(labels[:8]),
        ),
        Severity.MEDIUM,
        discriminator=kind,
        state=State.UNDECIDED,
        because=(Reason(says=say("They were kept apart."), refs=labels),),
        advice=say("Two devices, two networks with equal addresses, or a wrong entry: say which."),
    )


# --- services ---------------------------------------------------------------------------------------------------


def of_services(merged: Sequence[Merged], rows: Sequence[Row], plant: Plant) -> Iterator[Finding]:
    """Open ports of declared devices that no flow and no entry of the asset explains."""
    targets = {row.declared.target for row in rows if row.declared} | {flow.target for _, flow in plant.flows}
    used = set(ports(rows))
    for item in merged:
        asset = plant.asset.get(item.device.asset)
        if asset is None:
            continue
        declared = {service for name in asset.services for service in (name, *_ports(plant, name))}
        declared |= {
            text
            for _, flow in plant.flows
            if flow.target in {asset.id, asset.zone} and flow.target in targets
            for text in (flow.service, *flow.ports, *_ports(plant, flow.service))
        }
        offered = {entry[0] for node in item.nodes if node.host and not node.declared for entry in node.host.services}
        for port, service, grade in item.device.host.services:
            if port not in offered:
                continue
            if port in declared or service in declared or (asset.id, port) in used:
                continue
            yield _open(item, port, service, grade, plant)


def _ports(plant: Plant, name: str) -> tuple[str, ...]:
    return plant.service[name].ports if name in plant.service else ()


def _open(item: Merged, port: str, service: str, grade: Grade, plant: Plant) -> Finding:
    known = plant.service.get(service)
    strong = known is not None and (known.interactive or known.access in {Access.PROGRAM, Access.ADMIN})
    return finding(
        "service.not-declared",
        item.label,
        say(
            "{device} offers {service} on {port}, which nothing declares.",
            device=item.label,
            service=known.title if known else say("an unknown service"),
            port=port,
        ),
        Severity.MEDIUM if strong else Severity.LOW,
        discriminator=port,
        because=(Reason(says=say("how it was recognised: {grade}", grade=grade.value)),),
        advice=say("Switch it off if nobody needs it; otherwise declare who may use it."),
    )


# --- conversations ----------------------------------------------------------------------------------------------


def of_conversations(rows: Iterable[Row], plant: Plant) -> Iterator[Finding]:
    """What a seen conversation lacks: a flow that permits it, a sure protocol, protection of secrets."""
    for row in rows:
        if row.conversation.observed is None:
            continue
        yield from _agreement(row, plant)
        yield from _functions(row, plant)


def _subject(row: Row) -> str:
    return clean(f"{row.conversation.client}>{row.conversation.server}")


def _of(
    row: Row, rule: str, title: Words, severity: Severity, *, state: State = State.FAIL, advice: Words = ""
) -> Finding:
    flow = row.conversation.observed
    assert flow is not None
    discriminator = f"{port_of(flow)}/{flow.service}" if flow.service else port_of(flow)
    return finding(
        rule,
        _subject(row),
        title,
        severity,
        discriminator=discriminator,
        state=state,
        advice=advice,
        because=(row.conversation.why,),
        evidence=", ".join(row.sources),
    )


def _agreement(row: Row, plant: Plant) -> Iterator[Finding]:
    talk = row.conversation
    values = {"client": talk.client, "server": talk.server, "service": talk.service}
    if row.difference:
        title = {
            "protocol": say("{client} speaks {service} to {server} where another protocol is permitted.", **values),
            "port": say("{client} speaks {service} to {server} on a port that is not permitted.", **values),
            "direction": say("{client} opens {service} to {server}; only the other direction is permitted.", **values),
        }[row.difference]
        severity = Severity.HIGH if row.difference == "protocol" else Severity.MEDIUM
        yield _of(row, f"conversation.{row.difference}", title, severity, advice=say("Correct the flow or the device."))
    elif row.by_port_only and not (talk.observed and talk.observed.transport in {"icmp", "l2"}):
        yield _of(
            row,
            "conversation.port-only",
            say(
                "{client} to {server}: the port fits {flow}, but what is spoken there is not known.",
                flow=talk.flow,
                **values,
            ),
            Severity.LOW,
            state=State.UNDECIDED,
            advice=say("Capture the beginning of the connection to be sure."),
        )
    elif talk.agreement is Agreement.SEEN_NOT_DECLARED and plant.conduits:
        yield from _undeclared(row, plant, values)


def _undeclared(row: Row, plant: Plant, words: dict[str, str]) -> Iterator[Finding]:
    flow = row.conversation.observed
    service = plant.service.get(row.conversation.service)
    # inside a zone, and for what never leaves a network segment, the standard asks for no conduit (ZCR 3)
    if flow is None or row.same_zone or row.translated or row.server.group or (service and service.broadcast):
        return
    outside = row.client.outside or row.server.outside
    strong = bool(PROGRAM & set(flow.functions)) or (service is not None and service.interactive)
    title = say("{client} speaks {service} to {server}; no conduit permits it.", **words)
    yield _of(
        row,
        "conversation.not-declared",
        title,
        Severity.HIGH if outside or strong else Severity.MEDIUM,
        advice=say("Declare a flow with its purpose, or stop it."),
    )


def _functions(row: Row, plant: Plant) -> Iterator[Finding]:
    flow = row.conversation.observed
    assert flow is not None
    values = {"client": row.conversation.client, "server": row.conversation.server, "service": row.conversation.service}
    if "cleartext-credentials" in flow.functions:
        yield _of(
            row,
            "conversation.cleartext-credentials",
            say("{client} sends credentials to {server} in the clear ({service}).", **values),
            Severity.MEDIUM if row.declared else Severity.HIGH,
            advice=say("Use a protected service and change the password; whoever listened knows it."),
        )
    for function in sorted(PROGRAM & set(flow.functions)):
        permitted = row.declared is not None and bool({"commands", "updates"} & set(row.declared.carries))
        engineering = row.client.asset and plant.asset[row.client.asset].kind is AssetKind.ENGINEERING_STATION
        quiet = permitted or (row.same_zone and engineering)
        yield _of(
            row,
            f"conversation.{function}",
            say("{client} to {server}: {what} with {service}.", what=_FUNCTION[function], **values),
            Severity.INFO if quiet else Severity.HIGH,
            state=State.PASS if quiet else State.FAIL,
            advice="" if quiet else say("Find out who did this and why; declare the flow if it is meant."),
        )


_FUNCTION: Final = {
    "program": say("a program was transferred"),
    "stop-start": say("a controller was stopped or started"),
    "firmware": say("firmware was transferred"),
}
