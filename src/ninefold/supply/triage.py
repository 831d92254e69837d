"""What is urgent: the severity here, known exploitation, reachability. A short list with the reason in one sentence.

CVSS environmental metrics come from the protection needs of the zone (CVSS 2, 3.x, 4.0: security requirements).
The class of action follows the decision points of SSVC (exploitation, exposure, impact); the table is our own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from ninefold.base.i18n import Message
from ninefold.model.findings import Reason
from ninefold.model.matches import Match
from ninefold.supply.advisory import Advisory
from ninefold.supply.versions import say

UNKNOWN_SCORE = 5.0  # a vulnerability without a score is taken as medium
_WEIGHT = {"affected": 1.0, "undecided": 0.6}
_WORDS = ("L", "L", "M", "M", "H", "H")  # protection need 0..5


class Demands(msgspec.Struct, frozen=True, kw_only=True):
    """How much an asset needs confidentiality, integrity, availability: protection needs 1..5, 0 unknown."""

    confidentiality: int = 0
    integrity: int = 0
    availability: int = 0

    def metrics(self) -> str:
        """The metrics CR, IR, AR of CVSS; unknown needs are left out."""
        given = (("CR", self.confidentiality), ("IR", self.integrity), ("AR", self.availability))
        return "/".join(f"{name}:{_WORDS[min(max(need, 0), 5)]}" for name, need in given if need)


@lru_cache(maxsize=50_000)
def environmental(vector: str, metrics: str) -> float | None:
    """The environmental score 0..10 of a CVSS vector with security requirements; None for what is no vector."""
    import cvss

    try:
        if vector.startswith("CVSS:4"):
            return float(cvss.CVSS4("/".join(filter(None, (vector, metrics)))).base_score)
        if vector.startswith("CVSS:3"):
            return float(cvss.CVSS3("/".join(filter(None, (vector, metrics)))).scores()[2])
        scores = cvss.CVSS2("/".join(filter(None, (vector, metrics)))).scores()
        return float(scores[2] if scores[2] is not None else scores[0])
    except (cvss.CVSSError, ValueError, TypeError):
        return None


def vectors(advisories: Sequence[Advisory]) -> dict[tuple[str, str], str]:
    """(advisory, vulnerability) -> the gravest vector that the advisory gives."""
    found: dict[tuple[str, str], str] = {}
    for advisory in advisories:
        for item in advisory.vulnerabilities:
            for vector in item.vectors.values():
                key = (advisory.id, item.id)
                if (environmental(vector, "") or 0) > (environmental(found.get(key, ""), "") or -1):
                    found[key] = vector
    return found


def triage(
    matches: Sequence[Match],
    *,
    advisories: Sequence[Advisory] = (),
    demands: Mapping[str, Demands] | None = None,
    known_exploited: Mapping[str, str] | None = None,
    probability: Mapping[str, float] | None = None,
) -> tuple[Match, ...]:
    """The matches that need work, most urgent first; each with score, urgency and one more reason.

    ``demands`` per asset id; ``known_exploited``: CVE -> due date; ``probability``: CVE -> 0..1 (EPSS).
    Affected and undecided matches only: the others need no work.
    """
    known = vectors(advisories)
    needed = demands or {}
    result = []
    for item in matches:
        if item.state in _WEIGHT:
            vector = known.get((item.advisory, item.vulnerability), "")
            score = environmental(vector, needed.get(item.asset, Demands()).metrics()) if vector else item.score
            exploited = item.vulnerability in (known_exploited or {})
            chance = (probability or {}).get(item.vulnerability, 0.0)
            urgency = _urgency(item, score, exploited, chance)
            told = _told(item, score, exploited, chance)
            reason = msgspec.structs.replace(
                item.reason, because=(*item.reason.because, Reason(says=told, value=urgency))
            )
            result.append(msgspec.structs.replace(item, score=score, urgency=urgency, reason=reason))
    return tuple(sorted(result, key=lambda m: (-m.urgency, m.asset, m.advisory, m.vulnerability)))


def _urgency(item: Match, score: float | None, exploited: bool, chance: float) -> float:
    """0..20: score, doubled when exploited, less when no entry point reaches it, less while undecided."""
    reach = {True: 1.0, None: 0.8, False: 0.3}[item.reachable]
    factor = 2.0 if exploited else 1.0 + min(chance, 1.0)
    return round((UNKNOWN_SCORE if score is None else score) * factor * reach * _WEIGHT[item.state], 2)


def _told(item: Match, score: float | None, exploited: bool, chance: float) -> Message:
    value = "?" if score is None else score
    if exploited and item.reachable:
        return say("Severity {score} here, exploited elsewhere, and an entry point can reach it.", score=value)
    if exploited:
        return say("Severity {score} here, and exploited elsewhere.", score=value)
    if item.reachable:
        return say("Severity {score} here, and an entry point can reach it.", score=value)
    if item.reachable is False:
        return say("Severity {score} here, but no entry point can reach it.", score=value)
    if chance >= 0.1:
        return say(
            "Severity {score} here; exploitation within 30 days: {chance} %.", score=value, chance=round(chance * 100)
        )
    return say("Severity {score} here.", score=value)


def action(item: Match, *, exploited: bool) -> str:
    """``immediate``, ``out-of-cycle``, ``scheduled`` or ``defer``: when to act, after the decision points of SSVC."""
    if item.state not in _WEIGHT or (item.reachable is False and not exploited and (item.score or 0) < 7):
        return "defer"
    grave = (UNKNOWN_SCORE if item.score is None else item.score) >= 7
    if exploited:
        return "immediate" if item.reachable is not False and grave else "out-of-cycle"
    if grave and item.reachable:
        return "out-of-cycle"
    return "scheduled"
