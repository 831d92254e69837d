"""Link types, tags, tunnels and fragments, from frames made by hand."""

from __future__ import annotations

import io
import struct

import pytest

from ninefold.model.observed import Observation, ObservedFlow
from ninefold.sources.captures import read

A, B = b"\x02\0\0\0\0\x0a", b"\x02\0\0\0\0\x0b"
READ_COILS = b"\0\1\0\0\0\6\1\1\0\0\0\x10"


def tcp(payload: bytes = READ_COILS, ports: tuple[int, int] = (50_000, 502), flags: int = 0x18) -> bytes:
    return struct.pack(">HHIIBBHHH", *ports, 1, 1, 0x50, flags, 0, 0, 0) + payload


def udp(payload: bytes, ports: tuple[int, int]) -> bytes:
    return struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload


def ipv4(body: bytes, protocol: int = 6, options: bytes = b"", fragment: int = 0, number: int = 7) -> bytes:
    words = 5 + len(options) // 4
    head = struct.pack(">BBHHHBBH", 0x40 | words, 0, 4 * words + len(body), number, fragment, 64, protocol, 0)
    return head + b"\x0a\0\0\1\x0a\0\0\2" + options + body


def ipv6(body: bytes, following: int = 6) -> bytes:
    source, target = b"\xfd" + b"\0" * 14 + b"\1", b"\xfd" + b"\0" * 14 + b"\2"
    return struct.pack(">IHBB", 0x60000000, len(body), following, 64) + source + target + body


def ether(kind: int, body: bytes) -> bytes:
    return B + A + struct.pack(">H", kind) + body


def capture(*frames: bytes, link: int = 1) -> Observation:
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    for number, frame in enumerate(frames):
        data += struct.pack("<IIII", 1_700_000_000 + number, 0, len(frame), len(frame)) + frame
    return read(io.BytesIO(data))


def only(observation: Observation) -> ObservedFlow:
    (flow,) = observation.flows
    return flow


MPLS = struct.pack(">I", 16 << 12 | 1 << 8 | 64)
WAYS = {
    "ethernet": (1, ether(0x0800, ipv4(tcp())), ""),
    "ipv4 with options": (1, ether(0x0800, ipv4(tcp(), options=b"\1\1\1\0")), ""),
    "vlan": (1, ether(0x8100, struct.pack(">HH", 0x2000 | 20, 0x0800) + ipv4(tcp())), "20"),
    "qinq": (1, ether(0x88A8, struct.pack(">HHHH", 100, 0x8100, 20, 0x0800) + ipv4(tcp())), "100.20"),
    "priority tag": (1, ether(0x8100, struct.pack(">HH", 0xC000, 0x0800) + ipv4(tcp())), ""),
    "mpls": (1, ether(0x8847, MPLS + ipv4(tcp())), ""),
    "pppoe": (1, ether(0x8864, b"\x11\0\0\1\0\x40\0\x21" + ipv4(tcp())), ""),
    "hsr": (1, ether(0x892F, b"\0\x40\0\1" + b"\x08\0" + ipv4(tcp())), ""),
    "snap": (1, ether(60, b"\xaa\xaa\3\0\0\0\x08\0" + ipv4(tcp())), ""),
    "linux cooked": (113, b"\0\0\0\1\0\6" + A + b"\0\0\x08\0" + ipv4(tcp()), ""),
    "linux cooked 2": (276, b"\x08\0\0\0\0\0\0\1\0\1\0\6" + A + b"\0\0" + ipv4(tcp()), ""),
    "null, little": (0, b"\2\0\0\0" + ipv4(tcp()), ""),
    "null, big": (0, b"\0\0\0\2" + ipv4(tcp()), ""),
    "loop": (108, b"\0\0\0\2" + ipv4(tcp()), ""),
    "raw": (101, ipv4(tcp()), ""),
    "ipv4 only": (228, ipv4(tcp()), ""),
    "ipv6": (1, ether(0x86DD, ipv6(tcp())), ""),
    "ipv6 raw": (229, ipv6(tcp()), ""),
    "ipv6 with extensions": (1, ether(0x86DD, ipv6(b"\x3c\0" + b"\0" * 6 + b"\6\0" + b"\0" * 6 + tcp(), 0)), ""),
}


