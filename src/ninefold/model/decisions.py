"""Decisions of people: overrides, exclusions, acceptances, confirmed matches. Nothing human lives elsewhere.

Source: IEC 62443-3-2:2020 ZCR 5.6, 5.13; design section 4.
"""

from __future__ import annotations

from enum import Enum

import msgspec


class DecisionKind(Enum):
    """What a decision is about."""

    OVERRIDE_LEVEL = "override-level"
    EXCLUDE_SCENARIO = "exclude-scenario"
    ACCEPT_RISK = "accept-risk"
    NOT_APPLICABLE = "not-applicable"
    CONFIRM_MATCH = "confirm-match"
    REJECT_MATCH = "reject-match"
    NOT_EXPLOITABLE = "not-exploitable"
    CONFIRM_IDENTITY = "confirm-identity"
    DETAILED_ASSESSMENT = "detailed-assessment"
    ACCEPT_DIFFERENCE = "accept-difference"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Who decided what about which subject, why, when, until when, and on which basis (digest)."""

    id: str
    kind: DecisionKind
    subject: str
    value: str = ""
    by: str = ""
    role: str = ""
    reason: str = ""
    date: str = ""
    expires: str = ""
    basis: str = ""
