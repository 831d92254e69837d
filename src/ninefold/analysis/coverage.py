"""Who meets which requirement where, and with which shared resources.

Source: docs/method.md sections 5 and 8. Per asset: the minimum over assets of the own capability or what compensates
for it; once per zone: the best provider. Undeclared is unknown, not zero.
A *way* is one set of resources (components, credentials, administrators) by which something is met. Ways are kept
apart so that independence can be judged, and so that a further measure never makes anything worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Final, NamedTuple

from ninefold.analysis.exposure import zone_of_asset
from ninefold.analysis.levels import conduit_zones
from ninefold.analysis.requirements import Table, standard_table
from ninefold.analysis.words import memo
from ninefold.model.assets import Asset
from ninefold.model.measures import Measure, MeasureState, Provision
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import NETWORK_KINDS, AssetKind, ComponentType

Way = frozenset[str]
UNDECLARED: Final = "undeclared"
MOST_WAYS: Final = 12
_PASSIVE: Final = frozenset({AssetKind.REMOVABLE_MEDIA})
_FIELD: Final = frozenset({AssetKind.SENSOR, AssetKind.ACTUATOR, AssetKind.UPS})
_SOFTWARE: Final = frozenset({AssetKind.APPLICATION, AssetKind.DATABASE, AssetKind.OPC_SERVER, AssetKind.CLOUD_SERVICE})
_EMBEDDED: Final = frozenset(
    {
        AssetKind.PLC,
        AssetKind.SAFETY_PLC,
        AssetKind.REMOTE_IO,
        AssetKind.SAFETY_IO,
        AssetKind.DRIVE,
        AssetKind.SENSOR,
        AssetKind.ACTUATOR,
        AssetKind.ROBOT_CONTROLLER,
        AssetKind.MACHINE_TOOL_CONTROLLER,
        AssetKind.RTU,
        AssetKind.IED,
        AssetKind.CAMERA,
        AssetKind.BARCODE_READER,
        AssetKind.WEIGHING_SYSTEM,
        AssetKind.UPS,
        AssetKind.PRINTER,
        AssetKind.LABEL_PRINTER,
    }
)


class Column(Enum):
    """Which measures count: those in place, or the planned ones as well, or only what was verified."""

    CURRENT = "current"
    PLANNED = "planned"
    VERIFIED = "verified"


_COUNTS: Final[dict[Column, frozenset[MeasureState]]] = {
    Column.CURRENT: frozenset({MeasureState.IMPLEMENTED, MeasureState.VERIFIED}),
    Column.PLANNED: frozenset({MeasureState.PLANNED, MeasureState.IMPLEMENTED, MeasureState.VERIFIED}),
    Column.VERIFIED: frozenset({MeasureState.VERIFIED}),
}


class Offer(NamedTuple):
    """A provision of a measure, ready to use."""

    level: int
    measure: str
    way: Way


def component_type(asset: Asset) -> ComponentType:
    """The declared component type (IEC 62443-4-2), else what the kind suggests."""
    if asset.component_type:
        return asset.component_type
    if asset.kind in NETWORK_KINDS:
        return ComponentType.NETWORK
    if asset.kind in _SOFTWARE or asset.runs_on:
        return ComponentType.SOFTWARE
    return ComponentType.EMBEDDED if asset.kind in _EMBEDDED else ComponentType.HOST


_PREFIX: Final = {
    ComponentType.SOFTWARE: "SAR",
    ComponentType.EMBEDDED: "EDR",
    ComponentType.HOST: "HDR",
    ComponentType.NETWORK: "NDR",
}


def measures_of(plant: Plant, column: Column) -> tuple[Measure, ...]:
    """The measures that count in a column; a verified one needs evidence to count as verified."""
    chosen = (item for item in plant.measures if item.state in _COUNTS[column])
    if column is Column.VERIFIED:
        return tuple(item for item in chosen if item.evidence)
    return tuple(chosen)


def resources(measure: Measure) -> Way:
    """What a measure shares with others. Where nothing is declared, nothing can be shown to be independent."""
    names = [*measure.components]
    names += [f"credential:{item}" for item in measure.credentials]
    names += [f"administrator:{item}" for item in measure.administrators]
    return frozenset(names or [UNDECLARED])


class Status(NamedTuple):
    """True met, False not met, None undeclared; by whom (measures and assets) and who is missing."""

    met: bool | None
    by: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    not_applicable: str = ""


class Coverage:
    """What a set of measures and the components' own capabilities provide."""

    def __init__(self, plant: Plant, table: Table, measures: Iterable[Measure], *, own: bool = True) -> None:
        self.plant = plant
        self.table = table
        self.own = own
        self.once: dict[tuple[str, str], list[Offer]] = {}
        self.each: dict[tuple[str, str], list[tuple[Offer, bool]]] = {}
        self.assets = memo(plant, "assets_by_zone", _assets_by_zone)
        self.kinds = memo(plant, "component_types", _component_types)
        self._types: dict[str, frozenset[str]] = (
            memo(plant, "carrier_types", lambda _: {}) if table is standard_table() else {}
        )
        self._concerned: dict[tuple[str, frozenset[str]], tuple[Asset, ...]] = memo(plant, "concerned", lambda _: {})
        self._status: dict[tuple[str, str, int], Status] = {}
        self._declared: dict[str, dict[str, int | None]] = {}
        self._ways: dict[tuple[str, str, int], tuple[Way, ...]] = {}
        self._strengths: dict[tuple[str, str, int], tuple[Way, ...]] = {}
        for measure in sorted(measures, key=lambda item: item.id):
            for provision in measure.provides:
                self._add(measure, provision)

    def with_measures(self, measures: Iterable[Measure]) -> Coverage:
        """The same plant with other measures; what components declare is not worked out again."""
        other = Coverage(self.plant, self.table, measures, own=self.own)
        other._declared = self._declared
        return other

    def _add(self, measure: Measure, provision: Provision) -> None:
        offer = Offer(provision.level, measure.id, resources(measure))
        scopes = provision.scope or (*self.plant.zone, *self.plant.conduit)
        for requirement in self.table.provided(provision.requirement, provision.level):
            for scope in scopes:
                if scope in self.plant.asset or provision.per_asset:
                    self.each.setdefault((scope, requirement), []).append((offer, provision.compensates))
                else:
                    self.once.setdefault((scope, requirement), []).append(offer)

    # --- components' own capabilities

    def declared(self, asset: Asset) -> dict[str, int | None]:
        """Level 0..4 per system requirement that an asset declares for itself; -1 argued not applicable."""
        if asset.id not in self._declared:
            self._declared[asset.id] = self._declare(asset)
        return self._declared[asset.id]

    def _declare(self, asset: Asset) -> dict[str, int | None]:
        result: dict[str, int | None] = {}
        if not self.own:
            return result
        if asset.capability_level is not None:
            for requirement, level in self.table.level.items():
                if level <= asset.capability_level and self.table.carriers[requirement]:
                    result[requirement] = asset.capability_level
        for item in asset.capabilities:
            for requirement in self.table.systems(item.requirement):
                if item.not_applicable:
                    result[requirement] = -1
                elif item.met is not None:
                    result[requirement] = 4 if item.met else 0
        return result

    def concerned(self, zone: str, requirement: str) -> tuple[Asset, ...]:
        """The assets of a zone that must carry a requirement themselves, by id."""
        types = self._types.get(requirement)
        if types is None:
            carriers = self.table.carriers.get(requirement, ())
            types = frozenset(
                t.value for t, prefix in _PREFIX.items() if any(c.startswith(("CR ", prefix)) for c in carriers)
            )
            self._types[requirement] = types
        key = (zone, types)
        if key not in self._concerned:
            members = self.assets.get(zone, ())
            self._concerned[key] = tuple(item for item in members if self.kinds.get(item.id) in types)
        return self._concerned[key]

    def offers(self, scope: str, requirement: str) -> list[Offer]:
        """What is met once for a scope. Where no asset must carry it, what is offered per asset counts as that."""
        found = self.once.get((scope, requirement), [])
        each = self.each.get((scope, requirement))
        if each and not self.concerned(scope, requirement):
            found = [*found, *(offer for offer, _ in each)]
        return found

    # --- status

    def status(self, scope: str, requirement: str, level: int) -> Status:
        """Whether a zone or conduit meets a requirement, for a level 1..4."""
        key = (scope, requirement, self.table.needed(requirement, level))
        if key not in self._status:
            self._status[key] = self._find_status(scope, requirement, level, key[2])
        return self._status[key]

    def _find_status(self, scope: str, requirement: str, level: int, needed: int) -> Status:
        offers = [item for item in self.offers(scope, requirement) if item.level >= needed]
        if offers:
            return Status(True, tuple(sorted({item.measure for item in offers})))
        if scope in self.plant.conduit:
            return self._at_ends(scope, requirement, level)
        return self._per_asset(scope, requirement, needed)

    def _at_ends(self, conduit: str, requirement: str, level: int) -> Status:
        ends = [self.status(zone, requirement, level) for zone in conduit_zones(self.plant, conduit)]
        if not ends:
            return Status(None)
        by = tuple(sorted({name for item in ends for name in item.by}))
        missing = tuple(sorted({name for item in ends for name in item.missing}))
        states = {item.met for item in ends}
        return Status(False if False in states else None if None in states else True, by, missing)

    def _per_asset(self, zone: str, requirement: str, needed: int) -> Status:
        by: set[str] = set()
        missing: list[str] = []
        failed = False
        concerned = self.concerned(zone, requirement)
        for asset in concerned:
            has = self.declared(asset).get(requirement)
            if has is not None and (has == -1 or has >= needed):
                by.add(asset.id)
                continue
            offers = self.for_asset(asset, zone, requirement, needed)
            if offers:
                by.update(item.measure for item in offers)
            else:
                missing.append(asset.id)
                failed = failed or has is not None
        met = None if not concerned else not missing
        if missing and not failed:
            met = None
        return Status(met, tuple(sorted(by)), tuple(missing))

    def for_asset(self, asset: Asset, zone: str, requirement: str, needed: int) -> list[Offer]:
        """What measures offer to one asset for a requirement."""
        if not self.each:
            return []
        both = (*self.each.get((asset.id, requirement), ()), *self.each.get((zone, requirement), ()))
        # what changes the device itself cannot be done to a legacy device; only compensation helps it
        return [offer for offer, compensates in both if offer.level >= needed and (compensates or not asset.legacy)]

    # --- ways

    def ways(self, scope: str, requirement: str, level: int) -> tuple[Way, ...]:
        """The smallest sets of resources by which a scope meets one requirement at a level; empty when it does not."""
        key = (scope, requirement, level)
        if key not in self._ways:
            self._ways[key] = self._find_ways(scope, requirement, level)
        return self._ways[key]

    def _find_ways(self, scope: str, requirement: str, level: int) -> tuple[Way, ...]:
        needed = self.table.needed(requirement, level)
        found = {item.way for item in self.offers(scope, requirement) if item.level >= needed}
        if scope in self.plant.conduit:
            ends = conduit_zones(self.plant, scope)
            if ends:
                found.update(product(self.ways(zone, requirement, level) for zone in ends))
        else:
            found.update(self._asset_ways(scope, requirement, needed))
        return smallest(found)

    def _asset_ways(self, zone: str, requirement: str, needed: int) -> set[Way]:
        base: set[str] = set()
        needy: list[frozenset[Way]] = []
        concerned = self.concerned(zone, requirement)
        for asset in concerned:
            has = self.declared(asset).get(requirement)
            if has == -1:
                continue
            if has is not None and has >= needed:
                base.add(asset.id)
                continue
            offers = frozenset(item.way for item in self.for_asset(asset, zone, requirement, needed))
            if not offers:
                return set()
            needy.append(offers)
        if not concerned:
            return set()
        return {frozenset(base) | way for way in product(sorted(set(needy), key=_sort_ways))}

    def barrier(self, scope: str, group: Sequence[str], level: int) -> tuple[Way, ...]:
        """Ways by which *every* requirement of a group holds at a level, with all enhancements up to it."""
        key = (scope, "\n".join(group), level)
        if key not in self._strengths:
            wanted: list[str] = []
            for requirement in group:
                wanted += self.table.provided(requirement, level)
            unknown = not self.table.known(group)
            self._strengths[key] = () if unknown else product(self.ways(scope, item, level) for item in wanted)
        return self._strengths[key]

    def strength(self, scope: str, group: Sequence[str]) -> int:
        """The lowest level achieved among the requirements of a group; 0 when one is missing."""
        return next((level for level in (4, 3, 2, 1) if self.barrier(scope, group, level)), 0)


