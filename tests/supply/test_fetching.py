"""A provider on this machine: what it offers is fetched once; where it lies, it costs a finding and nothing else."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ninefold.supply.advisories.document import decode
from ninefold.supply.fetching import provider, signatures, transport
from ninefold.supply.fetching.download import Fetched, fetch
from support import corpus

SIGNED = Path(__file__).with_name("signed")
DOCUMENT = (SIGNED / "ex-2026-0001.json").read_bytes()
NAME = "2026/ex-2026-0001.json"
Page = bytes | Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(pages: dict[str, Page]) -> Iterator[str]:
    """A web server on the loopback that answers with ``pages`` and 404; counts in ``pages['hits']``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            if callable(page):
                page(self)
                return
            if page is None:
                self.send_error(404)
                return
            etag = hashlib.sha256(page).hexdigest()[:8]
            if self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def metadata(base: str, **more: Any) -> bytes:
    root = {
        "publisher": {"name": "Example", "category": "vendor", "namespace": "https://example.com"},
        "role": "csaf_trusted_provider",
        "distributions": [{"rolie": {"feeds": [{"url": f"{base}/feed.json", "tlp_label": "WHITE"}]}}],
        "public_openpgp_keys": [{"url": f"{base}/key.asc"}],
        **more,
    }
    return json.dumps(root).encode()


def feed(*urls: str, rel: str = "rel") -> bytes:
    entries = [
        {
            "id": url,
            "updated": "2026-01-02T00:00:00Z",
            "content": {"src": url},
            "link": [
                {"rel": "self", "href": url},
                {rel: "hash", "href": f"{url}.sha512"},
                {rel: "signature", "href": f"{url}.asc"},
            ],
        }
        for url in urls
    ]
    return json.dumps({"feed": {"entry": entries}}).encode()


def offered(base: str, pages: dict[str, Page], **changes: Page) -> None:
    """A good provider with one advisory, then changed."""
    pages["/provider-metadata.json"] = metadata(base)
    pages["/feed.json"] = feed("/a.json")
    pages["/a.json"] = DOCUMENT
    pages["/a.json.sha512"] = hashlib.sha512(DOCUMENT).hexdigest().encode() + b"  a.json\n"
    pages["/a.json.asc"] = (SIGNED / "ex-2026-0001.json.asc").read_bytes()
    pages["/key.asc"] = (SIGNED / "key.asc").read_bytes()
    pages.update({f"/{name.replace('__', '.')}": page for name, page in changes.items()})


def brought(tmp_path: Path, **changes: Page) -> Fetched:
    pages: dict[str, Page] = {}
    quick = partial(transport.get, total=1.0)
    with serving(pages) as base:
        offered(base, pages, **changes)
        return fetch(f"{base}/provider-metadata.json", tmp_path, transport=quick)


def test_fetched_once_checked_and_not_again(tmp_path: Path) -> None:
    pages: dict[str, Page] = {}
    with serving(pages) as base:
        offered(base, pages)
        first = fetch(f"{base}/provider-metadata.json", tmp_path)
        assert (first.new, first.findings) == ((NAME,), ())
        assert (tmp_path / NAME).read_bytes() == DOCUMENT
        second = fetch(f"{base}/provider-metadata.json", tmp_path)
        assert (second.new, second.unchanged) == ((), 1)
        (tmp_path / NAME).unlink()  # an interrupted run is completed
        assert fetch(f"{base}/provider-metadata.json", tmp_path).new == (NAME,)


def test_directories_are_read_too(tmp_path: Path) -> None:
    pages: dict[str, Page] = {}
    with serving(pages) as base:
        offered(base, pages)
        pages["/provider-metadata.json"] = metadata(base, distributions=[{"directory_url": base}])
        pages["/changes.csv"] = b'"a.json","2026-01-02T00:00:00Z"\n"../../etc/passwd.json","2026-01-02T00:00:00Z"\n'
        found = fetch(f"{base}/provider-metadata.json", tmp_path)
    assert found.new == (NAME,)
    assert ["leads out" in str(item.title) for item in found.findings] == [True]


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", handler.path)
    handler.end_headers()


def huge(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()


def slow(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(DOCUMENT[:10])


def inwards(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://198.51.100.1/secret")
    handler.end_headers()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"a__json__sha512": b"0" * 128}, "hash does not fit"),
        (
            {"a__json__asc": b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"},
            "signature does not",
        ),
        ({"a__json": endless}, "redirects without end"),
        ({"a__json": huge}, "larger than"),
        ({"a__json": slow}, "too slow"),
        ({"a__json": cut}, "cut off|failed"),
        ({"a__json": inwards}, "only HTTPS"),
        ({"feed__json": feed("/missing.json")}, "answers 404"),
        ({"feed__json": b"{"}, "no JSON"),
        ({"feed__json": feed("http://198.51.100.1/a.json")}, "only HTTPS"),
        ({"provider-metadata__json": b"{}"}, "no provider metadata"),
    ],
)
def test_a_provider_that_lies_costs_a_finding(tmp_path: Path, changes: dict[str, Page], why: str) -> None:
    found = brought(tmp_path, **changes)
    assert found.new == ()
    assert list(tmp_path.rglob("*.json")) == [] or [p.name for p in tmp_path.rglob("*.json")] == [".fetched.json"]
    wrong = [str(item.title) for item in found.findings if item.rule != "supply.unproven"]
    assert any(word in title for word in why.split("|") for title in wrong), wrong


def test_the_name_of_the_file_comes_from_the_document(tmp_path: Path) -> None:
    evil = DOCUMENT.replace(b"EX-2026-0001", b"../../../evil")
    found = brought(
        tmp_path / "in", a__json=evil, a__json__sha512=hashlib.sha512(evil).hexdigest().encode(), a__json__asc=b""
    )
    assert [name for name in found.new if ".." in name] == []
    assert all(path.is_relative_to(tmp_path / "in") for path in tmp_path.rglob("*.json"))


def test_without_key_a_signature_is_undecided(tmp_path: Path) -> None:
    found = brought(tmp_path, key__asc=b"")
    assert found.new == (NAME,)
    assert [item.rule for item in found.findings] == ["supply.unproven"]


def test_signatures() -> None:
    keys = signatures.keyring([(SIGNED / "key.asc").read_bytes(), b"junk"])
    good = (SIGNED / "ex-2026-0001.json.asc").read_bytes()
    assert signatures.signature_fits(DOCUMENT, good, keys) is True
    assert signatures.signature_fits(DOCUMENT + b" ", good, keys) is False
    assert signatures.signature_fits(DOCUMENT, good, b"") is None


def test_discovery_by_security_txt() -> None:
    def answer(url: str, headers: Any, limit: int) -> transport.Answer:
        pages = {
            "https://example.com/.well-known/security.txt": b"Contact: x\nCSAF: https://example.com/csaf/pm.json\n",
            "https://example.com/csaf/pm.json": metadata("https://example.com"),
        }
        if url not in pages:
            raise transport.Refused("no", 404)
        return transport.Answer(url, 200, pages[url])

    found = provider.discover("example.com", answer)
    assert found.feeds == ("https://example.com/feed.json",)
    with pytest.raises(transport.Refused):
        provider.discover("example.org", answer)


@pytest.mark.corpus
def test_the_feed_of_cisa_that_writes_ref_for_rel() -> None:
    root = decode((corpus("csaf/cisa-feed") / "cisa-csaf-it-feed-tlp-white.json").read_bytes())
    found = list(provider.in_feed(root, "https://example.com/feed.json"))
    assert found
    assert all(offer.hashes and offer.signature.endswith(".asc") for offer in found)
