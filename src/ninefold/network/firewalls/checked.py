"""The only door through which rendered configurations leave: parsed back and proved, or not at all."""

from __future__ import annotations

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import messages
from ninefold.model.plant import Plant
from ninefold.model.proofs import Difference
from ninefold.network.firewalls.registry import dialect
from ninefold.network.proof import prove

say = messages("network")


class NotProvedError(InputError):
    """A rendered configuration does not mean what the conduits mean: a fault of Ninefold, nothing is written."""


def render(plant: Plant, gateway: str, name: str = "") -> str:
    """The configuration of a gateway in its own (or the named) dialect, proved equal to the conduits.

    Raises CannotExpressError, NotProvedError; InputError when the gateway is unknown.
    """
    if gateway not in plant.gateway:
        raise InputError("no-gateway", str(say("'{gateway}' is not a gateway of this plant.", gateway=gateway)))
    language = dialect(name or plant.gateway[gateway].dialect)
    text = language.render(plant, gateway)
    check(plant, gateway, text, language.name, language.suffix)
    return text


def check(plant: Plant, gateway: str, text: str, name: str, suffix: str) -> None:
    """Prove one gateway's text against the plant; NotProvedError with the first difference."""
    alone = msgspec.structs.replace(
        plant,
        gateways=tuple(
            item if item.asset == gateway else msgspec.structs.replace(item, filters=False) for item in plant.gateways
        ),
    )
    result = prove(alone, {gateway: (f"{gateway}{suffix}", text)})
    differences: tuple[Difference, ...] = result.allowed_not_intended + result.intended_blocked
    if differences:
        first = differences[0]
        raise NotProvedError(
            "not-proved",
            str(
                say(
                    "The {name} rules made for '{gateway}' do not equal its conduits: {region} ({at}).",
                    name=name,
                    gateway=gateway,
                    region=first.region[0] if first.region else "",
                    at=first.at,
                )
            ),
            advice="Please report this; nothing was written.",
        )
