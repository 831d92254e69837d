"""One advisory in plain words: what it is about, which products and versions, how bad, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ninefold.base import limits
from ninefold.supply.advisories.scores import computed
from ninefold.supply.advisory import Advisory, Vulnerability
from ninefold.supply.formats import read_advisories
from ninefold.supply.ranges import fixed_in, read

SCHEMA = "ninefold.advisory-show/1"


def document(path: Path) -> dict[str, Any]:
    """The document ``ninefold.advisory-show/1``. InputError when the file is no advisory."""
    found = read_advisories(limits.read_bytes(path), path.name)
    return {"schema": SCHEMA, "advisories": [plain(advisory) for advisory in found]}


def plain(advisory: Advisory) -> dict[str, Any]:
    """One advisory as plain values; per vulnerability its products grouped by state and statement."""
    return {
        "id": advisory.id,
        "title": advisory.title,
        "publisher": advisory.publisher,
        "revision": advisory.revision,
        "date": advisory.date,
        "url": advisory.url,
        "vulnerabilities": [_vulnerability(advisory, item) for item in advisory.vulnerabilities],
    }


def _vulnerability(advisory: Advisory, item: Vulnerability) -> dict[str, Any]:
    scores = [found.base for vector in set(item.vectors.values()) if vector and (found := computed(vector))]
    score, severity = max(scores, default=(None, ""), key=lambda pair: pair[0] or 0.0)
    return {
        "id": item.id,
        "title": item.title,
        "cwe": item.cwe,
        "score": score,
        "severity": severity.lower(),
        "products": list(_products(advisory, item)),
        "remedies": sorted(set(filter(None, item.remedies.values()))),
    }


def _products(advisory: Advisory, item: Vulnerability) -> Iterator[dict[str, Any]]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for key, state in item.states.items():
        product = advisory.products.get(key)
        if product:
            names = groups.setdefault((product.vendor.strip(), product.versions.strip(), state), [])
            if product.name.strip() not in names:
                names.append(product.name.strip())
    for (vendor, versions, state), names in groups.items():
        yield {
            "vendor": vendor,
            "names": names,
            "versions": versions,
            "state": state,
            "fixed_in": fixed_in(versions) if versions else "",
            "decidable": read(versions or "*").kind != "prose",
        }
