"""The zone and conduit diagram (IEC 62443-3-2:2020 ZCR 6.2): what it shows, and how it is drawn.

Two levels of detail: the plant (zones with level and number of assets) and the plant with its assets. Security
levels are printed as numbers, safety is written out, gateways sit on the border of the zone they guard.
"""

from __future__ import annotations

from enum import Enum
from itertools import pairwise
from typing import Any

import msgspec

from ninefold.base.i18n import messages
from ninefold.documents.diagrams.graph import Diagram, Join, build
from ninefold.documents.diagrams.layout import ElkLayout, Layout, Placed, with_routes
from ninefold.documents.diagrams.route import Box
from ninefold.documents.diagrams.svg import Pen, level_colours, num
from ninefold.documents.fonts import fit, text_width
from ninefold.documents.resolve import slug
from ninefold.documents.terms import entry_word
from ninefold.model.assessment import ZoneLevels
from ninefold.model.assets import Asset
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import NETWORK_KINDS, SAFETY_KINDS

say = messages("documents")


class Detail(Enum):
    """How much the diagram shows."""

    PLANT = "plant"
    ASSETS = "assets"


class ZonePicture(msgspec.Struct, frozen=True, kw_only=True):
    """Zones and conduits of a plant. ``pins``: zone or entry point id -> (x, y) that a person chose (pixels)."""

    plant: Plant
    levels: tuple[ZoneLevels, ...] = ()
    detail: Detail = Detail.PLANT
    layout: Layout = ElkLayout()
    pins: tuple[tuple[str, float, float], ...] = ()
    links: bool = True

    def svg(self, theme: str = "print") -> str:
        """The diagram in the language of the moment."""
        diagram = build(self.plant, self.levels, assets=self.detail is Detail.ASSETS)
        placed = _pinned(diagram, self.layout.place(diagram.graph), {name: (x, y) for name, x, y in self.pins})
        return _Drawing(self, diagram, placed, theme).draw()

    def positions(self) -> dict[str, tuple[float, float]]:
        """Where zones and entry points stand now: what ``layout.yaml`` may keep."""
        diagram = build(self.plant, self.levels, assets=self.detail is Detail.ASSETS)
        placed = _pinned(diagram, self.layout.place(diagram.graph), {name: (x, y) for name, x, y in self.pins})
        return {name: (box.x, box.y) for name, box in placed.boxes.items() if name in diagram.movable}

    def alt(self) -> str:
        """The diagram in words."""
        names = {item.scope: item.target.highest for item in self.levels}
        listed = [f"{zone.name} (SL-T {names.get(zone.id, '?')})" for zone in self.plant.zones]
        shown = ", ".join(listed[:12]) + (" …" if len(listed) > 12 else "")
        return str(
            say(
                "Zones and conduits: {zones} zones, {conduits} conduits, {entries} entry points. Zones: {names}.",
                zones=len(self.plant.zones),
                conduits=len(self.plant.conduits),
                entries=len(self.plant.entry_points),
                names=shown,
            )
        )


def _pinned(diagram: Diagram, placed: Placed, pins: dict[str, tuple[float, float]]) -> Placed:
    """Move what a person moved, with everything inside it; then all lines are drawn by our own router."""
    if not any(name in placed.boxes for name in pins):
        return placed
    boxes = dict(placed.boxes)
    for name in sorted(pins):
        if name not in boxes:
            continue
        dx, dy = pins[name][0] - boxes[name].x, pins[name][1] - boxes[name].y
        for inner in (name, *diagram.inside.get(name, ())):
            if inner in boxes:
                box = boxes[inner]
                boxes[inner] = Box(box.x + dx, box.y + dy, box.width, box.height)
    for parent in diagram.parents:  # inner ones first: a parent grows around what was moved
        inner_boxes = [boxes[item] for item in diagram.inside[parent] if item in boxes]
        own = boxes[parent]
        left = min(own.x, *(box.x - 20 for box in inner_boxes))
        top = min(own.y, *(box.y - 44 for box in inner_boxes))
        right = max(own.right, *(box.right + 20 for box in inner_boxes))
        bottom = max(own.bottom, *(box.bottom + 20 for box in inner_boxes))
        boxes[parent] = Box(left, top, right - left, bottom - top)
    shift_x = max(0.0, 24 - min(box.x for box in boxes.values()))
    shift_y = max(0.0, 24 - min(box.y for box in boxes.values()))
    boxes = {name: Box(b.x + shift_x, b.y + shift_y, b.width, b.height) for name, b in boxes.items()}
    width = max(box.right for box in boxes.values()) + 60
    height = max(box.bottom for box in boxes.values()) + 40
    return with_routes(diagram.graph, boxes, width, height)


