"""What was seen beside what the concept says, in the words of the concept.

Source: IEC 62443-2-1:2010 4.4.3 (the system is reviewed when it changes); IEC 62443-3-2:2020 ZCR 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from ninefold.base.i18n import messages
from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Agreement, Conversation, Device, Evaluation
from ninefold.model.vocabulary import Severity

say = messages("steps")

#: How step 1 names the written plant among its sources.
CONCEPT: Final = "workspace"
_ATTRIBUTES: Final = {
    "firmware": (say("firmware"), Severity.MEDIUM),
    "serial": (say("serial number"), Severity.MEDIUM),
    "order_number": (say("order number"), Severity.MEDIUM),
    "address": (say("IP address"), Severity.MEDIUM),
    "hardware_version": (say("hardware version"), Severity.LOW),
    "mac": (say("MAC address"), Severity.LOW),
    "vendor": (say("vendor"), Severity.LOW),
}


def drift(plant: Plant, evaluation: Evaluation) -> Iterator[Finding]:
    """One finding for each thing seen that the written plant does not say; lists of people are no observation."""
    for device in evaluation.devices:
        if device.agreement is Agreement.SEEN_NOT_DECLARED:
            yield _unknown(device)
        elif device.asset:
            yield from _differs(plant, device)
    known = {name for device in evaluation.devices if device.asset for name in (device.asset, *device.host.ips)}
    for item in evaluation.conversations:
        if item.agreement in {Agreement.SEEN_NOT_DECLARED, Agreement.DIFFERS}:
            yield from _used(plant, item, known)


def _unknown(device: Device) -> Finding:
    host = device.host
    name = next(iter((*host.names, *host.ips, *host.macs)), "?")
    where = next((item for item in (*host.ips, *host.macs) if item != name), "")
    return Finding(
        rule="drift.device-unknown",
        subject=name,
        title=say("{device} was seen; the concept does not know it.", device=f"{name} ({where})" if where else name),
        because=(device.why,),
        advice=say("Write it into a zone, or find out who connected it."),
        references=("ZCR 1.1",),
    )


def _differs(plant: Plant, device: Device) -> Iterator[Finding]:
    for attribute, facts in device.conflicts:
        words, severity = _ATTRIBUTES.get(attribute, ("", Severity.LOW))
        written = [fact.value for fact in facts if fact.source == CONCEPT]
        # a row of a list is what people say, no observation
        seen = [f for f in facts if f.source != CONCEPT and not f.locator.startswith("row") and f.value not in written]
        if not words or not written or not seen:
            continue
        yield Finding(
            rule="drift.device-differs",
            subject=device.asset,
            discriminator=f"{attribute}={seen[0].value}",
            title=say(
                "{asset} has {what} {seen}, concept says {written}",
                asset=device.asset,
                what=words,
                seen=seen[0].value,
                written=written[0],
            ),
            severity=severity,
            because=tuple(Reason(says=_source(f.source, f.locator), value=f.value, refs=(f.source,)) for f in seen),
            advice=say("Correct the plant's text or the device; what follows from it is then calculated again."),
            references=("SR 7.8",),
            place=plant.place_of(device.asset),
        )


def _source(name: str, locator: str) -> Words:
    return say("{source}, {locator}", source=name, locator=locator) if locator else name


def _used(plant: Plant, item: Conversation, known: set[str]) -> Iterator[Finding]:
    # refs: step 1 explains it by another conversation (the same one behind an address translation)
    if _is_group(item.server) or (item.why.refs and item.agreement is Agreement.SEEN_NOT_DECLARED):
        return
    one, two = (_zone(plant, item, end) for end in ("client", "server"))
    strangers = [end for end in (item.client, item.server) if end not in known and end not in plant.asset]
    if one and one == two and not item.conduit and not strangers:
        return
    yield Finding(
        rule="drift.conduit",
        subject=item.conduit or ",".join(_conduits(plant, one, two)) or "plant",
        discriminator=f"{item.client}>{item.server}/{item.service}",
        title=_sentence(plant, item, one, two),
        severity=Severity.MEDIUM if not _writes(item) else Severity.HIGH,
        because=(item.why,),
        references=("SR 5.1", "SR 5.2"),
        advice=say("Permit it in the concept with a purpose, or end it."),
        place=plant.place_of(item.flow) or plant.place_of(item.conduit),
    )


def _sentence(plant: Plant, item: Conversation, one: str, two: str) -> Words:
    if item.conduit and item.flow:
        return say(
            "conduit {conduit}: {client} and {server} use flow {flow} otherwise than it permits ({service})",
            conduit=item.conduit, client=item.client, server=item.server, flow=item.flow, service=item.service,
        )  # fmt: skip
    if names := (item.conduit or ", ".join(_conduits(plant, one, two))):
        return say(
            "conduit {conduit} is used by {client}, which it does not permit: {service} to {server}",
            conduit=names, client=item.client, server=item.server, service=item.service,
        )  # fmt: skip
    if one and one == two:
        return say(
            "in zone {zone} {client} speaks {service} to {server}; the concept does not know it",
            zone=one, client=item.client, server=item.server, service=item.service,
        )  # fmt: skip
    return say(
        "{client} speaks {service} to {server}; no conduit joins them",
        client=item.client, server=item.server, service=item.service,
    )  # fmt: skip


def _writes(item: Conversation) -> bool:
    return bool(item.observed and {"program", "stop-start", "firmware", "writes"} & {*item.observed.functions})


def _conduits(plant: Plant, one: str, two: str) -> tuple[str, ...]:
    """Conduits with a flow between two zones; none for one and the same zone."""
    if not one or not two or one == two:
        return ()
    ends = {one, two}
    return tuple(sorted({c.id for c, f in plant.flows if {plant.zone_of(f.source), plant.zone_of(f.target)} == ends}))


def _zone(plant: Plant, item: Conversation, end: str) -> str:
    """The zone of an end: by its asset, else by the network its address belongs to."""
    name = str(getattr(item, end))
    if name in plant.asset:
        return plant.zone_of(name)
    address = _address(getattr(item.observed, end).ip if item.observed else name)
    for network in plant.networks:
        if address is not None and network.subnet and address in ip_network(network.subnet, strict=False):
            return network.zone
    return ""


def _is_group(name: str) -> bool:
    address = _address(name)
    return address is not None and (address.is_multicast or name.endswith(".255"))


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
