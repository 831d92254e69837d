"""Probes against servers that answer: snmpd itself, and small servers for the other protocols."""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ninefold.base.errors import InputError
from ninefold.sources.active import opcua, run, snmp
from support import netns, require


@contextmanager
def server(kind: int, answer) -> Iterator[int]:
    """A loopback server that answers each question by ``answer(question)``."""
    with socket.socket(socket.AF_INET, kind) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        if kind == socket.SOCK_STREAM:
            listening.listen()

        def serve() -> None:
            try:
                if kind == socket.SOCK_STREAM:
                    while True:
                        connection, _ = listening.accept()
                        with connection:
                            connection.sendall(answer(connection.recv(4096)))
                else:
                    while True:
                        question, peer = listening.recvfrom(4096)
                        listening.sendto(answer(question), peer)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def told(observation):
    return {fact.key: fact.value for host in observation.hosts for fact in host.facts}


def test_modbus_device_identification() -> None:
    asked = []

    def answer(question: bytes) -> bytes:
        asked.append(question[7:])
        objects = [(0, b"Nordwerk"), (1, b"NW-300"), (2, b"3.1.0")] if question[9] == 1 else [(4, b"Filler")]
        body = bytes([0xFF, 0x2B, 0x0E, question[9], 1, 0, 0, len(objects)])
        body += b"".join(bytes([number, len(text)]) + text for number, text in objects)
        return question[:4] + struct.pack(">H", len(body)) + body

    with server(socket.SOCK_STREAM, answer) as port:
        found = run.discover("modbus", "127.0.0.1", port=port, sleep=lambda _: None)
    assert told(found) == {
        "identity.vendor": "Nordwerk",
        "identity.order_number": "NW-300",
        "identity.firmware": "3.1.0",
        "identity.product": "Filler",
    }
    # nothing but function 43 with MEI type 14 may ever leave
    assert {question[:2] for question in asked} == {b"\x2b\x0e"}


def test_enip_list_identity() -> None:
    def answer(question: bytes) -> bytes:
        identity = (
            struct.pack("<HHH", 1, 14, 54) + bytes([20, 11]) + struct.pack("<HIB", 0, 0x00C0FFEE, 5) + b"L61/B\x03"
        )
        item = struct.pack("<HHH", 1, 0x0C, 18 + len(identity)) + struct.pack("<H", 1) + bytes(16) + identity
        return struct.pack("<HHII8sI", 0x63, len(item), 0, 0, question[12:20], 0) + item

    with server(socket.SOCK_DGRAM, answer) as port:
        found = run.discover("enip", "127.0.0.1", port=port)
    assert told(found)["identity.product"] == "L61/B"
    assert told(found)["identity.serial"] == "00C0FFEE" and told(found)["identity.firmware"] == "20.011"


def test_damaged_answers_say_nothing() -> None:
    for probe in run.PROBES.values():
        if hasattr(probe, "facts"):
            for answer in (b"", b"\0" * 64, b"\x30\x84\xff\xff\xff\xff", b"\x63\0" + b"\xff" * 62, b"\xff" * 300):
                probe.facts([answer])


@pytest.mark.netns
def test_snmpd_is_asked_and_answers(tmp_path: Path) -> None:
    require("netns", bool(shutil.which("snmpd")), "snmpd")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "snmpd.conf"
    config.write_text(f"agentaddress udp:127.0.0.1:{port}\nrocommunity plant\nsysName switch-9\nsysLocation Hall 3\n")
    command = ["snmpd", "-f", "-C", "-c", str(config), "-Lf", "/dev/null", "-p", str(tmp_path / "pid")]
    daemon = subprocess.Popen(command, env={"SNMP_PERSISTENT_DIR": str(tmp_path), "PATH": "/usr/sbin:/usr/bin"})
    try:
        for _ in range(40):
            time.sleep(0.1)
            found = run.discover("snmp", "127.0.0.1", community="plant", port=port, seconds=0.5, sleep=lambda _: None)
            if found.hosts:
                break
        assert told(found)["snmp.system_name"] == "switch-9" and told(found)["snmp.location"] == "Hall 3"
        assert found.hosts[0].names == ("switch-9",)
    finally:
        daemon.terminate()
        daemon.wait(5)


