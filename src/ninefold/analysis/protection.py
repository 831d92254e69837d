"""Step 3: needs, the initial worst-case risk, the check of the partition, and whether a detailed assessment is due.

Source: IEC 62443-3-2:2020 ZCR 2.1, 3.1 to 3.6, 4.1; docs/method.md section 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from ninefold.analysis.levels import tolerable
from ninefold.analysis.needs import needs, ratings
from ninefold.analysis.overrides import expired
from ninefold.analysis.separation import partition_findings
from ninefold.analysis.words import CATEGORIES, OBJECTIVES, Key, key_order
from ninefold.base.i18n import messages
from ninefold.model.assessment import Protection, RiskCell
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Finding, Reason, in_order
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import Severity, State

say = messages("analysis")

WORST_LIKELIHOOD = 5  # ZCR 2.1 looks at the worst case: nothing is assumed to be in the way


def protection(plant: Plant, *, today: str = "") -> Protection:
    """Everything of step 3. ``today`` (YYYY-MM-DD) lets decisions lapse; "" means none does."""
    initial = initial_risk(plant)
    required, why, decided = _comparison(plant, initial, today)
    findings = [*partition_findings(plant), *_unrated(plant), *decided]
    return Protection(
        needs=needs(plant),
        initial=initial,
        detailed_assessment_required=required,
        why=why,
        findings=in_order(findings),
    )


def initial_risk(plant: Plant) -> tuple[RiskCell, ...]:
    """The worst case of the whole system, per objective and category: likelihood 5 times the worst impact."""
    worst: dict[Key, int] = {}
    rated = ratings(plant)
    for subject in (*plant.function, *plant.asset):
        for key, item in rated.get(subject, {}).items():
            worst[key] = max(worst.get(key, 0), item.rating)
    return tuple(
        RiskCell(
            violation_class=1,
            objective=key[0],
            category=key[1],
            likelihood=WORST_LIKELIHOOD,
            impact=worst[key],
            risk=WORST_LIKELIHOOD * worst[key],
            tolerable_up_to=tolerable(plant.system.method, key[1], worst[key]),
        )
        for key in sorted(worst, key=key_order)
    )


def _comparison(plant: Plant, initial: tuple[RiskCell, ...], today: str) -> tuple[bool, Reason, list[Finding]]:
    """ZCR 4.1: the detailed assessment is due where the initial risk is not tolerable, or not known."""
    bad = [cell for cell in initial if not cell.tolerable]
    because = tuple(_cell_reason(cell) for cell in bad)
    if bad:
        says = say("A detailed assessment is required: {count} initial risks are not tolerable.", count=len(bad))
    elif initial:
        says = say("No detailed assessment is required: every initial risk is tolerable.")
    else:
        says = say("A detailed assessment is required: no consequence has been rated yet.")
    required = bool(bad) or not initial
    why = Reason(says=says, rule="ZCR 4.1", refs=(plant.system.name,), because=because)
    findings: list[Finding] = []
    for decision in _decisions(plant, today):
        wanted = decision.value.strip().lower() in {"yes", "true", "required", "1", "ja"}
        if required and not wanted:
            findings.append(_contradiction(decision, why))
        says = say("Decided by {by}: {reason}", by=decision.by, reason=decision.reason)
        why = Reason(says=says, value=decision.value, rule="ZCR 4.1", refs=(decision.id,), because=(why,))
        required = wanted
    return required, why, findings


def _decisions(plant: Plant, today: str) -> list[Decision]:
    found = [
        item
        for item in plant.decisions
        if item.kind is DecisionKind.DETAILED_ASSESSMENT and item.reason and item.by and not expired(item, today)
    ]
    return sorted(found, key=lambda item: (item.date, item.id))


def _contradiction(decision: Decision, why: Reason) -> Finding:
    return Finding(
        rule="assessment-waived",
        subject=decision.id,
        title=say("The detailed assessment was waived although the initial risk is not tolerable."),
        severity=Severity.HIGH,
        because=(why,),
        references=("ZCR 4.1",),
        advice=say("Do the detailed assessment, or lower the consequences with a reason."),
    )


def _cell_reason(cell: RiskCell) -> Reason:
    says = say(
        "{objective}, {category}: worst likelihood {likelihood} x impact {impact} = {risk}, tolerable up to {limit}.",
        objective=OBJECTIVES[cell.objective],
        category=CATEGORIES[cell.category],
        likelihood=cell.likelihood,
        impact=cell.impact,
        risk=cell.risk,
        limit=cell.tolerable_up_to,
    )
    return Reason(says=says, value=cell.risk, rule="ZCR 2.1")


def _unrated(plant: Plant) -> Iterator[Finding]:
    rated = ratings(plant)
    for zone in sorted(plant.zone):
        if rated.get(zone):
            continue
        yield Finding(
            rule="zone-without-needs",
            subject=zone,
            title=say("No function with a rated consequence reaches zone {zone}.", zone=plant.zone[zone].name),
            severity=Severity.MEDIUM,
            state=State.UNDECIDED,
            references=("ZCR 2.1",),
            advice=say("Say in functions.yaml which function these assets support and what its loss means."),
            place=plant.place_of(zone),
        )
