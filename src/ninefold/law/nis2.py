"""NIS 2, Directive (EU) 2022/2555: sector, size, cases of any size, class, national law."""

from __future__ import annotations

import re
from typing import Final

from ninefold.base.i18n import Message, messages
from ninefold.law import size, tables
from ninefold.law.answers import Answers
from ninefold.law.logic import Fact, Reason, all_of, any_of, known, missing, negated, open_fact, silent
from ninefold.law.verdict import UNDETERMINED, Verdict, yes_fact

say = messages("law")
ACT: Final = "NIS 2"
ACT_IN_TIMELINE: Final = "NIS2"
ANY_SIZE: Final = {
    "telecom": "NIS 2 Art. 2(2)(a)(i)",
    "trust": "NIS 2 Art. 2(2)(a)(ii)",
    "qualified-trust": "NIS 2 Art. 2(2)(a)(ii)",
    "tld": "NIS 2 Art. 2(2)(a)(iii)",
    "dns": "NIS 2 Art. 2(2)(a)(iii)",
    "domain-registration": "NIS 2 Art. 2(4)",
    "central-government": "NIS 2 Art. 2(2)(f)(i)",
    "regional-government": "NIS 2 Art. 2(2)(f)(ii)",
    "identified": "NIS 2 Art. 2(2)(b)-(e)",
    "identified-essential": "NIS 2 Art. 2(2)(b)-(e)",
}
ESSENTIAL: Final = {
    "qualified-trust": "NIS 2 Art. 3(1)(b)",
    "tld": "NIS 2 Art. 3(1)(b)",
    "dns": "NIS 2 Art. 3(1)(b)",
    "central-government": "NIS 2 Art. 3(1)(d)",
    "identified-essential": "NIS 2 Art. 3(1)(e)",
}


def verdict(answers: Answers) -> Verdict:
    """NIS 2 for one enterprise."""
    sectors, sector_fact = _sectors(answers)
    by_size = all_of(sector_fact, _active(answers, sectors), size.at_least_medium(answers))
    applies = all_of(_in_union(answers), _not_security(answers), any_of(by_size, _any_size(answers)))
    if applies.value is not True:
        return Verdict(act=ACT, applies=applies, role="" if applies.value is False else UNDETERMINED)
    essential = _essential(answers, sectors)
    group = {True: "essential", False: "important", None: UNDETERMINED}[essential.value]
    notes = (*_class_reasons(essential), *_notes(answers, sectors))
    start, national = _national(answers)
    asks = missing(essential) | (frozenset() if answers.has("country") else {"country"})
    return Verdict(
        act=ACT, applies=applies, role="entity", group=group, start=start, notes=(*notes, *national), asks=asks
    )


def _in_union(answers: Answers) -> Fact:
    country = answers.get("country")
    if answers.get("services_in_eu") is None and country in MEMBERS:
        return known(
            True, "NIS 2 Art. 2(1)", say("The company is established in the Union ({country}).", country=country)
        )
    return yes_fact(
        answers,
        "services_in_eu",
        "NIS 2 Art. 2(1)",
        say("It works or provides services in the Union."),
        say("It neither works nor provides services in the Union."),
    )


MEMBERS: Final = frozenset(re.findall("..", "ATBEBGHRCYCZDKEEFIFRDEGRHUIEITLVLTLUMTNLPLPTROSKSIESSE"))


def _not_security(answers: Answers) -> Fact:
    if answers.get("state_security") is None:
        # Only administrations can be meant; every other company need not be asked.
        found = answers.get("any_size") or ()
        if {"central-government", "regional-government"} & set(found):
            return open_fact("state_security")
        return Fact(True)
    return negated(
        yes_fact(
            answers,
            "state_security",
            "NIS 2 Art. 2(7)",
            say("Administrations for national security, defence or law enforcement are excluded."),
            say("It is no administration for national security, defence or law enforcement."),
        )
    )


def _sectors(answers: Answers) -> tuple[tuple[str, ...], Fact]:
    named, managed = answers.get("sectors"), answers.get("managed_services")
    found = tuple(dict.fromkeys((*(named or ()), *(("I-9",) if managed else ()))))
    facts = [known(True, *_sector_reason(name)) for name in found]
    if named is None:
        facts.append(open_fact("sectors"))
    elif not named:
        facts.append(known(False, "NIS 2 Annex I and II", say("The company is active in none of the sectors.")))
    if managed is None:
        facts.append(open_fact("managed_services"))
    elif not managed:
        facts.append(known(False, "NIS 2 Art. 6(39)", say("It manages no computers or networks of customers.")))
    return found, any_of(*facts)


def _sector_reason(name: str) -> tuple[str, Message]:
    row = tables.by_id("nis2_sectors")[name]
    return f"NIS 2 Annex {name.replace('-', ' (')})", say("Sector: {title}.", title=tables.title(row))


