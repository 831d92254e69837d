"""Step 4: which threats of the catalogue can happen here, grouped per zone and conduit.

Source: docs/method.md section 4; IEC 62443-3-2:2020 ZCR 5.1, 5.2. A condition that cannot be evaluated is a finding,
never a silent no; one whose answer is not known counts as yes, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec

from ninefold.analysis.catalogue import built_in, condition
from ninefold.analysis.features import FEATURES, Features, Row
from ninefold.analysis.overrides import expired
from ninefold.base.errors import InputError
from ninefold.base.i18n import messages
from ninefold.model.assessment import ObservedSummary
from ninefold.model.assessment import Threats as Result
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Finding, Reason, in_order
from ninefold.model.plant import Plant
from ninefold.model.scenarios import Scenario, Threat
from ninefold.model.vocabulary import Severity, State

say = messages("analysis")

NOTHING_SEEN: Final = ObservedSummary()
SHOWN: Final = 6


class Hit(NamedTuple):
    """A threat that applies to a subject; ``sure`` is false where something is not known."""

    scope: str
    subject: str
    row: Row
    sure: bool


def threats(plant: Plant, observed: ObservedSummary = NOTHING_SEEN, *, today: str = "") -> Result:
    """The scenarios of a plant, by id. ``today`` (YYYY-MM-DD) lets exclusions lapse; "" means none does."""
    features = Features(plant, observed)
    rows = {kind: features.of(kind) for kind in FEATURES}
    entries, findings = catalogue_of(plant)
    scenarios: list[Scenario] = []
    for threat in entries:
        try:
            hits = find(threat, rows[threat.on])
        except Exception as error:  # an error inside a rule is a finding
            findings.append(_broken(threat, str(error)))
            continue
        scenarios += _grouped(plant, threat, hits)
    scenarios = _merged(plant, scenarios, {item.id: item for item in entries})
    scenarios, excluded = _exclude(plant, scenarios, today)
    return Result(
        scenarios=tuple(sorted(scenarios, key=lambda item: item.id)), findings=in_order([*findings, *excluded])
    )


def catalogue_of(plant: Plant) -> tuple[list[Threat], list[Finding]]:
    """Built-in and own threats whose conditions can be read; the plant's own entry replaces one of the same id."""
    entries = {item.id: item for item in (*built_in(), *plant.own_threats)}
    good: list[Threat] = []
    findings: list[Finding] = []
    for threat in sorted(entries.values(), key=lambda item: item.id):
        if threat.on not in FEATURES:
            findings.append(_broken(threat, f"'{threat.on}' is neither asset, flow, conduit nor zone"))
            continue
        try:
            condition(threat.on, threat.when)
        except InputError as error:
            findings.append(_broken(threat, str(error)))
            continue
        good.append(threat)
    return good, findings


def find(threat: Threat, rows: Iterable[tuple[str, str, Row]]) -> list[Hit]:
    """Everything a threat applies to. Equal features give equal answers, so each combination is tested once."""
    parsed = condition(threat.on, threat.when)
    pick: Any = itemgetter(*parsed.names) if parsed.names else lambda row: None
    known: dict[Any, bool | None] = {}
    hits: list[Hit] = []
    for subject, scope, row in rows:
        key = pick(row)
        if key not in known:
            known[key] = parsed.test(row)
        answer = known[key]
        if answer is not False:
            hits.append(Hit(scope, subject, row, answer is True))
    return hits


def _grouped(plant: Plant, threat: Threat, hits: list[Hit]) -> list[Scenario]:
    by_scope: dict[str, list[Hit]] = {}
    for hit in hits:
        by_scope.setdefault(hit.scope, []).append(hit)
    return [_scenario(plant, threat, scope, by_scope[scope]) for scope in sorted(by_scope)]


def _scenario(plant: Plant, threat: Threat, scope: str, hits: list[Hit]) -> Scenario:
    hits = sorted(hits, key=lambda hit: hit.subject)
    sure = [hit for hit in hits if hit.sure]
    names = condition(threat.on, threat.when).names
    why = [_because(hit, names) for hit in (sure or hits)[:SHOWN]]
    if len(sure) < len(hits):
        unsure = tuple(hit.subject for hit in hits if not hit.sure)
        says = say("Not known, so it is assumed: {names}.", names=_list(unsure))
        why.append(Reason(says=says, rule="method 4", refs=unsure))
    if len(hits) > SHOWN:
        why.append(Reason(says=say("{count} in all.", count=len(hits)), value=len(hits)))
    return Scenario(
        id=f"{threat.id}@{scope}",
        threat=threat.id,
        title=threat.title,
        scope=scope,
        subjects=tuple(hit.subject for hit in hits),
        fr=threat.fr,
        objectives=threat.objectives,
        least_class=threat.least_class,
        barriers=threat.barriers,
        techniques=threat.techniques,
        vectors=threat.vectors,
        why=tuple(why),
        removed_by=threat.removes,
    )


