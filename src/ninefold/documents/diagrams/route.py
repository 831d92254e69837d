"""Our own orthogonal router: lines for boxes whose positions a person chose, and for the fallback layout.

Each line leaves its box at the side that faces the partner; the way between is the cheapest on the grid of all box
edges, where length, bends, crossings and running along another line cost, and running through a box is not
possible. Labels sit on the longest part of their line and move until they cover nothing.
"""

from __future__ import annotations

import heapq
from itertools import pairwise

import msgspec

Point = tuple[float, float]
Edge = tuple[str, str, str, float, float]

OUT = 13.0  # pixels between a box and a line that runs along it
BEND, CROSSING, ALONG = 24.0, 30.0, 5.0
STEPS = 20_000  # grid points looked at for one line; then it goes straight


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


_AWAY = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "top": (0.0, -1.0), "bottom": (0.0, 1.0)}


def facing(a: Box, b: Box) -> str:
    """The side of ``a`` that looks at ``b``: above and below first, as the picture reads."""
    if a.bottom + OUT < b.y:
        return "bottom"
    if b.bottom + OUT < a.y:
        return "top"
    return "right" if b.middle[0] >= a.middle[0] else "left"


def seat(box: Box, side: str, share: float) -> Point:
    """The point at ``share`` (0..1) of a side."""
    if side in {"left", "right"}:
        return (box.x if side == "left" else box.right), round(box.y + box.height * share, 1)
    return round(box.x + box.width * share, 1), (box.y if side == "top" else box.bottom)


def owner(end: str, parents: dict[str, tuple[str, ...]]) -> str:
    """The box an end belongs to: the zone of a gate, otherwise the box itself."""
    return parents[end][-1] if "#" in end and parents.get(end) else end


def seats(
    boxes: dict[str, Box], edges: list[Edge], parents: dict[str, tuple[str, ...]]
) -> dict[tuple[str, str], tuple[str, float]]:
    """Side and share for each (edge, end), gates and plain ends of one side together.

    They stand in the order of their partners, so that lines cross less.
    """
    sides: dict[tuple[str, str], list[tuple[float, str, str]]] = {}
    for name, source, target, _, _ in edges:
        for here, there in ((source, target), (target, source)):
            own, other = boxes[owner(here, parents)], boxes[owner(there, parents)]
            side = facing(own, other)
            key = other.middle[0 if side in {"top", "bottom"} else 1]
            sides.setdefault((owner(here, parents), side), []).append((key, name, here))
    result: dict[tuple[str, str], tuple[str, float]] = {}
    for (_, side), items in sides.items():
        for index, (_, name, here) in enumerate(sorted(items)):
            result[name, here] = (side, (index + 1) / (len(items) + 1))
    return result


def reseat(boxes: dict[str, Box], parents: dict[str, tuple[str, ...]], edges: list[Edge]) -> dict[str, Box]:
    """Gates on the side of their zone that faces what they lead to; beside it where they would cover its title."""
    result = dict(boxes)
    for (_, end), (side, share) in seats(boxes, edges, parents).items():
        if "#" not in end:
            continue
        box = boxes[end]
        x, y = seat(boxes[owner(end, parents)], side, share)
        left = {"left": x - box.width + 5, "right": x - 5}.get(side, x - box.width / 2)
        result[end] = Box(round(left, 1), round(y - box.height / 2, 1), box.width, box.height)
    return result


class _Grid:
    """The grid of all box edges and line ends, with what is blocked and what is already drawn."""

    def __init__(self, solid: list[Box], points: list[Point]) -> None:
        xs = {x for box in solid for x in (box.x - OUT, box.right + OUT)} | {x for x, _ in points}
        ys = {y for box in solid for y in (box.y - OUT, box.bottom + OUT)} | {y for _, y in points}
        self.xs, self.ys = sorted(xs), sorted(ys)
        self.column = {x: index for index, x in enumerate(self.xs)}
        self.line = {y: index for index, y in enumerate(self.ys)}
        self.solid = solid
        self.known: dict[tuple[int, int, int], bool] = {}
        self.used: dict[tuple[int, int, int], int] = {}
        self.passed: dict[tuple[int, int], int] = {}

    def blocked(self, i: int, j: int, across: int) -> bool:
        """Whether the piece from (i, j) to the right (``across`` 1) or down (0) runs through a box."""
        key = (i, j, across)
        if key not in self.known:
            a = (self.xs[i], self.ys[j])
            b = (self.xs[i + 1], self.ys[j]) if across else (self.xs[i], self.ys[j + 1])
            self.known[key] = any(box.crossed(a, b) for box in self.solid)
        return self.known[key]

    def way(self, start: Point, end: Point) -> tuple[Point, ...] | None:
        """The cheapest way between two grid points; None when there is none within the limit."""
        first = (self.column[start[0]], self.line[start[1]])
        goal = (self.column[end[0]], self.line[end[1]])
        best: dict[tuple[int, int, int], float] = {}
        came: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        queue = [(0.0, 0.0, (*first, 2))]
        steps = 0
        while queue and steps < STEPS:
            _, cost, here = heapq.heappop(queue)
            if cost > best.get(here, cost):
                continue
            steps += 1
            i, j, heading = here
            if (i, j) == goal:
                return self._trace(came, here)
            for di, dj in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                x, y = i + di, j + dj
                if not (0 <= x < len(self.xs) and 0 <= y < len(self.ys)):
                    continue
                across = 1 if di else 0
                piece = (min(i, x), min(j, y), across)
                if self.blocked(*piece):
                    continue
                length = abs(self.xs[x] - self.xs[i]) + abs(self.ys[y] - self.ys[j])
                extra = BEND if heading not in (2, across) else 0.0
                extra += CROSSING * self.passed.get((x, y), 0) + ALONG * length * self.used.get(piece, 0)
                then, there = cost + length + extra, (x, y, across)
                if then < best.get(there, 1e18):
                    best[there], came[there] = then, here
                    rest = abs(self.xs[goal[0]] - self.xs[x]) + abs(self.ys[goal[1]] - self.ys[y])
                    heapq.heappush(queue, (then + rest, then, there))
        return None

    def _trace(
        self, came: dict[tuple[int, int, int], tuple[int, int, int]], here: tuple[int, int, int]
    ) -> tuple[Point, ...]:
        cells = [here]
        while here in came:
            here = came[here]
            cells.append(here)
        cells.reverse()
        for a, b in pairwise(cells):
            piece = (min(a[0], b[0]), min(a[1], b[1]), 1 if a[0] != b[0] else 0)
            self.used[piece] = self.used.get(piece, 0) + 1
            self.passed[b[0], b[1]] = self.passed.get((b[0], b[1]), 0) + 1
        return tuple((self.xs[i], self.ys[j]) for i, j, _ in cells)


