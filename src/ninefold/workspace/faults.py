"""All faults of one run, each with its place and the next step for the person who wrote the text."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from yaml.nodes import Node

from ninefold.base.errors import FaultsError, InputError, NinefoldError, Place
from ninefold.base.i18n import Message, messages

say = messages("workspace")


def place(node: Node) -> Place:
    """Where a value stands."""
    mark = node.start_mark
    return Place(str(mark.name), mark.line + 1, mark.column + 1)


def nearest(word: str, known: Iterable[str]) -> str:
    """Advice that names the known word closest to a mistyped one; "" when none is close."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return str(say("Did you mean '{word}'?", word=close[0])) if close else ""


class Faults:
    """Collects errors instead of stopping at the first. ``known`` are ids of values that could not be read."""

    def __init__(self) -> None:
        self.errors: list[NinefoldError] = []
        self.known: set[str] = set()
        self.unread: bool = False

    def add(self, code: str, message: Message, at: Node | Place | None, advice: Message | str = "") -> None:
        """One more fault."""
        where = place(at) if isinstance(at, Node) else at
        self.errors.append(InputError(code, str(message), place=where, advice=str(advice)))

    def keep(self, error: NinefoldError) -> None:
        """A fault that arrived as an exception; a file could not be read, so its ids are unknown."""
        self.unread = True
        self.errors.extend(error.errors if isinstance(error, FaultsError) else [error])

    def stop(self) -> None:
        """Raise FaultsError when there is any fault."""
        if self.errors:
            raise FaultsError(self.errors)
