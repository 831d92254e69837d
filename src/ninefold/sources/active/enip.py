"""EtherNet/IP List Identity (ODVA CIP volume 2, 2-4.2): the identity object without a session."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from ninefold.sources.active.interface import Packet
from ninefold.sources.common import clean, say

NAME: Final = "enip"


def packets(community: str = "public") -> tuple[Packet, ...]:
    """One request, the encapsulation header alone."""
    data = struct.pack("<HHII8sI", 0x0063, 0, 0, 0, b"ninefold", 0)
    return (Packet(port="udp/44818", data=data, meaning=say("EtherNet/IP List Identity: ask for the identity object")),)


def facts(answers: Sequence[bytes]) -> list[tuple[str, str]]:
    """Vendor and device numbers, revision, serial number and name."""
    found: list[tuple[str, str]] = []
    for answer in answers:
        # header 24, item count 2, item type 2, length 2, protocol 2, socket address 16
        if len(answer) < 63 or struct.unpack_from("<H", answer)[0] != 0x0063:
            continue
        vendor, kind, code = struct.unpack_from("<HHH", answer, 48)
        major, minor, _, serial, length = struct.unpack_from("<BBHIB", answer, 54)
        found += [
            ("cip.vendor_id", str(vendor)),
            ("cip.device_type", str(kind)),
            ("cip.product_code", str(code)),
            ("identity.firmware", f"{major}.{minor:03d}"),
            ("identity.serial", f"{serial:08X}"),
            ("identity.product", clean(answer[63 : 63 + length].decode("latin-1"))),
        ]
    return [(key, value) for key, value in dict.fromkeys(found) if value]
