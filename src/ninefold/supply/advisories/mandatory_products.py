"""Mandatory tests about products, groups and what refers to them. CSAF 2.0, 6.1.1 to 6.1.6, 13, 25, 29, 31 to 33."""

from __future__ import annotations

from collections.abc import Iterable

from ninefold.supply.advisories.document import Document, Node, node, nodes, text, texts
from ninefold.supply.advisories.outcome import Fault, Test, say

STATUS_GROUPS = {
    "affected": ("first_affected", "known_affected", "last_affected"),
    "not affected": ("known_not_affected",),
    "fixed": ("first_fixed", "fixed"),
    "under investigation": ("under_investigation",),
}
RANGE_WORDS = frozenset({"after", "all", "before", "earlier", "later", "prior", "versions"})


def missing_product_definition(doc: Document) -> list[Fault] | None:
    """6.1.1: every product referred to is defined."""
    if not doc.product_references:
        return None
    known = doc.product_ids
    return [
        Fault(path, say("The product {id} is not defined.", id=name))
        for name, path in doc.product_references
        if name not in known
    ]


def multiple_product_definition(doc: Document) -> list[Fault] | None:
    """6.1.2: no product id is defined twice."""
    pairs = [(product.id, f"{product.path}/product_id") for product in doc.products]
    return _repeated(pairs, "The product {id} is defined more than once.") if pairs else None


def circular_product_definition(doc: Document) -> list[Fault] | None:
    """6.1.3: no product of a relationship is defined by itself, directly or over others."""
    if not doc.relationships:
        return None
    needs: dict[str, list[str]] = {}
    for _, item in doc.relationships:
        made = text(item, "full_product_name", "product_id")
        needs.setdefault(made, []).extend((text(item, "product_reference"), text(item, "relates_to_product_reference")))
    looped = _loops(needs)
    return [
        Fault(
            f"/product_tree/relationships/{place}/full_product_name/product_id",
            say("The product {id} is defined by itself.", id=text(item, "full_product_name", "product_id")),
        )
        for place, item in doc.relationships
        if text(item, "full_product_name", "product_id") in looped
    ]


def _loops(needs: dict[str, list[str]]) -> set[str]:
    """The ids on a cycle, found by taking away again and again what needs nothing that is left."""
    left = {key: {other for other in others if other in needs} for key, others in needs.items()}
    while free := [key for key, others in left.items() if not others & left.keys()]:
        for key in free:
            del left[key]
    return {key for key in left if _reaches(key, left)}


def _reaches(start: str, needs: dict[str, set[str]]) -> bool:
    seen: set[str] = set()
    stack = list(needs[start])
    while stack:
        key = stack.pop()
        if key == start:
            return True
        if key not in seen:
            seen.add(key)
            stack.extend(needs.get(key, ()))
    return False


def missing_group_definition(doc: Document) -> list[Fault] | None:
    """6.1.4: every product group referred to is defined."""
    if not doc.group_references:
        return None
    return [
        Fault(path, say("The product group {id} is not defined.", id=name))
        for name, path in doc.group_references
        if name not in doc.groups
    ]


def multiple_group_definition(doc: Document) -> list[Fault] | None:
    """6.1.5: no product group is defined twice."""
    pairs = [
        (text(item, "group_id"), f"/product_tree/product_groups/{place}/group_id")
        for place, item in nodes(doc.tree, "product_groups")
    ]
    return _repeated(pairs, "The product group {id} is defined more than once.") if pairs else None


def contradicting_status(doc: Document) -> list[Fault] | None:
    """6.1.6: no product has two contradicting states for one vulnerability."""
    faults: list[Fault] = []
    stated = [
        (number, node(item, "product_status")) for number, item in doc.vulnerabilities if "product_status" in item
    ]
    for number, status in stated:
        seen: dict[str, str] = {}
        for group, keys in STATUS_GROUPS.items():
            for key in keys:
                for place, product in enumerate(texts(status, key)):
                    if seen.setdefault(product, group) != group:
                        path = f"/vulnerabilities/{number}/product_status/{key}/{place}"
                        faults.append(_contradiction(path, product, seen[product], group))
    return faults if stated else None


