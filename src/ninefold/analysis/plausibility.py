"""Does the whole analysis make sense? Checks over intent and results that a good reviewer would make.

Source: docs/method.md; IEC 62443-3-2:2020 ZCR 1 to 6. Each check is one function that yields findings; an error inside
a check is a finding of its own, never silence.
"""

from __future__ import annotations

from typing import Final

from ninefold.analysis import checks_choice, checks_intent
from ninefold.analysis.checks import HIGH, Check, Hit, Whole
from ninefold.base.i18n import messages
from ninefold.model.assessment import Protection, Risk, Threats
from ninefold.model.findings import Finding, in_order
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import State

say = messages("analysis")

CHECKS: Final[dict[str, tuple[Check, tuple[str, ...]]]] = {**checks_intent.CHECKS, **checks_choice.CHECKS}


def plausibility(
    plant: Plant, protection: Protection, threats: Threats, risk: Risk, *, today: str = ""
) -> tuple[Finding, ...]:
    """All findings of all checks. ``today`` (YYYY-MM-DD) is what expiry dates are compared with; "" means not."""
    whole = Whole(plant, protection, threats, risk, today)
    findings: list[Finding] = []
    for name, (check, references) in CHECKS.items():
        try:
            hits = list(check(whole))
        except Exception as error:  # an error inside a rule is a finding
            findings.append(_broken(name, error))
            continue
        findings += [_finding(plant, name, references, hit) for hit in hits]
    return in_order(findings)


def _finding(plant: Plant, name: str, references: tuple[str, ...], hit: Hit) -> Finding:
    return Finding(
        rule=name,
        subject=hit.subject,
        discriminator=hit.discriminator,
        title=hit.title,
        severity=hit.severity,
        references=references,
        place=plant.place_of(hit.subject),
    )


def _broken(name: str, error: Exception) -> Finding:
    return Finding(
        rule="check-failed",
        subject=name,
        title=say("The check {name} failed: {error}", name=name, error=str(error)),
        severity=HIGH,
        state=State.ERROR,
    )
