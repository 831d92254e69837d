"""Modbus function 43/14, read device identification (Modbus Application Protocol V1.1b3, 6.21)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from ninefold.sources.active.interface import Packet
from ninefold.sources.common import clean, say

NAME: Final = "modbus"
_KEYS: Final = {
    0: "identity.vendor",
    1: "identity.order_number",
    2: "identity.firmware",
    4: "identity.product",
    5: "modbus.model",
    6: "modbus.application",
}


def packets(community: str = "public") -> tuple[Packet, ...]:
    """Two reads: basic and regular identification."""
    return tuple(
        Packet(
            port="tcp/502",
            data=struct.pack(">HHHBBBBB", number, 0, 5, 0xFF, 0x2B, 0x0E, number, 0),
            meaning=words,
        )
        for number, words in (
            (1, say("Modbus 43/14: read vendor, product code and revision (basic identification)")),
            (2, say("Modbus 43/14: read product name, model and application (regular identification)")),
        )
    )


def facts(answers: Sequence[bytes]) -> list[tuple[str, str]]:
    """The objects of all answers."""
    found: list[tuple[str, str]] = []
    for answer in answers:
        # MBAP header of 7, function, MEI type, code, conformity, more, next object, number of objects
        if len(answer) < 14 or answer[7] != 0x2B or answer[8] != 0x0E:
            continue
        at = 14
        for _ in range(answer[13]):
            if at + 2 > len(answer):
                break
            number, length = answer[at], answer[at + 1]
            text = clean(answer[at + 2 : at + 2 + length].decode("latin-1"))
            at += 2 + length
            if text:
                found.append((_KEYS.get(number, f"modbus.object_{number}"), text))
    return list(dict.fromkeys(found))
