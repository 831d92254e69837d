"""Frames without IP: which field or switch protocol an ethertype is."""

from __future__ import annotations

from typing import Final

from ninefold.sources.captures.frames import CDP_TYPE, STP_TYPE

PROFINET: Final = 0x8892
GOOSE: Final = 0x88B8
LLDP: Final = 0x88CC
ARP: Final = 0x0806

SERVICES: Final = {
    ARP: "arp",
    LLDP: "lldp",
    GOOSE: "goose",
    0x88BA: "sv",
    0x88A4: "ethercat",
    0x88AB: "powerlink",
    0x88CD: "sercos",
    0x88E3: "mrp",
    0x88F7: "ptp",
    0xB62C: "opcua-pubsub",
    STP_TYPE: "stp",
    CDP_TYPE: "cdp",
}


def profinet(frame_id: int) -> str:
    """The service behind a PROFINET frame id (IEC 61158-6-10, table of FrameIDs)."""
    if 0xFEFC <= frame_id <= 0xFEFF:
        return "profinet-dcp"
    if frame_id < 0x0100 or 0xFF00 <= frame_id <= 0xFF8F:
        return "ptcp"
    return "profinet-rt"


def service(ethertype: int, data: bytes) -> str:
    """The service of a frame by its ethertype (a registered number, so a signature); "" if unknown."""
    if ethertype == PROFINET:
        return profinet(int.from_bytes(data[:2], "big")) if len(data) >= 2 else ""
    return SERVICES.get(ethertype, "")
