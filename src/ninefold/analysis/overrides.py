"""Levels that a person decided instead of the proposal.

Source: docs/method.md section 3; IEC 62443-3-2:2020 ZCR 5.6. Subjects: ``ZONE`` (all FRs), ``ZONE/SI``,
``ZONE SI``, ``ZONE/3``.
"""

from __future__ import annotations

from typing import NamedTuple

from ninefold.base.i18n import Message, messages
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Finding
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import FR, Severity, State

say = messages("analysis")


class Override(NamedTuple):
    """A decided level with its justification."""

    level: int
    by: str
    reason: str
    decision: str


def expired(decision: Decision, today: str) -> bool:
    """Whether a decision lapsed. Dates are YYYY-MM-DD, so they compare as text; without ``today`` nothing lapses."""
    return bool(today and decision.expires and decision.expires < today)


def level_subject(plant: Plant, subject: str) -> tuple[str, tuple[FR, ...]] | None:
    """The scope and FRs that ``ZONE``, ``ZONE/SI`` or ``ZONE/3`` mean; None when there is no such zone or FR."""
    if subject in plant.zone or subject in plant.conduit:
        return subject, tuple(FR)
    scope, _, name = subject.replace(" ", "/").rpartition("/")
    if scope not in plant.zone and scope not in plant.conduit:
        return None
    name = name.upper().removeprefix("FR").strip()
    for fr in FR:
        if name in {fr.name, str(int(fr))}:
            return scope, (fr,)
    return None


def overrides(plant: Plant, today: str = "") -> tuple[dict[tuple[str, FR], Override], tuple[Finding, ...]]:
    """Overrides in force by (scope, FR), and findings about those that are not."""
    found: dict[tuple[str, FR], Override] = {}
    findings: list[Finding] = []
    for decision in sorted(plant.decisions, key=lambda item: (item.date, item.id)):
        if decision.kind is not DecisionKind.OVERRIDE_LEVEL:
            continue
        subject = level_subject(plant, decision.subject)
        fault = _fault(decision, subject is not None, today)
        if fault or subject is None:
            findings.append(_finding(decision, fault))
            continue
        for fr in subject[1]:
            found[subject[0], fr] = Override(int(decision.value), decision.by, decision.reason, decision.id)
    return found, tuple(findings)


def _fault(decision: Decision, known: bool, today: str) -> Message | None:
    if not known:
        return say("it names no zone or conduit and FR")
    if decision.value not in {"0", "1", "2", "3", "4"}:
        return say("its value is no level 0 to 4")
    if not decision.reason or not decision.by:
        return say("it has no justification or no name")
    if expired(decision, today):
        return say("it expired on {date}", date=decision.expires)
    return None


def _finding(decision: Decision, fault: Message | None) -> Finding:
    return Finding(
        rule="override-not-in-force",
        subject=decision.id,
        title=say("The decision {id} changes no level: {fault}.", id=decision.id, fault=fault or "-"),
        severity=Severity.HIGH,
        state=State.FAIL,
        references=("ZCR 5.6",),
        advice=say("Correct the decision; until then the proposed level holds."),
    )
