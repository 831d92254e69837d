"""Lines of ``iptables-save`` as a neutral rule set.

Several dumps in one file are read together: the heading of each says whether it is IPv4 or IPv6. Lines of
``ipset save`` before them give the contents of sets.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ninefold.base.errors import InputError, Place
from ninefold.network.firewalls.interface import NotThisDialectError
from ninefold.network.firewalls.iptables import names
from ninefold.network.firewalls.iptables.matches import ALIASES, KNOWN, Matches, Option
from ninefold.network.firewalls.iptables.targets import action
from ninefold.network.ranges import Ranges, parse_addresses
from ninefold.network.ruleset import (
    ALWAYS,
    CONTINUE,
    UNKNOWN,
    Action,
    Chain,
    Jump,
    Rule,
    RuleSet,
    Test,
    Unknown,
    leaves,
)

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|(\S+)')
_HEADING = re.compile(r"^#.*\b(ip6?)tables(?:-nft|-legacy)?-save\b")
_VALUELESS = frozenset({"--syn", "-f", "-4", "-6"})
#: matches with two values
_PAIRS = frozenset({"--tcp-flags", "--match-set", "-c"})


class Line:
    """A rule as written, read but not yet understood."""

    def __init__(self, place: Place, text: str, options: list[Option]) -> None:
        self.place, self.text = place, text
        self.options = options
        self.target = ""
        self.goto = False
        self.target_options: list[Option] = []
        self._split()

    def _split(self) -> None:
        kept: list[Option] = []
        for option in self.options:
            if option.name in {"-j", "-g"}:
                self.target, self.goto = option.values[0] if option.values else "", option.name == "-g"
            elif self.target and option.module == "":
                self.target_options.append(option)
            elif option.name != "-c":
                kept.append(option)
        self.options = kept


class Table:
    """One table of one family while it is read."""

    def __init__(self, name: str, family: int) -> None:
        self.name, self.family = name, family
        self.policies: dict[str, tuple[str, Place]] = {}
        self.lines: dict[str, list[Line]] = {}
        self.committed = False

    @property
    def prefix(self) -> str:
        """``ip filter/`` as nftables would say."""
        return f"{'ip' if self.family == 4 else 'ip6'} {self.name}/"


def read(text: str, file: str) -> RuleSet:
    """The rule set. NotThisDialectError (with line) when there is no table."""
    return _Reader(text, file).finish()


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.tables: dict[tuple[int, str], Table] = {}
        self.table: Table | None = None
        self.unknown: list[Unknown] = []
        self.sets: dict[str, Ranges | None] = {}
        self.notes: list[str] = []
        self.family = _guess(text, file)
        if self.family == 0:
            self.family = 4
            self.notes.append(f"{file} does not say whether it is IPv4 or IPv6; it was read as IPv4.")
        for number, line in enumerate(text.splitlines(), 1):
            self._line(Place(file, number), line.strip())
        if not self.tables:
            raise NotThisDialectError("no-table", "There is no table of iptables in it.", place=Place(file, 1))
        for table in self.tables.values():
            if not table.committed:
                self._unknown(Place(file), f"*{table.name}", "this table has no COMMIT, it is not complete")

    def _unknown(self, place: Place, text: str, reason: str) -> None:
        self.unknown.append(Unknown(place=place, text=text[:200], reason=reason))

    def _line(self, place: Place, line: str) -> None:
        heading = _HEADING.match(line)
        if heading:
            self.family = 6 if heading[1] == "ip6" else 4
        if not line or line.startswith("#"):
            return
        if line.startswith("*"):
            self._start(place, line)
        elif line.split()[0] in {"create", "add"} and (self.table is None or self.table.committed):
            self._ipset(place, line)
        elif self.table is None or self.table.committed:
            self._unknown(place, line, "this line stands outside a table")
        elif line == "COMMIT":
            self.table.committed = True
        elif line.startswith(":"):
            self._declare(place, line, self.table)
        else:
            self._command(place, re.sub(r"^\[\d+:\d+\]\s*", "", line), self.table)

    def _start(self, place: Place, line: str) -> None:
        name = line[1:].strip()
        self.table = Table(name, self.family)
        if name not in names.TABLES:
            self._unknown(place, line, "this table is not known")
        # iptables-restore empties a table before it fills it
        self.tables[(self.family, name)] = self.table

    def _ipset(self, place: Place, line: str) -> None:
        words = line.split()
        if len(words) < 3:
            self._unknown(place, line, "this line is not understood")
        elif words[0] == "create":
            plain = words[2] in {"hash:ip", "hash:net", "bitmap:ip"} and "timeout" not in words
            self.sets[words[1]] = Ranges() if plain else None
        elif self.sets.get(words[1]) is not None:
            try:
                more = None if "nomatch" in words or "timeout" in words else parse_addresses(words[2])
            except InputError:
                more = None
            known = self.sets[words[1]]
            self.sets[words[1]] = None if more is None or known is None else known | more

    def _declare(self, place: Place, line: str, table: Table) -> None:
        words = line[1:].split()
        if len(words) < 2 or words[1] not in {"ACCEPT", "DROP", "-"}:
            self._unknown(place, line, "this chain is not understood")
            words = [*words, "", ""][:2]
        table.policies[words[0]] = (words[1], place)
        table.lines.setdefault(words[0], [])

    def _command(self, place: Place, line: str, table: Table) -> None:
        tokens = _tokens(line)
        if tokens is None or len(tokens) < 2:
            self._unknown(place, line, "this line is not understood")
            return
        command, chain, rest = tokens[0][0], tokens[1][0], tokens[2:]
        command = {"--append": "-A", "--insert": "-I", "--policy": "-P", "--new-chain": "-N"}.get(command, command)
        if command == "-N" and not rest:
            table.policies[chain] = ("-", place)
            table.lines.setdefault(chain, [])
        elif command == "-P" and chain in table.policies and [item[0] for item in rest] in (["ACCEPT"], ["DROP"]):
            table.policies[chain] = (rest[0][0], table.policies[chain][1])
        elif command in {"-A", "-I"} and chain in table.lines:
            at = len(table.lines[chain])
            if command == "-I":
                at = 0
                if rest and rest[0][0].isascii() and rest[0][0].isdigit():
                    at = int(rest[0][0][:9]) - 1
                    rest = rest[1:]
            if not 0 <= at <= len(table.lines[chain]):
                self._unknown(place, line, "there is no such position in the chain")
                return
            self._rule(place, line, table, chain, rest, at)
        else:
            self._unknown(place, line, "this command is not understood")

    def _rule(self, place: Place, line: str, table: Table, chain: str, tokens: list[tuple[str, bool]], at: int) -> None:
        options, stray = _options(tokens)
        if stray:
            self._unknown(place, line, f"'{stray}' is not understood")
        table.lines[chain].insert(at, Line(place, line, options))

    def finish(self) -> RuleSet:
        """All tables."""
        lines = [item for table in self.tables.values() for found in table.lines.values() for item in found]
        marks = any(item.target in names.MARKING for item in lines)
        chains = [
            self._chain(table, name, marks)
            for table in self.tables.values()
            if table.name in names.TABLES
            for name in table.policies
        ]
        self._untracked(lines, chains)
        return RuleSet(
            file=self.file,
            dialect="iptables",
            chains=tuple(chains),
            unknown=tuple(self.unknown),
            notes=tuple(self.notes),
        )

    def _untracked(self, lines: list[Line], chains: list[Chain]) -> None:
        """Packets that are not tracked are not new: where rules ask for the state, that is not analysed."""
        asked = any(
            isinstance(leaf, Test) and leaf.field == "state"
            for chain in chains
            for rule in chain.rules
            for leaf in leaves(rule.condition)
        )
        for item in lines:
            stops = item.target == "NOTRACK" or any(option.name == "--notrack" for option in item.target_options)
            if asked and stops:
                self._unknown(item.place, item.text, "packets without connection tracking are not analysed")

    def _chain(self, table: Table, name: str, marks: bool) -> Chain:
        policy, place = table.policies[name]
        hooks = names.TABLES[table.name]
        base = name in hooks
        if base and policy not in {"ACCEPT", "DROP"}:
            self._unknown(place, f":{name}", "a built-in chain without a policy")
        if not base and policy not in {"-", ""}:
            self._unknown(place, f":{name} {policy}", "this chain does not exist in this table")
        return Chain(
            id=table.prefix + name,
            rules=tuple(self._made(table, name, item, marks) for item in table.lines[name]),
            hook=name.lower() if base else "",
            priority=hooks.get(name, 0),
            policy="drop" if policy == "DROP" else "accept",
            kind="nat" if table.name == "nat" else "filter",
            families=(table.family,),
            place=place,
        )

    def _made(self, table: Table, chain: str, line: Line, marks: bool) -> Rule:
        tail = f"at {line.place}"
        version = {option.name for option in line.options} & {"-4", "-6"}
        matched = [option for option in line.options if option.name not in {"-4", "-6"}]
        condition = Matches(table.family, tail, self.sets, marks_change=marks).all(matched) if matched else ALWAYS
        comments = [" ".join(item.values) for item in line.options if item.name == "--comment"]
        return Rule(
            condition=condition,
            action=self._action(table, chain, line),
            place=line.place,
            text=line.text[:300],
            comment=" ".join(comments),
            logs=line.target in {"LOG", "NFLOG", "ULOG"},
            enabled=not version or f"-{table.family}" in version,
        )

    def _action(self, table: Table, chain: str, line: Line) -> Action:
        if not line.target:
            return UNKNOWN if line.goto else CONTINUE
        if line.target in table.policies and line.target not in names.TABLES[table.name]:
            return Jump(table.prefix + line.target, goto=line.goto)
        if line.goto:
            return UNKNOWN
        return action(line.target, line.target_options, table.name, chain, line.options, table.family)


def _guess(text: str, file: str) -> int:
    """4 or 6 by heading, file name or addresses; 0 when nothing tells."""
    for line in text[:65536].splitlines():
        heading = _HEADING.match(line)
        if heading:
            return 6 if heading[1] == "ip6" else 4
    if PurePosixPath(file.replace("\\", "/")).name.startswith("ip6"):
        return 6
    if re.search(r"\s(?:-s|-d)\s+(?:!\s+)?[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:/\d+)?(?:\s|$)", text):
        return 6
    return 4 if re.search(r"\s(?:-s|-d)\s+(?:!\s+)?\d+\.\d+\.\d+\.\d+", text) else 0


def _tokens(line: str) -> list[tuple[str, bool]] | None:
    """Words and whether they were quoted; None when a quotation mark is not closed."""
    found: list[tuple[str, bool]] = []
    for match in _TOKEN.finditer(line):
        double, single, plain = match.groups()
        if plain is not None:
            if plain.startswith(('"', "'")):
                return None
            found.append((plain, False))
        else:
            found.append((re.sub(r"\\(.)", r"\1", double) if double is not None else single, True))
    return found


def _options(tokens: list[tuple[str, bool]]) -> tuple[list[Option], str]:
    """The options of a rule, and the first word that belongs to none."""
    found: list[Option] = []
    stray, module, negative, index = "", "core", False, 0
    while index < len(tokens):
        word, quoted = tokens[index]
        index += 1
        if word == "!" and not quoted:
            stray = stray or ("!" if negative or index == len(tokens) else "")
            negative = True
            continue
        if quoted or not word.startswith("-") or word in {"-", "--"}:
            stray = stray or word or '""'
            continue
        name = ALIASES.get(word, word)
        values: list[str] = []
        if name not in _VALUELESS:
            if index < len(tokens) and tokens[index] == ("!", False) and name not in {"-m", "-j", "-g"}:
                following = index + 1 < len(tokens) and not tokens[index + 1][0].startswith("-")
                if following:  # the older way to write a negation
                    negative = not negative
                    index += 1
            while index < len(tokens) and _is_value(tokens[index], len(values), name):
                values.append(tokens[index][0])
                index += 1
        if name == "-m":
            module = values[0] if values else ""
            stray = stray or ("-m" if len(values) != 1 or negative else "")
        elif name in {"-j", "-g"}:
            module = ""
            stray = stray or (name if len(values) != 1 or negative else "")
            found.append(Option(name, values, False, "core"))
        else:
            own = "core" if name in {"-s", "-d", "-i", "-o", "-p", "-f", "-4", "-6", "-c"} else module
            found.append(Option(name, values, negative, own))
        negative = False
    return found, stray


def _is_value(token: tuple[str, bool], have: int, name: str) -> bool:
    """Whether the word still belongs to the option; options that are not known take every plain word."""
    word, quoted = token
    bounded = name in _PAIRS or name in KNOWN or name in {"-m", "-j", "-g"}
    if bounded and have >= (2 if name in _PAIRS else 1):
        return False
    if quoted or (name == "--comment" and not have):
        return True
    return word != "!" and (not word.startswith("-") or bool(re.fullmatch(r"-\d+", word)))
