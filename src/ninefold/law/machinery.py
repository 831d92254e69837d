"""Machinery Regulation (EU) 2023/1230: kind, time, role, category of Annex I, module, what it asks about security."""

from __future__ import annotations

from typing import Final

from ninefold.base.i18n import Message, messages
from ninefold.law import tables
from ninefold.law.answers import Answers, Modification
from ninefold.law.logic import Fact, Reason, all_of, any_of, known, negated, open_fact
from ninefold.law.verdict import ROLE_WORDS, UNDETERMINED, Verdict
from ninefold.standards import catalogue

say = messages("law")
ACT: Final = "Machinery Regulation"
NAME: Final = "Machinery Regulation"
ROLES: Final = {
    "manufacturer": "Machinery Regulation Art. 3(18) and 10",
    "authorised-representative": "Machinery Regulation Art. 3(19) and 14",
    "importer": "Machinery Regulation Art. 3(20) and 15",
    "distributor": "Machinery Regulation Art. 3(21) and 16",
}


def verdict(answers: Answers) -> Verdict:
    """The Machinery Regulation for one product and one company."""
    substantial = _substantial(answers)
    role, role_fact = _role(answers, substantial)
    applies = all_of(_kind(answers), _market(answers), _not_excluded(answers), role_fact, _time(answers, substantial))
    if applies.value is False:
        return Verdict(act=ACT, applies=applies)
    start = tables.date(NAME, "MVO-D-1")
    if applies.value is None:
        return Verdict(act=ACT, applies=applies, role=role, group=UNDETERMINED, start=start)
    group, routes, notes, asks = _category(answers)
    if role in {"importer", "distributor", UNDETERMINED}:
        routes, asks = (), frozenset()
    security, open_inputs = _security(answers)
    if role == UNDETERMINED:
        open_inputs |= {"becomes_manufacturer"}
    return Verdict(
        act=ACT,
        applies=applies,
        role=role,
        group=group,
        routes=routes,
        start=start,
        notes=(*notes, *security, *_beside(answers)),
        asks=asks | open_inputs,
    )


def _kind(answers: Answers) -> Fact:
    kind = answers.get("machine_kind")
    if kind is None:
        return open_fact("machine_kind")
    if kind == "none":
        return known(False, "Machinery Regulation Art. 2(1)", say("It is none of the products of the regulation."))
    articles = {"safety-component": "Art. 3(3)", "partly-completed": "Art. 2(1) and 3(10)"}
    article = f"Machinery Regulation {articles.get(kind, 'Art. 2(1) and 3')}"
    return known(True, article, say("It is a product of the regulation ({kind}).", kind=kind))


def _market(answers: Answers) -> Fact:
    supply = answers.get("supply")
    if supply is None:
        return open_fact("supply")
    reasons: dict[str, tuple[bool, str, Message]] = {
        "commercial": (True, "Machinery Regulation Art. 3", say("It is placed on the Union market.")),
        "own-use": (
            True,
            "Machinery Regulation Art. 3(18)(b)",
            say("Putting into service for own use counts like placing on the market."),
        ),
        "open-source": (False, "Machinery Regulation Art. 3", say("It is not supplied in a commercial activity.")),
        "outside-eu": (False, "Machinery Regulation Art. 1", say("It is not made available in the Union.")),
    }
    return known(*reasons[supply])


def _not_excluded(answers: Answers) -> Fact:
    found = answers.get("machine_excluded")
    if found is None:
        return open_fact("machine_excluded")
    if found:
        articles = {"spare-part": "(a)", "low-voltage": "(p)", "high-voltage": "(q)"}
        article = f"Machinery Regulation Art. 2(2){articles.get(found[0], '(b)-(o)')}"
        return known(False, article, say("Products of this kind are excluded ({kind}).", kind=found[0]))
    return known(True, "Machinery Regulation Art. 2(2)", say("No exclusion applies."))


def _substantial(answers: Answers) -> Fact:
    """Art. 3(16): not foreseen, a new hazard or higher risk, and guards or strength measures needed: all three."""
    change: Modification | str | None = answers.get("machine_modification")
    if change is None:
        return open_fact("machine_modification")
    if isinstance(change, str):
        return known(False, "Machinery Regulation Art. 3(16)", say("An existing machine was not changed."))
    return all_of(
        negated(_part(change.foreseen, say("The manufacturer had foreseen the change."))),
        _part(change.new_risk, say("The change brings a new hazard or a higher risk.")),
        any_of(
            _part(change.guards, say("It needs guards or protective devices that change the safety control.")),
            _part(change.stability, say("It needs measures for stability or strength.")),
        ),
    )


def _part(value: bool | None, says: Message) -> Fact:
    if value is None:
        return open_fact("machine_modification")
    if value:
        return known(True, "Machinery Regulation Art. 3(16)", says)
    return known(False, "Machinery Regulation Art. 3(16)", say("Not so: {text}", text=says))


def _role(answers: Answers, substantial: Fact) -> tuple[str, Fact]:
    role = answers.get("role")
    if role is None:
        return UNDETERMINED, open_fact("role")
    if role in {"manufacturer", "authorised-representative"}:
        return role, known(True, ROLES[role], say("The company is {role}.", role=ROLE_WORDS[role]))
    if answers.get("supply") == "own-use" and role == "integrator":
        text = say("Who builds a machine for own use is its manufacturer.")
        return "manufacturer", known(True, "Machinery Regulation Art. 3(18)(b)", text)
    if answers.get("becomes_manufacturer") and role != "user":
        return "manufacturer", known(True, "Machinery Regulation Art. 17", _own_name())
    if substantial.value:
        text = say("Who modifies a machine substantially is its manufacturer.")
        return "manufacturer", all_of(substantial, known(True, "Machinery Regulation Art. 18", text))
    if role in ROLES:
        open_role = not answers.has("becomes_manufacturer")
        return UNDETERMINED if open_role else role, known(
            True, ROLES[role], say("The company is at least {role}.", role=ROLE_WORDS[role])
        )
    return _others(answers, role, substantial)


