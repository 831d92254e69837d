"""Where facts gather while a capture is read: who said it, what, and in which frame first."""

from __future__ import annotations

from typing import Final, NamedTuple

from ninefold.sources.captures.address import NO_ADDRESS, Address, is_group_mac, is_host

MOST: Final = 200_000  # facts of one capture
MOST_VALUES: Final = 64  # values of one key of one end


class Owner(NamedTuple):
    """The end a fact is about."""

    mac: int
    address: Address


class Sink:
    """Facts, each once, with the frame that said it first; addresses that devices claim; addresses that are one."""

    def __init__(self) -> None:
        self.facts: dict[tuple[Owner, str, str], int] = {}
        self.claims: dict[tuple[int, Address], int] = {}
        self.same: dict[tuple[int, int], int] = {}
        self._values: dict[tuple[Owner, str], int] = {}

    def fact(self, owner: Owner, key: str, value: str, frame: int) -> None:
        """Keep a fact unless it is known, empty or one of too many."""
        value = value.strip()
        if not value or not key or (owner, key, value) in self.facts or len(self.facts) >= MOST:
            return
        count = self._values.get((owner, key), 0)
        if count < MOST_VALUES:
            self._values[owner, key] = count + 1
            self.facts[owner, key, value] = frame

    def claim(self, mac: int, address: Address, frame: int) -> None:
        """A device itself says that it has this address (ARP, DCP, DHCP)."""
        if mac and not is_group_mac(mac) and is_host(address) and len(self.claims) < MOST:
            self.claims.setdefault((mac, address), frame)

    def one_device(self, mac: int, other: int, frame: int) -> None:
        """Two interface addresses belong to one device (LLDP chassis and port)."""
        if mac and other and mac != other and not is_group_mac(other) and len(self.same) < MOST:
            self.same.setdefault((min(mac, other), max(mac, other)), frame)


def owner(mac: int, kind: int, high: int, low: int) -> Owner:
    """The sender or receiver of a frame."""
    return Owner(mac, Address(kind, high, low) if kind else NO_ADDRESS)
