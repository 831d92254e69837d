"""Zones, the conduits between them, and the flows a conduit permits.

Source: IEC 62443-3-2:2020 ZCR 3; IEC 62443-1-1:2009 clause 5.9 and 5.10.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class Exposure(Enum):
    """Local exposure of a zone (``e_local``, docs/method.md section 3)."""

    UNATTENDED = "unattended"
    STAFFED = "staffed"
    CONTROLLED = "controlled"


class Broker(msgspec.Struct, frozen=True, kw_only=True):
    """Why a zone counts as *between* an entry point and what lies behind it (docs/method.md section 3).

    It must authenticate the user or peer **and** end or broker the session; ``by`` names the asset that does.
    """

    by: str
    authenticates: bool = False
    ends_session: bool = False
    note: str = ""

    @property
    def counts(self) -> bool:
        """Both conditions hold."""
        return self.authenticates and self.ends_session


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A grouping of assets with common security requirements. ``parent`` nests zones.

    ``administers`` names zones that this zone can administer, program or grant access to;
    ``reauthenticates`` those of them that authenticate again and independently.
    """

    id: str
    title: str = ""
    description: str = ""
    parent: str = ""
    level: str = ""
    safety: bool = False
    business: bool = False
    wireless: bool = False
    temporary: bool = False
    untrusted_access: bool = False
    exposure: Exposure = Exposure.STAFFED
    exposure_evidence: str = ""
    broker: Broker | None = None
    administers: tuple[str, ...] = ()
    reauthenticates: tuple[str, ...] = ()
    owner: str = ""
    location: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The title where there is one, otherwise the id."""
        return self.title or self.id


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A permitted communication. ``source`` opens it; both ends are an asset, a zone, a network or an entry point.

    ``carries``: ``data``, ``commands``, ``updates`` — commands and updates make the *answer* an attack path too.
    """

    id: str
    source: str = msgspec.field(name="from")
    target: str = msgspec.field(name="to")
    service: str
    ports: tuple[str, ...] = ()
    purpose: str = ""
    owner: str = ""
    until: str = ""
    carries: tuple[str, ...] = ("data",)
    brokered: bool = False
    vpn: str = ""
    user: str = ""
    log: bool = False


class Conduit(msgspec.Struct, frozen=True, kw_only=True):
    """A grouping of channels between zones with common protection."""

    id: str
    title: str = ""
    flows: tuple[Flow, ...] = ()
    encrypted: bool = False
    authenticated: bool = False
    requires_vpn: bool = False
    shared: bool = False
    inspected: bool = False
    owner: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """The title where there is one, otherwise the id."""
        return self.title or self.id
