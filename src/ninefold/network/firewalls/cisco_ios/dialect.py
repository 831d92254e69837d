"""The dialect Cisco IOS: access lists and the interfaces where they stand.

Where an interface has an incoming list, it decides what goes through and what reaches the router itself; an outgoing
list decides what goes through only. Lists do not track connections. A list that is not written permits everything.
"""

from __future__ import annotations

import re
from typing import ClassVar

from ninefold.base.errors import LimitError, Place
from ninefold.base.limits import TEXT_FILE
from ninefold.network.firewalls.cisco_ios.entries import LOGS, extended, standard
from ninefold.network.firewalls.interface import Dialect, NotThisDialectError
from ninefold.network.ruleset import ACCEPT, DROP, UNKNOWN, Action, Chain, Jump, Rule, RuleSet, Test, Unknown

_SIGNS = re.compile(r"^(?:version 1[0-9]\.\d|ip access-list (?:standard|extended) \S)", re.MULTILINE)
_OTHERS = re.compile(r"^(?:: ?Saved|ASA Version|\s+nameif |set |!Command: show running|feature )", re.MULTILINE)
_NOT_ANALYSED = re.compile(
    r"ip nat (?:inside|outside) (?:source|destination)|ip inspect |zone-pair |ipv6 traffic-filter |crypto map |"
    r"ip verify |mac access-group |service-policy |vlan (?:access-map|filter)|ip policy |access-group |ip admission "
)


class CiscoIos(Dialect):
    """``show running-config`` of Cisco IOS 12 to 15 and IOS XE 16 to 17."""

    name: ClassVar[str] = "cisco-ios"
    title: ClassVar[str] = "Cisco IOS"
    suffix: ClassVar[str] = ".cfg"

    def recognises(self, text: str, file: str) -> bool:
        """The version line or a named access list, and no sign of another system of the maker."""
        return bool(_SIGNS.search(text)) and not _OTHERS.search(text)

    def parse(self, text: str, file: str) -> RuleSet:
        """See Dialect."""
        if len(text) > TEXT_FILE:
            raise LimitError("too-large", "The configuration is too large.", place=Place(file))
        return _Reader(text, file).ruleset()


