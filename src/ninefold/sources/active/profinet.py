"""PROFINET DCP Identify to everybody in the segment (IEC 61158-6-10, 4.3): names and addresses of all stations.

Set and Reset of the same protocol would change devices; they are not written here at all.
"""

from __future__ import annotations

import struct
from typing import Final

from ninefold.sources.active.interface import Packet
from ninefold.sources.common import say

NAME: Final = "profinet-dcp"
ETHERTYPE: Final = 0x8892


def packets(community: str = "public") -> tuple[Packet, ...]:
    """One multicast frame; its sender is filled in by the interface (zeros here)."""
    # frame id Identify request, service 5 request, transaction, response delay, block "all"
    body = struct.pack(">HBBIHH", 0xFEFE, 5, 0, 0x4E494E45, 1, 4) + struct.pack(">BBH", 0xFF, 0xFF, 0)
    frame = bytes.fromhex("010ecf000000") + bytes(6) + struct.pack(">H", ETHERTYPE) + body
    words = say("PROFINET DCP Identify: ask all stations of the segment for name, type and address")
    return (Packet(port="l2/0x8892", data=frame.ljust(60, b"\0"), meaning=words),)
