"""ELK without a browser: the unmodified bundle in quickjs-ng, in a process of its own with limits.

The process gets one question on standard input and gives one answer on standard output. It has a memory limit,
a time limit and no access to files or network: the engine offers none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from ninefold.base.errors import MissingComponentError
from ninefold.documents.diagrams.route import Box

if TYPE_CHECKING:
    from ninefold.documents.diagrams.layout import Graph, Node, Placed

MEMORY: Final = 1024 * 1024 * 1024  # bytes

_OPTIONS: Final = {
    "elk.algorithm": "layered",
    "elk.hierarchyHandling": "INCLUDE_CHILDREN",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.json.shapeCoords": "ROOT",
    "elk.json.edgeCoords": "ROOT",
    "elk.randomSeed": "1",
    "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
    "elk.layered.nodePlacement.favorStraightEdges": "true",
    "elk.layered.mergeEdges": "false",
    "elk.separateConnectedComponents": "true",
    "elk.spacing.nodeNode": "34",
    "elk.spacing.componentComponent": "44",
    "elk.layered.spacing.nodeNodeBetweenLayers": "36",
    "elk.layered.spacing.edgeNodeBetweenLayers": "18",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "12",
    "elk.spacing.edgeNode": "18",
    "elk.spacing.edgeEdge": "14",
    "elk.spacing.edgeLabel": "0",
    "elk.spacing.portPort": "24",
    "elk.edgeLabels.inline": "true",
}


_DENSE: Final = {
    "elk.spacing.nodeNode": "14",
    "elk.layered.spacing.nodeNodeBetweenLayers": "14",
    "elk.layered.spacing.edgeNodeBetweenLayers": "10",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "7",
    "elk.spacing.edgeNode": "9",
    "elk.spacing.edgeEdge": "8",
    "elk.spacing.componentComponent": "24",
}
MANY_EDGES: Final = 24  # above it, less space between boxes: the picture must fit on A3
HUGE: Final = 90  # above it, the faster placement


def question(graph: Graph) -> dict[str, Any]:
    """The graph in ELK's JSON."""
    options = {**_OPTIONS, **(_DENSE if len(graph.edges) > MANY_EDGES else {})}
    if len(graph.edges) > HUGE:
        options["elk.layered.nodePlacement.strategy"] = "BRANDES_KOEPF"
    options |= {"elk.direction": graph.direction, "elk.aspectRatio": str(graph.aspect)}
    return {
        "id": "(root)",
        "layoutOptions": {**options, "elk.padding": "[top=24,left=24,bottom=24,right=24]"},
        "children": [_node(node, options) for node in graph.nodes],
        "edges": [
            {
                "id": f"(e){edge.id}",
                "sources": [edge.source],
                "targets": [edge.target],
                "labels": [{"text": ".", "width": edge.label_width, "height": edge.label_height}]
                if edge.label_width
                else [],
                "layoutOptions": {"elk.edgeLabels.placement": "CENTER", "elk.edgeLabels.inline": "true"},
            }
            for edge in graph.edges
        ],
    }


def _node(node: Node, options: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": node.id, "width": node.width, "height": node.height}
    if node.children:
        padding = f"[top={node.top + 22},left=22,bottom=22,right=22]"
        made["layoutOptions"] = {
            **options,
            "elk.padding": padding,
            "elk.nodeSize.constraints": "MINIMUM_SIZE",
            "elk.nodeSize.minimum": f"({node.width},{node.height})",
        }
        made["children"] = [_node(child, options) for child in node.children]
    if node.ports:
        own = made.setdefault("layoutOptions", {})
        own["elk.portConstraints"] = "FREE"
        own["elk.nodeSize.constraints"] = "[PORTS, MINIMUM_SIZE]"
        own["elk.nodeSize.minimum"] = f"({node.width},{node.height})"
        own["elk.spacing.portPort"] = "12"
        own["elk.spacing.portsSurrounding"] = "[top=14,left=14,bottom=14,right=14]"
        made["ports"] = [
            {
                "id": port.id,
                "width": port.width,
                "height": port.height,
                "layoutOptions": {"elk.port.borderOffset": str(-port.height / 2)},
            }
            for port in node.ports
        ]
    return made


def answer(graph: Graph, text: str) -> Placed:
    """ELK's JSON as positions; what belongs to ELK's own bookkeeping is dropped."""
    from ninefold.documents.diagrams.layout import Placed

    data = json.loads(text)
    boxes: dict[str, Box] = {}
    _boxes(data.get("children", []), boxes)
    routes: dict[str, tuple[tuple[float, float], ...]] = {}
    labels: dict[str, Box] = {}
    for edge in data.get("edges", []):
        name = edge["id"][3:]
        points: list[tuple[float, float]] = []
        for section in edge.get("sections", []):
            corners = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
            points += [(round(corner["x"], 2), round(corner["y"], 2)) for corner in corners]
        routes[name] = tuple(points)
        for label in edge.get("labels", []):
            labels[name] = _box(label)
    return Placed(width=data["width"], height=data["height"], boxes=boxes, routes=routes, labels=labels)


def _box(item: dict[str, Any]) -> Box:
    return Box(round(item["x"], 2), round(item["y"], 2), round(item["width"], 2), round(item["height"], 2))


def _boxes(items: list[dict[str, Any]], into: dict[str, Box]) -> None:
    for item in items:
        into[item["id"]] = _box(item)
        for port in item.get("ports", []):
            into[port["id"]] = _box(port)
        _boxes(item.get("children", []), into)


def run(text: str, seconds: float) -> str:
    """Ask ELK in a process of its own. Raises MissingComponentError when it fails or takes too long."""
    command = [sys.executable, "-I", "-c", _BOOT, str(MEMORY)]
    from ninefold.documents.fonts import FONTS

    bundle = FONTS.parent / "elkjs" / "elk.bundled.js"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own file
            [*command, str(bundle)], input=text.encode(), capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingComponentError("elk", "The layout engine did not answer in time.") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise MissingComponentError("elk", f"The layout engine failed: {words[-1] if words else 'no reason given'}.")
    return done.stdout.decode()


# Standard library and quickjs only, so that the process starts at once. Timers become a queue: ELK uses them to yield.
_BOOT: Final = """
import sys, pathlib, quickjs
context = quickjs.Context()
context.set_memory_limit(int(sys.argv[1]))
context.set_max_stack_size(32 * 1024 * 1024)
context.eval('''var self = globalThis, window = undefined, queue = [], out = null, err = null;
function setTimeout(f) { queue.push(f); return queue.length; }
function clearTimeout() {}
var console = {log() {}, error() {}, warn() {}};''')
context.eval(pathlib.Path(sys.argv[2]).read_text("utf-8"))
context.eval('''var elk = new ELK();
function ask(text) {
  elk.layout(JSON.parse(text)).then(
    function (r) { out = JSON.stringify(r, function (k, v) { return k === "$H" ? undefined : v; }); },
    function (e) { err = String(e && e.message || e); });
}
function step() { var f = queue.shift(); if (f) f(); return queue.length; }''')
context.get("ask")(sys.stdin.buffer.read().decode())
for _ in range(100000):
    while context.execute_pending_job():
        pass
    if context.get("out") is not None or context.get("err") is not None:
        break
    context.get("step")()
if context.get("out") is None:
    sys.exit(context.get("err") or "no answer")
sys.stdout.buffer.write(context.get("out").encode())
"""
