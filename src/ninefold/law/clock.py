"""Which reports are due after an event, to whom, until when: CRA Art. 14, NIS 2 Art. 23.

What is often confused, and how it is: 24 and 72 hours both run from becoming aware; the 14 days of the final report
on a vulnerability run from the day a measure is available; the month of the final report on an incident runs from
the notification as it was sent; users are informed besides all this. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import Message, Text, messages
from ninefold.law import periods, tables
from ninefold.law.answers import Answers
from ninefold.law.applicability import apply
from ninefold.law.verdict import Verdict

say = messages("law")
SCHEMA: Final = "ninefold.law-clock/1"
KINDS: Final = ("exploited-vulnerability", "severe-incident", "significant-incident")
ZONES: Final = {
    "DE": "Europe/Berlin",
    "AT": "Europe/Vienna",
    "NL": "Europe/Amsterdam",
    "FR": "Europe/Paris",
    "IT": "Europe/Rome",
}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened. All moments carry a time zone; None: has not happened yet.

    ``available``: a corrective or mitigating measure is available; ``notified``: the 72-hour notification was sent;
    ``handled``: the incident is over. ``facts``: what is already known for the forms, by field.
    """

    kinds: tuple[str, ...]
    aware: datetime
    available: datetime | None = None
    notified: datetime | None = None
    handled: datetime | None = None
    facts: Mapping[str, str] = {}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One report. ``owed``: yes, no, undetermined. ``due`` None: no fixed period, or it waits for ``waits_for``.

    ``due`` is the safe end; ``moved`` the later one where a weekend or holiday moves it (own reading of Regulation
    1182/71 for these acts; confirm before relying on it).
    """

    id: str
    act: str
    article: str
    title: Text
    owed: str
    to: Message
    due: datetime | None = None
    moved: datetime | None = None
    waits_for: str = ""
    notes: tuple[Message, ...] = ()
    form: tuple[tuple[str, Text, str], ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """Fields of the form that are still empty."""
        return tuple(name for name, _, value in self.form if not value)


def moment(text: str, zone: str = "") -> datetime:
    """A moment with its time zone: ``2026-11-20T16:30+01:00``, or a local time and the name of a zone.

    InputError when it is no time or has no zone: a deadline in hours cannot be counted then.
    """
    try:
        value = datetime.fromisoformat(text.strip())
        if not 2000 <= value.year < 2200:
            raise ValueError
    except ValueError:
        advice = str(say("Write it like 2026-11-20T16:30+01:00."))
        raise InputError("bad-time", str(say("'{text}' is no time.", text=text)), advice=advice) from None
    if value.tzinfo is not None:
        return value.astimezone(_zone(zone)) if zone else value
    if not zone:
        advice = str(say("Write it like 2026-11-20T16:30+01:00, or name the zone: Europe/Berlin."))
        raise InputError("no-zone", str(say("'{text}' has no time zone.", text=text)), advice=advice)
    return value.replace(tzinfo=_zone(zone))


def _zone(name: str) -> Any:
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        advice = str(say("Name it like Europe/Berlin, or write the offset into the time."))
        raise InputError(
            "no-zone", str(say("There is no time zone '{name}' here.", name=name)), advice=advice
        ) from None


def run(event: Event, answers: Answers) -> tuple[Report, ...]:
    """All reports of an event, those with the earliest end first, then those that wait, then those without a period."""
    if not event.kinds or set(event.kinds) - set(KINDS):
        raise InputError("bad-event", str(say("Name what happened: {kinds}.", kinds=", ".join(KINDS))))
    acts = {item.act: item for item in apply(answers)}
    country = answers.get("country") or ""
    rows = [row for row in tables.rows("reports") if row["kind"] in event.kinds and _wanted(row, event)]
    reports = [_report(row, event, acts[row["act"]], answers, country) for row in rows]
    return tuple(sorted(reports, key=lambda item: (item.due is None, item.due.timestamp() if item.due else 0.0)))


def _wanted(row: tables.Row, event: Event) -> bool:
    """NIS 2 Art. 23(4)(d), (e): an incident over in time has one final report; a longer one has progress in between."""
    if row["id"] not in {"NIS2-C-4", "NIS2-C-4b", "NIS2-C-5"} or event.handled is None:
        return True
    limit = periods.after_months(event.notified, 1, "")[0] if event.notified else None
    long = limit is not None and event.handled > limit
    return long is (row["id"] != "NIS2-C-4")


def _report(row: tables.Row, event: Event, act: Verdict, answers: Answers, country: str) -> Report:
    owed, notes = _owed(row, event, act, answers)
    due, moved, waits = _due(row, event, country, answers)
    return Report(
        id=row["id"],
        act=row["act"],
        article=row["ref"],
        title=tables.title(row),
        owed=owed,
        to=_addressee(row["to"], country),
        due=due,
        moved=moved,
        waits_for=waits,
        notes=(*notes, *_notes(row, answers, country, due, moved)),
        form=tuple(_field(name, event) for name in row["fields"].split(";")),
    )


def _owed(row: tables.Row, event: Event, act: Verdict, answers: Answers) -> tuple[str, tuple[Message, ...]]:
    if act.word == "undetermined":
        needed = ", ".join(act.missing)
        return "undetermined", (say("Whether {act} applies is open; missing: {needed}.", act=act.act, needed=needed),)
    if act.word == "no":
        return "no", (say("{act} does not apply to this company and product.", act=act.act),)
    if row["act"] == "CRA":
        return _owed_cra(event, act)
    if answers.get("dora_entity"):
        return "no", (say("Financial entities report under DORA instead (NIS 2 Art. 4)."),)
    if not act.start:
        return "undetermined", (say("The duty binds only through national law, which is not in force."),)
    if act.start != "undetermined" and event.aware.date().isoformat() < act.start:
        return "no", (say("The duty applies from {date}.", date=act.start),)
    return "yes", ()


def _owed_cra(event: Event, act: Verdict) -> tuple[str, tuple[Message, ...]]:
    if act.role == "undetermined":
        return "undetermined", (say("Only manufacturers and stewards report; the role is open."),)
    if act.role not in {"manufacturer", "steward"}:
        return "no", (
            say("Only manufacturers and stewards report; tell the manufacturer at once (Art. 19(5), 20(4))."),
        )
    if event.aware.date().isoformat() < act.start:
        return "no", (say("The duty applies from {date}.", date=act.start),)
    return "yes", ()


def _due(row: tables.Row, event: Event, country: str, answers: Answers) -> tuple[datetime | None, datetime | None, str]:
    start = getattr(event, row["after"])
    if start is None:
        return None, None, row["after"]
    if row["hours"]:
        return periods.after_hours(start, _hours(row, answers)), None, ""
    if row["days"]:
        # A measure may have been there before anybody became aware; the report cannot be due before the event.
        due, moved = periods.after_days(max(start, event.aware), int(row["days"]), country)
        return due, moved if moved != due else None, ""
    if row["months"]:
        due, moved = periods.after_months(start, int(row["months"]), country)
        return due, moved if moved != due else None, ""
    return None, None, ""


def _hours(row: tables.Row, answers: Answers) -> int:
    """NIS 2 Art. 23(4) last subparagraph: trust services notify within 24 hours."""
    trust = {"trust", "qualified-trust"} & set(answers.get("any_size") or ())
    return 24 if row["id"] == "NIS2-C-2" and trust else int(row["hours"])


def _notes(
    row: tables.Row, answers: Answers, country: str, due: datetime | None, moved: datetime | None
) -> tuple[Message, ...]:
    notes = []
    if row["id"] in {"NIS2-C-5", "NIS2-C-4b"}:
        notes.append(say("Only when the incident still goes on one month after the notification."))
    if row["to"] == "users":
        notes.append(say("Without fixed period: as soon as it helps them, also before the reports are complete."))
    if row["id"] in {"CRA-C-14.2a", "CRA-C-14.4a"} and answers.get("size") in {"micro", "small"}:
        notes.append(say("Micro and small manufacturers are not fined for missing this one (Art. 64(10))."))
    if moved is not None:
        notes.append(say("The end falls on a free day; the later end is an own reading of Regulation 1182/71."))
    if due is not None and (row["days"] or row["months"]) and not periods.knows_holidays(country):
        notes.append(say("The holidays of this country are not known here; weekends are."))
    return tuple(notes)


def _addressee(to: str, country: str) -> Message:
    place = country or "?"
    if to == "users":
        return say("the users concerned")
    if to == "platform":
        return say(
            "single reporting platform: coordinating CSIRT of the main establishment ({country}) and ENISA",
            country=place,
        )
    if country == "DE":
        return say("BSI (joint reporting office)")
    return say("CSIRT or competent authority ({country})", country=place)


def _field(name: str, event: Event) -> tuple[str, Text, str]:
    return name, tables.title(tables.by_id("fields")[name]), event.facts.get(name, "")


def document(event: Event, reports: tuple[Report, ...]) -> dict[str, Any]:
    """The document ``ninefold.law-clock/1``; times in ISO 8601 with their zone."""
    return {
        "schema": SCHEMA,
        "event": {"kinds": list(event.kinds), "aware": event.aware.isoformat()},
        "reports": [_plain(item) for item in reports],
    }


def _plain(item: Report) -> dict[str, Any]:
    return {
        "id": item.id,
        "act": item.act,
        "article": item.article,
        "title": str(item.title),
        "owed": item.owed,
        "to": str(item.to),
        "due": item.due.isoformat() if item.due else None,
        "moved": item.moved.isoformat() if item.moved else None,
        "waits_for": item.waits_for,
        "notes": [str(note) for note in item.notes],
        "form": [{"field": name, "title": str(title), "value": value} for name, title, value in item.form],
        "unknown": list(item.unknown),
    }
