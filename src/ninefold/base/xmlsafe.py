"""XML from strangers: no entities, nothing fetched, bounded size, depth and number of elements.

A document that breaks off in the middle (a scan that was interrupted, a cut export) can be read as far as it goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from ninefold.base.errors import InputError, LimitError, NinefoldError, Place
from ninefold.base.i18n import messages
from ninefold.base.limits import MIB, NESTING

say = messages("base")
ELEMENTS: Final = 1_000_000
DOCUMENT: Final = 64 * MIB  # a tree needs about ten times the size of its text
_CHUNK: Final = MIB


class _Bounded(TreeBuilder):
    """Builds the tree and counts while it does, so that a hostile document stops early."""

    def __init__(self, place: Place, depth: int) -> None:
        super().__init__()
        self.place, self.limit = place, depth
        self.depth = self.elements = 0
        self.root: Element | None = None

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth += 1
        self.elements += 1
        if self.depth > self.limit:
            raise LimitError("too-deep", str(say("The XML is nested deeper than {n}.", n=self.limit)), place=self.place)
        if self.elements > ELEMENTS:
            raise LimitError("too-many", str(say("The XML has more than {n} elements.", n=ELEMENTS)), place=self.place)
        element = super().start(tag, attrs)
        if self.root is None:
            self.root = element
        return element

    def end(self, tag: Any, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def parse(data: bytes, name: str = "", *, depth: int = NESTING) -> Element:
    """The root element of a whole document.

    Raises InputError for what is no XML, for entities and external references; LimitError beyond the bounds.
    """
    root, error = parse_partial(data, name, depth=depth)
    if error is not None:
        raise error
    if root is None:
        raise InputError("bad-xml", str(say("There is no XML in it.")), place=Place(name))
    return root


def parse_partial(data: bytes, name: str = "", *, depth: int = NESTING) -> tuple[Element | None, InputError | None]:
    """The root element as far as it could be built, and why it ends there (None: it is whole).

    Entities, external references and broken bounds are raised all the same: such a document is refused.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    place = Place(name)
    if len(data) > DOCUMENT:
        raise LimitError(
            "too-large",
            str(say("The XML has {size} bytes; at most {n} are read.", size=len(data), n=DOCUMENT)),
            place=place,
        )
    builder = _Bounded(place, depth)
    parser = DefusedXMLParser(target=builder, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
        return parser.close(), None
    except DefusedXmlException as error:
        raise InputError(
            "xml-entities",
            str(say("The XML declares entities or refers to the outside; such a file is not read.")),
            place=place,
            advice=str(say("Export it again without a document type definition.")),
        ) from error
    except ParseError as error:
        line, column = getattr(error, "position", (0, 0))
        fault = InputError(
            "bad-xml", str(say("The XML ends or breaks here: {why}.", why=str(error))), place=Place(name, line, column)
        )
        return builder.root, fault
    except NinefoldError:
        raise
    except (ValueError, LookupError, AssertionError, RecursionError) as error:
        # unknown or multi-byte encodings, and a close without a root
        return builder.root, InputError(
            "bad-xml", str(say("The XML cannot be read: {why}.", why=str(error))), place=place
        )


def local(element: Element) -> str:
    """The name of an element without its namespace; "" for comments."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """The direct children with a name, in whatever namespace."""
    return (item for item in element if local(item) == name)


def child(element: Element | None, *path: str) -> Element | None:
    """The first element along a path of names, None if there is none."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def text(element: Element | None, *path: str) -> str:
    """The stripped text of the first element along a path, "" if there is none."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def descendants(element: Element, name: str) -> Iterator[Element]:
    """All elements with a name below, in document order, in whatever namespace."""
    return (item for item in element.iter() if local(item) == name)