def _active(answers: Answers, sectors: tuple[str, ...]) -> Fact:
    """Whether the activity in the sector counts: side activities where an annex or the national law leaves them out."""
    activity, country = answers.get("activity"), answers.get("country")
    table = tables.by_id("nis2_sectors")
    if any(not table[name]["side_excluded"] for name in sectors) or not sectors:
        if activity == "negligible" and country == "DE" and sectors:
            return known(False, "BSIG section 28(3)", say("Germany leaves negligible activities aside."))
        return Fact(True)
    if activity is None:
        return open_fact("activity")
    article = f"NIS 2 Annex {sectors[0].replace('-', ' (')})"
    if activity == "main":
        return known(True, article, say("The activity in the sector is the main activity."))
    return known(False, article, say("In this sector a side activity does not count."))


def _any_size(answers: Answers) -> Fact:
    found = answers.get("any_size")
    critical = yes_fact(
        answers,
        "cer_critical",
        "NIS 2 Art. 2(3)",
        say("A critical entity under the CER Directive is covered whatever its size."),
        say("The State has not named it a critical entity."),
    )
    if found is None:
        kinds = open_fact("any_size")
    elif found:
        text = say("Covered whatever its size ({kind}).", kind=found[0])
        kinds = known(True, ANY_SIZE[found[0]], text)
    else:
        kinds = known(False, "NIS 2 Art. 2(2)-(4)", say("It is none of the kinds for which size does not count."))
    return any_of(kinds, critical)


def _essential(answers: Answers, sectors: tuple[str, ...]) -> Fact:
    found = answers.get("any_size")
    annex_one = any(tables.by_id("nis2_sectors")[name]["annex"] == "I" for name in sectors)
    facts = [_kind_fact(found), _critical(answers)]
    if annex_one:
        large = size.larger_than_medium(answers)
        first = known(True, "NIS 2 Art. 3(1)(a)", say("Annex I and larger than medium: essential."))
        facts.append(all_of(first, large) if large.value else silent(large))
    elif answers.get("sectors") is None:
        facts.append(all_of(open_fact("sectors"), silent(size.larger_than_medium(answers))))
    if found and "telecom" in found:
        text = say("Public telecommunications of at least medium size: essential.")
        medium = size.at_least_medium(answers)
        facts.append(all_of(known(True, "NIS 2 Art. 3(1)(c)", text), medium) if medium.value else silent(medium))
    return any_of(*facts)


def _kind_fact(found: tuple[str, ...] | None) -> Fact:
    if found is None:
        return open_fact("any_size")
    kind = next((name for name in found if name in ESSENTIAL), "")
    if kind:
        return known(True, ESSENTIAL[kind], say("Essential whatever its size ({kind}).", kind=kind))
    return Fact(False)


def _critical(answers: Answers) -> Fact:
    value = answers.get("cer_critical")
    if value is None:
        return open_fact("cer_critical")
    return known(True, "NIS 2 Art. 3(1)(f)", say("Critical entities are essential.")) if value else Fact(False)


def _class_reasons(essential: Fact) -> tuple[Reason, ...]:
    if essential.value is True:
        return essential.because
    if essential.value is False:
        return (Reason("NIS 2 Art. 3(2)", say("Covered and not essential, so important.")),)
    return ()


def _notes(answers: Answers, sectors: tuple[str, ...]) -> tuple[Reason, ...]:
    notes = []
    digital = any(tables.by_id("nis2_sectors")[name]["digital"] for name in sectors)
    if digital:
        text = say("Implementing Regulation (EU) 2024/2690 says what the measures are for most digital services.")
        notes.append(Reason("NIS 2 Art. 21(5)", text))
    if answers.get("dora_entity"):
        text = say("For risk management and reports DORA applies instead.")
        notes.append(Reason("NIS 2 Art. 4", text))
    if answers.get("it_independent") and answers.get("group"):
        text = say("The Member State may leave the group out when systems are independent; ask the authority.")
        notes.append(Reason("NIS 2 recital 16", text))
    return tuple(notes)


def _national(answers: Answers) -> tuple[str, tuple[Reason, ...]]:
    country = answers.get("country")
    if country is None:
        return UNDETERMINED, ()
    row = tables.by_id("national", "country").get(country)
    if row is None:
        text = say("National measures apply from this date; look up the law of {country}.", country=country)
        return tables.event(ACT_IN_TIMELINE, "application"), (Reason("NIS 2 Art. 41(1)", text),)
    if not row["from"]:
        text = say("{state}: the duties bind companies only through national law.", state=tables.title(row))
        return "", (Reason("NIS 2 Art. 41(1)", text),)
    return row["from"], (Reason(row["law"], tables.title(row)),)
