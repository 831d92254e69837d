"""Informative tests of CSAF 2.0, 6.3.1 to 6.3.11.

6.3.6 to 6.3.8 need the network or a dictionary: the caller passes in who answers, see :func:`with_help`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ninefold.supply.advisories.document import Branch, Document, Json, nodes, text
from ninefold.supply.advisories.outcome import Fault, Test, say

Resolves = Callable[[str], bool]
Misspelt = Callable[[str, str], list[str]]


def only_cvss2(doc: Document) -> list[Fault] | None:
    """6.3.1: CVSS 2 does not stand alone."""
    found = [(n, p, s) for n, item in doc.vulnerabilities for p, s in nodes(item, "scores") if "cvss_v2" in s]
    return (
        [
            Fault(f"/vulnerabilities/{number}/scores/{place}", say("CVSS 2 is the only score."))
            for number, place, item in found
            if "cvss_v3" not in item
        ]
        if found
        else None
    )


def cvss30(doc: Document) -> list[Fault] | None:
    """6.3.2: CVSS 3.1 rather than 3.0."""
    found = [(n, p, s) for n, item in doc.vulnerabilities for p, s in nodes(item, "scores") if "cvss_v3" in s]
    return (
        [
            Fault(f"/vulnerabilities/{number}/scores/{place}/cvss_v3/version", say("The score is one of CVSS 3.0."))
            for number, place, item in found
            if text(item, "cvss_v3", "version") == "3.0"
        ]
        if found
        else None
    )


def _missing(doc: Document, key: str, word: str) -> list[Fault] | None:
    return (
        [
            Fault(f"/vulnerabilities/{number}/{key}", say("A {name} is missing.", name=word))
            for number, item in doc.vulnerabilities
            if key not in item
        ]
        if doc.vulnerabilities
        else None
    )


def missing_cve(doc: Document) -> list[Fault] | None:
    """6.3.3: every vulnerability has a CVE."""
    return _missing(doc, "cve", "CVE")


def missing_cwe(doc: Document) -> list[Fault] | None:
    """6.3.4: every vulnerability has a CWE."""
    return _missing(doc, "cwe", "CWE")


def short_hash(doc: Document) -> list[Fault] | None:
    """6.3.5: hashes have at least 64 digits."""
    found = [
        (f"{product.path}/product_identification_helper/hashes/{place}/file_hashes/{at}", text(one, "value"))
        for product in doc.products
        for place, item in nodes(product.helper, "hashes")
        for at, one in nodes(item, "file_hashes")
    ]
    return (
        [Fault(f"{path}/value", say("The hash is shorter than 64 digits.")) for path, value in found if len(value) < 64]
        if found
        else None
    )


_ORDER = ("vendor", "product_name", "product_version")


def branch_categories(doc: Document) -> list[Fault] | None:
    """6.3.9: on the way to a product stand vendor, product name and version, in this order."""
    leaves = [branch for branch in doc.branches if "product" in branch.node]
    return (
        [
            Fault(branch.path, say("Vendor, product name and version do not stand in this order."))
            for branch in leaves
            if not _in_order(branch)
        ]
        if leaves
        else None
    )


def _in_order(branch: Branch) -> bool:
    steps = [category for category, _ in (*branch.above, branch.step)]
    steps = ["product_version" if step == "product_version_range" else step for step in steps]
    places = [steps.index(step) if step in steps else -1 for step in _ORDER]
    return -1 not in places and places == sorted(places)


def version_range(doc: Document) -> list[Fault] | None:
    """6.3.10: versions are listed rather than given as a range."""
    return _branches(doc, "product_version_range", lambda name: True)


def v_in_version(doc: Document) -> list[Fault] | None:
    """6.3.11: a version does not begin with v."""
    return _branches(doc, "product_version", lambda name: bool(re.match(r"v\d", name, re.IGNORECASE)))


def _branches(doc: Document, category: str, bad: Callable[[str], bool]) -> list[Fault] | None:
    if not doc.branches:
        return None
    return [
        Fault(f"{branch.path}/category", say("'{name}' is no list of plain versions.", name=branch.name))
        for branch in doc.branches
        if branch.category == category and bad(branch.name)
    ]


def addresses(doc: Document) -> Iterator[tuple[str, str, bool]]:
    """(path, address, whether it is a reference to the document itself) of everything that is an address."""
    stack: list[tuple[Json, str, bool]] = [(doc.root, "", False)]
    while stack:
        value, path, own = stack.pop()
        if isinstance(value, dict):
            here = value.get("category") == "self"
            stack.extend((child, f"{path}/{key}", here) for key, child in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((child, f"{path}/{place}", own) for place, child in enumerate(value))
        elif isinstance(value, str) and re.match(r"https?://", value) and not path.endswith("/namespace"):
            yield path, value, own


def prose(doc: Document) -> Iterator[tuple[str, str]]:
    """(path, text) of what people wrote to be read."""
    yield "/document/title", text(doc.document, "title")
    for place, item in nodes(doc.document, "notes"):
        yield f"/document/notes/{place}/text", text(item, "text")
    for place, item in doc.revisions:
        yield f"/document/tracking/revision_history/{place}/summary", text(item, "summary")
    for number, vulnerability in doc.vulnerabilities:
        yield f"/vulnerabilities/{number}/title", text(vulnerability, "title")
        for key, field in (("notes", "text"), ("remediations", "details"), ("threats", "details")):
            for place, item in nodes(vulnerability, key):
                yield f"/vulnerabilities/{number}/{key}/{place}/{field}", text(item, field)


def with_help(resolves: Resolves | None = None, misspelt: Misspelt | None = None) -> dict[str, Test]:
    """Tests 6.3.6 to 6.3.8. ``resolves(address)``; ``misspelt(text, language)`` gives the wrong words.

    Without help they are not applicable: nothing is fetched unless somebody asked for it.
    """

    def unresolved(own_wanted: bool) -> Test:
        def test(doc: Document) -> list[Fault] | None:
            found = [(path, url) for path, url, own in addresses(doc) if own is own_wanted] if resolves else []
            return (
                [Fault(path, say("{url} cannot be fetched.", url=url)) for path, url in found if not resolves(url)]
                if resolves and found
                else None
            )

        return test

    def spelling(doc: Document) -> list[Fault] | None:
        language = text(doc.document, "lang")
        if not misspelt or not language:
            return None
        return [
            Fault(path, say("Perhaps misspelt: {words}.", words=", ".join(wrong)))
            for path, written in prose(doc)
            if (wrong := misspelt(written, language))
        ]

    return {"6.3.6": unresolved(False), "6.3.7": unresolved(True), "6.3.8": spelling}


TESTS: dict[str, Test] = {
    "6.3.1": only_cvss2,
    "6.3.2": cvss30,
    "6.3.3": missing_cve,
    "6.3.4": missing_cwe,
    "6.3.5": short_hash,
    **with_help(),
    "6.3.9": branch_categories,
    "6.3.10": version_range,
    "6.3.11": v_in_version,
}
