"""What the acts that apply ask for: each duty with its date, who answers for it, how far it is, which evidence stands.

Duties come from the tables of the standards room (CRA, NIS 2 measures, Machinery Regulation) and from
``data/duties.csv``. State, owner and evidence are written in ``law.yaml`` below ``duties``. Measures of the plant that
support a duty are named through the mappings; they show support, never fulfilment. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import Text, messages
from ninefold.law import cra, machinery, nis2, tables
from ninefold.law.answers import Answers
from ninefold.law.verdict import UNDETERMINED, Verdict
from ninefold.model.plant import Plant
from ninefold.standards import catalogue

say = messages("law")
SCHEMA: Final = "ninefold.law-duties/1"
STATES: Final = ("open", "in-progress", "done")
OPERATORS: Final = {
    "manufacturer": "manufacturer",
    "authorised-representative": "authorised representative",
    "importer": "importer",
    "distributor": "distributor",
    "steward": "open-source steward",
    UNDETERMINED: "manufacturer",
}
# Who usually answers for it, by the beginning of the id; law.yaml may name somebody else.
OWNERS: Final = {
    "CRA-C": Text("product security team", "Produktsicherheitsteam (PSIRT)"),
    "CRA-M": Text("product manager", "Produktverantwortliche"),
    "CRA": Text("head of purchasing and sales", "Leitung Einkauf und Vertrieb"),
    "NIS2-20": Text("management", "Geschäftsleitung"),
    "NIS2": Text("information security officer", "Informationssicherheitsbeauftragte"),
    "MVO": Text("CE coordinator", "CE-Koordination"),
}


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """One duty. ``owed``: yes or undetermined. ``due``: YYYY-MM-DD, "" when it is open. ``measures``: of the plant."""

    id: str
    act: str
    article: str
    title: Text
    owed: str
    due: str
    owner: Text | str
    state: str = "open"
    evidence: tuple[str, ...] = ()
    wanted: str = ""
    measures: tuple[str, ...] = ()


def duties(answers: Answers, plant: Plant | None = None) -> tuple[Duty, ...]:
    """All duties of the three acts unless an act does not apply; earliest date first, open dates last.

    InputError for an unknown duty or state in ``law.yaml``.
    """
    found = [*_cra(answers), *_nis2(answers), *_machinery(answers)]
    kept = _kept(plant)
    unknown = sorted(set(kept) - _known())
    if unknown:
        text = str(say("There is no duty '{id}'.", id=unknown[0]))
        raise InputError("no-duty", text, place=Place("law.yaml"), advice=str(say("See: ninefold law duties")))
    done = [_filled(item, kept.get(item.id, {}), plant) for item in found]
    return tuple(sorted(done, key=lambda item: (not item.due, item.due, item.act, item.id)))


def _known() -> set[str]:
    standards = (cra.ACT, nis2.ACT, machinery.NAME)
    own = {row["id"] for row in tables.rows("duties")}
    return own | {item.id for name in standards for item in catalogue.entries(name)}


def _kept(plant: Plant | None) -> Mapping[str, Mapping[str, Any]]:
    kept = (plant.law.get("duties") if plant else None) or {}
    if not isinstance(kept, Mapping) or not all(isinstance(item, Mapping) for item in kept.values()):
        text = str(say("'duties' must name each duty with owner, state and evidence."))
        raise InputError("bad-duties", text, place=Place("law.yaml"))
    return kept


def _filled(duty: Duty, kept: Mapping[str, Any], plant: Plant | None) -> Duty:
    state = str(kept.get("state") or "open")
    if state not in STATES:
        advice = str(say("Possible: {words}.", words=", ".join(STATES)))
        text = str(say("'{state}' is no state of a duty.", state=state))
        raise InputError("bad-state", text, place=Place("law.yaml"), advice=advice)
    evidence = kept.get("evidence") or ()
    listed = tuple(map(str, evidence)) if isinstance(evidence, list | tuple) else (str(evidence),)
    return msgspec.structs.replace(
        duty,
        owner=str(kept.get("owner") or "") or _owner(duty.id),
        due=_day(kept.get("due")) or duty.due,
        state=state,
        evidence=listed,
        measures=_measures(duty, plant),
    )


def _day(value: Any) -> str:
    from datetime import date

    try:
        return date.fromisoformat(str(value)).isoformat() if value else ""
    except ValueError:
        advice = str(say("Write a date like 2027-01-20."))
        text = str(say("'{text}' is no time.", text=str(value)[:60]))
        raise InputError("bad-time", text, place=Place("law.yaml"), advice=advice) from None


def _owner(identifier: str) -> Text:
    return next(text for start, text in OWNERS.items() if identifier.startswith(start))


def _measures(duty: Duty, plant: Plant | None) -> tuple[str, ...]:
    """Measures that provide a requirement which supports the duty (own mapping, no presumption of conformity)."""
    if plant is None or (duty.act, duty.id) not in {(item.standard, item.id) for item in catalogue.entries(duty.act)}:
        return ()
    wanted = {link.id for link in catalogue.links(duty.act, duty.id) if link.relation == "supported by"}
    return tuple(
        measure.id for measure in plant.measures if any(item.requirement in wanted for item in measure.provides)
    )


def _duty(item: catalogue.Entry, act: Verdict, due: str) -> Duty:
    wanted = item.facts.get("evidence", "")
    ref = item.facts.get("ref", "")
    return Duty(
        id=item.id,
        act=item.standard,
        article=f"{item.standard} {ref}",
        title=item.title,
        # While the role is open the duties of a manufacturer are shown, but not as owed.
        owed=UNDETERMINED if act.role == UNDETERMINED else act.word,
        due=due,
        owner="",
        wanted=wanted,
    )


def _cra(answers: Answers) -> Iterator[Duty]:
    act = cra.verdict(answers)
    if act.word == "no":
        return
    reports = tables.date("CRA", "CRA-D-03")
    only_reports = cra.is_new(answers, tables.date("CRA", "CRA-D-04")).value is False
    placed = answers.get("placed") or ""
    for item in catalogue.entries(cra.ACT):
        if not _of_operator(item, OPERATORS.get(act.role, "")):
            continue
        begins = item.facts.get("applies_from") or tables.date("CRA", "CRA-D-04")
        if only_reports and begins != reports:
            continue
        yield _duty(item, act, max(begins, placed))


def _of_operator(item: catalogue.Entry, operator: str) -> bool:
    """Duties and clocks of an operator; the points of Annex I are the manufacturer's (CRA Art. 13(1), 13(8))."""
    if "part" in item.facts:
        return operator == "manufacturer"
    return item.facts["kind"] in {"duty", "clock"} and item.facts["operator"] == operator


