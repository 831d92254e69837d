"""Frames below IP that devices of automation send by themselves: LLDP and PROFINET DCP.

Sources: IEEE 802.1AB-2016 clause 8 (TLVs); IEC 61158-6-10 (DCP blocks).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from pathlib import Path
from typing import Final

from tools.record_packaging_line.plan import STATIONS, hosts

LLDP: Final = 0x88CC
PROFINET: Final = 0x8892
_NEAREST_BRIDGE: Final = bytes.fromhex("0180c200000e")
_DCP_MULTICAST: Final = bytes.fromhex("010ecf000000")


def _socket(interface: str, ethertype: int) -> socket.socket:
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ethertype))
    link.bind((interface, ethertype))
    link.setblocking(False)
    return link


def _self(host: str) -> tuple[str, bytes, bytes]:
    name, _, address, mac = hosts()[host].links[0]
    return name, bytes.fromhex(mac.replace(":", "")), socket.inet_aton(address)


def _tlv(kind: int, value: bytes) -> bytes:
    return struct.pack(">H", kind << 9 | len(value)) + value


async def lldp(host: str, folder: Path, *, name: str, port: str, text: str) -> None:
    """Announce the device every ten seconds."""
    interface, mac, address = _self(host)
    management = b"\x05\x01" + address + b"\x02" + struct.pack(">I", 1) + b"\x00"
    body = _tlv(1, b"\x07" + name.encode()) + _tlv(2, b"\x07" + port.encode()) + _tlv(3, struct.pack(">H", 20))
    body += _tlv(5, name.encode()) + _tlv(6, text.encode()) + _tlv(8, management) + _tlv(0, b"")
    with contextlib.closing(_socket(interface, LLDP)) as link:
        while True:
            link.send((_NEAREST_BRIDGE + mac + struct.pack(">H", LLDP) + body).ljust(60, b"\0"))
            await asyncio.sleep(10)


def _block(option: int, suboption: int, data: bytes) -> bytes:
    content = b"\x00\x00" + data
    return struct.pack(">BBH", option, suboption, len(content)) + content + b"\0" * (len(content) % 2)


async def dcp(host: str, folder: Path) -> None:
    """Answer to Identify with name of station, type, device id and address."""
    interface, mac, address = _self(host)
    station, kind = STATIONS[host]
    blocks = _block(2, 2, station.encode()) + _block(2, 1, kind.encode()) + _block(2, 3, b"\x0f\xa1\x04\x00")
    blocks += _block(2, 4, b"\x01\x00") + _block(1, 2, address + b"\xff\xff\xff\x00" + bytes(4))
    loop = asyncio.get_running_loop()
    with contextlib.closing(_socket(interface, PROFINET)) as link:
        while True:
            frame = await loop.sock_recv(link, 1514)
            if frame[14:18] != b"\xfe\xfe\x05\x00":
                continue
            head = b"\xfe\xff\x05\x01" + frame[18:22] + b"\0\0" + struct.pack(">H", len(blocks))
            link.send((frame[6:12] + mac + struct.pack(">H", PROFINET) + head + blocks).ljust(60, b"\0"))


async def dcp_identify(host: str, folder: Path) -> None:
    """Ask all stations who they are, as engineering tools do."""
    interface, mac, _ = _self(host)
    with contextlib.closing(_socket(interface, PROFINET)) as link:
        for number in range(1, 1000):
            head = b"\xfe\xfe\x05\x00" + struct.pack(">IHH", number, 1, 4) + b"\xff\xff\0\0"
            link.send((_DCP_MULTICAST + mac + struct.pack(">H", PROFINET) + head).ljust(60, b"\0"))
            await asyncio.sleep(15)
