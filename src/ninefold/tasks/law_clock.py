"""The clock of reports: times as people write them, answers of the company, what is known for the forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages
from ninefold.law import tables
from ninefold.law.answers import Answers
from ninefold.law.clock import ZONES, Event, Report, document, moment
from ninefold.law.clock import run as reports_of
from ninefold.tasks.law_apply import read_mapping

say = messages("law")
__all__ = ["document", "run"]


def run(
    kinds: tuple[str, ...], times: Mapping[str, str | None], answers: Answers, facts: Path | None = None
) -> tuple[Event, tuple[Report, ...]]:
    """The event and its reports. ``times``: aware, available, notified, handled, and ``zone``, as texts.

    Without a zone, that of the answered country is used where it has only one.
    """
    zone = times.get("zone") or ZONES.get(answers.get("country") or "", "")
    aware = moment(times["aware"] or "", zone)
    later = {name: moment(text, zone) for name in ("available", "notified", "handled") if (text := times.get(name))}
    early = [name for name in ("notified", "handled") if name in later and later[name] < aware]
    if early:
        raise InputError("bad-time", str(say("'{name}' lies before becoming aware.", name=early[0])))
    event = Event(kinds=kinds, aware=aware, facts=_facts(facts), **later)
    return event, reports_of(event, answers)


def _facts(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    known, lines = read_mapping(path)
    wrong = sorted(set(known) - set(tables.by_id("fields")))
    if wrong:
        place = Place(str(path), lines.get(wrong[0], 0))
        advice = str(say("Possible: {words}.", words=", ".join(tables.by_id("fields"))))
        raise InputError("no-field", str(say("There is no field '{key}'.", key=wrong[0])), place=place, advice=advice)
    return {key: str(value) for key, value in known.items() if value}
