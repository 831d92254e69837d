"""CVRF 1.1 and 1.2 (XML), the predecessor of CSAF: turned into the shape of CSAF, then read as such."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ninefold.base import limits
from ninefold.base.errors import InputError, LimitError, Place
from ninefold.supply.advisory import Advisory, from_csaf

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_STATES = {
    "Known Affected": "known_affected",
    "First Affected": "first_affected",
    "Last Affected": "last_affected",
    "Known Not Affected": "known_not_affected",
    "First Fixed": "first_fixed",
    "Fixed": "fixed",
    "Recommended": "recommended",
    "Under Investigation": "under_investigation",
}
_REMEDIES = {"Workaround": "workaround", "Mitigation": "mitigation", "Vendor Fix": "vendor_fix"}


def read(data: bytes, source: str = "") -> Advisory:
    """The advisory of a CVRF document. InputError when it is no XML, or has entities or a DTD."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    place = Place(source) if source else None
    if len(data) > limits.TEXT_FILE:
        raise LimitError("too-large", f"The document has {len(data)} bytes.", place=place)
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InputError("no-xml", f"This is no XML document: {error}.", place=place) from error
    return from_csaf(to_csaf(root), source)


def to_csaf(root: Element) -> dict[str, Any]:
    """The parts of CVRF that matching needs, under the names of CSAF 2.0."""
    tracking = _child(root, "DocumentTracking")
    return {
        "document": {
            "title": _text(root, "DocumentTitle"),
            "publisher": {"name": _text(_child(root, "DocumentPublisher"), "IssuingAuthority")},
            "tracking": {
                "id": _text(_child(tracking, "Identification"), "ID"),
                "version": _text(tracking, "Version"),
                "current_release_date": _text(tracking, "CurrentReleaseDate"),
            },
        },
        "product_tree": _tree(_child(root, "ProductTree")),
        "vulnerabilities": [_vulnerability(item) for item in _children(root, "Vulnerability")],
    }


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Element | None, name: str) -> list[Element]:
    return [child for child in element if _local(child) == name] if element is not None else []


def _child(element: Element | None, name: str) -> Element | None:
    return next(iter(_children(element, name)), None)


def _text(element: Element | None, name: str) -> str:
    child = _child(element, name)
    return (child.text or "").strip() if child is not None else ""


def _tree(tree: Element | None) -> dict[str, Any]:
    return {
        "branches": [_branch(item, 0) for item in _children(tree, "Branch")],
        "full_product_names": [_name(item) for item in _children(tree, "FullProductName")],
        "relationships": [
            {
                "category": item.get("RelationType", "").lower().replace(" ", "_"),
                "product_reference": item.get("ProductReference", ""),
                "relates_to_product_reference": item.get("RelatesToProductReference", ""),
                "full_product_name": _name(child),
            }
            for item in _children(tree, "Relationship")
            for child in _children(item, "FullProductName")
        ],
    }


def _branch(item: Element, depth: int) -> dict[str, Any]:
    if depth > limits.NESTING:
        raise LimitError("too-deep", "The product tree is nested too deep.")
    kind = item.get("Type", "").lower().replace(" ", "_")
    found: dict[str, Any] = {"category": kind, "name": item.get("Name", "")}
    if kind == "product_version" and re.search(r"[<>]|prior|before|earlier|all|later", found["name"].casefold()):
        found["category"] = "product_version_range"
    product = _child(item, "FullProductName")
    if product is not None:
        found["product"] = _name(product)
    found["branches"] = [_branch(child, depth + 1) for child in _children(item, "Branch")]
    return found


def _name(item: Element) -> dict[str, Any]:
    helper = {"cpe": item.get("CPE", "")} if item.get("CPE") else {}
    return {
        "product_id": item.get("ProductID", ""),
        "name": (item.text or "").strip(),
        "product_identification_helper": helper,
    }


def _ids(item: Element) -> list[str]:
    return [(child.text or "").strip() for child in _children(item, "ProductID")]


def _vulnerability(item: Element) -> dict[str, Any]:
    status: dict[str, list[str]] = {}
    for one in _children(_child(item, "ProductStatuses"), "Status"):
        status.setdefault(_STATES.get(one.get("Type", ""), "under_investigation"), []).extend(_ids(one))
    sets = _child(item, "CVSSScoreSets")
    scores = [("cvss_v3", _text(one, "VectorV3") or _text(one, "Vector"), one) for one in _children(sets, "ScoreSetV3")]
    scores += [
        ("cvss_v2", _text(one, "Vector"), one) for one in _children(sets, "ScoreSetV2") + _children(sets, "ScoreSet")
    ]
    every = [product for products in status.values() for product in products]
    return {
        "cve": _text(item, "CVE"),
        "title": _text(item, "Title"),
        "ids": [{"text": _text(item, "ID")}] if _text(item, "ID") else [],
        "product_status": status,
        "scores": [{key: {"vectorString": vector}, "products": _ids(one) or every} for key, vector, one in scores],
        "remediations": [
            {
                "category": _REMEDIES.get(one.get("Type", ""), "none_available"),
                "details": _text(one, "Description"),
                "product_ids": _ids(one) or every,
            }
            for one in _children(_child(item, "Remediations"), "Remediation")
        ],
    }
