"""What readers share: origin, addresses in one spelling, bounded JSON, names of services."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import msgspec

from ninefold.base.digest import sha256
from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.i18n import messages
from ninefold.base.limits import TEXT_FILE
from ninefold.model.catalogue import SERVICES
from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.observed import Fact, Origin
from ninefold.model.vocabulary import Severity, State

say = messages("sources")
VALUE: Final = 2_000  # characters of one fact: a banner may be long, an attack is longer
_HEX: Final = re.compile(r"[0-9a-f]{12}")


def origin(data: bytes, name: str, kind: str) -> Origin:
    """Where facts come from. ``name`` is the file name without its folder, so that results do not depend on it."""
    return Origin(name=base_name(name), kind=kind, sha256=sha256(data), size=len(data))


def base_name(name: str) -> str:
    """The last part of a path in either spelling."""
    return re.split(r"[/\\]", name)[-1] if name else ""


def mac(text: str) -> str:
    """A MAC address as ``00:1b:1b:aa:bb:cc`` from any usual spelling; "" when it is none, broadcast or zero."""
    digits = re.sub(r"[\s:.\-]", "", text.strip().lower().removeprefix("0x"))
    if not _HEX.fullmatch(digits) or digits in {"0" * 12, "f" * 12}:
        return ""
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def address(text: str) -> str:
    """An IP address in its short spelling, without prefix, port zone or brackets; "" when it is none."""
    bare = text.strip().strip("[]").split("/")[0].split("%")[0].strip()
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return _padded(bare)
    return "" if found.is_unspecified else str(found)


def _padded(text: str) -> str:
    """``192.168.001.010``, as lists of automation people have it: decimal, not octal."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
        return ""
    if any(int(part) > 255 for part in parts):
        return ""
    found = ".".join(str(int(part)) for part in parts)
    return "" if found == "0.0.0.0" else found  # noqa: S104 - compared, not bound


def addresses(text: str) -> tuple[str, ...]:
    """Every IP address in a cell such as ``10.0.0.1, 10.0.0.2/24``."""
    found = (address(part) for part in re.split(r"[\s,;]+", text))
    return unique(item for item in found if item)


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Without doubles and empty ones, in the order they came."""
    return tuple(dict.fromkeys(item for item in items if item))


def clean(value: object) -> str:
    """A value of a foreign file as one bounded line of text without control characters."""
    text = value if isinstance(value, str) else str(value)
    text = "".join(mark if mark.isprintable() else " " for mark in text[: VALUE * 2])
    return " ".join(text.split())[:VALUE]


def pairs(text: str) -> dict[str, str]:
    """A look-up table written as ``name=value`` words."""
    return dict(word.split("=", 1) for word in text.split())


class Facts:
    """Collects the facts of one host of one source."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._facts: dict[tuple[str, str], Fact] = {}

    def add(self, key: str, value: object, locator: str = "") -> None:
        """Remember a fact once; an empty value is none."""
        text = clean(value) if value is not None else ""
        if text:
            self._facts.setdefault((key, text), Fact(key=key, value=text, source=self.source, locator=locator))

    def done(self) -> tuple[Fact, ...]:
        """All facts, by key."""
        return tuple(sorted(self._facts.values(), key=lambda fact: (fact.key, fact.value)))


def read_json(data: bytes, name: str, limit: int = TEXT_FILE) -> Any:
    """JSON of a stranger. InputError when it is none, LimitError when it is too large or too deep."""
    if len(data) > limit:
        raise LimitError(
            "too-large",
            str(say("The file has {n} bytes; at most {limit} are read.", n=len(data), limit=limit)),
            place=Place(name),
        )
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            data = data.decode("utf-16").encode()
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError as error:
        raise LimitError("too-deep", str(say("The JSON is nested too deep.")), place=Place(name)) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InputError("bad-json", str(say("This is no JSON: {why}.", why=str(error))), place=Place(name)) from error


def finding(
    rule: str,
    subject: str,
    title: Words,
    severity: Severity = Severity.LOW,
    *,
    discriminator: str = "",
    state: State = State.FAIL,
    advice: Words = "",
    because: Iterable[Reason] = (),
    evidence: str = "",
) -> Finding:
    """A finding of a reader: something of the file could not be taken as it stands."""
    return Finding(
        rule=rule,
        subject=subject,
        discriminator=discriminator,
        title=title,
        severity=severity,
        state=state,
        advice=advice,
        because=tuple(because),
        evidence=evidence,
    )


@cache
def _ports() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for service in SERVICES.values():
        for spec in service.port_specs:
            if spec.transport in {"tcp", "udp", "sctp"} and spec.last - spec.first < 16:
                for port in range(spec.first, spec.last + 1):
                    table.setdefault(f"{spec.transport}/{port}", service.id)
    return table


def service_at(port: str) -> str:
    """The service that usually stands at ``tcp/502``; "" when nothing is known. A guess: grade it as by port only."""
    return _ports().get(port, "")
