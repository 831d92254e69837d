"""The user's own folder for keys and settings; never inside a workspace."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ninefold.base.files import write_atomic


def config_folder() -> Path:
    """``NINEFOLD_CONFIG``, else the place the operating system gives to settings of programs."""
    named = os.environ.get("NINEFOLD_CONFIG", "")
    if named:
        return Path(named)
    if os.name == "nt":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "ninefold"
    return Path(os.environ.get("XDG_CONFIG_HOME") or _home() / ".config") / "ninefold"


def _home() -> Path:
    """The home folder; an empty HOME means the one the system knows."""
    try:
        return Path(os.environ.get("HOME") or Path("~").expanduser())
    except RuntimeError:
        return Path("/nonexistent")


def secret(name: str, *, create: bool) -> bytes | None:
    """32 random bytes of this user, made once; None when there are none or they cannot be kept."""
    path = config_folder() / f"{name}.secret"
    try:
        data = path.read_bytes()
        if len(data) == 32:
            return data
    except OSError:
        pass
    if not create:
        return None
    data = secrets.token_bytes(32)
    write_atomic(path, data, mode=0o600)
    return data
