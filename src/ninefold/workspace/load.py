"""Open a workspace: text to plant, or all its faults at once. Reading writes nothing and runs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ninefold.base.errors import FaultsError, InputError, NinefoldError, Place
from ninefold.model.plant import Plant
from ninefold.workspace import cache as cached
from ninefold.workspace import yamlio
from ninefold.workspace.build import build
from ninefold.workspace.check import check
from ninefold.workspace.convert import Origins
from ninefold.workspace.documents import Raw, gather
from ninefold.workspace.faults import Faults, place, say
from ninefold.workspace.inherit import overlay
from ninefold.workspace.inventory import add_inventory
from ninefold.workspace.migrations import migrated
from ninefold.workspace.snapshot import snapshot

_MOST_BASES: Final = 8


class Layer:
    """The files of one workspace of a chain of bases. ``prefix`` is how people get there (``../type-x/``)."""

    def __init__(self, root: Path, prefix: str, files: dict[str, bytes], raw: Raw) -> None:
        self.root = root
        self.prefix = prefix
        self.files = files
        self.raw = raw


def load(root: Path, *, cache: bool = True) -> Plant:
    """The plant described by the workspace at ``root``.

    Raises FaultsError with every fault of the text, InputError when ``root`` is no workspace. The typed plant is
    kept in ``.ninefold/cache`` by the hash of the files; ``cache=False`` reads the text.
    """
    origins = Origins()
    files = snapshot(root, origins)
    if cache and not origins.errors:
        known = cached.get(root, files)
        if known is not None:
            return known
    with yamlio.collector_paused():
        plant, layers = _read(root, files, origins)
    if cache:
        cached.put(root, [(layer.root, layer.files) for layer in layers], plant)
    return plant


def faults(root: Path) -> tuple[NinefoldError, ...]:
    """Every fault of a workspace, in the order of places; empty when it is whole."""
    try:
        load(root, cache=False)
    except FaultsError as error:
        return tuple(error.errors)
    except InputError as error:
        return (error,)
    return ()


def layout(root: Path) -> dict[str, tuple[float, float]]:
    """Positions that a person gave to things of the diagram: id -> (x, y). Entries that are no pair are left out."""
    files = snapshot(root, Faults())
    tree = yamlio.parse("layout.yaml", files["layout.yaml"]) if files.get("layout.yaml") else None
    if tree is None:
        return {}
    content = yamlio.plain(tree, Faults())
    positions = content.get("positions", content) if isinstance(content, dict) else {}
    result = {}
    for name, pair in positions.items():
        try:
            result[name] = (float(pair[0]), float(pair[1]))
        except (TypeError, ValueError, IndexError, KeyError):
            continue
    return result


def read_text(root: Path, files: dict[str, bytes], origins: Origins) -> Plant:
    """The plant of these files, as if they stood in ``root``. Raises FaultsError; ``origins`` then knows the places."""
    with yamlio.collector_paused():
        return _read(root, files, origins)[0]


def _read(root: Path, files: dict[str, bytes], origins: Origins) -> tuple[Plant, list[Layer]]:
    layers = _layers(root, files, origins)
    if any(error.code == "newer-format" for error in origins.errors):
        raise FaultsError([error for error in origins.errors if error.code == "newer-format"])
    raw = layers[-1].raw
    for layer in reversed(layers[:-1]):
        raw = overlay(raw, layer.raw, origins)
    plant = build(raw, origins)
    check(plant, origins)
    origins.stop()
    return plant, layers


def _layers(root: Path, files: dict[str, bytes], faults: Faults) -> list[Layer]:
    """The workspace, its base, the base of that ..."""
    layers: list[Layer] = []
    prefix = ""
    while True:
        files = migrated(files)
        raw = gather(files, prefix, faults)
        add_inventory(raw, files, prefix, faults)
        layers.append(Layer(root, prefix, files, raw))
        following = _base(layers, faults)
        if following is None:
            return layers
        root, prefix = following
        try:
            files = snapshot(root, faults)
        except InputError as error:
            error.place = place(raw.base) if raw.base else Place(str(root))
            faults.keep(error)
            return layers


def _base(layers: list[Layer], faults: Faults) -> tuple[Path, str] | None:
    node = layers[-1].raw.base
    name = yamlio.text(node, faults) if node is not None else None
    if not name or node is None:
        return None
    advice = say("Name the folder of another workspace, relative to this one.")
    root = (layers[-1].root / name).resolve()
    if Path(name).is_absolute() or "\\" in name:
        faults.add("bad-base", say("'base' must be a relative path with /."), node, advice)
    elif root in {layer.root.resolve() for layer in layers} or len(layers) > _MOST_BASES:
        faults.add("base-cycle", say("The bases lead in a circle or are too many."), node, advice)
    elif not (root / "ninefold.yaml").is_file():
        faults.add("no-base", say("There is no workspace at '{name}'.", name=name), node, advice)
        faults.unread = True
    else:
        return root, layers[-1].prefix + name.rstrip("/") + "/"
    return None
