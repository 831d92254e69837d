"""MITRE ATT&CK for ICS v18.1: tactics, techniques, assets and mitigations, and the links between them.

The labels that tie mitigations to IEC 62443 are MITRE's and are kept as they are.
"""

from __future__ import annotations

from functools import cache
from typing import Final, TypeVar

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import Text
from ninefold.model.vocabulary import AssetKind
from ninefold.standards.tables import rows, split, title

STANDARD = "ATT&CK for ICS"
NOTICE: Final = (
    "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of "
    "The MITRE Corporation. ATT&CK is a registered trademark of The MITRE Corporation."
)
NO_EFFECT: Final = "M0816"  # a pseudo-mitigation: MITRE's way to say that nothing helps much


class Tactic(msgspec.Struct, frozen=True, kw_only=True):
    """What an adversary wants to achieve in one stage; ``order`` 1..12 as in the matrix."""

    id: str
    order: int
    title: Text


class Technique(msgspec.Struct, frozen=True, kw_only=True):
    """How an adversary does it; the ids of tactics, of targeted assets and of mitigations."""

    id: str
    title: Text
    tactics: tuple[str, ...]
    assets: tuple[str, ...]
    mitigations: tuple[str, ...]


class Mitigation(msgspec.Struct, frozen=True, kw_only=True):
    """What helps against techniques; ``srs`` and ``crs`` are MITRE's labels of IEC 62443-3-3 and 4-2."""

    id: str
    title: Text
    srs: tuple[str, ...]
    crs: tuple[str, ...]
    techniques: tuple[str, ...]
    doubt: str


class AttackAsset(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of device as ATT&CK names it, with the techniques that target it."""

    id: str
    title: Text
    techniques: tuple[str, ...]


@cache
def tactics() -> tuple[Tactic, ...]:
    """The 12 tactics in the order of the matrix."""
    return tuple(Tactic(id=r["id"], order=int(r["order"]), title=title(r)) for r in rows("attack_tactics"))


@cache
def techniques() -> tuple[Technique, ...]:
    """The 83 techniques."""
    return tuple(
        Technique(
            id=r["id"],
            title=title(r),
            tactics=split(r["tactics"]),
            assets=split(r["assets"]),
            mitigations=split(r["mitigations"]),
        )
        for r in rows("attack_techniques")
    )


@cache
def mitigations() -> tuple[Mitigation, ...]:
    """The 52 mitigations, :data:`NO_EFFECT` among them."""
    return tuple(
        Mitigation(
            id=r["id"],
            title=title(r),
            srs=split(r["iec62443_3_3"]),
            crs=split(r["iec62443_4_2"]),
            techniques=split(r["techniques"]),
            doubt=r["doubt"],
        )
        for r in rows("attack_mitigations")
    )


@cache
def assets() -> tuple[AttackAsset, ...]:
    """The 18 kinds of assets."""
    return tuple(
        AttackAsset(id=r["id"], title=title(r), techniques=split(r["techniques"])) for r in rows("attack_assets")
    )


def technique(key: str) -> Technique:
    """The technique of an id such as ``T0843``. InputError when there is none."""
    return _one(_techniques(), key)


def mitigation(key: str) -> Mitigation:
    """The mitigation of an id such as ``M0930``. InputError when there is none."""
    return _one(_mitigations(), key)


def asset_of(kind: AssetKind) -> str:
    """The ATT&CK asset that a kind of asset is, empty where ATT&CK has none (our own mapping)."""
    return _ASSETS.get(kind, "")


def requirements_against(key: str) -> tuple[str, ...]:
    """The SR that MITRE's labels name against a technique, each once, in the order of the mitigations."""
    named = (sr for item in technique(key).mitigations for sr in mitigation(item).srs)
    return tuple(dict.fromkeys(named))


def techniques_against(sr: str) -> tuple[str, ...]:
    """The techniques whose mitigations carry the label of an SR."""
    return tuple(sorted({t for item in mitigations() if sr in item.srs for t in item.techniques}))


_T = TypeVar("_T")


@cache
def _techniques() -> dict[str, Technique]:
    return {item.id: item for item in techniques()}


@cache
def _mitigations() -> dict[str, Mitigation]:
    return {item.id: item for item in mitigations()}


def _one(index: dict[str, _T], key: str) -> _T:
    if key not in index:
        raise InputError("no-attack-id", f"ATT&CK for ICS has no '{key}'.", advice="Write it like T0843 or M0930.")
    return index[key]


_ASSETS: Final = {
    AssetKind.PLC: "A0003",
    AssetKind.SAFETY_PLC: "A0010",
    AssetKind.REMOTE_IO: "A0013",
    AssetKind.SAFETY_IO: "A0013",
    AssetKind.DRIVE: "A0013",
    AssetKind.SENSOR: "A0013",
    AssetKind.ACTUATOR: "A0013",
    AssetKind.HMI: "A0002",
    AssetKind.PANEL_PC: "A0002",
    AssetKind.OPERATOR_STATION: "A0001",
    AssetKind.SCADA_SERVER: "A0007",
    AssetKind.HISTORIAN: "A0006",
    AssetKind.ENGINEERING_STATION: "A0001",
    AssetKind.MES: "A0008",
    AssetKind.ERP: "A0008",
    AssetKind.DATABASE: "A0008",
    AssetKind.OPC_SERVER: "A0009",
    AssetKind.EDGE_GATEWAY: "A0009",
    AssetKind.SENSOR_GATEWAY: "A0009",
    AssetKind.PROTOCOL_GATEWAY: "A0009",
    AssetKind.ROBOT_CONTROLLER: "A0018",
    AssetKind.MACHINE_TOOL_CONTROLLER: "A0018",
    AssetKind.RTU: "A0004",
    AssetKind.IED: "A0005",
    AssetKind.SWITCH: "A0015",
    AssetKind.ROUTER: "A0014",
    AssetKind.CELLULAR_ROUTER: "A0014",
    AssetKind.FIREWALL: "A0016",
    AssetKind.REMOTE_MAINTENANCE_ROUTER: "A0011",
    AssetKind.JUMP_HOST: "A0012",
    AssetKind.WORKSTATION: "A0001",
    AssetKind.LAPTOP: "A0001",
    AssetKind.SERVER: "A0008",
}
