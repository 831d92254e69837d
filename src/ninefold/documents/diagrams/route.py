"""Our own small orthogonal router: lines for boxes whose positions a person chose, and for the fallback layout.

Each line leaves a box at the side that faces its partner, goes through the channel halfway and enters at the
facing side; of several candidate channels the one that crosses the fewest boxes wins. Labels sit on the longest
part of their line, and move along it until they cover no other label.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import msgspec

Point = tuple[float, float]


class Box(msgspec.Struct, frozen=True):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether the two share area, or come closer than ``gap``."""
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )

    def crossed(self, a: Point, b: Point) -> bool:
        """Whether the axis-parallel line from ``a`` to ``b`` runs through the inside."""
        left, right = sorted((a[0], b[0]))
        top, bottom = sorted((a[1], b[1]))
        return left < self.right and right > self.x and top < self.bottom and bottom > self.y


def _attach(box: Box, side: str, share: float) -> Point:
    if side == "left":
        return box.x, box.y + box.height * share
    if side == "right":
        return box.right, box.y + box.height * share
    if side == "top":
        return box.x + box.width * share, box.y
    return box.x + box.width * share, box.bottom


def _candidates(a: Box, b: Box, share: float) -> Iterable[tuple[Point, ...]]:
    """Ways from ``a`` to ``b``, the nicest first."""
    ways = []
    if a.bottom < b.y or b.bottom < a.y:
        down = a.bottom < b.y
        start, end = _attach(a, "bottom" if down else "top", share), _attach(b, "top" if down else "bottom", share)
        for part in (0.5, 0.25, 0.75, 0.1, 0.9):
            y = start[1] + (end[1] - start[1]) * part
            ways.append((start, (start[0], y), (end[0], y), end))
    if a.right < b.x or b.right < a.x:
        right = a.right < b.x
        start, end = _attach(a, "right" if right else "left", share), _attach(b, "left" if right else "right", share)
        for part in (0.5, 0.25, 0.75, 0.1, 0.9):
            x = start[0] + (end[0] - start[0]) * part
            ways.append((start, (x, start[1]), (x, end[1]), end))
    for side, out in (("left", -1), ("right", 1)):
        start, end = _attach(a, side, share), _attach(b, side, share)
        edge = min(a.x, b.x) if out < 0 else max(a.right, b.right)
        for far in (30.0, 60.0, 120.0):
            x = edge + out * far
            ways.append((start, (x, start[1]), (x, end[1]), end))
    return ways


def _cost(way: tuple[Point, ...], obstacles: list[Box], drawn: list[tuple[Point, Point]]) -> float:
    cost = 0.0
    for a, b in pairwise(way):
        length = abs(a[0] - b[0]) + abs(a[1] - b[1])
        cost += length + sum(1000.0 for box in obstacles if box.crossed(a, b))
        for c, d in drawn:
            same_x = (
                a[0] == b[0] == c[0] == d[0] and min(a[1], b[1]) < max(c[1], d[1]) and min(c[1], d[1]) < max(a[1], b[1])
            )
            same_y = (
                a[1] == b[1] == c[1] == d[1] and min(a[0], b[0]) < max(c[0], d[0]) and min(c[0], d[0]) < max(a[0], b[0])
            )
            cost += 400.0 if same_x or same_y else 0.0
    return cost


def route_all(
    boxes: dict[str, Box], parents: dict[str, tuple[str, ...]], edges: list[tuple[str, str, str, float, float]]
) -> tuple[dict[str, tuple[Point, ...]], dict[str, Box]]:
    """Corners and label boxes of every edge (id, source, target, label width, label height)."""
    routes: dict[str, tuple[Point, ...]] = {}
    labels: dict[str, Box] = {}
    drawn: list[tuple[Point, Point]] = []
    degree: dict[str, int] = {}
    for _, source, target, _, _ in edges:
        for end in (source, target):
            degree[end] = degree.get(end, 0) + 1
    used: dict[str, int] = {}
    for name, source, target, width, height in edges:
        a, b = boxes[source], boxes[target]
        keep = {source, target, *parents.get(source, ()), *parents.get(target, ())}
        obstacles = [
            box for key, box in boxes.items() if key not in keep and not ({source, target} & set(parents.get(key, ())))
        ]
        busy = max((source, target), key=lambda end: degree[end])
        used[busy] = used.get(busy, 0) + 1
        share = used[busy] / (degree[busy] + 1)
        way = min(_candidates(a, b, share), key=lambda item: _cost(item, obstacles, drawn))
        routes[name] = _tidy(way)
        drawn += list(pairwise(routes[name]))
        if width:
            labels[name] = _label(routes[name], width, height, [*labels.values(), *obstacles])
    return routes, labels


def _tidy(way: tuple[Point, ...]) -> tuple[Point, ...]:
    points = [way[0]]
    for point in way[1:]:
        if point != points[-1]:
            points.append(point)
    return tuple((round(x, 2), round(y, 2)) for x, y in points)


def _label(way: tuple[Point, ...], width: float, height: float, taken: list[Box]) -> Box:
    parts = sorted(pairwise(way), key=lambda s: -(abs(s[0][0] - s[1][0]) + abs(s[0][1] - s[1][1])))
    first: Box | None = None
    for (ax, ay), (bx, by) in parts:
        for share in (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9):
            x, y = ax + (bx - ax) * share, ay + (by - ay) * share
            box = Box(round(x - width / 2, 2), round(y - height / 2, 2), width, height)
            first = first or box
            if not any(box.overlaps(other, 3.0) for other in taken):
                return box
    box = first or Box(way[0][0], way[0][1], width, height)
    while any(box.overlaps(other, 3.0) for other in taken):
        box = Box(box.x, round(box.y + height + 4, 2), width, height)  # beside its line, but readable
    return box
