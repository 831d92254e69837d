"""Cyber Resilience Act, Regulation (EU) 2024/2847: scope, role, time, class, routes."""

from __future__ import annotations

from typing import Final

from ninefold.base.i18n import Message, messages
from ninefold.law import tables
from ninefold.law.answers import Answers
from ninefold.law.logic import Fact, Reason, all_of, any_of, known, open_fact
from ninefold.law.verdict import ROLE_WORDS, UNDETERMINED, Verdict, yes_fact

say = messages("law")
ACT: Final = "CRA"
THIRD_PARTY: Final = ("B+C", "H")
EXCLUSIONS: Final = {
    "medical": "CRA Art. 2(2)(a)",
    "in-vitro": "CRA Art. 2(2)(b)",
    "vehicle": "CRA Art. 2(2)(c)",
    "aviation": "CRA Art. 2(3)",
    "marine": "CRA Art. 2(4)",
    "delegated-act": "CRA Art. 2(5)",
    "spare-part": "CRA Art. 2(6)",
    "defence": "CRA Art. 2(7)",
    "classified": "CRA Art. 2(7)",
}
ROLE_ARTICLES: Final = {
    "manufacturer": "CRA Art. 3(13) and 13",
    "authorised-representative": "CRA Art. 3(15) and 18",
    "importer": "CRA Art. 3(16) and 19",
    "distributor": "CRA Art. 3(17) and 20",
    "steward": "CRA Art. 3(14) and 24",
}


def verdict(answers: Answers) -> Verdict:
    """The CRA for one product and one company."""
    role, role_fact = _role(answers)
    start, time_fact = _time(answers, role)
    applies = all_of(_scope(answers, role), role_fact, time_fact)
    if applies.value is False:
        return Verdict(act=ACT, applies=applies)
    group, group_notes, group_asks = _class(answers)
    if role == "steward":
        group, group_notes, group_asks = "", (), frozenset()
    routes, route_notes, route_asks = _routes(answers, role, group)
    if role == UNDETERMINED:
        route_asks |= {"becomes_manufacturer"}
    asks = group_asks | route_asks if applies.value else frozenset[str]()
    notes = (*group_notes, *route_notes, *_notes(answers, role)) if applies.value else group_notes
    return Verdict(act=ACT, applies=applies, role=role, group=group, routes=routes, start=start, notes=notes, asks=asks)


def _scope(answers: Answers, role: str) -> Fact:
    product = yes_fact(
        answers,
        "product",
        "CRA Art. 3(1)",
        say("It is a product with digital elements or a component placed on the market separately."),
        say("It is no hardware or software product, so the CRA has nothing to regulate."),
    )
    connection = yes_fact(
        answers,
        "connection",
        "CRA Art. 2(1)",
        say("Its use includes a direct or indirect connection to a device or network."),
        say("Its use includes no connection to a device or network."),
    )
    return all_of(product, connection, _market(answers, role), _not_excluded(answers))


def _market(answers: Answers, role: str) -> Fact:
    supply = answers.get("supply")
    if supply is None:
        return open_fact("supply")
    if supply == "commercial":
        return known(True, "CRA Art. 3(22)", say("It is made available on the Union market in a commercial activity."))
    if supply == "open-source" and role == "steward":
        return known(True, "CRA Art. 3(14)", say("A steward supports open source that is meant for commercial use."))
    if supply == "open-source" and role == UNDETERMINED:
        return open_fact("role")
    reasons: dict[str, tuple[str, Message]] = {
        "open-source": (
            "CRA Art. 3(22), recital 18",
            say("Open source that nobody earns with is not made available in a commercial activity."),
        ),
        "own-use": ("CRA Art. 3(22)", say("What is built for own use only is not made available on the market.")),
        "outside-eu": ("CRA Art. 2(1)", say("It is not made available on the Union market.")),
    }
    return known(False, *reasons[supply])


def _not_excluded(answers: Answers) -> Fact:
    found = answers.get("cra_excluded")
    if found is None:
        return open_fact("cra_excluded")
    if found:
        article = EXCLUSIONS[found[0]]
        return known(False, article, say("Products of this kind are excluded ({kind}).", kind=found[0]))
    return known(True, "CRA Art. 2(2)-(7)", say("No exclusion applies; machinery is not excluded."))


