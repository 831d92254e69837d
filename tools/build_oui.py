"""Build the NIC vendor table of the package from the npm package ``oui-data``. Run at release time, never at run time.

Usage: ``npm pack oui-data && tar xzf oui-data-*.tgz && python tools/build_oui.py package/index.json``
The layout of the table is described in :mod:`ninefold.sources.captures.oui`.
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/ninefold/sources/captures/data/oui.bin"
WIDTHS = (6, 7, 9)  # hexadecimal digits of MA-L, MA-M and MA-S blocks


def table(entries: dict[str, str]) -> bytes:
    """The packed table of ``{"8C1F64001": "Vendor\\naddress..."}``."""
    short = {prefix.lower(): text.split("\n", 1)[0].strip() for prefix, text in entries.items()}
    names = sorted(set(short.values()))
    index = {name: number for number, name in enumerate(names)}
    head, body = [], []
    for width in WIDTHS:
        block = sorted((int(prefix, 16), index[name]) for prefix, name in short.items() if len(prefix) == width)
        head.append(len(block))
        body.append(struct.pack(f"<{len(block)}Q", *(prefix for prefix, _ in block)))
        body.append(struct.pack(f"<{len(block)}H", *(number for _, number in block)))
    return struct.pack("<3I", *head) + b"".join(body) + "\0".join(names).encode()


def main(source: str) -> None:
    entries = json.loads(Path(source).read_text(encoding="utf-8"))
    data = zlib.compress(table(entries), 9)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(data)
    print(f"{len(entries)} blocks, {len(data)} bytes -> {TARGET}")


if __name__ == "__main__":
    main(sys.argv[1])
