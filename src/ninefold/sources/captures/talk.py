"""What a fact parser sees of the conversation it looks into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from ninefold.sources.captures.sink import Owner, Sink

#: Functions that matter for security; a conversation keeps them as bits in this order.
FUNCTIONS: Final = (
    "reads",
    "writes",
    "program",
    "stop-start",
    "firmware",
    "cleartext-credentials",
    "configures",
    "discovers",
    "no-encryption",
)
BITS: Final = {name: 1 << number for number, name in enumerate(FUNCTIONS)}


@dataclass(slots=True)
class Talk:
    """One payload of a conversation. ``who``: +1 the sender asks, -1 it answers, 0 unknown."""

    sink: Sink
    frame: int
    sender: Owner
    receiver: Owner
    who: int
    ethertype: int = 0
    ports: tuple[int, int] = (0, 0)  # sender, receiver
    memory: dict[str, Any] = field(default_factory=dict)  # kept from payload to payload of the conversation
    functions: int = 0

    def fact(self, key: str, value: str) -> None:
        """Something about the sender."""
        self.sink.fact(self.sender, key, value, self.frame)

    def fact_of(self, owner: Owner, key: str, value: str) -> None:
        """Something about another end."""
        self.sink.fact(owner, key, value, self.frame)

    def does(self, *names: str) -> None:
        """The conversation uses these functions."""
        for name in names:
            self.functions |= BITS[name]


def names_of(functions: int) -> tuple[str, ...]:
    """The functions of a bit set, in the order of :data:`FUNCTIONS`."""
    return tuple(name for name, bit in BITS.items() if functions & bit)
