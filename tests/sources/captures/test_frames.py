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


def cip(message: bytes, context: int) -> bytes:
    """A CIP message in an unconnected EtherNet/IP request or answer."""
    items = b"\0\0\0\0\0\0" + struct.pack("<HHHHH", 2, 0, 0, 0xB2, len(message)) + message
    return struct.pack("<HHIIQI", 0x6F, len(items), 7, 0, context, 0) + items


def test_modules_behind_one_address_are_told_apart_after_many_reads() -> None:
    there = ether(0x0800, b"")
    frames = [there + ipv4(tcp(cip(b"\x4c\x02\x20\x6b\x25\0\1\0", number), (50_000, 44818))) for number in range(300)]
    names = [(54, b"1756-L61/B LOGIX5561"), (58, b"1756-ENBT/A"), (300, b"MVI56 ProSoft")]
    for slot, (code, name) in enumerate(names):
        ask = b"\x52\x02\x20\x06\x24\x01\x07\xf9\x06\0" + b"\x01\x02\x20\x01\x24\x01" + b"\1\0\1" + bytes([slot])
        identity = struct.pack("<HHHBBHI", 1, 14, code, 20, 11, 0, 0x1000 + slot) + bytes([len(name)]) + name
        answer = ipv4(tcp(cip(b"\x81\0\0\0" + identity, 900 + slot), (44818, 50_000)))
        turned = answer[:12] + answer[16:20] + answer[12:16] + answer[20:]
        frames += [there + ipv4(tcp(cip(ask, 900 + slot), (50_000, 44818))), A + B + b"\x08\0" + turned]
    observation = capture(*frames)
    (server,) = [host for host in observation.hosts if host.facts]
    facts = {fact.key: fact.value for fact in server.facts}
    assert facts["module.slot-0.identity.order_number"] == "1756-L61"
    assert facts["module.slot-1.identity.product"] == "1756-ENBT/A"
    assert facts["module.slot-2.identity.serial"] == "0x00001002"
    assert "identity.product" not in facts


def test_modbus_device_identification() -> None:
    objects = b"\0\x05Maker\1\x06AB-123\2\x04V2.1"
    body = b"\1\x2b\x0e\1\1\0\0\3" + objects
    answer = struct.pack(">HHH", 1, 0, len(body)) + body
    observation = capture(ether(0x0800, ipv4(tcp(answer, (502, 50_000)))))
    facts = {fact.key: fact.value for host in observation.hosts for fact in host.facts}
    assert facts["identity.vendor"] == "Maker"
    assert facts["identity.order_number"] == "AB-123"
    assert facts["identity.firmware"] == "2.1"


def test_a_profinet_name_that_is_set_is_a_write() -> None:
    block = b"\2\2\0\5\0\1abc\0"
    body = b"\xfe\xfd\4\0\0\0\0\1\0\0" + struct.pack(">H", len(block)) + block
    flow = only(capture(ether(0x8892, body)))
    assert (flow.service, flow.functions) == ("profinet-dcp", ("writes", "configures"))


PASSWORDS = {
    "http": (80, b"GET / HTTP/1.1\r\nAuthorization: Basic c2VjcmV0\r\n\r\n"),
    "ftp": (21, b"PASS secret\r\n"),
    "mqtt": (1883, b"\x10\x16\0\x04MQTT\x04\xc2\0\x3c\0\1a\0\1u\0\6secret"),
    "ldap": (389, b"\x30\x15\x02\x01\x01\x60\x10\x02\x01\x03\x04\x03cn=\x80\x06secret"),
}


@pytest.mark.parametrize("name", PASSWORDS)
def test_that_a_password_crossed_in_clear_is_said_but_never_which(name: str) -> None:
    port, payload = PASSWORDS[name]
    observation = capture(ether(0x0800, ipv4(tcp(payload, (50_000, port)))))
    flow = only(observation)
    assert (flow.service, "cleartext-credentials" in flow.functions) == (name, True)
    assert "secret" not in str(observation) and "c2VjcmV0" not in str(observation)