def route_all(
    boxes: dict[str, Box], parents: dict[str, tuple[str, ...]], edges: list[Edge]
) -> tuple[dict[str, tuple[Point, ...]], dict[str, Box]]:
    """Corners and label boxes of every edge (id, source, target, label width, label height)."""
    holders = {above for line in parents.values() for above in line}
    gates = {name for name in boxes if "#" in name}
    solid = [box for name, box in boxes.items() if name not in gates and _is_leaf(name, holders, gates, parents)]
    where = seats(boxes, edges, parents)
    ends: dict[tuple[str, str], tuple[Point, Point]] = {}
    for name, source, target, _, _ in edges:
        for end in (source, target):
            side, share = where[name, end]
            point = seat(boxes[end], side, 0.5 if end in gates else share)
            away = _AWAY[side]
            ends[name, end] = point, (round(point[0] + away[0] * OUT, 1), round(point[1] + away[1] * OUT, 1))
    grid = _Grid(solid, [outer for _, outer in ends.values()])
    routes: dict[str, tuple[Point, ...]] = {}
    for name, source, target, _, _ in edges:
        (start, out), (finish, into) = ends[name, source], ends[name, target]
        between = grid.way(out, into) or (out, (out[0], into[1]), into)
        routes[name] = _tidy((start, *between, finish))
    labels: dict[str, Box] = {}
    drawn = {name: _pieces(way) for name, way in routes.items()}
    taken = [*solid, *(boxes[name] for name in gates)]
    for name, _, _, width, height in edges:
        if width:
            others = [piece for other, pieces in drawn.items() if other != name for piece in pieces]
            labels[name] = _label(routes[name], width, height, [*labels.values(), *taken], others)
    return routes, labels


def _is_leaf(name: str, holders: set[str], gates: set[str], parents: dict[str, tuple[str, ...]]) -> bool:
    """Whether a box holds nothing but gates: such a box no line may run through."""
    if name.endswith("/own"):
        return False
    return name not in holders or all(item in gates for item, above in parents.items() if name in above)


def _tidy(way: tuple[Point, ...]) -> tuple[Point, ...]:
    """Without doubled points and points on a straight line."""
    points: list[Point] = []
    for point in way:
        if points and point == points[-1]:
            continue
        if len(points) > 1 and (
            points[-2][0] == points[-1][0] == point[0] or points[-2][1] == points[-1][1] == point[1]
        ):
            points.pop()
        points.append(point)
    return tuple((round(x, 2), round(y, 2)) for x, y in points)


def _pieces(way: tuple[Point, ...]) -> list[Box]:
    """The straight pieces of a line as thin boxes."""
    return [
        Box(min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, abs(a[0] - b[0]) + 2, abs(a[1] - b[1]) + 2)
        for a, b in pairwise(way)
    ]


def _label(way: tuple[Point, ...], width: float, height: float, taken: list[Box], lines: list[Box]) -> Box:
    """A place on the line, beside it, or near it, where nothing is covered; best without covering other lines."""
    parts = sorted(pairwise(way), key=lambda s: -(abs(s[0][0] - s[1][0]) + abs(s[0][1] - s[1][1])))
    spots: list[Point] = []
    for (ax, ay), (bx, by) in parts:
        spots += [(ax + (bx - ax) * share, ay + (by - ay) * share) for share in (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9)]
    near = [(width / 2 + 3, 0.0), (-width / 2 - 3, 0.0), (0.0, height / 2 + 3), (0.0, -height / 2 - 3)]
    far = [(x * width * 0.6, y * height) for reach in (1, 2, 3) for x in (-reach, 0, reach) for y in (-reach, 0, reach)]
    places = [(x + dx, y + dy) for dx, dy in ((0.0, 0.0), *near, *far) for x, y in spots or [way[0]]]
    boxes = [Box(round(x - width / 2, 2), round(y - height / 2, 2), width, height) for x, y in places]
    for hindrances in ([*taken, *lines], taken):
        for box in boxes:
            if not any(box.overlaps(other, 2.0) for other in hindrances):
                return box
    box = boxes[0]
    while any(box.overlaps(other, 2.0) for other in taken):
        box = Box(box.x, round(box.y + height / 2, 2), width, height)  # away from its line, but readable
    return box
