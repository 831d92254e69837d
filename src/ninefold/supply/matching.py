"""Which advisory concerns which asset: identity, then version, then state; every answer with its reason.

States: *affected*, *not affected*, *fixed*, *undecided* (with what would settle it). Nothing that a careful person
would doubt is called not affected. Source: CSAF 2.0 conformance clauses 13 and 17; research on real advisories.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import msgspec

from ninefold.base.i18n import Message
from ninefold.model.assets import Asset
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Reason
from ninefold.model.matches import Match
from ninefold.model.observed import Component
from ninefold.supply import ranges
from ninefold.supply.advisories.scores import computed
from ninefold.supply.advisory import AFFECTED, FIXED, Advisory, Vulnerability
from ninefold.supply.identity import SURE, Identity, Index, Unit, units
from ninefold.supply.serials import by_serial_rule
from ninefold.supply.versions import say

Reachable = Callable[[str, str], bool | None]
_STATES = ("affected", "undecided", "fixed", "not affected")


class _Row(msgspec.Struct, frozen=True, gc=False):
    """An answer for one (advisory, vulnerability), shared by all units that are alike."""

    advisory: str
    vulnerability: str
    state: str
    confidence: float
    reason: Reason
    settles: str
    score: float | None
    remediation: str
    basis: str


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
    for asset, rows in matcher.rows(units(assets, components)):
        for row in rows:
            found.append(_match(asset, row, reachable, decided))
    return tuple(found)


def concerned(advisory: Advisory, assets: Sequence[Asset], components: Sequence[Component] = ()) -> tuple[Match, ...]:
    """The reverse question: which assets does this advisory concern, affected and undecided ones only."""
    return tuple(item for item in match(assets, components, (advisory,)) if item.state in ("affected", "undecided"))


class Matcher:
    """Advisories indexed once; answers are kept per kind of device, so that 100,000 equal devices cost little."""

    def __init__(self, advisories: Sequence[Advisory]) -> None:
        self.advisories = advisories
        self.index = Index(advisories)
        self._found: dict[tuple[str, ...], dict[int, list[Identity]]] = {}
        self._rows: dict[tuple[object, ...], tuple[_Row, ...]] = {}

    def rows(self, things: Iterable[Unit]) -> Iterable[tuple[str, tuple[_Row, ...]]]:
        """(asset, answers) of every unit that some advisory has to do with."""
        listed = list(things)
        present = self._present(listed)
        for unit in listed:
            found = self._identities(unit)
            if present is not None:
                found = _with_companions(found, present.get(unit.asset, frozenset()))
            if not found:
                continue
            serial = unit.serial if self.index.has_serials or self._serial_matters(found) else ""
            ties = tuple(sorted(found)) if present is not None else ()
            key = (unit.signature, unit.version, unit.hardware, serial, ties)
            rows = self._rows.get(key)
            if rows is None:
                rows = self._rows[key] = self._answers(unit, found)
            if rows:
                yield unit.asset, rows

    def _identities(self, unit: Unit) -> dict[int, list[Identity]]:
        found = self._found.get(unit.signature)
        if found is None:
            found = defaultdict(list)
            for number, identity in self.index.find(unit):
                found[number].append(identity)
            self._found[unit.signature] = dict(found)
        if unit.serial and self.index.has_serials:
            found = {number: list(items) for number, items in found.items()}
            for number, identity in self.index.by_serial(unit.serial):
                found.setdefault(number, []).append(identity)
        return found

    def _present(self, things: Iterable[Unit]) -> dict[str, frozenset[tuple[int, str]]] | None:
        """Which products stand on which asset; None when no advisory asks for two of them together."""
        if not any(product.needs for _, product in self.index.entries):
            return None
        found: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for unit in things:
            for number, items in self._identities(unit).items():
                known = _best_rung(items, unit)
                found[unit.asset].update((number, i.product.id) for i, verdict in known if verdict.answer != "no")
        return {asset: frozenset(products) for asset, products in found.items()}

    @staticmethod
    def _serial_matters(found: dict[int, list[Identity]]) -> bool:
        return any("serial" in item.product.versions for items in found.values() for item in items)

    def _answers(self, unit: Unit, found: dict[int, list[Identity]]) -> tuple[_Row, ...]:
        rows: list[_Row] = []
        for number in sorted(found):
            advisory = self.advisories[number]
            known = _best_rung(found[number], unit)
            for vulnerability in advisory.vulnerabilities:
                row = _answer(unit, advisory, vulnerability, known)
                if row:
                    rows.append(row)
        return tuple(rows)


def _with_companions(
    found: dict[int, list[Identity]], present: frozenset[tuple[int, str]]
) -> dict[int, list[Identity]]:
    """Without the products that need another one beside them which is not there (CSAF relationships: AND)."""
    kept = {
        number: [item for item in items if all((number, need) in present for need in item.product.needs)]
        for number, items in found.items()
    }
    return {number: items for number, items in kept.items() if items}


def _best_rung(identities: list[Identity], unit: Unit) -> list[tuple[Identity, ranges.Verdict]]:
    """Identities of the best rung only: who is named by order number is not meant by the family beside it."""
    fitting = [item for item in identities if _branch_fits(item, unit.version)]
    if not fitting:
        return []
    best = min(item.rung for item in fitting)
    return [(item, _verdict(item, unit)) for item in fitting if item.rung == best]


def _branch_fits(identity: Identity, version: str) -> bool:
    """A version in the product's name (``Teamcenter V12.4``) is a branch; other branches are other products."""
    if not identity.branch or not version or identity.rung <= 3:
        return True
    return ranges.may_branch(identity.branch, version)