def _nis2(answers: Answers) -> Iterator[Duty]:
    act = nis2.verdict(answers)
    if act.word == "no":
        return
    start = act.start if act.start != UNDETERMINED else ""
    for item in catalogue.entries(nis2.ACT):
        yield _duty(item, act, start)
    for row in tables.rows("duties"):
        if row["act"] == nis2.ACT and row["country"] in {"", answers.get("country")}:
            yield _own(row, act, start)


def _own(row: tables.Row, act: Verdict, start: str) -> Duty:
    return Duty(
        id=row["id"],
        act=row["act"],
        article=row["ref"],
        title=tables.title(row),
        owed=act.word,
        due=_later(start, row["months"]) if row["months"] and start else start,
        owner="",
        wanted=row["evidence"],
    )


def _later(day: str, months: str) -> str:
    from datetime import UTC, datetime

    from ninefold.law.periods import after_months

    return after_months(datetime.fromisoformat(day).replace(tzinfo=UTC), int(months), "")[0].date().isoformat()


def _machinery(answers: Answers) -> Iterator[Duty]:
    act = machinery.verdict(answers)
    if act.word == "no":
        return
    start = max(tables.date(machinery.NAME, "MVO-D-1"), answers.get("placed") or "")
    for item in catalogue.entries(machinery.NAME):
        kind = item.facts.get("kind")
        if kind == "ehsr" or (kind == "duty" and (item.id == "MVO-O-4") is (act.group == "partly completed")):
            yield _duty(item, act, start)


def document(found: tuple[Duty, ...]) -> dict[str, Any]:
    """The document ``ninefold.law-duties/1``."""
    return {"schema": SCHEMA, "duties": [_plain(item) for item in found]}


def _plain(item: Duty) -> dict[str, Any]:
    return {
        "id": item.id,
        "act": item.act,
        "article": item.article,
        "title": str(item.title),
        "owed": item.owed,
        "due": item.due,
        "role": str(item.owner),
        "state": item.state,
        "evidence": list(item.evidence),
        "wanted": item.wanted,
        "supported_by": list(item.measures),
    }
