"""SPDX 2.0 to 2.3 as tag-value and JSON, SPDX 3.0 as JSON-LD: packages and who depends on whom.

Tag-value is brought into the shape of JSON first. Files and snippets are no components.
Rules: SPDX specification 2.3 clauses 6, 7, 11 and annex; SPDX 3.0.1 model, profiles Core, Software, SimpleLicensing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Final

from ninefold.base.errors import InputError, Place
from ninefold.base.spreadsheet import decode
from ninefold.model.observed import Component, Observation
from ninefold.model.vocabulary import Severity
from ninefold.sources import spdx3
from ninefold.sources.common import read_json, say
from ninefold.sources.sbom import Collector, algorithm, items, record, text

NAME: Final = "spdx"
VERSIONS: Final = ("SPDX-2.0", "SPDX-2.1", "SPDX-2.2", "SPDX-2.3")
_ID: Final = re.compile(r"SPDXRef-[A-Za-z0-9.+_-]+")
_LINES: Final = 2_000_000
#: relationship: does the first depend on the second (True) or the second on the first (False)
_DEPENDS: Final = {
    "DEPENDS_ON": True,
    "DEPENDENCY_OF": False,
    "RUNTIME_DEPENDENCY_OF": False,
    "BUILD_DEPENDENCY_OF": False,
    "DEV_DEPENDENCY_OF": False,
    "OPTIONAL_DEPENDENCY_OF": False,
    "PROVIDED_DEPENDENCY_OF": False,
    "TEST_DEPENDENCY_OF": False,
    "STATIC_LINK": True,
    "DYNAMIC_LINK": True,
    "HAS_PREREQUISITE": True,
    "PREREQUISITE_FOR": False,
    "CONTAINS": True,
    "CONTAINED_BY": False,
}


def detect(head: bytes, name: str) -> bool:
    """Whether the content is an SPDX document in one of its forms (also those that are then refused)."""
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start[:1] in (b"{", b"["):
        return b'"spdxVersion"' in head or b"spdx.org/rdf/3" in head or b'"SPDXID"' in head
    if start[:1] == b"<":
        return b"spdx.org/rdf" in head[:8192]
    return bool(re.search(rb"^(SPDXVersion|spdxVersion)\s*:", head, re.M))


def parse(data: bytes, name: str) -> Observation:
    """Packages as components, and findings. InputError for RDF/XML, YAML and what is no SPDX."""
    start = data.lstrip(b"\xef\xbb\xbf \r\n\t")
    collector = Collector(data, name, NAME)
    if start[:1] == b"<" or re.search(rb"^spdxVersion\s*:", data[:65536], re.M):
        raise InputError(
            "spdx-form",
            str(say("SPDX as RDF/XML or YAML is not read.")),
            place=Place(name),
            advice=str(say("Convert it to JSON or tag-value, for example with the SPDX tools.")),
        )
    if start[:1] in (b"{", b"["):
        document = read_json(data, name)
        if isinstance(document, dict) and "spdxVersion" in document:
            _document(document, collector)
        else:
            spdx3.take(document, collector)
    else:
        _document(_from_tags(decode(data, name), collector), collector)
    return collector.done()


def _document(document: dict[str, Any], collector: Collector) -> None:
    version = text(document.get("spdxVersion"))
    collector.fact("sbom.format", "SPDX")
    collector.fact("sbom.version", version.removeprefix("SPDX-"))
    if version not in VERSIONS:
        collector.fault(
            "sbom.version",
            "/spdxVersion",
            say("SPDX version '{version}' is not known.", version=version),
            Severity.HIGH,
        )
    # SPDX 2.3 clause 6: the mandatory fields of a document
    if text(document.get("dataLicense")) != "CC0-1.0":
        collector.fault("sbom.data-licence", "/dataLicense", say("The data licence is not CC0-1.0."), Severity.LOW)
    for key in ("SPDXID", "name", "documentNamespace"):
        if not text(document.get(key)):
            collector.fault("sbom.missing", f"/{key}", say("'{key}' is missing.", key=key))
    info = record(document.get("creationInfo"))
    collector.fact("sbom.serial", text(document.get("documentNamespace")), "/documentNamespace")
    collector.fact("sbom.created", text(info.get("created")), "/creationInfo/created")
    for creator in items(info.get("creators")):
        kind, _, who = text(creator).partition(":")
        key = {"Tool": "sbom.tool"}.get(kind, "sbom.author")
        collector.fact(key, who.strip() or text(creator), "/creationInfo/creators")
    if not items(info.get("creators")) or not text(info.get("created")):
        collector.fault("sbom.missing", "/creationInfo", say("'{key}' is missing.", key="creationInfo"))
    for at, package in enumerate(items(document.get("packages"))):
        _package(package, f"/packages/{at}", collector)
    collector.duplicates()
    _relations(document, collector)


def _package(package: Any, where: str, collector: Collector) -> None:
    if not isinstance(package, dict):
        collector.fault("sbom.structure", where, say("A package is no object."), Severity.HIGH)
        return
    ref = text(package.get("SPDXID"))
    if not _ID.fullmatch(ref):
        collector.fault("sbom.bad-id", where, say("'{ref}' is no SPDX identifier.", ref=ref))
    if not text(package.get("downloadLocation")):
        collector.fault("sbom.missing", f"{where}/downloadLocation", say("'{key}' is missing.", key="downloadLocation"))
    purls, cpes = _references(package)
    licences = (said(package.get(key)) for key in ("licenseConcluded", "licenseDeclared"))
    component = Component(
        name=text(package.get("name")),
        version=text(package.get("versionInfo")),
        supplier=_actor(package.get("supplier")) or _actor(package.get("originator")),
        purl=purls[0] if purls else "",
        cpe=cpes[0] if cpes else "",
        hashes=_checksums(package),
        licences=tuple(dict.fromkeys(licence for licence in licences if licence)),
        kind=text(package.get("primaryPackagePurpose")).lower().replace("_", "-"),
        ref=ref,
        source=collector.source,
    )
    collector.add(component, where)


def said(value: Any) -> str:
    """A value unless it says that nothing is said (SPDX 2.3 clause 3: NONE, NOASSERTION)."""
    found = text(value)
    return "" if found in {"NONE", "NOASSERTION"} else found


def _actor(value: Any) -> str:
    """``Organization: Red Hat (secalert@redhat.com)`` without its kind and address."""
    who = said(value).partition(":")[2] or said(value)
    return re.sub(r"\s*\([^)]*@[^)]*\)\s*$|\s*\(\s*\)\s*$", "", who).strip()


def _references(package: dict[str, Any]) -> tuple[list[str], list[str]]:
    purls: list[str] = []
    cpes: list[str] = []
    for item in items(package.get("externalRefs")):
        kind = text(record(item).get("referenceType")).rpartition("/")[2].lower()
        value = text(record(item).get("referenceLocator"))
        if kind in {"purl", "package-url"}:
            purls.append(value)
        elif kind in {"cpe23type", "cpe22type"}:
            cpes.append(value)
    return purls, sorted(cpes, key=lambda cpe: not cpe.startswith("cpe:2.3"))


def _checksums(package: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for item in items(package.get("checksums")):
        value = text(record(item).get("checksumValue"))
        if value:
            found.append((algorithm(text(record(item).get("algorithm"))), value))
    return tuple(found)


def _relations(document: dict[str, Any], collector: Collector) -> None:
    links: dict[str, list[str]] = defaultdict(list)
    packages = {component.ref for component in collector.components}
    others = {text(record(item).get("SPDXID")) for key in ("files", "snippets") for item in items(document.get(key))}
    others |= {text(document.get("SPDXID")), "NONE", "NOASSERTION", "SPDXRef-DOCUMENT"}
    described = [text(item) for item in items(document.get("documentDescribes"))]
    for at, item in enumerate(items(document.get("relationships"))):
        relation = record(item)
        one, two = text(relation.get("spdxElementId")), text(relation.get("relatedSpdxElement"))
        kind = text(relation.get("relationshipType"))
        for end in (one, two):
            if end not in packages and end not in others and not end.startswith("DocumentRef-"):
                collector.fault(
                    "sbom.dangling", f"/relationships/{at}", say("'{ref}' is referred to but not described.", ref=end)
                )
        if kind == "DESCRIBES":
            described.append(two)
        if kind in _DEPENDS:
            first, second = (one, two) if _DEPENDS[kind] else (two, one)
            if first in packages and second in packages and first != second:
                links[first].append(second)
    collector.references(links)
    for ref in sorted(set(described) & packages):
        collector.fact("sbom.subject", ref, "/relationships")


# --- tag-value --------------------------------------------------------------------------------------------------

_DOCUMENT: Final = {
    "SPDXVersion": "spdxVersion",
    "DataLicense": "dataLicense",
    "DocumentName": "name",
    "DocumentNamespace": "documentNamespace",
}
_PACKAGE: Final = {
    "PackageVersion": "versionInfo",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PackageDownloadLocation": "downloadLocation",
    "PackageLicenseConcluded": "licenseConcluded",
    "PackageLicenseDeclared": "licenseDeclared",
    "PrimaryPackagePurpose": "primaryPackagePurpose",
}


def _from_tags(content: str, collector: Collector) -> dict[str, Any]:
    """The document of a tag-value file in the shape of its JSON form."""
    document: dict[str, Any] = {
        "packages": [], "files": [], "snippets": [], "relationships": [], "creationInfo": {"creators": []},
    }  # fmt: skip
    current: dict[str, Any] = document
    for line, tag, value in _tags(content, collector):
        if tag in {"PackageName", "FileName", "SnippetSPDXID"}:
            current = {"name": value} if tag != "SnippetSPDXID" else {"SPDXID": value}
            holder = {"PackageName": "packages", "FileName": "files"}.get(tag, "snippets")
            document[holder].append(current)
        elif tag == "SPDXID":
            current["SPDXID"] = value
        elif tag in _DOCUMENT:
            document[_DOCUMENT[tag]] = value
        elif tag == "Creator":
            document["creationInfo"]["creators"].append(value)
        elif tag == "Created":
            document["creationInfo"]["created"] = value
        elif tag in _PACKAGE:
            current[_PACKAGE[tag]] = value
        elif tag == "PackageChecksum":
            kind, _, digits = value.partition(":")
            current.setdefault("checksums", []).append({"algorithm": kind, "checksumValue": digits.strip()})
        elif tag == "ExternalRef":
            _category, kind, locator = ([*value.split(None, 2), "", "", ""])[:3]
            current.setdefault("externalRefs", []).append({"referenceType": kind, "referenceLocator": locator})
        elif tag == "Relationship":
            _relationship(document, value, line, collector)
    return document


def _relationship(document: dict[str, Any], value: str, line: int, collector: Collector) -> None:
    parts = value.split()
    if len(parts) != 3:
        collector.fault("sbom.structure", f"line {line}", say("A relationship needs two ends and a type."))
        return
    document["relationships"].append(
        {"spdxElementId": parts[0], "relationshipType": parts[1], "relatedSpdxElement": parts[2]}
    )


def _tags(content: str, collector: Collector) -> list[tuple[int, str, str]]:
    """(line, tag, value); values between ``<text>`` and ``</text>`` may span lines."""
    found: list[tuple[int, str, str]] = []
    lines = content.splitlines()[:_LINES]
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        at += 1
        if not line or line.startswith("#"):
            continue
        tag, mark, value = line.partition(":")
        if not mark or not re.fullmatch(r"[A-Za-z]+", tag.strip()):
            collector.fault("sbom.structure", f"line {at}", say("This line is no 'tag: value'."), Severity.LOW)
            continue
        value, begun = value.strip(), at
        if value.startswith("<text>"):
            while "</text>" not in value and at < len(lines):
                value += "\n" + lines[at]
                at += 1
            if "</text>" not in value:
                collector.fault("sbom.cut-off", f"line {begun}", say("A text is not closed."), Severity.HIGH)
            value = value.removeprefix("<text>").partition("</text>")[0]
        found.append((begun, tag.strip(), value.strip()))
    return found
