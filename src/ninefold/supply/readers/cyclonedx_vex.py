"""Vulnerabilities in a CycloneDX document (VEX, VDR), 1.4 and later."""

from __future__ import annotations

from ninefold.supply.advisories.document import Node, node, nodes, text
from ninefold.supply.advisory import Advisory, Product, Vulnerability

STATES = {
    "exploitable": "known_affected",
    "in_triage": "under_investigation",
    "not_affected": "known_not_affected",
    "false_positive": "known_not_affected",
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
}


def read(root: Node, source: str = "") -> Advisory:
    """Every vulnerability with what it affects; a reference leads to a component here or in another document."""
    about = node(root, "metadata", "component")
    known = {text(item, "bom-ref"): item for item in _components(root) if text(item, "bom-ref")}
    products: dict[str, Product] = {}
    found = []
    for number, item in nodes(root, "vulnerabilities"):
        states: dict[str, str] = {}
        stated = STATES.get(text(item, "analysis", "state"), "known_affected")
        for place, affected in nodes(item, "affects"):
            for key, product, state in _affected(affected, known, f"{number}.{place}", stated):
                products[key] = product
                states[key] = state
        found.append(_vulnerability(item, number, states))
    return Advisory(
        id=text(root, "serialNumber") or source,
        title=text(about, "name") or "CycloneDX",
        publisher=text(node(root, "metadata", "supplier"), "name"),
        revision=str(root.get("version", "")),
        date=text(root, "metadata", "timestamp"),
        source=source,
        products=products,
        vulnerabilities=tuple(found),
    )


def _components(root: Node) -> list[Node]:
    stack = [node(root, "metadata", "component"), *(item for _, item in nodes(root, "components"))]
    found: list[Node] = []
    while stack:
        item = stack.pop()
        found.append(item)
        stack.extend(child for _, child in nodes(item, "components"))
    return found


def _affected(item: Node, known: dict[str, Node], key: str, state: str) -> list[tuple[str, Product, str]]:
    ref = text(item, "ref")
    component = known.get(ref) or known.get(ref.partition("#")[2]) or {"name": ref.partition("#")[2] or ref}
    version = text(component, "version")
    listed = nodes(item, "versions")
    if not listed:
        return [(key, _product(component, key, version or "*", bool(version)), state)]
    states = {"affected": "known_affected", "unaffected": "known_not_affected", "unknown": "under_investigation"}
    return [
        (
            f"{key}.{place}",
            _product(component, f"{key}.{place}", text(one, "range") or text(one, "version"), "version" in one),
            states.get(text(one, "status"), state),
        )
        for place, one in listed
    ]


def _product(component: Node, key: str, versions: str, exact: bool) -> Product:
    vendor = (
        text(component, "supplier", "name") or text(component, "manufacturer", "name") or text(component, "publisher")
    )
    purl = text(component, "purl")
    name = text(component, "name")
    if not purl and name.startswith("pkg:"):
        purl = name
    return Product(
        id=key, vendor=vendor, name=name, versions=versions, exact=exact, purl=purl, cpe=text(component, "cpe")
    )


def _vulnerability(item: Node, number: int, states: dict[str, str]) -> Vulnerability:
    ratings = [rating for _, rating in nodes(item, "ratings") if text(rating, "vector")]
    vector = _vector(ratings[0]) if ratings else ""
    why = text(item, "analysis", "justification")
    return Vulnerability(
        id=text(item, "id") or f"#{number + 1}",
        title=text(item, "description")[:200],
        states=states,
        vectors=dict.fromkeys(states, vector) if vector else {},
        flags=dict.fromkeys(states, why) if why else {},
        remedies=dict.fromkeys(states, text(item, "recommendation")) if text(item, "recommendation") else {},
    )


def _vector(rating: Node) -> str:
    vector = text(rating, "vector")
    prefix = {"CVSSv3": "CVSS:3.0/", "CVSSv31": "CVSS:3.1/", "CVSSv4": "CVSS:4.0/"}.get(text(rating, "method"), "")
    return vector if vector.startswith("CVSS:") else prefix + vector
