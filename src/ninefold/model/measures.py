"""Measures (countermeasures): what they provide, what they share, what they cost.

Source: IEC 62443-3-2:2020 ZCR 5.8 to 5.11; docs/method.md sections 5, 7 and 8.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class MeasureState(Enum):
    """How far a measure is."""

    CANDIDATE = "candidate"
    PLANNED = "planned"
    IMPLEMENTED = "implemented"
    VERIFIED = "verified"


class Provision(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure provides: a requirement (``SR 1.1``, ``SR 1.1 RE 1``, ``CR 2.1``) up to a level.

    ``scope`` lists zones, conduits or assets. ``per_asset`` false: met once for the whole zone.
    ``compensates`` true: it covers assets that cannot do it themselves.
    """

    requirement: str
    level: int
    scope: tuple[str, ...] = ()
    per_asset: bool = False
    compensates: bool = False


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure. Costs in the currency of the workspace; ``lowers`` names impact categories it acts on."""

    id: str
    title: str = ""
    description: str = ""
    state: MeasureState = MeasureState.PLANNED
    template: str = ""
    family: str = ""
    tier: str = ""
    provides: tuple[Provision, ...] = ()
    components: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    endangers: tuple[str, ...] = ()
    cost_once: float = 0.0
    cost_yearly: float = 0.0
    owner: str = ""
    due: str = ""
    evidence: tuple[str, ...] = ()
    mitigations: tuple[str, ...] = ()
    note: str = ""
