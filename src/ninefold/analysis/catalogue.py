"""The built-in catalogue of threats, read once from the data files beside this module."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import msgspec
import yaml

from ninefold.analysis.expressions import Condition, parse
from ninefold.analysis.features import FEATURES
from ninefold.base.i18n import Text
from ninefold.model.scenarios import Threat
from ninefold.model.vocabulary import FR, Objective

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def load(name: str) -> list[dict[str, Any]]:
    """The rows of our own data files whose names begin with ``name``, in the order of their names."""
    folder = resources.files("ninefold.analysis") / "data"
    rows: list[dict[str, Any]] = []
    for item in sorted(folder.iterdir(), key=lambda file: file.name):
        if item.name.startswith(name) and item.name.endswith(".yaml"):
            rows += yaml.load(item.read_bytes(), Loader=_Loader)  # noqa: S506 - our own file, text only
    return rows


@cache
def built_in() -> tuple[Threat, ...]:
    """All threats of the catalogue, by id."""
    return tuple(sorted((_threat(row) for row in load("threats")), key=lambda item: item.id))


def _threat(row: dict[str, Any]) -> Threat:
    return Threat(
        id=row["id"],
        title=Text(row["en"], row["de"]),
        on=row["on"],
        when=row["when"],
        fr=tuple(FR[name] for name in row["fr"].split()),
        techniques=tuple(row.get("attack", "").split()),
        objectives=tuple(Objective(letter) for letter in row["hits"]),
        least_class=int(row.get("class", 1)),
        vectors=tuple(row.get("via", "network").split()),
        barriers=tuple(tuple(item.strip() for item in group.split("+")) for group in row["barriers"].split(";")),
        within=row.get("within", ""),
        removes=Text(row["out_en"], row["out_de"]),
    )


@cache
def condition(on: str, when: str) -> Condition:
    """The parsed condition of a threat. Raises InputError when it is wrong."""
    if on not in FEATURES:
        raise msgspec.ValidationError(on)
    return parse(when, FEATURES[on])