def _role(answers: Answers) -> tuple[str, Fact]:
    role = answers.get("role")
    if role is None:
        return UNDETERMINED, open_fact("role")
    if role in {"manufacturer", "authorised-representative", "steward"}:
        return role, known(True, ROLE_ARTICLES[role], say("The company is {role}.", role=ROLE_WORDS[role]))
    becomes = answers.get("becomes_manufacturer")
    article = "CRA Art. 21" if role in {"importer", "distributor"} else "CRA Art. 22"
    if becomes:
        text = say("Own brand or substantial modification makes the company the manufacturer.")
        return "manufacturer", known(True, article, text)
    if role in {"importer", "distributor"}:
        if becomes is None:
            return UNDETERMINED, any_of(
                known(True, ROLE_ARTICLES[role], say("The company is at least {role}.", role=ROLE_WORDS[role])),
                open_fact("becomes_manufacturer"),
            )
        return role, known(True, ROLE_ARTICLES[role], say("The company is {role}.", role=ROLE_WORDS[role]))
    if becomes is None:
        return UNDETERMINED, open_fact("becomes_manufacturer")
    text = say("Who only uses or integrates a product, without own brand or substantial modification, has no duty.")
    return role, known(False, "CRA Art. 3(12) and 22", text)


def _time(answers: Answers, role: str) -> tuple[str, Fact]:
    """CRA Art. 69 and 71: old products owe the reports of Art. 14 only, and only their manufacturer owes them."""
    reports, whole = tables.date("CRA", "CRA-D-03"), tables.date("CRA", "CRA-D-04")
    start = {"manufacturer": reports, UNDETERMINED: UNDETERMINED}.get(role, whole)
    if role == "manufacturer":
        text = say("Reports are owed from {date}, also for products already on the market.", date=reports)
        return start, known(True, "CRA Art. 14, 69(3) and 71(2)", text)
    if role == "steward":
        return start, known(True, "CRA Art. 24 and 71(2)", say("The steward's duties apply from {date}.", date=whole))
    fact = is_new(answers, whole)
    if role == UNDETERMINED and fact.value is not True:
        # The manufacturer would be bound in any case, so an old product decides nothing as long as the role is open.
        needed = "role" if not answers.has("role") else "becomes_manufacturer"
        return start, open_fact(needed)
    return start, fact


def is_new(answers: Answers, whole: str) -> Fact:
    """Whether the whole regulation applies to this unit."""
    placed, modified = answers.get("placed"), answers.get("modified")
    if placed is not None and placed >= whole:
        return known(True, "CRA Art. 71(2)", say("The unit is placed on the market on or after {date}.", date=whole))
    if modified not in {None, "none"} and modified >= whole:
        return known(True, "CRA Art. 69(2)", say("It was modified substantially on or after {date}.", date=whole))
    if placed is None:
        return open_fact("placed")
    if modified is None:
        return open_fact("modified")
    text = say("Placed on the market before {date} and not substantially modified since.", date=whole)
    return known(False, "CRA Art. 69(2)", text)


def _class(answers: Answers) -> tuple[str, tuple[Reason, ...], frozenset[str]]:
    core = answers.get("core")
    if core is None:
        return UNDETERMINED, (), frozenset({"core"})
    product = tables.by_id("products").get(core)
    options = product["categories"].split("; ") if product else [core]
    groups = {_group_of(option): option for option in options}
    if len(groups) > 1:
        text = say(
            "{product}: the class depends on the core function: {options}.", product=core, options=_list(options)
        )
        return UNDETERMINED, (Reason("CRA Art. 7(1)", text),), frozenset({"core"})
    group, option = next(iter(groups.items()))
    if group == "default":
        text = say("The core function is not listed in Annex III or IV; listed parts inside do not change that.")
        return group, (Reason("CRA Art. 7(1)", text),), frozenset()
    article = "CRA Art. 8(1), Annex IV" if group == "critical" else "CRA Art. 7(1), Annex III"
    category = tables.by_id("cra_categories")[option]
    text = say("The core function is category {id}: {title}.", id=option, title=tables.title(category))
    return group, (Reason(article, text),), frozenset()


def _group_of(option: str) -> str:
    return "default" if option == "none" else tables.by_id("cra_categories")[option]["class"]


def _list(options: list[str]) -> str:
    return ", ".join(options)


