"""The dialect VyOS."""

from __future__ import annotations

import re
from typing import ClassVar

from ninefold.base.errors import LimitError, Place
from ninefold.base.limits import TEXT_FILE
from ninefold.network.firewalls.interface import Dialect
from ninefold.network.firewalls.vyos.convert import convert
from ninefold.network.firewalls.vyos.tree import read
from ninefold.network.ruleset import RuleSet

_SIGNS = re.compile(
    r"^(?:/\* === vyatta-config-version|// vyos-config-version)"
    r"|^set (?:firewall (?:ipv[46]|name|ipv6-name|group|global-options|zone|state-policy|all-ping|interface) "
    r"|interfaces (?:ethernet|bonding|loopback) \w+|nat (?:source|destination) rule|service ssh|"
    r"system (?:config-management|conntrack) )"
    r"|^(?:firewall|nat|interfaces) \{\n(?:    (?:all-ping|name|ipv6-name|ipv4|ipv6|group|global-options|state-policy|"
    r"destination|source|ethernet|bonding|bridge|dummy|loopback)\b)",
    re.MULTILINE,
)


class Vyos(Dialect):
    """VyOS 1.2 to 1.5, boot file or ``set`` commands."""

    name: ClassVar[str] = "vyos"
    title: ClassVar[str] = "VyOS"
    suffix: ClassVar[str] = ".boot"

    def recognises(self, text: str, file: str) -> bool:
        """The version line of a boot file, its first blocks, or ``set`` commands that only VyOS has."""
        return bool(_SIGNS.search(text))

    def parse(self, text: str, file: str) -> RuleSet:
        """See Dialect."""
        if len(text) > TEXT_FILE:
            raise LimitError("too-large", "The configuration is too large.", place=Place(file))
        root, strange = read(text, file)
        return convert(root, strange, file)