def _contradiction(path: str, product: str, one: str, other: str) -> Fault:
    return Fault(path, say("The product {id} is called {one} and {other}.", id=product, one=one, other=other))


def invalid_purl(doc: Document) -> list[Fault] | None:
    """6.1.13: every purl is valid."""
    given = [(text(product.helper, "purl"), product.path) for product in doc.products if "purl" in product.helper]
    return (
        [
            Fault(f"{path}/product_identification_helper/purl", say("{purl} is no valid purl.", purl=purl))
            for purl, path in given
            if not _valid_purl(purl)
        ]
        if given
        else None
    )


def _valid_purl(purl: str) -> bool:
    from packageurl import PackageURL

    try:
        PackageURL.from_string(purl)
    except ValueError:
        return False
    return True


def repeated_hash_algorithm(doc: Document) -> list[Fault] | None:
    """6.1.25: one file has one hash per algorithm."""
    faults: list[Fault] = []
    applies = False
    for product in doc.products:
        for place, item in nodes(product.helper, "hashes"):
            applies = True
            base = f"{product.path}/product_identification_helper/hashes/{place}/file_hashes"
            pairs = [(text(h, "algorithm"), f"{base}/{at}") for at, h in nodes(item, "file_hashes")]
            faults += _repeated(pairs, "The algorithm {id} is used more than once.")
    return faults if applies else None


def remediation_without_product(doc: Document) -> list[Fault] | None:
    """6.1.29: every remediation says for which products it is."""
    return _unrelated(doc, "remediations", "The remediation names no product.")


def flag_without_product(doc: Document) -> list[Fault] | None:
    """6.1.32: every flag says for which products it is."""
    return _unrelated(doc, "flags", "The flag names no product.")


def _unrelated(doc: Document, kind: str, sentence: str) -> list[Fault] | None:
    items = [
        (f"/vulnerabilities/{number}/{kind}/{place}", item)
        for number, vulnerability in doc.vulnerabilities
        for place, item in nodes(vulnerability, kind)
    ]
    if not items:
        return None
    return [Fault(path, say(sentence)) for path, item in items if "product_ids" not in item and "group_ids" not in item]


def range_in_version(doc: Document) -> list[Fault] | None:
    """6.1.31: a branch ``product_version`` names one version, no range.

    The words count as whole words between blanks: ``after-eight`` is a version (test file 6-1-31-12).
    """
    found = [branch for branch in doc.branches if branch.category == "product_version"]
    if not found:
        return None
    return [
        Fault(f"{branch.path}/name", say("'{name}' is a range, not a version.", name=branch.name))
        for branch in found
        if "<" in branch.name or ">" in branch.name or RANGE_WORDS.intersection(branch.name.casefold().split())
    ]


def multiple_flags(doc: Document) -> list[Fault] | None:
    """6.1.33: a product has at most one VEX justification per vulnerability."""
    faults: list[Fault] = []
    flagged = [(number, nodes(item, "flags")) for number, item in doc.vulnerabilities if "flags" in item]
    for number, flags in flagged:
        owner: dict[str, int] = {}
        for place, item in flags:
            faults += _second_flag(doc, item, place, owner, f"/vulnerabilities/{number}/flags/{place}")
    return faults if flagged else None


def _second_flag(doc: Document, item: Node, place: int, owner: dict[str, int], path: str) -> list[Fault]:
    return [
        Fault(path, say("The product {id} has more than one flag.", id=product))
        for product in dict.fromkeys(doc.concerned(item))
        if owner.setdefault(product, place) != place
    ]


def _repeated(pairs: Iterable[tuple[str, str]], sentence: str) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for name, path in pairs:
        if name in seen:
            faults.append(Fault(path, say(sentence, id=name)))
        seen.add(name)
    return faults


TESTS: dict[str, Test] = {
    "6.1.1": missing_product_definition,
    "6.1.2": multiple_product_definition,
    "6.1.3": circular_product_definition,
    "6.1.4": missing_group_definition,
    "6.1.5": multiple_group_definition,
    "6.1.6": contradicting_status,
    "6.1.13": invalid_purl,
    "6.1.25": repeated_hash_algorithm,
    "6.1.29": remediation_without_product,
    "6.1.31": range_in_version,
    "6.1.32": flag_without_product,
    "6.1.33": multiple_flags,
}
