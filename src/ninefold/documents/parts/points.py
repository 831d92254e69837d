"""Open points: what is missing, undecided, not met or not tolerable, gathered from everything we were given."""

from __future__ import annotations

import msgspec

from ninefold.documents.blocks import Badge, Ref, Row, Table, Tone
from ninefold.documents.content import ConceptContent
from ninefold.documents.parts.common import col, say
from ninefold.documents.parts.risks import is_open
from ninefold.documents.terms import SEVERITIES
from ninefold.model.findings import BAD_STATES, Finding, Words, in_order
from ninefold.model.vocabulary import Severity, State


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One open point: about what, what is open, how much it matters, and what to do next."""

    subject: str
    words: Words
    severity: Severity
    advice: Words = ""


def findings(content: ConceptContent) -> tuple[Finding, ...]:
    """All findings of all steps, worst first, without doubles."""
    parts = [*content.findings]
    for step in (content.evaluation, content.protection, content.threats, content.risk):
        parts += step.findings if step else ()
    parts += content.evaluation.entry_points if content.evaluation else ()
    return in_order(parts)


def points(content: ConceptContent) -> list[Point]:
    """Everything that is open, worst first."""
    result = [
        Point(subject=f.subject, words=f.title, severity=f.severity, advice=f.advice or _settle(f))
        for f in findings(content)
        if f.state in BAD_STATES
    ]
    result += _missing(content)
    told = {f.subject for f in findings(content) if f.rule == "risk-not-tolerable"}  # the finding of step 5 says it
    for item in content.risk.register if content.risk else ():
        if is_open(item) and item.scenario not in told:
            words = say(
                "Residual risk {risk} is above the tolerable {limit}.",
                risk=item.residual.risk,
                limit=item.residual.tolerable_up_to,
            )
            result.append(
                Point(
                    subject=item.scenario,
                    words=words,
                    severity=Severity.HIGH,
                    advice=say("Add a measure, or let the asset owner accept the risk."),
                )
            )
    result += _requirements(content)
    return sorted(result, key=lambda point: (-point.severity, point.subject))


def _settle(finding: Finding) -> Words:
    return say("Find out and record it.") if finding.state is State.UNDECIDED else ""


def _missing(content: ConceptContent) -> list[Point]:
    steps = (
        (content.protection, say("Protection needs are not determined (step 3).")),
        (content.threats, say("Threats are not identified (step 4).")),
        (content.risk, say("Risks and levels are not determined (step 5).")),
    )
    return [
        Point(subject="system", words=words, severity=Severity.HIGH, advice=say("Run the step."))
        for step, words in steps
        if step is None
    ]


def _requirements(content: ConceptContent) -> list[Point]:
    """One point per zone, for requirements not met and for those whose state nobody declared."""
    result: list[Point] = []
    gaps: dict[str, list[str]] = {}
    unknown: dict[str, list[str]] = {}
    for item in content.risk.requirements if content.risk else ():
        if item.not_applicable or item.capability:
            continue
        (unknown if item.capability is None else gaps).setdefault(item.scope, []).append(item.requirement)
    for scope, items in gaps.items():
        words = say("{count} requirements are not met: {list}.", count=len(items), list=_some(items))
        result.append(
            Point(subject=scope, words=words, severity=Severity.HIGH, advice=say("Plan a measure or a compensation."))
        )
    for scope, items in unknown.items():
        words = say(
            "For {count} requirements nobody has declared whether they are met: {list}.",
            count=len(items),
            list=_some(items),
        )
        result.append(
            Point(
                subject=scope, words=words, severity=Severity.MEDIUM, advice=say("Ask the suppliers of the components.")
            )
        )
    return result


def _some(items: list[str]) -> str:
    return ", ".join(items[:8]) + (f" … (+{len(items) - 8})" if len(items) > 8 else "")


def table(items: list[Point]) -> Table:
    """Open points as a table."""
    return Table(
        columns=(col(say("About"), 1.3), col(say("What is open"), 3.2), col(say("Weight"), 0.8), col(say("Next"), 2.2)),
        rows=tuple(Row((Ref(p.subject), p.words, Badge(*SEVERITIES[p.severity]), p.advice)) for p in items),
        caption=say("Open points"),
        id="open-points",
        empty=say("Nothing is open."),
        sheet=say("Open points"),
    )


def headline(items: list[Point]) -> Badge:
    """How many points are open, as one badge."""
    high = sum(item.severity >= Severity.HIGH for item in items)
    if not items:
        return Badge(say("nothing open"), Tone.GOOD)
    return Badge(
        say("{count} open points, {high} of them high", count=len(items), high=high), Tone.BAD if high else Tone.WARN
    )
