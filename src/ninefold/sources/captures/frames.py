"""Decoding: a batch of frames becomes arrays of addresses, ports and payload places, all frames at once.

Ethernet (with VLAN tags, PPPoE, MPLS, HSR), LLC and SNAP, Linux cooked v1 and v2, Null/loopback, raw IP; IPv4 with
options, IPv6 with extension headers, fragments, TCP, UDP, SCTP, ICMP. What cannot be decoded is counted, not lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ninefold.sources.captures.fast import Engine
from ninefold.sources.captures.records import Batch

U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

ETHERNET, NULL, LOOP, SLL, SLL2 = 1, 0, 108, 113, 276
RAW: Final = frozenset({12, 14, 101, 228, 229})
LINK_NAMES: Final = {
    ETHERNET: "ethernet",
    NULL: "null",
    LOOP: "loop",
    SLL: "linux-sll",
    SLL2: "linux-sll2",
    12: "raw",
    14: "raw",
    101: "raw",
    228: "ipv4",
    229: "ipv6",
    105: "ieee802.11",
    127: "ieee802.11-radiotap",
    195: "ieee802.15.4",
}

UNREAD: Final = frozenset({105, 127, 195})

IPV4, IPV6, LLC = 0x0800, 0x86DD, 0x0004
STP_TYPE, CDP_TYPE = 0x0027, 0x2000  # how ninefold.model.catalogue writes frames that have no ethertype
_TAGS: Final = (0x8100, 0x88A8, 0x9100, 0x9200)
_HSR, _PPPOE, _MPLS = 0x892F, 0x8864, (0x8847, 0x8848)

_ETHER: Final = np.dtype(
    [("dh", ">u2"), ("dl", ">u4"), ("sh", ">u2"), ("sl", ">u4"), ("type", ">u2"), ("llc", "u1", 8)]
)
_TAG: Final = np.dtype([("tci", ">u2"), ("type", ">u2")])
_SLL: Final = np.dtype([("pad", "u1", 6), ("mh", ">u2"), ("ml", ">u4"), ("pad2", "u1", 2), ("type", ">u2")])
_SLL2: Final = np.dtype([("type", ">u2"), ("pad", "u1", 10), ("mh", ">u2"), ("ml", ">u4"), ("pad2", "u1", 2)])
_IP4: Final = np.dtype(
    [
        ("version", "u1"),
        ("tos", "u1"),
        ("length", ">u2"),
        ("id", ">u2"),
        ("fragment", ">u2"),
        ("ttl", "u1"),
        ("protocol", "u1"),
        ("sum", ">u2"),
        ("source", ">u4"),
        ("target", ">u4"),
    ]
)
_IP6: Final = np.dtype(
    [
        ("version", "u1"),
        ("flow", "u1", 3),
        ("length", ">u2"),
        ("next", "u1"),
        ("hops", "u1"),
        ("sh", ">u8"),
        ("sl", ">u8"),
        ("th", ">u8"),
        ("tl", ">u8"),
    ]
)
_L4: Final = np.dtype(
    [("source", ">u2"), ("target", ">u2"), ("pad", "u1", 8), ("offset", "u1"), ("flags", "u1"), ("pad2", "u1", 2)]
)

TCP, UDP, ICMP, ICMP6, SCTP = 6, 17, 1, 58, 132
_EXTENSIONS: Final = (0, 43, 60, 135, 139, 140)
_FRAGMENT, _AUTH = 44, 51


def gather(buffer: bytearray, layout: np.dtype[Any], where: I64) -> npt.NDArray[Any]:
    """The structures that begin at the given places of ``buffer`` (which ends in enough padding)."""
    return np.ndarray((len(buffer) - layout.itemsize + 1,), layout, buffer, 0, (1,))[where]


@dataclass(slots=True)
class Frames:
    """Decoded frames of a batch, one entry each.

    ``kind``: 4, 6, or 0 for everything that is no IP. For these the MAC addresses stand in the address columns.
    ``ethertype``: without tags; LLC is written as in :mod:`ninefold.model.catalogue`. ``flags``: TCP.
    ``payload``, ``size``: place in the buffer and bytes present after all headers. ``fragment``: no first fragment.
    """

    batch: Batch
    smac: U64
    dmac: U64
    vlan: I64
    ethertype: I64
    kind: U8
    protocol: U8
    source_high: U64
    source_low: U64
    target_high: U64
    target_low: U64
    source_port: I64
    target_port: I64
    flags: U8
    ttl: U8
    payload: I64
    size: I64
    identifier: I64
    fragment: U8  # 0 none, 1 first, 2 later
    bad: npt.NDArray[np.bool_]


def blank(batch: Batch) -> Frames:
    """Frames about which nothing is known yet."""
    n = len(batch.start)

    def u8() -> U8:
        return np.zeros(n, np.uint8)

    def u64() -> U64:
        return np.zeros(n, np.uint64)

    def i64() -> I64:
        return np.zeros(n, np.int64)

    return Frames(
        batch=batch,
        smac=u64(),
        dmac=u64(),
        vlan=i64(),
        ethertype=i64(),
        kind=u8(),
        protocol=u8(),
        source_high=u64(),
        source_low=u64(),
        target_high=u64(),
        target_low=u64(),
        source_port=i64(),
        target_port=i64(),
        flags=u8(),
        ttl=u8(),
        payload=batch.start.copy(),
        size=batch.captured.copy(),
        identifier=i64(),
        fragment=u8(),
        bad=np.zeros(n, np.bool_),
    )


def decode(batch: Batch, fast: Engine | None = None) -> Frames:
    """All headers of all frames of a batch."""
    frames = blank(batch)
    for link, chosen in _by_link(batch):
        if link == ETHERNET and fast is not None and len(chosen) == len(batch.start):
            _ethernet(frames, _decoded(frames, fast))
        elif link == ETHERNET:
            _ethernet(frames, chosen)
        elif link in (SLL, SLL2):
            _cooked(frames, chosen, link)
        elif link in (NULL, LOOP):
            _null(frames, chosen)
        elif link in RAW:
            _raw(frames, chosen, batch.start[chosen])
        else:
            frames.bad[chosen] = True
    frames.size = np.maximum(np.minimum(frames.size, batch.start + batch.captured - frames.payload), 0)
    layer_2 = frames.kind == 0
    if layer_2.any():
        frames.source_low[layer_2] = frames.smac[layer_2]
        frames.target_low[layer_2] = frames.dmac[layer_2]
        frames.source_high[layer_2] = frames.target_high[layer_2] = 0
    return frames


def _decoded(frames: Frames, fast: Engine) -> I64:
    """Decode the plain frames in machine code; which frames are left."""
    batch = frames.batch
    hard = np.zeros(len(batch.start), np.bool_)
    fast.decode(
        np.frombuffer(batch.buffer, np.uint8),
        batch.start,
        batch.captured,
        frames.smac,
        frames.dmac,
        frames.ethertype,
        frames.kind,
        frames.protocol,
        frames.source_high,
        frames.source_low,
        frames.target_high,
        frames.target_low,
        frames.source_port,
        frames.target_port,
        frames.flags,
        frames.ttl,
        frames.payload,
        frames.size,
        frames.identifier,
        frames.bad,
        hard,
    )
    return np.flatnonzero(hard)


def _by_link(batch: Batch) -> list[tuple[int, I64]]:
    everything = np.arange(len(batch.start), dtype=np.int64)
    if isinstance(batch.interface, int):
        return [(batch.links[batch.interface], everything)]
    links = np.array(batch.links, np.int64)[batch.interface]
    return [(link, everything[links == link]) for link in np.unique(links).tolist()]


def _ethernet(frames: Frames, chosen: I64) -> None:
    batch = frames.batch
    start = batch.start[chosen]
    head = gather(batch.buffer, _ETHER, start)
    frames.dmac[chosen] = head["dh"].astype(np.uint64) << np.uint64(32) | head["dl"]
    frames.smac[chosen] = head["sh"].astype(np.uint64) << np.uint64(32) | head["sl"]
    kind, place = head["type"].astype(np.int64), start + 14
    _short(frames, chosen, place)
    _untag(frames, chosen, kind, place)
    llc = np.flatnonzero(kind < 0x0600)
    if len(llc):
        kind[llc], place[llc] = _llc(batch.buffer, place[llc])
    _network(frames, chosen, kind, place)


def _short(frames: Frames, chosen: I64, place: I64) -> None:
    end = frames.batch.start[chosen] + frames.batch.captured[chosen]
    frames.bad[chosen] |= place > end


def _untag(frames: Frames, chosen: I64, kind: I64, place: I64) -> None:
    """Step over VLAN tags, HSR, PPPoE and MPLS; ``kind`` and ``place`` are changed in place."""
    buffer = frames.batch.buffer
    limit = len(buffer) - 64
    for _ in range(6):
        tagged = np.flatnonzero(np.isin(kind, (*_TAGS, _HSR, _PPPOE, *_MPLS)) & (place < limit))
        if not len(tagged):
            return
        for name in np.unique(kind[tagged]).tolist():
            part = tagged[kind[tagged] == name]
            where = place[part]
            if name in _TAGS:
                tag = gather(buffer, _TAG, where)
                numbers = chosen[part]
                frames.vlan[numbers] = frames.vlan[numbers] << 12 | (tag["tci"] & 0x0FFF)
                kind[part], place[part] = tag["type"], where + 4
            elif name == _HSR:
                kind[part], place[part] = gather(buffer, _TAG, where + 2)["type"], where + 6
            elif name == _PPPOE:
                ppp = gather(buffer, np.dtype(">u2"), where + 6)
                kind[part] = np.where(ppp == 0x21, IPV4, np.where(ppp == 0x57, IPV6, 0x8863))
                place[part] = where + 8
            else:
                label = gather(buffer, np.dtype(">u4"), where)
                bottom = (label >> 8 & 1).astype(bool)
                version = gather(buffer, np.dtype("u1"), where + 4) >> 4
                inner = np.where(version == 4, IPV4, np.where(version == 6, IPV6, 0x8846))
                kind[part], place[part] = np.where(bottom, inner, name), where + 4


def _llc(buffer: bytearray, place: I64) -> tuple[I64, I64]:
    """LLC and SNAP: the kind as the catalogue of services writes it, and the place of the payload."""
    head = gather(buffer, np.dtype(("u1", 8)), place).astype(np.int64)
    snap = (head[:, 0] == 0xAA) & (head[:, 1] == 0xAA) & (head[:, 2] == 3)
    organisation = head[:, 3] << 16 | head[:, 4] << 8 | head[:, 5]
    number = head[:, 6] << 8 | head[:, 7]
    kind = np.where(head[:, 0] == 0x42, STP_TYPE, LLC)
    cisco = snap & (organisation == 0x00000C)
    kind = np.where(cisco & (number == 0x2000), CDP_TYPE, np.where(cisco & (number == 0x010B), STP_TYPE, kind))
    kind = np.where(snap & (organisation == 0), number, kind)
    return kind, place + np.where(snap, 8, 3)


def _cooked(frames: Frames, chosen: I64, link: int) -> None:
    batch = frames.batch
    start = batch.start[chosen]
    head = gather(batch.buffer, _SLL if link == SLL else _SLL2, start)
    frames.smac[chosen] = head["mh"].astype(np.uint64) << np.uint64(32) | head["ml"]
    kind, place = head["type"].astype(np.int64), start + (16 if link == SLL else 20)
    _short(frames, chosen, place)
    _untag(frames, chosen, kind, place)
    _network(frames, chosen, kind, place)


def _null(frames: Frames, chosen: I64) -> None:
    # The address family is in the byte order of the machine that captured; the IP version decides instead.
    start = frames.batch.start[chosen]
    _short(frames, chosen, start + 4)
    _raw(frames, chosen, start + 4)


def _raw(frames: Frames, chosen: I64, place: I64) -> None:
    version = gather(frames.batch.buffer, np.dtype("u1"), place) >> 4
    kind = np.where(version == 4, IPV4, np.where(version == 6, IPV6, 0)).astype(np.int64)
    frames.bad[chosen] |= kind == 0
    _network(frames, chosen, kind, place)


def _network(frames: Frames, chosen: I64, kind: I64, place: I64) -> None:
    frames.ethertype[chosen] = kind
    frames.payload[chosen] = place
    four, six = np.flatnonzero(kind == IPV4), np.flatnonzero(kind == IPV6)
    if len(four):
        _ipv4(frames, chosen[four], place[four])
    if len(six):
        _ipv6(frames, chosen[six], place[six])


def _ipv4(frames: Frames, chosen: I64, place: I64) -> None:
    batch = frames.batch
    head = gather(batch.buffer, _IP4, place)
    end = batch.start[chosen] + batch.captured[chosen]
    header = (head["version"] & 15).astype(np.int64) * 4
    good = (head["version"] >> 4 == 4) & (header >= 20) & (place + header <= end)
    if not good.all():
        frames.bad[chosen[~good]] = True
        head, chosen, place, header, end = head[good], chosen[good], place[good], header[good], end[good]
    length = head["length"].astype(np.int64)
    length = np.where(length < header, end - place, length)  # 0 where the sender's card cuts the segments
    frames.kind[chosen] = 4
    frames.source_low[chosen] = head["source"]
    frames.target_low[chosen] = head["target"]
    frames.ttl[chosen] = head["ttl"]
    offset = head["fragment"] & 0x1FFF
    fragment = np.where(offset > 0, 2, (head["fragment"] >> 13) & 1).astype(np.uint8)
    frames.fragment[chosen] = fragment
    frames.identifier[chosen] = head["id"]
    _transport(frames, chosen, head["protocol"], place + header, np.minimum(end, place + length), fragment)


def _ipv6(frames: Frames, chosen: I64, place: I64) -> None:
    batch = frames.batch
    head = gather(batch.buffer, _IP6, place)
    end = batch.start[chosen] + batch.captured[chosen]
    good = (head["version"] >> 4 == 6) & (place + 40 <= end)
    if not good.all():
        frames.bad[chosen[~good]] = True
        head, chosen, place, end = head[good], chosen[good], place[good], end[good]
    frames.kind[chosen] = 6
    frames.source_high[chosen], frames.source_low[chosen] = head["sh"], head["sl"]
    frames.target_high[chosen], frames.target_low[chosen] = head["th"], head["tl"]
    frames.ttl[chosen] = head["hops"]
    length = head["length"].astype(np.int64)
    end = np.where(length > 0, np.minimum(end, place + 40 + length), end)
    following, place = head["next"].astype(np.int64), place + 40
    fragment = _extensions(frames, chosen, following, place, end)
    _transport(frames, chosen, following.astype(np.uint8), place, end, fragment)


def _extensions(frames: Frames, chosen: I64, following: I64, place: I64, end: I64) -> U8:
    """Step over IPv6 extension headers (``following`` and ``place`` change); which frames are fragments."""
    buffer, limit = frames.batch.buffer, len(frames.batch.buffer) - 16
    fragment = np.zeros(len(chosen), np.uint8)
    for _ in range(8):
        extended = np.isin(following, (*_EXTENSIONS, _FRAGMENT, _AUTH)) & (place + 8 <= end) & (place < limit)
        part = np.flatnonzero(extended & (fragment != 2))
        if not len(part):
            break
        head = gather(buffer, np.dtype(("u1", 8)), place[part]).astype(np.int64)
        kind = following[part]
        size = np.where(kind == _FRAGMENT, 8, np.where(kind == _AUTH, (head[:, 1] + 2) * 4, (head[:, 1] + 1) * 8))
        cut = kind == _FRAGMENT
        offset = head[:, 2] << 8 | head[:, 3]
        fragment[part] = np.where(cut, np.where(offset >> 3 > 0, 2, offset & 1), fragment[part])
        numbers = chosen[part[cut]]
        frames.identifier[numbers] = head[cut, 6] << 8 | head[cut, 7]
        following[part], place[part] = head[:, 0], place[part] + size
    frames.fragment[chosen] = fragment
    return fragment


def _transport(frames: Frames, chosen: I64, protocol: U8, place: I64, end: I64, fragment: U8) -> None:
    frames.protocol[chosen] = protocol
    place = np.minimum(place, end)
    head = gather(frames.batch.buffer, _L4, place)
    room = end - place
    tcp, udp, sctp = protocol == TCP, protocol == UDP, protocol == SCTP
    size = np.where(tcp, (head["offset"] >> 4).astype(np.int64) * 4, np.where(udp, 8, np.where(sctp, 12, 0)))
    later = fragment == 2
    ported = (tcp | udp | sctp) & ~later & (room >= 4)
    frames.source_port[chosen] = np.where(ported, head["source"], 0)
    frames.target_port[chosen] = np.where(ported, head["target"], 0)
    whole = tcp & ~later & (room >= 14)
    frames.flags[chosen] = np.where(whole, head["flags"], 0)
    frames.bad[chosen] |= ~later & (((tcp | udp | sctp) & (room < size)) | (tcp & (size < 20)))
    control = ((protocol == ICMP) | (protocol == ICMP6)) & ~later & (room >= 1)
    if control.any():
        kind = _request_type(protocol, head["source"] >> 8)
        frames.source_port[chosen] = np.where(control, kind, frames.source_port[chosen])
        frames.target_port[chosen] = np.where(control, kind, frames.target_port[chosen])
        frames.flags[chosen] = np.where(control, (head["source"] >> 8).astype(np.uint8), frames.flags[chosen])
    skip = np.where(later, 0, np.minimum(size, room))
    frames.payload[chosen] = place + skip
    frames.size[chosen] = np.maximum(room - skip, 0)


def _request_type(protocol: U8, kind: npt.NDArray[Any]) -> I64:
    """The ICMP type of the request that an answer belongs to, so that both are one conversation."""
    number = kind.astype(np.int64)
    four = np.where(number == 0, 8, np.where((number == 14) | (number == 16) | (number == 18), number - 1, number))
    six = np.where(number == 129, 128, np.where(number == 136, 135, number))
    return np.where(protocol == ICMP6, six, four)
