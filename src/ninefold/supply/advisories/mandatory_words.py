"""Mandatory tests about words. CSAF 2.0, 6.1.11, 12, 15, 23, 24, 26, 28."""

from __future__ import annotations

import re

from ninefold.base.i18n import Message
from ninefold.supply.advisories import words
from ninefold.supply.advisories.document import Document, node, nodes, text
from ninefold.supply.advisories.outcome import Fault, Test, say

PROFILES = {
    "csaf_base": "CSAF Base",
    "csaf_security_incident_response": "Security incident response",
    "csaf_informational_advisory": "Informational Advisory",
    "csaf_security_advisory": "Security Advisory",
    "csaf_vex": "VEX",
}
_RESERVED = frozenset(
    re.sub(r"[\s_-]", "", word).casefold()
    for value, name in PROFILES.items()
    if value != "csaf_base"
    for word in (value, name)
)


def wrong_cwe(doc: Document) -> list[Fault] | None:
    """6.1.11: the CWE exists and has this name.

    Every name that a CWE version ever gave counts, as CSAF 2.0 names no version (oasis-tcs/csaf issue 1510).
    """
    given = [(number, node(item, "cwe")) for number, item in doc.vulnerabilities if "cwe" in item]
    if not given:
        return None
    known = words.cwe()
    return [
        Fault(f"/vulnerabilities/{number}/cwe", _not_called(text(item, "id"), text(item, "name")))
        for number, item in given
        if text(item, "name").strip() not in known.get(text(item, "id"), ())  # CWE-280 ended in a blank for years
    ]


def _not_called(key: str, name: str) -> Message:
    return say("{id} is not called '{name}'.", id=key, name=name)


def unknown_language(doc: Document) -> list[Fault] | None:
    """6.1.12: language codes are registered."""
    given = [(key, text(doc.document, key)) for key in ("lang", "source_lang") if key in doc.document]
    if not given:
        return None
    return [
        Fault(f"/document/{key}", say("'{code}' is no known language.", code=code))
        for key, code in given
        if not words.known_language(code)
    ]


def translator_without_source(doc: Document) -> list[Fault] | None:
    """6.1.15: a translation says from which language."""
    if text(doc.document, "publisher", "category") != "translator":
        return None
    if text(doc.document, "source_lang"):
        return []
    return [Fault("/document/source_lang", say("A translation must name its source language."))]


def repeated_cve(doc: Document) -> list[Fault] | None:
    """6.1.23: no CVE stands in two vulnerabilities."""
    seen: set[str] = set()
    faults = []
    for number, item in doc.vulnerabilities:
        cve = text(item, "cve")
        if cve and cve in seen:
            faults.append(Fault(f"/vulnerabilities/{number}/cve", say("{cve} is used more than once.", cve=cve)))
        seen.add(cve)
    return faults if seen - {""} else None


def repeated_involvement(doc: Document) -> list[Fault] | None:
    """6.1.24: a party is involved once per date in one vulnerability."""
    faults: list[Fault] = []
    given = [(number, nodes(item, "involvements")) for number, item in doc.vulnerabilities if "involvements" in item]
    for number, items in given:
        seen: set[tuple[str, str]] = set()
        for place, item in items:
            key = (text(item, "party"), text(item, "date"))
            if key in seen:
                path = f"/vulnerabilities/{number}/involvements/{place}"
                faults.append(Fault(path, say("{party} stands twice for the same date.", party=key[0])))
            seen.add(key)
    return faults if given else None


def prohibited_category(doc: Document) -> list[Fault] | None:
    """6.1.26: an own category does not look like a profile."""
    if doc.category in PROFILES and doc.category != "csaf_base":
        return None
    if doc.category == "csaf_base":
        return []
    plain = re.sub(r"[\s_-]", "", doc.category).casefold()
    if plain not in _RESERVED and not doc.category.casefold().startswith("csaf_"):
        return []
    return [Fault("/document/category", say("The category '{name}' is reserved.", name=doc.category))]


def translation_into_itself(doc: Document) -> list[Fault] | None:
    """6.1.28: language and source language differ."""
    if "lang" not in doc.document or "source_lang" not in doc.document:
        return None
    if text(doc.document, "lang").casefold() != text(doc.document, "source_lang").casefold():
        return []
    return [Fault("/document/lang", say("Language and source language are the same."))]


TESTS: dict[str, Test] = {
    "6.1.11": wrong_cwe,
    "6.1.12": unknown_language,
    "6.1.15": translator_without_source,
    "6.1.23": repeated_cve,
    "6.1.24": repeated_involvement,
    "6.1.26": prohibited_category,
    "6.1.28": translation_into_itself,
}