@pytest.mark.parametrize("name", WAYS)
def test_modbus_is_found_however_it_is_wrapped(name: str) -> None:
    link, frame, vlan = WAYS[name]
    observation = capture(frame, link=link)
    flow = only(observation)
    assert (flow.transport, flow.port, flow.service, flow.vlan) == ("tcp", 502, "modbus", vlan)
    assert flow.functions == ("reads",)
    assert observation.captures[0].malformed == 0


def test_later_fragments_belong_to_the_flow_of_the_first() -> None:
    whole = udp(b"x" * 72, (40_000, 9999))
    first = ether(0x0800, ipv4(whole[:40], 17, fragment=0x2000))
    second = ether(0x0800, ipv4(whole[40:], 17, fragment=5))
    flow = only(capture(first, second))
    assert (flow.transport, flow.port, flow.packets) == ("udp", 9999, 2)


@pytest.mark.parametrize(("protocol", "name"), [(47, "gre"), (4, "ip-in-ip"), (41, "ip-in-ip"), (50, "ipsec")])
def test_tunnels_are_named_and_doubted(protocol: int, name: str) -> None:
    observation = capture(ether(0x0800, ipv4(b"\0" * 40, protocol)))
    assert only(observation).service == name
    assert [finding.rule for finding in observation.findings] == ["capture.tunnel"]


def test_an_answer_seen_alone_shows_its_server() -> None:
    answer = b"\0\1\0\0\0\5\1\1\2\xff\xff"
    frame = ether(0x0800, ipv4(tcp(answer, (4502, 50_001))))
    flow = only(capture(frame))
    assert (flow.client.ip, flow.server.ip, flow.port) == ("10.0.0.2", "10.0.0.1", 4502)
    assert (flow.service, flow.direction_reason) == ("modbus", "answer")


def test_a_port_alone_is_graded_as_a_port() -> None:
    flow = only(capture(ether(0x0800, ipv4(tcp(b"what is this?", (50_000, 502))))))
    assert (flow.service, flow.grade.value, flow.direction_reason) == ("modbus", "port", "port")


def test_a_stop_among_many_reads_is_seen() -> None:
    head = b"\x03\0\0\x1f\x02\xf0\x80\x32\x01\0\0\0\1\0\x0e\0\0"
    reads = ether(0x0800, ipv4(tcp(head + b"\x04\1\x12\x0a\x10\2\0\1\0\1\x84\0\0\0", (50_000, 102))))
    stop = ether(0x0800, ipv4(tcp(head + b"\x29\0\0\0\0\0\x09P_PROGRA", (50_000, 102))))
    flow = only(capture(*[reads] * 500, stop))
    assert (flow.service, flow.functions) == ("s7comm", ("reads", "stop-start"))


def test_two_devices_with_one_address_raise_a_question() -> None:
    other = B + b"\x02\0\0\0\0\x0c" + b"\x08\0" + ipv4(tcp())
    observation = capture(ether(0x0800, ipv4(tcp())), other)
    assert [finding.rule for finding in observation.findings] == ["capture.address-twice"]
    assert len(observation.hosts) == 2


def test_frames_that_do_not_fit_are_counted() -> None:
    observation = capture(ether(0x0800, b"\x45\0"), ether(0x0800, ipv4(b"\1\2\3")))
    assert observation.captures[0].malformed == 2
    assert sum(flow.packets for flow in observation.flows) == 2


def test_a_mac_block_of_36_bits_and_a_virtual_card_are_told_apart() -> None:
    from ninefold.sources.captures.oui import is_virtual, vendor

    assert vendor(0x8C1F64001000) == "HYFIX Spatial Intelligence"
    assert vendor(0x001B1B000000).startswith("Siemens")
    assert is_virtual(0x005056C00008) and not is_virtual(0x001B1B000000)
