"""Mandatory tests about versions and revision history. CSAF 2.0, 6.1.14, 6.1.16 to 6.1.22, 6.1.30."""

from __future__ import annotations

from itertools import pairwise

from ninefold.supply.advisories.document import Document, text
from ninefold.supply.advisories.outcome import Fault, Test, say
from ninefold.supply.advisories.revisions import by_date, is_semantic, major, order, prerelease, release, unbuilt

_HISTORY = "/document/tracking/revision_history"
_VERSION = "/document/tracking/version"
_RELEASED = ("final", "interim")


def _status(doc: Document) -> str:
    return text(doc.tracking, "status")


def _version(doc: Document) -> str:
    return text(doc.tracking, "version")


def unsorted_history(doc: Document) -> list[Fault] | None:
    """6.1.14: sorted by date, the revisions are also sorted by number."""
    items = by_date(doc)
    return [
        Fault(f"{_HISTORY}/{place}", say("Revision {number} is dated out of order.", number=text(item, "number")))
        for (_, before), (place, item) in pairwise(items)
        if order(text(before, "number")) > order(text(item, "number"))
    ]


def not_the_latest_version(doc: Document) -> list[Fault] | None:
    """6.1.16: the version is the latest revision; build metadata, and pre-release of a draft, do not count."""
    items = by_date(doc)
    if not items:
        return None
    last = text(items[-1][1], "number")
    same = release if _status(doc) == "draft" else unbuilt
    if same(last) == same(_version(doc)):
        return []
    return [Fault(_VERSION, say("The latest revision is {last}, not {version}.", last=last, version=_version(doc)))]


def not_called_draft(doc: Document) -> list[Fault] | None:
    """6.1.17: version 0, 0.y.z or a pre-release is a draft."""
    version = _version(doc)
    if major(version) != 0 and not prerelease(version):
        return None
    if _status(doc) == "draft":
        return []
    return [Fault("/document/tracking/status", say("Version {version} is a draft.", version=version))]


def zero_in_released_history(doc: Document) -> list[Fault] | None:
    """6.1.18: a released document has no revision 0 or 0.y.z."""
    if _status(doc) not in _RELEASED:
        return None
    return [
        Fault(f"{_HISTORY}/{place}/number", say("A released document has no revision {number}.", number=number))
        for place, number in _numbers(doc)
        if major(number) == 0
    ]


def prerelease_in_history(doc: Document) -> list[Fault] | None:
    """6.1.19: no revision is a pre-release."""
    return [
        Fault(f"{_HISTORY}/{place}/number", say("Revision {number} is a pre-release.", number=number))
        for place, number in _numbers(doc)
        if prerelease(number)
    ]


def prerelease_released(doc: Document) -> list[Fault] | None:
    """6.1.20: a released document's version is no pre-release."""
    if _status(doc) not in _RELEASED:
        return None
    if not prerelease(_version(doc)):
        return []
    return [Fault(_VERSION, say("A released document has no pre-release version."))]


def missing_revision(doc: Document) -> list[Fault] | None:
    """6.1.21: no (major) version is left out, and the history begins with 0 or 1."""
    faults: list[Fault] = []
    before = None
    for place, item in by_date(doc):
        number = text(item, "number")
        expected = (0, 1) if before is None else (before, before + 1)
        if major(number) not in expected:
            faults.append(
                Fault(f"{_HISTORY}/{place}/number", say("Before {number} a revision is missing.", number=number))
            )
        before = major(number)
    return faults


def repeated_revision(doc: Document) -> list[Fault] | None:
    """6.1.22: no revision number is used twice."""
    seen: set[str] = set()
    faults = []
    for place, number in _numbers(doc):
        if number in seen:
            faults.append(
                Fault(f"{_HISTORY}/{place}/number", say("Revision {number} is used more than once.", number=number))
            )
        seen.add(number)
    return faults


def mixed_versioning(doc: Document) -> list[Fault] | None:
    """6.1.30: all versions are integers, or all are semantic."""
    semantic = is_semantic(_version(doc))
    return [
        Fault(f"{_HISTORY}/{place}/number", say("{number} mixes two kinds of versions.", number=number))
        for place, number in _numbers(doc)
        if is_semantic(number) != semantic
    ]


def _numbers(doc: Document) -> list[tuple[int, str]]:
    return [(place, text(item, "number")) for place, item in doc.revisions]


TESTS: dict[str, Test] = {
    "6.1.14": unsorted_history,
    "6.1.16": not_the_latest_version,
    "6.1.17": not_called_draft,
    "6.1.18": zero_in_released_history,
    "6.1.19": prerelease_in_history,
    "6.1.20": prerelease_released,
    "6.1.21": missing_revision,
    "6.1.22": repeated_revision,
    "6.1.30": mixed_versioning,
}
