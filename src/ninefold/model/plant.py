"""The plant as people describe it: one immutable value that every engine takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from ninefold.base.errors import Place
from ninefold.model.assets import Asset
from ninefold.model.catalogue import SERVICES
from ninefold.model.consequences import Cumulation, Distribution, Function
from ninefold.model.decisions import Decision
from ninefold.model.measures import Measure
from ninefold.model.networks import EntryPoint, Gateway, Network, Vpn
from ninefold.model.scenarios import Threat
from ninefold.model.services import Service
from ninefold.model.system import System
from ninefold.model.zones import Conduit, Flow, Zone


class Plant(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Intent, whole. Look-ups are by id; every id is unique over all kinds (the workspace checks that).

    ``places`` tells where each id was written down; it counts for no comparison of content.
    """

    system: System
    networks: tuple[Network, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    vpns: tuple[Vpn, ...] = ()
    entry_points: tuple[EntryPoint, ...] = ()
    zones: tuple[Zone, ...] = ()
    assets: tuple[Asset, ...] = ()
    conduits: tuple[Conduit, ...] = ()
    functions: tuple[Function, ...] = ()
    cumulations: tuple[Cumulation, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    measures: tuple[Measure, ...] = ()
    decisions: tuple[Decision, ...] = ()
    own_services: tuple[Service, ...] = ()
    own_threats: tuple[Threat, ...] = ()
    own_measures: tuple[Measure, ...] = ()
    law: dict[str, Any] = {}
    places: dict[str, Place] = {}

    @cached_property
    def asset(self) -> Mapping[str, Asset]:
        """Assets by id."""
        return _by_id(self.assets)

    @cached_property
    def zone(self) -> Mapping[str, Zone]:
        """Zones by id."""
        return _by_id(self.zones)

    @cached_property
    def network(self) -> Mapping[str, Network]:
        """Networks by id."""
        return _by_id(self.networks)

    @cached_property
    def entry_point(self) -> Mapping[str, EntryPoint]:
        """Entry points by id."""
        return _by_id(self.entry_points)

    @cached_property
    def conduit(self) -> Mapping[str, Conduit]:
        """Conduits by id."""
        return _by_id(self.conduits)

    @cached_property
    def function(self) -> Mapping[str, Function]:
        """Functions by id."""
        return _by_id(self.functions)

    @cached_property
    def measure(self) -> Mapping[str, Measure]:
        """Measures by id."""
        return _by_id(self.measures)

    @cached_property
    def gateway(self) -> Mapping[str, Gateway]:
        """Gateways by the id of their asset."""
        return {item.asset: item for item in self.gateways}

    @cached_property
    def service(self) -> Mapping[str, Service]:
        """Services by id: the built-in ones, overlaid by the plant's own."""
        return {**SERVICES, **_by_id(self.own_services)}

    @cached_property
    def flows(self) -> tuple[tuple[Conduit, Flow], ...]:
        """Every flow with the conduit that permits it."""
        return tuple((conduit, flow) for conduit in self.conduits for flow in conduit.flows)

    @cached_property
    def members(self) -> Mapping[str, tuple[Asset, ...]]:
        """Assets by zone id (without those of nested zones)."""
        result: dict[str, list[Asset]] = {zone.id: [] for zone in self.zones}
        for asset in self.assets:
            result.setdefault(asset.zone, []).append(asset)
        return {zone: tuple(assets) for zone, assets in result.items()}

    def zone_of(self, end: str) -> str:
        """The zone id of a flow's end: of an asset, of a zone itself, of a network; "" for the outside."""
        if end in self.asset:
            return self.asset[end].zone
        if end in self.zone:
            return end
        if end in self.network:
            return self.network[end].zone
        if end in self.entry_point:
            return self.entry_point[end].zone
        return ""

    def place_of(self, identifier: str) -> Place | None:
        """Where an id was written down."""
        return self.places.get(identifier)


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}