class _List:
    """An access list while it is read."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.entries: dict[int, Rule] = {}
        self.last = 0


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lists: dict[str, _List] = {}
        self.groups: list[tuple[str, str, str, Place]] = []
        self.unknown: list[Unknown] = []
        self.block: list[str] = []
        if not _SIGNS.search(text) and not re.search(r"^(?:interface|access-list) ", text, re.MULTILINE):
            raise NotThisDialectError("not-ios", "This is no configuration of Cisco IOS.", place=Place(file, 1))
        end = ""
        for number, line in enumerate(text.splitlines(), 1):
            if end:
                end = "" if end in line else end
            elif line.startswith("banner "):
                end = self._banner(line)
            else:
                self._line(Place(file, number), line)

    def _banner(self, line: str) -> str:
        """The sign that ends a text for people; "" when the line ends it itself."""
        found = re.match(r"banner \S+ (\^C|\S)(.*)", line)
        return "" if found is None or found[1] in found[2] else found[1]

    def _refuse(self, place: Place, line: str, reason: str) -> None:
        self.unknown.append(Unknown(place=place, text=line.strip()[:200], reason=reason))

    def _line(self, place: Place, line: str) -> None:
        words = line.split()
        if not words or words[0].startswith("!"):
            return
        inside = line[0].isspace()
        if not inside:
            self.block = words
        if inside and self.block[:2] == ["ip", "access-list"]:
            kind, name = [*self.block, "", ""][2:4]
            self._entry(place, line, name, kind, words)
        elif inside and self.block[:1] == ["interface"] and words[:2] == ["ip", "access-group"]:
            self._group(place, line, words)
        elif not inside and words[:2] == ["ip", "access-list"]:
            if len(words) == 4 and words[2] in {"standard", "extended"}:
                self.lists.setdefault(words[3], _List(place))
            elif words[2:3] not in (["resequence"], ["logging"], ["log-update"], ["persistent"]):
                self._refuse(place, line, "this kind of access list is not understood")
        elif not inside and words[0] == "access-list" and len(words) > 2:
            self._numbered(place, line, words)
        elif _NOT_ANALYSED.match(line.strip()) and words[0] != "no" and not self._harmless(words):
            self._refuse(place, line, "this part is not analysed")

    def _harmless(self, words: list[str]) -> bool:
        """Marking and shaping of a control plane or an interface changes no filter."""
        return words[0] == "access-group" and self.block[:1] != ["interface"]

    def _numbered(self, place: Place, line: str, words: list[str]) -> None:
        name = words[1]
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 5 else 0
        if 1 <= number <= 99 or 1300 <= number <= 1999:
            kind = "standard"
        elif 100 <= number <= 199 or 2000 <= number <= 2699:
            kind = "extended"
        else:
            self._refuse(place, line, "this kind of access list is not understood")
            return
        self.lists.setdefault(name, _List(place))
        self._entry(place, line, name, kind, words[2:])

    def _entry(self, place: Place, line: str, name: str, kind: str, words: list[str]) -> None:
        found = self.lists.get(name)
        if found is None:
            return  # the list was refused as a whole
        sequence = found.last + 10
        if words[0].isascii() and words[0].isdigit() and len(words[0]) < 11:
            sequence, words = int(words[0]), words[1:]
        if words[:1] == ["remark"]:
            return
        if len(words) < 2 or words[0] not in {"permit", "deny"}:
            self._refuse(place, line, "this entry is not understood")
            return
        words = _without_comment(words)
        maker = standard if kind == "standard" else extended
        found.last = max(found.last, sequence)
        found.entries[sequence] = Rule(
            condition=maker(words[1:], f"at {place}"),
            action=ACCEPT if words[0] == "permit" else DROP,
            place=place,
            text=line.strip()[:300],
            logs=any(word in LOGS for word in words),
        )

    def _group(self, place: Place, line: str, words: list[str]) -> None:
        if len(words) != 4 or words[3] not in {"in", "out"} or len(self.block) < 2:
            self._refuse(place, line, "this use of an access list is not understood")
            return
        self.groups.append(("".join(self.block[1:]), words[2], words[3], place))

    def ruleset(self) -> RuleSet:
        """The lists, and one base chain for every place where they stand."""
        chains = [self._chain(name, item) for name, item in self.lists.items()]
        for side, hook in (("in", "forward"), ("in", "input"), ("out", "forward")):
            rules = tuple(
                Rule(
                    condition=Test(side, names=(interface,)),
                    action=self._goto(name),
                    place=place,
                    text=f"{interface}: ip access-group {name} {side}",
                )
                for interface, name, direction, place in self.groups
                if direction == side
            )
            if rules:
                chains.append(Chain(id=f"{side} {hook}", rules=rules, hook=hook, families=(4,), place=rules[0].place))
        return RuleSet(
            file=self.file,
            dialect="cisco-ios",
            chains=tuple(chains),
            unknown=tuple(self.unknown),
            stateful=False,
        )

    def _goto(self, name: str) -> Action:
        if name not in self.lists:
            return ACCEPT
        return Jump(f"access-list {name}", goto=True) if self.lists[name].entries else UNKNOWN

    def _chain(self, name: str, item: _List) -> Chain:
        rules = [item.entries[number] for number in sorted(item.entries)]
        last = Rule(action=DROP, place=item.place, text="(end of the list)")
        return Chain(id=f"access-list {name}", rules=(*rules, last), families=(4,), place=item.place)


def _without_comment(words: list[str]) -> list[str]:
    """An exclamation mark begins a comment."""
    at = next((number for number, word in enumerate(words) if word.startswith("!")), len(words))
    return words[:at]
