"""What must hold for a choice of measures, as the optimiser needs it: sets of candidates of which one must be chosen.

Source: docs/method.md sections 7 and 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ninefold.analysis.capability import Assessed, in_scope, mandatory
from ninefold.analysis.coverage import Coverage, Offer
from ninefold.analysis.levels import Levels, conduit_zones
from ninefold.analysis.risk import Register
from ninefold.model.assessment import RiskCell
from ninefold.model.measures import Measure
from ninefold.model.plant import Plant
from ninefold.model.scenarios import Scenario
from ninefold.model.vocabulary import FR

Options = frozenset[str]


class Demand(NamedTuple):
    """A requirement in force that is not met yet; of each set in ``any_of`` one candidate is needed.

    An empty set means that nothing can meet it; ``lacking`` names the assets for which nothing is on offer.
    """

    scope: str
    requirement: str
    level: int
    any_of: tuple[Options, ...]
    lacking: tuple[str, ...] = ()

    @property
    def possible(self) -> bool:
        """Whether the candidates can meet it at all."""
        return all(self.any_of)


def demands(assessed: Assessed, levels: Levels, fixed: frozenset[str]) -> Iterator[Demand]:
    """Every requirement in force that the measures in place (``fixed``) do not meet yet.

    ``assessed.planned`` must know the fixed measures and all candidates.
    """
    plant, table = assessed.plant, assessed.table
    extra = mandatory(plant, table)
    for scope in sorted(levels.values):
        target = levels.target(scope)
        rows = {r: target[fr] or 0 for fr in FR for r in in_scope(plant, table, scope, fr, target[fr] or 0)}
        for requirement in extra.get(scope, {}):
            rows.setdefault(requirement, table.level[requirement])
        for requirement, level in rows.items():
            level = max(level, table.level[requirement])
            if assessed.not_applicable(scope, requirement):
                continue
            found = _options(assessed.planned, scope, requirement, level, fixed)
            if found is not None:
                sets, lacking = found
                yield Demand(scope, requirement, level, tuple(sorted(set(sets), key=sorted)), lacking)


def _options(
    coverage: Coverage, scope: str, requirement: str, level: int, fixed: frozenset[str]
) -> tuple[list[Options], tuple[str, ...]] | None:
    """Sets of which one candidate each is needed; None when the requirement is met already."""
    needed = coverage.table.needed(requirement, level)
    once = _names(coverage.offers(scope, requirement), needed)
    if once & fixed:
        return None
    if scope in coverage.plant.conduit:
        parts = [_options(coverage, z, requirement, level, fixed) for z in conduit_zones(coverage.plant, scope)]
        open_parts = [part for part in parts if part is not None]
        if parts and not open_parts:
            return None
        sets = [once | options for part in open_parts for options in part[0]]
        return sets or [once], tuple(sorted({name for part in open_parts for name in part[1]}))
    return _asset_options(coverage, scope, requirement, needed, once, fixed)


def _asset_options(
    coverage: Coverage, zone: str, requirement: str, needed: int, once: Options, fixed: frozenset[str]
) -> tuple[list[Options], tuple[str, ...]] | None:
    sets: list[Options] = []
    lacking: list[str] = []
    concerned = coverage.concerned(zone, requirement)
    for asset in concerned:
        has = coverage.declared(asset).get(requirement)
        if has is not None and (has == -1 or has >= needed):
            continue
        each = _names(coverage.for_asset(asset, zone, requirement, needed), needed)
        if each & fixed:
            continue
        sets.append(once | each)
        if not once | each:
            lacking.append(asset.id)
    if concerned and not sets:
        return None
    return sets or [once], tuple(lacking)


def _names(offers: Sequence[Offer], needed: int) -> Options:
    return frozenset(item.measure for item in offers if item.level >= needed)


class Riskiness:
    """Residual risks of scenarios for any set of measures. Larger sets never have larger risks."""

    def __init__(self, plant: Plant, base: Coverage, scenarios: Sequence[Scenario], fixed: Sequence[Measure]) -> None:
        self.plant = plant
        self.base = base
        self.fixed = tuple(fixed)
        self.scenarios = {item.id: item for item in scenarios}
        self._relevant: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, frozenset[str]], tuple[float, float]] = {}
        self._by_id: dict[str, Measure] = {}

    def relevant(self, scenario: str, candidates: Sequence[Measure]) -> frozenset[str]:
        """Candidates that could change the risk of a scenario."""
        if scenario not in self._relevant:
            self._by_id.update({item.id: item for item in candidates})
            item = self.scenarios[scenario]
            zones = (item.scope, *(conduit_zones(self.plant, item.scope) if item.scope in self.plant.conduit else ()))
            wanted: set[str] = set()
            for group in item.barriers:
                for requirement in group:
                    wanted.update(self.base.table.provided(requirement, 4))
            places = {*zones, *(asset.id for zone in zones for asset in self.base.assets.get(zone, ()))}
            self._relevant[scenario] = frozenset(
                measure.id for measure in candidates if self._touches(measure, places, wanted)
            )
        return self._relevant[scenario]

    def _touches(self, measure: Measure, places: set[str], wanted: set[str]) -> bool:
        for provision in measure.provides:
            here = not provision.scope or places.intersection(provision.scope)
            if here and (measure.lowers or wanted.intersection(self.base.table.provided(provision.requirement, 4))):
                return True
        return bool(measure.lowers) and not measure.provides

    def excess(self, scenario: str, chosen: frozenset[str]) -> tuple[float, float]:
        """(how far the worst cell lies above the tolerable, the largest risk) with the fixed and chosen measures."""
        key = (scenario, chosen & self._relevant[scenario])
        if key not in self._known:
            self._known[key] = self._work_out(self.scenarios[scenario], key[1])
        return self._known[key]

    def _work_out(self, scenario: Scenario, chosen: frozenset[str]) -> tuple[float, float]:
        measures = (*self.fixed, *(self._by_id[name] for name in sorted(chosen)))
        coverage = self.base.with_measures(measures)
        register = Register(self.plant, coverage, coverage, measures=measures)
        cells: list[RiskCell] = list(
            register.cells(scenario, register.ends(scenario.scope), register.planned, register.lowering["planned"])
        )
        above = max((cell.risk - cell.tolerable_up_to for cell in cells), default=0)
        return float(max(above, 0)), float(max((cell.risk for cell in cells), default=0))
