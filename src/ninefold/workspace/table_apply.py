"""Write what a workshop changed in the workbook into the text, touching only the lines concerned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yaml.nodes import MappingNode, Node, SequenceNode

from ninefold.base.clock import Clock
from ninefold.base.errors import ConflictError, InputError, Place
from ninefold.model.consequences import Consequence
from ninefold.model.plant import Plant
from ninefold.workspace.convert import Origins
from ninefold.workspace.documents import MAIN, field
from ninefold.workspace.edit import add_item, remove_item, set_field
from ninefold.workspace.faults import say
from ninefold.workspace.load import read_text
from ninefold.workspace.rows import LISTS, as_words
from ninefold.workspace.snapshot import snapshot
from ninefold.workspace.splice import Text
from ninefold.workspace.transaction import Transaction

if TYPE_CHECKING:
    from ninefold.workspace.table import Change

_HOME: Final = {"functions": "functions.yaml", "measures": "measures.yaml", "decisions": "decisions.yaml"}


def apply(
    root: Path, changes: Sequence[Change], *, author: str, reason: str, commit_in_parent: bool, clock: Clock
) -> list[str]:
    """See :func:`ninefold.workspace.table.apply_changes`."""
    origins = Origins()
    before = snapshot(root, origins)
    plant = read_text(root, before, origins)
    files = dict(before)
    for (sheet, key), cells in _grouped(changes).items():
        if sheet == "consequences":
            continue
        if sheet == "risks":
            _accept(files, plant, key, cells, clock)
        else:
            _row(files, plant, "assets" if sheet == "inventory" else sheet, key, cells)
    _consequences(files, plant, [change for change in changes if change.sheet == "consequences"])
    read_text(root, files, Origins())  # FaultsError: nothing was written yet
    names = sorted(name for name in files if files[name] != before.get(name))
    with Transaction(root, author=author, reason=reason, commit_in_parent=commit_in_parent, clock=clock) as change:
        for name in names:
            if (change.read(name) or b"") != before.get(name, b""):
                words = say("Somebody else changed {name} meanwhile; nothing was written.", name=name)
                raise ConflictError("conflict", str(words), place=Place(name))
            change.write(name, files[name])
    return names


def _grouped(changes: Sequence[Change]) -> dict[tuple[str, str], dict[str, str]]:
    result: dict[tuple[str, str], dict[str, str]] = {}
    for change in changes:
        result.setdefault((change.sheet, change.id), {})[change.field] = change.new
    return result


def _row(files: dict[str, bytes], plant: Plant, section: str, key: str, cells: dict[str, str]) -> None:
    name, where = _stands(files, plant, section, key)
    known = key in plant.places
    if known and cells.get("id") == "":
        if not where:
            raise InputError("in-base", str(say("'{id}' does not stand in this workspace's text.", id=key)))
        files[name] = remove_item(files[name], where, name=name)
        return
    if known and "zone" in cells:
        advice = str(say("Move it in the text, from the file of one zone to the other."))
        words = str(say("'{id}' cannot be moved by a table.", id=key))
        raise InputError("moved", words, place=plant.places[key], advice=advice)
    if known and where:
        for item, text in cells.items():
            files[name] = set_field(files[name], where, item, _typed(item, text), name=name)
        return
    values: dict[str, Any] = {"id": key}
    values |= {item: _typed(item, text) for item, text in cells.items() if text and item not in {"id", "zone"}}
    zone = plant.asset[key].zone if key in plant.asset else cells.get("zone", "")
    _add(files, plant, section, zone, values)


def _typed(item: str, text: str) -> Any:
    if not text:
        return None
    return [word.strip() for word in text.split(",") if word.strip()] if item in LISTS else text


def _add(files: dict[str, bytes], plant: Plant, section: str, zone: str, values: dict[str, Any]) -> None:
    """A new thing, or what differs from the one of a base or an inventory."""
    if section != "assets":
        name = _HOME[section]
        if name not in files and field(_tree(files, MAIN), section) is not None:
            name = MAIN
        files[name] = add_item(files.get(name, b""), (section,), values, name=name)
        return
    place = plant.places.get(zone)
    if place is None:
        raise InputError("unknown-reference", str(say("'{id}' is in no known zone.", id=values["id"])))
    name = place.file if place.file in files else f"zones/{zone}.yaml"
    if name not in files:
        files[name] = f"zone:\n  id: {zone}\n".encode()
    where: tuple[str, ...] = ("assets",)
    if name == MAIN:
        found = _path(_tree(files, name), zone) or ()
        where = (*(found[:-1] if found and found[-1] == "zone" else found), "assets")
    files[name] = add_item(files[name], where, values, name=name)


def _tree(files: Mapping[str, bytes], name: str) -> Node:
    tree = Text(files[name], name).tree
    if tree is None:
        raise InputError("empty-file", str(say("The file is empty (0 bytes).")), place=Place(name))
    return tree


def _stands(files: Mapping[str, bytes], plant: Plant, section: str, key: str) -> tuple[str, tuple[str, ...]]:
    """The file and the path of a thing; an empty path when it stands in a base or a table."""
    place = plant.places.get(key)
    name = place.file if place else ""
    if name not in files or not name.endswith(".yaml"):
        return name, ()
    return name, _path(_tree(files, name), key) or ()


def _path(node: Node, key: str) -> tuple[str, ...] | None:
    """Keys, ids and ``#n`` positions that lead to the mapping with this id."""
    if isinstance(node, MappingNode):
        for name, value in node.value:
            if name.value == "id" and getattr(value, "value", None) == key:
                return ()
            below = _path(value, key)
            if below is not None:
                return (name.value, *below)
    if isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            below = _path(item, key)
            if below is not None:
                own = field(item, "id")
                return (str(own.value) if own is not None else f"#{number}", *below)
    return None


