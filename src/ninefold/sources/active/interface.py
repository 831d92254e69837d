"""What a probe is: the packets it sends, each with its meaning, and how it reads answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from ninefold.model.findings import Words


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """One question. ``data`` is the payload of ``port`` (``tcp/502``, ``udp/161``) or a whole frame (``l2/0x8892``)."""

    port: str
    data: bytes
    meaning: Words


class Probe(Protocol):
    """A module with these names. Nothing it sends may write, reset or configure."""

    NAME: str

    def packets(self, community: str = "public") -> tuple[Packet, ...]:
        """All packets it would send to one target, in order."""

    def facts(self, answers: Sequence[bytes]) -> list[tuple[str, str]]:
        """(key, value) of what the answers say; damaged answers say nothing."""
