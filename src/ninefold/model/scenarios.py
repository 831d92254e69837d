"""Threats of the catalogue and the scenarios they become in a given plant.

Source: IEC 62443-3-2:2020 ZCR 5.1, 5.2; docs/method.md sections 4 and 5.
"""

from __future__ import annotations

import msgspec

from ninefold.base.i18n import Text
from ninefold.model.findings import Reason
from ninefold.model.vocabulary import FR, Objective


class Threat(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the catalogue of threats. ``when`` is a safe expression over the model.

    ``on``: ``asset``, ``zone``, ``conduit`` or ``flow``. ``barriers``: groups of requirement ids, each group
    one line of defence. ``least_class`` 1..4: weaker adversaries cannot do it. ``within`` names a broader threat: where
    that one covers the same subjects, this one is told as a part of it.
    """

    id: str
    title: Text
    on: str
    when: str
    fr: tuple[FR, ...]
    techniques: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] = ()
    least_class: int = 1
    vectors: tuple[str, ...] = ()
    barriers: tuple[tuple[str, ...], ...] = ()
    removes: Text = Text("")
    within: str = ""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A threat that can happen to a zone or conduit here; ``subjects`` are the assets or flows it groups."""

    id: str
    threat: str
    title: Text
    scope: str
    subjects: tuple[str, ...]
    fr: tuple[FR, ...]
    objectives: tuple[Objective, ...]
    least_class: int
    barriers: tuple[tuple[str, ...], ...]
    techniques: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    why: tuple[Reason, ...] = ()
    removed_by: Text = Text("")
    excluded: str = ""
    #: narrower threats of the catalogue that this scenario speaks for
    includes: tuple[str, ...] = ()
