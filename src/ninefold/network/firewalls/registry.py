"""Which dialects there are. Modules are loaded when first asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages
from ninefold.network.firewalls.interface import Dialect, NotThisDialectError
from ninefold.network.ruleset import RuleSet

say = messages("network")

#: name -> "module:class"; order is the order of recognition (VyOS routing tables look like nftables)
DIALECTS: Final = {
    "vyos": "ninefold.network.firewalls.vyos.dialect:Vyos",
    "nftables": "ninefold.network.firewalls.nftables.dialect:Nftables",
    "iptables": "ninefold.network.firewalls.iptables.dialect:Iptables",
    "cisco-ios": "ninefold.network.firewalls.cisco_ios.dialect:CiscoIos",
    "csv": "ninefold.network.firewalls.rule_table.dialect:Csv",
}


@cache
def dialect(name: str) -> Dialect:
    """The dialect of that name. InputError when there is none."""
    if name not in DIALECTS:
        raise InputError(
            "no-dialect",
            str(say("There is no dialect '{name}'.", name=name)),
            advice=str(say("Known: {names}.", names=", ".join(DIALECTS))),
        )
    module, _, attribute = DIALECTS[name].partition(":")
    made = getattr(import_module(module), attribute)()
    assert isinstance(made, Dialect)
    return made


def parse(text: str, file: str, name: str = "") -> RuleSet:
    """The rule set of a text: of the named dialect, else of the first that recognises it.

    Raises NotThisDialectError when nobody does.
    """
    if name:
        return dialect(name).parse(text, file)
    for known in DIALECTS:
        if dialect(known).recognises(text[:65536], file):
            return dialect(known).parse(text, file)
    raise NotThisDialectError(
        "unknown-dialect",
        str(say("No firewall dialect recognises this file.")),
        place=Place(file),
        advice=str(say("Name the dialect: {names}.", names=", ".join(DIALECTS))),
    )
