"""Download what a provider offers into a folder: only what is new, only what its hash and signature confirm.

Whatever goes wrong costs a finding, nothing else: the other documents are fetched all the same, and a later run
continues where this one ended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from ninefold.base import limits
from ninefold.base.digest import sha256
from ninefold.base.errors import InputError, NinefoldError
from ninefold.base.files import safe_join, write_atomic
from ninefold.base.i18n import Message
from ninefold.base.progress import SILENT, Progress
from ninefold.model.findings import Finding, Reason
from ninefold.model.vocabulary import Severity, State
from ninefold.supply.advisories.document import Document, decode
from ninefold.supply.fetching import signatures
from ninefold.supply.fetching.provider import Offer, Provider, discover, offers
from ninefold.supply.fetching.transport import Refused, Transport, get
from ninefold.supply.versions import say

STATE: Final = ".fetched.json"
DOCUMENT: Final = limits.TEXT_FILE


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What a run brought: names of new and changed files, how many were as before, what went wrong."""

    provider: str = ""
    new: tuple[str, ...] = ()
    unchanged: int = 0
    findings: tuple[Finding, ...] = ()


def fetch(
    name: str, folder: Path, *, transport: Transport = get, progress: Progress = SILENT, most: int = 1_000_000
) -> Fetched:
    """Bring a folder up to date with a provider (domain or address of its metadata); ``most``: documents per run."""
    try:
        provider = discover(name, transport)
        listed = list(offers(provider, transport))
    except (Refused, NinefoldError) as error:
        return Fetched(findings=(_finding("supply.provider", name, str(error), Severity.HIGH),))
    return _Run(provider, folder, transport).all(listed[:most], progress)


class _Run:
    """One run: the keys of the provider, what earlier runs left, what this one finds."""

    def __init__(self, provider: Provider, folder: Path, transport: Transport) -> None:
        self.provider, self.folder, self.transport = provider, folder, transport
        self.findings: list[Finding] = []
        self.known = _state(folder)
        self.keys = signatures.keyring([key for url in provider.keys if (key := self._beside(url, limits.MIB))])

    def all(self, listed: list[Offer], progress: Progress) -> Fetched:
        new: list[str] = []
        unchanged = 0
        progress.start("fetch", len(listed))
        for offer in listed:
            name = self._one(offer)
            if name == "":
                unchanged += 1
            elif name:
                new.append(name)
                _keep(self.folder, self.known)
            progress.advance("fetch")
        progress.finish("fetch")
        return Fetched(provider=self.provider.name, new=tuple(new), unchanged=unchanged, findings=tuple(self.findings))

    def _one(self, offer: Offer) -> str | None:
        """The name of a new file; empty when nothing changed; None when something was wrong."""
        if not offer.url:
            self._wrong(offer.updated, say("The name leads out of the provider's folder."))
            return None
        before = self.known.get(offer.url, {})
        if offer.updated and before.get("updated") == offer.updated and self._here(before):
            return ""
        asked = {"If-None-Match": before["etag"]} if before.get("etag") and self._here(before) else {}
        try:
            answer = self.transport(offer.url, asked, DOCUMENT)
        except Refused as error:
            self._wrong(offer.url, say("The advisory could not be fetched: {why}.", why=error.reason))
            return None
        if answer.status == 304:
            return ""
        return self._check(offer, answer.body, answer.headers.get("etag", ""), before)

    def _check(self, offer: Offer, data: bytes, etag: str, before: Mapping[str, str]) -> str | None:
        digest = sha256(data)
        if before.get("sha256") == digest and self._here(before):
            return ""
        fault = self._hash(offer, data) or self._signature(offer, data)
        if fault:
            self._wrong(offer.url, fault)
            return None
        try:
            name = file_name(data, offer.url)
            write_atomic(safe_join(self.folder, name), data)
        except NinefoldError as error:
            self._wrong(offer.url, error.message)
            return None
        self.known[offer.url] = {"name": name, "sha256": digest, "etag": etag, "updated": offer.updated}
        return name

    def _hash(self, offer: Offer, data: bytes) -> Message | None:
        for algorithm, url in offer.hashes:
            listed = self._beside(url, limits.KIB)
            if listed is not None:
                return None if signatures.hash_fits(data, listed, algorithm) else say("The hash does not fit.")
        self._note(offer.url, say("No hash was found beside the advisory."))
        return None

    def _signature(self, offer: Offer, data: bytes) -> Message | None:
        signature = self._beside(offer.signature, limits.MIB) if offer.signature else None
        fits = signatures.signature_fits(data, signature, self.keys) if signature else None
        if fits is False:
            return say("The signature does not fit.")
        if fits is None:
            self._note(offer.url, say("The signature could not be checked."))
        return None

    def _beside(self, url: str, limit: int) -> bytes | None:
        try:
            return self.transport(url, {}, limit).body
        except Refused:
            return None

    def _here(self, before: Mapping[str, str]) -> bool:
        name = before.get("name", "")
        return bool(name) and (self.folder / name).is_file()

    def _wrong(self, subject: str, why: Message | str) -> None:
        self.findings.append(_finding("supply.fetch", subject, why, Severity.MEDIUM))

    def _note(self, subject: str, why: Message) -> None:
        self.findings.append(_finding("supply.unproven", subject, why, Severity.LOW, State.UNDECIDED))


def file_name(data: bytes, url: str) -> str:
    """``YEAR/ID.json`` as CSAF 2.0 sections 5.1 and 7.1.11 name it; from the document, never from the address.

    InputError when the document is no CSAF with an identifier.
    """
    document = Document(decode(data, url))
    name = re.sub(r"[^+\-a-z0-9]+", "_", document.name.lower())
    if not name.strip("_") or len(name) > 200:
        raise InputError("no-advisory", "This is no CSAF document with an identifier.")
    year = str(document.tracking.get("initial_release_date", ""))[:4]
    return f"{year}/{name}.json" if re.fullmatch(r"\d{4}", year) else f"{name}.json"


def _finding(rule: str, subject: str, why: Message | str, severity: Severity, state: State = State.FAIL) -> Finding:
    shown = urlsplit(subject).path.rsplit("/", 1)[-1] or subject
    title = say("Fetching {name}: {why}", name=shown, why=why)
    return Finding(rule=rule, subject=subject, title=title, severity=severity, state=state, because=(Reason(says=why),))


def _state(folder: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads((folder / STATE).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and all(isinstance(item, dict) for item in found.values()) else {}


def _keep(folder: Path, state: dict[str, dict[str, str]]) -> None:
    write_atomic(folder / STATE, json.dumps(state, sort_keys=True, indent=1).encode())
