"""What checks of plausibility take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ninefold.base.i18n import Message
from ninefold.model.assessment import Protection, Risk, Threats
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import Severity

LOW, MEDIUM, HIGH = Severity.LOW, Severity.MEDIUM, Severity.HIGH


class Whole(NamedTuple):
    """Everything a check may look at."""

    plant: Plant
    protection: Protection
    threats: Threats
    risk: Risk
    today: str


class Hit(NamedTuple):
    """What a check found: the subject, the sentence, how bad."""

    subject: str
    title: Message
    severity: Severity = Severity.MEDIUM
    discriminator: str = ""


Check = Callable[[Whole], Iterator[Hit]]
