"""Duties of the acts that apply, with dates, states and evidence; and the calendar made from them."""

from __future__ import annotations

import pytest

from ninefold.base.errors import InputError
from ninefold.law.answers import Answers, parse
from ninefold.law.calendar import icalendar
from ninefold.law.duties import Duty, duties
from ninefold.model.measures import Measure, Provision
from ninefold.model.plant import Plant
from ninefold.model.system import System
from tests.law.test_cases import TABLE

MAKER = parse({**TABLE["profiles"]["maker"], **TABLE["profiles"]["company"], "core": "plc", "sectors": "none"})
WATER = parse({**TABLE["profiles"]["water"], "headcount": "80", "product": "no", "machine_kind": "none"})
MACHINE = parse({**TABLE["profiles"]["machine"], **TABLE["profiles"]["company"], "sectors": "none"})


def by_id(found: tuple[Duty, ...]) -> dict[str, Duty]:
    return {item.id: item for item in found}


def test_a_maker_owes_reports_now_and_the_rest_from_its_product_on() -> None:
    found = by_id(duties(parse({**TABLE["profiles"]["maker"], "core": "plc", "placed": "2027-12-20"})))
    assert found["CRA-C-14.2a"].due == "2027-12-20"
    assert found["CRA-M-13.2"].due == "2027-12-20"
    assert found["CRA-I-2d"].due == "2027-12-20"
    assert not any(name.startswith("CRA-I-19") for name in found)


def test_an_old_product_leaves_only_the_reports() -> None:
    old = parse({**TABLE["profiles"]["maker"], "core": "plc", "placed": "2020-01-01", "modified": "none"})
    found = [item for item in duties(old) if item.act == "CRA"]
    assert {item.due for item in found} == {"2026-09-11"}
    assert all("14" in item.article for item in found)


def test_a_water_utility_owes_ten_measures_the_management_and_the_registration() -> None:
    found = by_id(duties(WATER))
    assert sum(name.startswith("NIS2-21-2-") for name in found) == 10
    assert found["NIS2-DE-33"].due == "2026-03-06"
    assert found["NIS2-20-1"].owner == found["NIS2-20-2"].owner
    assert not any(item.act != "NIS 2" for item in found.values())


def test_a_machine_owes_both_paragraphs_of_annex_three() -> None:
    found = by_id(duties(MACHINE))
    assert found["MVO-1.1.9-a"].due == "2027-06-01"
    assert "MVO-O-4" not in found and "MVO-O-1" in found


def test_nothing_answered_shows_everything_as_undetermined() -> None:
    found = duties(Answers())
    assert {item.owed for item in found} == {"undetermined"}
    assert {item.act for item in found} == {"CRA", "NIS 2", "Machinery Regulation"}


def test_an_open_role_leaves_the_duties_open() -> None:
    importer = parse({**TABLE["profiles"]["product"], "role": "importer", "core": "plc", "placed": "2028-01-10"})
    assert {item.owed for item in duties(importer) if item.act == "CRA"} == {"undetermined"}


def test_the_workspace_keeps_state_owner_and_evidence_and_names_its_measures() -> None:
    measure = Measure(id="central-logs", provides=(Provision(requirement="SR 2.8", level=2),))
    kept = {"NIS2-21-2-b": {"state": "in-progress", "owner": "Ms Weber", "evidence": ["plan.pdf"]}}
    plant = Plant(system=System(name="x"), measures=(measure,), law={"duties": kept})
    duty = by_id(duties(WATER, plant))["NIS2-21-2-b"]
    assert (duty.state, duty.owner, duty.evidence) == ("in-progress", "Ms Weber", ("plan.pdf",))
    assert duty.measures == ("central-logs",)


@pytest.mark.parametrize(
    "kept",
    [{"NIS2-99": {}}, {"NIS2-20-1": {"state": "later"}}, {"NIS2-20-1": "done"}, {"NIS2-20-1": {"due": "soon"}}, "all"],
)
def test_what_is_wrong_in_the_workspace_is_said(kept: object) -> None:
    with pytest.raises(InputError):
        duties(WATER, Plant(system=System(name="x"), law={"duties": kept}))


def test_the_calendar_is_folded_escaped_and_leaves_out_what_is_done() -> None:
    plant = Plant(system=System(name="x"), law={"duties": {"NIS2-20-1": {"state": "done"}}})
    text = icalendar(duties(WATER, plant))
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = text.replace("\r\n ", "")
    assert "UID:NIS2-20-1@ninefold" not in unfolded and "UID:NIS2-20-2@ninefold" in unfolded
    assert "DTSTART;VALUE=DATE:20260306" in unfolded
    assert "name\\, address\\, contact" in unfolded
    assert text == icalendar(duties(WATER, plant))
