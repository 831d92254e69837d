"""Service matrices equal those of the formally verified tool (golden files of Iptables_Semantics).

The rules are taken from the simplified rule sets that the same files print; partition and reachability are compared.
"""

from __future__ import annotations

import ipaddress
import re

import pytest

from ninefold.base.errors import Place
from ninefold.network.matrix import matrix
from ninefold.network.ranges import parse_addresses
from ninefold.network.ruleset import ACCEPT, DROP, Chain, Condition, Rule, RuleSet, Test, addresses, both, protocol
from support import corpus

_RULE = re.compile(
    r"(ACCEPT|DROP)\s+(\S+)\s+--\s+(\S+)\s+(\S+)\s+(?:in: (\S+))?\s*(?:out: (\S+))?\s*"
    r"(?:sports: (\d+)(?::(\d+))?)?\s*(?:dports: (\d+)(?::(\d+))?)?"
)


def simple_firewall(text: str) -> RuleSet:
    block = text.split("== to even-simpler firewall ==")[1].split("\n== ")[0]
    rules = []
    for number, line in enumerate(block.strip().splitlines(), 1):
        match = _RULE.match(line + " ")
        assert match, line
        parts: list[Condition] = []
        for field, value in (("source", match[3]), ("target", match[4])):
            parts.append(addresses(field, parse_addresses(value)))
        if match[2] != "all":
            parts.append(protocol(match[2]))
        for field, name in (("in", match[5]), ("out", match[6])):
            if name:
                parts.append(Test(field, names=(name,)))
        for field, low, high in (("source_port", match[7], match[8]), ("port", match[9], match[10])):
            if low:
                parts.append(Test(field, ((int(low), int(high or low)),)))
        action = ACCEPT if match[1] == "ACCEPT" else DROP
        rules.append(Rule(condition=both(*parts), action=action, place=Place("golden", number), text=line))
    return RuleSet(file="golden", dialect="simple", chains=(Chain(id="f", hook="forward", rules=tuple(rules)),))


Block = tuple[frozenset[frozenset[tuple[int, int]]], frozenset[tuple[object, object]]]


def golden(text: str) -> dict[int, Block]:
    """Per destination port: the classes, and which reaches which."""
    found: dict[int, Block] = {}
    tail = text.split("== calculating service matrices ==")[1]
    for block in tail.split("=========== TCP port 10000->")[1:]:
        port = int(block.split(" ", 1)[0])
        names: dict[str, frozenset[tuple[int, int]]] = {}
        for name, ranges in re.findall(r"^(\w+) \|-> (.*)$", block, re.MULTILINE):
            pairs = re.findall(r"\{([\d.]+)(?: \.\. ([\d.]+))?\}", ranges)
            names[name] = frozenset((int(ipaddress.ip_address(a)), int(ipaddress.ip_address(b or a))) for a, b in pairs)
        reach = re.findall(r"^\((\w+),(\w+)\)$", block, re.MULTILINE)
        found[port] = frozenset(names.values()), frozenset((names[a], names[b]) for a, b in reach)
    return found


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["synology", "parser-test", "sqrl-shorewall"])
def test_partition_and_reachability_equal_the_verified_tool(name: str) -> None:
    text = corpus(f"firewall/iptables/{name}/verified-tool-golden.txt").read_text()
    ruleset, expected = simple_firewall(text), golden(text)
    assert len(expected) >= 2
    for port, (classes, reach) in expected.items():
        made = matrix(ruleset, f"tcp/{port}")
        sets = [frozenset(spans) for spans in made.spans]
        assert frozenset(sets) == classes, port
        assert frozenset((sets[i], sets[j]) for i, j in made.reach) == reach, port
