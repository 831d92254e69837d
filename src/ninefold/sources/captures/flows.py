"""From conversations to flows: one per client, server, transport and server port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy.typing as npt

from ninefold.model.observed import End, Grade, ObservedFlow
from ninefold.sources.captures.address import NO_ADDRESS, Address, ip_text, mac_text, vlan_text
from ninefold.sources.captures.roles import REASONS, direction, group, service, transport
from ninefold.sources.captures.table import Row, listed
from ninefold.sources.captures.talk import names_of

_GRADES = (Grade.NONE, Grade.PORT, Grade.SIGNATURE)


@dataclass(slots=True)
class Sum:
    """A flow that is being added up. ``best``: rank of the service's grade and packets that carried its name."""

    client_mac: int
    server_mac: int
    packets: int = 0
    bytes: int = 0
    first: int = 0
    last: int = 0
    reason: int = 9
    service: str = ""
    best: tuple[int, int] = (-1, 0)
    functions: int = 0
    vlans: tuple[int, ...] = ()
    answered: bool = False


Key = tuple[Address, Address, int, int, str, int, int]
MOST: Final = 400_000  # flows; further conversations are folded: one flow per pair of ends, then per client
FOLDED: Final = 50_000


def _folded(what: Key) -> Key:
    return (*what[:5], what[5] if what[4] == "l2" else 0, 0)


class Flows:
    """Adds conversations up. ``hide``: (mac, address) pairs whose MAC is a router's, not the end's own."""

    def __init__(self, hide: frozenset[tuple[int, Address]] = frozenset()) -> None:
        self.sums: dict[Key, Sum] = {}
        self.folded = 0
        self._known: dict[Address, Address] = {}
        self._hide = hide

    def add(self, rows: npt.NDArray[Any]) -> None:
        """Add conversations of the table."""
        for row in listed(rows):
            key = row.key
            kind, protocol = key[4] >> 56, key[4] >> 48 & 0xFF
            ethertype, ports = key[4] >> 32 & 0xFFFF, (key[4] >> 16 & 0xFFFF, key[4] & 0xFFFF)
            named = service(row, kind, protocol, -1)[0]
            a_asks, reason = direction(row, kind, protocol, ports, named)
            port = ports[1] if a_asks else ports[0]
            if reason == "first" and row.client_a == (-1 if a_asks else 1) and group(row, kind, int(a_asks)):
                port = ports[0] if a_asks else ports[1]  # an answer to everybody: the port that answers tells more
            found, grade = service(row, kind, protocol, port)
            ends = [self._one(kind, key[0], key[1]), self._one(kind, key[2], key[3])]
            macs = [row.mac_a, row.mac_b]
            sent = [row.packets_a, row.packets_b]
            if not a_asks:
                ends.reverse()
                macs.reverse()
                sent.reverse()
            marks = (0, 0) if kind else (macs[0], macs[1])
            what: Key = (ends[0], ends[1], *marks, transport(kind, protocol), protocol if kind else ethertype, port)
            self._merge(what, row, (found, grade), reason, macs, sent)

    def _one(self, kind: int, high: int, low: int) -> Address:
        """An address, kept in memory once."""
        address = Address(kind, high, low) if kind else NO_ADDRESS
        return self._known.setdefault(address, address)

    def _merge(
        self, what: Key, row: Row, name: tuple[str, Grade], reason: str, macs: list[int], sent: list[int]
    ) -> None:
        total = self.sums.get(what)
        if total is None and len(self.sums) >= MOST:
            self.folded += 1
            what = (what[0], NO_ADDRESS, 0, 0, what[4], 0, 0) if len(self.sums) >= MOST + FOLDED else _folded(what)
            total = self.sums.get(what)
        if total is None:
            total = self.sums[what] = Sum(macs[0], macs[1], first=row.first, last=row.last)
        count = sent[0] + sent[1]
        total.packets += count
        total.bytes += row.bytes
        total.first = min(total.first, row.first)
        total.last = max(total.last, row.last)
        total.reason = min(total.reason, REASONS.index(reason))
        total.functions |= row.functions
        total.answered |= sent[1] > 0
        rank = (_GRADES.index(name[1]), count)
        if rank > total.best:
            total.best, total.service = rank, name[0]
        vlan = row.vlan
        if vlan and vlan not in total.vlans and len(total.vlans) < 16:
            total.vlans = (*total.vlans, vlan)

    def finished(self, source: str) -> tuple[ObservedFlow, ...]:
        """All flows, in a stable order."""
        flows = [self._flow(what, total, source) for what, total in self.sums.items()]
        flows.sort(key=lambda flow: (flow.client, flow.server, flow.transport, flow.port, flow.ethertype))
        return tuple(flows)

    def _flow(self, what: Key, total: Sum, source: str) -> ObservedFlow:
        client, server, _, _, carried, number, port = what
        return ObservedFlow(
            client=self._end(total.client_mac, client),
            server=self._end(total.server_mac, server),
            transport=carried,
            port=port,
            ethertype=f"0x{number:04x}" if carried == "l2" else "",
            vlan=",".join(filter(None, sorted(vlan_text(vlan) for vlan in total.vlans))),
            service=total.service,
            grade=_GRADES[total.best[0]],
            functions=names_of(total.functions),
            packets=total.packets,
            bytes=total.bytes,
            first=total.first / 1e9,
            last=total.last / 1e9,
            direction_reason=REASONS[total.reason],
            source=source,
        )

    def _end(self, mac: int, address: Address) -> End:
        return End("" if (mac, address) in self._hide else mac_text(mac), ip_text(address))
