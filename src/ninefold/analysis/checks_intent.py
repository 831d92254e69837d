"""Checks of what people have described: functions, needs, zones, conduits, entry points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ninefold.analysis.administration import possible_programming
from ninefold.analysis.checks import HIGH, LOW, Check, Hit, Whole
from ninefold.analysis.exposure import counting_brokers, end_of, start_of
from ninefold.analysis.levels import conduit_zones
from ninefold.base.i18n import messages
from ninefold.model.measures import MeasureState
from ninefold.model.services import Support
from ninefold.model.vocabulary import EntryKind, Objective
from ninefold.model.zones import Exposure

say = messages("analysis")


# --- functions and needs


def _function_without_assets(w: Whole) -> Iterator[Hit]:
    for item in w.plant.functions:
        if item.essential and not item.supported_by and not item.needs:
            yield Hit(
                item.id, say("Essential function {name} is supported by no asset.", name=item.title or item.id), HIGH
            )


def _function_without_consequences(w: Whole) -> Iterator[Hit]:
    rated = {need.subject for need in w.protection.needs}
    for item in w.plant.functions:
        if item.essential and item.id not in rated:
            yield Hit(item.id, say("Nobody has said what the loss of {name} means.", name=item.title or item.id), HIGH)


def _consequence_out_of_range(w: Whole) -> Iterator[Hit]:
    for item in w.plant.functions:
        for index, part in enumerate(item.consequences):
            if not 1 <= part.rating <= 5:
                title = say(
                    "A consequence of {name} is rated {rating}; ratings go from 1 to 5.",
                    name=item.id,
                    rating=part.rating,
                )
                yield Hit(item.id, title, HIGH, str(index))


def _severe_without_reason(w: Whole) -> Iterator[Hit]:
    for item in w.plant.functions:
        for part in item.consequences:
            if part.rating >= 4 and not part.why:
                title = say(
                    "{name}: a rating of {rating} for {category} has no reason.",
                    name=item.id,
                    rating=part.rating,
                    category=part.category.value,
                )
                yield Hit(item.id, title, LOW, f"{part.objective.value}-{part.category.value}")


def _safety_without_people(w: Whole) -> Iterator[Hit]:
    for item in w.plant.functions:
        if item.safety and not any(part.category.value in {"people", "environment"} for part in item.consequences):
            title = say(
                "Safety function {name} has no consequence for people or environment.", name=item.title or item.id
            )
            yield Hit(item.id, title, HIGH)


def _safety_asset_without_safety_function(w: Whole) -> Iterator[Hit]:
    supported = {name for item in w.plant.functions for name in item.supported_by}
    for asset in w.plant.assets:
        if (asset.safety or asset.kind.value.startswith("safety")) and asset.id not in supported:
            yield Hit(asset.id, say("{asset} is safety-related but supports no function.", asset=asset.name), HIGH)


def _availability_only(w: Whole) -> Iterator[Hit]:
    for item in w.plant.functions:
        if item.consequences and all(part.objective is Objective.AVAILABILITY for part in item.consequences):
            title = say(
                "{name}: only availability is rated; what if it does the wrong thing?", name=item.title or item.id
            )
            yield Hit(item.id, title, LOW)


def _cumulation_without_reason(w: Whole) -> Iterator[Hit]:
    for item in w.plant.cumulations:
        if not item.reason:
            yield Hit(item.subject, say("The cumulation on {subject} has no justification.", subject=item.subject))


def _distribution_without_redundancy(w: Whole) -> Iterator[Hit]:
    for item in w.plant.distributions:
        if not item.redundancy:
            title = say("The distribution on {subject} names no redundancy; it does not count.", subject=item.subject)
            yield Hit(item.subject, title)


def _unknown_subject(w: Whole) -> Iterator[Hit]:
    known = {*w.plant.asset, *w.plant.zone, *w.plant.function}
    for subject in (*(c.subject for c in w.plant.cumulations), *(d.subject for d in w.plant.distributions)):
        if subject not in known:
            yield Hit(subject, say("{subject} is no asset, zone or function.", subject=subject))


# --- zones, conduits, entry points


def _zone_without_assets(w: Whole) -> Iterator[Hit]:
    parents = {zone.parent for zone in w.plant.zones}
    for zone in w.plant.zones:
        if not w.plant.members.get(zone.id) and zone.id not in parents:
            yield Hit(zone.id, say("Zone {zone} has no assets.", zone=zone.name), LOW)


def _controlled_without_evidence(w: Whole) -> Iterator[Hit]:
    for zone in w.plant.zones:
        if zone.exposure is Exposure.CONTROLLED and not zone.exposure_evidence:
            yield Hit(
                zone.id,
                say(
                    "Local access to {zone} is called controlled without evidence; it counts as staffed.",
                    zone=zone.name,
                ),
            )


def _broker_without_effect(w: Whole) -> Iterator[Hit]:
    for zone in w.plant.zones:
        if zone.broker and zone.id not in counting_brokers(w.plant):
            title = say(
                "The broker of {zone} does not count: an asset of the zone must authenticate and end sessions.",
                zone=zone.name,
            )
            yield Hit(zone.id, title)


def _administers_nobody(w: Whole) -> Iterator[Hit]:
    for zone in w.plant.zones:
        for target in zone.reauthenticates:
            if target not in zone.administers:
                title = say(
                    "{zone} says {target} authenticates again, but not that it administers it.",
                    zone=zone.name,
                    target=target,
                )
                yield Hit(zone.id, title, LOW, target)


def _programming_possible(w: Whole) -> Iterator[Hit]:
    levels = {item.scope: item.target.highest for item in w.risk.levels}
    for flow, source, target in possible_programming(w.plant):
        if levels.get(source, 0) < levels.get(target, 0):
            title = say(
                "Flow {flow} lets {source} program {target}, which has a higher level; say so or restrict it.",
                flow=flow,
                source=source,
                target=target,
            )
            yield Hit(flow, title)


def _conduit_without_flows(w: Whole) -> Iterator[Hit]:
    for conduit in w.plant.conduits:
        if not conduit.flows:
            yield Hit(conduit.id, say("Conduit {conduit} permits nothing.", conduit=conduit.name), LOW)


def _up_without_protection(w: Whole) -> Iterator[Hit]:
    """A conduit into a zone of a higher level, without anything that protects it."""
    levels = {item.scope: item.target.highest for item in w.risk.levels}
    for conduit in w.plant.conduits:
        ends = conduit_zones(w.plant, conduit.id)
        spread = {levels.get(zone, 0) for zone in ends}
        guarded = conduit.encrypted or conduit.authenticated or conduit.inspected or conduit.requires_vpn
        if len(spread) > 1 and not guarded and not _scoped(w, conduit.id):
            high = max(ends, key=lambda zone: levels.get(zone, 0))
            title = say(
                "Conduit {conduit} leads into {zone}, which has a higher level, without protection.",
                conduit=conduit.name,
                zone=high,
            )
            yield Hit(conduit.id, title, HIGH)


def _scoped(w: Whole, scope: str) -> bool:
    ends = {scope, *conduit_zones(w.plant, scope)}
    wanted = ("SR 5.2", "SR 3.1", "SR 1.2", "NDR 5.2")
    return any(
        p.requirement.startswith(wanted) and (not p.scope or ends.intersection(p.scope))
        for measure in w.plant.measures
        if measure.state is not MeasureState.CANDIDATE
        for p in measure.provides
    )


def _flow_without_owner_over_boundary(w: Whole) -> Iterator[Hit]:
    for conduit, flow in w.plant.flows:
        outside = any(end_of(w.plant, end).outside for end in (flow.source, flow.target))
        if outside and not (flow.owner or conduit.owner or flow.purpose):
            yield Hit(
                flow.id, say("Flow {flow} leaves the plant and has neither purpose nor owner.", flow=flow.id), LOW
            )


def _flow_expired(w: Whole) -> Iterator[Hit]:
    for _, flow in w.plant.flows:
        if w.today and flow.until and flow.until < w.today:
            yield Hit(flow.id, say("Flow {flow} was permitted until {date}.", flow=flow.id, date=flow.until), HIGH)


def _unknown_service(w: Whole) -> Iterator[Hit]:
    for _, flow in w.plant.flows:
        if flow.service not in w.plant.service and not flow.ports:
            yield Hit(
                flow.id, say("Service {service} of flow {flow} is unknown.", service=flow.service, flow=flow.id), HIGH
            )


def _secret_in_clear(w: Whole) -> Iterator[Hit]:
    for conduit, flow in w.plant.flows:
        service = w.plant.service.get(flow.service)
        if service is None or conduit.encrypted or flow.vpn:
            continue
        outside = any(
            start_of(w.plant, p) == 0 for end in (flow.source, flow.target) for p in end_of(w.plant, end).outside
        )
        if outside and service.encrypts is Support.NO:
            title = say("Flow {flow} crosses an untrusted network in clear.", flow=flow.id)
            yield Hit(flow.id, title, HIGH)


def _entry_leads_nowhere(w: Whole) -> Iterator[Hit]:
    used = {end for _, flow in w.plant.flows for end in (flow.source, flow.target)}
    for point in w.plant.entry_points:
        if point.id not in used and point.network not in used and not (point.zone or point.asset):
            title = say(
                "Entry point {point} leads nowhere: no flow, zone or asset names it.", point=point.title or point.id
            )
            yield Hit(point.id, title)


def _remote_router_without_entry(w: Whole) -> Iterator[Hit]:
    kinds = {"cellular-router", "remote-maintenance-router"}
    outside = {EntryKind.PUBLIC, EntryKind.REMOTE_ACCESS, EntryKind.CLOUD, EntryKind.SUPPLIER_UPDATE}
    for asset in w.plant.assets:
        if asset.kind.value not in kinds or any(asset.id in vpn.ends for vpn in w.plant.vpns):
            continue
        points = [
            p for p in w.plant.entry_points if p.kind in outside and (p.asset == asset.id or p.zone == asset.zone)
        ]
        flows = [
            flow
            for _, flow in w.plant.flows
            if asset.id in {flow.source, flow.target}
            and any(end_of(w.plant, end).outside for end in (flow.source, flow.target))
        ]
        if not points and not flows:
            title = say("{asset} is made for remote access, but no entry point or flow leads to it.", asset=asset.name)
            yield Hit(asset.id, title)


def _no_entry_point(w: Whole) -> Iterator[Hit]:
    if w.plant.assets and not w.plant.entry_points:
        title = say("No entry point is declared. Even a standalone machine meets service devices and removable media.")
        yield Hit(w.plant.system.name, title)


def _unfiltered_gateway(w: Whole) -> Iterator[Hit]:
    for gateway in w.plant.gateways:
        if not gateway.filters and len(gateway.interfaces) > 1:
            title = say("Gateway {asset} filters nothing: it joins its networks into one.", asset=gateway.asset)
            yield Hit(gateway.asset, title)


_P, _Z = ("ZCR 5.3",), ("ZCR 3.1",)
CHECKS: Final[dict[str, tuple[Check, tuple[str, ...]]]] = {
    "function-without-assets": (_function_without_assets, _P),
    "function-without-consequences": (_function_without_consequences, _P),
    "consequence-out-of-range": (_consequence_out_of_range, _P),
    "severe-without-reason": (_severe_without_reason, _P),
    "safety-without-people": (_safety_without_people, ("ZCR 3.3",)),
    "safety-asset-without-function": (_safety_asset_without_safety_function, ("ZCR 3.3",)),
    "availability-only": (_availability_only, _P),
    "cumulation-without-reason": (_cumulation_without_reason, _P),
    "distribution-without-redundancy": (_distribution_without_redundancy, _P),
    "unknown-subject": (_unknown_subject, _P),
    "zone-without-assets": (_zone_without_assets, _Z),
    "controlled-without-evidence": (_controlled_without_evidence, ("ZCR 5.4",)),
    "broker-without-effect": (_broker_without_effect, _Z),
    "reauthenticates-without-administers": (_administers_nobody, _Z),
    "programming-possible": (_programming_possible, ("ZCR 5.6",)),
    "conduit-without-flows": (_conduit_without_flows, _Z),
    "conduit-up-without-protection": (_up_without_protection, ("ZCR 5.8",)),
    "flow-without-owner": (_flow_without_owner_over_boundary, ("ZCR 6.4",)),
    "flow-expired": (_flow_expired, ("ZCR 6.4",)),
    "unknown-service": (_unknown_service, ("ZCR 6.4",)),
    "clear-over-untrusted": (_secret_in_clear, ("SR 4.1 RE 1",)),
    "entry-leads-nowhere": (_entry_leads_nowhere, ("ZCR 1.1",)),
    "remote-router-without-entry": (_remote_router_without_entry, ("ZCR 1.1",)),
    "no-entry-point": (_no_entry_point, ("ZCR 1.1",)),
    "unfiltered-gateway": (_unfiltered_gateway, ("SR 5.2",)),
}