def _routes(answers: Answers, role: str, group: str) -> tuple[tuple[str, ...], tuple[Reason, ...], frozenset[str]]:
    """CRA Art. 32. Only the manufacturer has a conformity assessment, and only for products of the new time."""
    if role not in {"manufacturer", "authorised-representative"} or group in {"", UNDETERMINED}:
        return (), (), frozenset()
    whole = tables.date("CRA", "CRA-D-04")
    fact = is_new(answers, whole)
    if fact.value is None:
        return (), (), frozenset(fact.to_yes or ())
    if fact.value is False:
        text = say("Only the reports of Art. 14 are owed; no conformity assessment is needed.")
        return (), (*fact.because, Reason("CRA Art. 69(3)", text)), frozenset()
    if answers.get("ehr_system"):
        text = say("The procedure of Regulation (EU) 2025/327 is used instead.")
        return ("Regulation (EU) 2025/327",), (Reason("CRA Art. 32(5a)", text),), frozenset()
    routes, article, text, asks = _by_class(answers, group)
    return routes, (*fact.because, Reason(article, text)), asks


def _by_class(answers: Answers, group: str) -> tuple[tuple[str, ...], str, Message, frozenset[str]]:
    scheme = ("certificate",) if tables.count("cra-schemes") else ()
    if group == "default":
        return (
            ("A", *THIRD_PARTY, *scheme),
            "CRA Art. 32(1)",
            say("Every procedure is open, also self-assessment."),
            (frozenset()),
        )
    if answers.get("open_source_public") and group.startswith("important"):
        text = say("Open source with public technical documentation may use every procedure.")
        return ("A", *THIRD_PARTY, *scheme), "CRA Art. 32(5)", text, frozenset()
    if group == "important I":
        return _important_one(answers, scheme)
    if group == "important II":
        text = say("A notified body or a certificate is needed, whatever standards are applied.")
        return (*THIRD_PARTY, *scheme), "CRA Art. 32(3)", text, frozenset()
    if tables.count("cra-critical-act"):
        text = say("A European certificate of the required level is needed.")
        return ("certificate",), "CRA Art. 32(4)(a) and 8(1)", text, frozenset()
    text = say("No delegated act asks for a certificate yet, so the routes of important II are used.")
    return (*THIRD_PARTY, *scheme), "CRA Art. 32(4)(b)", text, frozenset()


def _important_one(answers: Answers, scheme: tuple[str, ...]) -> tuple[tuple[str, ...], str, Message, frozenset[str]]:
    state = tables.by_id("state")["cra-cited-standards"]
    if not tables.count("cra-cited-standards"):
        text = say(
            "Self-assessment needs harmonised standards that are cited; none was cited on {date}.", date=state["as_of"]
        )
        return (*THIRD_PARTY, *scheme), "CRA Art. 32(2)", text, frozenset()
    applied = answers.get("cra_standards")
    if applied is None:
        text = say("Whether self-assessment is possible depends on the cited standards that are applied.")
        return (*THIRD_PARTY, *scheme), "CRA Art. 32(2)", text, frozenset({"cra_standards"})
    if applied == "full":
        text = say("Cited harmonised standards are applied in full, so self-assessment is possible.")
        return ("A", *THIRD_PARTY, *scheme), "CRA Art. 32(2)", text, frozenset()
    text = say("What cited standards do not cover goes to a notified body.")
    return (*THIRD_PARTY, *scheme), "CRA Art. 32(2)", text, frozenset()


def _notes(answers: Answers, role: str) -> tuple[Reason, ...]:
    notes = []
    if role == "manufacturer":
        whole = tables.date("CRA", "CRA-D-04")
        notes.append(Reason("CRA Art. 71(2)", say("All other duties apply from {date}.", date=whole)))
    years = answers.get("expected_use_years")
    if years is not None and role == "manufacturer":
        # CRA Art. 13(8): the expected time in use; five years are the floor unless the use itself is shorter.
        text = say("The support period is the expected time in use: {years} years.", years=f"{years:g}")
        notes.append(Reason("CRA Art. 13(8)", text))
    if answers.get("high_risk_ai"):
        text = say("The AI Act procedure covers the CRA, except important or critical products on internal control.")
        notes.append(Reason("CRA Art. 12", text))
    if answers.get("machine_kind") not in {None, "none"}:
        text = say("The Machinery Regulation applies beside the CRA; one declaration of conformity may name both.")
        notes.append(Reason("CRA recital 53 and Art. 28(3)", text))
    return tuple(notes)
