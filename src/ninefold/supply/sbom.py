"""Software bills of materials: what is inside a machine, from the assembly down to the library.

CycloneDX 1.6 and SPDX 2.3 of one nested assembly. Nothing here reads the clock: the time comes from the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from ninefold.base.digest import digest
from ninefold.model.assets import Asset
from ninefold.model.observed import Component

CYCLONEDX = "1.6"
SPDX = "SPDX-2.3"
_KINDS = {
    "machine": "device",
    "device": "device",
    "firmware": "firmware",
    "operating-system": "operating-system",
    "application": "application",
    "framework": "framework",
    "library": "library",
    "container": "container",
    "file": "file",
}
_ALGORITHMS = {
    "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
    "sha3256": "SHA3-256", "sha3512": "SHA3-512", "blake3": "BLAKE3",
}  # fmt: skip


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part and what it is made of. ``ref`` is unique in its assembly; ``needs`` names refs it depends on."""

    ref: str
    name: str
    kind: str = "library"
    version: str = ""
    supplier: str = ""
    model: str = ""
    serial: str = ""
    purl: str = ""
    cpe: str = ""
    hashes: tuple[tuple[str, str], ...] = ()
    licences: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    needs: tuple[str, ...] = ()


def machine(
    name: str,
    assets: Sequence[Asset],
    components: Sequence[Component] = (),
    *,
    version: str = "",
    supplier: str = "",
    serial: str = "",
) -> Part:
    """The assembly of a machine: its assets, their firmware and software, the components of their SBOMs."""
    hosted: dict[str, list[Asset]] = {}
    for asset in assets:
        hosted.setdefault(asset.runs_on, []).append(asset)
    known = frozenset(asset.id for asset in assets)
    inside: dict[str, list[Component]] = {}
    for component in components:
        inside.setdefault(component.asset, []).append(component)
    roots = [asset for asset in assets if asset.runs_on not in known]
    loose = [item for owner, items in inside.items() if owner not in known for item in items]
    parts = [_asset(asset, hosted, inside, frozenset()) for asset in roots]
    reached = {item.ref for part in parts for item in walk(part)}
    lost = [asset for asset in assets if f"asset:{asset.id}" not in reached]  # hosts that run on each other
    parts += [_asset(asset, {}, inside, known) for asset in lost]
    return Part(
        ref="machine",
        name=name,
        kind="machine",
        version=version,
        supplier=supplier,
        serial=serial,
        parts=(*parts, *_libraries(loose, "loose")),
    )


def _asset(
    asset: Asset, hosted: dict[str, list[Asset]], inside: dict[str, list[Component]], above: frozenset[str]
) -> Part:
    ref = f"asset:{asset.id}"
    guests = [item for item in hosted.get(asset.id, ()) if item.id not in above | {asset.id}]
    parts: list[Part] = []
    libraries = _libraries(inside.get(asset.id, ()), ref)
    if asset.firmware:
        firmware = f"{asset.product or asset.name} firmware"
        parts.append(
            Part(ref=f"{ref}:firmware", name=firmware, kind="firmware", version=asset.firmware, supplier=asset.vendor,
                 parts=libraries)
        )  # fmt: skip
    else:
        parts.extend(libraries)
    for number, item in enumerate(asset.software):
        parts.append(
            Part(ref=f"{ref}:software:{number}", name=item.name, kind="application", version=item.version,
                 supplier=item.vendor, purl=item.purl, cpe=item.cpe)
        )  # fmt: skip
    parts.extend(_asset(item, hosted, inside, above | {asset.id}) for item in guests)
    return Part(
        ref=ref,
        name=asset.product or asset.name,
        kind="device",
        version=asset.hardware_version,
        supplier=asset.vendor,
        model=asset.order_number,
        serial=asset.serial,
        parts=tuple(parts),
    )


def _libraries(components: Sequence[Component], owner: str) -> tuple[Part, ...]:
    refs = {item.ref: f"{owner}:{number}" for number, item in enumerate(components) if item.ref}
    return tuple(
        Part(
            ref=f"{owner}:{number}",
            name=item.name,
            kind=item.kind if item.kind in _KINDS else "library",
            version=item.version,
            supplier=item.supplier,
            purl=item.purl,
            cpe=item.cpe,
            hashes=item.hashes,
            licences=item.licences,
            needs=tuple(refs[need] for need in item.depends_on if need in refs),
        )
        for number, item in enumerate(components)
    )


