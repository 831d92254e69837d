"""A rule table with one rule per line, first match wins.

A mapping says which column means what; :data:`USUAL` knows headings in use. What happens to packets that no line
matches stands outside the table: unless the mapping says it, the answer about them stays open.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.limits import TABLE_COLUMNS, TABLE_ROWS
from ninefold.network.firewalls.interface import NotThisDialectError
from ninefold.network.ranges import EVERYTHING, Ranges, Span, join, parse_addresses, union
from ninefold.network.ruleset import (
    ACCEPT,
    ALWAYS,
    DROP,
    PROTOCOLS,
    REJECT,
    UNKNOWN,
    WITH_PORTS,
    Action,
    Chain,
    Condition,
    Free,
    Rule,
    RuleSet,
    Test,
    Unknown,
    addresses,
    both,
    protocol,
)

FIELDS: Final = (
    "protocol", "source", "source_port", "target", "port", "in", "out", "action", "comment", "log", "enabled", "number",
)  # fmt: skip
#: headings in lower case, letters only -> field
USUAL: Final = {
    "protocol": "protocol", "protokoll": "protocol", "proto": "protocol",
    "fromip": "source", "source": "source", "sourceip": "source", "sourceaddress": "source", "vonip": "source",
    "quelle": "source", "quellip": "source", "quelladresse": "source", "src": "source",
    "fromport": "source_port", "sourceport": "source_port", "vonport": "source_port", "quellport": "source_port",
    "toip": "target", "destination": "target", "destinationip": "target", "destinationaddress": "target",
    "nachip": "target", "ziel": "target", "zielip": "target", "zieladresse": "target", "dst": "target",
    "toport": "port", "destinationport": "port", "nachport": "port", "zielport": "port", "port": "port",
    "incominginterface": "in", "eingang": "in", "outgoinginterface": "out", "ausgang": "out",
    "action": "action", "aktion": "action", "comment": "comment", "kommentar": "comment", "description": "comment",
    "beschreibung": "comment", "log": "log", "active": "enabled", "enabled": "enabled", "aktiv": "enabled",
    "no": "number", "nr": "number", "number": "number",
}  # fmt: skip
_ACTIONS: Final[dict[str, Action]] = {
    "accept": ACCEPT, "allow": ACCEPT, "permit": ACCEPT, "annehmen": ACCEPT, "erlauben": ACCEPT, "zulassen": ACCEPT,
    "drop": DROP, "deny": DROP, "verwerfen": DROP, "block": DROP, "reject": REJECT, "abweisen": REJECT,
}  # fmt: skip
_ANY: Final = frozenset({"", "any", "all", "*", "alle", "beliebig"})
_YES: Final = frozenset({"yes", "ja", "true", "1", "on", "x", "ein"})
_NO: Final = frozenset({"no", "nein", "false", "0", "off", "aus"})


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """``fields``: heading as written -> field of :data:`FIELDS` or "" for a column without effect.

    ``hook``: where the table filters. ``policy``: what happens to the rest (``accept``, ``drop`` or "" for not
    known). ``delimiter``: "" to find it.
    """

    fields: Mapping[str, str] = msgspec.field(default_factory=dict)
    hook: str = "forward"
    policy: str = ""
    delimiter: str = ""


def read(text: str, file: str, columns: Columns | None = None) -> RuleSet:
    """The rule set of a table. NotThisDialectError (with line) when a column that it needs is missing."""
    columns = columns or Columns()
    delimiter = columns.delimiter or max(";,\t", key=text.partition("\n")[0].count)
    found: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter)
    try:
        for row in reader:
            if len(found) > TABLE_ROWS or len(row) > TABLE_COLUMNS:
                raise LimitError("too-large", "The table is too large.", place=Place(file, reader.line_num))
            if any(cell.strip() for cell in row):
                found.append((reader.line_num, [cell.strip() for cell in row]))
    except csv.Error as error:
        raise NotThisDialectError("csv", f"This is no table: {error}.", place=Place(file, reader.line_num)) from error
    if not found:
        raise NotThisDialectError("csv", "The table is empty.", place=Place(file, 1))
    heads = _heads(found[0][1], columns.fields, Place(file, found[0][0]))
    rules = [_rule(dict(zip(heads, row, strict=False)), row, len(heads), Place(file, line)) for line, row in found[1:]]
    last: Action = {"accept": ACCEPT, "drop": DROP}.get(columns.policy, UNKNOWN)
    rules.append(Rule(action=last, place=Place(file, found[0][0]), text=f"(rest) {columns.policy}".strip()))
    chain = Chain(id=f"table {columns.hook}", rules=tuple(rules), hook=columns.hook, place=Place(file, 1))
    return RuleSet(file=file, dialect="csv", chains=(chain,), unknown=_order(heads, found[1:], file))


def _order(heads: list[str], rows: list[tuple[int, list[str]]], file: str) -> tuple[Unknown, ...]:
    """Lines that do not stand in the order of their numbers: then it is not known which one comes first."""
    if "number" not in heads:
        return ()
    at, last = heads.index("number"), -1
    for line, row in rows:
        text = row[at] if at < len(row) else ""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if number <= last:
            reason = "the lines do not stand in the order of their numbers"
            return (Unknown(place=Place(file, line), text="; ".join(row)[:200], reason=reason),)
        last = number
    return ()


def _heads(row: list[str], fields: Mapping[str, str], place: Place) -> list[str]:
    """The field of each column; one that nobody knows keeps its heading with a mark."""
    found: list[str] = []
    for heading in row:
        plain = re.sub(r"[^a-zäöü]", "", heading.lower())
        field = fields.get(heading, USUAL.get(plain, f"?{heading}"))
        if field and not field.startswith("?") and (field not in FIELDS or field in found):
            raise NotThisDialectError("csv-column", f"The column '{heading}' has no meaning of its own.", place=place)
        # two columns of one heading must not hide each other
        found.append(f"{field} ({len(found) + 1})" if field.startswith("?") and field in found else field)
    missing = {"action", "source", "target"} - set(found)
    if missing:
        raise NotThisDialectError("csv-column", f"No column means {', '.join(sorted(missing))}.", place=place)
    return found


def _rule(cells: dict[str, str], row: list[str], width: int, place: Place) -> Rule:
    enabled = cells.get("enabled", "yes").lower()
    parts = [_part(field, cells, place) for field in cells]
    if len(row) != width or enabled not in _YES | _NO:
        parts.append(Free(f"this line at {place}"))
    return Rule(
        condition=both(*parts),
        action=_ACTIONS.get(cells.get("action", "").lower(), UNKNOWN),
        place=place,
        text="; ".join(row)[:300],
        comment=cells.get("comment", ""),
        logs=cells.get("log", "").lower() in _YES,
        enabled=enabled not in _NO,
    )


def _part(field: str, cells: dict[str, str], place: Place) -> Condition:
    text = cells[field]
    try:
        if field.startswith("?"):
            return ALWAYS if not text else Free(f"{field[1:]} {text}"[:150] + f" at {place}")
        if field in {"source", "target"}:
            return _addresses(field, text)
        if field in {"source_port", "port"}:
            return _ports(field, text, cells.get("protocol", "").lower())
        if field == "protocol":
            return _protocol(text.lower())
        if field in {"in", "out"} and text.lower() not in _ANY:
            return Test(field, names=(text,))
    except (InputError, ValueError):
        return Free(f"{field} {text}"[:150] + f" at {place}")
    return ALWAYS


def _addresses(field: str, text: str) -> Condition:
    if text.lower() in _ANY:
        return ALWAYS
    found: Ranges = join(parse_addresses(part.strip()) for part in text.split(","))
    return ALWAYS if found == EVERYTHING else addresses(field, found)


def _protocol(text: str) -> Condition:
    if text in _ANY:
        return ALWAYS
    found = []
    for part in re.split(r"[/,+ ]+", text):
        number = int(part) if part.isascii() and part.isdigit() else PROTOCOLS.get(part, 256)
        if not 0 < number < 256:  # 0 means every protocol on some devices
            raise ValueError(text)
        found.append(number)
    return protocol(*found)


def _ports(field: str, text: str, name: str) -> Condition:
    if text.lower() in _ANY:
        return ALWAYS
    condition = _protocol(name)
    if not isinstance(condition, Test) or any(first not in WITH_PORTS for first, _ in condition.ranges):
        raise ValueError(name)
    return Test(field, union(_span(part.strip()) for part in text.split(",")))


def _span(text: str) -> Span:
    low, _, high = text.replace(":", "-").partition("-")
    first, last = int(low), int(high or low)
    if not 0 <= first <= last <= 65535:
        raise ValueError(text)
    return first, last
