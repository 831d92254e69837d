"""An advisory as matching needs it, whatever format it came in."""

from __future__ import annotations

import msgspec

from ninefold.supply.advisories.document import Document, Node, node, nodes, text, texts

AFFECTED = ("known_affected", "first_affected", "last_affected")
FIXED = ("fixed", "first_fixed", "recommended")


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """One product of an advisory: who makes it, what it is called, which versions are meant.

    ``exact``: ``versions`` is one version, not a range. ``needs``: further products that must be there too.
    """

    id: str
    vendor: str
    name: str
    versions: str
    exact: bool = False
    models: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    purl: str = ""
    cpe: str = ""
    hardware: str = ""
    needs: tuple[str, ...] = ()


class Vulnerability(msgspec.Struct, frozen=True, kw_only=True):
    """One vulnerability: the state of each product, its CVSS vector, what to do."""

    id: str
    title: str = ""
    cwe: str = ""
    states: dict[str, str] = {}
    vectors: dict[str, str] = {}
    remedies: dict[str, str] = {}
    flags: dict[str, str] = {}


class Advisory(msgspec.Struct, frozen=True, kw_only=True):
    """One advisory: identity, products by id, vulnerabilities."""

    id: str
    title: str = ""
    publisher: str = ""
    revision: str = ""
    date: str = ""
    url: str = ""
    source: str = ""
    products: dict[str, Product] = {}
    vulnerabilities: tuple[Vulnerability, ...] = ()


def from_csaf(root: object, source: str = "") -> Advisory:
    """The advisory of a decoded CSAF document, 2.0 or 2.1. Missing parts stay empty; it never raises."""
    doc = Document(root)
    links = [text(item, "url") for _, item in nodes(doc.document, "references") if text(item, "category") == "self"]
    return Advisory(
        id=doc.name,
        title=text(doc.document, "title"),
        publisher=text(doc.document, "publisher", "name"),
        revision=text(doc.tracking, "version"),
        date=text(doc.tracking, "current_release_date"),
        url=links[0] if links else "",
        source=source,
        products=_products(doc),
        vulnerabilities=tuple(_vulnerability(doc, item, number) for number, item in doc.vulnerabilities),
    )


def _products(doc: Document) -> dict[str, Product]:
    found: dict[str, Product] = {}
    for defined in doc.products:
        if not defined.path.startswith("/product_tree/relationships"):
            found.setdefault(defined.id, _product(defined.id, defined.name, defined.branches, defined.helper))
    for _, item in doc.relationships:
        key = text(item, "full_product_name", "product_id")
        one = found.get(text(item, "product_reference"))
        base = found.get(text(item, "relates_to_product_reference"))
        if key and one is not None and base is not None:
            found.setdefault(key, _together(key, one, base))
    return found


def _product(key: str, full: str, branches: tuple[tuple[str, str], ...], helper: Node) -> Product:
    steps = dict(reversed(branches))
    last = branches[-1] if branches else ("", "")
    versions = last[1] if last[0] in ("product_version", "product_version_range") else ""
    level = steps.get("service_pack", "") or steps.get("patch_level", "")
    hashes = [text(h, "value").lower() for _, one in nodes(helper, "hashes") for _, h in nodes(one, "file_hashes")]
    return Product(
        id=key,
        vendor=steps.get("vendor", ""),
        name=steps.get("product_name") or steps.get("product_family") or full,
        versions=f"{steps.get('product_version', versions)} {level}".strip() if level else versions,
        exact=last[0] == "product_version" or bool(level),
        models=(*texts(helper, "model_numbers"), *texts(helper, "skus")),
        serials=tuple(texts(helper, "serial_numbers")),
        hashes=tuple(hashes),
        purl=text(helper, "purl"),
        cpe=text(helper, "cpe"),
    )


def _together(key: str, part: Product, base: Product) -> Product:
    """Something installed on something: both must be there. Firmware on its hardware is one device."""
    firmware = "firmware" in part.name.casefold() or part.name == base.name
    return Product(
        id=key,
        vendor=base.vendor if firmware else part.vendor,
        name=base.name if firmware else part.name,
        versions=part.versions,
        exact=part.exact,
        models=base.models if firmware else part.models,
        serials=(*part.serials, *base.serials),
        hashes=part.hashes,
        purl=part.purl,
        cpe=part.cpe,
        hardware=base.versions if firmware else "",
        needs=() if firmware else (base.id,),
    )


def _vulnerability(doc: Document, item: Node, number: int) -> Vulnerability:
    states: dict[str, str] = {}
    status = node(item, "product_status")
    for state in ("unknown", "under_investigation", "known_not_affected", *FIXED, *AFFECTED):
        for product in texts(status, state):
            states[product] = state
    vectors: dict[str, str] = {}
    scores = [(score, score) for _, score in nodes(item, "scores")]
    scores += [(metric, node(metric, "content")) for _, metric in nodes(item, "metrics")]  # CSAF 2.1
    for score, content in scores:
        given = (text(content, key, "vectorString") for key in ("cvss_v4", "cvss_v3", "cvss_v2"))
        vector = next(filter(None, given), "")
        for product in texts(score, "products"):
            vectors.setdefault(product, vector)
    ids = [text(other, "text") for _, other in nodes(item, "ids")]
    return Vulnerability(
        id=text(item, "cve") or (ids[0] if ids else f"{doc.name}#{number + 1}"),
        title=text(item, "title"),
        cwe=text(item, "cwe", "id") or next((text(cwe, "id") for _, cwe in nodes(item, "cwes")), ""),
        states=states,
        vectors=vectors,
        remedies=_remedies(doc, item),
        flags={p: text(flag, "label") for _, flag in nodes(item, "flags") for p in doc.concerned(flag)},
    )


def _remedies(doc: Document, item: Node) -> dict[str, str]:
    """What to do per product: a fix of the vendor before everything else."""
    found: dict[str, str] = {}
    for wanted in (("vendor_fix",), ("mitigation", "workaround"), ("no_fix_planned", "none_available")):
        for _, remedy in nodes(item, "remediations"):
            if text(remedy, "category") in wanted:
                for product in doc.concerned(remedy):
                    found.setdefault(product, text(remedy, "details"))
    return found
