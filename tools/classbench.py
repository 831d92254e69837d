"""Rule sets of the ClassBench generator as neutral rule sets, with seeded actions, and rewritten with the same meaning.

ClassBench rules carry no action: 70 % accept by seeded choice, default deny.
"""

from __future__ import annotations

import ipaddress
import lzma
import re
from pathlib import Path
from random import Random

import msgspec

from ninefold.base.errors import Place
from ninefold.network.ranges import Ranges
from ninefold.network.ruleset import ACCEPT, DROP, Chain, Condition, Rule, RuleSet, Test, addresses, both

_LINE = re.compile(r"@(\S+)\s+(\S+)\s+(\d+) : (\d+)\s+(\d+) : (\d+)\s+0x(\w+)/0x(\w+)")


def load(path: Path, seed: int = 1) -> RuleSet:
    """One file of the corpus, packed or not."""
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode()
    dice = Random(seed)
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.match(line)
        if match:
            action = ACCEPT if dice.random() < 0.7 else DROP
            rules.append(Rule(condition=_condition(match), action=action, place=Place(path.name, number), text=line))
    return ruleset(rules, path.name)


def ruleset(rules: list[Rule], name: str) -> RuleSet:
    """Rules as a forward chain that drops the rest."""
    return RuleSet(
        file=name,
        dialect="classbench",
        chains=(Chain(id="forward", hook="forward", policy="drop", rules=tuple(rules)),),
    )


def _condition(match: re.Match[str]) -> Condition:
    parts: list[Condition] = []
    for field, text in (("source", match[1]), ("target", match[2])):
        net = ipaddress.ip_network(text, strict=False)
        parts.append(addresses(field, Ranges(v4=((int(net.network_address), int(net.broadcast_address)),))))
    protocol, mask = int(match[7], 16), int(match[8], 16)
    if mask:
        parts.append(Test("protocol", ((protocol, protocol),)))
    for field, low, high in (("source_port", match[3], match[4]), ("port", match[5], match[6])):
        if (int(low), int(high)) != (0, 65535):
            parts.append(Test(field, ((int(low), int(high)),)))
    return both(*parts)


def rewritten(original: RuleSet, seed: int = 2) -> RuleSet:
    """The same meaning in other rules: a fifth split in two, shadowed rules put in, disjoint neighbours swapped."""
    dice = Random(seed)
    rules: list[Rule] = []
    for rule in original.rules:
        parts = _split(rule) if dice.random() < 0.2 else [rule]
        rules.extend(parts)
        if rules and dice.random() < 0.1:
            victim = rules[dice.randrange(max(0, len(rules) - 50), len(rules))]
            rules.append(msgspec.structs.replace(victim, action=dice.choice((ACCEPT, DROP))))
    for at in range(0, len(rules) - 1, 3):
        if rules[at].action == rules[at + 1].action:
            rules[at], rules[at + 1] = rules[at + 1], rules[at]
    return ruleset(rules, original.file + "-rewritten")


def _split(rule: Rule) -> list[Rule]:
    parts = list(rule.condition.parts) if hasattr(rule.condition, "parts") else [rule.condition]
    for at, part in enumerate(parts):
        if isinstance(part, Test) and part.ranges and part.ranges[0][1] > part.ranges[0][0]:
            low, high = part.ranges[0]
            middle = (low + high) // 2
            halves = []
            for span in ((low, middle), (middle + 1, high)):
                changed = msgspec.structs.replace(part, ranges=(span,))
                halves.append(msgspec.structs.replace(rule, condition=both(*parts[:at], changed, *parts[at + 1 :])))
            return halves
    return [rule]


def mutated(original: RuleSet, seed: int = 3, changes: int = 5) -> RuleSet:
    """A few actions turned round."""
    dice = Random(seed)
    rules = list(original.rules)
    for _ in range(changes):
        at = dice.randrange(min(len(rules), 200))
        rules[at] = msgspec.structs.replace(rules[at], action=DROP if rules[at].action == ACCEPT else ACCEPT)
    return ruleset(rules, original.file + "-mutated")