def _consequences(files: dict[str, bytes], plant: Plant, changes: Sequence[Change]) -> None:
    for function in sorted({change.id.split("/")[0] for change in changes}):
        if function not in plant.function:
            raise InputError("unknown-id", str(say("There is no '{id}'.", id=function)))
        rows = {_key(item): _plain(item) for item in plant.function[function].consequences}
        for change in (item for item in changes if item.id.split("/")[0] == function):
            _, objective, category = change.id.split("/")
            if change.field == "id" and not change.new:
                rows.pop((objective, category), None)
                continue
            row = rows.setdefault((objective, category), {"objective": objective, "category": category})
            if change.field in {"rating", "why"}:
                row[change.field] = change.new
        kept = [{name: text for name, text in row.items() if text} for row in rows.values()]
        name, where = _stands(files, plant, "functions", function)
        if not where:
            _add(files, plant, "functions", "", {"id": function, "consequences": kept})
        else:
            files[name] = set_field(files[name], where, "consequences", kept or None, name=name)


def _key(item: Consequence) -> tuple[str, str]:
    return item.objective.value, item.category.value


def _plain(item: Consequence) -> dict[str, str]:
    return {name: as_words(getattr(item, name)) for name in ("objective", "category", "rating", "why")}


def _accept(files: dict[str, bytes], plant: Plant, scenario: str, cells: dict[str, str], clock: Clock) -> None:
    """An acceptance written beside a risk becomes a decision."""
    if not cells.get("by") or not cells.get("reason"):
        raise InputError("incomplete", str(say("The acceptance of '{id}' needs a name and a reason.", id=scenario)))
    written = files.get("decisions.yaml", b"") + files[MAIN]
    number = next(n for n in range(1, len(written) + 2) if f"accept-{n}".encode() not in written)
    values = {"id": f"accept-{number}", "kind": "accept-risk", "subject": scenario}
    values |= {"by": cells["by"], "reason": cells["reason"]}
    values |= {"date": clock().date().isoformat()} | ({"expires": cells["expires"]} if cells.get("expires") else {})
    _add(files, plant, "decisions", "", values)
