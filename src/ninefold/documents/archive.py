"""Zip files (DOCX, XLSX) with the same bytes every time: fixed member dates, fixed order, fixed compression."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CLOCK: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def settle(data: bytes, iso: str) -> bytes:
    """The same archive without the clock: members dated 1980, document properties dated ``iso``."""
    stamp = f"{iso[:10]}T00:00:00Z".encode() if re.match(r"\d{4}-\d\d-\d\d", iso) else b"1980-01-01T00:00:00Z"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _CLOCK.sub(lambda match: match[1] + stamp + match[3], content)
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 3
            new.writestr(member, content, compresslevel=6)
    return target.getvalue()
