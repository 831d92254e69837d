"""What we ship of others is unmodified: the hashes of the list hold."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import ninefold.vendor

HOME = Path(ninefold.vendor.__file__).parent
ROW = re.compile(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_every_listed_file_has_its_hash() -> None:
    rows = ROW.findall((HOME / "README.md").read_text("utf-8"))
    assert len(rows) >= 7
    for name, digest in rows:
        assert hashlib.sha256((HOME / name).read_bytes()).hexdigest() == digest, name


def test_nothing_of_the_fonts_and_elk_is_unlisted() -> None:
    listed = {name for name, _ in ROW.findall((HOME / "README.md").read_text("utf-8"))}
    present = {
        str(path.relative_to(HOME).as_posix())
        for folder in ("fonts", "elkjs")
        for path in (HOME / folder).iterdir()
        if path.suffix in {".ttf", ".woff2", ".js"}
    }
    assert present == listed
