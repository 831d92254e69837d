"""Which advisories of a folder concern the assets of a list? Works without a workspace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ninefold.base import limits
from ninefold.base.errors import NinefoldError
from ninefold.base.i18n import messages
from ninefold.model.assets import Asset
from ninefold.model.findings import Finding, Reason
from ninefold.model.matches import Match
from ninefold.model.observed import Component
from ninefold.model.vocabulary import Severity, State
from ninefold.supply.advisory import Advisory
from ninefold.supply.formats import read_advisories
from ninefold.supply.matching import match
from ninefold.tasks import inventory
from ninefold.tasks.advisory_validate import files

say = messages("supply")

SCHEMA = "ninefold.advisory-match/1"
STATES = ("affected", "undecided", "fixed", "not affected")


def load(paths: Iterable[Path]) -> tuple[tuple[Advisory, ...], tuple[Finding, ...]]:
    """The advisories of files and folders, the newest revision of each, and what could not be read."""
    found: dict[str, Advisory] = {}
    findings: list[Finding] = []
    for path in files(paths):
        try:
            for advisory in read_advisories(limits.read_bytes(path), path.name):
                known = found.get(advisory.id)
                if known is None or known.date <= advisory.date:
                    found[advisory.id] = advisory
        except NinefoldError as error:
            findings.append(_unread(path, error))
    return tuple(found[key] for key in sorted(found)), tuple(findings)


def _unread(path: Path, error: NinefoldError) -> Finding:
    return Finding(
        rule="supply.advisory-unread",
        subject=path.name,
        title=say("The file {name} is no advisory that can be read.", name=path.name),
        severity=Severity.LOW,
        state=State.ERROR,
        because=(Reason(says=error.message),),
    )


def document(assets: Path, advisories: Sequence[Path]) -> dict[str, Any]:
    """The document ``ninefold.advisory-match/1``."""
    listed, components = inventory.read(assets)
    known, findings = load(advisories)
    return plain(match(listed, components, known), findings)


def matches(
    assets: Sequence[Asset], components: Sequence[Component], advisories: Sequence[Path]
) -> tuple[tuple[Match, ...], tuple[Finding, ...]]:
    """The same for assets already at hand: the matches, and what could not be read."""
    known, findings = load(advisories)
    return match(assets, components, known), findings


def plain(found: Sequence[Match], findings: Sequence[Finding] = ()) -> dict[str, Any]:
    """Matches as plain values, their sentences in the language of the moment."""
    counted = Counter(item.state for item in found)
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "matches": [_plain(item) for item in found],
        "counts": {state: counted[state] for state in STATES},
    }
    if findings:
        result["findings"] = [{"id": item.id, "title": str(item.title)} for item in findings]
    return result


def _plain(item: Match) -> dict[str, Any]:
    return {
        "asset": item.asset,
        "advisory": item.advisory,
        "vulnerability": item.vulnerability,
        "state": item.state,
        "confidence": item.confidence,
        "reason": sentence(item),
    }


def sentence(item: Match) -> str:
    """The reason of a match in one line; what would settle it at the end."""
    parts = [str(item.reason.says), *(str(reason.says) for reason in item.reason.because), item.settles]
    return " ".join(part for part in parts if part)
