"""Kinds of messages, for all frames of a service at once: a number a frame, cut from fixed places.

A conversation is looked into again whenever a number turns up that it did not show before; so a single *stop* among
a million reads is seen. Numbers have at most 24 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from ninefold.sources.captures.frames import Frames, gather

I64 = npt.NDArray[np.int64]
Code = Callable[[Frames, I64], I64]


def at(frames: Frames, chosen: I64, *offsets: int) -> I64:
    """The bytes at these offsets of each payload, first one highest; 0 past its end."""
    start, size = frames.payload[chosen], frames.size[chosen]
    value = np.zeros(len(chosen), np.int64)
    last = len(frames.batch.buffer) - 1
    for offset in offsets:
        byte = gather(frames.batch.buffer, np.dtype("u1"), np.minimum(start + offset, last))
        value = value << 8 | np.where(offset < size, byte, 0)
    return value


def _places(*offsets: int) -> Code:
    return lambda frames, chosen: at(frames, chosen, *offsets)


def _s7(frames: Frames, chosen: I64) -> I64:
    # ROSCTR, then the function of a job, or group of user data and the status list an answer carries
    kind = at(frames, chosen, 8)
    data = (at(frames, chosen, 22) & 15) << 16 | at(frames, chosen, 33, 34)
    return kind << 20 | np.where(kind == 7, data, at(frames, chosen, 17))


def _enip(frames: Frames, chosen: I64) -> I64:
    # command, then service and class; of what is routed on, the service and slot; of identities, the product
    command, service = at(frames, chosen, 0), at(frames, chosen, 40)
    routed, product = at(frames, chosen, 50, 59), at(frames, chosen, 48, 50)
    unconnected = np.where(service == 0x52, routed, np.where(service == 0x81, product, at(frames, chosen, 40, 43)))
    connected = at(frames, chosen, 46, 49)
    inside = np.where(command == 0x6F, unconnected, np.where(command == 0x70, connected, 0))
    return command << 16 | inside


def _opcua(frames: Frames, chosen: I64) -> I64:
    return at(frames, chosen, 0) << 16 | at(frames, chosen, 27, 26)


def _mms(frames: Frames, chosen: I64) -> I64:
    # PDU and service where all lengths are short and the invoke id has one or two bytes; else the form of the lengths
    service = np.where(at(frames, chosen, 23) == 1, at(frames, chosen, 25), at(frames, chosen, 26))
    short = at(frames, chosen, 12) < 0x80
    return np.where(short, at(frames, chosen, 20) << 8 | service, 1 << 20 | at(frames, chosen, 12))


def _bacnet(frames: Frames, chosen: I64) -> I64:
    # unconfirmed service; of confirmed ones the service and the property, not the running number between them
    kind = at(frames, chosen, 6)
    return np.where(kind >> 4 == 1, at(frames, chosen, 6, 7), at(frames, chosen, 6, 8, 15))


CODES: Final[dict[str, Code]] = {
    "modbus": _places(7, 8),
    "umas": _places(7, 9),
    "s7comm": _s7,
    "s7comm-plus": _places(11, 14, 15),
    "enip": _enip,
    "dnp3": _places(3, 12),
    "iec104": _places(2, 6, 8),
    "opcua": _opcua,
    "mms": _mms,
    "goose": _places(0, 1),
    "profinet-rt": _places(0, 1, 2),
    "profinet-dcp": _places(0, 1, 2),
    "bacnet": _bacnet,
    "fins": _places(10, 11),
    "melsec": _places(0, 11, 12),
    "ads": _places(22, 24),
    "hart-ip": _places(1, 2, 4),
    "knxnet-ip": _places(2, 3),
    "profinet-cm": _places(1, 68, 69),
}
