"""``base:`` — a machine stores only its differences to its type, a type to its platform.

Lists of things with an id are merged by id, mappings key by key; anything else is replaced.
``without: [id, ...]`` leaves out what the base has.
"""

from __future__ import annotations

from typing import Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ninefold.workspace import yamlio
from ninefold.workspace.documents import Raw, field
from ninefold.workspace.faults import Faults, say

_KEYS: Final = {"gateways": "asset", "cumulations": "subject", "distributions": "subject"}


def overlay(base: Raw, own: Raw, faults: Faults) -> Raw:
    """The workspace that ``own`` describes as a difference to ``base``."""
    result = Raw()
    result.system = _merged(base.system, own.system)
    result.law = _merged(base.law, own.law)
    result.layout = _merged(base.layout, own.layout)
    result.inventory = own.inventory
    gone = _leave_out(base, own, faults)
    for section, nodes in base.sections.items():
        key = _KEYS.get(section, "id")
        result.sections[section] = by_key(
            [_pruned(node, gone) for node in nodes if _id(node, key) not in gone], own.sections[section], key
        )
    return result


def _leave_out(base: Raw, own: Raw, faults: Faults) -> set[str]:
    """Ids to drop; a zone takes its assets with it."""
    known = {_id(node, _KEYS.get(section, "id")) for section, nodes in base.sections.items() for node in nodes}
    known |= {_id(flow) for node in base.sections["conduits"] for flow in getattr(field(node, "flows"), "value", [])}
    gone: set[str] = set()
    for node in own.without:
        name = yamlio.text(node, faults) or ""
        if name not in known:
            faults.add("unknown-reference", say("The base has no '{id}' to leave out.", id=name), node)
        gone.add(name)
    return gone | {_id(asset) for asset in base.sections["assets"] if _id(asset, "zone") in gone}


def _pruned(node: Node, gone: set[str]) -> Node:
    flows = field(node, "flows")
    if not gone or not isinstance(node, MappingNode) or not isinstance(flows, SequenceNode):
        return node
    kept = yamlio.make_list([flow for flow in flows.value if _id(flow) not in gone], flows)
    pairs = [(key, kept if value is flows else value) for key, value in node.value]
    return MappingNode(node.tag, pairs, node.start_mark, node.end_mark)


def _id(node: Node, key: str = "id") -> str:
    value = field(node, key)
    return str(value.value) if isinstance(value, ScalarNode) else ""


def by_key(base: list[Node], own: list[Node], key: str) -> list[Node]:
    """Items of the base in their order, changed where ``own`` has the same key, then what is new."""
    changes: dict[str, Node] = {}
    new: list[Node] = []
    names = {_id(node, key) for node in base} - {""}
    for node in own:
        name = _id(node, key)
        if name in names and name not in changes:
            changes[name] = node
        else:
            new.append(node)
    merged = [_merged(node, changes.get(_id(node, key))) for node in base]
    return [node for node in merged if node is not None] + new


def _merged(base: Node | None, own: Node | None) -> Node | None:
    if base is None or own is None:
        return own if base is None else base
    if isinstance(base, MappingNode) and isinstance(own, MappingNode):
        return _merged_mapping(base, own)
    if (
        isinstance(base, SequenceNode)
        and isinstance(own, SequenceNode)
        and all(_id(node) for node in [*base.value, *own.value])
    ):
        return yamlio.make_list(by_key(base.value, own.value, "id"), own)
    return own


def _merged_mapping(base: MappingNode, own: MappingNode) -> MappingNode:
    mine = {key.value: (key, value) for key, value in own.value if isinstance(key, ScalarNode)}
    if len(mine) != len(own.value):
        return own  # duplicate keys: the converter says so
    pairs = []
    for key, value in base.value:
        if key.value in mine:
            own_key, own_value = mine.pop(key.value)
            pairs.append((own_key, _merged(value, own_value)))
        else:
            pairs.append((key, value))
    return MappingNode(own.tag, [*pairs, *mine.values()], own.start_mark, own.end_mark)
