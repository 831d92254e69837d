"""What advisories mean for assets. ``supply`` makes it, steps and documents read it."""

from __future__ import annotations

import msgspec

from ninefold.model.findings import Reason


class Match(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One asset, one advisory, one vulnerability.

    ``state``: ``affected``, ``not affected``, ``fixed`` or ``undecided``; confidence 0..1; ``settles``: what
    would decide an undecided match; ``urgency`` orders the work list, larger first.
    """

    asset: str
    advisory: str
    vulnerability: str
    state: str
    confidence: float
    reason: Reason
    settles: str = ""
    score: float | None = None
    reachable: bool | None = None
    urgency: float = 0.0
    remediation: str = ""
    decision: str = ""
    #: digest of identity, statement and version; a decision that names another basis is opened again
    basis: str = ""
    #: the first version without the vulnerability, where the statement says so
    fixed_in: str = ""
