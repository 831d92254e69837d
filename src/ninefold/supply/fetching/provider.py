"""What a provider offers: discovery of ``provider-metadata.json``, ROLIE feeds, directory listings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin

import msgspec

from ninefold.base import limits
from ninefold.base.errors import InputError
from ninefold.supply.advisories.document import Node, decode, node, nodes, text
from ninefold.supply.fetching.transport import Refused, Transport
from ninefold.supply.rows import rows

METADATA: Final = limits.MIB
FEED: Final = limits.TEXT_FILE
ENTRIES: Final = 100_000  # of one feed


class Offer(msgspec.Struct, frozen=True):
    """One advisory that a provider offers: addresses of document, hashes (algorithm, address) and signature."""

    url: str
    hashes: tuple[tuple[str, str], ...] = ()
    signature: str = ""
    updated: str = ""


class Provider(msgspec.Struct, frozen=True):
    """A provider as its metadata describes it."""

    url: str
    name: str
    role: str
    feeds: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


def discover(name: str, transport: Transport) -> Provider:
    """The provider behind a domain or an address of its metadata. Raises Refused when none is found.

    CSAF 2.0 section 7.3.1 to 7.3.2: well-known address, security.txt, then the host csaf.data.security.
    """
    if "://" in name:
        return _provider(name, transport)
    tried = []
    for url in _candidates(name, transport):
        try:
            return _provider(url, transport)
        except (Refused, InputError) as error:
            tried.append(f"{url}: {error}")
    raise Refused("no provider metadata was found; " + "; ".join(tried))


def _candidates(domain: str, transport: Transport) -> Iterator[str]:
    yield f"https://{domain}/.well-known/csaf/provider-metadata.json"
    for place in (f"https://{domain}/.well-known/security.txt", f"https://{domain}/security.txt"):
        try:
            answer = transport(place, {}, limits.MIB)
        except Refused:
            continue
        yield from re.findall(r"(?im)^CSAF:\s*(https://\S+)", answer.body.decode("utf-8", "replace"))[:3]
        break
    yield f"https://csaf.data.security.{domain}"


def _provider(url: str, transport: Transport) -> Provider:
    answer = transport(url, {}, METADATA)
    root = decode(answer.body, url)
    if not isinstance(root, dict) or not text(root, "publisher", "name"):
        raise InputError("no-provider", "This is no provider metadata.")
    feeds: list[str] = []
    directories: list[str] = []
    for _, item in nodes(root, "distributions"):
        feeds += [text(feed, "url") for _, feed in nodes(node(item, "rolie"), "feeds") if text(feed, "url")]
        if text(item, "directory_url"):
            directories.append(text(item, "directory_url"))
    keys = tuple(text(key, "url") for _, key in nodes(root, "public_openpgp_keys") if text(key, "url"))
    role = text(root, "role")
    return Provider(answer.url, text(root, "publisher", "name"), role, tuple(feeds), tuple(directories), keys)


def offers(provider: Provider, transport: Transport) -> Iterator[Offer]:
    """Everything a provider offers: its feeds, else its directories. Raises Refused or InputError for a bad feed."""
    for url in provider.feeds:
        answer = transport(url, {}, FEED)
        yield from in_feed(decode(answer.body, url), answer.url)
    for url in () if provider.feeds else provider.directories:
        yield from _in_directory(url.rstrip("/") + "/", transport)


def in_feed(root: object, base: str) -> Iterator[Offer]:
    """The entries of a ROLIE feed. Some write ``ref`` for ``rel`` (CISA): read, never written."""
    for _, entry in nodes(node(root, "feed"), "entry")[:ENTRIES]:
        links = [(text(link, "rel") or text(link, "ref"), text(link, "href")) for _, link in nodes(entry, "link")]
        own = next((href for rel, href in links if rel == "self"), "") or text(entry, "content", "src")
        if own:
            yield _offer(urljoin(base, own), links, base, entry)


def _offer(url: str, links: list[tuple[str, str]], base: str, entry: Node) -> Offer:
    hashes = [
        (href.rsplit(".", 1)[-1].lower(), urljoin(base, href))
        for rel, href in links
        if rel == "hash" and href.lower().endswith((".sha256", ".sha512"))
    ]
    signature = next((urljoin(base, href) for rel, href in links if rel == "signature"), "")
    return Offer(url, tuple(sorted(hashes, reverse=True)), signature, text(entry, "updated"))


def _in_directory(base: str, transport: Transport) -> Iterator[Offer]:
    """``changes.csv`` (newest first), or ``index.txt``; hashes and signatures lie beside the documents."""
    try:
        changes = rows(transport(f"{base}changes.csv", {}, FEED).body)
        listed = [(row[0], row[1] if len(row) > 1 else "") for row in changes if row]
    except Refused:
        lines = transport(f"{base}index.txt", {}, FEED).body.decode("utf-8", "replace").splitlines()
        listed = [(line.strip(), "") for line in lines if line.strip()]
    for name, updated in listed[:ENTRIES]:
        url = urljoin(base, name)
        if name.endswith(".json") and url.startswith(base) and ".." not in name.split("/"):
            hashes = (("sha512", f"{url}.sha512"), ("sha256", f"{url}.sha256"))
            yield Offer(url, hashes, f"{url}.asc", updated)
        else:
            yield Offer("", updated=name)
