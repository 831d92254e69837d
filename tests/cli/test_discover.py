"""Asking a device: only when named, only reading, shown before it is sent."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator

import jsonschema_rs
import pytest

from ninefold.cli.main import main
from ninefold.cli.shapes import json_schema

BASIC = {0: b"Example Works", 1: b"EX-200", 2: b"V1.4"}
REGULAR = {4: b"Pump controller"}


def _objects(unit: bytes, request: bytes) -> bytes:
    """The answer to one read of the identification (function 43, MEI type 14)."""
    values = BASIC if request[9] == 1 else REGULAR
    body = bytes([0x2B, 0x0E, request[9], 0x82, 0, 0, len(values)])
    body += b"".join(bytes([key, len(text)]) + text for key, text in values.items())
    return request[:4] + struct.pack(">H", len(body) + 1) + unit + body


@pytest.fixture
def device() -> Iterator[tuple[int, list[bytes]]]:
    """A Modbus device on a free port of this computer: its port, and every request it got."""
    heard: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                request = connection.recv(260)
                heard.append(request)
                if len(request) >= 11:
                    connection.sendall(_objects(request[6:7], request))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1], heard
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["discover", *arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)


def test_a_device_says_who_it_is(device: tuple[int, list[bytes]], capsys: pytest.CaptureFixture[str]) -> None:
    port, heard = device
    code, out, err = run(capsys, "modbus", "127.0.0.1", "--port", str(port), "--json")
    document = json.loads(out)
    jsonschema_rs.validator_for(json_schema("ninefold.discover/1")).validate(document)
    assert code == 0
    assert document["sent"] is True
    facts = {fact["key"]: fact["value"] for host in document["hosts"] for fact in host["facts"]}
    assert facts["identity.vendor"] == "Example Works"
    assert facts["identity.product"] == "Pump controller"
    # what was shown is what was sent, to the byte, and it was said before
    assert [request.hex(" ") for request in heard] == [packet["bytes"] for packet in document["packets"]]
    assert {packet["port"] for packet in document["packets"]} == {f"tcp/{port}"}
    assert "127.0.0.1" in err


def test_silence_is_no_proof(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    code, out, _ = run(capsys, "modbus", "127.0.0.1", "--port", str(port), "--seconds", "0.3", "--lang", "en")
    assert code == 0
    assert "does not prove" in out


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", ["modbus", "enip", "snmp", "opcua", "profinet-dcp", "lldp"])
def test_dry_run_sends_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, name, "192.0.2.1", "--dry-run", "--json")
    document = json.loads(out)
    jsonschema_rs.validator_for(json_schema("ninefold.discover/1")).validate(document)
    assert code == 0
    assert document["sent"] is False
    assert bool(document["packets"]) == (name != "lldp")
    assert all(packet["meaning"] and packet["bytes"] for packet in document["packets"])


@pytest.mark.usefixtures("no_network")
def test_the_community_is_never_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINE_COMMUNITY", "s3cret-word")
    _, out, err = run(capsys, "snmp", "192.0.2.1", "--dry-run", "--community-env", "LINE_COMMUNITY", "--lang", "en")
    assert "nothing was sent" in out
    for trace in ("s3cret-word", b"s3cret-word".hex(" ")):
        assert trace not in out.replace("\n", " ") + err
    code, _, err = run(capsys, "snmp", "192.0.2.1", "--community-env", "NOT_SET", "--lang", "en")
    assert code == 2
    assert "NOT_SET" in err


@pytest.mark.usefixtures("no_network")
def test_without_name_and_target_nothing_happens(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["modbus"], ["no-such-probe", "192.0.2.1"], ["modbus", "every-device"]):
        assert run(capsys, *arguments)[0] == 2
