"""CycloneDX 1.5 SBOMs of two devices, as their vendors would hand them over."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, Final

# name, version, purl, licence, needs
_EDGE: Final = (
    ("fe-collector", "2.5.1", "pkg:generic/fjordline/fe-collector@2.5.1", "", ("openssl", "paho.mqtt.c", "open62541")),
    ("openssl", "1.1.1k", "pkg:generic/openssl@1.1.1k", "OpenSSL", ()),
    ("paho.mqtt.c", "1.3.9", "pkg:github/eclipse/paho.mqtt.c@v1.3.9", "EPL-2.0", ("openssl",)),
    ("open62541", "1.2.2", "pkg:github/open62541/open62541@v1.2.2", "MPL-2.0", ("openssl",)),
    ("snap7", "1.4.2", "pkg:generic/snap7@1.4.2", "LGPL-3.0-or-later", ()),
    ("busybox", "1.33.1", "pkg:generic/busybox@1.33.1", "GPL-2.0-only", ()),
    ("zlib", "1.2.11", "pkg:generic/zlib@1.2.11", "Zlib", ()),
    ("dropbear", "2020.81", "pkg:generic/dropbear@2020.81", "MIT", ("zlib",)),
    ("linux", "5.10.46", "pkg:generic/linux@5.10.46", "GPL-2.0-only", ()),
    ("glibc", "2.31", "pkg:generic/glibc@2.31", "LGPL-2.1-or-later", ()),
)
_STATION: Final = (
    (
        "bv-lineview",
        "3.4.2",
        "pkg:generic/brenner/bv-lineview@3.4.2",
        "",
        ("asyncua", "aiohttp", "sqlalchemy", "jinja2"),
    ),
    ("asyncua", "1.0.2", "pkg:pypi/asyncua@1.0.2", "LGPL-3.0-or-later", ("cryptography",)),
    ("aiohttp", "3.9.1", "pkg:pypi/aiohttp@3.9.1", "Apache-2.0", ()),
    ("cryptography", "41.0.7", "pkg:pypi/cryptography@41.0.7", "Apache-2.0", ("openssl",)),
    ("sqlalchemy", "2.0.23", "pkg:pypi/sqlalchemy@2.0.23", "MIT", ()),
    ("jinja2", "3.1.2", "pkg:pypi/jinja2@3.1.2", "BSD-3-Clause", ()),
    (
        "openssl",
        "3.0.11-1~deb12u2",
        "pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64&distro=debian-12",
        "Apache-2.0",
        (),
    ),
    ("openssh", "9.2p1-2", "pkg:deb/debian/openssh@9.2p1-2?arch=amd64&distro=debian-12", "BSD-2-Clause", ("openssl",)),
    (
        "python3.11",
        "3.11.2-6",
        "pkg:deb/debian/python3.11@3.11.2-6?arch=amd64&distro=debian-12",
        "PSF-2.0",
        ("openssl",),
    ),
)
_DEVICES: Final = {
    "edge-gateway": ("Fjordline", "FE-300", "2.5.1", "2024-03-04T10:00:00Z", _EDGE),
    "operator-station": ("Brenner Verpackungstechnik", "BV-LineView", "3.4.2", "2026-02-16T14:30:00Z", _STATION),
}


def document(asset: str) -> dict[str, Any]:
    """The whole SBOM of a device."""
    vendor, product, version, made, parts = _DEVICES[asset]
    root = f"device:{product}@{version}"
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"https://{vendor}.example/{root}")
    depends = {name: [_reference(parts, need) for need in needs] for name, _, _, _, needs in parts}
    used = {need for part in parts for need in part[4]}
    direct = [purl for name, _, purl, _, _ in parts if name not in used]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {
            "timestamp": made,
            "tools": {"components": [{"type": "application", "name": "firmware build", "version": "7"}]},
            "supplier": {"name": vendor},
            "component": {
                "type": "device",
                "bom-ref": root,
                "name": product,
                "version": version,
                "supplier": {"name": vendor},
            },
        },
        "components": [_component(vendor, part) for part in parts],
        "dependencies": [{"ref": root, "dependsOn": direct}]
        + [{"ref": purl, "dependsOn": depends[name]} for name, _, purl, _, _ in parts],
    }


def write(sources: Path) -> None:
    """One file a device."""
    for asset in _DEVICES:
        text = json.dumps(document(asset), indent=2, ensure_ascii=False)
        (sources / f"sbom-{asset}.cdx.json").write_text(text + "\n", encoding="utf-8")


def _reference(parts: Any, name: str) -> str:
    return next(str(part[2]) for part in parts if part[0] == name)


def _component(vendor: str, part: tuple[str, str, str, str, tuple[str, ...]]) -> dict[str, Any]:
    name, version, purl, licence, _ = part
    kind = "operating-system" if name == "linux" else "library"
    result: dict[str, Any] = {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if licence:
        result["licenses"] = [{"license": {"id": licence}}]
    else:
        result["type"] = "application"
        result["supplier"] = {"name": vendor}
    return result
