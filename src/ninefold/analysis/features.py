"""What conditions can ask about assets, flows, conduits and zones: plain features, computed once per plant.

The tables :data:`FEATURES` are the vocabulary (docs/method.md lists it); types are ``flag``, ``number``, ``word`` and
``set``. A value of None means *not known*.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from ninefold.analysis.coverage import component_type
from ninefold.analysis.exposure import counting_brokers, end_of, exposures, start_of, zone_of_asset
from ninefold.analysis.expressions import Value
from ninefold.analysis.levels import conduit_zones
from ninefold.analysis.needs import ratings
from ninefold.analysis.separation import OPERATIONS, is_business, is_safety, is_temporary, is_wireless
from ninefold.model.assessment import ObservedSummary, ZoneExposure
from ninefold.model.assets import Asset
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Agreement
from ninefold.model.services import Support
from ninefold.model.vocabulary import CONTROL_KINDS, Objective
from ninefold.model.zones import Conduit, Flow, Zone

Row = dict[str, Value]

_ZONE_PART: Final = {
    "e_net": "number",
    "e_local": "number",
    "site": "word",
    "zone_safety": "flag",
    "zone_business": "flag",
    "zone_wireless": "flag",
    "zone_temporary": "flag",
    "zone_untrusted": "flag",
    "zone_broker": "flag",
    "zone_kinds": "set",
    "zone_entries": "set",
    "impact_a": "number",
    "impact_i": "number",
    "impact_c": "number",
    "life": "number",
}
_CONDUIT_PART: Final = {
    "conduit_encrypted": "flag",
    "conduit_authenticated": "flag",
    "conduit_inspected": "flag",
    "conduit_shared": "flag",
    "conduit_vpn": "flag",
}
FEATURES: Final[dict[str, dict[str, str]]] = {
    "asset": {
        "id": "word",
        "kind": "word",
        "vendor": "word",
        "product": "word",
        "component": "word",
        "tags": "set",
        "control": "flag",
        "safety": "flag",
        "legacy": "flag",
        "temporary": "flag",
        "wireless": "flag",
        "business": "flag",
        "hosted": "flag",
        "host": "flag",
        "essential": "flag",
        "default_credentials": "flag",
        "patch_cycle": "number",
        "sbom": "flag",
        "serves": "set",
        "uses": "set",
        "clients": "set",
        "servers": "set",
        "entered_from": "set",
        "reports_to": "set",
        "public_address": "flag",
        "dual_homed": "flag",
        "networks": "number",
        "gateway": "flag",
        "unfiltered": "flag",
        "nat": "flag",
        "vulnerable": "flag",
        "maybe_vulnerable": "flag",
        "seen": "set",
        "seen_services": "set",
        "undeclared_clients": "flag",
        "programmed_by": "set",
        **_ZONE_PART,
    },
    "flow": {
        "id": "word",
        "service": "word",
        "access": "word",
        "authenticates": "word",
        "encrypts": "word",
        "industrial": "flag",
        "interactive": "flag",
        "broadcast": "flag",
        "carries": "set",
        "source_kind": "word",
        "target_kind": "word",
        "source_entry": "word",
        "target_entry": "word",
        "source_business": "flag",
        "source_control": "flag",
        "target_control": "flag",
        "target_safety": "flag",
        "source_e_net": "number",
        "target_e_net": "number",
        "crosses": "flag",
        "vpn": "flag",
        "vpn_users": "flag",
        "vpn_multifactor": "flag",
        "vpn_consent": "flag",
        "vpn_always_on": "flag",
        "brokered": "flag",
        "logged": "flag",
        "owned": "flag",
        "temporary": "flag",
        "seen": "set",
        "impact_a": "number",
        "impact_i": "number",
        "impact_c": "number",
        "life": "number",
        **_CONDUIT_PART,
    },
    "conduit": {
        "id": "word",
        "services": "set",
        "accesses": "set",
        "entries": "set",
        "kinds": "set",
        "flows": "number",
        "zones": "number",
        "cleartext": "flag",
        "unauthenticated": "flag",
        "safety": "flag",
        "e_net": "number",
        "impact_a": "number",
        "impact_i": "number",
        "impact_c": "number",
        "life": "number",
        **_CONDUIT_PART,
    },
    "zone": {
        "id": "word",
        "assets": "number",
        "kinds": "set",
        "services": "set",
        "legacy": "flag",
        "removable": "flag",
        "mixed_safety": "flag",
        "administers": "flag",
        "undeclared_flows": "flag",
        **_ZONE_PART,
    },
}


class Features:
    """Features of everything in a plant, with what was observed."""

    def __init__(self, plant: Plant, observed: ObservedSummary) -> None:
        self.plant = plant
        self.exposure: dict[str, ZoneExposure] = {item.zone: item for item in exposures(plant)}
        self.brokers = counting_brokers(plant)
        self.rated = ratings(plant)
        self.zone_of = {asset.id: zone_of_asset(plant, asset.id) for asset in plant.assets}
        self.members: dict[str, list[Asset]] = {}
        for asset in plant.assets:
            self.members.setdefault(self.zone_of[asset.id], []).append(asset)
        self.entries = self._zone_entries()
        self.hosts = {asset.runs_on for asset in plant.assets if asset.runs_on}
        self.essential = {name for item in plant.functions if item.essential for name in item.supported_by}
        self._talk()
        self._observe(observed)
        self._zone_rows = {zone.id: self._zone_part(zone) for zone in plant.zones}
        self._no_zone = self._zone_part(Zone(id=""))

    def of(self, kind: str) -> list[tuple[str, str, Row]]:
        """(id, scope, features) of everything of a kind; the scope is the zone, or for flows the conduit."""
        if kind == "asset":
            return [(a.id, self.zone_of[a.id], self.asset(a)) for a in self.plant.assets if self.zone_of[a.id]]
        if kind == "flow":
            return [(flow.id, conduit.id, self.flow(conduit, flow)) for conduit, flow in self.plant.flows]
        if kind == "conduit":
            return [(conduit.id, conduit.id, self.conduit(conduit)) for conduit in self.plant.conduits]
        return [(zone.id, zone.id, self.zone(zone)) for zone in self.plant.zones]

    # --- what belongs to several things

    def _zone_entries(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for point in self.plant.entry_points:
            zone = point.zone or zone_of_asset(self.plant, point.asset)
            found.setdefault(zone, set()).add(point.kind.value)
        for _, flow in self.plant.flows:
            source, target = end_of(self.plant, flow.source), end_of(self.plant, flow.target)
            for point_id in source.outside:
                found.setdefault(target.zone, set()).add(self.entry_kind(point_id))
            if {"commands", "updates"}.intersection(flow.carries):
                for point_id in target.outside:
                    found.setdefault(source.zone, set()).add(self.entry_kind(point_id))
        return {zone: frozenset(kinds) for zone, kinds in found.items()}

    def entry_kind(self, outside: str) -> str:
        """The kind of an entry point; what nobody declared is taken as public."""
        point = self.plant.entry_point.get(outside)
        if point is None:
            asset = self.plant.asset.get(outside)
            return "cloud" if asset and asset.kind.value == "cloud-service" else "public"
        return point.kind.value

    def _talk(self) -> None:
        self.serves: dict[str, set[str]] = {}
        self.uses: dict[str, set[str]] = {}
        self.clients: dict[str, set[str]] = {}
        self.servers: dict[str, set[str]] = {}
        self.entered: dict[str, set[str]] = {}
        self.reports: dict[str, set[str]] = {}
        for _, flow in self.plant.flows:
            source, target = end_of(self.plant, flow.source), end_of(self.plant, flow.target)
            self.uses.setdefault(flow.source, set()).add(flow.service)
            self.serves.setdefault(flow.target, set()).add(flow.service)
            if flow.source in self.plant.asset:
                self.clients.setdefault(flow.target, set()).add(self.plant.asset[flow.source].kind.value)
            if flow.target in self.plant.asset:
                self.servers.setdefault(flow.source, set()).add(self.plant.asset[flow.target].kind.value)
            self.entered.setdefault(flow.target, set()).update(self.entry_kind(item) for item in source.outside)
            self.reports.setdefault(flow.source, set()).update(self.entry_kind(item) for item in target.outside)
        for point in self.plant.entry_points:
            if point.asset:
                self.entered.setdefault(point.asset, set()).add(point.kind.value)

    def _observe(self, observed: ObservedSummary) -> None:
        self.affected = {item.asset for item in observed.matches if item.state == "affected" and not item.decision}
        self.doubtful = {item.asset for item in observed.matches if item.state == "undecided"}
        self.seen: dict[str, set[str]] = {}
        self.seen_flow: dict[str, set[str]] = {}
        self.seen_services: dict[str, set[str]] = {}
        self.undeclared: set[str] = set()
        self.programmers: dict[str, set[str]] = {}
        for asset, service in observed.services:
            self.seen_services.setdefault(asset, set()).add(service)
        for row in observed.conversations:
            functions = row.observed.functions if row.observed else ()
            self.seen.setdefault(row.server, set()).update(functions)
            if row.flow:
                self.seen_flow.setdefault(row.flow, set()).update(functions)
            if row.agreement is not Agreement.SEEN_NOT_DECLARED:
                continue
            self.undeclared.add(row.server)
            self.seen_services.setdefault(row.server, set()).add(row.service)
            if {"program", "stop-start", "firmware"}.intersection(functions):
                client = self.plant.asset.get(row.client)
                self.programmers.setdefault(row.server, set()).add(client.kind.value if client else "unknown")

    def _zone_part(self, zone: Zone) -> Row:
        exposure = self.exposure.get(zone.id)
        return {
            "e_net": exposure.e_net if exposure else 1,
            "e_local": exposure.e_local if exposure else -1,
            "site": zone.exposure.value,
            "zone_safety": zone.safety or any(is_safety(asset) for asset in self.members.get(zone.id, ())),
            "zone_business": zone.business,
            "zone_wireless": zone.wireless,
            "zone_temporary": zone.temporary,
            "zone_untrusted": zone.untrusted_access,
            "zone_broker": zone.id in self.brokers,
            "zone_kinds": frozenset(asset.kind.value for asset in self.members.get(zone.id, ())),
            "zone_entries": self.entries.get(zone.id, frozenset()),
            **self._impacts((zone.id,)),
        }

    def _impacts(self, subjects: Iterable[str]) -> Row:
        found = [(key, item.rating) for subject in subjects for key, item in self.rated.get(subject, {}).items()]
        by = {o: max((rating for key, rating in found if key[0] is o), default=0) for o in Objective}
        return {
            "impact_a": by[Objective.AVAILABILITY],
            "impact_i": by[Objective.INTEGRITY],
            "impact_c": by[Objective.CONFIDENTIALITY],
            "life": max((rating for key, rating in found if key[1].value in {"people", "environment"}), default=0),
        }

    # --- one of each kind

    def asset(self, asset: Asset) -> Row:
        """Features of an asset, with those of its zone."""
        name = asset.id
        gateway = self.plant.gateway.get(name)
        nets = {item.network for item in asset.interfaces if item.network}
        zone = self.zone_of[name]
        return {
            **(self._zone_rows.get(zone) or self._no_zone),
            "id": name,
            "kind": asset.kind.value,
            "vendor": asset.vendor.lower(),
            "product": asset.product.lower(),
            "component": component_type(asset).value,
            "tags": frozenset(asset.tags),
            "control": asset.kind in CONTROL_KINDS,
            "safety": is_safety(asset),
            "legacy": asset.legacy,
            "temporary": is_temporary(asset),
            "wireless": is_wireless(self.plant, asset),
            "business": is_business(asset),
            "hosted": bool(asset.runs_on),
            "host": name in self.hosts,
            "essential": name in self.essential,
            "default_credentials": asset.default_credentials,
            "patch_cycle": asset.patch_cycle_days,
            "sbom": bool(asset.sbom),
            "serves": frozenset(self.serves.get(name, set()) | set(asset.services)),
            "uses": frozenset(self.uses.get(name, ())),
            "clients": frozenset(self.clients.get(name, ())),
            "servers": frozenset(self.servers.get(name, ())),
            "entered_from": frozenset(self.entered.get(name, ())),
            "reports_to": frozenset(self.reports.get(name, ())),
            "public_address": any(is_public(address) for address in asset.addresses),
            "dual_homed": len(nets) > 1 and gateway is None,
            "networks": len(nets),
            "gateway": gateway is not None,
            "unfiltered": gateway is not None and not gateway.filters,
            "nat": gateway is not None and bool(gateway.nat),
            "vulnerable": name in self.affected,
            "maybe_vulnerable": name in self.doubtful,
            "seen": frozenset(self.seen.get(name, ())),
            "seen_services": frozenset(self.seen_services.get(name, ())),
            "undeclared_clients": name in self.undeclared,
            "programmed_by": frozenset(self.programmers.get(name, ())),
        }

    def flow(self, conduit: Conduit, flow: Flow) -> Row:
        """Features of a flow, with those of its ends and its conduit."""
        plant = self.plant
        source, target = end_of(plant, flow.source), end_of(plant, flow.target)
        service = plant.service.get(flow.service)
        client, server = plant.asset.get(flow.source), plant.asset.get(flow.target)
        vpn = next((item for item in plant.vpns if item.id == flow.vpn), None)
        from_zone, to_zone = plant.zone.get(source.zone), plant.zone.get(target.zone)
        return {
            **self._conduit_part(conduit),
            **self._impacts((source.zone, target.zone)),
            "id": flow.id,
            "service": flow.service,
            "access": service.access.value if service else None,
            "authenticates": service.authenticates.value if service else None,
            "encrypts": service.encrypts.value if service else None,
            "industrial": service.industrial if service else None,
            "interactive": service.interactive if service else None,
            "broadcast": bool(service and service.broadcast),
            "carries": frozenset(flow.carries),
            "source_kind": client.kind.value if client else "outside" if source.outside else "zone",
            "target_kind": server.kind.value if server else "outside" if target.outside else "zone",
            "source_entry": self.entry_kind(source.outside[0]) if source.outside else "",
            "target_entry": self.entry_kind(target.outside[0]) if target.outside else "",
            "source_business": bool((from_zone and from_zone.business) or (client and is_business(client))),
            "source_control": bool(client and client.kind in OPERATIONS),
            "target_control": bool(server and server.kind in CONTROL_KINDS) or self._controls(target.zone, server),
            "target_safety": bool(is_safety(server) if server else to_zone and to_zone.safety),
            "source_e_net": self._net(source.zone, source.outside),
            "target_e_net": self._net(target.zone, target.outside),
            "crosses": source.zone != target.zone or bool(source.outside or target.outside),
            "vpn": bool(flow.vpn),
            "vpn_users": bool(vpn and vpn.users),
            "vpn_multifactor": bool(vpn and vpn.multifactor),
            "vpn_consent": bool(vpn and vpn.consent),
            "vpn_always_on": bool(vpn and vpn.always_on),
            "brokered": flow.brokered,
            "logged": flow.log,
            "owned": bool(flow.owner),
            "temporary": bool(flow.until),
            "seen": frozenset(self.seen_flow.get(flow.id, ())),
        }

    def _controls(self, zone: str, server: Asset | None) -> bool:
        """A flow to a whole zone reaches the controllers in it."""
        return server is None and any(asset.kind in CONTROL_KINDS for asset in self.members.get(zone, ()))

    def _net(self, zone: str, outside: tuple[str, ...]) -> int:
        if zone in self.exposure:
            return self.exposure[zone].e_net
        return 1 if any(start_of(self.plant, item) == 0 for item in outside) else 0

    def _conduit_part(self, conduit: Conduit) -> Row:
        return {
            "conduit_encrypted": conduit.encrypted,
            "conduit_authenticated": conduit.authenticated,
            "conduit_inspected": conduit.inspected,
            "conduit_shared": conduit.shared,
            "conduit_vpn": conduit.requires_vpn,
        }

    def conduit(self, conduit: Conduit) -> Row:
        """Features of a conduit: those of its flows together."""
        services = [self.plant.service[f.service] for f in conduit.flows if f.service in self.plant.service]
        ends = [end_of(self.plant, end) for flow in conduit.flows for end in (flow.source, flow.target)]
        zones = conduit_zones(self.plant, conduit.id)
        return {
            **self._conduit_part(conduit),
            **self._impacts(zones),
            "id": conduit.id,
            "services": frozenset(flow.service for flow in conduit.flows),
            "accesses": frozenset(service.access.value for service in services),
            "entries": frozenset(self.entry_kind(point) for end in ends for point in end.outside),
            "kinds": frozenset(self.plant.asset[end.asset].kind.value for end in ends if end.asset in self.plant.asset),
            "flows": len(conduit.flows),
            "zones": len(zones),
            "cleartext": any(service.encrypts is Support.NO for service in services),
            "unauthenticated": any(service.authenticates is Support.NO for service in services),
            "safety": any(self._zone_rows[zone]["zone_safety"] for zone in zones),
            "e_net": max((self.exposure[zone].e_net for zone in zones), default=1),
        }

    def zone(self, zone: Zone) -> Row:
        """Features of a zone: those of its assets together."""
        members = self.members.get(zone.id, ())
        safe = [is_safety(asset) for asset in members if asset.kind in OPERATIONS]
        part = self._zone_rows[zone.id]
        services: set[str] = set()
        for asset in members:
            services |= self.serves.get(asset.id, set()) | set(asset.services)
        kinds = part["zone_kinds"]
        return {
            **part,
            "id": zone.id,
            "assets": len(members),
            "kinds": kinds,
            "services": frozenset(services),
            "legacy": any(asset.legacy for asset in members),
            "removable": "removable-media" in self.entries.get(zone.id, ())
            or any(asset.kind.value in _TAKES_MEDIA for asset in members),
            "mixed_safety": any(safe) and not all(safe),
            "administers": bool(zone.administers),
            "undeclared_flows": any(asset.id in self.undeclared for asset in members),
        }


_TAKES_MEDIA: Final = frozenset(
    {
        "panel-pc",
        "operator-station",
        "scada-server",
        "historian",
        "engineering-station",
        "mes",
        "server",
        "workstation",
        "laptop",
        "file-server",
        "jump-host",
        "cnc",
        "vision-system",
    }
)


def is_public(address: str) -> bool:
    """Whether an address can be reached from the internet; text that is no address is not."""
    try:
        return ipaddress.ip_address(address.partition("/")[0]).is_global
    except ValueError:
        return False
