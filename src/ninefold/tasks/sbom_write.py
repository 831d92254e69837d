"""Write the SBOM of a machine or of one asset: CycloneDX 1.6 or SPDX 2.3, with a report on its quality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ninefold.base.errors import InputError
from ninefold.base.i18n import messages
from ninefold.model.assets import Asset
from ninefold.model.observed import Component
from ninefold.model.system import System
from ninefold.supply.quality import Quality, quality
from ninefold.supply.sbom import Part, cyclonedx, machine, spdx, walk

say = messages("supply")

FORMATS = ("cyclonedx", "spdx")
NAMESPACE = "https://ninefold.invalid/sbom"  # an SPDX namespace is a name, nobody fetches it


def write(
    system: System,
    assets: Sequence[Asset],
    components: Sequence[Component],
    *,
    form: str = "cyclonedx",
    timestamp: str,
    asset: str = "",
    namespace: str = NAMESPACE,
) -> dict[str, Any]:
    """The SBOM as plain values. ``asset`` restricts it to one asset. InputError for an unknown asset or format."""
    part = assembly(system, assets, components, asset)
    if form == "cyclonedx":
        return cyclonedx(part, timestamp=timestamp)
    if form == "spdx":
        return spdx(part, created=timestamp, namespace=namespace)
    raise InputError(
        "unknown-format",
        str(say("'{name}' is no format for an SBOM.", name=form)),
        advice=f"Use {' or '.join(FORMATS)}.",
    )


def assembly(system: System, assets: Sequence[Asset], components: Sequence[Component] = (), asset: str = "") -> Part:
    """The nested parts of the machine, or of one of its assets."""
    whole = machine(
        system.title or system.name,
        assets,
        components,
        version=system.version or system.machine_type,
        supplier=system.organisation.name,
        serial=system.serial_number,
    )
    if not asset:
        return whole
    for part in walk(whole):
        if part.ref == f"asset:{asset}":
            return part
    raise InputError("no-asset", str(say("There is no asset '{id}'.", id=asset)), advice="Check the id.")


def judged(part: Part) -> Quality:
    """The quality of what would be written."""
    return quality(
        [
            Component(
                name=item.name,
                version=item.version,
                supplier=item.supplier,
                purl=item.purl,
                cpe=item.cpe,
                hashes=item.hashes,
                licences=item.licences,
                ref=item.ref,
                depends_on=(*(child.ref for child in item.parts), *item.needs),
            )
            for item in walk(part)
        ]
    )
