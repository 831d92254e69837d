"""Verify a folder of evidence: signatures, digests of what they speak of, the chain of the ledger.

Needs only the folder and public keys: no history, no database, no network.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ninefold.base import dsse
from ninefold.base.digest import sha256
from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.base.files import safe_join
from ninefold.base.i18n import Message, messages
from ninefold.base.limits import read_bytes
from ninefold.evidence import ledger, statements
from ninefold.model.findings import Finding, Reason, in_order
from ninefold.model.vocabulary import Severity, State

say = messages("evidence")
_FOLDERS: Final = ("evidence/statements", "evidence/approvals")


def verify(root: Path, keys: Mapping[str, bytes], trusted: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """One finding per signed file, per subject of it, and for the ledger.

    ``keys``: public keys that came with the evidence; ``trusted``: those the reader knows. A right signature by an
    unknown key is *undecided*: it shows that nothing was changed since, not who said it.
    """
    found: list[Finding] = []
    for folder in _FOLDERS:
        for path in sorted((root / folder).glob("*.json")):
            found += _file(root, path, {**keys, **trusted}, trusted)
    found += _ledger(root)
    return in_order(found)


def _file(root: Path, path: Path, keys: Mapping[str, bytes], trusted: Mapping[str, bytes]) -> Iterator[Finding]:
    name = path.relative_to(root).as_posix()
    try:
        safe_join(root, name)
        envelope = dsse.decode(read_bytes(path), name)
        good = dsse.verify(envelope, keys)
        content = statements.parse(envelope)
    except NinefoldError as error:
        yield _finding("evidence-file", name, State.ERROR, say("The file cannot be read as evidence."), error.message)
        return
    if not good:
        yield _finding("evidence-signature", name, State.FAIL, say("The signature is wrong or its key is missing."))
        return
    if not any(key in trusted for key in good):
        text = say("The signature is right; the key {key} is not among those you trust.", key=good[0][:16])
        yield _finding("evidence-signature", name, State.UNDECIDED, text, severity=Severity.LOW)
    else:
        yield _finding("evidence-signature", name, State.PASS, say("The signature is right."))
    if content.predicate_type.endswith("/approval/v1"):
        return  # binds a canonical value, not a file
    for subject in content.subject:
        yield _subject(root, name, subject)


def _subject(root: Path, name: str, subject: statements.Subject) -> Finding:
    wanted = subject.digest.get("sha256", "")
    try:
        path = safe_join(root, subject.name)
        present = sha256(read_bytes(path)) if path.is_file() else ""
    except InputError as error:
        return _finding(
            "evidence-subject", name, State.ERROR, say("A subject cannot be read."), error.message, subject.name
        )
    if not present:
        text = say("{file} is not here, so it cannot be compared.", file=subject.name)
        return _finding("evidence-subject", name, State.UNDECIDED, text, "", subject.name, Severity.LOW)
    if present != wanted:
        text = say("{file} is not the file this evidence speaks of.", file=subject.name)
        return _finding("evidence-subject", name, State.FAIL, text, "", subject.name)
    text = say("{file} is unchanged.", file=subject.name)
    return _finding("evidence-subject", name, State.PASS, text, "", subject.name)


def _ledger(root: Path) -> Iterator[Finding]:
    path = root / ledger.FILE
    if not path.exists():
        return
    try:
        entries = ledger.read(read_bytes(path))
    except NinefoldError as error:
        text = say("The ledger was changed.")
        yield _finding("evidence-ledger", ledger.FILE, State.FAIL, text, error.message, place=error.place)
        return
    yield _finding("evidence-ledger", ledger.FILE, State.PASS, say("The chain of {n} lines is whole.", n=len(entries)))
    newest = {entry.name: entry for entry in entries}
    for path in sorted((root / _FOLDERS[0]).glob("*.json")):
        name = path.relative_to(root).as_posix()
        if name not in newest:
            text = say("{file} does not stand in the ledger; its end may have been cut off.", file=name)
            yield _finding("evidence-ledger", name, State.FAIL, text)
    for name, entry in sorted(newest.items()):
        try:
            present = sha256(read_bytes(safe_join(root, name)))
        except NinefoldError:
            text = say("{file} stands in the ledger but is not here.", file=name)
            yield _finding("evidence-ledger", name, State.UNDECIDED, text, severity=Severity.MEDIUM)
            continue
        if present != entry.sha256:
            text = say("{file} differs from what the ledger says.", file=name)
            yield _finding("evidence-ledger", name, State.FAIL, text)


def _finding(
    rule: str,
    subject: str,
    state: State,
    title: Message,
    detail: str = "",
    discriminator: str = "",
    severity: Severity = Severity.HIGH,
    place: Place | None = None,
) -> Finding:
    because = (Reason(says=detail),) if detail else ()
    return Finding(
        rule=rule,
        subject=subject,
        discriminator=discriminator,
        title=title,
        severity=severity,
        state=state,
        because=because,
        place=place,
        evidence=subject,
    )
