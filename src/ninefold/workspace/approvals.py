"""Approvals: a person in a role says yes to exactly these bytes, and signs it.

A local key is an integrity seal, not a qualified electronic signature. Source: IEC 62443-3-2:2020 ZCR 7.1 (the
asset owner approves); design section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from ninefold.base import dsse
from ninefold.base.digest import canonical, sha256
from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.base.files import safe_join
from ninefold.base.limits import read_bytes
from ninefold.model.vocabulary import Role
from ninefold.workspace.faults import say
from ninefold.workspace.userfiles import config_folder

FOLDER: Final = "evidence/approvals"
KEYS: Final = "evidence/keys"
PAYLOAD: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://ninefold.dev/approval/v1"


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who approved the result of which step. ``digest``: SHA-256 of the canonical bytes; ``date`` ISO.

    ``document``/``document_sha256``: a signed external document that was imported as the approval.
    """

    step: str
    digest: str
    by: str
    role: Role
    reason: str = ""
    date: str = ""
    document: str = ""
    document_sha256: str = ""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What an approval file is worth: ``valid`` signature, ``trusted`` key of this user's list, ``current`` digest."""

    approval: Approval | None
    file: str
    valid: bool
    trusted: bool = False
    current: bool = False
    key: str = ""
    fault: str = ""


class _Predicate(msgspec.Struct, frozen=True):
    approval: Approval


class _Statement(msgspec.Struct, frozen=True, rename={"type_": "_type"}):
    type_: str
    subject: tuple[dict[str, object], ...]
    predicateType: str  # noqa: N815 - the name the in-toto format prescribes
    predicate: _Predicate


def key_create(path: Path | None = None) -> dsse.FileKey:
    """A new key of this user (``approval.pem`` in the configuration folder unless a path is given)."""
    return dsse.create_key(path or default_key())


def default_key() -> Path:
    """Where this user's key is kept."""
    return config_folder() / "approval.pem"


def approve(approval: Approval, signer: dsse.Signer) -> dict[str, bytes]:
    """The files of an approval, relative to the workspace: the envelope and the public key it names.

    They are written by a Transaction. The same approval by the same key has the same name.
    """
    subject: dict[str, object] = {"name": approval.step, "digest": {"sha256": approval.digest}}
    statement = _Statement(STATEMENT, (subject,), PREDICATE, _Predicate(approval))
    envelope = dsse.sign(PAYLOAD, canonical(statement), signer)
    key = dsse.key_id(signer.public)
    name = f"{FOLDER}/{approval.step}-{approval.role.value}-{sha256(envelope.content)[:12]}.json"
    return {name: dsse.encode(envelope), f"{KEYS}/{key[:16]}.pub": signer.public.hex().encode() + b"\n"}


def approvals(root: Path, step: str, digest: str) -> tuple[Verified, ...]:
    """Every approval of a step, oldest first, verified; ``current`` tells those that bind ``digest``."""
    keys, trusted = public_keys(root), trusted_keys()
    folder = safe_join(root, FOLDER)
    found = [verify_approval(path, keys | trusted, trusted) for path in sorted(folder.glob(f"{step}-*.json"))]
    mine = [item for item in found if item.approval is None or item.approval.step == step]
    marked = [msgspec.structs.replace(item, current=_binds(item, digest)) for item in mine]
    return tuple(sorted(marked, key=lambda item: (item.approval.date if item.approval else "", item.file)))


def _binds(item: Verified, digest: str) -> bool:
    return item.valid and item.approval is not None and item.approval.digest == digest


def approved_by(found: tuple[Verified, ...], role: Role) -> Verified | None:
    """The newest valid approval in a role that binds the present digest."""
    good = [item for item in found if item.current and item.approval and item.approval.role is role]
    return good[-1] if good else None


def verify_approval(path: Path, keys: Mapping[str, bytes], trusted: Mapping[str, bytes]) -> Verified:
    """One approval file. Damage is told in ``fault``, not raised."""
    try:
        envelope = dsse.decode(read_bytes(path), path.name)
        good = dsse.verify(envelope, keys)
        statement = msgspec.json.decode(envelope.content, type=_Statement)
    except (NinefoldError, msgspec.MsgspecError) as error:
        return Verified(approval=None, file=path.name, valid=False, fault=str(error))
    approval = statement.predicate.approval
    bound = {"name": approval.step, "digest": {"sha256": approval.digest}}
    if envelope.payload_type != PAYLOAD or statement.predicateType != PREDICATE or statement.subject != (bound,):
        return Verified(approval=None, file=path.name, valid=False, fault=str(say("This is no approval.")))
    if not good:
        fault = str(say("The signature is wrong or its key is not known."))
        return Verified(approval=approval, file=path.name, valid=False, fault=fault)
    return Verified(
        approval=approval, file=path.name, valid=True, trusted=any(one in trusted for one in good), key=good[0]
    )


def public_keys(root: Path) -> dict[str, bytes]:
    """Public keys that lie beside the evidence. They show that a file was not changed, not who signed it."""
    return _keys_in(safe_join(root, KEYS))


def trusted_keys() -> dict[str, bytes]:
    """Public keys this user trusts: ``trusted/*.pub`` in the configuration folder, and the user's own."""
    keys = _keys_in(config_folder() / "trusted")
    if default_key().is_file():
        own = dsse.FileKey(default_key()).public
        keys[dsse.key_id(own)] = own
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


def import_approval(approval: Approval, document: bytes, signer: dsse.Signer) -> dict[str, bytes]:
    """An approval given on paper or by another tool: its document is kept and bound by its digest."""
    if not document or not approval.document:
        raise InputError(
            "no-document", str(say("The document of the approval is missing.")), place=Place(approval.document)
        )
    digest = sha256(document)
    name = f"{FOLDER}/documents/{digest[:12]}-{Path(approval.document).name}"
    bound = msgspec.structs.replace(approval, document=name, document_sha256=digest)
    return {**approve(bound, signer), name: document}
