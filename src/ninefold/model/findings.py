"""Finding: the one kind of result that every engine reports.

Text, JSON, SARIF, JUnit and tables are renderings of the same list.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ninefold.base.errors import Place
from ninefold.base.i18n import Message, Text
from ninefold.model.vocabulary import Severity, State

Words = str | Message | Text


class Reason(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A node of an explanation: what is so, because of the nodes below it.

    ``value`` is the number or word that this node contributes, ``refs`` the ids it speaks of (assets, zones,
    conduits, requirements), ``rule`` the clause or method section that says so.
    """

    says: Words
    value: str | int | float | None = None
    rule: str = ""
    refs: tuple[str, ...] = ()
    place: Place | None = None
    because: tuple[Reason, ...] = ()


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One result. ``rule`` names the check, ``subject`` the thing, ``discriminator`` one of several of a kind.

    The id is stable: it never holds a line number.
    """

    rule: str
    subject: str
    discriminator: str = ""
    title: Words
    severity: Severity = Severity.MEDIUM
    state: State = State.FAIL
    because: tuple[Reason, ...] = ()
    references: tuple[str, ...] = ()
    advice: Words = ""
    place: Place | None = None
    evidence: str = ""

    @property
    def id(self) -> str:
        """``rule@subject`` or ``rule@subject#discriminator``."""
        tail = f"#{self.discriminator}" if self.discriminator else ""
        return f"{self.rule}@{self.subject}{tail}"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst first, then by id: the order in which findings are always shown; doubles (same id) are dropped."""
    unique = {finding.id: finding for finding in findings}
    return tuple(sorted(unique.values(), key=lambda item: (-item.severity, item.id)))


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are in each state; all five states are present."""
    result = {state.value: 0 for state in State}
    for finding in findings:
        result[finding.state.value] += 1
    return result


BAD_STATES = frozenset({State.FAIL, State.UNDECIDED, State.ERROR})


def is_failure(findings: Iterable[Finding], threshold: Severity = Severity.HIGH) -> bool:
    """Whether any finding is failed, undecided or in error at or above ``threshold``."""
    return any(item.state in BAD_STATES and item.severity >= threshold for item in findings)


def to_plain(reason: Reason) -> dict[str, object]:
    """A reason put into words in the current language, for JSON documents."""
    plain: dict[str, object] = {"says": str(reason.says)}
    if reason.value is not None:
        plain["value"] = reason.value
    if reason.rule:
        plain["rule"] = reason.rule
    if reason.refs:
        plain["refs"] = list(reason.refs)
    if reason.place:
        plain["place"] = str(reason.place)
    if reason.because:
        plain["because"] = [to_plain(item) for item in reason.because]
    return plain


def finding_to_plain(finding: Finding) -> dict[str, object]:
    """A finding put into words in the current language, for JSON documents."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "subject": finding.subject,
        "title": str(finding.title),
        "severity": finding.severity.name.lower(),
        "state": finding.state.value,
        "because": [to_plain(item) for item in finding.because],
        "references": list(finding.references),
        "advice": str(finding.advice),
        "place": str(finding.place) if finding.place else None,
        "evidence": finding.evidence or None,
    }
