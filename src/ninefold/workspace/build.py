"""From the tree of sections to the typed plant."""

from __future__ import annotations

from typing import Any, Final

from yaml.nodes import MappingNode, Node

from ninefold.base.errors import Place
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.workspace import yamlio
from ninefold.workspace.check import things
from ninefold.workspace.convert import BAD, Origins, converter
from ninefold.workspace.documents import MAIN, SECTIONS, Raw, field
from ninefold.workspace.faults import place, say

_SHORT: Final = ("address", "network", "mac", "address6")


def build(raw: Raw, origins: Origins) -> Plant:
    """The plant of a workspace; faults go to ``origins``, faulty items are left out."""
    raw.sections["assets"] = [_written_out(node, origins) for node in raw.sections["assets"]]
    values: dict[str, Any] = {}
    for section, kind in SECTIONS.items():
        convert = converter(kind)
        found = [convert(node, origins) for node in raw.sections[section]]
        values[section] = tuple(item for item in found if item is not BAD)
    law = yamlio.plain(raw.law, origins) if raw.law is not None else {}
    plant = Plant(system=_system(raw, origins), law=law if isinstance(law, dict) else {}, **values)
    return _placed(plant, origins)


def _system(raw: Raw, origins: Origins) -> System:
    if raw.system is None:
        if not origins.unread:
            advice = say("Add 'system:' with 'name: ...' below it.")
            origins.add("missing-key", say("'{keys}' is missing.", keys="system"), Place(MAIN), advice)
        return System(name="")
    system = converter(System)(raw.system, origins)
    return system if isinstance(system, System) else System(name="")


def _written_out(asset: Node, origins: Origins) -> Node:
    """``address``, ``network``, ``mac`` beside the asset are short for one interface."""
    if not isinstance(asset, MappingNode):
        return asset
    short = {key.value: value for key, value in asset.value if key.value in _SHORT}
    if not short:
        return asset
    if field(asset, "interfaces") is not None:
        advice = say("Write either the short form or 'interfaces'.")
        origins.add("two-forms", say("The asset has 'interfaces' and '{key}'.", key=next(iter(short))), asset, advice)
    like = short.get("address") or next(iter(short.values()))
    interfaces = yamlio.make_list([yamlio.make_mapping(short, like)], like)
    pairs = [(key, value) for key, value in asset.value if key.value not in _SHORT and key.value != "interfaces"]
    pairs.append((yamlio.scalar("interfaces", like), interfaces))
    return MappingNode(asset.tag, pairs, asset.start_mark, asset.end_mark)


def _placed(plant: Plant, origins: Origins) -> Plant:
    places: dict[str, Place] = {}
    for item in things(plant):
        node = origins.at(item, "id")
        if node is not None:
            places.setdefault(item.id, place(node))
    plant.places.update(places)
    return plant
