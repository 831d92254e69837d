"""What the targets of iptables rules do."""

from __future__ import annotations

import re

from ninefold.network.firewalls.iptables import names
from ninefold.network.firewalls.iptables.matches import NotUnderstoodError, Option, block
from ninefold.network.ranges import Ranges, Span
from ninefold.network.ruleset import ACCEPT, CONTINUE, DROP, REJECT, RETURN, UNKNOWN, Action, Translate

_PLAIN: dict[str, Action] = {"ACCEPT": ACCEPT, "DROP": DROP, "REJECT": REJECT, "RETURN": RETURN}
_HARMLESS = frozenset({"--random", "--random-fully", "--persistent"})


def action(name: str, options: list[Option], table: str, chain: str, matches: list[Option], family: int) -> Action:
    """The action of a target that is no chain; ``UNKNOWN`` when it is not understood."""
    try:
        if name in {"SNAT", "DNAT", "MASQUERADE", "REDIRECT", "NETMAP"} and table == "nat":
            return _translate(name, options, chain, matches, family)
    except (NotUnderstoodError, ValueError):
        return UNKNOWN
    if name in _PLAIN and not (table == "nat" and name in {"DROP", "REJECT"}):
        return _PLAIN[name]
    return CONTINUE if name in names.GO_ON else UNKNOWN


def _translate(name: str, options: list[Option], chain: str, matches: list[Option], family: int) -> Action:
    given = [item for item in options if item.name not in _HARMLESS]
    if len(given) > 1 or any(item.negative for item in given):
        raise NotUnderstoodError(name)
    value = given[0].value if given else ""
    wanted = {"SNAT": "--to-source", "DNAT": "--to-destination", "NETMAP": "--to"}.get(name, "--to-ports")
    if given and given[0].name != wanted:
        raise NotUnderstoodError(given[0].name)
    if name in {"MASQUERADE", "REDIRECT"}:
        return Translate(name.lower(), port=_ports(value) if value else None)
    if name == "NETMAP":
        return _netmap(value, chain, matches, family)
    addresses, port = _target(value, family)
    return Translate(name.lower(), addresses, port=port)


def _target(value: str, family: int) -> tuple[Ranges, Span | None]:
    """``10.0.0.1-10.0.0.9:80-90``, ``[fd00::1]:80``, ``:80``."""
    if family == 6:
        found = re.fullmatch(r"\[([^\]]*)\](?:-\[([^\]]*)\])?(?::(.*))?", value)
        if found:
            address = found[1] + (f"-{found[2]}" if found[2] else "")
            port = found[3] or ""
        else:
            address, port = value, ""
    else:
        address, _, port = value.partition(":")
    spans = block(address, family) if address else ()
    if not spans and not port:
        raise NotUnderstoodError(value)
    return Ranges(v4=spans) if family == 4 else Ranges(v6=spans), _ports(port) if port else None


def _ports(text: str) -> Span:
    low, _, high = text.partition("-")
    first, last = int(low), int(high or low)
    if not 0 < first <= last <= 65535:
        raise NotUnderstoodError(text)
    return first, last


def _netmap(value: str, chain: str, matches: list[Option], family: int) -> Action:
    """One block onto another of the same size; the old one is what the rule itself matches."""
    side, kind = ("-s", "netmap-source") if chain in {"POSTROUTING", "INPUT"} else ("-d", "netmap-target")
    if chain not in names.TABLES["nat"]:
        raise NotUnderstoodError(chain)
    old = [block(item.value, family) for item in matches if item.name == side and not item.negative]
    new = block(value, family)
    if len(old) != 1 or len(old[0]) != 1 or old[0][0][1] - old[0][0][0] != new[0][1] - new[0][0] or "-" in value:
        raise NotUnderstoodError(value)
    made = [Ranges(v4=spans) if family == 4 else Ranges(v6=spans) for spans in (new, old[0])]
    return Translate(kind, made[0], mapped=made[1])
