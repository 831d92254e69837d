"""Hashes and OpenPGP signatures of what was fetched.

Signatures are checked by the program ``gpgv`` (GnuPG), which only ever sees keys that the provider published.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

_ARMOUR = re.compile(rb"-----BEGIN PGP PUBLIC KEY BLOCK-----(.*?)-----END PGP PUBLIC KEY BLOCK-----", re.DOTALL)


def hash_fits(data: bytes, listed: bytes, algorithm: str) -> bool:
    """Whether the first word of a hash file (``sha256`` or ``sha512``) is the hash of the data."""
    words = listed[:1000].split()
    found = hashlib.new(algorithm, data).hexdigest()
    return bool(words) and words[0].decode("ascii", "replace").lower() == found


def keyring(keys: list[bytes]) -> bytes:
    """The binary keyring of published keys, armoured or not; what is no key is left out."""
    return b"".join(_binary(key) for key in keys)


def _binary(key: bytes) -> bytes:
    blocks = _ARMOUR.findall(key)
    if not blocks:
        return key if key[:1] and key[0] & 0x80 else b""
    found = b""
    for block in blocks:
        lines = block.replace(b"\r", b"").split(b"\n\n", 1)[-1].split(b"\n")
        body = b"".join(line.strip() for line in lines if line.strip() and not line.startswith(b"="))
        try:
            found += base64.b64decode(body, validate=True)
        except binascii.Error:
            continue
    return found


def signature_fits(data: bytes, signature: bytes, keys: bytes) -> bool | None:
    """Whether a detached signature of one of the keys fits; None when it cannot be checked here."""
    program = shutil.which("gpgv")
    if not program or not keys:
        return None
    with tempfile.TemporaryDirectory(prefix="ninefold-") as folder:
        root = Path(folder)
        (root / "keys.gpg").write_bytes(keys)
        (root / "data").write_bytes(data)
        (root / "data.asc").write_bytes(signature)
        arguments = [program, "--homedir", folder, "--keyring", str(root / "keys.gpg"), "data.asc", "data"]
        try:
            done = subprocess.run(arguments, cwd=folder, capture_output=True, timeout=30, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            return None
    return done.returncode == 0
