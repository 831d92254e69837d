"""Documents that are no observation of a plant but are handed to us as one: refused with the way to go."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from ninefold.base.errors import InputError, Place
from ninefold.sources.common import say

NAME: Final = "refused"
_KINDS: Final = (
    (re.compile(rb'"@context"\s*:\s*"https://openvex\.dev'), "openvex", say("OpenVEX document")),
    (re.compile(rb'"csaf_version"\s*:'), "csaf", say("CSAF advisory")),
    (
        re.compile(rb'"schema_version"\s*:\s*"1\.|"id"\s*:\s*"(?:GHSA|PYSEC|GO|RUSTSEC|OSV)-'),
        "osv",
        say("OSV advisory"),
    ),
    (re.compile(rb'"dataType"\s*:\s*"CVE_RECORD"'), "cve", say("CVE record")),
)


def detect(head: bytes, name: str) -> bool:
    """Whether the content is an advisory or a statement on vulnerabilities."""
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    return start[:1] == b"{" and any(pattern.search(head) for pattern, _, _ in _KINDS)


def parse(data: bytes, name: str) -> NoReturn:
    """Always raises InputError: code ``advisory``."""
    kind = next(words for pattern, _, words in _KINDS if pattern.search(data[:65536]))
    raise InputError(
        "advisory",
        str(say("This is an {kind}: it speaks of vulnerabilities, not of a plant.", kind=kind)),
        place=Place(name),
        advice=str(say("Use 'ninefold advisory validate' or 'ninefold advisory match'.")),
    )
