"""Targets of ``make fuzz``: whatever the bytes are, reading ends quickly with a value or an expected error."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ninefold.base import dsse
from ninefold.base.errors import NinefoldError
from ninefold.evidence import ledger
from ninefold.workspace import yamlio
from ninefold.workspace.build import build
from ninefold.workspace.check import check
from ninefold.workspace.convert import Origins
from ninefold.workspace.documents import gather
from ninefold.workspace.edit import set_field
from ninefold.workspace.faults import Faults
from ninefold.workspace.inventory import add_inventory
from ninefold.workspace.migrations import migrated

FROZEN = Path(__file__).parent / "frozen/format-1"
YAML = [path.read_bytes() for path in sorted(FROZEN.rglob("*.yaml"))]


def _plant(name: str, data: bytes) -> None:
    files = {path.relative_to(FROZEN).as_posix(): path.read_bytes() for path in FROZEN.rglob("*") if path.is_file()}
    origins = Origins()
    files = migrated({**files, name: data})
    raw = gather(files, "", origins)
    add_inventory(raw, files, "", origins)
    check(build(raw, origins), origins)


def _edit(data: bytes) -> None:
    set_field(data, ("conduits", "c1"), "title", "x: #'\"")


def _parse(data: bytes) -> None:
    tree = yamlio.parse("x", data)
    if tree is not None:
        yamlio.plain(tree, Faults())


def _expected(target: Callable[[bytes], Any]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        with contextlib.suppress(NinefoldError):
            target(data)

    return run


def _file(name: str) -> tuple[Callable[[bytes], Any], list[bytes]]:
    return _expected(lambda data: _plant(name, data)), [(FROZEN / name).read_bytes()]


ENVELOPE = b'{"payload":"e30=","payloadType":"x","signatures":[{"keyid":"a","sig":"b"}]}'
TARGETS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    "yaml": (_expected(_parse), YAML),
    "main": _file("ninefold.yaml"),
    "zone": _file("zones/control.yaml"),
    "networks": _file("networks.yaml"),
    "inventory": _file("inventory.csv"),
    "edit": (_expected(_edit), [(FROZEN / "conduits.yaml").read_bytes()]),
    "envelope": (_expected(dsse.decode), [ENVELOPE]),
    "ledger": (_expected(ledger.read), [ledger.append(b"", [("a", "b", b"c")], "2026-03-01")]),
}
