"""OpenVEX 0.0.1 and 0.2.0."""

from __future__ import annotations

from collections.abc import Iterator

from ninefold.supply.advisories.document import Node, node, nodes, text
from ninefold.supply.advisory import Advisory, Product, Vulnerability

STATES = {
    "affected": "known_affected",
    "not_affected": "known_not_affected",
    "fixed": "fixed",
    "under_investigation": "under_investigation",
}


def read(root: Node, source: str = "") -> Advisory:
    """All statements of a document; each is a vulnerability of its own."""
    products: dict[str, Product] = {}
    found = []
    for number, item in nodes(root, "statements"):
        state = STATES.get(text(item, "status"))
        named = list(_products(item.get("products"), f"{number}"))
        products.update({product.id: product for product in named})
        name = item.get("vulnerability")
        key = name if isinstance(name, str) else text(node(item, "vulnerability"), "name")
        if state and key:
            ids = [product.id for product in named]
            why = text(item, "justification") or text(item, "impact_statement")
            found.append(
                Vulnerability(
                    id=key,
                    states=dict.fromkeys(ids, state),
                    flags=dict.fromkeys(ids, why) if why else {},
                    remedies=dict.fromkeys(ids, text(item, "action_statement"))
                    if text(item, "action_statement")
                    else {},
                )
            )
    return Advisory(
        id=text(root, "@id"),
        title=text(root, "@id"),
        publisher=text(root, "author"),
        date=text(root, "timestamp"),
        source=source,
        products=products,
        vulnerabilities=tuple(found),
    )


def _products(value: object, prefix: str) -> Iterator[Product]:
    for place, item in enumerate(value if isinstance(value, list) else []):
        name = item if isinstance(item, str) else text(item, "@id")
        parts = [part for _, part in nodes(item, "subcomponents")] if isinstance(item, dict) else []
        for at, one in enumerate([text(part, "@id") for part in parts] or [name]):
            yield from_purl(f"{prefix}.{place}.{at}", one)


def from_purl(key: str, name: str) -> Product:
    """A product named by purl, with its version; or by any other name."""
    if not name.startswith("pkg:"):
        return Product(id=key, vendor="", name=name, versions="*")
    plain = name.partition("?")[0].partition("#")[0]
    head, at, version = plain.rpartition("@")
    if not at or "/" in version:
        head, version = plain, ""
    return Product(
        id=key, vendor="", name=head.rsplit("/", 1)[-1], versions=version or "*", exact=bool(version), purl=name
    )
