"""NVD JSON (API 2.0): one advisory per CVE, products by CPE with their version bounds."""

from __future__ import annotations

from collections.abc import Iterator

from ninefold.supply.advisories.document import Node, node, nodes, text
from ninefold.supply.advisory import Advisory, Product, Vulnerability

_BOUNDS = (
    ("versionStartIncluding", ">="),
    ("versionStartExcluding", ">"),
    ("versionEndIncluding", "<="),
    ("versionEndExcluding", "<"),
)


def read(root: Node, source: str = "") -> Iterator[Advisory]:
    """Every CVE of a page of the API."""
    for _, item in nodes(root, "vulnerabilities"):
        cve = node(item, "cve")
        key = text(cve, "id")
        if not key:
            continue
        products = {product.id: product for product in _products(cve)}
        vector = _vector(cve)
        vulnerability = Vulnerability(
            id=key,
            states=dict.fromkeys((p for p in products if not p.startswith("on.")), "known_affected"),
            vectors=dict.fromkeys(products, vector) if vector else {},
        )
        yield Advisory(
            id=key,
            title=key,
            publisher="NVD",
            date=text(cve, "lastModified"),
            source=source,
            products=products,
            vulnerabilities=(vulnerability,),
        )


def _vector(cve: Node) -> str:
    for kind in ("cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2"):
        for _, metric in nodes(node(cve, "metrics"), kind):
            if text(metric, "cvssData", "vectorString"):
                return text(metric, "cvssData", "vectorString")
    return ""


def _products(cve: Node) -> Iterator[Product]:
    """Matches that are vulnerable; in an AND the others must stand beside them."""
    for number, configuration in nodes(cve, "configurations"):
        together = text(configuration, "operator") == "AND"
        beside: list[Product] = []
        found: list[Product] = []
        for place, group in nodes(configuration, "nodes"):
            for at, match in nodes(group, "cpeMatch"):
                vulnerable = match.get("vulnerable") is True
                key = f"{'' if vulnerable else 'on.'}{number}.{place}.{at}"
                (found if vulnerable else beside).append(_product(key, match))
        needed = tuple(product.id for product in beside) if together and len(beside) == 1 else ()
        yield from beside
        for product in found:
            yield Product(
                id=product.id,
                vendor=product.vendor,
                name=product.name,
                versions=product.versions,
                exact=product.exact,
                cpe=product.cpe,
                needs=needed,
            )


def _product(key: str, match: Node) -> Product:
    cpe = text(match, "criteria")
    parts = (cpe.split(":") + [""] * 13)[:13]
    bounds = [f"{sign}{text(match, name)}" for name, sign in _BOUNDS if text(match, name)]
    version = parts[5] if parts[5] not in ("*", "-", "") else ""
    update = f" {parts[6]}" if parts[6] not in ("*", "-", "") else ""
    return Product(
        id=key,
        vendor=parts[3].replace("_", " "),
        name=parts[4].replace("_", " "),
        versions="|".join(bounds) or (version + update if version else "*"),
        exact=bool(version) and not bounds,
        cpe=cpe,
    )
