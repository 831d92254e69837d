"""Exposure of zones: how far away the outside is (``e_net``) and who can touch the equipment (``e_local``).

Source: docs/method.md section 3. A chain leads along flows in the direction of their session; the answer of a flow
counts as well where it carries commands or updates. A zone lies *between* only if its broker counts and the chain
goes through that broker: routing, NAT and filtering never count.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from ninefold.analysis.words import memo
from ninefold.base.i18n import Message, messages
from ninefold.model.assessment import ZoneExposure
from ninefold.model.findings import Reason
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import EntryKind
from ninefold.model.zones import Exposure, Flow, Zone

say = messages("analysis")

PUBLIC_KINDS: Final = frozenset(
    {
        EntryKind.PUBLIC,
        EntryKind.REMOTE_ACCESS,
        EntryKind.CLOUD,
        EntryKind.SUPPLIER_UPDATE,
        EntryKind.WIRELESS_PUBLIC,
    }
)
NETWORK_ENTRIES: Final = PUBLIC_KINDS | {EntryKind.ENTERPRISE}
_ANSWERS: Final = frozenset({"commands", "updates"})
FAR: Final = 2  # two and more zones between: all the same to e_net


class Step(NamedTuple):
    """One hop of a chain: from an outside point or zone, to a zone, along a flow, entry point or gateway."""

    source: str
    target: str
    along: str
    through: bool  # it lands on the broker of the target zone, or on the zone as a whole
    leaves: bool  # it starts at the broker of the source zone, or at the zone as a whole


class Reach(NamedTuple):
    """Nearest way into a zone: 0 straight from a public network, 1 from the enterprise or past one zone, 2 further."""

    distance: int
    chain: tuple[str, ...]


def exposures(plant: Plant) -> tuple[ZoneExposure, ...]:
    """Exposure of every zone, by id. Computed once per plant."""
    return memo(plant, "exposures", _exposures)


def likelihoods(system: System, e_net: int, e_local: int) -> tuple[int, int, int, int]:
    """L(1..4) for an exposure; class 4 only where the threat environment names such an adversary (ZCR 6.6)."""
    settings = system.method
    near = max(e_net, e_local)
    fourth = _clamp(settings.base_4 + e_net) if system.adversary_class_4 else 0
    return (
        _clamp(settings.base_1 + near),
        _clamp(settings.base_2 + near),
        _clamp(settings.base_3 + e_net),
        fourth,
    )


def counting_brokers(plant: Plant) -> dict[str, str]:
    """The asset that authenticates and ends sessions, by zone, where a zone counts as *between*."""
    return memo(plant, "brokers", _brokers)


def e_local(plant: Plant, zone: Zone) -> tuple[int, Reason]:
    """Local exposure -2..0 with its reason; the strict value -2 only with evidence."""
    strangers = sorted(
        point.id
        for point in plant.entry_points
        if point.supervised is False
        and point.kind not in NETWORK_ENTRIES
        and (point.zone == zone.id or (point.asset in plant.asset and plant.asset[point.asset].zone == zone.id))
    )
    if zone.exposure is Exposure.UNATTENDED:
        value, says = 0, say("The site of {zone} is unattended.", zone=zone.name)
    elif strangers:
        value, says = 0, say("Third parties reach {zone} without supervision.", zone=zone.name)
    elif zone.exposure is Exposure.CONTROLLED and zone.exposure_evidence:
        value, says = -2, say("Local access to {zone} is controlled, with evidence.", zone=zone.name)
    elif zone.exposure is Exposure.CONTROLLED:
        value = -1
        says = say("Local access to {zone} is said to be controlled, but no evidence is named.", zone=zone.name)
    else:
        value = -1
        says = say("Staff, contractors, removable media and service devices reach {zone}.", zone=zone.name)
    return value, Reason(says=says, value=value, rule="method 3", refs=(zone.id, *strangers))


def reaches(plant: Plant) -> dict[str, Reach]:
    """The nearest way into each zone that has one."""
    return memo(plant, "reaches", lambda item: _nearest(item, steps(item)))


def steps(plant: Plant) -> tuple[Step, ...]:
    """All hops that an attacker from the network can take between outside points and zones."""
    return memo(plant, "steps", lambda item: tuple(sorted(set(_steps(item)))))


def _clamp(value: int) -> int:
    return min(max(value, 0), 5)


def _exposures(plant: Plant) -> tuple[ZoneExposure, ...]:
    near = reaches(plant)
    return tuple(_exposure(plant, zone, near.get(zone.id)) for zone in sorted(plant.zones, key=lambda item: item.id))


def _exposure(plant: Plant, zone: Zone, reach: Reach | None) -> ZoneExposure:
    net = -2 if reach is None else 1 - reach.distance
    local, local_why = e_local(plant, zone)
    chains = (reach.chain,) if reach else ()
    way = Reason(says=say("Nearest way: {chain}.", chain=" → ".join(reach.chain)), refs=reach.chain) if reach else None
    net_why = Reason(
        says=_net_words(zone, net),
        value=net,
        rule="method 3",
        refs=reach.chain if reach else (),
        because=(way,) if way else (),
    )
    levels = likelihoods(plant.system, net, local)
    why = Reason(
        says=say(
            "Exposure of {zone}: from the network {net}, on site {local}; likelihood {levels} for the classes 1 to 4.",
            zone=zone.name,
            net=f"{net:+d}",
            local=f"{local:+d}",
            levels=" ".join(str(item) for item in levels),
        ),
        rule="method 3",
        refs=(zone.id,),
        because=(net_why, local_why),
    )
    return ZoneExposure(zone=zone.id, e_net=net, e_local=local, likelihood=levels, chains=chains, why=why)


def _net_words(zone: Zone, net: int) -> Message:
    if net == 1:
        return say("A public or remote-access network leads straight into {zone}.", zone=zone.name)
    if net == 0:
        return say(
            "The enterprise network leads straight into {zone}, or one zone that authenticates and ends the session"
            " lies before it.",
            zone=zone.name,
        )
    if net == -1:
        return say("More than one such zone lies between {zone} and the outside.", zone=zone.name)
    return say("No network path leads from outside into {zone}.", zone=zone.name)


def _brokers(plant: Plant) -> dict[str, str]:
    # a broker nobody can point at, or outside its zone, cannot end a session: it does not count
    vpns = {vpn.id for vpn in plant.vpns if vpn.users}
    result = {}
    for zone in plant.zones:
        if zone.broker is None or not zone.broker.counts:
            continue
        by = zone.broker.by
        if by in vpns or zone_of_asset(plant, by) == zone.id:
            result[zone.id] = by
    return result


def zone_of_asset(plant: Plant, asset: str) -> str:
    """The zone of an asset; software without a zone lives in the zone of its host."""
    seen: set[str] = set()
    while asset in plant.asset and asset not in seen:
        seen.add(asset)
        item = plant.asset[asset]
        if item.zone or not item.runs_on:
            return item.zone
        asset = item.runs_on
    return ""


class _End(NamedTuple):
    outside: tuple[str, ...]
    zone: str
    asset: str


def end_of(plant: Plant, end: str) -> _End:
    """What a flow's end is: outside points (as ids), or a zone with the asset in it ("" for the whole zone)."""
    known: dict[str, _End] = memo(plant, "ends", lambda _: {})
    if end not in known:
        known[end] = _find_end(plant, end)
    return known[end]


