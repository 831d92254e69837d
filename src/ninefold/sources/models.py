"""Threat models of others, Threagile (YAML) and Open Threat Model (OTM, JSON or YAML): components and trust zones."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.limits import MIB, NESTING
from ninefold.model.observed import Observation, ObservedHost, Origin
from ninefold.sources.common import Facts, addresses, clean, origin, read_json, say, unique
from ninefold.sources.sbom import items, record, text

NAME: Final = "model"
_SIZE: Final = 8 * MIB
_NODES: Final = 200_000
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def detect(head: bytes, name: str) -> bool:
    """Whether the content is a model of Threagile or an OTM document."""
    if re.search(rb"""^\s*["']?otmVersion["']?\s*:""", head, re.M) or b'"otmVersion"' in head:
        return True
    return bool(re.search(rb"^threagile_version\s*:", head, re.M) or re.search(rb"^technical_assets\s*:", head, re.M))


def parse(data: bytes, name: str) -> Observation:
    """One host per component. InputError for what is no model, LimitError beyond bounds."""
    document = read_json(data, name) if data.lstrip()[:1] == b"{" else _yaml(data, name)
    document = record(document)
    otm = "otmVersion" in document
    made = origin(data, name, "otm" if otm else "threagile")
    hosts = _otm(document, made) if otm else _threagile(document, made)
    if not hosts:
        raise InputError("no-devices", str(say("The model holds no component.")), place=Place(name))
    return Observation(origin=made, hosts=tuple(hosts))


def _yaml(data: bytes, name: str) -> Any:
    """YAML as text only. References and tags are refused: they are how a small file becomes a large one."""
    if len(data) > _SIZE:
        raise LimitError(
            "too-large",
            str(say("The file has {n} bytes; at most {limit} are read.", n=len(data), limit=_SIZE)),
            place=Place(name),
        )
    depth = count = 0
    try:
        for event in yaml.parse(data, Loader=_LOADER):
            count += 1
            if isinstance(event, yaml.AliasEvent):
                raise InputError(
                    "yaml-alias", str(say("The YAML uses references; such a file is not read.")), place=Place(name)
                )
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                depth += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
            if depth > NESTING or count > _NODES:
                raise LimitError("too-deep", str(say("The YAML is too large or nested too deep.")), place=Place(name))
        return yaml.load(data, Loader=_LOADER)  # noqa: S506 - the base loader makes nothing but text
    except (yaml.YAMLError, UnicodeError, ValueError, RecursionError) as error:
        first = str(error).splitlines()[0] if str(error) else ""
        raise InputError("bad-yaml", str(say("This is no YAML: {why}.", why=first)), place=Place(name)) from error


def _threagile(document: dict[str, Any], made: Origin) -> list[ObservedHost]:
    zones = {
        text(asset): clean(title)
        for title, boundary in record(document.get("trust_boundaries")).items()
        for asset in items(record(boundary).get("technical_assets_inside"))
    }
    names = {
        text(record(asset).get("id")): clean(title) for title, asset in record(document.get("technical_assets")).items()
    }
    hosts = []
    for title, asset in record(document.get("technical_assets")).items():
        asset = record(asset)
        identifier = text(asset.get("id"))
        facts = Facts(made.sha256)
        where = f"technical_assets/{identifier or clean(title)}"
        facts.add("declared.id", identifier, where)
        facts.add("declared.title", title, where)
        facts.add("declared.zone", zones.get(identifier, ""), where)
        facts.add("declared.kind", text(asset.get("technology")), where)
        facts.add("declared.owner", text(asset.get("owner")), where)
        if text(asset.get("internet")).lower() == "true":
            facts.add("declared.internet", "true", where)
        for link in record(asset.get("communication_links")).values():
            target = text(record(link).get("target"))
            words = (names.get(target, target), text(record(link).get("protocol")))
            facts.add("declared.talks_to", " ".join(filter(None, words)), where)
        hosts.append(_host(title, identifier, facts, text(asset.get("description"))))
    return hosts


def _otm(document: dict[str, Any], made: Origin) -> list[ObservedHost]:
    zones = {text(record(zone).get("id")): text(record(zone).get("name")) for zone in items(document.get("trustZones"))}
    components = {text(record(item).get("id")): record(item) for item in items(document.get("components"))}
    talks: dict[str, list[str]] = {}
    for flow in items(document.get("dataflows")):
        source, target = text(record(flow).get("source")), text(record(flow).get("destination"))
        talks.setdefault(source, []).append(text(components.get(target, {}).get("name")) or target)
    hosts = []
    for identifier, item in components.items():
        facts = Facts(made.sha256)
        where = f"components/{identifier}"
        facts.add("declared.id", identifier if len(identifier) < 40 else "", where)
        facts.add("declared.title", text(item.get("name")), where)
        facts.add("declared.zone", _zone(item, components, zones), where)
        facts.add("declared.kind", text(item.get("type")), where)
        for target in talks.get(identifier, ()):
            facts.add("declared.talks_to", target, where)
        hosts.append(_host(text(item.get("name")), identifier, facts, text(item.get("description"))))
    return hosts


def _zone(item: dict[str, Any], components: dict[str, dict[str, Any]], zones: dict[str, str]) -> str:
    """The trust zone of a component, also through the components that hold it."""
    for _ in range(NESTING):
        parent = record(item.get("parent"))
        zone = text(parent.get("trustZone"))
        if zone:
            return zones.get(zone, zone)
        above = components.get(text(parent.get("component")))
        if above is None:
            return ""
        item = above
    return ""


def _host(title: str, identifier: str, facts: Facts, description: str) -> ObservedHost:
    ips = unique(ip for word in description.split()[:500] for ip in addresses(word))
    return ObservedHost(
        ips=ips, names=unique([clean(title), identifier if len(identifier) < 40 else ""]), facts=facts.done()
    )
