"""Periods of time after Regulation (EEC, Euratom) No 1182/71.

Hours run through weekends and holidays, from the moment itself: the rule that the started hour does not count would
give more time and is not used. Days and months begin with the day after the event and end with the end of their last
day; when that is a Saturday, Sunday or holiday, with the end of the next working day (Art. 3(4)).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ninefold.law import tables


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def holidays(country: str, year: int) -> frozenset[date]:
    """Holidays of the whole country; those of its regions are not known here. Unknown country: none."""
    return frozenset(_day(row["day"], year) for row in tables.rows("holidays") if row["country"] == country)


def _day(text: str, year: int) -> date:
    if text.startswith("E"):
        return easter(year) + timedelta(days=int(text[1:]))
    month, day = text.split("-")
    return date(year, int(month), int(day))


def knows_holidays(country: str) -> bool:
    """Whether the table has the holidays of a country."""
    return any(row["country"] == country for row in tables.rows("holidays"))


def is_free(day: date, country: str) -> bool:
    """Whether a day is a Saturday, a Sunday or a holiday."""
    return day.weekday() >= 5 or day in holidays(country, day.year)


def after_hours(start: datetime, hours: int) -> datetime:
    """So many hours later on the clock of the world, shown in the time zone of ``start``."""
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)


def after_days(start: datetime, days: int, country: str) -> tuple[datetime, datetime]:
    """The end of the last day, and the same moved to the next working day."""
    return _ends(start, lambda day: day + timedelta(days=days), country)


def after_months(start: datetime, months: int, country: str) -> tuple[datetime, datetime]:
    """The end of the day with the same number (or of the last day of a shorter month), plain and moved."""
    return _ends(start, lambda day: _months(day, months), country)


def _months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _ends(start: datetime, step: Callable[[date], date], country: str) -> tuple[datetime, datetime]:
    day = step(start.date())
    plain = day
    while is_free(day, country):
        day += timedelta(days=1)
    return _end_of(plain, start.tzinfo), _end_of(day, start.tzinfo)


def _end_of(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(23, 59, 59), zone)