def test_every_packet_is_explained_before_it_leaves() -> None:
    for name in run.NAMES:
        for packet in run.explain(name):
            assert str(packet.meaning) and packet.data and packet.port
    assert run.explain("lldp") == ()  # it only listens
    with pytest.raises(InputError) as caught:
        run.explain("firmware-update")
    assert caught.value.code == "no-probe"
    # SNMP asks by GET (0xA0), never by SET (0xA3)
    assert all(packet.data[13 + len("public") - 6] == 0xA0 for packet in snmp.packets())


@pytest.mark.netns
def test_profinet_stations_of_a_segment_answer() -> None:
    netns()
    ends = ("sources-a", "sources-b")
    subprocess.run(["ip", "link", "add", ends[0], "type", "veth", "peer", "name", ends[1]], check=True)
    try:
        for end in ends:
            subprocess.run(["ip", "link", "set", end, "up"], check=True)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x8892)) as station:
            station.bind((ends[1], 0x8892))
            station.settimeout(5)

            def serve() -> None:
                question = station.recv(2048)
                mac = bytes.fromhex("001b1b000042")
                blocks = struct.pack(">BBHH", 2, 2, 8, 0) + b"plc-42"
                blocks += struct.pack(">BBHH", 1, 2, 14, 1) + bytes([10, 0, 0, 42, 255, 255, 255, 0, 0, 0, 0, 0])
                body = struct.pack(">HBB", 0xFEFF, 5, 1) + question[18:22] + struct.pack(">HH", 0, len(blocks)) + blocks
                station.send((question[6:12] + mac + b"\x88\x92" + body).ljust(60, b"\0"))

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            found = run.discover("profinet-dcp", ends[0], seconds=1.0)
            thread.join(5)
        host = next(host for host in found.hosts if "00:1b:1b:00:00:42" in host.macs)
        assert {fact.key: fact.value for fact in host.facts}["profinet.name"] == "plc-42"
    finally:
        subprocess.run(["ip", "link", "del", ends[0]], check=False)


def test_opcua_endpoints() -> None:
    def text(value: str) -> bytes:
        return struct.pack("<i", len(value)) + value.encode()

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack("<I", len(body) + 8) + body

    header = bytes(16) + b"\0" + struct.pack("<i", 0) + b"\0\0\0"
    asked = []

    def exchange(question: bytes) -> bytes:
        asked.append(question[:4])
        if question[:3] == b"HEL":
            return message(b"ACKF", bytes(20))
        if question[:3] == b"OPN":
            security = struct.pack("<I", 7) + text("http://opcfoundation.org/UA/SecurityPolicy#None") + b"\xff" * 8
            return message(b"OPNF", security + bytes(8) + b"\x01\0\xc1\x01" + header + struct.pack("<III", 0, 7, 9))
        assert struct.unpack_from("<II", question, 8) == (7, 9)  # channel and token of the answer before
        endpoint = text("opc.tcp://plc:4840/") + text("urn:plc") + text("urn:make") + b"\x02" + text("Filler")
        endpoint += struct.pack("<Iiii", 0, -1, -1, 0) + struct.pack("<i", -1) + struct.pack("<I", 1)
        endpoint += text("http://opcfoundation.org/UA/SecurityPolicy#None")
        endpoint += struct.pack("<i", 1) + text("anon") + struct.pack("<I", 0) + b"\xff" * 12
        endpoint += text("binary") + b"\0"
        return message(
            b"MSGF", struct.pack("<IIII", 7, 9, 2, 2) + b"\x01\0\xaf\x01" + header + b"\x01\0\0\0" + endpoint
        )

    found = dict(opcua.facts(opcua.converse(exchange, "10.0.0.1")))
    assert asked == [b"HELF", b"OPNF", b"MSGF"]
    assert found == {
        "opcua.endpoint": "opc.tcp://plc:4840/",
        "opcua.application_uri": "urn:plc",
        "opcua.product_uri": "urn:make",
        "opcua.application_name": "Filler",
        "opcua.security_policy": "None",
        "opcua.security_mode": "None",
        "opcua.anonymous": "offered",
    }
