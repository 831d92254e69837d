"""Large inventories stay tables: ``inventory.csv`` or ``inventory.xlsx``, with an optional mapping of columns.

``inventory.yaml``: ``columns: {id: "Device", kind: "Type", ...}`` (field: heading), ``kinds: {"CPU": plc}`` (word in
the table: kind), ``zone: ID`` (for rows without one), ``sheet: NAME``. Without it headings are the fields' names.
An asset that also stands in a zone's file is one asset: the file adds to the row and wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from yaml.error import Mark
from yaml.nodes import Node, ScalarNode

from ninefold.base.errors import InputError, Place
from ninefold.model.assets import Asset
from ninefold.workspace import yamlio
from ninefold.workspace.documents import Raw
from ninefold.workspace.faults import Faults, nearest, say

_LISTS: Final = frozenset({"hostnames", "services", "tags"})
_SHORT: Final = ("address", "network", "mac", "address6")
_NOT_IN_TABLES: Final = frozenset({"interfaces", "software", "capabilities"})
COLUMNS: Final = (*(f.name for f in msgspec.structs.fields(Asset) if f.name not in _NOT_IN_TABLES), *_SHORT)
_SETTINGS: Final = ("columns", "kinds", "zone", "sheet")


def add_inventory(raw: Raw, files: Mapping[str, bytes], prefix: str, faults: Faults) -> None:
    """The rows of the inventory join the assets of ``raw``."""
    name = next((item for item in ("inventory.csv", "inventory.xlsx") if item in files), None)
    if name is None:
        return
    if "inventory.csv" in files and "inventory.xlsx" in files:
        faults.add(
            "two-inventories",
            say("There are inventory.csv and inventory.xlsx."),
            Place(prefix + name),
            say("Keep one."),
        )
    settings = yamlio.plain(raw.inventory, faults) if raw.inventory is not None else {}
    _check_settings(settings, raw.inventory, faults)
    try:
        rows = _rows(name, files[name], str(settings.get("sheet") or ""))
    except InputError as error:
        error.place = Place(prefix + name)
        faults.keep(error)
        return
    assets = _assets(rows, settings, prefix + name, faults)
    raw.sections["assets"] = _joined(assets, raw.sections["assets"])


def _check_settings(settings: dict[str, Any], node: Node | None, faults: Faults) -> None:
    for key in settings:
        if key not in _SETTINGS:
            faults.add("unknown-key", say("The key '{key}' is not known here.", key=key), node, nearest(key, _SETTINGS))
    for key in settings.get("columns") or {}:
        if key not in COLUMNS:
            faults.add("unknown-key", say("An asset has no '{key}'.", key=key), node, nearest(key, COLUMNS))


def _rows(name: str, data: bytes, sheet: str) -> list[Sequence[str]]:
    from ninefold.base.spreadsheet import read

    if not data:
        raise InputError("empty-file", str(say("The file is empty (0 bytes).")))
    sheets = {item.name: item for item in read(data, name)}
    if sheet and sheet not in sheets:
        words = str(say("There is no sheet '{name}'.", name=sheet))
        raise InputError("no-sheet", words, advice=nearest(sheet, sheets))
    found = sheets[sheet] if sheet else next(iter(sheets.values()), None)
    return list(found.rows) if found else []


def _assets(rows: list[Sequence[str]], settings: dict[str, Any], name: str, faults: Faults) -> list[Node]:
    if not rows:
        return []
    columns = _columns(rows[0], settings, name, faults)
    if "id" not in columns:
        advice = say("Name the column in inventory.yaml: columns: {id: HEADING}.")
        faults.add("no-column", say("No column holds the id of the assets."), Place(name, 1), advice)
        return []
    result = []
    for number, row in enumerate(rows[1:], start=1):
        cells = {key: row[index].strip() for key, index in columns.items() if index < len(row) and row[index].strip()}
        if cells:
            result.append(_asset(cells, columns, settings, name, number))
    return result


def _columns(heading: Sequence[str], settings: dict[str, Any], name: str, faults: Faults) -> dict[str, int]:
    headings = {text.strip().lower(): index for index, text in reversed(list(enumerate(heading)))}
    result = {key: headings[key] for key in COLUMNS if key in headings}
    result |= {key: headings[key.replace("_", " ")] for key in COLUMNS if key.replace("_", " ") in headings}
    for key, text in (settings.get("columns") or {}).items():
        if str(text).strip().lower() in headings:
            result[key] = headings[str(text).strip().lower()]
        else:
            faults.add(
                "no-column",
                say("The table has no column '{name}'.", name=text),
                Place(name, 1),
                nearest(str(text), heading),
            )
    return result


def _asset(cells: dict[str, str], columns: dict[str, int], settings: dict[str, Any], name: str, row: int) -> Node:
    kinds = {str(key).lower(): str(value) for key, value in (settings.get("kinds") or {}).items()}
    if "kind" in cells:
        cells["kind"] = kinds.get(cells["kind"].lower(), cells["kind"])
    if not cells.get("zone") and settings.get("zone"):
        cells["zone"] = str(settings["zone"])

    def node(key: str) -> ScalarNode:
        mark = Mark(name, 0, row, columns.get(key, 0), None, 0)
        return yamlio.scalar("", ScalarNode("", "", mark, mark))

    pairs: dict[str, Node] = {}
    for key, text in cells.items():
        like = node(key)
        if key in _LISTS:
            words = [word for word in text.replace(",", " ").replace(";", " ").split() if word]
            pairs[key] = yamlio.make_list([yamlio.scalar(word, like) for word in words], like)
        else:
            pairs[key] = yamlio.scalar(text, like)
    return yamlio.make_mapping(pairs, node("id"))


def _joined(rows: list[Node], written: list[Node]) -> list[Node]:
    """One asset where a row and a zone's file have the same id."""
    from ninefold.workspace.inherit import by_key

    return by_key(rows, written, "id")
