"""Acts beside the three: named with one question each, so that nobody forgets them."""

from __future__ import annotations

from typing import Final

from ninefold.base.i18n import messages
from ninefold.law import tables
from ninefold.law.answers import Answers
from ninefold.law.logic import Fact, all_of, known, open_fact
from ninefold.law.verdict import Verdict, yes_fact

say = messages("law")
DATA_ACT: Final = "2025-09-12"  # Regulation (EU) 2023/2854 Art. 50
GDPR: Final = "2018-05-25"  # Regulation (EU) 2016/679 Art. 99(2)
DORA: Final = "2025-01-17"  # Regulation (EU) 2022/2554 Art. 64
CER: Final = "2024-10-18"  # Directive (EU) 2022/2557 Art. 26


def verdicts(answers: Answers) -> tuple[Verdict, ...]:
    """RED, AI Act, CER, DORA, product liability, Data Act, GDPR."""
    return (
        _red(answers),
        _ai(answers),
        _cer(answers),
        _dora(answers),
        _liability(answers),
        _data(answers),
        _gdpr(answers),
    )


def _red(answers: Answers) -> Verdict:
    start, end = tables.event("RED DA", "application"), tables.event("RED DA", "repeal")
    radio = yes_fact(
        answers,
        "internet_radio",
        "Delegated Regulation (EU) 2022/30",
        say("Radio equipment that reaches the internet must fulfil RED Art. 3(3)(d)-(f)."),
        say("It is no radio equipment that reaches the internet."),
    )
    placed = answers.get("placed")
    time = open_fact("placed")
    if placed is not None:
        text = say("It applies to products placed on the market from {start} until before {end}.", start=start, end=end)
        time = known(start <= placed < end, "Delegated Regulation (EU) 2026/339", text)
    return _verdict("RED delegated act", all_of(radio, time), start)


def _ai(answers: Answers) -> Verdict:
    fact = yes_fact(
        answers,
        "ai_safety",
        "AI Act (EU) 2024/1689, Art. 6",
        say("Artificial intelligence with a safety function; for machinery see Regulation (EU) 2026/1744."),
        say("No artificial intelligence performs a safety function."),
    )
    # The date depends on the kind of system after Regulation (EU) 2026/1744; none is claimed here.
    return _verdict("AI Act", fact, "")


def _cer(answers: Answers) -> Verdict:
    fact = yes_fact(
        answers,
        "cer_critical",
        "Directive (EU) 2022/2557, Art. 6",
        say("The State has named it a critical entity."),
        say("The State has not named it a critical entity."),
    )
    return _verdict("CER", fact, CER)


def _dora(answers: Answers) -> Verdict:
    fact = yes_fact(
        answers,
        "dora_entity",
        "Regulation (EU) 2022/2554, Art. 2",
        say("It is a financial entity."),
        say("It is no financial entity; suppliers of such may get contract terms from it."),
    )
    return _verdict("DORA", fact, DORA)


def _liability(answers: Answers) -> Verdict:
    day = tables.event("Product Liability Directive", "deadline")
    product = yes_fact(
        answers,
        "product",
        "Directive (EU) 2024/2853, Art. 4(1)",
        say("Software and devices are products; missing security updates can be a defect."),
        say("There is no product."),
    )
    placed = answers.get("placed")
    time = open_fact("placed")
    if placed is not None:
        text = say("It applies to products placed on the market after {date}.", date=day)
        time = known(placed > day, "Directive (EU) 2024/2853, Art. 2", text)
    return _verdict("Product Liability", all_of(product, time), day)


def _data(answers: Answers) -> Verdict:
    fact = yes_fact(
        answers,
        "usage_data",
        "Regulation (EU) 2023/2854, Art. 2(5) and 3",
        say("Users get access to the data that the connected product produces."),
        say("It produces no data about its use that can be read out."),
    )
    return _verdict("Data Act", fact, DATA_ACT)


def _gdpr(answers: Answers) -> Verdict:
    fact = yes_fact(
        answers,
        "personal_logs",
        "Regulation (EU) 2016/679, Art. 2(1) and 4(1)",
        say("Logs and accounts hold personal data: purpose, retention and access must be set."),
        say("No personal data in logs or accounts."),
    )
    return _verdict("GDPR", fact, GDPR)


def _verdict(act: str, fact: Fact, start: str) -> Verdict:
    return Verdict(act=act, applies=fact, start="" if fact.value is False else start)
