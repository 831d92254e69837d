"""Who made a network interface: IEEE blocks of 24, 28 and 36 bits.

The maker of the NIC is context, not the vendor of the device. The table is built by ``tools/build_oui.py``.
Layout (zlib): three counts (u32), then per width the sorted prefixes (u64) and name numbers (u16), then the names.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

_SHIFTS: Final = (24, 20, 12)  # bits of a MAC below a block of 24, 28, 36 bits

#: Blocks that hypervisors and container engines give to interfaces that have no hardware.
VIRTUAL: Final = {
    0x000569: "VMware",
    0x000C29: "VMware",
    0x001C14: "VMware",
    0x005056: "VMware",
    0x080027: "VirtualBox",
    0x0A0027: "VirtualBox",
    0x00155D: "Hyper-V",
    0x525400: "QEMU/KVM",
    0x00163E: "Xen",
    0x001C42: "Parallels",
    0x024200: "Docker",
}


@cache
def _tables() -> tuple[tuple[tuple[Sequence[int], Sequence[int]], ...], tuple[str, ...]]:
    raw = zlib.decompress((files(__package__) / "data" / "oui.bin").read_bytes())
    counts = struct.unpack_from("<3I", raw)
    place, blocks = 12, []
    for count in counts:
        prefixes = struct.unpack_from(f"<{count}Q", raw, place)
        numbers = struct.unpack_from(f"<{count}H", raw, place + 8 * count)
        blocks.append((prefixes, numbers))
        place += 10 * count
    return tuple(blocks), tuple(raw[place:].decode().split("\0"))


def vendor(mac: int) -> str:
    """The maker of the interface with this MAC address (48 bits); "" if unknown or locally administered."""
    if mac >> 40 & 0x02:
        return VIRTUAL.get(mac >> 24, "")
    blocks, names = _tables()
    for shift, (prefixes, numbers) in sorted(zip(_SHIFTS, blocks, strict=True)):
        prefix = mac >> shift
        place = bisect_left(prefixes, prefix)
        if place < len(prefixes) and prefixes[place] == prefix:
            return names[numbers[place]]
    return ""


def is_virtual(mac: int) -> bool:
    """Whether a hypervisor or container engine made the address."""
    return mac >> 24 in VIRTUAL or mac >> 32 == 0x0242
