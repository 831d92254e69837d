"""From a plant to the graph of its zone diagram: sizes from measured text, and what stands where."""

from __future__ import annotations

from collections import deque

import msgspec

from ninefold.base.i18n import messages
from ninefold.documents.diagrams.layout import Edge, Graph, Node, Port
from ninefold.documents.fonts import fit, text_width, wrap
from ninefold.documents.terms import entry_word
from ninefold.model.assessment import ZoneLevels
from ninefold.model.assets import Asset
from ninefold.model.plant import Plant

say = messages("documents")

OUTSIDE = "(outside)"
MANY = 24  # lines; above it, labels are short
CHIP_HEIGHT = 24.0


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in one zone's box. ``head``: height of the title part."""

    title: tuple[str, ...]
    level: int | None
    safety: bool
    count: str
    container: bool
    head: float
    gated: bool = False
    assets: tuple[Asset, ...] = ()
    columns: int = 1
    chip: tuple[float, float] = (150.0, CHIP_HEIGHT)


class Join(msgspec.Struct, kw_only=True):
    """One line: a conduit between two ends, or the reach of an entry point. Arrows point at the called side."""

    conduit: str
    ends: tuple[str, str]
    forward: bool = False
    backward: bool = False
    protected: bool = True
    entry: bool = False
    services: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    heads: int = 1


class Diagram(msgspec.Struct, frozen=True, kw_only=True):
    """A graph and what to draw at its places."""

    graph: Graph
    cards: dict[str, Card]
    joins: dict[str, Join]
    order: tuple[str, ...]
    outside: tuple[str, ...]
    gates: dict[str, str]
    gate_names: dict[str, str]
    inside: dict[str, tuple[str, ...]]
    parents: tuple[str, ...]
    movable: frozenset[str]


