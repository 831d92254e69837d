"""AutomationML, CAEX 2.15 and 3.0: devices with their addresses, as engineering tools export them.

Elements are recognised by role, never by name (names may be Italian or German). Roles of the recommendation AR APC
(TIA Portal, EPLAN, PLCnext) give the most; files with other role libraries are read by what their elements carry.
Passwords that such files sometimes hold are never taken over, but told.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from ninefold.base import xmlsafe
from ninefold.base.archives import Archive
from ninefold.base.errors import InputError, Place
from ninefold.model.findings import Finding
from ninefold.model.observed import Observation, ObservedHost
from ninefold.model.vocabulary import Severity
from ninefold.sources.common import Facts, address, clean, finding, mac, origin, say, unique

NAME: Final = "automationml"
#: roles of other libraries, as last part of their path in lower case: our kind of device
KINDS: Final = {
    "plc": "plc",
    "controller": "plc",
    "safetyplc": "safety-plc",
    "hmi": "hmi",
    "panel": "hmi",
    "switch": "switch",
    "ap": "wireless-access-point",
    "accesspoint": "wireless-access-point",
    "router": "router",
    "firewall": "firewall",
    "iiotgateway": "edge-gateway",
    "gateway": "protocol-gateway",
    "mqttbroker": "server",
    "server": "server",
    "ipc": "panel-pc",
    "pc": "workstation",
    "drive": "drive",
    "robot": "robot-controller",
    "camera": "camera",
    "iodevice": "remote-io",
    "rfidreadermqttwifi": "sensor",
}
_ADDRESS: Final = frozenset({"ip", "ipaddress", "ipv4", "ipv4address", "networkaddress", "ipaddr"})
_MAC: Final = frozenset({"mac", "macaddress", "physicaladdress"})
_MASK: Final = frozenset({"netmask", "subnetmask"})
_SECRET: Final = re.compile(r"passw|passwort|kennwort|secret|_pw\b|psk|private.?key", re.I)
_MODULES: Final = 256  # of one device


def detect(head: bytes, name: str) -> bool:
    """Whether the content is CAEX, or an AutomationML container."""
    if head[:4] == b"PK\x03\x04":
        return name.lower().endswith(".amlx") or b".aml" in head[:2048]
    return b"<CAEXFile" in head[:4096]


def parse(data: bytes, name: str) -> Observation:
    """One host per device. InputError when it is no CAEX or holds no device."""
    made = origin(data, name, NAME)
    content = _content(data, name)
    root, error = xmlsafe.parse_partial(content, name)
    if root is None or xmlsafe.local(root) != "CAEXFile":
        raise error or InputError("no-caex", str(say("This is no AutomationML file.")), place=Place(name))
    findings: list[Finding] = []
    if error is not None:
        findings.append(
            finding(
                "aml.cut-off", made.name, say("The file breaks off; devices after that are missing."), Severity.MEDIUM
            )
        )
    links = _Links(root)
    hosts = [
        _host(element, where, made.sha256, links)
        for hierarchy in xmlsafe.children(root, "InstanceHierarchy")
        for element, where in _devices(hierarchy, "")
    ]
    findings += _secrets(root, made.name)
    hosts = [host for host in hosts if host.ips or host.macs or host.names]
    if not hosts:
        raise InputError(
            "no-devices",
            str(say("The file describes no device.")),
            place=Place(name),
            advice=str(say("Export the hardware configuration (CAx export) of the project.")),
        )
    return Observation(origin=made, hosts=tuple(hosts), findings=tuple(findings))


def _content(data: bytes, name: str) -> bytes:
    if data[:4] != b"PK\x03\x04":
        return data
    archive = Archive(data, name)
    member = next((item for item in archive.names if item.lower().endswith(".aml")), "")
    return archive.read(member, xmlsafe.DOCUMENT) if member else b""


# --- the tree ---------------------------------------------------------------------------------------------------


def roles(element: Element) -> set[str]:
    """The roles of an element: last part of their paths, lower case."""
    found = set()
    for item in element:
        kind = xmlsafe.local(item)
        if kind in {"SupportedRoleClass", "RoleRequirements"}:
            path = item.get("RefRoleClassPath") or item.get("RefBaseRoleClassPath") or ""
            found.add(path.rpartition("/")[2].lower())
    return found


def attribute(element: Element, name: str) -> str:
    """The value of a direct attribute, compared without case."""
    for item in xmlsafe.children(element, "Attribute"):
        if item.get("Name", "").lower() == name.lower():
            return xmlsafe.text(item, "Value")
    return ""


def _devices(element: Element, where: str) -> Iterator[tuple[Element, str]]:
    """Device elements from the top down; what lies inside a device belongs to it."""
    for item in xmlsafe.children(element, "InternalElement"):
        path = f"{where}/{clean(item.get('Name', ''))}"
        kinds = roles(item)
        if "device" in kinds or (not kinds & {"automationproject", "deviceuserfolder"} and _is_device(item, kinds)):
            yield item, path
        else:
            yield from _devices(item, path)


def _is_device(item: Element, kinds: set[str]) -> bool:
    """Other role libraries: a known device role, or an address on the element or on the ports directly inside."""
    if kinds & KINDS.keys():
        return True
    if kinds & {"subnet", "physicalnetwork", "logicalnetwork"}:
        return False
    ports = [item, *(part for part in xmlsafe.children(item, "InternalElement") if not roles(part) - {"portlist"})]
    return any(_addresses(port, depth=1) for port in ports)


def _addresses(element: Element, depth: int = 1) -> list[tuple[str, str, str]]:
    """(IP, MAC, mask) of an element and its interfaces."""
    holders = [element, *(xmlsafe.children(element, "ExternalInterface") if depth else ())]
    found = []
    for holder in holders:
        ip = hardware = mask = ""
        for item in xmlsafe.children(holder, "Attribute"):
            key, value = item.get("Name", "").lower().replace("-", "").replace("_", ""), xmlsafe.text(item, "Value")
            if key in _ADDRESS:
                ip = address(value)
            elif key in _MAC:
                hardware = mac(value)
            elif key in _MASK:
                mask = value
        if ip or hardware:
            found.append((ip, hardware, mask))
    return found


# --- devices ----------------------------------------------------------------------------------------------------


def _host(device: Element, where: str, source: str, links: _Links) -> ObservedHost:
    facts = Facts(source)
    ips: list[str] = []
    macs: list[str] = []
    networks: list[str] = []
    for element in device.iter():
        if xmlsafe.local(element) != "InternalElement":
            continue
        for ip, hardware, mask in _addresses(element):
            ips.append(ip)
            macs.append(hardware)
            _subnet(ip, mask, facts, where)
        for name in ("ProfinetDeviceName", "PnDeviceName"):
            facts.add("profinet.name", attribute(element, name), where)
        if "node" in roles(element) and not address(attribute(element, "NetworkAddress")):
            facts.add("fieldbus.address", attribute(element, "NetworkAddress"), where)
        networks += links.network(element)
        for system in links.systems(element):
            facts.add("profinet.io_system", system, where)
    names = [clean(device.get("Name", ""))]
    head = _head(device)
    if head is not None:
        _identity(head, facts, where)
        names.insert(0, clean(head.get("Name", "")))
        facts.add("declared.station", device.get("Name", ""), where)
    facts.add("declared.title", names[0], where)
    _other_identity(device, facts, where)
    for network in unique(networks):
        facts.add("declared.network", network, where)
    _modules(device, head, facts, where)
    found = facts.done()
    names += [fact.value for fact in found if fact.key == "profinet.name"]
    return ObservedHost(
        macs=unique(macs), ips=unique(ips), names=unique(names), facts=found, network=next(iter(networks), "")
    )


def _subnet(ip: str, mask: str, facts: Facts, where: str) -> None:
    if ip and mask:
        try:
            facts.add("declared.subnet", ipaddress.ip_network(f"{ip}/{mask}", strict=False), where)
        except ValueError:
            return


def _head(device: Element) -> Element | None:
    """The item that stands for the device: its CPU, else its head module, else the first with an order number."""
    items = [item for item in device.iter() if xmlsafe.local(item) == "InternalElement" and "deviceitem" in roles(item)]
    for wanted in ("CPU", "HeadModule"):
        for item in items:
            if attribute(item, "DeviceItemType") == wanted:
                return item
    ordered = (item for item in items if attribute(item, "TypeIdentifier").startswith("OrderNumber:"))
    # a rack has an order number too, but it is no device
    return next((item for item in ordered if attribute(item, "TypeName").lower() not in {"rack", "rail"}), None)


def _identity(item: Element, facts: Facts, where: str) -> None:
    facts.add("identity.product", attribute(item, "TypeName"), where)
    facts.add("identity.firmware", attribute(item, "FirmwareVersion"), where)
    kind, _, value = attribute(item, "TypeIdentifier").partition(":")
    if kind == "OrderNumber":
        facts.add("identity.order_number", value.partition("/")[0], where)
    elif kind == "GSD":
        facts.add("profinet.gsd", value, where)
    for name in ("PlantDesignation", "LocationIdentifier"):
        facts.add("declared.location", attribute(item, name), where)


def _other_identity(device: Element, facts: Facts, where: str) -> None:
    for role in sorted(roles(device)):
        facts.add("declared.kind", KINDS.get(role, ""), where)
    unit = device.get("RefBaseSystemUnitPath", "").rpartition("/")[2]
    facts.add("identity.product", "" if unit.lower().startswith("custom") else unit, where)
    for key, names in (
        ("identity.vendor", ("Manufacturer", "Vendor")),
        ("identity.serial", ("SerialNumber", "SerialNo")),
        ("identity.order_number", ("OrderNumber", "ArticleNumber", "PartNumber")),
    ):
        for name in names:
            facts.add(key, attribute(device, name), where)


def _modules(device: Element, head: Element | None, facts: Facts, where: str) -> None:
    """Order numbers and firmware of the other modules of a station: what advisories may name."""
    count = 0
    for item in device.iter():
        if xmlsafe.local(item) == "InternalElement" and item is not head and count < _MODULES:
            value = attribute(item, "TypeIdentifier")
            if value.startswith("OrderNumber:"):
                count += 1
                words = (value.removeprefix("OrderNumber:"), attribute(item, "FirmwareVersion"))
                facts.add("module", " ".join(filter(None, words)), f"{where}/{clean(item.get('Name', ''))}")


class _Links:
    """Which node is connected to which subnet and IO system (InternalLink of both editions)."""

    def __init__(self, root: Element) -> None:
        names: dict[str, tuple[str, str]] = {}
        owner: dict[str, str] = {}
        for element in root.iter():
            if xmlsafe.local(element) == "InternalElement":
                kinds = roles(element)
                kind = "subnet" if "subnet" in kinds else "iosystem" if "iosystem" in kinds else ""
                identifier = element.get("ID", "").strip("{}")
                if kind:
                    names[identifier] = (kind, clean(element.get("Name", "")))
                for part in xmlsafe.children(element, "ExternalInterface"):
                    owner[part.get("ID", "").strip("{}")] = identifier
        self._found: dict[str, list[tuple[str, str]]] = {}
        for link in xmlsafe.descendants(root, "InternalLink"):
            ends = [self._element(link.get(f"RefPartnerSide{side}", ""), owner) for side in "AB"]
            for one, two in (ends, ends[::-1]):
                if two in names:
                    self._found.setdefault(one, []).append(names[two])
        self._owner = owner

    @staticmethod
    def _element(partner: str, owner: dict[str, str]) -> str:
        """CAEX 2.15 names element and interface (``{ID}:Name``), CAEX 3.0 the interface's own id."""
        whole = partner.strip("{}")
        if whole in owner:
            return owner[whole]
        return partner.partition(":")[0].strip("{}")

    def network(self, element: Element) -> list[str]:
        """Names of the subnets that a node is linked to."""
        return [name for kind, name in self._found.get(element.get("ID", "").strip("{}"), ()) if kind == "subnet"]

    def systems(self, element: Element) -> list[str]:
        """Names of the IO systems that an interface takes part in."""
        return [name for kind, name in self._found.get(element.get("ID", "").strip("{}"), ()) if kind == "iosystem"]


def _secrets(root: Element, source: str) -> Iterator[Finding]:
    places = [
        clean(item.get("Name", ""))
        for item in xmlsafe.descendants(root, "Attribute")
        if xmlsafe.text(item, "Value")
        and (_SECRET.search(item.get("Name", "")) or _SECRET.search(xmlsafe.text(item, "Value")))
    ]
    if places:
        yield finding(
            "aml.secrets",
            source,
            say("The file holds {n} passwords or keys in readable form.", n=len(places)),
            Severity.MEDIUM,
            advice=say("Change them and keep them out of engineering files."),
        )
