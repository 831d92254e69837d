"""The typed plant, kept in ``.ninefold/cache`` by the hash of the files it was made of.

The cache is sealed with a key of this user: a workspace that comes from somebody else cannot bring a cache that
says something else than its text.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from ninefold import __version__
from ninefold.base.errors import NinefoldError, Place
from ninefold.base.files import write_atomic
from ninefold.base.limits import MIB, read_bytes
from ninefold.model.plant import Plant
from ninefold.workspace import yamlio
from ninefold.workspace.documents import MAIN
from ninefold.workspace.faults import Faults
from ninefold.workspace.journal import STATE, state_folder
from ninefold.workspace.userfiles import secret

Files = Mapping[str, bytes]
_SEAL: Final = 32
_MOST: Final = 512 * MIB
_NAME: Final = "plant.bin"


class _Kept(msgspec.Struct, array_like=True):
    key: bytes
    bases: list[str]
    plant: Plant
    places: dict[str, tuple[str, int, int]]


def get(root: Path, files: Files) -> Plant | None:
    """The cached plant if it was made of exactly these files (and those of its bases)."""
    path = root / STATE / "cache" / _NAME
    key = secret("cache", create=False)
    if key is None or path.parent.is_symlink() or not path.is_file():
        return None
    try:
        data = read_bytes(path, _MOST)
    except NinefoldError:
        return None
    if not hmac.compare_digest(data[:_SEAL], _seal(key, data[_SEAL:])):
        return None
    try:
        with yamlio.collector_paused():
            kept = msgspec.msgpack.decode(data[_SEAL:], type=_Kept)
    except (msgspec.MsgspecError, ValueError):
        return None
    if kept.key != _key(_chain(root, files, kept.bases)):
        return None
    kept.plant.places.update({name: Place(*where) for name, where in kept.places.items()})
    return kept.plant


def put(root: Path, layers: Sequence[tuple[Path, Files]], plant: Plant) -> None:
    """Keep a plant. Failing to keep it is no error: the text is always enough."""
    with contextlib.suppress(NinefoldError, OSError):
        key = secret("cache", create=True)
        if key is None:
            return
        places = {name: (at.file, at.line, at.column) for name, at in plant.places.items()}
        bare = msgspec.structs.replace(plant, places={})
        bases = [str(folder.resolve()) for folder, _ in layers[1:]]
        data = msgspec.msgpack.encode(_Kept(_key(layers), bases, bare, places))
        write_atomic(state_folder(root) / "cache" / _NAME, _seal(key, data) + data, mode=0o600)


def _chain(root: Path, files: Files, bases: list[str]) -> list[tuple[Path, Files]]:
    from ninefold.workspace.snapshot import snapshot

    chain: list[tuple[Path, Files]] = [(root, files)]
    for base in bases:
        if not (Path(base) / MAIN).is_file():
            return []
        chain.append((Path(base), snapshot(Path(base), Faults())))
    return chain


def _key(layers: Sequence[tuple[Path, Files]]) -> bytes:
    state = hashlib.blake2b(digest_size=32)
    state.update(f"{__version__} {_shape()}".encode())
    for folder, files in layers:
        state.update(repr(str(folder.resolve())).encode())
        for name in sorted(files):
            state.update(f"\n{len(name)} {name} {len(files[name])}\n".encode())
            state.update(files[name])
    return state.digest()


def _shape() -> str:
    """The fields of the model: a changed program does not read the cache of the former one."""
    seen: dict[str, list[str]] = {}

    def visit(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__name__ not in seen:
            seen[kind.__name__] = []
            for field in msgspec.structs.fields(kind):
                seen[kind.__name__].append(f"{field.name}:{field.type}")
                visit(field.type)
        for inner in getattr(kind, "__args__", ()):
            visit(inner)

    visit(Plant)
    return hashlib.sha256(repr(sorted(seen.items())).encode()).hexdigest()


def _seal(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=_SEAL).digest()
