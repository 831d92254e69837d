"""One request over HTTP: bounded in size, time and redirects; HTTPS only, except to this machine itself.

A refused or failed request is a :class:`Refused` with a reason, never an endless wait.
"""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec

from ninefold.base import limits

REDIRECTS: Final = 5
TIMEOUT: Final = 20.0  # seconds for one answer of the network
TOTAL: Final = 120.0  # seconds for one whole document
AGENT: Final = "ninefold (advisory downloader)"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Refused(Exception):  # noqa: N818 - it is an answer, not a bug
    """A request that gave nothing; ``code`` is the HTTP status or 0."""

    def __init__(self, reason: str, code: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Answer(msgspec.Struct, frozen=True):
    """Status 200 with a body, or 304 without; ``url`` is where it came from in the end."""

    url: str
    status: int
    body: bytes = b""
    headers: dict[str, str] = {}


#: (address, further headers, largest body) -> answer; raises :class:`Refused`
Transport = Callable[[str, Mapping[str, str], int], Answer]


def get(url: str, headers: Mapping[str, str], limit: int = limits.TEXT_FILE, *, total: float = TOTAL) -> Answer:
    """Fetch an address. Redirects may not leave HTTPS; the whole exchange ends after ``total`` seconds."""
    end = time.monotonic() + total
    for _ in range(REDIRECTS + 1):
        answer = _once(url, headers, limit, end)
        if answer.status not in (301, 302, 303, 307, 308):
            return answer
        target = urljoin(url, answer.headers.get("location", ""))
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
            raise Refused("it redirects away from HTTPS")
        url = target
    raise Refused("it redirects without end")


def _once(url: str, headers: Mapping[str, str], limit: int, end: float) -> Answer:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise Refused("only HTTPS addresses are fetched")
    connection = _connection(parts.scheme, host, parts.port, min(TIMEOUT, max(0.1, end - time.monotonic())))
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"User-Agent": AGENT, "Accept-Encoding": "identity", **headers})
        response = connection.getresponse()
        known = {name.lower(): value for name, value in response.getheaders()}
        if response.status not in (200, 206):
            if response.status >= 400:
                raise Refused(f"the server answers {response.status}", response.status)
            return Answer(url, response.status, b"", known)
        return Answer(url, response.status, _body(response, limit, end), known)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Refused(f"the connection failed ({type(error).__name__})") from error
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=timeout)


def _body(response: http.client.HTTPResponse, limit: int, end: float) -> bytes:
    length = response.getheader("content-length") or ""
    if length.isdigit() and int(length) > limit:
        raise Refused(f"it is larger than {limit} bytes")
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(64 * limits.KIB):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise Refused(f"it is larger than {limit} bytes")
        if time.monotonic() > end:
            raise Refused("it is too slow")
    if length.isdigit() and size < int(length):
        raise Refused("it was cut off")
    return b"".join(pieces)
