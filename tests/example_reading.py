"""Reads an example straight into the model, without the workspace room: a second opinion on the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from ninefold.model.plant import Plant

EXAMPLES = Path(__file__).parents[1] / "examples"
_FILES = ("networks.yaml", "conduits.yaml", "functions.yaml", "measures.yaml", "decisions.yaml")


class _Text(yaml.SafeLoader):
    """Every scalar stays text, as in the workspace."""


_Text.yaml_implicit_resolvers = {}


def _yaml(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Text) if path.exists() else {}


def plant(name: str) -> Plant:
    """The whole example as one value."""
    folder = EXAMPLES / name
    raw: dict[str, Any] = {"system": _yaml(folder / "ninefold.yaml")["system"], "zones": [], "assets": []}
    for file in _FILES:
        raw.update(_yaml(folder / file))
    for path in sorted((folder / "zones").glob("*.yaml")):
        content = _yaml(path)
        raw["zones"].append(content["zone"])
        raw["assets"] += [_asset(row, content["zone"]["id"]) for row in content["assets"]]
    return msgspec.convert(raw, Plant, strict=False)


def _asset(row: dict[str, Any], zone: str) -> dict[str, Any]:
    short = {key: row.pop(key) for key in ("network", "address", "mac") if key in row}
    return {**row, "zone": zone, **({"interfaces": [short]} if short else {})}