def walk(part: Part) -> Iterator[Part]:
    """The part and everything in it, each before what it is made of."""
    stack = [part]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(reversed(item.parts))


def cyclonedx(part: Part, *, timestamp: str, revision: int = 1) -> dict[str, Any]:
    """CycloneDX 1.6. The serial number follows from the content: the same assembly has the same one."""
    dependencies = [{"ref": item.ref, "dependsOn": _depends(item)} for item in walk(part)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": CYCLONEDX,
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, digest(part))}",
        "version": revision,
        "metadata": {
            "timestamp": timestamp,
            "tools": {"components": [{"type": "application", "name": "Ninefold"}]},
            "component": {key: value for key, value in _component(part).items() if key != "components"},
        },
        "components": [_component(item) for item in part.parts],
        "dependencies": dependencies,
    }


def _depends(part: Part) -> list[str]:
    return [*(item.ref for item in part.parts), *part.needs]


def _component(part: Part) -> dict[str, Any]:
    found: dict[str, Any] = {"type": _KINDS.get(part.kind, "library"), "bom-ref": part.ref, "name": part.name}
    if part.version:
        found["version"] = part.version
    if part.supplier:
        found["supplier"] = {"name": part.supplier}
    if part.cpe:
        found["cpe"] = part.cpe
    if part.purl:
        found["purl"] = part.purl
    hashes = [{"alg": _ALGORITHMS[name], "content": value} for name, value in _hashes(part)]
    if hashes:
        found["hashes"] = hashes
    if part.licences:
        found["licenses"] = [{"license": {"name": name}} for name in part.licences]
    named = (("ninefold:order-number", part.model), ("ninefold:serial-number", part.serial))
    properties = [{"name": name, "value": value} for name, value in named if value]
    if properties:
        found["properties"] = properties
    if part.parts:
        found["components"] = [_component(item) for item in part.parts]
    return found


def _hashes(part: Part) -> list[tuple[str, str]]:
    plain = [(name.lower().replace("-", "").replace("_", ""), value.lower()) for name, value in part.hashes]
    return [(name, value) for name, value in plain if name in _ALGORITHMS]


def spdx(part: Part, *, created: str, namespace: str) -> dict[str, Any]:
    """SPDX 2.3 (JSON): every part a package, CONTAINS for what it is made of, DEPENDS_ON for what it needs."""
    every = list(walk(part))
    ids = {item.ref: f"SPDXRef-{number}" for number, item in enumerate(every)}
    ties = [("SPDXRef-DOCUMENT", "DESCRIBES", ids[part.ref])]
    for item in every:
        ties += [(ids[item.ref], "CONTAINS", ids[child.ref]) for child in item.parts]
        ties += [(ids[item.ref], "DEPENDS_ON", ids[ref]) for ref in item.needs if ref in ids]
    return {
        "spdxVersion": SPDX,
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": part.name,
        "documentNamespace": f"{namespace.rstrip('/')}/{digest(part)[:32]}",
        "creationInfo": {"created": created, "creators": ["Tool: Ninefold"]},
        "packages": [_package(item, ids[item.ref]) for item in every],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other} for one, kind, other in ties
        ],
    }


def _package(part: Part, key: str) -> dict[str, Any]:
    purpose = {"machine": "DEVICE"}.get(part.kind, part.kind.upper().replace("-", "_"))
    found: dict[str, Any] = {
        "SPDXID": key,
        "name": part.name or key,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "supplier": f"Organization: {part.supplier}" if part.supplier else "NOASSERTION",
        "primaryPackagePurpose": purpose,
    }
    if part.version:
        found["versionInfo"] = part.version
    if part.purl or part.cpe:
        found["externalRefs"] = _references(part)
    hashes = [{"algorithm": _ALGORITHMS[name].replace("SHA-", "SHA"), "checksumValue": v} for name, v in _hashes(part)]
    if hashes:
        found["checksums"] = hashes
    if part.licences:
        found["licenseComments"] = "; ".join(part.licences)
    if part.model or part.serial:
        found["comment"] = "; ".join(f"{k} {v}" for k, v in (("order", part.model), ("serial", part.serial)) if v)
    return found


def _references(part: Part) -> list[dict[str, str]]:
    cpe = "cpe23Type" if part.cpe.startswith("cpe:2.3:") else "cpe22Type"
    every = (("PACKAGE-MANAGER", "purl", part.purl), ("SECURITY", cpe, part.cpe))
    return [
        {"referenceCategory": category, "referenceType": kind, "referenceLocator": value}
        for category, kind, value in every
        if value
    ]
