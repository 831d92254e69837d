"""What has to be asked about one kind of device: prepared once, then answered for every version of it.

A case is a group of vulnerabilities of one advisory that state the same about the same products.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from ninefold.supply.advisories.scores import computed
from ninefold.supply.advisory import Advisory, Vulnerability
from ninefold.supply.identity import Identity, Index, Unit
from ninefold.supply.ranges import may_branch

#: (vulnerability, CVSS base score, what to do)
Fact = tuple[str, float | None, str]


class Case(msgspec.Struct, frozen=True, gc=False):
    """``said``: identities with the state their product has; ``facts`` per product id.

    ``loose``: which identities count depends on the version or on what else stands on the asset.
    """

    advisory: str
    number: int
    said: tuple[tuple[Identity, str], ...]
    facts: dict[str, tuple[Fact, ...]]
    loose: bool = False
    serial: bool = False


class Cases:
    """The cases of every kind of device, made from advisories indexed once."""

    def __init__(self, advisories: Sequence[Advisory]) -> None:
        self.advisories = advisories
        self.index = Index(advisories)
        self._needed = {(number, need) for number, product in self.index.entries for need in product.needs}
        self.tied = bool(self._needed)
        self._companions: dict[tuple[str, ...], tuple[tuple[int, Identity], ...]] = {}
        self._made: dict[tuple[str, ...], tuple[Case, ...]] = {}
        self._groups: dict[int, list[tuple[dict[str, str], list[Vulnerability]]]] = {}

    def of(self, unit: Unit) -> tuple[Case, ...]:
        """The cases of a unit; devices that are alike share them."""
        made = self._made.get(unit.signature)
        if made is None:
            made = self._made[unit.signature] = tuple(self._make(self.index.find(unit)))
        if unit.serial and self.index.has_serials:
            extra = self.index.by_serial(unit.serial)
            if extra:
                return tuple(self._make([*self.index.find(unit), *extra]))
        return made

    def companions(self, unit: Unit) -> tuple[tuple[int, Identity], ...]:
        """(advisory, identity) of what a unit may be and others need beside them."""
        found = self._companions.get(unit.signature)
        if found is None:
            listed = self.index.find(unit)
            found = tuple((number, item) for number, item in listed if (number, item.product.id) in self._needed)
            self._companions[unit.signature] = found
        return found

    def _make(self, found: list[tuple[int, Identity]]) -> Iterable[Case]:
        by_advisory: dict[int, list[Identity]] = defaultdict(list)
        for number, identity in found:
            by_advisory[number].append(identity)
        for number in sorted(by_advisory):
            identities = by_advisory[number]
            loose = any((item.branch and item.rung > 3) or item.product.needs for item in identities)
            yield from self._cases(number, identities if loose else best_rung(identities), loose)

    def _cases(self, number: int, identities: list[Identity], loose: bool) -> Iterable[Case]:
        serial = any("serial" in item.product.versions for item in identities)
        for states, vulnerabilities in self._alike(number):
            said = tuple((item, states.get(item.product.id, "")) for item in identities)
            named = {item.product.id for item, status in said if status}
            if named:
                facts = {product: tuple(_fact(item, product) for item in vulnerabilities) for product in sorted(named)}
                yield Case(self.advisories[number].id, number, _once(said, facts), facts, loose, serial)

    def _alike(self, number: int) -> list[tuple[dict[str, str], list[Vulnerability]]]:
        """The vulnerabilities of an advisory, those with equal states of all products together."""
        groups = self._groups.get(number)
        if groups is None:
            found: dict[tuple[tuple[str, str], ...], list[Vulnerability]] = {}
            for item in self.advisories[number].vulnerabilities:
                found.setdefault(tuple(sorted(item.states.items())), []).append(item)
            groups = self._groups[number] = [(items[0].states, items) for items in found.values()]
        return groups


def _once(
    said: tuple[tuple[Identity, str], ...], facts: dict[str, tuple[Fact, ...]]
) -> tuple[tuple[Identity, str], ...]:
    """Of statements that will always be answered alike, the first."""
    kept: dict[object, tuple[Identity, str]] = {}
    for item, status in said:
        product = item.product
        like = (product.versions, product.exact, product.hardware, product.needs, status, facts.get(product.id))
        kept.setdefault((*like, item.rung, item.confidence, item.branch, item.condition, item.vague), (item, status))
    return tuple(kept.values())


def _fact(vulnerability: Vulnerability, product: str) -> Fact:
    vector = vulnerability.vectors.get(product)
    scores = computed(vector) if vector else None
    return (vulnerability.id, scores.base[0] if scores else None, vulnerability.remedies.get(product, ""))


def best_rung(identities: list[Identity]) -> list[Identity]:
    """Identities of the best rung only: who is named by order number is not meant by the family beside it."""
    best = min((item.rung for item in identities), default=0)
    return [item for item in identities if item.rung == best]


def fitting(case: Case, version: str, present: frozenset[tuple[int, str]] | None) -> tuple[tuple[Identity, str], ...]:
    """What of a loose case counts: the branch of the product's name fits, and companions are there.

    ``present``: (advisory, product id) of everything on the asset, None when nobody asks (CSAF relationships: AND).
    """
    kept = [
        (item, status)
        for item, status in case.said
        if (not item.branch or not version or item.rung <= 3 or may_branch(item.branch, version))
        and (present is None or all((case.number, need) in present for need in item.product.needs))
    ]
    best = {item.rung for item in best_rung([item for item, _ in kept])}
    return tuple((item, status) for item, status in kept if item.rung in best)
