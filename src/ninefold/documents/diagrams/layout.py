"""Where boxes and lines go: the question (:class:`Graph`), the answer (:class:`Placed`), and who answers.

:class:`ElkLayout` asks ELK (unmodified, in a JavaScript engine of its own process); :class:`SimpleLayout` is the
plain fallback that needs nothing. Both give the same answer for the same question.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import msgspec

from ninefold.base.digest import digest
from ninefold.base.errors import NinefoldError
from ninefold.documents.diagrams import elk
from ninefold.documents.diagrams.route import Box, reseat, route_all


class Port(msgspec.Struct, frozen=True, kw_only=True):
    """A box on the border of a node: here, a gateway."""

    id: str
    width: float
    height: float
    label_width: float = 0.0
    label_height: float = 0.0


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A box of at least ``width`` x ``height``; with children it encloses them below ``top`` pixels of title."""

    id: str
    width: float
    height: float
    top: float = 0.0
    children: tuple[Node, ...] = ()
    ports: tuple[Port, ...] = ()
    outside: bool = False


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A line between two nodes or ports, with room for a label on it."""

    id: str
    source: str
    target: str
    label_width: float = 0.0
    label_height: float = 0.0


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes in reading order and the lines between them. ``direction`` is ``DOWN`` or ``RIGHT``."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    direction: str = "DOWN"
    aspect: float = 1.4


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """Boxes by id of node or port; per edge its corners and the box of its label. Pixels, origin top left."""

    width: float
    height: float
    boxes: dict[str, Box]
    routes: dict[str, tuple[tuple[float, float], ...]] = {}
    labels: dict[str, Box] = {}


class Layout(Protocol):
    """Whoever can place a graph."""

    def place(self, graph: Graph) -> Placed:
        """Positions for everything in ``graph``; deterministic."""


class SimpleLayout(msgspec.Struct, frozen=True):
    """Rows of boxes in the order given, and lines by our own router. Clear enough, never fails."""

    def place(self, graph: Graph) -> Placed:
        """Positions for everything in ``graph``."""
        boxes: dict[str, Box] = {}
        width, height = _pack(graph.nodes, 40.0, 40.0, graph.aspect, boxes)
        return with_routes(graph, boxes, width + 40, height + 40)


def with_routes(graph: Graph, boxes: dict[str, Box], width: float, height: float) -> Placed:
    """Lines and labels for boxes that are already placed."""
    edges = [(edge.id, edge.source, edge.target, edge.label_width, edge.label_height) for edge in graph.edges]
    parents: dict[str, tuple[str, ...]] = {}
    _lineage(graph.nodes, (), parents)
    boxes = reseat(boxes, parents, edges)
    routes, labels = route_all(boxes, parents, edges)
    everything = [*boxes.values(), *labels.values()]
    corners = [point for way in routes.values() for point in way]
    left = min([16.0, *(box.x for box in everything), *(x for x, _ in corners)]) - 16
    top = min([16.0, *(box.y for box in everything), *(y for _, y in corners)]) - 16
    right = max([width, *(box.right + 16 for box in everything), *(x + 16 for x, _ in corners)])
    bottom = max([height, *(box.bottom + 16 for box in everything), *(y + 16 for _, y in corners)])
    return Placed(
        width=right - left,
        height=bottom - top,
        boxes={name: _moved(box, left, top) for name, box in boxes.items()},
        routes={name: tuple((x - left, y - top) for x, y in way) for name, way in routes.items()},
        labels={name: _moved(box, left, top) for name, box in labels.items()},
    )


def _moved(box: Box, left: float, top: float) -> Box:
    return Box(box.x - left, box.y - top, box.width, box.height) if left or top else box


def _lineage(nodes: tuple[Node, ...], above: tuple[str, ...], into: dict[str, tuple[str, ...]]) -> None:
    for node in nodes:
        into[node.id] = above
        for port in node.ports:
            into[port.id] = (*above, node.id)
        _lineage(node.children, (*above, node.id), into)


def _pack(
    nodes: tuple[Node, ...], left: float, top: float, aspect: float, boxes: dict[str, Box], gap: float = 70.0
) -> tuple[float, float]:
    """Place nodes in rows; returns the right and lower edge."""
    sizes = {node.id: _size(node, aspect, gap) for node in nodes}
    area = sum((w + gap) * (h + gap) for w, h in sizes.values())
    limit = max([(area * aspect) ** 0.5, *(w for w, _ in sizes.values())], default=0.0)
    x, y, row, right = left, top, 0.0, left
    for node in nodes:
        width, height = sizes[node.id]
        if x > left and x + width > left + limit:
            x, y, row = left, y + row + gap, 0.0
        boxes[node.id] = Box(x, y, width, height)
        _pack(node.children, x + 30, y + node.top + 25, aspect, boxes, gap)
        for index, port in enumerate(node.ports):
            where = x + (index + 1) * width / (len(node.ports) + 1) - port.width / 2
            boxes[port.id] = Box(where, y - port.height / 2, port.width, port.height)
        right, row, x = max(right, x + width), max(row, height), x + width + gap
    return right, y + row


def _size(node: Node, aspect: float, gap: float) -> tuple[float, float]:
    if not node.children:
        return node.width, node.height
    right, bottom = _pack(node.children, 0.0, 0.0, aspect, {}, gap)
    return max(node.width, right + 60), max(node.height, bottom + node.top + 55)


class ElkLayout(msgspec.Struct, frozen=True):
    """ELK's layered layout. ``cache``: a folder where answers are kept by the digest of the question.

    Falls back to :class:`SimpleLayout` when ELK fails or takes longer than ``seconds``.
    """

    cache: Path | None = None
    seconds: float = 60.0

    def place(self, graph: Graph) -> Placed:
        """Positions for everything in ``graph``."""
        key = digest(["elkjs 0.12.1", 4, elk.question(graph)])
        file = self.cache / f"layout-{key}.json" if self.cache else None
        if file and file.is_file():
            try:
                placed = msgspec.json.decode(file.read_bytes(), type=Placed)
                if _complete(graph, placed):
                    return placed
            except (msgspec.DecodeError, UnicodeDecodeError, OSError):
                pass  # a damaged cache is rebuilt
        asked = _ask(graph, self.seconds)
        if asked is None:
            return SimpleLayout().place(graph)
        if file:
            from ninefold.base.files import write_atomic

            write_atomic(file, msgspec.json.encode(asked))
        return asked


def _complete(graph: Graph, placed: Placed) -> bool:
    """Whether an answer from the cache places everything that is asked for."""
    parents: dict[str, tuple[str, ...]] = {}
    _lineage(graph.nodes, (), parents)
    return placed.boxes.keys() >= parents.keys() and all(edge.id in placed.routes for edge in graph.edges)


@lru_cache(maxsize=64)
def _ask(graph: Graph, seconds: float) -> Placed | None:
    try:
        answer = elk.run(json.dumps(elk.question(graph)), seconds)
    except NinefoldError:
        return None
    return elk.answer(graph, answer)