def _leader(box: Box, way: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """A thin line from a label to its conduit, where the label had to move away from it."""
    best: tuple[float, tuple[float, float]] | None = None
    x, y = box.middle
    for (ax, ay), (bx, by) in pairwise(way):
        near = (min(max(x, min(ax, bx)), max(ax, bx)), min(max(y, min(ay, by)), max(ay, by)))
        gap = max(abs(near[0] - x) - box.width / 2, abs(near[1] - y) - box.height / 2)
        if best is None or gap < best[0]:
            best = (gap, near)
    if best is None or best[0] < 10:
        return ()
    return ((x, y), best[1])


class _Drawing:
    def __init__(self, picture: ZonePicture, diagram: Diagram, placed: Placed, theme: str) -> None:
        self.picture = picture
        self.plant = picture.plant
        self.diagram = diagram
        self.placed = placed
        self.pen = Pen(theme)

    def draw(self) -> str:
        width = max(self.placed.width, 560.0)
        height = self.placed.height + 48
        self.pen.rect(0, 0, width, height, "paper")
        for zone in self.diagram.order:
            self.zone(zone)
        for name, join in self.diagram.joins.items():
            self.join(name, join)
        for name, join in self.diagram.joins.items():
            self.label(name, join)
        for port, asset in self.diagram.gates.items():
            self.gate(self.placed.boxes[port], asset)
        for name in self.diagram.outside:
            self.entry(name)
        self.legend(self.placed.height + 14)
        return self.pen.document(width, height, self.picture.alt())

    def zone(self, name: str) -> None:
        pen, box, zone = self.pen, self.placed.boxes[name], self.plant.zone[name]
        card = self.diagram.cards[name]
        pen.open_group(name, f"{name}: {zone.name}")
        if self.picture.links:
            pen.open_link(f"#{slug(name)}")
        fill = "area" if card.container else "card"
        stroke = "safety" if card.safety else "line" if card.container else "conduit"
        pen.rect(box.x, box.y, box.width, box.height, fill, stroke, radius=5, line=1.8 if card.safety else 1.2)
        head = card.head
        if card.safety:
            pen.rect(box.x + 1, box.y + 1, 5, box.height - 2, "safety", radius=2)
        x, y = box.x + 14, box.y + (28 if card.gated else 20)
        for line in card.title:
            pen.text(x, y, line, 13, bold=True)
            y += 16
        self.badges(x, y - 8, name)
        for index, asset in enumerate(card.assets):
            self.chip(box, head, index, card.columns, card.chip, asset)
        if self.picture.links:
            pen.close_link()
        pen.close_group()

    def badges(self, x: float, y: float, name: str) -> None:
        pen, card = self.pen, self.diagram.cards[name]
        words = f"SL-T {'?' if card.level is None else card.level}"
        fill, colour = level_colours(card.level)
        width = text_width(words, 11, 600) + 12
        pen.rect(
            x,
            y,
            width,
            17,
            fill,
            "soft" if card.level is None else "",
            radius=3,
            dash="3 2" if card.level is None else "",
        )
        pen.text(x + 6, y + 12.5, words, 11, colour=colour, bold=True)
        x += width + 8
        if card.safety:
            words = str(say("safety"))
            width = text_width(words, 11, 600) + 12
            pen.rect(x, y, width, 17, "safety-pale", "safety", radius=3)
            pen.text(x + 6, y + 12.5, words, 11, bold=True)
            x += width + 8
        if card.count:
            pen.text(x, y + 12.5, card.count, 11, colour="soft")

    def chip(self, box: Box, head: float, index: int, columns: int, size: tuple[float, float], asset: Asset) -> None:
        pen = self.pen
        x = box.x + 14 + (index % columns) * (size[0] + 8)
        y = box.y + head + (index // columns) * (size[1] + 6)
        safe = asset.safety or asset.kind in SAFETY_KINDS
        mark = "safety" if safe else "accent" if asset.kind in NETWORK_KINDS else "line"
        pen.rect(x, y, size[0], size[1], "pale", "line", radius=2, line=0.8)
        pen.rect(x, y, 3.5, size[1], mark)
        pen.text(x + 9, y + size[1] / 2 + 3.8, fit(asset.name, 11, size[0] - 14), 11)

    def join(self, name: str, join: Join) -> None:
        points = self.placed.routes.get(name, ())
        if len(points) < 2:
            return
        colour = "outside" if join.entry else "conduit"
        data = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points)
        self.pen.path(data, "", colour, line=1.6, dash="" if join.protected else "5 4")
        if join.forward:
            self.arrow(points[-2], points[-1], colour)
        if join.backward:
            self.arrow(points[1], points[0], colour)

    def arrow(self, a: tuple[float, float], b: tuple[float, float], colour: str) -> None:
        length = ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 or 1.0
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        x, y = b[0] - ux * 8, b[1] - uy * 8
        self.pen.path(
            f"M{num(b[0])} {num(b[1])}L{num(x - uy * 4)} {num(y + ux * 4)}L{num(x + uy * 4)} {num(y - ux * 4)}Z", colour
        )

    def label(self, name: str, join: Join) -> None:
        box = self.placed.labels.get(name)
        if box is None or not join.lines:
            return
        pen = self.pen
        pen.open_group(join.conduit, join.conduit)
        leader = _leader(box, self.placed.routes.get(name, ()))
        if leader:
            pen.path("M" + "L".join(f"{num(x)} {num(y)}" for x, y in leader), "", "soft", line=0.9, dash="1.5 3")
        if self.picture.links and join.conduit:
            pen.open_link(f"#{slug(join.conduit)}")
        pen.rect(box.x + 2, box.y + 2, box.width - 4, box.height - 4, "paper", "line", radius=3, line=0.8)
        y = box.y + 15.5
        for index, line in enumerate(join.lines):
            pen.text(
                box.x + box.width / 2,
                y,
                line,
                11 if index < join.heads else 10,
                bold=index < join.heads,
                colour="ink" if index < join.heads else "soft",
                anchor="middle",
            )
            y += 13
        if self.picture.links and join.conduit:
            pen.close_link()
        pen.close_group()

    def gate(self, box: Box, asset: str) -> None:
        pen = self.pen
        pen.open_group(asset, asset)
        pen.rect(box.x, box.y, box.width, box.height, "accent-pale", "accent", radius=3, line=1.2)
        x, y = box.x + 5, box.y + 4.5
        for row in range(3):  # a small wall
            pen.rect(x, y + row * 3.6, 12, 3.6, "", "accent", line=0.7)
            for brick in (4, 8) if row % 2 == 0 else (2, 6, 10):
                pen.line(x + brick, y + row * 3.6, x + brick, y + row * 3.6 + 3.6, "accent", width=0.7)
        pen.text(box.x + 21, box.y + 14, self.diagram.gate_names[asset], 11, bold=True, colour="accent")
        pen.close_group()

    def entry(self, name: str) -> None:
        pen, box = self.pen, self.placed.boxes[name]
        point = self.plant.entry_point.get(name)
        title = (point.title or point.id) if point else str(say("Outside"))
        kind = str(entry_word(point.kind)) if point else str(say("no zone given"))
        pen.open_group(name, f"{name}: {title}")
        pen.rect(box.x, box.y, box.width, box.height, "outside-pale", "outside", radius=box.height / 2, line=1.2)
        pen.text(box.x + box.width / 2, box.y + 17, fit(title, 12, box.width - 24, 600), 12, bold=True, anchor="middle")
        pen.text(
            box.x + box.width / 2, box.y + 31, fit(kind, 10.5, box.width - 24), 10.5, colour="outside", anchor="middle"
        )
        pen.close_group()

    def legend(self, y: float) -> None:
        pen, x = self.pen, 24.0
        items: list[tuple[str, Any]] = [
            (str(say("conduit, protected (authenticated or encrypted)")), "solid"),
            (str(say("conduit without protection")), "dash"),
            (str(say("the arrow points to the side that is called")), "arrow"),
            (str(say("gateway on the border")), "gate"),
            (str(say("entry point")), "entry"),
        ]
        limit = max(self.placed.width, 560.0) - 20
        for words, kind in items:
            width = 34 + text_width(words, 10.5) + 18
            if x + width > limit and x > 24:
                x, y = 24.0, y + 17
            if kind == "solid":
                pen.line(x, y + 7, x + 26, y + 7, "conduit", width=1.6)
            elif kind == "dash":
                pen.path(f"M{num(x)} {num(y + 7)}L{num(x + 26)} {num(y + 7)}", "", "conduit", line=1.6, dash="5 4")
            elif kind == "arrow":
                pen.line(x, y + 7, x + 20, y + 7, "conduit", width=1.6)
                self.arrow((x, y + 7), (x + 26, y + 7), "conduit")
            elif kind == "gate":
                pen.rect(x + 2, y + 1, 22, 12, "accent-pale", "accent", radius=3)
            else:
                pen.rect(x + 1, y + 1, 25, 12, "outside-pale", "outside", radius=6)
            pen.text(x + 32, y + 10.5, words, 10.5, colour="soft")
            x += width
