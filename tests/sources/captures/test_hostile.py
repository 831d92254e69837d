"""Damaged and hostile captures: an answer in time, in little memory, and what could not be read is said."""

from __future__ import annotations

import importlib.util
import io
import random
import struct
import time
from pathlib import Path

import pytest

from ninefold.base.errors import InputError
from ninefold.sources.captures import detect, read
from support import corpus

_spec = importlib.util.spec_from_file_location("fuzz_captures", Path(__file__).with_name("fuzz_captures.py"))
assert _spec and _spec.loader
fuzz = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)

SECONDS = 4.0  # a target


def mutated(dice: random.Random, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(dice.randrange(1, 24)):
        kind, place = dice.randrange(4), dice.randrange(len(data))
        if kind == 0:
            data[place] ^= 1 << dice.randrange(8)
        elif kind == 1:
            data[place] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2 and len(data) > 64:
            del data[place : place + dice.randrange(1, 40)]
        else:
            data[place:place] = dice.randbytes(dice.randrange(1, 16))
        if not data:
            data = bytearray(b"\0")
    return bytes(data)


@pytest.mark.parametrize("name", sorted(fuzz.TARGETS))
def test_mutations_do_no_harm(name: str) -> None:
    target, seeds = fuzz.TARGETS[name]
    dice, end = random.Random(62443), time.monotonic() + SECONDS
    while time.monotonic() < end:
        target(mutated(dice, dice.choice(seeds)))


def test_both_byte_orders_and_all_packet_blocks_of_pcapng() -> None:
    little, big = (read(io.BytesIO(fuzz.pcapng(order=order))) for order in "<>")
    assert little.captures[0].packets == 3
    assert little.captures[0].last == pytest.approx(1_700_000_000.123456789)
    assert [flow.packets for flow in little.flows] == [3]
    assert little.flows == tuple(
        type(flow)(**{name: getattr(flow, name) for name in flow.__struct_fields__} | {"source": little.origin.sha256})
        for flow in big.flows
    )


def test_a_time_resolution_that_no_clock_has() -> None:
    """Found by fuzzing: 10^-63 seconds a tick."""
    data = fuzz.pcapng().replace(struct.pack("<HHB", 9, 1, 9), struct.pack("<HHB", 9, 1, 63))
    assert read(io.BytesIO(data)).captures[0].packets == 3


def test_several_sections_and_interfaces() -> None:
    both = fuzz.pcapng() + fuzz.pcapng(order=">", link=105)
    observation = read(io.BytesIO(both))
    assert observation.captures[0].packets == 6
    assert observation.captures[0].link_type == "ethernet,ieee802.11"
    assert [finding.rule for finding in observation.findings] == ["capture.link-type", "capture.malformed"]


@pytest.mark.corpus
def test_a_cut_capture_gives_what_came_before() -> None:
    data = corpus("pcap/s7_szl_status.pcap").read_bytes()
    observation = read(io.BytesIO(data[:20_000]))
    assert 0 < observation.captures[0].packets < 240
    assert [finding.rule for finding in observation.findings] == ["capture.cut"]


def test_a_record_longer_than_any_frame_ends_the_reading() -> None:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    frame = struct.pack("<IIII", 0, 0, 60, 60) + b"\0" * 60
    observation = read(io.BytesIO(head + frame + struct.pack("<IIII", 0, 0, 1 << 31, 1 << 31) + b"\0" * 100))
    assert observation.captures[0].packets == 1
    assert "longer than any frame" in str(observation.findings[0].because[0].says)


@pytest.mark.parametrize("data", [b"", b"\xd4\xc3", b"hello world, this is no capture", b"\0" * 5000, b"PK\x03\x04"])
def test_what_is_no_capture_is_refused(data: bytes) -> None:
    assert not detect(data, "x.pcap")
    with pytest.raises(InputError):
        read(io.BytesIO(data))


def test_a_sparse_file_of_ten_gigabytes_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sparse.pcap"
    with path.open("wb") as stream:
        stream.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        stream.truncate(10_000_000_000)
    with pytest.raises(InputError, match="no part of the capture"):
        read(path)


def test_a_file_that_ends_in_a_hole_gives_what_came_before() -> None:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    frame = struct.pack("<IIII", 1, 0, 60, 60) + b"\2" * 60
    observation = read(io.BytesIO(head + frame * 3 + b"\0" * 1_000_000))
    assert "nothing but empty records" in str(observation.findings[0].because[0].says)
    assert observation.flows[0].packets >= 3


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import zlib

    monkeypatch.setattr("ninefold.sources.captures.stream._LEAST", 1 << 20)
    frame = struct.pack("<IIII", 1, 1, 60_000, 60_000) + b"\x01" * 60_000
    packer = zlib.compressobj(9, wbits=31)
    data = packer.compress(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    data += b"".join(packer.compress(frame) for _ in range(2000)) + packer.flush()
    with pytest.raises(InputError, match="grows to more than"):
        read(io.BytesIO(data))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("mark", "tick", "extra"), [(0xA1B2C3D4, 1000, 0), (0xA1B23C4D, 1, 0), (0xA1B2CD34, 1000, 8)])
def test_all_variants_of_the_classic_format(order: str, mark: int, tick: int, extra: int) -> None:
    data = struct.pack(order + "IHHiIII", mark, 2, 4, 0, 0, 65535, 1)
    for number in range(3):
        data += struct.pack(order + "IIII", 1_700_000_000, number * 250_000_000 // tick, 60, 1500)
        data += b"\0" * extra + b"\2" * 60
    observation = read(io.BytesIO(data), engine="numpy")
    capture = observation.captures[0]
    assert (capture.packets, capture.bytes, observation.findings) == (3, 4500, ())
    assert capture.last == pytest.approx(1_700_000_000.5, abs=1e-6)
