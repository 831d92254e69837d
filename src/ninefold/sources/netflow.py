"""NetFlow 5, NetFlow 9 and IPFIX as stored export packets, and CSV of nfdump: who talks to whom, without content.

Formats: NetFlow 9 is RFC 3954, IPFIX is RFC 7011 (file form RFC 5655), fields by the IANA registry of IPFIX
information elements. Services are known by port only, and direction is guessed from the port.
"""

from __future__ import annotations

import csv
import io
import ipaddress
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from msgspec.structs import replace

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.spreadsheet import decode
from ninefold.model.findings import Finding
from ninefold.model.observed import End, Grade, Observation, ObservedFlow, ObservedHost
from ninefold.model.vocabulary import Severity
from ninefold.sources.common import address, finding, mac, origin, say, service_at

NAME: Final = "netflow"
_FLOWS: Final = 2_000_000
_TEMPLATES: Final = 4_096
_TRANSPORT: Final = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp", 132: "sctp"}
#: information elements: source and target address (4 and 6), ports, protocol, octets, packets, MACs, times
_IDS: Final = {
    8: "sa",
    12: "da",
    27: "sa",
    28: "da",
    7: "sp",
    11: "dp",
    4: "pr",
    1: "bytes",
    2: "packets",
    85: "bytes",
    86: "packets",
    56: "sm",
    80: "dm",
    22: "up_first",
    21: "up_last",
    150: "first",
    151: "last",
    152: "ms_first",
    153: "ms_last",
}
_CSV_OLD: Final = {
    "sa": "sa",
    "da": "da",
    "sp": "sp",
    "dp": "dp",
    "pr": "pr",
    "ipkt": "packets",
    "ibyt": "bytes",
    "ts": "first",
    "te": "last",
}
_CSV_NEW: Final = {
    "srcaddr": "sa",
    "dstaddr": "da",
    "srcport": "sp",
    "dstport": "dp",
    "proto": "pr",
    "packets": "packets",
    "bytes": "bytes",
    "firstseen": "first",
    "lastseen": "last",
}
Record = dict[str, str | int | float]


def detect(head: bytes, name: str) -> bool:
    """Whether the content is stored NetFlow or IPFIX, or CSV of nfdump."""
    if len(head) >= 24:
        version, count = struct.unpack_from(">HH", head)
        if version == 5 and 0 < count <= 30:
            return _plausible(head, 8)
        if version == 9 and 0 < count <= 1000:
            return _plausible(head, 8)
        if version == 10 and count >= 20:
            return _plausible(head, 4)
    return _columns(head[:2048].split(b"\n", 1)[0].decode("ascii", "replace")) is not None


def _plausible(head: bytes, at: int) -> bool:
    """Whether the export time lies between 2000 and 2100."""
    seconds: int = struct.unpack_from(">I", head, at)[0]
    return 946_684_800 < seconds < 4_102_444_800


def parse(data: bytes, name: str) -> Observation:
    """Two-way flows and hosts. InputError when no flow is in it, LimitError beyond bounds."""
    made = origin(data, name, NAME)
    findings: list[Finding] = []
    records = (
        _csv(data, name) if detect(data[:2048], name) and data[:1].isalpha() else _packets(data, made.name, findings)
    )
    flows: dict[tuple[str, str, str, int], ObservedFlow] = {}
    ips: set[str] = set()
    for record in records:
        flow = _flow(record, made.sha256)
        if flow is None:
            continue
        ips |= {flow.client.ip, flow.server.ip}
        key = (flow.client.ip, flow.server.ip, flow.transport, flow.port)
        known = flows.get(key)
        flows[key] = flow if known is None else _sum(known, flow)
        if len(flows) > _FLOWS:
            raise LimitError("too-many", str(say("There are more than {n} flows.", n=_FLOWS)), place=Place(name))
    if not flows:
        raise InputError(
            "no-flows",
            str(say("No flow is found in it.")),
            place=Place(name),
            advice=str(say("NetFlow 9 and IPFIX need the templates: store them from the beginning.")),
        )
    hosts = tuple(ObservedHost(ips=(ip,)) for ip in sorted(ips) if _unicast(ip))
    return Observation(
        origin=made, hosts=hosts, flows=tuple(flows[key] for key in sorted(flows)), findings=tuple(findings)
    )


def _unicast(ip: str) -> bool:
    found = ipaddress.ip_address(ip)
    return not found.is_multicast and not (found.version == 4 and ip.endswith(".255"))


