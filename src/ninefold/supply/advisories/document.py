"""A CSAF document in memory: decoded once, indexed once, tolerant of wrong shapes so that every fault can be told.

Paths are JSON pointers (RFC 6901): ``/vulnerabilities/0/scores/1``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from ninefold.base import limits
from ninefold.base.errors import InputError, LimitError, Place

Json = Any
Node = dict[str, Any]
REFERENCES = 1_000_000  # product references followed in one document
_DECODER = msgspec.json.Decoder()


def decode(data: bytes, name: str = "") -> Json:
    """The JSON value of untrusted bytes. InputError for what is no JSON, LimitError when large or deep."""
    place = Place(name) if name else None
    if len(data) > limits.TEXT_FILE:
        raise LimitError("too-large", f"The document has {len(data)} bytes.", place=place)
    try:
        value = _DECODER.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("no-json", f"This is no JSON document: {error}.", place=place) from error
    _depth(value, place)
    return value


def _depth(value: Json, place: Place | None) -> None:
    level: list[Json] = [value] if isinstance(value, dict | list) else []
    for _ in range(limits.NESTING):
        level = [
            child
            for item in level
            for child in (item.values() if type(item) is dict else item)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    raise LimitError("too-deep", f"The document is nested deeper than {limits.NESTING}.", place=place)


def nodes(value: Json, key: str) -> list[tuple[int, Node]]:
    """The objects of the list ``value[key]`` with their positions; what is no object is left out."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        return []
    return [(place, item) for place, item in enumerate(found) if isinstance(item, dict)]


def node(value: Json, *keys: str) -> Node:
    """The object under some keys, empty when there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: Json, *keys: str) -> str:
    """The string under some keys, empty when there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def texts(value: Json, key: str) -> list[str]:
    """The strings of the list ``value[key]``."""
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


class Product(msgspec.Struct, frozen=True):
    """One definition of a product: where, and the (category, name) of the branches above it."""

    id: str
    name: str
    path: str
    helper: Node
    branches: tuple[tuple[str, str], ...] = ()


class Branch(msgspec.Struct, frozen=True):
    """One branch of the product tree."""

    category: str
    name: str
    path: str
    above: tuple[tuple[str, str], ...]
    node: Node

    @property
    def step(self) -> tuple[str, str]:
        """(category, name): one step of the way to a product."""
        return (self.category, self.name)


class Document:
    """A CSAF document and what its tests look up again and again."""

    def __init__(self, root: Json) -> None:
        self.root: Node = root if isinstance(root, dict) else {}
        self.document = node(self.root, "document")
        self.tracking = node(self.document, "tracking")
        self.tree = node(self.root, "product_tree")
        self.vulnerabilities = nodes(self.root, "vulnerabilities")
        self.category = text(self.document, "category")
        #: whether the JSON schema holds; None: not looked at yet
        self.follows_schema: bool | None = None

    @property
    def name(self) -> str:
        """The identifier of the advisory."""
        return text(self.tracking, "id")

    @cached_property
    def branches(self) -> list[Branch]:
        """All branches, each before those below it."""
        found: list[Branch] = []
        stack: list[tuple[Node, str, tuple[tuple[str, str], ...]]] = [(self.tree, "/product_tree", ())]
        while stack:
            parent, path, above = stack.pop()
            children = []
            for place, item in nodes(parent, "branches"):
                here = f"{path}/branches/{place}"
                step = (text(item, "category"), text(item, "name"))
                found.append(Branch(step[0], step[1], here, above, item))
                children.append((item, here, (*above, step)))
            stack.extend(reversed(children))
        return found

    @cached_property
    def relationships(self) -> list[tuple[int, Node]]:
        """The relationships between products."""
        return nodes(self.tree, "relationships")

    @cached_property
    def products(self) -> list[Product]:
        """All definitions of products, repeated ones included."""
        found = [
            _product(
                node(branch.node, "product"), f"{branch.path}/product", (*branch.above, (branch.category, branch.name))
            )
            for branch in self.branches
            if "product" in branch.node
        ]
        for place, item in nodes(self.tree, "full_product_names"):
            found.append(_product(item, f"/product_tree/full_product_names/{place}", ()))
        for place, item in self.relationships:
            path = f"/product_tree/relationships/{place}/full_product_name"
            found.append(_product(node(item, "full_product_name"), path, ()))
        return found

    @cached_property
    def product_ids(self) -> frozenset[str]:
        """The ids of all defined products."""
        return frozenset(product.id for product in self.products)

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """The product ids of each product group."""
        return {text(item, "group_id"): texts(item, "product_ids") for _, item in nodes(self.tree, "product_groups")}

    @cached_property
    def product_references(self) -> list[tuple[str, str]]:
        """(product id, path) wherever a product is referred to."""
        return list(self._references())

    def _references(self) -> Iterator[tuple[str, str]]:
        for place, item in nodes(self.tree, "product_groups"):
            yield from _listed(item, "product_ids", f"/product_tree/product_groups/{place}")
        for place, item in self.relationships:
            for key in ("product_reference", "relates_to_product_reference"):
                yield text(item, key), f"/product_tree/relationships/{place}/{key}"
        for number, vulnerability in self.vulnerabilities:
            base = f"/vulnerabilities/{number}"
            for key in node(vulnerability, "product_status"):
                yield from _listed(node(vulnerability, "product_status"), key, f"{base}/product_status")
            for place, item in nodes(vulnerability, "scores"):
                yield from _listed(item, "products", f"{base}/scores/{place}")
            for kind in ("flags", "remediations", "threats"):
                for place, item in nodes(vulnerability, kind):
                    yield from _listed(item, "product_ids", f"{base}/{kind}/{place}")

    @cached_property
    def group_references(self) -> list[tuple[str, str]]:
        """(group id, path) wherever a product group is referred to."""
        return [
            reference
            for number, vulnerability in self.vulnerabilities
            for kind in ("flags", "remediations", "threats")
            for place, item in nodes(vulnerability, kind)
            for reference in _listed(item, "group_ids", f"/vulnerabilities/{number}/{kind}/{place}")
        ]

    def concerned(self, item: Node) -> list[str]:
        """The products that a flag, remediation or threat names, directly or through groups."""
        named = texts(item, "product_ids")
        for group in texts(item, "group_ids"):
            named += self.groups.get(group, [])
        return named

    @cached_property
    def revisions(self) -> list[tuple[int, Node]]:
        """The revision history as written."""
        return nodes(self.tracking, "revision_history")


def _product(item: Node, path: str, branches: tuple[tuple[str, str], ...]) -> Product:
    helper = node(item, "product_identification_helper")
    return Product(text(item, "product_id"), text(item, "name"), path, helper, branches)


def _listed(item: Node, key: str, base: str) -> Iterator[tuple[str, str]]:
    for place, value in enumerate(texts(item, key)):
        yield value, f"{base}/{key}/{place}"
