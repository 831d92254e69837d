"""Signatures name nothing that is not theirs: on foreign ports, on random bytes, on other protocols' payloads."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from ninefold.model.catalogue import SERVICES
from ninefold.sources.captures.facts.registry import PARSERS
from ninefold.sources.captures.frames import decode
from ninefold.sources.captures.inspect import IDS, Inspector
from ninefold.sources.captures.records import Container, batches
from ninefold.sources.captures.signatures import STRONG
from ninefold.sources.captures.signatures.registry import recognise
from ninefold.sources.captures.sink import Sink
from ninefold.sources.captures.stream import opened
from ninefold.sources.captures.table import Table
from support import corpus

#: SMB runs inside a NetBIOS session, and RDP turns into TLS: both names are right.
INSIDE = {("netbios", "smb"), ("rdp", "https")}


@pytest.mark.corpus
def test_every_payload_of_the_corpus_on_a_port_nobody_registered() -> None:
    """35,000 payloads; a payload is its own protocol or nothing."""
    wrong: Counter[tuple[str, str, str]] = Counter()
    named = 0
    for path in sorted(corpus("pcap").glob("*.pcap*")):
        with opened(path) as source:
            table = Table()
            inspector = Inspector(table, Sink())
            for batch in batches(source, Container()):
                frames = decode(batch)
                numbers, swap = table.update(frames)
                inspector.look(frames, numbers, swap, 1)
                for place in ((frames.size > 0) & (frames.kind > 0)).nonzero()[0].tolist():
                    begin = int(frames.payload[place])
                    data = bytes(batch.buffer[begin : begin + int(frames.size[place])])
                    verdict = recognise(int(frames.protocol[place]), 50_001, 50_002, data)
                    own = IDS[table.rows["service"][numbers[place]]]
                    if verdict and verdict[0]:
                        named += 1
                        if verdict[0] != own and (own, verdict[0]) not in INSIDE:
                            wrong[path.name, own, verdict[0]] += 1
    assert not wrong
    assert named > 25_000


def test_random_bytes_are_nothing() -> None:
    dice = random.Random(62443)
    for _ in range(20_000):
        data = dice.randbytes(dice.randrange(1, 300))
        for protocol in (6, 17):
            verdict = recognise(protocol, 50_001, 50_002, data)
            assert verdict is None or verdict[1] < STRONG


TALKS = {
    ("tcp", b"fox a 1 -1 fox hello\n{\n"): "fox",
    ("tcp", b"SSH-2.0-OpenSSH_9.2\r\n"): "ssh",
    ("tcp", b"RFB 003.008\n"): "vnc",
    ("tcp", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"): "http",
    ("tcp", b"AMQP\0\0\x09\1"): "amqp",
    ("tcp", b"\0\0\0\x08\x04\xd2\x16\x2f"): "postgresql",
    ("tcp", b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0"): "mqtt",
    ("tcp", b"FINS\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0"): "fins",
    ("tcp", b"\x50\0\0\xff\xff\x03\0\x0c\0\x10\0\x01\x04\0\0\x64\0\0\xa8\x01\0"): "melsec",
    ("tcp", b"\0\x01\0\x01\0\x10\0\x05\x60\x03\xa1\x01\0"): "dlms",
    ("udp", b"\x06\x10\x02\x01\0\x0e\x08\x01\x0a\0\0\1\x0e\x57"): "knxnet-ip",
    ("tcp", b"\0\1\0\0\0\4\0\x5a\0\2"): "umas",
    ("tcp", b"\xbb\xbb\0\0\0\2\1\2"): "codesys",
    ("tcp", b"\x16\x03\x01\0\x05\x01\0\0\x01\0"): "https",
    ("tcp", b"\xff\xfd\x18\xff\xfd\x20"): "telnet",
    ("udp", b"\0\x01config.bin\0octet\0"): "tftp",
}


@pytest.mark.parametrize(("talk", "service"), TALKS.items(), ids=TALKS.values())
def test_protocols_that_no_capture_of_the_corpus_holds(talk: tuple[str, bytes], service: str) -> None:
    verdict = recognise({"tcp": 6, "udp": 17}[talk[0]], 50_001, 50_002, talk[1])
    assert verdict and verdict[0] == service


def test_everything_that_is_read_is_a_service_of_the_catalogue() -> None:
    assert set(PARSERS) <= set(SERVICES)
