"""SPDX 3.0 as JSON-LD: a graph of elements; packages are its components."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from ninefold.model.observed import Component
from ninefold.model.vocabulary import Severity
from ninefold.sources.common import say
from ninefold.sources.sbom import Collector, algorithm, items, record, text

_VERSIONS = ("3.0", "3.0.0", "3.0.1")
_LICENCE = ("hasConcludedLicense", "hasDeclaredLicense")


def take(document: Any, collector: Collector) -> None:
    """Enter components, relations and findings of a graph (SPDX 3.0.1, JSON-LD serialisation)."""
    graph = items(record(document).get("@graph")) if isinstance(document, dict) else items(document)
    if isinstance(document, dict) and not graph and document.get("type"):
        graph = [document]
    elements = {_id(item): item for item in graph if isinstance(item, dict)}
    collector.fact("sbom.format", "SPDX")
    _creation(elements, collector)
    if not graph:
        collector.fault("sbom.structure", "/@graph", say("The document holds no graph of elements."), Severity.HIGH)
    relations = [item for item in elements.values() if _type(item).endswith("Relationship")]
    licences = _licences(relations, elements)
    for ref, item in elements.items():
        if _type(item) == "software_Package":
            _package(ref, item, elements, licences, collector)
        elif _type(item) in {"SpdxDocument", "software_Sbom"}:
            for root in items(item.get("rootElement")):
                collector.fact("sbom.subject", text(root), "rootElement")
    collector.duplicates()
    _depends(relations, elements, collector)


def _id(item: dict[str, Any]) -> str:
    return text(item.get("spdxId")) or text(item.get("@id"))


def _type(item: dict[str, Any]) -> str:
    """The compact name of a type; whole addresses occur too (``.../terms/Software/Package``)."""
    found = text(item.get("type")) or text(item.get("@type"))
    if "/" in found:
        profile, _, name = found.rpartition("/")
        profile = profile.rpartition("/")[2].lower()
        return name if profile == "core" else f"{profile}_{name}"
    return found


def _creation(elements: dict[str, dict[str, Any]], collector: Collector) -> None:
    infos = [item for item in elements.values() if _type(item) == "CreationInfo"]
    infos += [
        record(item.get("creationInfo")) for item in elements.values() if isinstance(item.get("creationInfo"), dict)
    ]
    versions = sorted({text(item.get("specVersion")) for item in infos} - {""})
    collector.fact("sbom.version", versions[-1] if versions else "")
    if not versions or versions[-1] not in _VERSIONS:
        title = say("SPDX version '{version}' is not known.", version=", ".join(versions))
        collector.fault("sbom.version", "CreationInfo", title, Severity.HIGH)
    for created in sorted({text(item.get("created")) for item in infos} - {""})[-1:]:
        collector.fact("sbom.created", created, "CreationInfo")
    for key, fact in (("createdBy", "sbom.author"), ("createdUsing", "sbom.tool")):
        names = {text(elements.get(text(ref), {}).get("name")) for item in infos for ref in items(item.get(key))}
        for name in sorted(names - {""}):
            collector.fact(fact, name, f"CreationInfo/{key}")


def _licences(relations: list[dict[str, Any]], elements: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for item in relations:
        if text(item.get("relationshipType")) in _LICENCE:
            for target in items(item.get("to")):
                licence = elements.get(text(target), {})
                name = text(licence.get("simplelicensing_licenseExpression")) or text(licence.get("name"))
                name = name or text(target).rpartition("/")[2].rpartition("#")[2]
                if name not in {"", "NOASSERTION", "NONE", "NoAssertionLicense", "NoneLicense"}:
                    found[text(item.get("from"))].append(name)
    return found


def _package(
    ref: str,
    item: dict[str, Any],
    elements: dict[str, dict[str, Any]],
    licences: dict[str, list[str]],
    collector: Collector,
) -> None:
    purl, cpe = text(item.get("software_packageUrl")), ""
    for one in items(item.get("externalIdentifier")):
        kind = text(record(one).get("externalIdentifierType"))
        value = text(record(one).get("identifier"))
        purl = purl or (value if kind == "packageUrl" else "")
        if kind in {"cpe23", "cpe22"} and not cpe.startswith("cpe:2.3"):
            cpe = value
    hashes = []
    for one in items(item.get("verifiedUsing")):
        method = elements.get(text(one), {}) if isinstance(one, str) else record(one)
        # a PackageVerificationCode hashes a list of hashes: it identifies no file
        if _type(method) in {"Hash", ""} and text(method.get("hashValue")):
            hashes.append((algorithm(text(method.get("algorithm"))), text(method.get("hashValue"))))
    makers = [item.get("suppliedBy"), *items(item.get("originatedBy"))]
    names = [text(elements.get(text(one), {}).get("name")) for one in makers]
    component = Component(
        name=text(item.get("name")),
        version=text(item.get("software_packageVersion")),
        supplier=next((name for name in names if name), ""),
        purl=purl,
        cpe=cpe,
        hashes=tuple(hashes),
        licences=tuple(dict.fromkeys(licences.get(ref, ()))),
        kind=text(item.get("software_primaryPurpose")),
        ref=ref,
        source=collector.source,
    )
    collector.add(component, ref)


def _depends(relations: list[dict[str, Any]], elements: dict[str, dict[str, Any]], collector: Collector) -> None:
    packages = {component.ref for component in collector.components}
    links: dict[str, list[str]] = defaultdict(list)
    for item in relations:
        one = text(item.get("from"))
        targets = [text(target) for target in items(item.get("to"))]
        for end in (one, *targets):
            known = end in elements or "spdx.org/" in end or end in {"NoneElement", "NoAssertionElement"}
            if not known:
                collector.fault(
                    "sbom.dangling", end, say("'{ref}' is referred to but not described.", ref=end), Severity.LOW
                )
        if text(item.get("relationshipType")) in {"dependsOn", "contains", "hasStaticLink", "hasDynamicLink"}:
            links[one] += [end for end in targets if end in packages and end != one]
    collector.references({ref: targets for ref, targets in links.items() if ref in packages})
