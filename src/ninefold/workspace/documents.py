"""The files of a workspace and what may stand in each: from bytes to one tree of sections.

Everything may also stand in ``ninefold.yaml`` alone, so a small plant fits on one page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from yaml.nodes import MappingNode, Node

from ninefold.base.errors import NinefoldError, Place
from ninefold.model.assets import Asset
from ninefold.model.consequences import Cumulation, Distribution, Function
from ninefold.model.decisions import Decision
from ninefold.model.measures import Measure
from ninefold.model.networks import EntryPoint, Gateway, Network, Vpn
from ninefold.model.scenarios import Threat
from ninefold.model.services import Service
from ninefold.model.zones import Conduit, Zone
from ninefold.workspace import yamlio
from ninefold.workspace.faults import Faults, nearest, say

FORMAT: Final = 1
MAIN: Final = "ninefold.yaml"

#: Sections of the text and the values they are made of. ``own_*`` stand in ``catalogue/*.yaml`` under their short name.
SECTIONS: Final[dict[str, type[msgspec.Struct]]] = {
    "networks": Network,
    "gateways": Gateway,
    "vpns": Vpn,
    "entry_points": EntryPoint,
    "zones": Zone,
    "assets": Asset,
    "conduits": Conduit,
    "functions": Function,
    "cumulations": Cumulation,
    "distributions": Distribution,
    "measures": Measure,
    "decisions": Decision,
    "own_services": Service,
    "own_threats": Threat,
    "own_measures": Measure,
}
FILES: Final[dict[str, tuple[str, ...]]] = {
    "networks.yaml": ("networks", "gateways", "vpns", "entry_points"),
    "conduits.yaml": ("conduits",),
    "functions.yaml": ("functions", "cumulations", "distributions"),
    "measures.yaml": ("measures",),
    "decisions.yaml": ("decisions",),
}
CATALOGUE: Final = {"services": "own_services", "threats": "own_threats", "measures": "own_measures"}
_ONE_PAGE: Final = tuple(name for name in SECTIONS if not name.startswith("own_"))
MAIN_KEYS: Final = ("format", "base", "without", "system", *_ONE_PAGE, "law")
FREE: Final = ("law.yaml", "layout.yaml", "inventory.yaml")


class Raw:
    """The sections of a workspace before they are typed. Assets carry the zone whose file they stand in."""

    def __init__(self) -> None:
        self.system: Node | None = None
        self.base: Node | None = None
        self.without: list[Node] = []
        self.sections: dict[str, list[Node]] = {name: [] for name in SECTIONS}
        self.law: Node | None = None
        self.inventory: Node | None = None
        self.layout: Node | None = None


def is_text_of_workspace(name: str) -> bool:
    """Whether a file (relative, with /) is part of the intent."""
    folder, _, rest = name.rpartition("/")
    if folder in {"zones", "catalogue"}:
        return rest.endswith(".yaml")
    return not folder and (rest == MAIN or rest in FILES or rest in FREE or rest in {"inventory.csv", "inventory.xlsx"})


def gather(files: Mapping[str, bytes], prefix: str, faults: Faults) -> Raw:
    """All sections of a workspace's files. ``prefix`` stands before the names shown to people (``../type-x/``)."""
    raw = Raw()
    trees: dict[str, Node | None] = {}
    for name in sorted(files, key=lambda item: (item != MAIN, item)):
        if name.endswith(".yaml"):
            try:
                trees[name] = yamlio.parse(prefix + name, files[name])
            except NinefoldError as error:
                faults.keep(error)
        if name == MAIN and not _format_fits(trees.get(MAIN), faults):
            return raw
    for name, tree in trees.items():
        if tree is not None:
            _take(name, tree, raw, faults)
    return raw


def _format_fits(tree: Node | None, faults: Faults) -> bool:
    """Only the newer format is said of a newer workspace: other faults would be noise."""
    if not isinstance(tree, MappingNode):
        return True
    node = next((value for key, value in tree.value if key.value == "format"), None)
    if node is None:
        faults.add("no-format", say("'format' is missing."), tree, say("Add the line 'format: {n}'.", n=FORMAT))
        return True
    value = yamlio.text(node, faults) or ""
    if value == str(FORMAT):
        return True
    if value.isdigit() and int(value) > FORMAT:
        advice = say("Install a newer Ninefold.")
        faults.add(
            "newer-format",
            say("The workspace has format {n}; this Ninefold reads up to {max}.", n=value, max=FORMAT),
            node,
            advice,
        )
        return False
    if value.isdigit():
        faults.add("old-format", say("The format {n} is older than any that Ninefold knows.", n=value), node)
        return False
    faults.add("bad-value", say("'{value}' is no format.", value=value), node, say("Write 'format: {n}'.", n=FORMAT))
    return True