def _find_end(plant: Plant, end: str) -> _End:
    if end in plant.entry_point:
        return _End((end,), "", "")
    if end in plant.zone:
        return _End((), end, "")
    if end in plant.network:
        zone = plant.network[end].zone
        return _End((), zone, "") if zone else _End(_points_of_network(plant, end) or (end,), "", "")
    zone = zone_of_asset(plant, end)
    return _End((), zone, end) if zone else _End((end,), "", "")


def _points_of_network(plant: Plant, network: str) -> tuple[str, ...]:
    return tuple(point.id for point in plant.entry_points if point.network == network)


def start_of(plant: Plant, outside: str) -> int | None:
    """Distance at which an outside point starts: 0 public, 1 enterprise, None for what is no network.

    What is neither a zone nor a declared entry point is unknown; the conservative reading is public.
    """
    point = plant.entry_point.get(outside)
    if point is None:
        return 0
    if point.kind in PUBLIC_KINDS:
        return 0
    return 1 if point.kind is EntryKind.ENTERPRISE else None


def _steps(plant: Plant) -> Iterator[Step]:
    brokers = counting_brokers(plant)
    for conduit, flow in plant.flows:
        yield from _flow_steps(plant, brokers, flow, conduit.id)
    for point in plant.entry_points:
        yield from _entry_steps(plant, brokers, point.id)
    for zone in plant.zones:
        if zone.untrusted_access:
            yield Step("untrusted-network", zone.id, zone.id, False, False)
        if zone.business:
            yield Step("enterprise-network", zone.id, zone.id, False, False)
    yield from _gateway_steps(plant, brokers)


