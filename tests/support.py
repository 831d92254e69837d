"""What tests share: where the corpus is, and that nothing silently skips."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def require(marker: str, present: bool, what: str) -> None:
    """Skip when ``what`` is missing; fail instead when NINEFOLD_REQUIRE names the marker."""
    if present:
        return
    if marker in os.environ.get("NINEFOLD_REQUIRE", "").split(","):
        pytest.fail(f"{what} is required here (marker {marker})")
    pytest.skip(f"{marker}: {what} is not available")


def corpus(path: str = "") -> Path:
    """A file or folder of the corpus."""
    root = os.environ.get("NINEFOLD_CORPUS", "")
    target = Path(root) / path
    require("corpus", bool(root) and target.exists(), f"the corpus file {path!r}")
    return target


def netns() -> None:
    """The test needs network namespaces and nftables."""
    import shutil

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    require("netns", root and bool(shutil.which("ip")) and bool(shutil.which("nft")), "root with ip and nft")
