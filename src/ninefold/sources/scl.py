"""SCL, the engineering files of substations (.icd, .iid, .cid, .scd): IEDs, addresses, GOOSE and SV control blocks.

Rules: IEC 61850-6:2009, clauses 9.3 (IED) and 9.4 (communication system).
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from ninefold.base import xmlsafe
from ninefold.base.errors import InputError, Place
from ninefold.model.observed import Grade, Observation, ObservedHost
from ninefold.model.vocabulary import Severity
from ninefold.sources.common import Facts, address, clean, finding, mac, origin, say, unique

NAME: Final = "scl"
#: data attributes of a physical device's name plate (IEC 61850-7-3, DPL)
_PLATE: Final = {
    "vendor": "identity.vendor",
    "model": "identity.product",
    "serNum": "identity.serial",
    "swRev": "identity.firmware",
    "hwRev": "identity.hardware",
    "location": "declared.location",
}


def detect(head: bytes, name: str) -> bool:
    """Whether the content is SCL."""
    return b"iec.ch/61850/2003/SCL" in head[:8192] or (b"<SCL" in head[:2048] and b"<Header" in head[:8192])


def parse(data: bytes, name: str) -> Observation:
    """One host per IED. InputError when it is no SCL or holds no IED."""
    made = origin(data, name, NAME)
    root, error = xmlsafe.parse_partial(data, name)
    if root is None or xmlsafe.local(root) != "SCL":
        raise error or InputError("no-scl", str(say("This is no SCL file.")), place=Place(name))
    cut = say("The file breaks off; IEDs after that are missing.")
    findings = (finding("scl.cut-off", made.name, cut, Severity.MEDIUM),) if error is not None else ()
    points = _points(root)
    names = [clean(item.get("name", "")) for item in xmlsafe.children(root, "IED")]
    hosts = [
        _ied(item, made.sha256, points.get(clean(item.get("name", "")), [])) for item in xmlsafe.children(root, "IED")
    ]
    # a connected access point of an IED that the file does not describe still is a device
    for ied in sorted(set(points) - set(names)):
        hosts.append(_ied(Element("IED", {"name": ied}), made.sha256, points[ied]))
    if not hosts:
        raise InputError("no-devices", str(say("The file describes no device.")), place=Place(name))
    return Observation(origin=made, hosts=tuple(hosts), findings=findings)


def _points(root: Element) -> dict[str, list[tuple[str, Element]]]:
    """(subnetwork, ConnectedAP) by IED."""
    found: dict[str, list[tuple[str, Element]]] = {}
    communication = xmlsafe.child(root, "Communication")
    for subnet in xmlsafe.children(communication, "SubNetwork") if communication is not None else ():
        for point in xmlsafe.children(subnet, "ConnectedAP"):
            found.setdefault(clean(point.get("iedName", "")), []).append((clean(subnet.get("name", "")), point))
    return found


def _ied(ied: Element, source: str, points: list[tuple[str, Element]]) -> ObservedHost:
    name = clean(ied.get("name", ""))
    where = f"IED {name}"
    facts = Facts(source)
    facts.add("scl.ied", name, where)
    facts.add("declared.kind", "ied", where)
    facts.add("identity.vendor", ied.get("manufacturer"), where)
    facts.add("identity.product", ied.get("type"), where)
    facts.add("scl.config_version", ied.get("configVersion"), where)
    facts.add("declared.note", ied.get("desc"), where)
    _plate(ied, facts, where)
    _subscriptions(ied, facts, where)
    ips: list[str] = []
    macs: list[str] = []
    networks: list[str] = []
    services: dict[str, tuple[str, str, Grade]] = {}
    for subnet, point in points:
        at = f"{where}/{clean(point.get('apName', ''))}"
        networks.append("" if subnet.upper() == "NONE" else subnet)
        values = dict(_values(xmlsafe.child(point, "Address")))
        ip = address(values.get("IP", ""))
        ips.append(ip)
        macs.append(mac(values.get("MAC-Address", "")))
        facts.add("declared.gateway", address(values.get("IP-GATEWAY", "")), at)
        mask = values.get("IP-SUBNET", "")
        if ip and mask:
            with contextlib.suppress(ValueError):
                facts.add("declared.subnet", ipaddress.ip_network(f"{ip}/{mask}", strict=False), at)
        if ip:
            services["tcp/102"] = ("tcp/102", "mms", Grade.PORT)
        for kind, key in (("GSE", "goose.control_block"), ("SMV", "sv.control_block")):
            for block in xmlsafe.children(point, kind):
                facts.add(key, _block(block), at)
    _authentication(ied, facts, where)
    return ObservedHost(
        macs=unique(macs),
        ips=unique(ips),
        names=(name,) if name else (),
        facts=facts.done(),
        network=next(iter(unique(networks)), ""),
        services=tuple(services.values()),
    )


def _values(holder: Element | None) -> Iterator[tuple[str, str]]:
    for item in xmlsafe.children(holder, "P") if holder is not None else ():
        yield item.get("type", ""), (item.text or "").strip()


def _block(block: Element) -> str:
    """``PROT/Control_DataSet mac=01:0c:cd:01:00:01 appid=0004 vlan=000``."""
    values = dict(_values(xmlsafe.child(block, "Address")))
    words = [f"{block.get('ldInst', '')}/{block.get('cbName', '')}"]
    group = values.get("MAC-Address", "").replace("-", ":").lower()
    for key, value in (("mac", group), ("appid", values.get("APPID", "")), ("vlan", values.get("VLAN-ID", ""))):
        if value:
            words.append(f"{key}={value}")
    return " ".join(words)


def _plate(ied: Element, facts: Facts, where: str) -> None:
    for item in xmlsafe.descendants(ied, "DOI"):
        if item.get("name") in {"PhyNam", "NamPlt"}:
            for part in xmlsafe.children(item, "DAI"):
                key = _PLATE.get(part.get("name", ""))
                # the logical name plate of each logical node has versions of its own: only the device's counts
                if key and item.get("name") == "PhyNam":
                    facts.add(key, xmlsafe.text(part, "Val"), where)


def _subscriptions(ied: Element, facts: Facts, where: str) -> None:
    for item in xmlsafe.descendants(ied, "ExtRef"):
        publisher = clean(item.get("iedName", ""))
        if publisher and publisher != clean(ied.get("name", "")):
            facts.add("goose.subscribes", publisher, where)


def _authentication(ied: Element, facts: Facts, where: str) -> None:
    for item in xmlsafe.descendants(ied, "Authentication"):
        strong = [key for key in ("password", "weak", "strong", "certificate") if item.get(key) == "true"]
        facts.add("scl.authentication", ", ".join(strong) or "none", where)
