"""Give something another id, everywhere it is named, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ninefold.base.errors import ConflictError, InputError, Place
from ninefold.model.plant import Plant
from ninefold.workspace.check import things
from ninefold.workspace.convert import Origins
from ninefold.workspace.faults import nearest, say
from ninefold.workspace.load import read_text
from ninefold.workspace.references import references
from ninefold.workspace.snapshot import snapshot
from ninefold.workspace.splice import Text, requoted
from ninefold.workspace.transaction import Transaction

_SHARED: Final = ("components", "credentials", "administrators")  # free words that may be ids of assets or zones
_ID: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")


def rename(root: Path, old: str, new: str, *, author: str, commit_in_parent: bool = False) -> list[str]:
    """Change an id and every reference to it, as one change. The names of the changed files.

    Raises FaultsError when the workspace has faults, InputError for an unknown or unusable id or one of a base.
    """
    if not _ID.fullmatch(new):
        raise InputError("bad-id", str(say("'{id}' is no usable id.", id=new)))
    origins = Origins()
    files = snapshot(root, origins)
    plant = read_text(root, files, origins)
    _check(plant, old, new)
    marks: dict[str, list[ScalarNode]] = {}
    for node in _named(plant, origins, old):
        marks.setdefault(str(node.start_mark.name), []).append(node)
    changed = {name: _replaced(name, files[name], nodes, old, new) for name, nodes in marks.items() if name in files}
    outside = sorted(set(marks) - set(files))
    if outside:
        text = str(say("'{id}' is also named in {file}.", id=old, file=outside[0]))
        raise InputError("in-base", text, advice=str(say("Rename it in the base.")))
    changed |= _layout(files, old, new)
    written = _moved(changed, files, old, new)
    _prove(root, {**files, **{name: data for name, data in written.items() if data}}, written, plant)
    with Transaction(root, author=author, reason=f"{old} -> {new}", commit_in_parent=commit_in_parent) as change:
        for name, data in written.items():
            if (change.read(name) or b"") != files.get(name, b""):
                words = say("Somebody else changed {name} meanwhile; nothing was written.", name=name)
                raise ConflictError("conflict", str(words))
            change.delete(name) if data is None else change.write(name, data)
    return sorted(written)


def _check(plant: Plant, old: str, new: str) -> None:
    known = {item.id for item in things(plant)}
    if old not in known:
        raise InputError("unknown-id", str(say("There is no '{id}'.", id=old)), advice=nearest(old, known))
    if new in known:
        raise InputError("duplicate-id", str(say("There is '{id}' already.", id=new)), place=plant.places.get(new))


def _named(plant: Plant, origins: Origins, old: str) -> Iterator[ScalarNode]:
    """Every place that names ``old``: the id itself, references, subjects of decisions, parts that measures share."""
    seen: set[tuple[str, int, int]] = set()
    found = [origins.at(item, "id") for item in things(plant) if item.id == old]
    found += [origins.at(item, field) for item, field, names, _ in references(plant) if old in names]
    found += [origins.at(item, "subject") for item in plant.decisions if old in re.split(r"[/@#: ]", item.subject)]
    for measure in (*plant.measures, *plant.own_measures):
        for field in _SHARED:
            if old in getattr(measure, field):
                found.append(origins.at(measure, field))
    for node in found:
        for leaf in _leaves(node):
            key = (str(leaf.start_mark.name), leaf.start_mark.line, leaf.start_mark.column)
            if key not in seen and old in re.split(r"[/@#: ]", leaf.value):
                seen.add(key)
                yield leaf


def _leaves(node: Node | None) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    for child in node.value if isinstance(node, SequenceNode) else ():
        yield from _leaves(child)


def _replaced(name: str, data: bytes, nodes: list[ScalarNode], old: str, new: str) -> bytes:
    if not name.endswith(".yaml"):
        return _in_table(name, data, nodes, old, new)
    text = Text(data, name)
    for node in nodes:
        value = "".join(new if part == old else part for part in re.split(r"([/@#: ])", node.value))
        text.replace(text.start(node), text.end(node), requoted(node, value))
    return text.result()


def _in_table(name: str, data: bytes, nodes: list[ScalarNode], old: str, new: str) -> bytes:
    """Cells of a CSV inventory. A row is only touched where the cell stands as a whole between separators."""
    if not name.endswith(".csv"):
        advice = str(say("Change it there, then run the command again."))
        raise InputError("in-table", str(say("'{id}' stands in a workbook.", id=old)), place=Place(name), advice=advice)
    lines = data.split(b"\n")
    cell = re.compile(rb'(?<![^;,\t"\r ])' + re.escape(old.encode()) + rb'(?![^;,\t"\r ])')
    for number in {node.start_mark.line for node in nodes}:
        lines[number] = cell.sub(new.encode(), lines[number])
    return b"\n".join(lines)


def _layout(files: dict[str, bytes], old: str, new: str) -> dict[str, bytes]:
    """Positions move with the thing."""
    text = Text(files["layout.yaml"], "layout.yaml") if files.get("layout.yaml") else None
    if text is None or not isinstance(text.tree, MappingNode):
        return {}
    pairs = list(text.tree.value)
    pairs += [pair for _, value in pairs if isinstance(value, MappingNode) for pair in value.value]
    for key, _ in pairs:
        if isinstance(key, ScalarNode) and key.value == old:
            text.replace(text.start(key), text.end(key), requoted(key, new))
    return {"layout.yaml": text.result()} if text.changes else {}


def _moved(changed: dict[str, bytes], files: dict[str, bytes], old: str, new: str) -> dict[str, bytes | None]:
    """The file of a zone is called like the zone."""
    result: dict[str, bytes | None] = dict(changed)
    own, other = f"zones/{old}.yaml", f"zones/{new}.yaml"
    if own in changed and other not in files:
        result[other], result[own] = changed[own], None
    return result


def _prove(root: Path, files: dict[str, bytes], written: dict[str, bytes | None], before: Plant) -> None:
    """The new text is whole and describes as much as the old one; faults stop the change."""
    kept = {name: data for name, data in files.items() if not (name in written and written[name] is None)}
    after = read_text(root, kept, Origins())
    if _size(after) != _size(before):
        raise InputError("edit-failed", str(say("The edit would have damaged the file.")))


def _size(plant: Plant) -> Any:
    return sum(1 for _ in things(plant)), len(plant.flows), len(plant.gateways)
