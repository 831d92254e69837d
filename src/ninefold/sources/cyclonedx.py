"""CycloneDX 1.0 to 1.7 in JSON and XML: components, nested ones too, and who depends on whom.

XML is brought into the shape of JSON first, so that there is one reading of both.
Rules: CycloneDX specification, bom-1.x.schema.json; ECMA-424.
"""

from __future__ import annotations

import re
from typing import Any, Final
from xml.etree.ElementTree import Element

from ninefold.base import xmlsafe
from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.limits import NESTING
from ninefold.model.observed import Component, Observation
from ninefold.model.vocabulary import Severity
from ninefold.sources.common import read_json, say
from ninefold.sources.sbom import Collector, algorithm, items, record, text

NAME: Final = "cyclonedx"
VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
#: component types with the version that brought them
TYPES: Final = {
    "application": "1.0",
    "framework": "1.0",
    "library": "1.0",
    "operating-system": "1.0",
    "device": "1.0",
    "file": "1.1",
    "container": "1.2",
    "firmware": "1.2",
    "platform": "1.5",
    "device-driver": "1.5",
    "machine-learning-model": "1.5",
    "data": "1.5",
    "cryptographic-asset": "1.6",
}
_SERIAL: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


def detect(head: bytes, name: str) -> bool:
    """Whether the content is a CycloneDX document."""
    start = head[:3].removeprefix(b"\xef\xbb\xbf") + head[3:]
    if start.lstrip()[:1] == b"{":
        return b'"bomFormat"' in head or b"cyclonedx.org/schema/bom" in head
    return b"http://cyclonedx.org/schema/bom" in head and b"<" in head[:16]


def parse(data: bytes, name: str) -> Observation:
    """Components and findings. InputError for what is neither JSON nor XML, LimitError beyond bounds."""
    collector = Collector(data, name, NAME)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        root, error = xmlsafe.parse_partial(data, name)
        if root is None or xmlsafe.local(root) != "bom":
            raise error or InputError("no-bom", str(say("This is no CycloneDX document.")), place=Place(name))
        if error is not None:
            collector.fault(
                "sbom.cut-off", "/", say("The document breaks off: {why}.", why=error.message), Severity.HIGH
            )
        document = _from_xml(root)
    else:
        document = record(read_json(data, name))
        if document.get("bomFormat") != "CycloneDX":
            collector.fault("sbom.format", "/bomFormat", say("'bomFormat' is not 'CycloneDX'."), Severity.HIGH)
    _document(document, collector)
    return collector.done()


def _document(document: dict[str, Any], collector: Collector) -> None:
    version = text(document.get("specVersion"))
    collector.fact("sbom.format", "CycloneDX")
    collector.fact("sbom.version", version)
    if version not in VERSIONS:
        collector.fault(
            "sbom.version",
            "/specVersion",
            say("CycloneDX '{version}' is not known; it is read like {newest}.", version=version, newest=VERSIONS[-1]),
            Severity.HIGH,
        )
    serial = text(document.get("serialNumber"))
    collector.fact("sbom.serial", serial)
    if serial and not _SERIAL.fullmatch(serial):
        collector.fault("sbom.serial", "/serialNumber", say("The serial number is no UUID."), Severity.LOW)
    metadata = record(document.get("metadata"))
    _about(metadata, collector)
    subject = metadata.get("component")
    if isinstance(subject, dict):
        _walk([(subject, "/metadata/component")], version, collector)
        ref = collector.components[0].ref if collector.components else ""
        collector.fact("sbom.subject", ref or text(subject.get("name")), "/metadata/component")
        collector.fact("sbom.subject_components", str(len(collector.components)), "/metadata/component")
    listed = document.get("components")
    if listed is not None and not isinstance(listed, list):
        collector.fault("sbom.structure", "/components", say("'components' is no list."), Severity.HIGH)
    _walk([(item, f"/components/{at}") for at, item in enumerate(items(listed))], version, collector)
    collector.duplicates()
    _dependencies(document, collector)
    statements = len(items(document.get("vulnerabilities")))
    if statements:
        collector.fact("sbom.vulnerabilities", str(statements), "/vulnerabilities")
        collector.fault(
            "sbom.has-statements",
            "/vulnerabilities",
            say("The document also makes {n} statements on vulnerabilities; advisories are read apart.", n=statements),
            Severity.INFO,
        )


def _about(metadata: dict[str, Any], collector: Collector) -> None:
    collector.fact("sbom.created", text(metadata.get("timestamp")), "/metadata/timestamp")
    for author in items(metadata.get("authors")):
        collector.fact("sbom.author", text(record(author).get("name")), "/metadata/authors")
    tools = metadata.get("tools")
    # a list until 1.4, an object with components and services since 1.5
    for tool in items(tools) or items(record(tools).get("components")):
        parts = (text(record(tool).get(key)) for key in ("vendor", "name", "version"))
        collector.fact("sbom.tool", " ".join(filter(None, parts)), "/metadata/tools")
    for key in ("supplier", "manufacture", "manufacturer"):
        collector.fact(f"sbom.{key}", text(record(metadata.get(key)).get("name")), f"/metadata/{key}")


def _walk(start: list[tuple[Any, str]], version: str, collector: Collector) -> None:
    """Components in document order, nested ones after their parent; without recursion."""
    stack = [(item, where, 1) for item, where in reversed(start)]
    while stack:
        item, where, depth = stack.pop()
        if depth > NESTING:
            raise LimitError(
                "too-deep", str(say("Components are nested deeper than {n}.", n=NESTING)), place=Place(collector.name)
            )
        if not isinstance(item, dict):
            collector.fault("sbom.structure", where, say("A component is no object."), Severity.HIGH)
            continue
        _component(item, where, version, collector)
        nested = items(item.get("components"))
        stack += [(part, f"{where}/components/{at}", depth + 1) for at, part in reversed(list(enumerate(nested)))]


