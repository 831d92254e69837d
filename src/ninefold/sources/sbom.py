"""What the readers of SBOMs share: a collector of components, and the faults that a document can have.

A document with faults is not thrown away: what could be read is delivered together with the findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from ninefold.base.errors import LimitError, Place
from ninefold.model.findings import Finding, Words
from ninefold.model.observed import Component, Fact, Observation
from ninefold.model.vocabulary import Severity, State
from ninefold.sources.common import clean, finding, origin, say

COMPONENTS: Final = 200_000
FINDINGS: Final = 1_000  # beyond, one more says how many are left out
#: hash algorithms as CycloneDX spells them, with the number of their hexadecimal digits
_DIGITS: Final = {
    "MD5": 32,
    "SHA-1": 40,
    "SHA-224": 56,
    "SHA-256": 64,
    "SHA-384": 96,
    "SHA-512": 128,
    "SHA3-256": 64,
    "SHA3-384": 96,
    "SHA3-512": 128,
    "BLAKE2b-256": 64,
    "BLAKE2b-384": 96,
    "BLAKE2b-512": 128,
    "BLAKE3": 0,
}
_SPELLING: Final = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in _DIGITS}
# package-url specification: scheme, type, optional namespace, name, optional version, qualifiers, subpath
_PURL: Final = re.compile(r"pkg:/{0,2}[A-Za-z][A-Za-z0-9.+-]*/[^\s?#@]+(?:@[^\s?#]*)?(?:\?[^\s#]*)?(?:#\S*)?")
# NISTIR 7695: formatted string 2.3 has eleven parts; the URI of 2.2 has up to seven
_CPE: Final = re.compile(r"cpe:2\.3:[aho*\-](?::(?:\\.|[^:\s\\])*){10}|cpe:/[aho](?::[^:\s]*){0,6}", re.I)


class Collector:
    """Builds the observation of one SBOM."""

    def __init__(self, data: bytes, name: str, kind: str) -> None:
        self.origin = origin(data, name, kind)
        self.name = self.origin.name
        self.source = self.origin.sha256
        self.components: list[Component] = []
        self.facts: list[Fact] = []
        self.findings: dict[str, Finding] = {}
        self.left_out = 0

    def fact(self, key: str, value: object, locator: str = "") -> None:
        """A statement about the document itself: ``sbom.format``, ``sbom.version``, ``sbom.created`` ..."""
        text = clean(value) if value is not None else ""
        if text:
            self.facts.append(Fact(key=key, value=text, source=self.source, locator=locator))

    def fault(self, rule: str, where: str, title: Words, severity: Severity = Severity.MEDIUM) -> None:
        """Something in the document is against its specification or cannot be read."""
        item = finding(rule, self.name, title, severity, discriminator=where, evidence=where)
        if len(self.findings) < FINDINGS or item.id in self.findings:
            self.findings[item.id] = item
        else:
            self.left_out += 1

    def add(self, component: Component, where: str) -> None:
        """One component; LimitError when there are too many."""
        if len(self.components) >= COMPONENTS:
            raise LimitError(
                "too-many", str(say("The document has more than {n} components.", n=COMPONENTS)), place=Place(self.name)
            )
        if not component.name:
            self.fault("sbom.no-name", where, say("A component has no name."), Severity.HIGH)
        if component.purl and not _PURL.fullmatch(component.purl):
            self.fault("sbom.bad-purl", where, say("'{purl}' is no package URL.", purl=component.purl))
        if component.cpe and not _CPE.fullmatch(component.cpe):
            self.fault("sbom.bad-cpe", where, say("'{cpe}' is no CPE.", cpe=component.cpe))
        for name, value in component.hashes:
            self._hash(name, value, where)
        self.components.append(component)

    def _hash(self, name: str, value: str, where: str) -> None:
        digits = _DIGITS.get(name)
        if digits and not (len(value) == digits and re.fullmatch(r"[0-9A-Fa-f]+", value)):
            self.fault("sbom.bad-hash", where, say("The {algorithm} value has not the right length.", algorithm=name))

    def references(self, links: Mapping[str, Iterable[str]]) -> None:
        """Enter who depends on whom; a reference that leads nowhere is a fault."""
        known = {component.ref for component in self.components if component.ref}
        for ref, targets in links.items():
            for target in (ref, *targets):
                if target not in known and not target.startswith(("urn:cdx:", "DocumentRef-")):
                    self.fault(
                        "sbom.dangling",
                        target,
                        say("'{ref}' is referred to but not described.", ref=target),
                        Severity.LOW,
                    )
        self.components = [
            msgspec.structs.replace(item, depends_on=tuple(sorted(set(links[item.ref])))) if item.ref in links else item
            for item in self.components
        ]

    def duplicates(self) -> None:
        """The same reference for two components makes every link to it ambiguous."""
        seen: set[str] = set()
        for component in self.components:
            if component.ref and component.ref in seen:
                self.fault(
                    "sbom.duplicate",
                    component.ref,
                    say("Two components have the same reference '{ref}'.", ref=component.ref),
                )
            seen.add(component.ref)

    def done(self) -> Observation:
        """Everything that could be read."""
        findings = list(self.findings.values())
        if self.left_out:
            findings.append(
                finding(
                    "sbom.more",
                    self.name,
                    say("{n} more faults are not listed.", n=self.left_out),
                    Severity.MEDIUM,
                    state=State.FAIL,
                )
            )
        return Observation(
            origin=self.origin,
            components=tuple(self.components),
            facts=tuple(self.facts),
            findings=tuple(findings),
        )


def items(value: Any) -> list[Any]:
    """A list of a foreign document; anything else counts as an empty one."""
    return value if isinstance(value, list) else []


def record(value: Any) -> dict[str, Any]:
    """An object of a foreign document; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """A text of a foreign document; numbers are taken as written, anything else is empty."""
    if isinstance(value, str):
        return clean(value)
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def algorithm(name: str) -> str:
    """A hash algorithm in one spelling (that of CycloneDX); unknown ones stay as they are."""
    return _SPELLING.get(re.sub(r"[^a-z0-9]", "", name.lower()), name)