def _merged(plant: Plant, scenarios: list[Scenario], entries: dict[str, Threat]) -> list[Scenario]:
    """Narrower threats become a part of the broader one where that covers the same subjects in the same scope.

    What only class 4 can do is left out where the threat environment names no such adversary (ZCR 6.6).
    """
    if not plant.system.adversary_class_4:
        scenarios = [item for item in scenarios if item.least_class < 4]
    known = {item.id: item for item in scenarios}
    for item in scenarios:
        broader = known.get(f"{entries[item.threat].within}@{item.scope}")
        if broader is None or not (broader.subjects == (item.scope,) or set(item.subjects) <= set(broader.subjects)):
            continue
        says = say("{title} ({names}).", title=item.title, names=_list(item.subjects))
        part = Reason(says=says, refs=item.subjects, rule="method 4", because=item.why)
        known[broader.id] = msgspec.structs.replace(
            broader,
            why=(*broader.why, part),
            fr=tuple(sorted({*broader.fr, *item.fr})),
            techniques=tuple(dict.fromkeys((*broader.techniques, *item.techniques))),
            least_class=min(broader.least_class, item.least_class),
            includes=(*broader.includes, item.threat),
        )
        del known[item.id]
    return list(known.values())


def _because(hit: Hit, names: Iterable[str]) -> Reason:
    facts = ", ".join(f"{name} = {_show(hit.row[name])}" for name in names if name != "id")
    return Reason(says=say("{subject}: {facts}.", subject=hit.subject, facts=facts), refs=(hit.subject,))


def _show(value: object) -> str:
    if isinstance(value, frozenset):
        return "[" + ", ".join(sorted(value)) + "]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "?" if value is None else str(value)


def _list(names: tuple[str, ...]) -> str:
    head = ", ".join(names[:SHOWN])
    return head if len(names) <= SHOWN else f"{head} (+{len(names) - SHOWN})"


def _broken(threat: Threat, message: str) -> Finding:
    return Finding(
        rule="threat-condition",
        subject=threat.id,
        title=say("The condition of threat {id} cannot be evaluated: {message}", id=threat.id, message=message),
        severity=Severity.HIGH,
        state=State.ERROR,
        advice=say("Correct the entry in catalogue/; until then this threat is not looked for."),
    )


def _exclude(plant: Plant, scenarios: list[Scenario], today: str) -> tuple[list[Scenario], list[Finding]]:
    """Mark excluded scenarios. An exclusion needs a reason, a name and an expiry, and must not have lapsed."""

    known = {item.id: item for item in scenarios}
    findings: list[Finding] = []
    for decision in sorted(plant.decisions, key=lambda item: (item.date, item.id)):
        if decision.kind is not DecisionKind.EXCLUDE_SCENARIO:
            continue
        fault = _exclusion_fault(decision, decision.subject in known, today)
        if fault is None:
            found = known[decision.subject]
            known[decision.subject] = msgspec.structs.replace(found, excluded=decision.id)
        else:
            findings.append(fault)
    return list(known.values()), findings


def _exclusion_fault(decision: Decision, known: bool, today: str) -> Finding | None:
    if not known:
        title = say("The exclusion {id} names a scenario that does not exist.", id=decision.id)
        return _not_excluded(decision, title, Severity.LOW)
    if not (decision.reason and decision.by and decision.expires):
        title = say("The exclusion {id} needs a reason, a name and an expiry; it does not count.", id=decision.id)
        return _not_excluded(decision, title, Severity.HIGH)
    if expired(decision, today):
        title = say("The exclusion {id} expired on {date}.", id=decision.id, date=decision.expires)
        return _not_excluded(decision, title, Severity.HIGH)
    return None


def _not_excluded(decision: Decision, title: object, severity: Severity) -> Finding:
    return Finding(
        rule="exclusion-not-in-force",
        subject=decision.id,
        title=title,  # type: ignore[arg-type]
        severity=severity,
        references=("ZCR 5.1",),
        advice=say("Correct or remove the decision; until then the scenario counts."),
    )