def _verdict(identity: Identity, unit: Unit) -> ranges.Verdict:
    product = identity.product
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


def _answer(
    unit: Unit, advisory: Advisory, vulnerability: Vulnerability, known: list[tuple[Identity, ranges.Verdict]]
) -> _Row | None:
    """The state over all products that the unit may be: the gravest wins; a fix named by version wins over a range."""
    said = [
        (identity, verdict, vulnerability.states[identity.product.id])
        for identity, verdict in known
        if identity.product.id in vulnerability.states
    ]
    answers = [(*_state(identity, verdict, status), identity, verdict) for identity, verdict, status in said]
    answers = [answer for answer in answers if answer[0]]
    if not answers:
        return None
    named = [a for a in answers if a[0] in ("fixed", "not affected") and a[2].product.exact and a[3].answer == "yes"]
    pool = named or answers
    state, settles, identity, verdict = min(pool, key=lambda answer: _STATES.index(answer[0]))
    vector = vulnerability.vectors.get(identity.product.id, "")
    scores = computed(vector) if vector else None
    return _Row(
        advisory=advisory.id,
        vulnerability=vulnerability.id,
        state=state,
        confidence=round(identity.confidence * (1.0 if verdict.answer != "undecided" else 0.7), 2),
        reason=_reason(identity, verdict),
        settles=str(settles),
        score=scores.base[0] if scores else None,
        remediation=vulnerability.remedies.get(identity.product.id, ""),
        basis=_basis(identity, unit, vulnerability.states[identity.product.id]),
    )


def _basis(identity: Identity, unit: Unit, status: str) -> str:
    """Digest of what a decision about this match rests on: identity, statement and installed version."""
    product = identity.product
    parts = (product.vendor, product.name, product.versions, status, unit.version, unit.order, unit.hardware)
    return blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _state(identity: Identity, verdict: ranges.Verdict, status: str) -> tuple[str, Message | str]:
    """(state, what would settle it); an empty state: this statement says nothing about this version."""
    if status in AFFECTED:
        return _affected(identity, verdict)
    if verdict.answer == "no":
        return "", ""
    sure = verdict.answer == "yes" and identity.confidence >= SURE and not identity.vague
    if status in FIXED:
        return ("fixed", "") if sure else ("undecided", _settle(identity, verdict))
    if status == "known_not_affected":
        return ("not affected", "") if sure else ("undecided", _settle(identity, verdict))
    return "undecided", say("The supplier is still investigating; read the next revision of the advisory.")


def _affected(identity: Identity, verdict: ranges.Verdict) -> tuple[str, Message | str]:
    if verdict.answer == "undecided":
        return "undecided", _settle(identity, verdict)
    if verdict.answer == "no":
        return ("fixed" if verdict.beyond else "not affected"), ""
    if identity.vague:
        return "undecided", _settle(identity, verdict)
    return "affected", ""


def _settle(identity: Identity, verdict: ranges.Verdict) -> Message:
    if verdict.answer == "undecided":
        return say("Compare the installed version with '{text}'.", text=identity.product.versions or "*")
    return say("Confirm whether the asset is {name}.", name=identity.product.name.strip())


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


def _match(asset: str, row: _Row, reachable: Reachable | None, decided: dict[str, Decision]) -> Match:
    state, confidence, decision = row.state, row.confidence, ""
    if decided:
        taken = decided.get(subject(asset, row.advisory, row.vulnerability))
        if taken and (not taken.basis or taken.basis == row.basis):
            state, confidence, decision = _DECIDING[taken.kind], 1.0, taken.id
        elif taken:
            decision = f"{taken.id}: reopened"
    return Match(
        asset=asset,
        advisory=row.advisory,
        vulnerability=row.vulnerability,
        state=state,
        confidence=confidence,
        reason=row.reason,
        settles=row.settles if state == "undecided" else "",
        score=row.score,
        reachable=reachable(asset, row.vulnerability) if reachable and state != "not affected" else None,
        remediation=row.remediation,
        decision=decision,
        basis=row.basis,
    )