def _own_name() -> Message:
    return say("Who supplies it under the own name, or changes it, is its manufacturer.")


def _others(answers: Answers, role: str, substantial: Fact) -> tuple[str, Fact]:
    """Users, integrators, stewards: manufacturers only by own name or by substantial modification."""
    facts = [substantial]
    if role != "user":
        becomes = answers.get("becomes_manufacturer")
        if becomes is None:
            facts.append(open_fact("becomes_manufacturer"))
    fact = any_of(*facts)
    if fact.value is None:
        return UNDETERMINED, fact
    text = say("Who neither supplies it under the own name nor modifies it substantially is no manufacturer.")
    return role, known(False, "Machinery Regulation Art. 3(18) and 18", text)


def _time(answers: Answers, substantial: Fact) -> Fact:
    """Art. 51, 52 and 54: no overlap; before the day the directive, from the day the regulation."""
    start = tables.date(NAME, "MVO-D-1")
    placed = answers.get("placed")
    new = open_fact("placed")
    if placed is not None and placed >= start:
        return known(True, "Machinery Regulation Art. 54", say("Placed on the market on or after {date}.", date=start))
    if placed is not None:
        text = say("Placed on the market before {date}: Directive 2006/42/EC applies.", date=start)
        new = known(False, "Machinery Regulation Art. 51 and 54", text)
    change = answers.get("machine_modification")
    if isinstance(change, Modification):
        if not change.date:
            return any_of(new, all_of(substantial, open_fact("machine_modification")))
        text = say("Modified on {date}.", date=change.date)
        return any_of(new, all_of(substantial, known(change.date >= start, "Machinery Regulation Art. 18", text)))
    return any_of(new, substantial) if placed is not None else new


def _category(answers: Answers) -> tuple[str, tuple[str, ...], tuple[Reason, ...], frozenset[str]]:
    kind, category = answers.get("machine_kind"), answers.get("annex_i")
    if kind == "partly-completed":
        text = say("Partly completed machinery gets a declaration of incorporation, no CE marking.")
        reason = Reason("Machinery Regulation Art. 11 and 22", text)
        return "partly completed", ("declaration of incorporation",), (reason,), frozenset()
    if category is None:
        return UNDETERMINED, (), (), frozenset({"annex_i"})
    if category == "none":
        text = say("Not in Annex I: internal production control.")
        return "not in Annex I", ("A",), (Reason("Machinery Regulation Art. 25(4)", text),), frozenset()
    title = catalogue.title(NAME, f"MVO-I-{category}")
    named = Reason(f"Machinery Regulation Annex I Part {category[0]} point {category[2:]}", title)
    third = ("B+C", "H", "G")
    if category[0] == "A":
        text = say("Part A: a notified body takes part in every case.")
        return "Annex I Part A", third, (named, Reason("Machinery Regulation Art. 25(2)", text)), frozenset()
    routes, text, asks = _part_b(answers, third)
    return "Annex I Part B", routes, (named, Reason("Machinery Regulation Art. 25(3)", text)), asks


def _part_b(answers: Answers, third: tuple[str, ...]) -> tuple[tuple[str, ...], Message, frozenset[str]]:
    state = tables.by_id("state")["machinery-cited-standards"]
    if not tables.count("machinery-cited-standards"):
        text = say(
            "Self-assessment needs cited standards for the category; none was cited on {date}.", date=state["as_of"]
        )
        return third, text, frozenset()
    cover = answers.get("machine_standards")
    if cover is None:
        text = say("Whether self-assessment is possible depends on the cited standards.")
        return third, text, frozenset({"machine_standards"})
    if cover:
        return (
            ("A", *third),
            say("Cited standards cover all requirements, so self-assessment is possible."),
            frozenset(),
        )
    return third, say("Cited standards do not cover all requirements: a notified body is needed."), frozenset()


def _security(answers: Answers) -> tuple[tuple[Reason, ...], frozenset[str]]:
    """Which paragraphs of Annex III 1.1.9 and 1.2.1 matter."""
    rows = {
        "machine_connectable": ("Machinery Regulation Annex III 1.1.9 paragraph 1", _connectable()),
        "machine_software": ("Machinery Regulation Annex III 1.1.9 paragraphs 2-5, 1.2.1", _software()),
        "machine_autonomous": ("Machinery Regulation Annex III 1.2.1", _autonomous()),
        "machine_wireless": ("Machinery Regulation Annex III 1.2.1 last paragraph", _wireless()),
    }
    notes = tuple(Reason(*row) for name, row in rows.items() if answers.get(name))
    return notes, frozenset(name for name in rows if not answers.has(name))


def _connectable() -> Message:
    return say("Connecting another device must not lead to a hazard.")


def _software() -> Message:
    return say("Safety software and data are named and protected; interventions leave traces.")


def _autonomous() -> Message:
    return say("Control that learns or acts on its own stays within set limits and is recorded.")


def _wireless() -> Message:
    return say("Loss of the wireless link must not lead to a hazard.")


def _beside(answers: Answers) -> tuple[Reason, ...]:
    if answers.get("connection") is False or answers.get("product") is False:
        return ()
    whole = tables.date("CRA", "CRA-D-04")
    text = say("The CRA applies beside it; neither act goes first. In full from {date}.", date=whole)
    return (Reason("CRA recital 53; Machinery Regulation recital 25", text),)
