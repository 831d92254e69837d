"""Which advisory concerns which asset: identity, then version, then state; every answer with its reason.

States: *affected*, *not affected*, *fixed*, *undecided* (with what would settle it). Nothing that a careful person
would doubt is called not affected. Source: CSAF 2.0 conformance clauses 13 and 17; research on real advisories.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b

import msgspec

from ninefold.base.i18n import Message
from ninefold.model.assets import Asset
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Reason
from ninefold.model.matches import Match
from ninefold.model.observed import Component
from ninefold.supply import ranges
from ninefold.supply.advisory import AFFECTED, FIXED, Advisory
from ninefold.supply.cases import Case, Cases, Fact, fitting
from ninefold.supply.identity import SURE, Identity, Unit, units
from ninefold.supply.serials import by_serial_rule
from ninefold.supply.versions import say

Reachable = Callable[[str, str], bool | None]
_STATES = ("affected", "undecided", "fixed", "not affected")


class _Answer(msgspec.Struct, frozen=True, gc=False):
    """State of one kind and version of device in one case, shared by all that are alike."""

    advisory: str
    state: str
    confidence: float
    reason: Reason
    settles: str
    basis: str
    facts: tuple[Fact, ...]
    fixed_in: str = ""


def match(
    assets: Sequence[Asset],
    components: Sequence[Component] = (),
    advisories: Sequence[Advisory] = (),
    *,
    reachable: Reachable | None = None,
    decisions: Iterable[Decision] = (),
) -> tuple[Match, ...]:
    """Every (asset, advisory, vulnerability) that have to do with each other, in the order of assets and advisories.

    ``reachable(asset, vulnerability)`` answers whether an entry point can reach the vulnerable service, None unknown.
    ``decisions`` of kinds confirm-, reject-match and not-exploitable have the subject of :func:`subject`; one whose
    ``basis`` no longer fits is not applied and says so.
    """
    matcher = Matcher(advisories)
    decided = {decision.subject: decision for decision in decisions if decision.kind in _DECIDING}
    found: list[Match] = []
    with _undisturbed():
        for asset, answers in matcher.answers(units(assets, components)):
            for answer in answers:
                found.extend(_match(asset, answer, fact, reachable, decided) for fact in answer.facts)
    several = {item.asset for item in components} | {item.id for item in assets if item.software}
    return tuple(_once(found, several)) if several else tuple(found)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector of cycles: a million frozen answers hold none, and it would visit them again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _once(found: list[Match], several: set[str]) -> Iterable[Match]:
    """An asset with several programs has one answer per vulnerability: the gravest."""
    best: dict[tuple[str, str, str], Match] = {}
    for item in found:
        if item.asset in several:
            key = (item.asset, item.advisory, item.vulnerability)
            known = best.get(key)
            if known is None or _STATES.index(item.state) < _STATES.index(known.state):
                best[key] = item
    for item in found:
        if item.asset not in several:
            yield item
        else:
            kept = best.pop((item.asset, item.advisory, item.vulnerability), None)
            if kept is not None:
                yield kept


def concerned(advisory: Advisory, assets: Sequence[Asset], components: Sequence[Component] = ()) -> tuple[Match, ...]:
    """The reverse question: which assets does this advisory concern, affected and undecided ones only."""
    return tuple(item for item in match(assets, components, (advisory,)) if item.state in ("affected", "undecided"))


class Matcher:
    """Advisories indexed once; answers are kept per kind of device, so that 100,000 equal devices cost little."""

    def __init__(self, advisories: Sequence[Advisory]) -> None:
        self.cases = Cases(advisories)
        self._answers: dict[tuple[object, ...], tuple[_Answer, ...]] = {}

    def answers(self, things: Iterable[Unit]) -> Iterable[tuple[str, tuple[_Answer, ...]]]:
        """(asset, answers) of every unit that some advisory has to do with."""
        listed = list(things) if self.cases.tied else things
        present = self._present(listed) if self.cases.tied else None
        for unit in listed:
            cases = self.cases.of(unit)
            if not cases:
                continue
            here = present.get(unit.asset, frozenset()) if present is not None else None
            serial = unit.serial if self.cases.index.has_serials or any(case.serial for case in cases) else ""
            tie = here if here and any(case.loose for case in cases) else None
            key = (unit.signature, unit.version, unit.hardware, serial, tie)
            found = self._answers.get(key)
            if found is None:
                found = self._answers[key] = tuple(_answered(unit, cases, here))
            if found:
                yield unit.asset, found

    def _present(self, things: Iterable[Unit]) -> dict[str, frozenset[tuple[int, str]]]:
        """Which products stand on which asset, for advisories that ask for two of them together."""
        found: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for unit in things:
            for number, identity in self.cases.companions(unit):
                if _verdict(identity, unit).answer != "no":
                    found[unit.asset].add((number, identity.product.id))
        return {asset: frozenset(products) for asset, products in found.items()}


def _answered(unit: Unit, cases: Sequence[Case], present: frozenset[tuple[int, str]] | None) -> Iterable[_Answer]:
    for case in cases:
        said = fitting(case, unit.version, present) if case.loose else case.said
        chosen = _gravest([_Said(i, _verdict(i, unit), status) for i, status in said if status])
        if chosen:
            yield _told(unit, case, *chosen)


def _verdict(identity: Identity, unit: Unit) -> ranges.Verdict:
    product = identity.product
    if "serial" in product.versions:
        by_rule = by_serial_rule(product.versions, unit.serial)
        if by_rule:
            return by_rule
    verdict = ranges.covers(product.versions or "*", unit.version, product.exact)
    if identity.condition and verdict.answer == "yes" and identity.rung > 3:
        verdict = ranges.covers(identity.condition, unit.version)
    if product.hardware and verdict.answer == "yes":
        second = ranges.covers(product.hardware, unit.hardware)
        return verdict if second.answer == "yes" else second
    return verdict


class _Said(msgspec.Struct, frozen=True, gc=False):
    """One statement of an advisory that may mean the unit, and whether its version falls under it."""

    identity: Identity
    verdict: ranges.Verdict
    status: str


def _gravest(said: list[_Said]) -> tuple[str, _Said] | None:
    """The state over all products that the unit may be: the gravest wins; a fix named by version wins over a range."""
    answers = [(state, item) for item in said if (state := _state(item))]
    if len(answers) < 2:
        return answers[0] if answers else None
    named = [answer for answer in answers if _by_version(answer[1])]
    return min(named or answers, key=lambda answer: _STATES.index(answer[0]))


def _by_version(item: _Said) -> bool:
    return item.status not in AFFECTED and item.identity.product.exact and item.verdict.answer == "yes"


def _told(unit: Unit, case: Case, state: str, item: _Said) -> _Answer:
    identity, verdict = item.identity, item.verdict
    return _Answer(
        advisory=case.advisory,
        state=state,
        confidence=round(identity.confidence * (0.7 if verdict.answer == "undecided" else 1.0), 2),
        reason=_reason(identity, verdict),
        settles=str(_settle(item)) if state == "undecided" else "",
        basis=_basis(identity, unit, item.status),
        facts=case.facts[identity.product.id],
        fixed_in=ranges.fixed_in(identity.product.versions) if state == "affected" else "",
    )


def _basis(identity: Identity, unit: Unit, status: str) -> str:
    """Digest of what a decision about this match rests on: identity, statement and installed version."""
    product = identity.product
    parts = (product.vendor, product.name, product.versions, status, unit.version, unit.order, unit.hardware)
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _state(item: _Said) -> str:
    """The state that one statement gives; empty: it says nothing about this version."""
    identity, verdict, status = item.identity, item.verdict, item.status
    if status in AFFECTED:
        return _affected(identity, verdict)
    if verdict.answer == "no":
        return ""
    sure = verdict.answer == "yes" and identity.confidence >= SURE and not identity.vague
    if sure and status in FIXED:
        return "fixed"
    return "not affected" if sure and status == "known_not_affected" else "undecided"


def _affected(identity: Identity, verdict: ranges.Verdict) -> str:
    if verdict.answer == "no":
        return "fixed" if verdict.beyond else "not affected"
    return "undecided" if verdict.answer == "undecided" or identity.vague else "affected"


def _settle(item: _Said) -> Message:
    """What would decide an undecided match."""
    if item.status == "under_investigation":
        return say("The supplier is still investigating; read the next revision of the advisory.")
    product = item.identity.product
    if item.verdict.answer == "undecided":
        return say("Compare the installed version with '{text}'.", text=product.versions or "*")
    return say("Confirm whether the asset is {name}.", name=product.name.strip())


def _reason(identity: Identity, verdict: ranges.Verdict) -> Reason:
    return Reason(
        says=verdict.why,
        because=(Reason(says=say("Identified by {how}.", how=identity.why), value=identity.confidence),),
    )


_DECIDING = {
    DecisionKind.CONFIRM_MATCH: "affected",
    DecisionKind.REJECT_MATCH: "not affected",
    DecisionKind.NOT_EXPLOITABLE: "not affected",
}


def subject(asset: str, advisory: str, vulnerability: str) -> str:
    """The subject of a decision about a match."""
    return f"{asset}/{advisory}/{vulnerability}"


def _match(asset: str, answer: _Answer, fact: Fact, reachable: Reachable | None, decided: dict[str, Decision]) -> Match:
    vulnerability, score, remediation = fact
    state, confidence, decision = answer.state, answer.confidence, ""
    if decided:
        taken = decided.get(subject(asset, answer.advisory, vulnerability))
        if taken and (not taken.basis or taken.basis == answer.basis):
            state, confidence, decision = _DECIDING[taken.kind], 1.0, taken.id
        elif taken:
            decision = f"{taken.id}: reopened"
    return Match(
        asset=asset,
        advisory=answer.advisory,
        vulnerability=vulnerability,
        state=state,
        confidence=confidence,
        reason=answer.reason,
        settles=answer.settles if state == "undecided" else "",
        score=score,
        reachable=reachable(asset, vulnerability) if reachable and state != "not affected" else None,
        remediation=remediation,
        decision=decision,
        basis=answer.basis,
        fixed_in=answer.fixed_in,
    )
