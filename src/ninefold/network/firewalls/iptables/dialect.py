"""The dialect iptables."""

from __future__ import annotations

import re
from typing import ClassVar

from ninefold.base.errors import LimitError, Place
from ninefold.base.limits import TEXT_FILE
from ninefold.network.firewalls.interface import Dialect
from ninefold.network.firewalls.iptables.reader import read
from ninefold.network.ruleset import RuleSet

_TABLE = re.compile(r"^\*(?:filter|nat|mangle|raw|security)\s*$", re.MULTILINE)


class Iptables(Dialect):
    """``iptables-save`` and ``ip6tables-save`` of iptables 1.3 to 1.8, legacy or nft."""

    name: ClassVar[str] = "iptables"
    title: ClassVar[str] = "iptables"
    suffix: ClassVar[str] = ".rules"

    def recognises(self, text: str, file: str) -> bool:
        """A line that opens a table."""
        return bool(_TABLE.search(text))

    def parse(self, text: str, file: str) -> RuleSet:
        """See Dialect."""
        if len(text) > TEXT_FILE:
            raise LimitError("too-large", "The rule set is too large.", place=Place(file))
        return read(text, file)
