"""A list of assets from one file, without a workspace: CSV, XLSX, JSON, YAML, CycloneDX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ninefold.base import limits, spreadsheet
from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages
from ninefold.model.assets import Asset, Software
from ninefold.model.observed import Component
from ninefold.model.vocabulary import AssetKind
from ninefold.sources.headings import field_of
from ninefold.supply.advisories.document import decode

say = messages("supply")

FILE = 256 * limits.MIB
_KEYS = frozenset(Asset.__struct_fields__)
_TEXTS = ("vendor", "product", "order_number", "serial", "firmware", "hardware_version", "title", "zone", "location")


def read(path: Path) -> tuple[tuple[Asset, ...], tuple[Component, ...]]:
    """The assets and components of a file. InputError when it is none of the formats or names no asset."""
    data = limits.read_bytes(path, FILE)
    suffix = path.suffix.lower()
    components: tuple[Component, ...] = ()
    if suffix in (".csv", ".tsv", ".txt", ".xlsx"):
        assets = _assets(_table(data, path))
    elif suffix in (".yaml", ".yml"):
        assets = _assets(_items(_yaml(data, path)))
    elif suffix in (".json", ".cdx"):
        assets, components = _json(data, path)
    else:
        raise InputError(
            "unknown-format", str(say("This is no list of assets that can be read.")), place=Place(str(path)),
            advice="Give a CSV, XLSX, JSON, YAML or CycloneDX file.",
        )  # fmt: skip
    if not assets and not components:
        raise InputError(
            "no-assets", str(say("The file names no asset.")), place=Place(str(path)), advice="See docs/reference."
        )
    return assets, components


def _json(data: bytes, path: Path) -> tuple[tuple[Asset, ...], tuple[Component, ...]]:
    root = decode(data, str(path)) if len(data) <= limits.TEXT_FILE else _large(data)
    if isinstance(root, dict) and root.get("bomFormat") == "CycloneDX":
        from ninefold.sources import cyclonedx

        return (), cyclonedx.parse(data, path.name).components
    return _assets(_items(root)), ()


def _large(data: bytes) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError("no-json", f"This is no JSON document: {error}.") from error


def _yaml(data: bytes, path: Path) -> Any:
    import yaml

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return yaml.load(data, Loader=loader)  # noqa: S506 - the base loader makes strings, lists and mappings only
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError("no-yaml", f"This is no YAML document: {error}.", place=Place(str(path))) from error


def _items(root: Any) -> Iterable[Mapping[str, Any]]:
    """The list itself, or the first list under ``assets``, ``devices`` or ``inventory``."""
    if isinstance(root, dict):
        root = next((root[key] for key in ("assets", "devices", "inventory") if isinstance(root.get(key), list)), [])
    return [item for item in root if isinstance(item, dict)] if isinstance(root, list) else []


def _table(data: bytes, path: Path) -> Iterable[Mapping[str, Any]]:
    """The rows below the first row of each sheet in which at least two headings are known."""
    for sheet in spreadsheet.read(data, path.name):
        for number, row in enumerate(sheet.rows[:50]):
            if sum(bool(field_of(cell)) or cell in _KEYS for cell in row) >= 2:
                yield from (dict(zip(row, cells, strict=False)) for cells in sheet.rows[number + 1 :] if any(cells))
                break


def _assets(items: Iterable[Mapping[str, Any]]) -> tuple[Asset, ...]:
    return tuple(_asset(item, number) for number, item in enumerate(items, 1))


def _asset(item: Mapping[str, Any], number: int) -> Asset:
    """Known keys first, then headings as people write them; what is no text is left out."""
    cells: dict[str, str] = {}
    for key, value in item.items():
        name = key if key in _KEYS else field_of(str(key or "")) or ""
        if name and isinstance(value, str | int | float) and str(value).strip():
            cells.setdefault(name, str(value).strip())
    identifier = cells.get("id") or cells.get("title") or cells.get("hostname") or cells.get("address")
    texts: dict[str, Any] = {name: cells.get(name, "") for name in _TEXTS}
    texts["product"] = texts["product"] or texts["title"]  # a list often says only what a thing is called
    software = (*_software(item.get("software")), *_itself(item, texts))
    return Asset(id=identifier or f"row {number}", kind=_kind(cells.get("kind", "")), software=software, **texts)


def _itself(item: Mapping[str, Any], texts: Mapping[str, Any]) -> Iterable[Software]:
    """A row that names a purl or CPE is that program."""
    known = {
        key: str(value) for key, value in item.items() if key in ("purl", "cpe") and isinstance(value, str) and value
    }
    if known:
        yield Software(name=texts["product"] or "?", version=texts["firmware"], vendor=texts["vendor"], **known)


def _kind(text: str) -> AssetKind:
    try:
        return AssetKind(text.lower())
    except ValueError:
        return AssetKind.OTHER


def _software(value: Any) -> Iterable[Software]:
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            known = {key: str(item.get(key, "")) for key in ("name", "version", "vendor", "purl", "cpe")}
            yield Software(**known)
