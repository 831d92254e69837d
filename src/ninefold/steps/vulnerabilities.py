"""Advisories of the workspace against its assets: used by step 4 (ZCR 5.2) and step 9."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from ninefold.base.errors import NinefoldError
from ninefold.base.i18n import messages
from ninefold.base.limits import read_bytes
from ninefold.model.assets import Asset
from ninefold.model.findings import Finding, Reason
from ninefold.model.matches import Match
from ninefold.model.observed import Component, Fact
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Evaluation
from ninefold.model.vocabulary import Severity, State
from ninefold.steps.interface import Context

if TYPE_CHECKING:
    from ninefold.supply.advisory import Advisory

say = messages("steps")


def advisory_digests(context: Context) -> Mapping[str, str]:
    """Digests of the advisories below ``sources/advisories``."""
    return {name: sha for name, sha in context.source_digests.items() if name.startswith("advisories/")}


def matches(context: Context) -> tuple[tuple[Match, ...], tuple[str, ...], tuple[Finding, ...]]:
    """Matches, ids of the advisories read, findings about those that cannot be read."""
    from ninefold.supply.matching import match

    advisories, faults = _read(context)
    found = match(
        observed_assets(context),
        components(context),
        advisories,
        reachable=reachability(context.plant),
        decisions=context.plant.decisions,
    )
    unique = {(item.asset, item.advisory, item.vulnerability): item for item in found}
    return tuple(unique.values()), tuple(item.id for item in advisories), faults


def reachability(plant: Plant) -> Callable[[str, str], bool | None]:
    """Whether a chain of permitted flows leads from an entry point to an asset.

    A flow may be used when its source lies outside or in a zone that is reached already (docs/method.md section 3).
    """
    reached = reached_zones(plant)
    usable = [
        flow for _, flow in plant.flows if plant.zone_of(flow.source) in reached or is_outside(plant, flow.source)
    ]

    def reachable(asset: str, _vulnerability: str) -> bool | None:
        if asset not in plant.asset:
            return None
        zone = plant.zone_of(asset)
        ends = {asset, zone, *(item.network for item in plant.asset[asset].interfaces)}
        return zone in reached or any(flow.target in ends for flow in usable)

    return reachable


def is_outside(plant: Plant, end: str) -> bool:
    """Whether a flow's end is an entry point or a network without zone."""
    return end in plant.entry_point or (end in plant.network and not plant.network[end].zone)


def reached_zones(plant: Plant) -> frozenset[str]:
    """Zones to which a chain of flows leads from an entry point."""
    reached: set[str] = set()
    changed = True
    while changed:
        before = len(reached)
        for _, flow in plant.flows:
            if is_outside(plant, flow.source) or plant.zone_of(flow.source) in reached:
                reached.add(plant.zone_of(flow.target))
        reached.discard("")
        changed = len(reached) > before
    return frozenset(reached)


def components(context: Context) -> tuple[Component, ...]:
    """Components of all SBOMs among the sources, each with the asset its SBOM belongs to where that is known."""
    found: list[Component] = []
    for item in context.observed():
        owner = _owner(context.plant, item.origin.name, item.components)
        found += [msgspec.structs.replace(component, asset=owner or component.asset) for component in item.components]
    return tuple(found)


def _owner(plant: Plant, file: str, parts: tuple[Component, ...]) -> str:
    """The asset of an SBOM: the one that names the file, else the only one of that product and version."""
    name = file.rsplit("/", 1)[-1]
    named = [asset.id for asset in plant.assets if asset.sbom and asset.sbom.rsplit("/", 1)[-1] == name]
    if named:
        return named[0]
    devices = {part.asset for part in parts if part.asset.startswith("device:")}
    same = [asset.id for asset in plant.assets if f"device:{asset.product}@{asset.firmware}" in devices]
    return same[0] if len(same) == 1 else ""


def observed_assets(context: Context) -> tuple[Asset, ...]:
    """The assets as observation shows them: a firmware that a device itself reports beats what a list says."""
    evaluation: Evaluation = context.results["evaluation"]
    told = {device.asset: device.host.facts for device in evaluation.devices if device.asset}
    return tuple(_as_observed(asset, told.get(asset.id, ())) for asset in context.plant.assets)


#: Readers whose facts are what a device says of itself; lists and projects are what people say.
_FIELDS = {"identity.firmware": "firmware", "identity.order_number": "order_number", "identity.serial": "serial"}


def _as_observed(asset: Asset, facts: tuple[Fact, ...]) -> Asset:
    own = {fact.key for fact in facts if fact.locator.startswith("frame")}
    changes: dict[str, str] = {}
    for fact in facts:
        name = _FIELDS.get(fact.key)
        if name and (fact.locator.startswith("frame") if fact.key in own else not getattr(asset, name)):
            changes.setdefault(name, fact.value)
    return msgspec.structs.replace(asset, **changes) if changes else asset


def _read(context: Context) -> tuple[list[Advisory], tuple[Finding, ...]]:
    from ninefold.supply.formats import read_advisories

    advisories: list[Advisory] = []
    faults: list[Finding] = []
    for name in sorted(advisory_digests(context)):
        path = context.root / "sources" / name
        try:
            advisories += read_advisories(read_bytes(path), name)
        except NinefoldError as error:
            faults.append(
                Finding(
                    rule="advisory-unreadable",
                    subject=name,
                    title=say("The advisory {name} cannot be read.", name=name),
                    state=State.ERROR,
                    because=(Reason(says=error.message),),
                    place=error.place,
                )
            )
    return advisories, tuple(faults)


def findings_of(found: tuple[Match, ...]) -> tuple[Finding, ...]:
    """What a person has to look at: affected and undecided matches."""
    states = {"affected": State.FAIL, "undecided": State.UNDECIDED}
    text = "{asset}: {vulnerability} ({advisory})"
    return tuple(
        Finding(
            rule="advisory",
            subject=item.asset,
            discriminator=f"{item.advisory}/{item.vulnerability}",
            title=say(
                text,
                asset=item.asset,
                vulnerability=item.vulnerability,
                advisory=item.advisory,
            ),
            severity=_severity(item),
            state=states[item.state],
            because=(item.reason,),
            advice=item.remediation if item.state == "affected" else item.settles,
        )
        for item in found
        if item.state in states
    )


def _severity(item: Match) -> Severity:
    if item.state == "undecided" or item.score is None:
        return Severity.MEDIUM
    if item.reachable is False:
        return Severity.MEDIUM if item.score >= 7 else Severity.LOW
    return Severity.CRITICAL if item.score >= 9 else Severity.HIGH if item.score >= 7 else Severity.MEDIUM
