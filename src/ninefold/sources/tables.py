"""Device lists in CSV and XLSX. Columns are guessed from headings and values, shown, and may be chosen by hand.

A list says what somebody declared elsewhere; reconciliation compares it with the workspace and with what is seen.
Several tables on a sheet, section rows, repeated header rows and devices with several rows are understood.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from ninefold.base import spreadsheet
from ninefold.base.errors import InputError, Place
from ninefold.base.spreadsheet import Sheet
from ninefold.model.findings import Finding
from ninefold.model.observed import Fact, Grade, Observation, ObservedHost, Origin
from ninefold.model.vocabulary import Severity
from ninefold.sources.common import Facts, addresses, clean, finding, mac, origin, say, service_at, unique
from ninefold.sources.headings import COUNTING, HEADINGS, field_of, field_of_values, is_header, normal

NAME: Final = "table"

#: fields of a row that become a fact, and its key
FACT: Final = {
    "id": "declared.id",
    "title": "declared.title",
    "hostname": "declared.hostname",
    "network": "declared.network",
    "vlan": "declared.vlan",
    "gateway": "declared.gateway",
    "zone": "declared.zone",
    "kind": "declared.kind",
    "location": "declared.location",
    "owner": "declared.owner",
    "count": "declared.count",
    "switch": "declared.switch",
    "switch_port": "declared.switch_port",
    "support_until": "declared.support_until",
    "note": "declared.note",
    "software": "declared.software",
    "vendor": "identity.vendor",
    "product": "identity.product",
    "order_number": "identity.order_number",
    "serial": "identity.serial",
    "firmware": "identity.firmware",
    "hardware_version": "identity.hardware",
    "os": "os.name",
}
_EMPTY: Final = frozenset(
    [
        "-",
        "--",
        "---",
        "n/a",
        "na",
        "n.a.",
        "none",
        "k.a.",
        "?",
        "??",
        "tbd",
        "unbekannt",
        "unknown",
        "null",
        "/",
        "#n/a",
    ]
) | {"", "k. a."}
_HEADER_SEARCH: Final = 5_000  # rows; a list starts long before
_PORT: Final = re.compile(r"\b(tcp|udp)[\s/:]*(\d{1,5})\b|\b(\d{1,5})[\s/]*(tcp|udp)\b", re.I)


class Column(msgspec.Struct, frozen=True):
    """What a column is taken for. ``why``: ``heading``, ``values``, ``chosen`` or "" (not understood)."""

    index: int
    heading: str
    field: str
    why: str


class Table(msgspec.Struct, frozen=True):
    """One table on a sheet: ``header`` counts from 1 (0: there is none), rows ``first`` to ``last`` inclusive."""

    sheet: str
    header: int
    first: int
    last: int
    columns: tuple[Column, ...]


def detect(head: bytes, name: str) -> bool:
    """Whether the content may be a table: a workbook, or lines of text with as many separators each."""
    if head[:4] == b"PK\x03\x04":
        return b"xl/" in head or b"[Content_Types].xml" in head or name.lower().endswith((".xlsx", ".xlsm"))
    if b"\0" in head[:4096] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    try:
        text = spreadsheet.decode(head[: len(head) // 2 * 2])
    except InputError:
        return False
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if not lines or text.lstrip()[:1] in {"<", "{", "["}:
        return False
    mark = spreadsheet.separator(text)
    return sum(mark in line for line in lines) * 2 >= len(lines)


def parse(data: bytes, name: str, chosen: Mapping[str, str] | None = None) -> Observation:
    """One host per device of the list.

    ``chosen`` maps headings to fields of :data:`FACT` (and ``address``, ``mac``, ``hostname`` ...), "" leaves a column
    out; what it does not name is guessed. InputError when no table of devices is found, LimitError beyond bounds.
    """
    made = origin(data, name, NAME)
    hosts: list[ObservedHost] = []
    facts: list[Fact] = []
    findings: list[Finding] = []
    for sheet in spreadsheet.read(data, name):
        for table in find(sheet, chosen or {}):
            facts += _shown(table, made.sha256)
            findings += _unknown(table, made.name)
            hosts += _hosts(sheet, table, made, findings)
    if not hosts:
        raise InputError(
            "no-table",
            str(say("No list of devices is found in it.")),
            place=Place(name),
            advice=str(say("Give the columns headings such as 'Name', 'IP address', 'MAC address', 'Order number'.")),
        )
    return Observation(origin=made, hosts=tuple(hosts), facts=tuple(facts), findings=tuple(findings))


def mapping(observation: Observation) -> dict[str, str]:
    """Heading to field as a table was read: what is shown to the person and saved for the next import."""
    prefix = "table.column."
    return {fact.value: fact.key.removeprefix(prefix) for fact in observation.facts if fact.key.startswith(prefix)}


# --- where the tables are ---------------------------------------------------------------------------------------


def find(sheet: Sheet, chosen: Mapping[str, str]) -> Iterator[Table]:
    """The device tables of a sheet, from top to bottom, left to right."""
    wanted = {normal(heading) for heading in chosen}
    headers = [
        number
        for number, row in enumerate(sheet.rows[:_HEADER_SEARCH])
        if is_header(row) or (wanted and len(wanted & {normal(cell) for cell in row if cell}) >= 2)
    ]
    if not headers:
        yield from _without_header(sheet)
    for at, number in enumerate(headers):
        last = headers[at + 1] if at + 1 < len(headers) else len(sheet.rows)
        for columns in _blocks(sheet, number, last, chosen):
            yield Table(sheet.name, number + 1, number + 2, last, columns)


def _blocks(sheet: Sheet, header: int, last: int, chosen: Mapping[str, str]) -> Iterator[tuple[Column, ...]]:
    """Tables side by side: a gap in the header row after which fields come again begins another one."""
    by_heading = {normal(heading): field for heading, field in chosen.items()}
    block: list[Column] = []
    gap = False
    for index, heading in enumerate(sheet.rows[header]):
        column = _column(sheet, header, last, index, heading, by_heading)
        if gap and heading and column.field in {item.field for item in block if item.field}:
            yield tuple(block)
            block = []
        gap = not heading
        if heading or column.field:
            block.append(column)
    if block:
        yield tuple(block)


def _column(sheet: Sheet, header: int, last: int, index: int, heading: str, chosen: Mapping[str, str]) -> Column:
    if heading and normal(heading) in chosen:
        return Column(index, heading, chosen[normal(heading)], "chosen")
    field, why = field_of(heading), "heading"
    if not field:
        field, why = (
            field_of_values(_cell(row, index) for row in sheet.rows[header + 1 : min(last, header + 300)]),
            "values",
        )
    return Column(index, heading, field, why if field else "")


def _without_header(sheet: Sheet) -> Iterator[Table]:
    width = max((len(row) for row in sheet.rows[:300]), default=0)
    columns = [
        Column(index, "", field_of_values(_cell(row, index) for row in sheet.rows[:300]), "values")
        for index in range(width)
    ]
    known = [column for column in columns if column.field]
    if not known:
        return
    if known[0].index > 0:
        known.insert(0, Column(0, "", "title", "values"))
    yield Table(sheet.name, 0, 1, len(sheet.rows), tuple(known))


def _cell(row: Sequence[str], index: int) -> str:
    value = row[index] if index < len(row) else ""
    return "" if value.lower() in _EMPTY else value


# --- rows to hosts ----------------------------------------------------------------------------------------------


def _hosts(sheet: Sheet, table: Table, source: Origin, findings: list[Finding]) -> Iterator[ObservedHost]:
    section = ""
    rows: dict[tuple[str, ...], list[tuple[int, dict[str, list[str]]]]] = {}
    for number in range(table.first, min(table.last, len(sheet.rows)) + 1):
        cells = _fields(sheet.rows[number - 1], table)
        values = {value for group in cells.values() for value in group}
        if not values:
            continue
        if len(values) == 1 and not (cells.keys() & {"address", "mac", "serial"}):
            section = values.pop()
            continue
        if section:
            cells.setdefault("location", [section])
        rows.setdefault(_device(cells, number), []).append((number, cells))
    for group in rows.values():
        yield _host(group, table.sheet, source, findings)


def _fields(row: Sequence[str], table: Table) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    for column in table.columns:
        value = clean(_cell(row, column.index))
        if value and column.field:
            cells.setdefault(column.field, []).append(value)
    return cells


def _device(cells: Mapping[str, list[str]], number: int) -> tuple[str, ...]:
    """Rows with the same name are one device with several interfaces, unless numbers tell them apart."""
    name = (cells.get("id") or cells.get("hostname") or cells.get("title") or [""])[0].lower()
    if not name or not (cells.keys() & {"address", "mac"}):
        return (str(number),)
    return (name, *(cells.get(field, [""])[0] for field in ("title", "hostname", "serial", "order_number", "location")))


def _host(
    group: list[tuple[int, dict[str, list[str]]]], sheet: str, source: Origin, findings: list[Finding]
) -> ObservedHost:
    facts = Facts(source.sha256)
    ips: list[str] = []
    macs: list[str] = []
    names: list[str] = []
    services: dict[str, tuple[str, str, Grade]] = {}
    for number, cells in group:
        where = f"{sheet}!{number}" if sheet else f"row {number}"
        for field, values in cells.items():
            key = FACT.get(field)
            for value in values if key else ():
                facts.add(key or "", value, where)
        names += [*cells.get("hostname", ()), *cells.get("title", ()), *cells.get("id", ())]
        found = [ip for value in cells.get("address", ()) for ip in addresses(value)]
        ips += found
        macs += [mac(part) for value in cells.get("mac", ()) for part in re.split(r"[\s,;]+(?=\S{11,})", value)]
        _subnets(cells, found, facts, where)
        services.update(_services(cells))
        findings += _faults(cells, source.name, where)
    networks = [value for _, cells in group for value in cells.get("network", ())]
    return ObservedHost(
        macs=unique(macs),
        ips=unique(ips),
        names=unique(names),
        facts=facts.done(),
        network=networks[0] if networks else "",
        services=tuple(services[port] for port in sorted(services)),
    )


def _subnets(cells: Mapping[str, list[str]], ips: Sequence[str], facts: Facts, where: str) -> None:
    """``10.0.0.5/24``, or an address and a mask, tell the network."""
    written = [*cells.get("address", ()), *cells.get("subnet", ())]
    written += [f"{ip}/{mask.lstrip('/')}" for ip in ips[:1] for mask in cells.get("mask", ())]
    for value in written:
        if "/" in value:
            try:
                facts.add("declared.subnet", ipaddress.ip_network(value.strip(), strict=False), where)
            except ValueError:
                continue


def _services(cells: Mapping[str, list[str]]) -> dict[str, tuple[str, str, Grade]]:
    found = {}
    for value in cells.get("services", ()):
        for match in _PORT.finditer(value):
            port = f"{(match[1] or match[4]).lower()}/{int(match[2] or match[3])}"
            found[port] = (port, service_at(port), Grade.PORT if service_at(port) else Grade.NONE)
    return found


def _faults(cells: Mapping[str, list[str]], source: str, where: str) -> Iterator[Finding]:
    for value in cells.get("address", ()):
        if not addresses(value) and re.search(r"\d+\.\d+\.\d+", value):
            yield finding(
                "table.bad-address",
                source,
                say("'{value}' is no IP address.", value=value),
                discriminator=where,
                evidence=where,
                advice=say("Correct the list."),
            )
    for value in cells.get("mac", ()):
        if not any(mac(part) for part in re.split(r"[\s,;]+(?=\S{11,})", value)):
            yield finding(
                "table.bad-mac",
                source,
                say("'{value}' is no MAC address.", value=value),
                discriminator=where,
                evidence=where,
                advice=say("Correct the list."),
            )


# --- what was understood ----------------------------------------------------------------------------------------


def _shown(table: Table, source: str) -> Iterator[Fact]:
    for column in table.columns:
        if column.field:
            heading = column.heading or f"#{column.index + 1}"
            locator = f"{table.sheet}!{table.header}:{column.index + 1} ({column.why})"
            yield Fact(key=f"table.column.{column.field}", value=clean(heading), source=source, locator=locator)


def _unknown(table: Table, source: str) -> Iterator[Finding]:
    for column in table.columns:
        if not column.field and column.why != "chosen" and normal(column.heading) not in COUNTING:
            yield finding(
                "table.column-unknown",
                source,
                say("Column '{heading}' is not understood and was left out.", heading=clean(column.heading)),
                Severity.INFO,
                discriminator=clean(f"{table.sheet}!{column.heading}"),
                advice=say("Choose a field for it: {fields}.", fields=", ".join(HEADINGS)),
            )
