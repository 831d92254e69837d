"""OSV (Open Source Vulnerability format 1.x)."""

from __future__ import annotations

from collections.abc import Iterator

from ninefold.supply.advisories.document import Node, node, nodes, text, texts
from ninefold.supply.advisory import Advisory, Product, Vulnerability


def read(root: Node, source: str = "") -> Advisory:
    """One OSV record: every affected package with its ranges and versions."""
    products = {product.id: product for product in _products(root)}
    key = next((alias for alias in texts(root, "aliases") if alias.startswith("CVE-")), text(root, "id"))
    vectors = [text(item, "score") for _, item in nodes(root, "severity") if text(item, "score").startswith("CVSS:")]
    vulnerability = Vulnerability(
        id=key,
        title=text(root, "summary"),
        states=dict.fromkeys(products, "known_affected"),
        vectors=dict.fromkeys(products, vectors[0]) if vectors else {},
    )
    return Advisory(
        id=text(root, "id"),
        title=text(root, "summary"),
        publisher="OSV",
        date=text(root, "modified"),
        source=source,
        products=products,
        vulnerabilities=(vulnerability,) if not text(root, "withdrawn") else (),
    )


def _products(root: Node) -> Iterator[Product]:
    for number, item in nodes(root, "affected"):
        package = node(item, "package")
        statements = [(statement, False) for _, entry in nodes(item, "ranges") for statement in _ranges(entry)]
        listed = texts(item, "versions")
        if not statements:
            statements = [(version, True) for version in listed] or [("*", False)]
        for place, (versions, exact) in enumerate(statements):
            yield Product(
                id=f"{number}.{place}",
                vendor=text(package, "ecosystem"),
                name=text(package, "name"),
                versions=versions,
                exact=exact,
                purl=text(package, "purl") or _purl(package),
            )


def _ranges(entry: Node) -> Iterator[str]:
    """``>=introduced|<fixed`` of each pair of events; commits of a repository cannot be compared."""
    if text(entry, "type") == "GIT":
        return
    low = ""
    for _, event in nodes(entry, "events"):
        if text(event, "introduced"):
            low = text(event, "introduced")
        high = text(event, "fixed") or text(event, "limit")
        last = text(event, "last_affected")
        if high or last:
            yield _between(low, f"<{high}" if high else f"<={last}")
            low = ""
    if low:
        yield _between(low, "")


def _between(low: str, high: str) -> str:
    lower = "" if low in ("", "0") else f">={low}"
    return "|".join(part for part in (lower, high) if part) or "*"


_TYPES = {"npm": "npm", "PyPI": "pypi", "Go": "golang", "Maven": "maven", "crates.io": "cargo", "NuGet": "nuget"}


def _purl(package: Node) -> str:
    kind = _TYPES.get(text(package, "ecosystem"))
    name = text(package, "name").replace("@", "%40").replace(":", "/")
    return f"pkg:{kind}/{name}" if kind else ""
