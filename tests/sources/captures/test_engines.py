"""Both engines say the same, on real captures and on damaged ones; compressed and piped captures too."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import msgspec
import pytest

from ninefold.model.observed import Observation
from ninefold.sources.captures import detect, read
from support import corpus

pytestmark = pytest.mark.corpus
pytest.importorskip("numba")


def plain(observation: Observation) -> object:
    return msgspec.to_builtins(observation, str_keys=True)


def test_numba_and_numpy_agree_on_every_capture() -> None:
    for path in sorted(corpus("pcap").glob("*.pcap*")):
        assert plain(read(path, engine="numba")) == plain(read(path, engine="numpy")), path.name


def test_numba_and_numpy_agree_on_damaged_captures() -> None:
    dice = random.Random(7)
    for path in sorted(corpus("pcap").glob("*.pcap")):
        data = bytearray(path.read_bytes()[:60_000])
        for _ in range(300):
            data[dice.randrange(24, len(data))] = dice.randrange(256)
        results = [plain(read(io.BytesIO(bytes(data)), engine=engine)) for engine in ("numba", "numpy")]
        assert results[0] == results[1], path.name


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_capture_says_the_same(tmp_path: Path, suffix: str) -> None:
    import zstandard

    path = corpus("pcap/profinet_mixed.pcap")
    pack = gzip.compress if suffix == ".gz" else zstandard.ZstdCompressor().compress
    packed = tmp_path / f"profinet_mixed.pcap{suffix}"
    packed.write_bytes(pack(path.read_bytes()))
    assert detect(packed.read_bytes()[:64], packed.name)
    one, other = read(packed), read(path)
    assert (one.hosts[0].macs, len(one.flows)) == (other.hosts[0].macs, len(other.flows))
    assert one.origin.size == packed.stat().st_size
    assert one.captures[0].packets == 1635


def test_a_pipe_is_read_like_a_file() -> None:
    path = corpus("pcap/ssh.pcap")

    class Pipe:
        """Gives a few bytes at a time, as pipes do."""

        name = "<stdin>"

        def __init__(self) -> None:
            self.stream = io.BytesIO(path.read_bytes())

        def read(self, size: int) -> bytes:
            return self.stream.read(min(size, 1000))

    observation = read(Pipe())  # type: ignore[arg-type]
    assert observation.origin.sha256 == read(path).origin.sha256
    assert observation.flows == read(path).flows