def build(plant: Plant, levels: tuple[ZoneLevels, ...], *, assets: bool) -> Diagram:
    """The diagram of a plant. Zones whose parent is unknown, or that nest in a circle, stand at the top."""
    targets = {item.scope: item.target.highest for item in levels}
    children = _children(plant)
    joins = _joins(plant)
    _words(plant, joins, targets)
    ranks = _ranks(plant, joins)
    for join in joins.values():
        if ranks.get(join.ends[0], 99) > ranks.get(join.ends[1], 99):
            join.ends = join.ends[::-1]
            join.forward, join.backward = join.backward, join.forward
    gates, ports, through = _gateways(plant, joins)
    cards = {zone.id: _card(plant, zone.id, children, targets, assets, gated=zone.id in ports) for zone in plant.zones}
    names = {asset: _short(asset) for asset in set(gates.values())}
    order: list[str] = []
    inside: dict[str, tuple[str, ...]] = {}

    def node(name: str) -> Node:
        order.append(name)
        card = cards[name]
        made = tuple(node(child) for child in sorted(children[name], key=lambda c: ranks.get(c, 99)))
        inner = tuple(
            item for child in made for item in (child.id, *(p.id for p in child.ports), *inside.get(child.id, ()))
        )
        rows = -(-len(card.assets) // card.columns)
        body = rows * (card.chip[1] + 6) + (8 if rows else 0)
        own = tuple(Port(id=p, width=text_width(names[gates[p]], 11, 600) + 30, height=20) for p in ports.get(name, ()))
        inside[name] = (*inner, *(p.id for p in own))
        # A zone that holds zones and has lines of its own gets a place inside where these lines end.
        if made and any(name in join.ends for join in joins.values()):
            made = (Node(id=f"{name}/own", width=90, height=8), *made)
            inside[name] = (*inside[name], f"{name}/own")
        width = max(_width(card), min(len(own), 3) * 90.0)
        return Node(
            id=name,
            width=width,
            height=card.head + body + (10 if own else 4),
            top=card.head + body,
            children=made,
            ports=own,
        )

    roots = sorted(children[""], key=lambda c: ranks.get(c, 99))
    outside = [point.id for point in plant.entry_points]
    if any(OUTSIDE in join.ends for join in joins.values()):
        outside.append(OUTSIDE)
    nodes = [_outside_node(plant, name) for name in outside] + [node(name) for name in roots]
    edges = []
    for name, join in joins.items():
        wide = max((text_width(line, 11, 600) for line in join.lines), default=-20.0) + 20
        high = 13.0 * len(join.lines) + 10 if join.lines else 0.0
        a, b = (through.get((name, end)) or (f"{end}/own" if children.get(end) else end) for end in join.ends)
        edges.append(Edge(id=name, source=a, target=b, label_width=wide, label_height=high))
    return Diagram(
        graph=Graph(nodes=tuple(nodes), edges=tuple(edges)),
        cards=cards,
        joins=joins,
        order=tuple(order),
        outside=tuple(outside),
        gates=gates,
        gate_names=names,
        inside=inside,
        parents=tuple(name for name in reversed(order) if children[name]),
        movable=frozenset((*order, *outside)),
    )


def _children(plant: Plant) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {"": [], **{zone.id: [] for zone in plant.zones}}
    for zone in plant.zones:
        seen, above = {zone.id}, zone.parent
        while above in plant.zone and above not in seen:
            seen.add(above)
            above = plant.zone[above].parent
        circle = above in seen
        result[zone.parent if zone.parent in plant.zone and not circle else ""].append(zone.id)
    return result


def end_of(plant: Plant, name: str) -> str:
    """Where a flow's end is drawn: an entry point, a zone, or the unknown outside."""
    if name in plant.entry_point:
        return name
    zone = plant.zone_of(name)
    if zone:
        return zone
    for point in plant.entry_points:
        if point.network and point.network == name:
            return point.id
    return OUTSIDE


def _joins(plant: Plant) -> dict[str, Join]:
    joins: dict[str, Join] = {}
    services: dict[str, list[str]] = {}
    for conduit, flow in plant.flows:
        a, b = end_of(plant, flow.source), end_of(plant, flow.target)
        if a == b:
            continue
        name = f"{conduit.id}|{min(a, b)}|{max(a, b)}"
        if name not in joins:
            joins[name] = Join(conduit=conduit.id, ends=(a, b), protected=conduit.encrypted or conduit.authenticated)
        join = joins[name]
        if join.ends == (a, b):
            join.forward = True
        else:
            join.backward = True
        known = plant.service.get(flow.service)
        title = known.title if known else flow.service
        if title not in services.setdefault(name, []):
            services[name].append(title)
    for name, titles in services.items():
        joins[name].services = tuple(titles)
    reached = {end for join in joins.values() for end in join.ends}
    for point in plant.entry_points:
        zone = point.zone or (plant.zone_of(point.asset) if point.asset else "")
        if point.id not in reached and zone in plant.zone:
            joins[f"|{point.id}|{zone}"] = Join(
                conduit="", ends=(point.id, zone), forward=True, protected=False, entry=True
            )
    return joins


def _words(plant: Plant, joins: dict[str, Join], targets: dict[str, int]) -> None:
    """Labels: the title and the services, or the id alone where there are many lines."""
    many = len(joins) > MANY
    for join in joins.values():
        if not join.conduit:
            continue
        level = f" · SL-T {targets[join.conduit]}" if join.conduit in targets else ""
        if many:
            join.lines = (f"{join.conduit}{level}",)
            continue
        shown = ", ".join(join.services[:2]) + (f" +{len(join.services) - 2}" if len(join.services) > 2 else "")
        title = wrap(f"{plant.conduit[join.conduit].name}{level}", 11, 190, 600, 2)
        join.lines = (*title, *wrap(shown, 10, 190, 400, 1)) if shown else tuple(title)
        join.heads = len(title)


def _ranks(plant: Plant, joins: dict[str, Join]) -> dict[str, int]:
    """Steps from the nearest entry point: what is nearer stands higher."""
    near: dict[str, list[str]] = {}
    for join in joins.values():
        near.setdefault(join.ends[0], []).append(join.ends[1])
        near.setdefault(join.ends[1], []).append(join.ends[0])
    starts = [
        OUTSIDE,
        *(point.id for point in plant.entry_points if any(point.id in j.ends for j in joins.values() if not j.entry)),
    ]
    ranks = dict.fromkeys(starts, 0)
    queue = deque(starts)
    while queue:
        here = queue.popleft()
        for other in near.get(here, ()):
            if other not in ranks:
                ranks[other] = ranks[here] + 1
                queue.append(other)
    for point in plant.entry_points:
        ranks.setdefault(point.id, 0)
    return ranks


def _gateways(
    plant: Plant, joins: dict[str, Join]
) -> tuple[dict[str, str], dict[str, list[str]], dict[tuple[str, str], str]]:
    """Gates (port id -> asset), ports by zone, and which line enters a zone through which port.

    A gateway stands on the border of the zone it belongs to, or else of the inner end, for every conduit whose
    two ends it connects.
    """
    gates: dict[str, str] = {}
    ports: dict[str, list[str]] = {}
    through: dict[tuple[str, str], str] = {}
    for gateway in plant.gateways:
        home = plant.zone_of(gateway.asset)
        reach = {plant.network[i.network].zone for i in gateway.interfaces if i.network in plant.network}
        points = {
            p.id for p in plant.entry_points if p.network in {i.network for i in gateway.interfaces} and p.network
        }
        sides = (reach | points | ({home} if home else set())) - {""}
        for name, join in joins.items():
            inner = home if home in join.ends else join.ends[1]
            if not join.conduit or inner not in plant.zone or (name, inner) in through or not set(join.ends) <= sides:
                continue
            port = f"{inner}#{gateway.asset}#{name}"  # one per line, so that lines never run into each other
            gates[port] = gateway.asset
            ports.setdefault(inner, []).append(port)
            through[name, inner] = port
    return gates, ports, through


def _short(asset: str) -> str:
    """Gateways are marked by their id: it stands on every line they guard, and must stay small."""
    return fit(asset, 11, 170, 600)


def _card(
    plant: Plant, name: str, children: dict[str, list[str]], targets: dict[str, int], assets: bool, *, gated: bool
) -> Card:
    zone = plant.zone[name]
    members = plant.members.get(name, ())
    safety = zone.safety or any(asset.safety for asset in members)
    title = tuple(wrap(zone.name, 13, 210, 600, 2))
    number = len(members) + sum(asset.count - 1 for asset in members if hasattr(asset, "count"))
    count = str(say("{count} assets", count=number)) if number != 1 else str(say("1 asset"))
    shown = members if assets else ()
    columns = 1 if len(shown) <= 2 else 2 if len(shown) <= 8 else 3 if len(shown) <= 24 else 4
    widest = max((text_width(asset.name, 11) + 20 for asset in shown), default=0.0)
    return Card(
        title=title,
        level=targets.get(name),
        safety=safety,
        count=count if members else "",
        container=bool(children[name]),
        head=52.0 + 16 * (len(title) - 1) + (8 if gated else 0),
        gated=gated,
        assets=shown,
        columns=columns,
        chip=(min(max(widest, 110.0), 190.0), CHIP_HEIGHT),
    )


def _width(card: Card) -> float:
    title = max(text_width(line, 13, 600) for line in card.title) + 32
    badges = 28 + 54 + (text_width(str(say("safety")), 11, 600) + 20 if card.safety else 0) + text_width(card.count, 11)
    chips = card.columns * (card.chip[0] + 8) + 20 if card.assets else 0
    return max(title, badges, chips, 150.0)


def _outside_node(plant: Plant, name: str) -> Node:
    point = plant.entry_point.get(name)
    title = (point.title or point.id) if point else str(say("Outside"))
    kind = str(entry_word(point.kind)) if point else str(say("no zone given"))
    wide = max(text_width(title, 12, 600), text_width(kind, 10.5)) + 34
    return Node(id=name, width=min(max(wide, 110.0), 260.0), height=40, outside=True)
