"""Optional tests of CSAF 2.0, 6.2.1 to 6.2.20: a document that fails is valid, but could be better."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ninefold.supply.advisories import schema, words
from ninefold.supply.advisories.document import Document, Node, node, nodes, text, texts
from ninefold.supply.advisories.outcome import Fault, Test, say
from ninefold.supply.advisories.revisions import build, by_date, instant
from ninefold.supply.advisories.scores import V2, V3, computed, metrics

_AFFECTED = ("first_affected", "known_affected", "last_affected")
_FIXED = ("first_fixed", "fixed")


def unused_product(doc: Document) -> list[Fault] | None:
    """6.2.1: every product is used somewhere; informational advisories may list products only."""
    if not doc.products or doc.category == "csaf_informational_advisory":
        return None
    used = {name for name, _ in doc.product_references}
    return [
        Fault(f"{product.path}/product_id", say("The product {id} is used nowhere.", id=product.id))
        for product in doc.products
        if product.id not in used
    ]


def _stated(doc: Document, states: tuple[str, ...]) -> Iterator[tuple[int, Node, str, str]]:
    """(number, vulnerability, path, product) of every product in one of some states."""
    for number, item in doc.vulnerabilities:
        status = node(item, "product_status")
        for state in states:
            for place, product in enumerate(texts(status, state)):
                yield number, item, f"/vulnerabilities/{number}/product_status/{state}/{place}", product


def missing_remediation(doc: Document) -> list[Fault] | None:
    """6.2.2: there is something to do for every product affected or under investigation."""
    found = list(_stated(doc, (*_AFFECTED, "under_investigation")))
    told = {
        number: {p for _, remedy in nodes(item, "remediations") for p in doc.concerned(remedy)}
        for number, item in doc.vulnerabilities
    }
    return (
        [
            Fault(path, say("What to do for {id} is missing.", id=product))
            for number, _, path, product in found
            if product not in told[number]
        ]
        if found
        else None
    )


def missing_score(doc: Document) -> list[Fault] | None:
    """6.2.3: every affected product has a score."""
    found = list(_stated(doc, _AFFECTED))
    scored = {
        number: {p for _, score in nodes(item, "scores") for p in texts(score, "products")}
        for number, item in doc.vulnerabilities
    }
    return (
        [
            Fault(path, say("The product {id} has no score.", id=product))
            for number, _, path, product in found
            if product not in scored[number]
        ]
        if found
        else None
    )


def build_metadata(doc: Document) -> list[Fault] | None:
    """6.2.4: revision numbers carry no build metadata."""
    return [
        Fault(f"/document/tracking/revision_history/{place}/number", say("The revision carries build metadata."))
        for place, item in doc.revisions
        if build(text(item, "number"))
    ]


def _older(doc: Document, key: str, place: int) -> list[Fault] | None:
    items = by_date(doc)
    if not items:
        return None
    date, revision = instant(text(doc.tracking, key)), instant(text(items[place][1], "date"))
    if date is None or revision is None or date >= revision:
        return []
    return [Fault(f"/document/tracking/{key}", say("This date is older than the revision history."))]


def older_initial_date(doc: Document) -> list[Fault] | None:
    """6.2.5: the initial release is not older than the first revision."""
    return _older(doc, "initial_release_date", 0)


def older_current_date(doc: Document) -> list[Fault] | None:
    """6.2.6: the current release is not older than the last revision."""
    return _older(doc, "current_release_date", -1)


def undated_involvement(doc: Document) -> list[Fault] | None:
    """6.2.7: involvements are dated."""
    found = [
        (f"/vulnerabilities/{number}/involvements/{place}", item)
        for number, vulnerability in doc.vulnerabilities
        for place, item in nodes(vulnerability, "involvements")
    ]
    return [Fault(path, say("The date is missing.")) for path, item in found if "date" not in item] if found else None


def _only(doc: Document, algorithm: str) -> list[Fault] | None:
    files = [
        (f"{product.path}/product_identification_helper/hashes/{place}", item)
        for product in doc.products
        for place, item in nodes(product.helper, "hashes")
    ]
    return (
        [
            Fault(f"{path}/file_hashes", say("{name} is the only hash algorithm.", name=algorithm))
            for path, item in files
            if {text(one, "algorithm").lower() for _, one in nodes(item, "file_hashes")} == {algorithm}
        ]
        if files
        else None
    )


def only_md5(doc: Document) -> list[Fault] | None:
    """6.2.8: MD5 is not the only hash."""
    return _only(doc, "md5")


def only_sha1(doc: Document) -> list[Fault] | None:
    """6.2.9: SHA-1 is not the only hash."""
    return _only(doc, "sha1")


def missing_tlp(doc: Document) -> list[Fault] | None:
    """6.2.10: the distribution has a TLP label."""
    if text(doc.document, "distribution", "tlp", "label"):
        return []
    return [Fault("/document/distribution/tlp/label", say("The TLP label is missing."))]


def missing_canonical_url(doc: Document) -> list[Fault] | None:
    """6.2.11: a reference ``self`` gives the canonical address: https, ending in the file name of section 5.1."""
    name = re.sub(r"[^+\-a-z0-9]+", "_", doc.name.lower()) + ".json"
    for _, item in nodes(doc.document, "references"):
        url = text(item, "url")
        if text(item, "category") == "self" and url.startswith("https://") and url.endswith(f"/{name}"):
            return []
    return [Fault("/document/references", say("The canonical address of the document is missing."))]


def missing_language(doc: Document) -> list[Fault] | None:
    """6.2.12: the language is named."""
    return [] if "lang" in doc.document else [Fault("/document/lang", say("The language is missing."))]


def unsorted_keys(doc: Document) -> list[Fault] | None:
    """6.2.13: keys are sorted alphabetically."""
    path = _unsorted(doc.root, "")
    return [] if path is None else [Fault(path, say("The keys are not sorted."))]


def _unsorted(value: Any, path: str) -> str | None:
    stack = [(value, path)]
    while stack:
        item, here = stack.pop()
        if isinstance(item, dict):
            if list(item) != sorted(item):
                return here
            stack.extend((child, f"{here}/{key}") for key, child in item.items())
        elif isinstance(item, list):
            stack.extend((child, f"{here}/{place}") for place, child in enumerate(item))
    return None


def _languages(doc: Document) -> list[tuple[str, str]]:
    return [(key, text(doc.document, key)) for key in ("lang", "source_lang") if text(doc.document, key)]


def private_language(doc: Document) -> list[Fault] | None:
    """6.2.14: no language code for private use."""
    given = _languages(doc)
    return (
        [
            Fault(f"/document/{key}", say("'{code}' is for private use.", code=code))
            for key, code in given
            if words.private_language(code)
        ]
        if given
        else None
    )


def default_language(doc: Document) -> list[Fault] | None:
    """6.2.15: ``i-default`` is no language."""
    given = _languages(doc)
    return (
        [
            Fault(f"/document/{key}", say("'{code}' names no language.", code=code))
            for key, code in given
            if code.lower() == "i-default"
        ]
        if given
        else None
    )


def missing_helper(doc: Document) -> list[Fault] | None:
    """6.2.16: every product can be identified by a machine."""
    return (
        [
            Fault(product.path, say("The product {id} has no identification helper.", id=product.id))
            for product in doc.products
            if not product.helper
        ]
        if doc.products
        else None
    )


def cve_in_ids(doc: Document) -> list[Fault] | None:
    """6.2.17: a CVE stands in ``cve``, not in ``ids``."""
    found = [
        (f"/vulnerabilities/{number}/ids/{place}", text(item, "text"))
        for number, vulnerability in doc.vulnerabilities
        for place, item in nodes(vulnerability, "ids")
    ]
    return (
        [
            Fault(f"{path}/text", say("{id} belongs into the field cve.", id=value))
            for path, value in found
            if re.fullmatch(r"CVE-[0-9]{4}-[0-9]{4,}", value)
        ]
        if found
        else None
    )


def range_without_vers(doc: Document) -> list[Fault] | None:
    """6.2.18: version ranges are written as ``vers``."""
    found = [branch for branch in doc.branches if branch.category == "product_version_range"]
    return (
        [
            Fault(f"{branch.path}/name", say("'{name}' is not written as vers.", name=branch.name))
            for branch in found
            if not re.match(r"vers:[a-z0-9.+-]+/.", branch.name)
        ]
        if found
        else None
    )


def score_of_fixed(doc: Document) -> list[Fault] | None:
    """6.2.19: a fixed product has an environmental score of 0 (or the metrics that give it)."""
    fixed = {(number, product) for number, _, _, product in _stated(doc, _FIXED)}
    if not fixed:
        return None
    return [
        Fault(f"/vulnerabilities/{number}/scores/{place}/products/{at}", say("A fixed product still has a score."))
        for number, item in doc.vulnerabilities
        for place, score in nodes(item, "scores")
        for at, product in enumerate(texts(score, "products"))
        if (number, product) in fixed and not _zero(score)
    ]


def _zero(score: Node) -> bool:
    for key, table in (("cvss_v2", V2), ("cvss_v3", V3)):
        item = node(score, key)
        if not item:
            continue
        if item.get("environmentalScore") == 0:
            return True
        written = metrics(text(item, "vectorString"))
        stated = ((short, values, text(item, name)) for name, (short, values) in table.items())
        given = {short: values[word] for short, values, word in stated if word in values}
        both = {**written, **given}
        prefix = f"CVSS:{text(item, 'version')}/" if key == "cvss_v3" else ""
        order = [short for short, _ in table.values() if short in both]
        scores = computed(prefix + "/".join(f"{short}:{both[short]}" for short in order))
        if scores and _environmental(both, key) and scores.environmental[0] == 0:
            return True
    return False


def _environmental(given: dict[str, str], key: str) -> bool:
    names = {"TD", "CDP", "CR", "IR", "AR"} if key == "cvss_v2" else {"MC", "MI", "MA"}
    return bool(names & given.keys())


def additional_properties(doc: Document) -> list[Fault] | None:
    """6.2.20: no property that the schema does not name."""
    return [Fault(error.path, error.message) for error in schema.errors(doc.root, strict=True)]


TESTS: dict[str, Test] = {
    "6.2.1": unused_product,
    "6.2.2": missing_remediation,
    "6.2.3": missing_score,
    "6.2.4": build_metadata,
    "6.2.5": older_initial_date,
    "6.2.6": older_current_date,
    "6.2.7": undated_involvement,
    "6.2.8": only_md5,
    "6.2.9": only_sha1,
    "6.2.10": missing_tlp,
    "6.2.11": missing_canonical_url,
    "6.2.12": missing_language,
    "6.2.13": unsorted_keys,
    "6.2.14": private_language,
    "6.2.15": default_language,
    "6.2.16": missing_helper,
    "6.2.17": cve_in_ids,
    "6.2.18": range_without_vers,
    "6.2.19": score_of_fixed,
    "6.2.20": additional_properties,
}
