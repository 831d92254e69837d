"""The dialect of rule tables."""

from __future__ import annotations

from typing import ClassVar

from ninefold.base.errors import LimitError, NinefoldError, Place
from ninefold.base.limits import TEXT_FILE
from ninefold.network.firewalls.interface import Dialect
from ninefold.network.firewalls.rule_table.table import read
from ninefold.network.ruleset import RuleSet


class Csv(Dialect):
    """Tables with usual headings; others with ``network.firewalls.rule_table.table.read`` and a mapping."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV"
    suffix: ClassVar[str] = ".csv"

    def recognises(self, text: str, file: str) -> bool:
        """The name says so, and the first line has the headings of a rule table."""
        if not file.lower().endswith(".csv"):
            return False
        try:
            read(text.partition("\n")[0], file)
        except NinefoldError:
            return False
        return True

    def parse(self, text: str, file: str) -> RuleSet:
        """See Dialect."""
        if len(text) > TEXT_FILE:
            raise LimitError("too-large", "The table is too large.", place=Place(file))
        return read(text, file)
