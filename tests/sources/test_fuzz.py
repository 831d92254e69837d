"""The fuzz targets for a moment each; ``make fuzz`` runs them for minutes."""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from ninefold.base.errors import NinefoldError


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


fuzz_readers = _module(Path(__file__).with_name("fuzz_readers.py"))


def mutate(chance: random.Random, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(5)
        if kind == 0 and data:
            data[at % len(data)] = chance.randrange(256)
        elif kind == 1:
            del data[at : at + chance.randint(1, 20)]
        elif kind == 2:
            data[at:at] = chance.choice([b"\0", b"\xff", b"<", b'"', b"]", b"{", b"9" * 30, b"-1", b"%s", b"\xf0\x9f"])
        elif kind == 3:
            data[at:at] = data[at : at + chance.randint(1, 200)] * chance.randint(1, 20)
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("name", sorted(fuzz_readers.TARGETS))
def test_nothing_but_a_clear_error(name: str) -> None:
    target, seeds = fuzz_readers.TARGETS[name]
    for seed in seeds:
        target(seed)
    chance = random.Random(62443)
    end = time.process_time() + 0.7
    while time.process_time() < end:
        data = mutate(chance, chance.choice(seeds))
        start = time.process_time()
        try:
            target(data)
        except NinefoldError:
            pass
        except Exception as error:
            raise AssertionError(repr(data)) from error
        assert time.process_time() - start < 2
