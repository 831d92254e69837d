"""Sends the questions of a probe and collects answers. The only place that touches the network.

``profinet-dcp`` and ``lldp`` (which only listens) work on a network interface, the others on an address.
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any, Final

from ninefold.base.digest import sha256
from ninefold.base.errors import InputError, MissingComponentError
from ninefold.model.observed import Grade, Observation, ObservedHost, Origin
from ninefold.sources.active import enip, modbus, opcua, profinet, snmp
from ninefold.sources.active.interface import Packet
from ninefold.sources.common import Facts, say

PROBES: Final[dict[str, Any]] = {"modbus": modbus, "enip": enip, "snmp": snmp, "opcua": opcua, "profinet-dcp": profinet}
LISTEN: Final = "lldp"
NAMES: Final = (*PROBES, LISTEN)
PAUSE: Final = 0.25  # seconds between two packets: slower than any scan, harmless for old devices
_ANSWERS: Final = 4_096
_BYTES: Final = 65_536
_LLDP: Final = 0x88CC


def explain(name: str, community: str = "public") -> tuple[Packet, ...]:
    """Every packet that :func:`discover` would send, with its meaning. InputError for an unknown probe."""
    if name == LISTEN:
        return ()
    if name not in PROBES:
        raise InputError(
            "no-probe",
            str(say("There is no probe '{name}'.", name=name)),
            advice=str(say("Probes: {names}.", names=", ".join(NAMES))),
        )
    found: tuple[Packet, ...] = PROBES[name].packets(community)
    return found


def discover(
    name: str,
    target: str,
    *,
    community: str = "public",
    seconds: float = 3.0,
    port: int = 0,
    sleep: Callable[[float], None] = time.sleep,
) -> Observation:
    """Ask one target (an address, or an interface for ``profinet-dcp`` and ``lldp``) and return what it says.

    ``seconds`` bounds the wait for answers (``lldp`` needs 30 or more: neighbours speak twice a minute), ``port``
    replaces the usual one. Raises InputError for a wrong target, MissingComponentError without the rights.
    """
    questions = explain(name, community)
    if name in {LISTEN, profinet.NAME}:
        return _segment(name, target, questions, seconds)
    try:
        address = str(ipaddress.ip_address(target))
    except ValueError as error:
        raise InputError("bad-target", str(say("'{value}' is no IP address.", value=target))) from error
    if name == opcua.NAME:
        return _observation(name, address, questions, _conversation(address, port or 4840, seconds, sleep))
    answers: list[bytes] = []
    for number, question in enumerate(questions):
        if number:
            sleep(PAUSE)
        answers += _ask(question, address, port, seconds)
    return _observation(name, address, questions, answers)


def _observation(name: str, address: str, questions: Sequence[Packet], answers: list[bytes]) -> Observation:
    kept = b"".join(struct.pack(">I", len(answer)) + answer for answer in answers)
    made = Origin(name=f"{name}:{address}", kind="active", sha256=sha256(kept), size=len(kept))
    if not answers:
        return Observation(origin=made)
    facts = Facts(made.sha256)
    found: list[tuple[str, str]] = PROBES[name].facts(answers)
    for key, value in found:
        facts.add(key, value, name)
    services = ((questions[0].port, name, Grade.SIGNATURE),) if found else ()
    host = ObservedHost(
        ips=(address,), names=tuple(value for key, value in found if key == "snmp.system_name"), facts=facts.done(),
        services=services,
    )  # fmt: skip
    return Observation(origin=made, hosts=(host,))


def _ask(question: Packet, address: str, port: int, seconds: float) -> list[bytes]:
    transport, _, usual = question.port.partition("/")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
    try:
        with socket.socket(family, kind) as connection:
            connection.settimeout(seconds)
            # a connected datagram socket takes answers of this target only
            connection.connect((address, port or int(usual)))
            connection.sendall(question.data)
            answer = connection.recv(_BYTES)
    except OSError:
        return []
    return [answer] if answer else []


def _conversation(address: str, port: int, seconds: float, sleep: Callable[[float], None]) -> list[bytes]:
    """The questions of OPC UA build on the answers, in one connection."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect((address, port))

            def exchange(question: bytes) -> bytes:
                connection.sendall(question)
                answer = connection.recv(_BYTES)
                # bytes 4 to 8 of every message are its length
                while 8 <= len(answer) < min(struct.unpack_from("<I", answer, 4)[0], 1 << 20):
                    more = connection.recv(_BYTES)
                    if not more:
                        break
                    answer += more
                sleep(PAUSE)
                return answer

            return opcua.converse(exchange, address)
    except OSError:
        return []


# --- layer 2 ----------------------------------------------------------------------------------------------------


def _segment(name: str, interface: str, questions: Sequence[Packet], seconds: float) -> Observation:
    """Frames that arrive on an interface, read like a capture of them."""
    if not hasattr(socket, "AF_PACKET"):
        raise MissingComponentError("no-layer-2", str(say("This system gives no access to Ethernet frames.")))
    ethertype = _LLDP if name == LISTEN else profinet.ETHERTYPE
    frames: list[tuple[float, bytes]] = []
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ethertype)) as connection:
            connection.bind((interface, ethertype))
            own = connection.getsockname()[4]
            for question in questions:
                connection.send(question.data[:6] + own + question.data[12:])
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0 and len(frames) < _ANSWERS:
                connection.settimeout(left)
                try:
                    frame = connection.recv(_BYTES)
                except TimeoutError:
                    break
                if frame[6:12] != own:
                    frames.append((time.time(), frame))
    except PermissionError as error:
        raise MissingComponentError(
            "no-rights",
            str(say("Ethernet frames need the rights of an administrator.")),
            advice=str(say("Run it as root, or capture with another program and import the file.")),
        ) from error
    except OSError as error:
        raise InputError(
            "bad-target", str(say("The interface '{name}' cannot be used: {why}.", name=interface, why=error.strerror))
        ) from error
    return _captured(f"{name}:{interface}", frames)


def _captured(name: str, frames: list[tuple[float, bytes]]) -> Observation:
    from msgspec.structs import replace

    from ninefold.sources.captures import read

    if not frames:
        return Observation(origin=Origin(name=name, kind="active", sha256=sha256(b""), size=0))
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, _BYTES, 1)
    for moment, frame in frames:
        data += struct.pack("<IIII", int(moment), int(moment % 1 * 1e6), len(frame), len(frame)) + frame
    observation = read(BytesIO(data))
    return replace(observation, origin=replace(observation.origin, name=name, kind="active"))
