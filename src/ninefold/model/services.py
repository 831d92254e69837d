"""Services: what is spoken between assets, and what that means for security.

Built-in services stand in ``model/data/services.yaml``'s typed form, :data:`ninefold.model.catalogue.SERVICES`;
users add their own in ``catalogue/*.yaml``.
"""

from __future__ import annotations

import re
from enum import Enum

import msgspec

from ninefold.base.errors import InputError


class Access(Enum):
    """What a service lets its client do, at the most."""

    READ = "read"
    WRITE = "write"
    PROGRAM = "program"
    ADMIN = "admin"


class Support(Enum):
    """Whether a protocol authenticates or encrypts."""

    NO = "no"
    OPTIONAL = "optional"
    YES = "yes"


class PortSpec(msgspec.Struct, frozen=True, order=True):
    """``tcp/502``, ``udp/161-162``, ``icmp/8``, ``sctp/2905``, ``esp``, ``l2/0x8892``: transport, first, last."""

    transport: str
    first: int = 0
    last: int = 0

    def __str__(self) -> str:
        if self.transport == "l2":
            return f"l2/0x{self.first:04x}"
        if self.transport in PORTLESS:
            return self.transport
        return f"{self.transport}/{self.first}" + (f"-{self.last}" if self.last != self.first else "")


PORTLESS = frozenset({"esp", "ah", "gre", "any", "igmp", "vrrp", "ospf"})
_PORT = re.compile(r"(tcp|udp|sctp|icmp|icmpv6|ip)/(\d{1,5})(?:-(\d{1,5}))?|l2/0x([0-9a-fA-F]{4})")


def parse_port(text: str) -> PortSpec:
    """The typed form of ``tcp/502`` and its like. InputError when it is none."""
    text = text.strip().lower()
    if text in PORTLESS:
        return PortSpec(text)
    match = _PORT.fullmatch(text)
    if not match:
        raise InputError(
            "bad-port", f"'{text}' is no port.", advice="Write tcp/502, udp/161-162, icmp/8, esp or l2/0x8892."
        )
    if match[4]:
        return PortSpec("l2", int(match[4], 16), int(match[4], 16))
    first, last = int(match[2]), int(match[3] or match[2])
    top = 255 if match[1] in {"icmp", "icmpv6", "ip"} else 65535
    if not first <= last <= top:
        raise InputError("bad-port", f"'{text}' is out of range.", advice=f"Use 0 to {top}, the smaller number first.")
    return PortSpec(match[1], first, last)


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One protocol as a plant uses it. ``ports`` empty: the service has no fixed port."""

    id: str
    title: str
    ports: tuple[str, ...] = ()
    authenticates: Support = Support.NO
    encrypts: Support = Support.NO
    access: Access = Access.WRITE
    industrial: bool = False
    interactive: bool = False
    broadcast: bool = False
    secure_alternative: str = ""
    note: str = ""

    @property
    def port_specs(self) -> tuple[PortSpec, ...]:
        """The ports in typed form."""
        return tuple(parse_port(port) for port in self.ports)

    @property
    def layer_2(self) -> bool:
        """Whether the service does not cross a router."""
        return bool(self.ports) and all(port.startswith("l2/") for port in self.ports)