def _component(item: dict[str, Any], where: str, version: str, collector: Collector) -> None:
    kind = text(item.get("type"))
    since = TYPES.get(kind)
    if since is None or (version in VERSIONS and since > version):
        collector.fault(
            "sbom.component-type",
            f"{where}/type",
            say("'{kind}' is no component type of CycloneDX {version}.", kind=kind, version=version),
            Severity.HIGH,
        )
    if version in VERSIONS[:4] and not text(item.get("version")):
        # bom-1.3 and earlier require it, 1.4 made it optional
        collector.fault("sbom.no-version", where, say("A component has no version."), Severity.MEDIUM)
    component = Component(
        name=text(item.get("name")),
        group=text(item.get("group")),
        version=text(item.get("version")),
        supplier=_supplier(item),
        purl=text(item.get("purl")),
        cpe=text(item.get("cpe")),
        hashes=_hashes(item),
        licences=_licences(item),
        kind=kind,
        ref=text(item.get("bom-ref")),
        source=collector.source,
    )
    collector.add(component, where)


def _supplier(item: dict[str, Any]) -> str:
    for key in ("supplier", "manufacturer"):
        name = text(record(item.get(key)).get("name"))
        if name:
            return name
    return text(item.get("publisher"))


def _hashes(item: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    pairs = ((text(record(one).get("alg")), text(record(one).get("content"))) for one in items(item.get("hashes")))
    return tuple((algorithm(name), value) for name, value in pairs if name and value)


def _licences(item: dict[str, Any]) -> tuple[str, ...]:
    found = []
    for one in items(item.get("licenses")):
        licence = record(record(one).get("license"))
        found.append(text(licence.get("id")) or text(licence.get("name")) or text(record(one).get("expression")))
    return tuple(name for name in found if name)


def _dependencies(document: dict[str, Any], collector: Collector) -> None:
    links: dict[str, list[str]] = {}
    services = {text(record(item).get("bom-ref")) for item in items(document.get("services"))}
    for item in items(document.get("dependencies")):
        ref = text(record(item).get("ref"))
        targets = [text(target) for target in items(record(item).get("dependsOn"))]
        if ref and ref not in services:
            links.setdefault(ref, []).extend(target for target in targets if target and target not in services)
    collector.references(links)


# --- XML --------------------------------------------------------------------------------------------------------


def _from_xml(root: Element) -> dict[str, Any]:
    space = root.tag.partition("}")[0].rpartition("/")[2]
    metadata = xmlsafe.child(root, "metadata")
    result: dict[str, Any] = {
        "specVersion": space,
        "serialNumber": root.get("serialNumber", ""),
        "components": _list(root, "components", "component", _xml_component),
        "vulnerabilities": _list(root, "vulnerabilities", "vulnerability", lambda item: {}),
        "services": _list(root, "services", "service", lambda item: {"bom-ref": item.get("bom-ref", "")}),
        "dependencies": _list(root, "dependencies", "dependency", _xml_dependency),
    }
    if metadata is not None:
        tools = xmlsafe.child(metadata, "tools")
        nested = xmlsafe.child(tools, "components")
        subject = xmlsafe.child(metadata, "component")
        result["metadata"] = {
            "timestamp": xmlsafe.text(metadata, "timestamp"),
            "authors": _list(metadata, "authors", "author", lambda item: {"name": xmlsafe.text(item, "name")}),
            "tools": [
                {key: xmlsafe.text(item, key) for key in ("vendor", "name", "version")}
                for holder, name in ((tools, "tool"), (nested, "component"))
                if holder is not None
                for item in xmlsafe.children(holder, name)
            ],
            "supplier": {"name": xmlsafe.text(metadata, "supplier", "name")},
            "manufacture": {"name": xmlsafe.text(metadata, "manufacture", "name")},
        }
        if subject is not None:
            result["metadata"]["component"] = _xml_component(subject)
    return result


def _list(parent: Element, holder: str, name: str, convert: Any) -> list[Any]:
    group = xmlsafe.child(parent, holder)
    return [] if group is None else [convert(item) for item in xmlsafe.children(group, name)]


def _xml_component(item: Element) -> dict[str, Any]:
    result: dict[str, Any] = {
        key: xmlsafe.text(item, key) for key in ("group", "name", "version", "purl", "cpe", "publisher")
    }
    result["type"] = item.get("type", "")
    result["bom-ref"] = item.get("bom-ref", "")
    for key in ("supplier", "manufacturer"):
        result[key] = {"name": xmlsafe.text(item, key, "name")}
    result["hashes"] = _list(
        item, "hashes", "hash", lambda one: {"alg": one.get("alg", ""), "content": (one.text or "").strip()}
    )
    licences = xmlsafe.child(item, "licenses")
    result["licenses"] = [] if licences is None else [_xml_licence(one) for one in licences]
    # the depth of XML is bounded by its reader, so recursion is too
    result["components"] = _list(item, "components", "component", _xml_component)
    return result


def _xml_licence(item: Element) -> dict[str, Any]:
    if xmlsafe.local(item) == "expression":
        return {"expression": (item.text or "").strip()}
    return {"license": {"id": xmlsafe.text(item, "id"), "name": xmlsafe.text(item, "name")}}


def _xml_dependency(item: Element) -> dict[str, Any]:
    return {
        "ref": item.get("ref", ""),
        "dependsOn": [one.get("ref", "") for one in xmlsafe.children(item, "dependency")],
    }