# --- records to flows -------------------------------------------------------------------------------------------


def _flow(record: Record, source: str) -> ObservedFlow | None:
    one, two = address(str(record.get("sa", ""))), address(str(record.get("da", "")))
    if not one or not two:
        return None
    number = record.get("pr", 0)
    transport = _TRANSPORT.get(number, "other") if isinstance(number, int) else str(number).lower()
    transport = transport if transport in {"tcp", "udp", "icmp", "sctp"} else "other"
    ports = (_int(record.get("sp", 0)), _int(record.get("dp", 0))) if transport in {"tcp", "udp", "sctp"} else (0, 0)
    ends = (End(str(record.get("sm", "")), one), End(str(record.get("dm", "")), two))
    client, server, port = _direction(transport, ends, ports)
    service = service_at(f"{transport}/{port}")
    return ObservedFlow(
        client=client,
        server=server,
        transport=transport,
        port=port,
        service=service,
        grade=Grade.PORT if service else Grade.NONE,
        packets=_int(record.get("packets", 0)),
        bytes=_int(record.get("bytes", 0)),
        first=_seconds(record.get("first", 0.0)),
        last=_seconds(record.get("last", 0.0)),
        direction_reason="port" if port else "first",
        source=source,
    )


def _direction(transport: str, ends: tuple[End, End], ports: tuple[int, int]) -> tuple[End, End, int]:
    """The end with a known, else with the lower port is the server: an exporter reports both directions alike."""
    one, two = ports
    known = (bool(service_at(f"{transport}/{one}")), bool(service_at(f"{transport}/{two}")))
    if known[0] != known[1]:
        turned = known[0]
    else:
        turned = one != 0 and one < two
    return (ends[1], ends[0], one) if turned else (ends[0], ends[1], two)


def _sum(one: ObservedFlow, other: ObservedFlow) -> ObservedFlow:
    firsts = [flow.first for flow in (one, other) if flow.first]
    return replace(
        one,
        packets=one.packets + other.packets,
        bytes=one.bytes + other.bytes,
        first=min(firsts, default=0.0),
        last=max(one.last, other.last),
    )


def _int(value: object) -> int:
    text = str(value).strip().split(".")[0]
    return int(text) if text.isdecimal() and len(text) < 20 else 0


def _seconds(value: object) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return datetime.fromisoformat(str(value).strip()).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return 0.0


# --- CSV of nfdump ----------------------------------------------------------------------------------------------


def _columns(header: str) -> dict[int, str] | None:
    cells = [cell.strip().lower() for cell in header.split(",")]
    for names in (_CSV_OLD, _CSV_NEW):
        found = {at: names[cell] for at, cell in enumerate(cells) if cell in names}
        if {"sa", "da", "pr"} <= set(found.values()):
            return found
    return None


def _csv(data: bytes, name: str) -> Iterator[Record]:
    lines = csv.reader(io.StringIO(decode(data, name)))
    try:
        columns = _columns(",".join(next(lines, []))) or {}
        for row in lines:
            # nfdump ends its output with a summary that has other columns
            if not row or row[0].strip().lower() in {"summary", "flows", "sys"}:
                break
            yield {key: row[at].strip() for at, key in columns.items() if at < len(row)}
    except csv.Error as error:
        raise InputError(
            "bad-table", str(say("The table cannot be read: {why}.", why=str(error))), place=Place(name)
        ) from error


# --- export packets ---------------------------------------------------------------------------------------------


def _packets(data: bytes, name: str, findings: list[Finding]) -> Iterator[Record]:
    templates: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
    missing: set[int] = set()
    at = 0
    while at + 16 <= len(data):
        version = struct.unpack_from(">H", data, at)[0]
        if version == 5:
            found, size = _version_5(data, at)
        elif version == 9:
            found, size = _version_9(data, at, templates, missing)
        elif version == 10:
            found, size = _ipfix(data, at, templates, missing)
        else:
            found, size = [], 0
        yield from found
        if size <= 0:
            cut = say("The export packets end or break at byte {n}.", n=at)
            findings.append(finding("netflow.cut-off", name, cut, Severity.MEDIUM, evidence=f"byte {at}"))
            return
        at += size
    if missing:
        text = say("{n} sets of flows could not be read: their template is missing.", n=len(missing))
        findings.append(finding("netflow.no-template", name, text, Severity.MEDIUM))


