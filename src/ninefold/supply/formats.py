"""Which format an advisory has, and the advisories of one file."""

from __future__ import annotations

from collections.abc import Iterable

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages
from ninefold.supply.advisories.document import decode, node, text
from ninefold.supply.advisory import Advisory, from_csaf
from ninefold.supply.readers import cvrf, cyclonedx_vex, nvd, openvex, osv

say = messages("supply")


def read_advisories(data: bytes, name: str = "") -> Iterable[Advisory]:
    """The advisories of a file: CSAF, CVRF, OSV, OpenVEX, CycloneDX, NVD. InputError when it is none of them."""
    if data.lstrip()[:1] == b"<" and b"cvrf" in data[:2000].lower():
        return (cvrf.read(data, name),)
    root = decode(data, name)
    if isinstance(root, dict):
        if node(root, "document").get("csaf_version"):
            return (from_csaf(root, name),)
        if "openvex" in text(root, "@context"):
            return (openvex.read(root, name),)
        if root.get("bomFormat") == "CycloneDX" and root.get("vulnerabilities"):
            return (cyclonedx_vex.read(root, name),)
        if text(root, "format").startswith("NVD"):
            return tuple(nvd.read(root, name))
        if text(root, "id") and isinstance(root.get("affected"), list):
            return (osv.read(root, name),)
    raise InputError(
        "no-advisory",
        str(say("This is no advisory of a known format.")),
        place=Place(name) if name else None,
        advice="CSAF, CVRF, OSV, OpenVEX, CycloneDX and NVD are read.",
    )
