"""The clocks of CRA Art. 14 and NIS 2 Art. 23, and what people mix up about them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.base.errors import InputError
from ninefold.law import periods
from ninefold.law.answers import Answers, parse
from ninefold.law.clock import Event, Report, document, moment, run
from tests.law.test_cases import TABLE

BERLIN = "Europe/Berlin"
MAKER = parse({**TABLE["profiles"]["maker"], **TABLE["profiles"]["company"], "core": "plc"})
BOTH = parse(
    {**TABLE["profiles"]["maker"], **TABLE["profiles"]["company"], "core": "plc", "sectors": "II-5d", "headcount": "90"}
)


def reports(kind: str, aware: str, answers: Answers = MAKER, zone: str = BERLIN, **more: str) -> dict[str, Report]:
    later = {name: moment(text, zone) for name, text in more.items()}
    event = Event(kinds=tuple(kind.split(",")), aware=moment(aware, zone), **later)  # type: ignore[arg-type]
    return {item.id: item for item in run(event, answers)}


def due(report: Report) -> str | None:
    return report.due.isoformat() if report.due else None


def test_24_and_72_hours_both_run_from_becoming_aware_also_over_a_weekend() -> None:
    said = reports("exploited-vulnerability", "2026-11-20T16:30")  # a Friday
    assert due(said["CRA-C-14.2a"]) == "2026-11-21T16:30:00+01:00"
    assert due(said["CRA-C-14.2b"]) == "2026-11-23T16:30:00+01:00"
    assert said["CRA-C-14.2a"].owed == "yes"


def test_hours_are_hours_when_the_clocks_change() -> None:
    autumn = reports("exploited-vulnerability", "2026-10-24T16:30")
    assert due(autumn["CRA-C-14.2a"]) == "2026-10-25T15:30:00+01:00"
    spring = reports("exploited-vulnerability", "2027-03-27T16:30")
    assert due(spring["CRA-C-14.2a"]) == "2027-03-28T17:30:00+02:00"


def test_14_days_run_from_the_measure_and_not_from_becoming_aware() -> None:
    waiting = reports("exploited-vulnerability", "2026-11-20T16:30")["CRA-C-14.2c"]
    assert (waiting.due, waiting.waits_for) == (None, "available")
    known = reports("exploited-vulnerability", "2026-11-20T16:30", available="2026-12-02T09:00")["CRA-C-14.2c"]
    assert due(known) == "2026-12-16T23:59:59+01:00"
    assert known.moved is None


def test_a_measure_that_was_there_before_counts_from_becoming_aware() -> None:
    said = reports("exploited-vulnerability", "2026-11-20T16:30", available="2026-11-01T09:00")
    assert due(said["CRA-C-14.2c"]) == "2026-12-04T23:59:59+01:00"


def test_the_month_of_an_incident_runs_from_the_notification_as_it_was_sent() -> None:
    assert reports("severe-incident", "2026-11-20T16:30")["CRA-C-14.4c"].waits_for == "notified"
    said = reports("severe-incident", "2026-11-20T16:30", notified="2026-11-21T08:00")
    assert due(said["CRA-C-14.4c"]) == "2026-12-21T23:59:59+01:00"


def test_a_month_ends_on_the_last_day_of_a_shorter_month() -> None:
    said = reports("severe-incident", "2027-01-29T10:00", notified="2027-01-31T08:00")["CRA-C-14.4c"]
    assert due(said) == "2027-02-28T23:59:59+01:00"  # a Sunday
    assert said.moved is not None and said.moved.date() == date(2027, 3, 1)


def test_an_end_on_christmas_moves_behind_the_free_days_but_the_safe_end_stays() -> None:
    said = reports("exploited-vulnerability", "2026-12-01T10:00", available="2026-12-11T09:00")["CRA-C-14.2c"]
    assert due(said) == "2026-12-25T23:59:59+01:00"
    assert said.moved is not None and said.moved.date() == date(2026, 12, 28)
    assert "1182/71" in " ".join(map(str, said.notes))


def test_users_are_informed_besides_the_reports_and_without_a_fixed_period() -> None:
    said = reports("exploited-vulnerability", "2026-11-20T16:30")["CRA-C-14.8v"]
    assert (said.due, said.waits_for, said.owed) == (None, "", "yes")


def test_one_event_can_start_both_acts_with_different_addressees() -> None:
    said = reports("severe-incident,significant-incident", "2026-11-20T16:30", BOTH)
    assert said["CRA-C-14.4a"].due == said["NIS2-C-1"].due
    assert "ENISA" in str(said["CRA-C-14.4a"].to) and "BSI" in str(said["NIS2-C-1"].to)
    assert said["CRA-C-14.4a"].owed == said["NIS2-C-1"].owed == "yes"


def test_nis2_long_incident_has_progress_first_and_the_final_report_after_it_is_over() -> None:
    long = reports(
        "significant-incident", "2026-11-20T16:30", BOTH, notified="2026-11-22T10:00", handled="2027-01-15T12:00"
    )
    assert "NIS2-C-4" not in long
    assert due(long["NIS2-C-5"]) == "2026-12-22T23:59:59+01:00"
    assert due(long["NIS2-C-4b"]) == "2027-02-15T23:59:59+01:00"
    short = reports(
        "significant-incident", "2026-11-20T16:30", BOTH, notified="2026-11-22T10:00", handled="2026-11-25T12:00"
    )
    assert due(short["NIS2-C-4"]) == "2026-12-22T23:59:59+01:00"
    assert not {"NIS2-C-5", "NIS2-C-4b"} & set(short)


def test_trust_services_notify_within_24_hours() -> None:
    answers = parse({**TABLE["profiles"]["company"], "sectors": "I-8", "any_size": "trust", "headcount": "5"})
    said = reports("significant-incident", "2026-11-20T16:30", answers)
    assert due(said["NIS2-C-2"]) == "2026-11-21T16:30:00+01:00"


def test_an_old_product_is_reported_too_and_nothing_before_the_duty_began() -> None:
    old = parse({**TABLE["profiles"]["maker"], "core": "plc", "placed": "2019-01-01", "modified": "none"})
    assert reports("exploited-vulnerability", "2026-09-11T00:30", old)["CRA-C-14.2a"].owed == "yes"
    assert reports("exploited-vulnerability", "2026-09-10T23:30", old)["CRA-C-14.2a"].owed == "no"


def test_importers_tell_the_manufacturer_instead() -> None:
    importer = {
        **TABLE["profiles"]["product"],
        "role": "importer",
        "becomes_manufacturer": "no",
        "placed": "2028-01-01",
    }
    said = reports("exploited-vulnerability", "2028-02-01T10:00", parse(importer))["CRA-C-14.2a"]
    assert said.owed == "no" and "manufacturer" in str(said.notes[0])


def test_nothing_known_about_the_company_leaves_the_duty_open_but_shows_the_time() -> None:
    said = reports("severe-incident", "2026-11-20T16:30+01:00", Answers(), zone="")["CRA-C-14.4a"]
    assert said.owed == "undetermined" and said.due is not None
    assert "role" in str(said.notes[0])


def test_a_small_maker_owes_the_early_warning_although_it_is_not_fined() -> None:
    small = parse({**TABLE["profiles"]["maker"], "core": "plc", "size": "small"})
    said = reports("severe-incident", "2026-11-20T16:30", small)["CRA-C-14.4a"]
    assert said.owed == "yes" and any("64(10)" in str(note) for note in said.notes)


def test_the_form_names_what_is_still_unknown() -> None:
    event = Event(kinds=("severe-incident",), aware=moment("2026-11-20T16:30+01:00"), facts={"product": "PLC 4, 1.2"})
    document_: dict[str, Any] = document(event, run(event, MAKER))
    first = document_["reports"][0]
    assert first["unknown"] == ["unlawful", "member_states"]
    assert first["form"][0]["value"] == "PLC 4, 1.2"


@pytest.mark.parametrize("text", ["2026-11-20T16:30", "yesterday", "", "9999-12-31T23:00+00:00"])
def test_a_time_without_a_zone_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        moment(text)


def test_easter_and_holidays() -> None:
    assert [periods.easter(year) for year in (2026, 2027, 2038)] == [
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]
    assert date(2027, 5, 17) in periods.holidays("DE", 2027)  # Whit Monday


@given(st.dates(date(2024, 1, 1), date(2035, 1, 1)), st.integers(1, 24))
def test_a_month_is_never_shorter_than_28_days_and_never_ends_on_a_free_day_when_moved(start: date, n: int) -> None:
    plain, moved = periods.after_months(datetime.combine(start, time(8), UTC), n, "DE")
    assert (plain.date() - start).days >= 28 * n
    assert moved >= plain and not periods.is_free(moved.date(), "DE")
