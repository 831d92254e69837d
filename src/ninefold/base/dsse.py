"""DSSE envelopes signed with Ed25519.

Source: Dead Simple Signing Envelope, protocol v1.0 (github.com/secure-systems-lab/dsse); RFC 8032.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import msgspec

from ninefold.base.errors import InputError, MissingComponentError, Place
from ninefold.base.files import write_atomic
from ninefold.base.i18n import messages
from ninefold.base.limits import read_bytes

say = messages("base")
_KEY_FILE: Final = 16 * 1024
_ENVELOPE: Final = 16 * 1024 * 1024
_SECONDS: Final = 60


class Signature(msgspec.Struct, frozen=True):
    """One signature: id of the key and Base64 of the 64 bytes."""

    keyid: str
    sig: str


class Envelope(msgspec.Struct, frozen=True, rename={"payload_type": "payloadType"}):
    """A signed payload. ``payload`` is Base64."""

    payload: str
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def content(self) -> bytes:
        """The payload's bytes. InputError when they are no Base64."""
        try:
            return base64.b64decode(self.payload, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InputError("bad-envelope", str(say("The signed content is damaged."))) from error


class Signer(Protocol):
    """Something that holds a private key: a file, a token, a command."""

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the Ed25519 signature of ``data``."""


def key_id(public: bytes) -> str:
    """The id of a public key: SHA-256 of its 32 bytes, hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def pae(payload_type: str, payload: bytes) -> bytes:
    """Pre-authentication encoding: the bytes that are really signed (DSSE v1.0, protocol, "Signature Definition")."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(payload_type: str, payload: bytes, *signers: Signer) -> Envelope:
    """An envelope with one signature per signer."""
    data = pae(payload_type, payload)
    made = tuple(Signature(key_id(one.public), base64.b64encode(one.sign(data)).decode()) for one in signers)
    return Envelope(base64.b64encode(payload).decode(), payload_type, made)


def verify(envelope: Envelope, keys: Mapping[str, bytes]) -> tuple[str, ...]:
    """Ids of the known keys whose signature is right, in the order of the envelope; empty when none is.

    ``keys``: key id -> public key (32 bytes). A key under a wrong id is not used.
    """
    data = pae(envelope.payload_type, envelope.content)
    good = []
    for one in envelope.signatures:
        public = keys.get(one.keyid)
        if (
            public is not None
            and key_id(public) == one.keyid
            and one.keyid not in good
            and _right(public, one.sig, data)
        ):
            good.append(one.keyid)
    return tuple(good)


def _right(public: bytes, signature: str, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def encode(envelope: Envelope) -> bytes:
    """The file content of an envelope."""
    return msgspec.json.encode(envelope) + b"\n"


def decode(data: bytes, name: str = "") -> Envelope:
    """The envelope of a file's content. InputError when it is none."""
    try:
        if len(data) > _ENVELOPE:
            raise msgspec.ValidationError("too large")
        return msgspec.json.decode(data, type=Envelope)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        place = Place(name) if name else None
        raise InputError("bad-envelope", str(say("This is no signed envelope.")), place=place) from error


class FileKey:
    """A private key in a PEM file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        _check_rights(path)
        try:
            key = load_pem_private_key(read_bytes(path, _KEY_FILE), password=None)
        except (ValueError, TypeError) as error:
            raise InputError("bad-key", str(say("This is no readable key.")), place=Place(str(path))) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise InputError("bad-key", str(say("The key is not of the kind Ed25519.")), place=Place(str(path)))
        self._key = key

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """The signature of ``data``."""
        return self._key.sign(data)


class CommandKey:
    """A key outside: a token or a service behind a command of the user.

    ``command public`` prints the public key as hexadecimal; ``command sign`` reads bytes from its standard input and
    prints the signature as hexadecimal. The command comes from the user's own settings, never from a workspace.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.command = list(command)
        self._public = self._run("public", b"", 32)

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._public

    def sign(self, data: bytes) -> bytes:
        """The signature of ``data``."""
        return self._run("sign", data, 64)

    def _run(self, word: str, data: bytes, size: int) -> bytes:
        try:
            done = subprocess.run([*self.command, word], input=data, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
            answer = bytes.fromhex(done.stdout.decode("ascii").strip())
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            text = str(say("The signing command failed: {what}.", what=self.command[0]))
            raise MissingComponentError("signer", text, advice=str(say("Try it by hand."))) from error
        if len(answer) != size:
            raise MissingComponentError("signer", str(say("The signing command gave {n} bytes.", n=len(answer))))
        return answer


def create_key(path: Path) -> FileKey:
    """Make a new private key at ``path`` (only its owner can read it). InputError when the file exists."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if path.exists():
        advice = str(say("Choose another name; keys are never overwritten."))
        raise InputError("exists", str(say("There is a key already.")), place=Place(str(path)), advice=advice)
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_atomic(path, data, mode=0o600)
    return FileKey(path)


def _check_rights(path: Path) -> None:
    if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
        advice = str(say("Run: chmod 600 {path}", path=path))
        raise InputError("open-key", str(say("Others can read this key.")), place=Place(str(path)), advice=advice)
