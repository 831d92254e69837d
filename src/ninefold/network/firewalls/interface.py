"""What a firewall dialect is: text in, neutral rule set out; and, where it renders, intent in, text out.

A dialect lives in ``network/firewalls/NAME/`` and stands in :data:`ninefold.network.firewalls.registry.DIALECTS`.
Renderers never hand out text that was not parsed back and proved: :func:`ninefold.network.firewalls.checked.render`
is the only door (step 7 uses it), a dialect's own ``render`` is the raw material.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from ninefold.base.errors import InputError, Place
from ninefold.model.plant import Plant
from ninefold.network.ruleset import RuleSet


class CannotExpressError(InputError):
    """The dialect lacks something this gateway needs; the message names the conduit and what is missing."""

    def __init__(self, dialect: str, what: str, *, place: Place | None = None) -> None:
        super().__init__(
            "cannot-express",
            f"{dialect} cannot express: {what}.",
            place=place,
            advice="Choose another dialect for this gateway or change the conduit.",
        )


class NotThisDialectError(InputError):
    """The text is not of this dialect or breaks its grammar so badly that no rule set can be given."""


class Dialect(ABC):
    """One configuration language. Stateless; pure: no files, no programs, no network."""

    name: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str] = ".conf"
    renders: ClassVar[bool] = False

    @abstractmethod
    def recognises(self, text: str, file: str) -> bool:
        """Whether the text looks like this dialect; cheap, at most the first 64 KiB are looked at."""

    @abstractmethod
    def parse(self, text: str, file: str) -> RuleSet:
        """The rule set in neutral form.

        What is not understood becomes Free, ``Verdict("unknown")`` or Unknown (see ``ruleset``).
        Raises NotThisDialectError (with line) when the text cannot be read at all, LimitError when it is too large.
        """

    def render(self, plant: Plant, gateway: str) -> str:
        """The configuration of a gateway (by asset id) that permits exactly the plant's conduits.

        Raises CannotExpressError; InputError when the gateway is unknown.
        """
        raise CannotExpressError(self.title, f"a rendered configuration for {gateway}")
