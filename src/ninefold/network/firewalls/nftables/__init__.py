"""nftables: the language of the Linux packet filter, as text and as the JSON of ``nft -j``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ninefold.model.plant import Plant


def render(plant: Plant, gateway: str) -> str:
    """The nftables file of a gateway, parsed back and proved. See ``firewalls.checked.render``."""
    from ninefold.network.firewalls.checked import render as checked

    return checked(plant, gateway, "nftables")
