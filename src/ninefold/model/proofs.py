"""What proofs and probes say. ``network`` makes them, steps, evidence and documents read them."""

from __future__ import annotations

import msgspec


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """One packet that shows a difference. ``kind`` of ICMP stands in ``port``."""

    source: str
    target: str
    protocol: str
    source_port: int = 0
    port: int = 0
    incoming: str = ""
    outgoing: str = ""
    free: dict[str, bool] = {}


class RuleRef(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of a configuration: where it stands and what it says."""

    file: str
    line: int
    text: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One region of packets in which two things differ, readable, with one witness."""

    region: tuple[str, ...]
    witness: Witness
    rules: tuple[RuleRef, ...] = ()
    sender: str = ""
    receiver: str = ""
    conduit: str = ""
    flow: str = ""
    at: str = ""


class ProofResult(msgspec.Struct, frozen=True, kw_only=True):
    """``state``: ``equal``, ``different`` or ``undecided``. ``inputs``: name -> SHA-256 of what was proved over."""

    state: str
    allowed_not_intended: tuple[Difference, ...] = ()
    intended_blocked: tuple[Difference, ...] = ()
    assumptions: tuple[str, ...] = ()
    inputs: dict[str, str] = {}


class ProbeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the twin saw: number of probes and the packets whose fate was not the expected one."""

    probes: int
    passed: int
    dropped: int
    mismatches: tuple[tuple[Witness, str], ...] = ()
    rules_hit: int = 0
    rules_total: int = 0
