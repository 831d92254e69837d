"""Which workspaces are made of a type: whoever changes the type must know the machines concerned."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from yaml.nodes import ScalarNode

from ninefold.base.errors import NinefoldError
from ninefold.base.limits import MIB, read_bytes
from ninefold.workspace import yamlio
from ninefold.workspace.documents import MAIN, field

_MOST: Final = 5_000


def machines_of(root: Path, *, within: Path | None = None) -> tuple[Path, ...]:
    """Workspaces below ``within`` (default: the folder that holds ``root``) whose ``base:`` leads to ``root``.

    Directly or through others, in the order of their paths. Unreadable ones are passed over.
    """
    folder = (within or root.resolve().parent).resolve()
    bases = {}
    for number, path in enumerate(sorted(folder.glob(f"*/{MAIN}")) + sorted(folder.glob(f"*/*/{MAIN}"))):
        if number >= _MOST:
            break
        base = base_of(path.parent)
        if base is not None:
            bases[path.parent.resolve()] = base
    found: set[Path] = set()
    wanted = {root.resolve()}
    while wanted:
        wanted = {machine for machine, base in bases.items() if base in wanted} - found - {root.resolve()}
        found |= wanted
    return tuple(sorted(found))


def base_of(root: Path) -> Path | None:
    """The folder that a workspace's ``base:`` leads to; None without one."""
    try:
        tree = yamlio.parse(MAIN, read_bytes(root / MAIN, MIB))
    except NinefoldError:
        return None
    node = field(tree, "base") if tree is not None else None
    if not isinstance(node, ScalarNode) or not node.value or Path(node.value).is_absolute():
        return None
    return (root / str(node.value)).resolve()
