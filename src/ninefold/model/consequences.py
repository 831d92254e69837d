"""Functions of the plant and what happens when they fail.

Source: IEC 62443-3-2:2020 ZCR 2.1 and 5.4; docs/method.md section 2.
"""

from __future__ import annotations

import msgspec

from ninefold.model.vocabulary import Category, Objective


class Consequence(msgspec.Struct, frozen=True, kw_only=True):
    """How bad it is, 1..5, when an objective of a function is violated, in one category."""

    objective: Objective
    category: Category
    rating: int
    why: str = ""


class Cumulation(msgspec.Struct, frozen=True, kw_only=True):
    """Several functions on one asset, zone or function together are worse: +1, with a justification."""

    subject: str
    reason: str
    objectives: tuple[Objective, ...] = ()


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """A named redundancy lowers availability needs by one at most."""

    subject: str
    redundancy: str
    reason: str = ""


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A function of the plant. ``supported_by`` lists assets; ``needs`` other functions it depends on."""

    id: str
    title: str = ""
    essential: bool = True
    safety: bool = False
    description: str = ""
    supported_by: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    consequences: tuple[Consequence, ...] = ()
