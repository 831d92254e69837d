"""What no longer holds: collected configurations, approvals, evidence, dates. Used by step 9."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ninefold.base.i18n import messages
from ninefold.model.decisions import Decision
from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.measures import MeasureState
from ninefold.model.proofs import Difference, ProofResult
from ninefold.model.results import Due
from ninefold.model.vocabulary import Severity, State
from ninefold.steps import drift
from ninefold.steps.interface import Context
from ninefold.steps.verification import packet_words

say = messages("steps")
DONE: Final = frozenset({MeasureState.IMPLEMENTED, MeasureState.VERIFIED})


def lapses(context: Context, due: tuple[Due, ...]) -> Iterator[Finding]:
    """Findings about configurations, approvals, evidence and dates."""
    yield from _configurations(context)
    for item in drift.approvals(context):
        yield Finding(
            rule="lapse.approval",
            subject=item.file,
            title=say("The approval of the concept by {by} no longer binds: the concept has changed.", by=item.by),
            severity=Severity.HIGH,
            advice=say("Approve it: ninefold approve concept --by NAME --role asset-owner --reason TEXT"),
            references=("ZCR 7.1",),
        )
    for paper in drift.evidence(context).values():
        yield from _paper(paper)
    for item in due:
        stage = drift.stage(item.date, context.today)
        if stage and not _done(context, item.subject):
            yield _date(context, item, stage)


# --- configurations ---------------------------------------------------------------------------------------------


def _configurations(context: Context) -> Iterator[Finding]:
    """Collected configurations that do not equal the concept, as the recorded proof says; or that it never saw."""
    collected = drift.collected(context)
    result = drift.verification(context) if collected else None
    for name, sha in sorted(collected.items()):
        gateway, file = Path(name).name.partition(".")[0], f"sources/{name}"
        if gateway not in context.plant.gateway:
            continue
        if result is None or result.proof.inputs.get(file) != sha:
            yield _undecided(gateway, file, (say("It was collected after the last verification."),))
            continue
        if result.proof.state == "undecided":
            yield _undecided(gateway, file, result.proof.assumptions)
        found = tuple(_about(result.proof, gateway, file))
        if found:
            yield _unequal(gateway, file, found)


def _about(proof: ProofResult, gateway: str, file: str) -> Iterator[Difference]:
    for item in (*proof.allowed_not_intended, *proof.intended_blocked):
        # a policy without a rule cannot be laid to one gateway; it is told of each rather than of none
        if item.at == gateway or not (item.at or item.rules) or any(rule.file == file for rule in item.rules):
            yield item


def _undecided(gateway: str, file: str, why: tuple[Words, ...]) -> Finding:
    return Finding(
        rule="drift.configuration",
        subject=gateway,
        discriminator="undecided",
        title=say("Whether {gateway} equals the concept is undecided ({file}).",
                  gateway=gateway, file=file),
        state=State.UNDECIDED,
        because=tuple(Reason(says=item) for item in why),
        advice=say("Run: ninefold run --until verification"),
    )  # fmt: skip


def _unequal(gateway: str, file: str, found: tuple[Difference, ...]) -> Finding:
    first = found[0].witness
    reasons = [Reason(says=packet_words(item.witness), refs=(item.conduit,) if item.conduit else ()) for item in found]
    return Finding(
        rule="drift.configuration",
        subject=gateway,
        discriminator=f"{first.protocol}-{first.source}-{first.target}-{first.port}",
        title=say("{gateway} no longer equals the concept: witness {packet}",
                  gateway=gateway, packet=packet_words(first)),
        severity=Severity.CRITICAL,
        because=(*reasons, *(Reason(says=f"{r.file}:{r.line}: {r.text}") for r in found[0].rules)),
        references=("SR 5.2",),
        evidence=file,
    )  # fmt: skip


# --- evidence and dates -----------------------------------------------------------------------------------------


def _paper(paper: drift.Paper) -> Iterator[Finding]:
    advice = say("Run: ninefold run --until verification")
    if paper.fault:
        yield Finding(rule="lapse.evidence", subject=paper.file, discriminator="unreadable", state=State.ERROR,
                      title=say("The evidence {file} cannot be read.", file=paper.file),
                      because=(Reason(says=paper.fault),))  # fmt: skip
    if paper.changed:
        yield Finding(rule="lapse.evidence", subject=paper.file, discriminator="changed", severity=Severity.HIGH,
                      title=say("The evidence {file} speaks of files that have changed: {names}",
                                file=paper.file, names=", ".join(paper.changed)), advice=advice)  # fmt: skip
    if paper.stage:
        title = (
            say("The evidence {file} of {date} is older than a year.", file=paper.file, date=paper.when[:10])
            if paper.stage == "lapsed"
            else say("The evidence {file} of {date} is soon a year old.", file=paper.file, date=paper.when[:10])
        )
        yield Finding(rule="lapse.evidence", subject=paper.file, discriminator=paper.stage, title=title, advice=advice,
                      severity=Severity.MEDIUM if paper.stage == "lapsed" else Severity.LOW)  # fmt: skip


def _done(context: Context, subject: str) -> bool:
    measure = context.plant.measure.get(subject)
    return measure is not None and measure.state in DONE


def _date(context: Context, item: Due, stage: str) -> Finding:
    decided: dict[str, Decision] = {decision.id: decision for decision in context.plant.decisions}
    lapsed = stage == "lapsed"
    return Finding(
        rule=f"lapse.{item.kind or 'date'}",
        subject=item.subject,
        discriminator=f"{item.date}-{stage}",
        title=say("{what}: {date} is over", what=item.title, date=item.date)
        if lapsed
        else say("{what}: {date} is near", what=item.title, date=item.date),
        severity=Severity.MEDIUM if lapsed else Severity.LOW,
        because=(Reason(says=decided[item.subject].reason),) if item.subject in decided else (),
        place=context.plant.place_of(item.subject),
    )
