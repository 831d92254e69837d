"""Is the partition into zones and conduits what ZCR 3 asks for?

Source: IEC 62443-3-2:2020 ZCR 3.1 to 3.6; docs/method.md section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ninefold.analysis.exposure import end_of, exposures, start_of
from ninefold.analysis.levels import level_for
from ninefold.analysis.needs import ratings_of
from ninefold.base.i18n import Text, messages
from ninefold.model.assessment import ZoneExposure
from ninefold.model.assets import Asset
from ninefold.model.findings import Finding, Reason
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import CONTROL_KINDS, FR, NETWORK_KINDS, SAFETY_KINDS, AssetKind, Severity, State

say = messages("analysis")

BUSINESS_KINDS: Final = frozenset({AssetKind.ERP})
TEMPORARY_KINDS: Final = frozenset({AssetKind.LAPTOP, AssetKind.MOBILE_DEVICE, AssetKind.REMOVABLE_MEDIA})
REMOTE_KINDS: Final = frozenset({AssetKind.CELLULAR_ROUTER, AssetKind.REMOTE_MAINTENANCE_ROUTER})
OPERATIONS: Final = CONTROL_KINDS | {
    AssetKind.HMI,
    AssetKind.PANEL_PC,
    AssetKind.OPERATOR_STATION,
    AssetKind.SCADA_SERVER,
    AssetKind.ENGINEERING_STATION,
}


def is_safety(asset: Asset) -> bool:
    """Whether an asset is safety-related: said so, or by its kind."""
    return asset.safety or asset.kind in SAFETY_KINDS


def is_temporary(asset: Asset) -> bool:
    """Whether an asset is connected only at times."""
    return asset.temporary or asset.kind in TEMPORARY_KINDS


def is_wireless(plant: Plant, asset: Asset) -> bool:
    """Whether an asset speaks by radio."""
    if asset.wireless or asset.kind is AssetKind.WIRELESS_ACCESS_POINT:
        return True
    return any(i.network in plant.network and plant.network[i.network].wireless for i in asset.interfaces)


def is_business(asset: Asset) -> bool:
    """Whether an asset belongs to the business, not to the control system."""
    return asset.kind in BUSINESS_KINDS or bool({"business", "office"}.intersection(asset.tags))


def externally_connected(plant: Plant) -> frozenset[str]:
    """Assets that speak with an untrusted network themselves."""
    found = {asset.id for asset in plant.assets if asset.kind in REMOTE_KINDS}
    for _, flow in plant.flows:
        ends = end_of(plant, flow.source), end_of(plant, flow.target)
        if any(start_of(plant, point) == 0 for end in ends for point in end.outside):
            found |= {end.asset for end in ends if end.asset}
    found |= {point.asset for point in plant.entry_points if point.asset and start_of(plant, point.id) == 0}
    return frozenset(found)


def partition_findings(plant: Plant) -> Iterator[Finding]:
    """Findings of ZCR 3.1 to 3.6; a requirement without any violation yields a pass."""
    external = externally_connected(plant)
    checks: tuple[tuple[str, Text, Callable[[], Iterable[Finding]]], ...] = (
        ("ZCR 3.1", Text("zones and conduits", "Zonen und Conduits"), lambda: _zones_and_conduits(plant)),
        ("ZCR 3.2", Text("business separated", "Geschäft getrennt"), lambda: _business(plant)),
        ("ZCR 3.3", Text("safety separated", "Sicherheitsfunktionen getrennt"), lambda: _safety(plant)),
        (
            "ZCR 3.4",
            Text("temporary devices separated", "vorübergehend Verbundenes getrennt"),
            lambda: _mixed(plant, "ZCR 3.4", is_temporary, lambda zone: plant.zone[zone].temporary),
        ),
        (
            "ZCR 3.5",
            Text("wireless separated", "Funk getrennt"),
            lambda: _mixed(
                plant, "ZCR 3.5", lambda asset: is_wireless(plant, asset), lambda zone: plant.zone[zone].wireless
            ),
        ),
        (
            "ZCR 3.6",
            Text("external connections separated", "Anschlüsse nach außen getrennt"),
            lambda: _mixed(
                plant,
                "ZCR 3.6",
                lambda asset: asset.id in external and not _is_boundary(plant, asset),
                lambda zone: False,
            ),
        ),
    )
    for rule, title, check in checks:
        found = list(check())
        yield from found
        if not found:
            yield Finding(
                rule=_name(rule),
                subject=plant.system.name,
                title=say("{rule}: {title}.", rule=rule, title=title),
                severity=Severity.INFO,
                state=State.PASS,
                references=(rule,),
            )


def _is_boundary(plant: Plant, asset: Asset) -> bool:
    """A gateway that filters is the boundary itself, not a device behind a foreign network."""
    gateway = plant.gateway.get(asset.id)
    return gateway is not None and gateway.filters


def _name(rule: str) -> str:
    return rule.lower().replace(" ", "-").replace(".", "-")


def _zones_and_conduits(plant: Plant) -> Iterator[Finding]:
    for asset in sorted(plant.assets, key=lambda item: item.id):
        if not asset.zone and asset.runs_on not in plant.asset and asset.kind is not AssetKind.CLOUD_SERVICE:
            yield _finding(plant, "ZCR 3.1", asset.id, say("{asset} is in no zone.", asset=asset.name), Severity.HIGH)
    yield from _unlike(plant)


def _unlike(plant: Plant) -> Iterator[Finding]:
    """Same zone only where needs are alike: alone, the assets would get levels that differ by two or more."""
    for exposure in exposures(plant):
        alone = {
            asset.id: _level(plant, exposure, (asset.id,))
            for asset in plant.members.get(exposure.zone, ())
            if asset.kind not in NETWORK_KINDS and ratings_of(plant, (asset.id,))
        }
        if alone and max(alone.values()) - min(alone.values()) >= 2:
            low, high = min(alone.values()), max(alone.values())
            names = tuple(sorted(name for name, level in alone.items() if level == low))
            title = say(
                "Zone {zone} joins assets that would need SL {low} with such that need SL {high}.",
                zone=plant.zone[exposure.zone].name,
                low=low,
                high=high,
            )
            why = Reason(says=say("The low ones: {names}.", names=", ".join(names[:8])), refs=names)
            yield _finding(plant, "ZCR 3.1", exposure.zone, title, Severity.LOW, (why,), "unlike")


def _level(plant: Plant, exposure: ZoneExposure, assets: Iterable[str]) -> int:
    impacts = {key: item.rating for key, item in ratings_of(plant, assets).items()}
    return max(level_for(plant.system.method, exposure.likelihood, fr, impacts, False) for fr in FR)


def _business(plant: Plant) -> Iterator[Finding]:
    for zone in sorted(plant.zone):
        members = plant.members.get(zone, ())
        control = sorted(asset.id for asset in members if asset.kind in OPERATIONS)
        business = sorted(asset.id for asset in members if is_business(asset))
        if control and (business or plant.zone[zone].business):
            title = say("Zone {zone} mixes business and control.", zone=plant.zone[zone].name)
            why = Reason(
                says=say(
                    "Control: {control}. Business: {business}.",
                    control=", ".join(control[:8]),
                    business=", ".join(business[:8]) or zone,
                ),
                refs=(*control, *business),
            )
            yield _finding(plant, "ZCR 3.2", zone, title, Severity.HIGH, (why,))


def _safety(plant: Plant) -> Iterator[Finding]:
    """Safety that is not separated: the whole zone counts as safety-related; both levels are shown."""
    only_safety = _safety_helpers(plant)
    for exposure in exposures(plant):
        members = plant.members.get(exposure.zone, ())
        safe = sorted(asset.id for asset in members if is_safety(asset))
        other = sorted(
            asset.id
            for asset in members
            if not is_safety(asset) and asset.kind not in NETWORK_KINDS and asset.id not in only_safety
        )
        if not safe or not other:
            continue
        merged = _level(plant, exposure, (*safe, *other))
        apart = _level(plant, exposure, other)
        zone = plant.zone[exposure.zone].name
        title = say(
            "Safety is not separated in zone {zone}: all of it needs SL {merged}; apart, the rest needs SL {apart}.",
            zone=zone,
            merged=merged,
            apart=apart,
        )
        because = (
            Reason(says=say("Safety-related: {names}.", names=", ".join(safe[:8])), refs=tuple(safe)),
            Reason(says=say("Merged level."), value=merged, rule="method 2"),
            Reason(says=say("Level of the rest if separated."), value=apart, rule="method 2", refs=tuple(other)),
        )
        yield _finding(plant, "ZCR 3.3", exposure.zone, title, Severity.HIGH, because)


def _safety_helpers(plant: Plant) -> frozenset[str]:
    """Assets that support safety functions only (sensors, drives of a protective stop)."""
    safety = {name for item in plant.functions if item.safety for name in item.supported_by}
    rest = {name for item in plant.functions if not item.safety for name in item.supported_by}
    return frozenset(safety - rest)


def _mixed(
    plant: Plant, rule: str, special: Callable[[Asset], bool], allowed: Callable[[str], bool]
) -> Iterator[Finding]:
    words = {
        "ZCR 3.4": Text("temporarily connected devices", "vorübergehend verbundene Geräte"),
        "ZCR 3.5": Text("wireless devices", "Geräte mit Funk"),
        "ZCR 3.6": Text("devices with a connection to untrusted networks", "Geräte mit Anschluss an fremde Netze"),
    }
    for zone in sorted(plant.zone):
        members = plant.members.get(zone, ())
        found = sorted(asset.id for asset in members if special(asset))
        control = sorted(a.id for a in members if a.kind in OPERATIONS and a.id not in found)
        if found and not allowed(zone) and (control or (rule == "ZCR 3.6" and set(found) & _control(members))):
            title = say("Zone {zone} holds {what} among control devices.", zone=plant.zone[zone].name, what=words[rule])
            why = Reason(says=say("These: {names}.", names=", ".join(found[:8])), refs=tuple(found))
            yield _finding(plant, rule, zone, title, Severity.MEDIUM, (why,))


def _control(members: Iterable[Asset]) -> set[str]:
    return {asset.id for asset in members if asset.kind in OPERATIONS}


def _finding(
    plant: Plant,
    rule: str,
    subject: str,
    title: object,
    severity: Severity,
    because: tuple[Reason, ...] = (),
    discriminator: str = "",
) -> Finding:
    return Finding(
        rule=_name(rule),
        subject=subject,
        discriminator=discriminator,
        title=title,  # type: ignore[arg-type]
        severity=severity,
        because=because,
        references=(rule,),
        advice=say("Give them a zone of their own with a conduit, or justify why they stay (zones propose)."),
        place=plant.place_of(subject),
    )
