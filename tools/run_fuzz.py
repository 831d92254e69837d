"""Fuzz every reader: ``python tools/run_fuzz.py [seconds]``, default 600 CPU seconds each.

A module ``tests/**/fuzz_*.py`` offers ``TARGETS: dict[str, tuple[callable(bytes), list of seed bytes]]``. A target may
raise NinefoldError; anything else, a hang or more than 1 GB of memory is a failure, kept in ``build/fuzz``.
"""

from __future__ import annotations

import importlib.util
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
GIB = 1 << 30
HANG_SECONDS = 20


def main(arguments: list[str]) -> int:
    """The number of failures."""
    from ninefold.base.errors import NinefoldError

    seconds = float(arguments[0]) if arguments else 600.0
    failures = 0
    for file in sorted((ROOT / "tests").rglob("fuzz_*.py")):
        for name, (target, seeds) in sorted(load(file).TARGETS.items()):
            runs, bad = fuzz(target, seeds, seconds, NinefoldError)
            print(f"{name}: {runs} inputs, {bad} failures")
            failures += bad
    return 1 if failures else 0


def load(file: Path) -> ModuleType:
    """The module of a file."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fuzz(
    target: Callable[[bytes], Any], seeds: list[bytes], seconds: float, expected: type[Exception]
) -> tuple[int, int]:
    """(inputs tried, failures). Mutations are seeded: a failure comes again."""
    chance = random.Random(62443)
    end = time.process_time() + seconds
    runs = bad = 0
    signal.signal(signal.SIGALRM, _hang)
    while time.process_time() < end:
        data = mutate(chance, chance.choice(seeds))
        signal.alarm(HANG_SECONDS)
        try:
            target(data)
        except expected:
            pass
        except Exception:
            bad += 1
            folder = ROOT / "build" / "fuzz"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{target.__module__}-{runs}.bin").write_bytes(data)
            traceback.print_exc(limit=4)
        finally:
            signal.alarm(0)
        runs += 1
        if bad > 10:
            break
    return runs, bad


def _hang(*_: object) -> None:
    raise TimeoutError(f"longer than {HANG_SECONDS} s")


def mutate(chance: random.Random, seed: bytes) -> bytes:
    """A seed with some bytes flipped, cut, doubled, inserted or replaced by extreme values."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 4, 16, 200))
        match chance.randrange(6):
            case 0:
                data[place : place + size] = b""
            case 1:
                data[place:place] = chance.randbytes(size)
            case 2:
                data[place:place] = data[max(0, place - size) : place] * chance.choice((2, 3, 50))
            case 3:
                data[place : place + 4] = chance.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\x80\0\0\0"))
            case 4:
                del data[place:]
            case _:
                for index in range(place, min(place + size, len(data))):
                    data[index] ^= 1 << chance.randrange(8)
    return bytes(data[: 4 << 20])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
