"""Diagrams of draw.io: shapes are devices, containers are zones, lines are connections.

Plain and compressed pages are read; a page that is compressed is inflated with a bound.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import msgspec

from ninefold.base import xmlsafe
from ninefold.base.errors import InputError, LimitError, Place
from ninefold.model.observed import Observation, ObservedHost
from ninefold.sources.common import Facts, addresses, clean, mac, origin, say, unique
from ninefold.sources.headings import field_of
from ninefold.sources.tables import FACT

NAME: Final = "drawio"
_INFLATED: Final = 32 * 1024 * 1024
_IP: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?")
_MAC: Final = re.compile(r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")


class _Cell(msgspec.Struct, frozen=True):
    id: str
    label: str
    style: str
    parent: str
    vertex: bool
    edge: bool
    ends: tuple[str, str]
    extra: dict[str, str]


def detect(head: bytes, name: str) -> bool:
    """Whether the content is a draw.io diagram."""
    return b"<mxfile" in head[:4096] or b"<mxGraphModel" in head[:4096]


def parse(data: bytes, name: str) -> Observation:
    """One host per labelled shape that holds no other. InputError when there is none."""
    made = origin(data, name, NAME)
    root = xmlsafe.parse(data, name)
    hosts: list[ObservedHost] = []
    for page, model in _pages(root, name):
        hosts += _hosts({cell.id: cell for cell in _cells(model)}, page, made.sha256)
    if not hosts:
        raise InputError("no-devices", str(say("The diagram shows no device.")), place=Place(name))
    return Observation(origin=made, hosts=tuple(hosts))


def _pages(root: Element, name: str) -> Iterator[tuple[str, Element]]:
    if xmlsafe.local(root) == "mxGraphModel":
        yield "", root
        return
    for page in xmlsafe.children(root, "diagram"):
        title = clean(page.get("name", ""))
        model = xmlsafe.child(page, "mxGraphModel")
        if model is None and (page.text or "").strip():
            model = xmlsafe.parse(_inflate((page.text or "").strip(), name), name)
        if model is not None:
            yield title, model


def _inflate(text: str, name: str) -> bytes:
    try:
        packed = base64.b64decode(text, validate=False)
        unpacker = zlib.decompressobj(-15)
        plain = unpacker.decompress(packed, _INFLATED)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise InputError(
            "bad-page", str(say("A page is damaged: {why}.", why=str(error))), place=Place(name)
        ) from error
    if unpacker.unconsumed_tail:
        raise LimitError(
            "too-large", str(say("A page unpacks to more than {n} bytes.", n=_INFLATED)), place=Place(name)
        )
    return unquote(plain.decode("utf-8", "replace")).encode()


def _cells(model: Element) -> Iterator[_Cell]:
    root = xmlsafe.child(model, "root")
    for item in root if root is not None else ():
        kind = xmlsafe.local(item)
        cell = xmlsafe.child(item, "mxCell") if kind in {"object", "UserObject"} else item if kind == "mxCell" else None
        if cell is None:
            continue
        label = item.get("label") if cell is not item else cell.get("value")
        extra = {} if cell is item else {key: value for key, value in item.attrib.items() if key not in {"label", "id"}}
        yield _Cell(
            item.get("id", ""),
            _text(label or ""),
            cell.get("style", ""),
            cell.get("parent", ""),
            cell.get("vertex") == "1",
            cell.get("edge") == "1",
            (cell.get("source", ""), cell.get("target", "")),
            extra,
        )


def _text(label: str) -> str:
    """A label without its HTML; line breaks become bars, so that name and address stay apart."""
    words: list[str] = []
    for number, part in enumerate(label[:10_000].split("<")):
        tag, closed, rest = part.partition(">")
        if number and closed and tag.strip("/ ").lower().startswith(("br", "div", "p")):
            words.append("\n")
        words.append(rest if number and closed else part)
    plain = html.unescape("".join(words))
    return " | ".join(clean(line) for line in plain.splitlines() if clean(line))


def _hosts(cells: dict[str, _Cell], page: str, source: str) -> Iterator[ObservedHost]:
    holders = {cell.parent for cell in cells.values() if cell.vertex and "edgeLabel" not in cell.style}
    names = {cell.id: _title(cell) for cell in cells.values()}
    links: dict[str, list[str]] = {}
    for line in (cell for cell in cells.values() if cell.edge):
        for near, far in (line.ends, line.ends[::-1]):
            if names.get(far):
                links.setdefault(near, []).append(names[far])
    for cell in cells.values():
        plain = cell.style.startswith(("text;", "edgeLabel")) or ";text;" in cell.style
        holder = cells.get(cell.parent)
        if not cell.vertex or cell.id in holders or plain or (holder is not None and holder.edge) or not names[cell.id]:
            continue
        yield _host(cell, cells, names, links.get(cell.id, ()), page, source)


def _title(cell: _Cell) -> str:
    parts = [part for part in cell.label.split(" | ") if not _IP.fullmatch(part) and not _MAC.fullmatch(part)]
    return parts[0] if parts else cell.label


def _host(
    cell: _Cell, cells: dict[str, _Cell], names: dict[str, str], peers: Sequence[str], page: str, source: str
) -> ObservedHost:
    where = f"{page}/{cell.id}"
    facts = Facts(source)
    facts.add("declared.title", names[cell.id], where)
    facts.add("declared.zone", _zone(cell, cells, names), where)
    written = " ".join([cell.label, *cell.extra.values()])
    for key, value in cell.extra.items():
        fact = FACT.get(field_of(key))
        if fact:
            facts.add(fact, value, where)
    for peer in peers:
        facts.add("drawn.connected_to", peer, where)
    return ObservedHost(
        ips=unique(ip for text in _IP.findall(written) for ip in addresses(text)),
        macs=unique(mac(text) for text in _MAC.findall(written)),
        names=unique([names[cell.id]]),
        facts=facts.done(),
    )


def _zone(cell: _Cell, cells: dict[str, _Cell], names: dict[str, str]) -> str:
    """The innermost container with a label."""
    seen: set[str] = set()
    parent = cell.parent
    while parent in cells and parent not in seen:
        seen.add(parent)
        if cells[parent].vertex and names[parent]:
            return names[parent]
        parent = cells[parent].parent
    return ""
