"""Approvals: signed files in ``evidence/approvals`` that bind a digest, a person, a role and a date.

A local key is an integrity seal, not a qualified electronic signature. Source: IEC 62443-3-2:2020 ZCR 7.1 (the
asset owner approves); design section 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from ninefold.base import dsse
from ninefold.base.clock import Clock, now
from ninefold.base.digest import canonical, sha256
from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.base.files import safe_join
from ninefold.base.limits import read_bytes
from ninefold.model.approvals import Approval
from ninefold.model.vocabulary import Role
from ninefold.workspace.faults import say
from ninefold.workspace.transaction import Transaction
from ninefold.workspace.userfiles import config_folder

FOLDER: Final = "evidence/approvals"
KEYS: Final = "evidence/keys"
PAYLOAD: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://ninefold.dev/approval/v1"
_SHA: Final = 64


class _Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is signed: the approval without what only verification can say."""

    step: str
    digest: str
    by: str
    role: Role
    reason: str
    date: str
    document: str = ""
    document_sha256: str = ""


class _Statement(msgspec.Struct, frozen=True, rename={"type_": "_type", "kind": "predicateType"}):
    type_: str
    subject: tuple[dict[str, object], ...]
    kind: str
    predicate: _Given


def default_key() -> Path:
    """Where this user's own key is kept."""
    return config_folder() / "approval.pem"


def create_key(path: Path | None = None) -> dsse.FileKey:
    """Make a key of this user: at ``path``, else the default one. InputError when there is one already."""
    return dsse.create_key(path or default_key())


def signer_of(key: Path | Sequence[str] | None) -> dsse.Signer:
    """A key file, a command (list of words, from the user's own settings), or with None the user's own key."""
    if key is not None and not isinstance(key, Path):
        return dsse.CommandKey(key)
    path = key or default_key()
    if not path.is_file():
        advice = str(say("Add --new-key, or name a key with --key."))
        raise InputError("no-key", str(say("There is no key to sign with.")), place=Place(str(path)), advice=advice)
    return dsse.FileKey(path)


def approve(
    root: Path,
    *,
    step: str,
    digest: str,
    by: str,
    role: Role,
    reason: str,
    key: Path | Sequence[str] | None = None,
    document: Path | None = None,
    clock: Clock = now,
) -> Approval:
    """Sign an approval of ``digest`` (SHA-256) and write it, as one change of the workspace.

    ``document``: a signed document from outside (a letter, a PDF) that says the same; it is kept beside it.
    Raises InputError for a missing key, an empty name or a digest that is none.
    """
    if not by.strip():
        raise InputError("no-name", str(say("Say who approves.")), advice="--by NAME")
    if len(digest) != _SHA or not set(digest) <= set("0123456789abcdef"):
        raise InputError("bad-digest", str(say("This is no SHA-256 digest.")))
    signer = signer_of(key)
    files, name = _document(document)
    given = _Given(
        step=step,
        digest=digest,
        by=by,
        role=role,
        reason=reason,
        date=clock().date().isoformat(),
        document=name,
        document_sha256=sha256(files[name]) if name else "",
    )
    signed = _signed(given, signer)
    with Transaction(root, author=by, reason=str(say("Approve {step}", step=step)), clock=clock) as change:
        for path, data in {**files, **signed}.items():
            change.write(path, data)
    (made,) = [path for path in signed if path.startswith(FOLDER)]
    return verify_file(root / made, {**public_keys(root), **trusted_keys()}, trusted_keys())


def _document(path: Path | None) -> tuple[dict[str, bytes], str]:
    if path is None:
        return {}, ""
    data = read_bytes(path)
    name = f"{FOLDER}/documents/{sha256(data)[:12]}-{path.name}"
    return {name: data}, name


def _signed(given: _Given, signer: dsse.Signer) -> dict[str, bytes]:
    """The envelope and the public key it names, by file name."""
    statement = _Statement(STATEMENT, (_subject(given),), PREDICATE, given)
    envelope = dsse.sign(PAYLOAD, canonical(statement), signer)
    name = f"{FOLDER}/{given.step}-{given.role.value}-{sha256(envelope.content)[:12]}.json"
    key = f"{KEYS}/{dsse.key_id(signer.public)[:16]}.pub"
    return {name: dsse.encode(envelope), key: signer.public.hex().encode() + b"\n"}


def _subject(given: _Given) -> dict[str, object]:
    return {"name": given.step, "digest": {"sha256": given.digest}}


def approvals(root: Path) -> tuple[Approval, ...]:
    """Every approval of the workspace, oldest first, damaged ones included (``valid`` false, ``fault`` says why)."""
    trusted = trusted_keys()
    keys = {**public_keys(root), **trusted}
    folder = safe_join(root, FOLDER)
    found = [verify_file(path, keys, trusted) for path in sorted(folder.glob("*.json")) if folder.is_dir()]
    return tuple(sorted(found, key=lambda item: (item.date, item.file)))


def in_force(root: Path) -> tuple[Approval, ...]:
    """Valid approvals: per step, role and person the newest. The caller compares ``digest`` with what it has now."""
    newest = {(item.step, item.role, item.by): item for item in approvals(root) if item.valid}
    return tuple(newest[key] for key in sorted(newest, key=lambda key: (key[0], key[1].value, key[2])))


def verify_file(path: Path, keys: Mapping[str, bytes], trusted: Mapping[str, bytes]) -> Approval:
    """One approval file, looked at. Damage is told in ``fault``, not raised."""
    name = f"{FOLDER}/{path.name}"
    try:
        envelope = dsse.decode(read_bytes(path), name)
        good = dsse.verify(envelope, keys)
        statement = msgspec.json.decode(envelope.content, type=_Statement)
    except (NinefoldError, msgspec.MsgspecError, ValueError, RecursionError) as error:
        return Approval(step="", digest="", by="", role=Role.ASSET_OWNER, file=name, fault=str(error))
    given = statement.predicate
    fault = ""
    if envelope.payload_type != PAYLOAD or statement.kind != PREDICATE or statement.subject != (_subject(given),):
        fault = str(say("This is no approval."))
    elif not good:
        fault = str(say("The signature is wrong or its key is not known."))
    elif given.document:
        fault = _document_fault(path, given)
    return Approval(
        **msgspec.structs.asdict(given),
        valid=not fault,
        trusted=not fault and any(one in trusted for one in good),
        file=name,
        key=good[0] if good else "",
        fault=fault,
    )


def _document_fault(path: Path, given: _Given) -> str:
    try:
        root = path.parents[2]
        return "" if sha256(read_bytes(safe_join(root, given.document))) == given.document_sha256 else "changed"
    except (NinefoldError, IndexError):
        return str(say("The document it speaks of is missing."))


def public_keys(root: Path) -> dict[str, bytes]:
    """Public keys that lie beside the evidence. They show that a file was not changed, not who signed it."""
    return _keys_in(safe_join(root, KEYS))


def trusted_keys() -> dict[str, bytes]:
    """Public keys this user trusts: ``trusted/*.pub`` in the configuration folder, and the user's own."""
    keys = _keys_in(config_folder() / "trusted")
    try:
        own = dsse.FileKey(default_key()).public
        keys[dsse.key_id(own)] = own
    except InputError:
        pass
    return keys


def _keys_in(folder: Path) -> dict[str, bytes]:
    result = {}
    for path in sorted(folder.glob("*.pub")) if folder.is_dir() else ():
        try:
            public = bytes.fromhex(read_bytes(path, 4096).decode("ascii").strip())
        except (ValueError, NinefoldError):
            continue
        if len(public) == 32:
            result[dsse.key_id(public)] = public
    return result
