"""Which format an advisory has, and the advisories of one file."""

from __future__ import annotations

from collections.abc import Iterable

from ninefold.base.errors import InputError, Place
from ninefold.supply.advisories.document import decode, node
from ninefold.supply.advisory import Advisory, from_csaf


def read_advisories(data: bytes, name: str = "") -> Iterable[Advisory]:
    """The advisories of a file: CSAF. InputError when it is none of the formats."""
    root = decode(data, name)
    if isinstance(root, dict) and node(root, "document").get("csaf_version"):
        return (from_csaf(root, name),)
    raise InputError(
        "no-advisory",
        "This is no advisory of a known format.",
        place=Place(name) if name else None,
        advice="CSAF is read.",
    )
