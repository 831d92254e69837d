"""Duties as an iCalendar file (RFC 5545): one whole-day entry for each duty that is dated and not done."""

from __future__ import annotations

from collections.abc import Iterable

from ninefold.law.duties import Duty
from ninefold.law.tables import STATUS_DATE


def icalendar(found: Iterable[Duty]) -> str:
    """The calendar, lines ended by CR LF and folded at 75 octets. The same duties give the same bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ninefold//law//EN"]
    for duty in found:
        if duty.due and duty.state != "done":
            lines += _event(duty)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(duty: Duty) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{duty.id}@ninefold",
        f"DTSTAMP:{STATUS_DATE.replace('-', '')}T000000Z",
        f"DTSTART;VALUE=DATE:{duty.due.replace('-', '')}",
        f"SUMMARY:{_escaped(f'{duty.article}: {duty.title}')}",
        f"DESCRIPTION:{_escaped(f'{duty.id}; {duty.owner}; {duty.state}')}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """RFC 5545 section 3.1; never inside a character of several octets."""
    parts, current = [], ""
    for sign in line:
        if len((current + sign).encode()) > 75:
            parts.append(current)
            current = " "
        current += sign
    return [*parts, current]