def _component_types(plant: Plant) -> dict[str, str]:
    """The component type by asset; what carries no requirement is left out."""
    return {
        asset.id: component_type(asset).value
        for asset in plant.assets
        if asset.kind not in _PASSIVE and not (asset.kind in _FIELD and not asset.interfaces)
    }


def _sort_ways(ways: Iterable[Way]) -> list[list[str]]:
    return sorted(sorted(way) for way in ways)


def _assets_by_zone(plant: Plant) -> Mapping[str, tuple[Asset, ...]]:
    result: dict[str, list[Asset]] = {}
    for asset in sorted(plant.assets, key=lambda item: item.id):
        result.setdefault(zone_of_asset(plant, asset.id), []).append(asset)
    return {zone: tuple(assets) for zone, assets in result.items()}


def smallest(ways: Iterable[Way]) -> tuple[Way, ...]:
    """Without ways that contain another one; the smallest first, at most :data:`MOST_WAYS`."""
    result: list[Way] = []
    for way in sorted(set(ways), key=lambda item: (len(item), sorted(item))):
        if not any(other <= way for other in result):
            result.append(way)
            if len(result) == MOST_WAYS:
                break
    return tuple(result)


def product(parts: Iterable[Iterable[Way]]) -> tuple[Way, ...]:
    """All ways to have every part at once; empty when one part has none."""
    result: tuple[Way, ...] = (frozenset(),)
    for part in parts:
        result = smallest(one | other for one in result for other in part)
        if not result:
            return ()
    return result


Strength = Callable[[str, Sequence[str]], int]