def _take(name: str, tree: Node, raw: Raw, faults: Faults) -> None:
    folder = name.rpartition("/")[0]
    if name == "law.yaml":
        raw.law = tree
    elif name == "layout.yaml":
        raw.layout = tree
    elif name == "inventory.yaml":
        raw.inventory = tree
    elif folder == "zones":
        _take_zone(tree, raw, faults)
    elif folder == "catalogue":
        for key, value in _known(tree, tuple(CATALOGUE), faults).items():
            raw.sections[CATALOGUE[key]] += yamlio.items(value, faults)
    elif name == MAIN:
        _take_main(tree, raw, faults)
    else:
        for key, value in _known(tree, FILES[name], faults).items():
            raw.sections[key] += yamlio.items(value, faults)


def _take_main(tree: Node, raw: Raw, faults: Faults) -> None:
    for key, value in _known(tree, MAIN_KEYS, faults).items():
        if key == "system":
            raw.system = value
        elif key == "base":
            raw.base = None if yamlio.is_empty(value) else value
        elif key == "without":
            raw.without = yamlio.items(value, faults)
        elif key == "law":
            raw.law = value
        elif key == "zones":
            for item in yamlio.items(value, faults):
                _take_zone(item, raw, faults)
        elif key != "format":
            raw.sections[key] += yamlio.items(value, faults)


def _take_zone(tree: Node, raw: Raw, faults: Faults) -> None:
    """``zone: {...}`` with ``assets: [...]``; in a list of zones the fields of the zone may stand beside its assets."""
    pairs = yamlio.mapping(tree, Faults())
    if "zone" in pairs:
        pairs = _known(tree, ("zone", "assets"), faults)
        zone = pairs["zone"]
    else:
        zone = yamlio.make_mapping({key: value for key, value in pairs.items() if key != "assets"}, tree)
    raw.sections["zones"].append(zone)
    identifier = field(zone, "id")
    for item in yamlio.items(pairs["assets"], faults) if "assets" in pairs else []:
        raw.sections["assets"].append(_in_zone(item, identifier, faults))


def _in_zone(asset: Node, zone: Node | None, faults: Faults) -> Node:
    """An asset of a zone's file belongs to that zone; saying another zone is a fault."""
    if not isinstance(asset, MappingNode) or zone is None:
        return asset
    said = field(asset, "zone")
    if said is None:
        return MappingNode(
            asset.tag, [*asset.value, (yamlio.scalar("zone", zone), zone)], asset.start_mark, asset.end_mark
        )
    if said.value != zone.value:
        advice = say("Move the asset to the file of zone '{zone}'.", zone=said.value)
        faults.add(
            "other-zone",
            say("The asset stands in zone '{here}' but names zone '{there}'.", here=zone.value, there=said.value),
            said,
            advice,
        )
    return asset


def field(node: Node, name: str) -> Node | None:
    """The value node of one key, if it is there."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == name:
                return value  # type: ignore[no-any-return]
    return None


def _known(tree: Node, allowed: tuple[str, ...], faults: Faults) -> dict[str, Node]:
    result: dict[str, Node] = {}
    for key, value in yamlio.mapping(tree, faults).items():
        if key in allowed:
            result[key] = value
            continue
        at = next((node for node, _ in tree.value if node.value == key), tree)
        advice = nearest(key, allowed) or say("Known here: {keys}.", keys=", ".join(allowed))
        faults.add("unknown-key", say("The key '{key}' is not known here.", key=key), at, advice)
    return result


def main_missing(folder: str) -> tuple[str, str, Place]:
    """What to say when a folder is no workspace."""
    return (
        str(say("This folder is no workspace: it has no {file}.", file=MAIN)),
        str(say("Go to the folder of the workspace, use -C, or make one with 'ninefold init'.")),
        Place(folder),
    )