def _version_5(data: bytes, at: int) -> tuple[list[Record], int]:
    _, count, uptime, seconds = struct.unpack_from(">HHII", data, at)
    size = 24 + 48 * count
    if count == 0 or at + size > len(data):
        return [], 0
    boot = seconds - uptime / 1000
    found: list[Record] = []
    for start in range(at + 24, at + size, 48):
        packets, octets, first, last, one, two = struct.unpack_from(">IIIIHH", data, start + 16)
        found.append(
            {
                "sa": str(ipaddress.IPv4Address(data[start : start + 4])),
                "da": str(ipaddress.IPv4Address(data[start + 4 : start + 8])),
                "sp": one,
                "dp": two,
                "pr": data[start + 38],
                "packets": packets,
                "bytes": octets,
                "first": boot + first / 1000,
                "last": boot + last / 1000,
            }
        )
    return found, size


Templates = dict[tuple[int, int, int], list[tuple[int, int]]]


def _version_9(data: bytes, at: int, templates: Templates, missing: set[int]) -> tuple[list[Record], int]:
    _, count, uptime, seconds, _, domain = struct.unpack_from(">HHIIII", data.ljust(at + 20, b"\0"), at)
    boot = seconds - uptime / 1000
    found: list[Record] = []
    start, records = at + 20, 0
    # the header counts records, templates included; sets delimit themselves
    while start + 4 <= len(data) and records < count:
        kind, length = struct.unpack_from(">HH", data, start)
        if length < 4 or start + length > len(data) or (kind > 1 and kind < 256):
            break
        body = data[start + 4 : start + length]
        if kind == 0:
            records += _templates(body, 9, domain, templates)
        elif kind == 1:
            records += 1
        else:
            made = _records(body, templates.get((9, domain, kind)), boot)
            if (9, domain, kind) not in templates:
                missing.add(kind)
                records += 1
            records += len(made)
            found += made
        start += length
    return found, start - at if start > at + 20 else 0


def _ipfix(data: bytes, at: int, templates: Templates, missing: set[int]) -> tuple[list[Record], int]:
    _, size, seconds, _, domain = struct.unpack_from(">HHIII", data, at)
    if size < 16 or at + size > len(data):
        return [], 0
    found: list[Record] = []
    start, stop = at + 16, at + size
    while start + 4 <= stop:
        kind, length = struct.unpack_from(">HH", data, start)
        if length < 4 or start + length > stop:
            break
        body = data[start + 4 : start + length]
        if kind == 2:
            _templates(body, 10, domain, templates)
        elif kind >= 256:
            if (10, domain, kind) not in templates:
                missing.add(kind)
            found += _records(body, templates.get((10, domain, kind)), float(seconds))
        start += length
    return found, size


def _templates(body: bytes, version: int, domain: int, templates: Templates) -> int:
    at = count = 0
    while at + 4 <= len(body):
        number, fields = struct.unpack_from(">HH", body, at)
        at += 4
        found: list[tuple[int, int]] = []
        for _ in range(fields):
            if at + 4 > len(body):
                return count
            element, length = struct.unpack_from(">HH", body, at)
            at += 4
            if version == 10 and element & 0x8000:
                element, at = -1, at + 4
            found.append((element, length))
        if number >= 256 and found and len(templates) < _TEMPLATES:
            templates[version, domain, number] = found
        count += 1
    return count


def _records(body: bytes, template: list[tuple[int, int]] | None, boot: float) -> list[Record]:
    if not template:
        return []
    found: list[Record] = []
    at = 0
    least = sum(1 if length == 0xFFFF else length for _, length in template)
    while least > 0 and at + least <= len(body):
        record: Record = {}
        for element, length in template:
            if length == 0xFFFF:
                if at >= len(body):
                    return found
                length, at = body[at], at + 1
                if length == 255 and at + 2 <= len(body):
                    length, at = struct.unpack_from(">H", body, at)[0], at + 2
            value = body[at : at + length]
            at += length
            key = _IDS.get(element)
            if key and len(value) == length:
                _enter(record, key, value, boot)
        found.append(record)
    return found


def _enter(record: Record, key: str, value: bytes, boot: float) -> None:
    number = int.from_bytes(value[:8], "big")
    if key in {"sa", "da"}:
        if len(value) in {4, 16}:
            record[key] = str(ipaddress.ip_address(value))
    elif key in {"sm", "dm"}:
        record[key] = mac(value.hex()) if len(value) == 6 else ""
    elif key.startswith("up_"):
        record[key[3:]] = boot + number / 1000
    elif key.startswith("ms_"):
        record[key[3:]] = number / 1000
    else:
        record[key] = number
