"""Checks of what people have decided and planned, against what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ninefold.analysis.checks import HIGH, LOW, MEDIUM, Check, Hit, Whole
from ninefold.analysis.overrides import expired, level_subject
from ninefold.analysis.requirements import standard_table
from ninefold.base.i18n import messages
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.measures import MeasureState
from ninefold.model.plant import Plant
from ninefold.model.services import Access, Support
from ninefold.model.vocabulary import Severity

say = messages("analysis")


# --- decisions


def _override_below(w: Whole) -> Iterator[Hit]:
    for item in w.risk.levels:
        for value in item.values:
            if value.decided is not None and value.decided < value.proposed:
                title = say(
                    "{fr} of {scope} was decided {decided}, below the proposed {proposed}.",
                    fr=value.fr.name,
                    scope=item.scope,
                    decided=value.decided,
                    proposed=value.proposed,
                )
                yield Hit(item.scope, title, MEDIUM, value.fr.name)


def _accepted_without_expiry(w: Whole) -> Iterator[Hit]:
    cells = {row.scenario: row.residual for row in w.risk.register}
    for item in _of(w, DecisionKind.ACCEPT_RISK):
        if not item.expires:
            cell = cells.get(item.subject)
            severity = HIGH if cell and cell.risk > 9 else MEDIUM
            yield Hit(item.id, say("Risk {subject} was accepted without an expiry.", subject=item.subject), severity)


def _accepted_nothing(w: Whole) -> Iterator[Hit]:
    cells = {row.scenario: row.residual for row in w.risk.register}
    for item in _of(w, DecisionKind.ACCEPT_RISK):
        if item.subject not in cells:
            yield Hit(item.id, say("The accepted risk {subject} does not exist.", subject=item.subject), LOW)
        elif cells[item.subject].tolerable:
            yield Hit(
                item.id, say("The accepted risk {subject} is tolerable anyway.", subject=item.subject), Severity.INFO
            )


def _accepted_by_wrong_role(w: Whole) -> Iterator[Hit]:
    for item in _of(w, DecisionKind.ACCEPT_RISK):
        if item.role and item.role != "asset-owner":
            title = say(
                "Risk {subject} was accepted as {role}; only the asset owner can do that.",
                subject=item.subject,
                role=item.role,
            )
            yield Hit(item.id, title)


def _decision_without_reason(w: Whole) -> Iterator[Hit]:
    for item in w.plant.decisions:
        if not item.reason or not item.by:
            yield Hit(item.id, say("Decision {id} has no reason or no name.", id=item.id), HIGH)


def _decision_lapsed(w: Whole) -> Iterator[Hit]:
    for item in w.plant.decisions:
        if expired(item, w.today):
            yield Hit(item.id, say("Decision {id} expired on {date}.", id=item.id, date=item.expires))


def _life_excluded(w: Whole) -> Iterator[Hit]:
    severe = {n.subject for n in w.protection.needs if n.category.value in {"people", "environment"} and n.rating >= 4}
    for item in w.threats.scenarios:
        if item.excluded and item.scope in severe:
            title = say("Scenario {scenario} was excluded although people can be hurt there.", scenario=item.id)
            yield Hit(item.id, title, HIGH)


def _override_unknown(w: Whole) -> Iterator[Hit]:
    for item in _of(w, DecisionKind.NOT_APPLICABLE):
        scope = item.subject.rpartition("/")[0]
        if scope not in w.plant.zone and scope not in w.plant.conduit:
            title = say("Decision {id} names '{subject}'; write ZONE/SR 1.6.", id=item.id, subject=item.subject)
            yield Hit(item.id, title)
    for item in _of(w, DecisionKind.OVERRIDE_LEVEL):
        if level_subject(w.plant, item.subject) is None:
            title = say(
                "Decision {id} names '{subject}', which is no zone or conduit.", id=item.id, subject=item.subject
            )
            yield Hit(item.id, title)


def _of(w: Whole, kind: DecisionKind) -> list[Decision]:
    return [item for item in w.plant.decisions if item.kind is kind]


# --- measures and risks


def _measure_provides_nothing(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        if not item.provides and not item.lowers:
            yield Hit(item.id, say("Measure {measure} provides nothing.", measure=item.title or item.id), LOW)


def _verified_without_evidence(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        if item.state is MeasureState.VERIFIED and not item.evidence:
            title = say(
                "Measure {measure} is called verified without evidence; it counts for no SL-A.",
                measure=item.title or item.id,
            )
            yield Hit(item.id, title, HIGH)


def _planned_without_owner(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        if item.state is MeasureState.PLANNED and not (item.owner and item.due):
            yield Hit(
                item.id, say("Planned measure {measure} has no owner or no date.", measure=item.title or item.id), LOW
            )


def _measure_overdue(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        if w.today and item.state is MeasureState.PLANNED and item.due and item.due < w.today:
            yield Hit(
                item.id, say("Measure {measure} was due on {date}.", measure=item.title or item.id, date=item.due)
            )


def _sharing_undeclared(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        if item.provides and not (item.components or item.credentials or item.administrators):
            title = say(
                "Measure {measure} names no component, credential or administrator: it cannot count as independent.",
                measure=item.title or item.id,
            )
            yield Hit(item.id, title, LOW)


def _measure_endangers(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        if item.endangers and item.state is not MeasureState.CANDIDATE:
            title = say(
                "Measure {measure} endangers {names}.", measure=item.title or item.id, names=", ".join(item.endangers)
            )
            yield Hit(item.id, title, HIGH)


def _backup_lowers_people(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        backup = item.family == "backup" or any(p.requirement.startswith(("SR 7.3", "SR 7.4")) for p in item.provides)
        if backup and "people" in item.lowers:
            yield Hit(
                item.id, say("Backup cannot lower harm to people; {measure} says so.", measure=item.title or item.id)
            )


def _unknown_requirement(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        for part in item.provides:
            if not standard_table().systems(part.requirement):
                title = say(
                    "Measure {measure} provides {requirement}, which is unknown.",
                    measure=item.title or item.id,
                    requirement=part.requirement,
                )
                yield Hit(item.id, title, HIGH, part.requirement)


def _change_on_legacy(w: Whole) -> Iterator[Hit]:
    for item in w.plant.measures:
        for part in item.provides:
            old = [n for n in part.scope if n in w.plant.asset and w.plant.asset[n].legacy]
            if part.per_asset and not part.compensates and old:
                title = say(
                    "Measure {measure} changes {asset}, which cannot be changed.",
                    measure=item.title or item.id,
                    asset=old[0],
                )
                yield Hit(item.id, title, MEDIUM, part.requirement)


def _lowered_without_measure(w: Whole) -> Iterator[Hit]:
    """The engine cannot do this by itself; a hand-made or outdated result can."""
    if any(item.state is not MeasureState.CANDIDATE for item in w.plant.measures) or _declares(w.plant):
        return
    for row in w.risk.register:
        if row.residual.risk < row.unmitigated.risk:
            yield Hit(
                row.scenario,
                say("The residual risk of {scenario} is lower though there is no measure.", scenario=row.scenario),
                HIGH,
            )


def _declares(plant: Plant) -> bool:
    return any(asset.capabilities or asset.capability_level for asset in plant.assets)


def _level_zero(w: Whole) -> Iterator[Hit]:
    for item in w.risk.levels:
        if item.scope in w.plant.zone and item.target.highest == 0 and w.plant.members.get(item.scope):
            yield Hit(
                item.scope, say("Zone {zone} needs no level at all; are its consequences rated?", zone=item.scope), LOW
            )


def _scenario_without_barrier(w: Whole) -> Iterator[Hit]:
    for item in w.threats.scenarios:
        if not item.barriers:
            yield Hit(item.id, say("Scenario {scenario} names no line of defence.", scenario=item.id))


def _capability_without_source(w: Whole) -> Iterator[Hit]:
    for asset in w.plant.assets:
        if any(part.met and not part.source for part in asset.capabilities):
            yield Hit(asset.id, say("{asset} declares capabilities without a source.", asset=asset.name), LOW)


def _certificate_conditions(w: Whole) -> Iterator[Hit]:
    for asset in w.plant.assets:
        if asset.certificate and not (asset.firmware or asset.hardware_version):
            title = say(
                "{asset} has a certificate but no version: a certificate holds for a version only.", asset=asset.name
            )
            yield Hit(asset.id, title)


def _defaults_known(w: Whole) -> Iterator[Hit]:
    for asset in w.plant.assets:
        if asset.default_credentials:
            yield Hit(asset.id, say("{asset} still has its default password.", asset=asset.name), HIGH)


def _admin_in_clear(w: Whole) -> Iterator[Hit]:
    for conduit, flow in w.plant.flows:
        service = w.plant.service.get(flow.service)
        if (
            service
            and service.access is Access.ADMIN
            and service.encrypts is Support.NO
            and not (conduit.encrypted or flow.vpn)
        ):
            better = service.secure_alternative or "-"
            yield Hit(
                flow.id, say("Flow {flow} administers in clear; use {better}.", flow=flow.id, better=better), HIGH
            )


def _settings_without_reason(w: Whole) -> Iterator[Hit]:
    method = w.plant.system.method
    if method != type(method)(reason=method.reason) and not method.reason:
        yield Hit(w.plant.system.name, say("Numbers of the method were changed without a reason."), HIGH)


def _adversary_without_words(w: Whole) -> Iterator[Hit]:
    if w.plant.system.adversary_class_4 and not w.plant.system.threat_environment:
        yield Hit(
            w.plant.system.name, say("Class 4 adversaries are assumed, but the threat environment does not name one.")
        )


_R, _D = ("ZCR 5.10",), ("ZCR 5.13",)
CHECKS: Final[dict[str, tuple[Check, tuple[str, ...]]]] = {
    "override-below-proposal": (_override_below, ("ZCR 5.6",)),
    "accepted-without-expiry": (_accepted_without_expiry, _D),
    "accepted-nothing": (_accepted_nothing, _D),
    "accepted-by-wrong-role": (_accepted_by_wrong_role, ("ZCR 7.1",)),
    "decision-without-reason": (_decision_without_reason, _D),
    "decision-lapsed": (_decision_lapsed, _D),
    "life-excluded": (_life_excluded, ("ZCR 5.1",)),
    "decision-names-nothing": (_override_unknown, _D),
    "measure-provides-nothing": (_measure_provides_nothing, ("ZCR 5.8",)),
    "verified-without-evidence": (_verified_without_evidence, ("ZCR 5.8",)),
    "planned-without-owner": (_planned_without_owner, ("ZCR 5.12",)),
    "measure-overdue": (_measure_overdue, ("ZCR 5.12",)),
    "sharing-undeclared": (_sharing_undeclared, ("ZCR 5.9",)),
    "measure-endangers": (_measure_endangers, ("IEC 62443-3-3 4.2",)),
    "backup-lowers-people": (_backup_lowers_people, ("ZCR 5.9",)),
    "unknown-requirement": (_unknown_requirement, ("ZCR 5.8",)),
    "change-on-legacy": (_change_on_legacy, ("ZCR 5.8",)),
    "lowered-without-measure": (_lowered_without_measure, _R),
    "level-zero": (_level_zero, ("ZCR 5.6",)),
    "scenario-without-barrier": (_scenario_without_barrier, ("ZCR 5.1",)),
    "capability-without-source": (_capability_without_source, ("ZCR 5.8",)),
    "certificate-without-version": (_certificate_conditions, ("ZCR 5.8",)),
    "default-password-known": (_defaults_known, ("SR 1.5",)),
    "administration-in-clear": (_admin_in_clear, ("SR 4.1",)),
    "method-changed-without-reason": (_settings_without_reason, ("ZCR 6.8",)),
    "adversary-without-words": (_adversary_without_words, ("ZCR 6.6",)),
}