def _flow_steps(plant: Plant, brokers: dict[str, str], flow: Flow, conduit: str) -> Iterator[Step]:
    source, target = end_of(plant, flow.source), end_of(plant, flow.target)
    yield from _between(brokers, source, target, flow, conduit)
    if _ANSWERS.intersection(flow.carries):
        yield from _between(brokers, target, source, flow, conduit)


def _between(brokers: dict[str, str], source: _End, target: _End, flow: Flow, conduit: str) -> Iterator[Step]:
    if not target.zone or target.zone == source.zone:
        return
    through = flow.brokered or not target.asset or target.asset == brokers.get(target.zone)
    through = through or (bool(flow.vpn) and flow.vpn == brokers.get(target.zone))
    leaves = flow.brokered or not source.asset or source.asset == brokers.get(source.zone)
    for origin in source.outside or (source.zone,):
        yield Step(origin, target.zone, conduit, through, leaves)


def _entry_steps(plant: Plant, brokers: dict[str, str], identifier: str) -> Iterator[Step]:
    point = plant.entry_point[identifier]
    if point.kind not in NETWORK_ENTRIES:
        return
    radio = point.kind is EntryKind.WIRELESS_PUBLIC
    if point.asset:
        zone = zone_of_asset(plant, point.asset)
        if zone:
            yield Step(identifier, zone, point.asset, point.asset == brokers.get(zone), False)
    elif point.zone in plant.zone:
        yield Step(identifier, point.zone, identifier, not radio, False)
    if point.network in plant.network and plant.network[point.network].zone:
        yield Step(identifier, plant.network[point.network].zone, point.network, False, False)


def _gateway_steps(plant: Plant, brokers: dict[str, str]) -> Iterator[Step]:
    """A gateway that does not filter joins all its networks, whatever the conduits say."""
    for gateway in plant.gateways:
        if gateway.filters:
            continue
        ends = [end_of(plant, item.network) for item in gateway.interfaces if item.network in plant.network]
        for source in ends:
            for target in ends:
                if target.zone and target.zone != source.zone:
                    leaves = gateway.asset == brokers.get(source.zone)
                    for origin in source.outside or (source.zone,):
                        yield Step(origin, target.zone, gateway.asset, False, leaves)


def _nearest(plant: Plant, hops: Iterable[Step]) -> dict[str, Reach]:
    """Dijkstra over (zone, came through its broker); equal distances by number of hops, then by name."""
    brokers = counting_brokers(plant)
    onward: dict[str, list[Step]] = {}
    heap: list[tuple[int, int, tuple[str, ...], str, bool]] = []
    for hop in hops:
        if hop.source in plant.zone:
            onward.setdefault(hop.source, []).append(hop)
            continue
        start = 1 if hop.source == "enterprise-network" else start_of(plant, hop.source)
        if start is not None:
            heap.append((start, 1, _chain((hop.source,), hop), hop.target, hop.through))
    heapq.heapify(heap)
    done: set[tuple[str, bool]] = set()
    best: dict[str, Reach] = {}
    while heap:
        distance, hops_so_far, chain, zone, through = heapq.heappop(heap)
        if (zone, through) in done:
            continue
        done.add((zone, through))
        best.setdefault(zone, Reach(distance, chain))
        for hop in onward.get(zone, ()):
            between = zone in brokers and (through or hop.leaves)
            item = (min(distance + between, FAR), hops_so_far + 1, _chain(chain, hop), hop.target, hop.through)
            if (hop.target, hop.through) not in done:
                heapq.heappush(heap, item)
    return best


def _chain(before: tuple[str, ...], hop: Step) -> tuple[str, ...]:
    return (*before, hop.along, hop.target) if hop.along != hop.target else (*before, hop.target)
