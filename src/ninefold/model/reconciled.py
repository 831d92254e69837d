"""What step 1 says: intended and observed side by side. ``sources`` makes it, documents and steps read it."""

from __future__ import annotations

from enum import Enum

import msgspec

from ninefold.model.findings import Finding, Reason
from ninefold.model.observed import Fact, ObservedFlow, ObservedHost


class Agreement(Enum):
    """How intent and observation compare."""

    DECLARED_AND_SEEN = "declared and seen"
    DECLARED_NOT_SEEN = "declared not seen"
    SEEN_NOT_DECLARED = "seen not declared"
    DIFFERS = "differs"


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One device, merged from all sources. ``asset`` is the declared one, "" if none; confidence 0..1."""

    asset: str
    agreement: Agreement
    host: ObservedHost
    confidence: float = 1.0
    conflicts: tuple[tuple[str, tuple[Fact, ...]], ...] = ()
    why: Reason


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the communication matrix. ``flow`` is the declared one, "" if none."""

    client: str
    server: str
    service: str
    agreement: Agreement
    flow: str = ""
    conduit: str = ""
    observed: ObservedFlow | None = None
    why: Reason


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """The result of step 1."""

    devices: tuple[Device, ...]
    conversations: tuple[Conversation, ...]
    entry_points: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()
