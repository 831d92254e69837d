"""Lint, matrix and trace: what is wrong with a rule set by itself, who reaches whom, and why."""

from __future__ import annotations

import pytest

from ninefold.base.errors import InputError
from ninefold.model.proofs import Witness
from ninefold.model.vocabulary import Severity
from ninefold.network.firewalls.registry import parse
from ninefold.network.lint import findings, lint
from ninefold.network.matrix import matrix
from ninefold.network.ruleset import RuleSet
from ninefold.network.trace import trace


def chain(*rules: str, extra: str = "") -> RuleSet:
    body = "\n".join(rules)
    head = "type filter hook forward priority 0; policy drop;"
    return parse(f"table inet t {{\n{extra}\nchain f {{\n{head}\n{body}\n}}\n}}\n", "t.nft", "nftables")


RULES = chain(
    "ct state established,related accept",  # line 5
    'ip saddr 10.0.0.0/24 tcp dport 80 accept comment "web"',
    "ip saddr 10.0.0.5 tcp dport 80 drop",  # 7: inside line 6
    "ip saddr 10.0.1.0/25 udp dport 53 accept",
    "ip saddr 10.0.1.128/25 udp dport 53 accept",
    "ip saddr 10.0.1.64-10.0.1.200 udp dport 53 drop",  # 10: inside lines 8 and 9 together
    "ip saddr 10.9.0.0/16 drop",  # 11: the policy drops it anyway
    "tcp dport 22 udp dport 22 accept",  # 12: no packet is both
    "iifname eth7 accept",  # 13
    "jump used",
    extra="chain used { accept\n }\nchain unused { drop\n }",
)


def lines(items: object) -> list[int]:
    return [item.rule.line for item in items]  # type: ignore[attr-defined]


def offset(ruleset: RuleSet) -> int:
    return ruleset.chain["inet t/f"].rules[0].place.line


def test_rules_that_never_act_name_their_cause() -> None:
    first = offset(RULES)
    result = lint(RULES)
    assert lines(result.shadowed) == [first + 2, first + 5]
    assert [rule.line - first for rule in result.shadowed[0].by] == [1]
    assert {3, 4} <= {rule.line - first for rule in result.shadowed[1].by}
    assert lines(result.never) == [first + 7]
    assert result.undecided == 0


def test_rules_that_change_nothing() -> None:
    result = lint(chain("ip saddr 10.0.0.0/8 tcp dport 80 accept", "ip saddr 10.9.0.0/16 drop"))
    assert len(result.redundant) == 1
    assert "10.9.0.0" in result.redundant[0].rule.text


def test_wide_unexplained_and_unreachable() -> None:
    result = lint(RULES)
    assert any("eth7" in item.rule.text for item in result.any_any)
    assert result.unreachable == ("inet t/unused",)
    assert all("web" not in item.rule.text for item in result.unexplained)
    found = list(findings(result, "t.nft"))
    assert any(item.severity is Severity.HIGH and item.rule == "firewall-any-any" for item in found)
    assert all(str(item.place.line) not in item.id.split(":")[0] for item in found if item.place)


def test_without_time_everything_is_undecided() -> None:
    result = lint(RULES, seconds=1e-9)
    assert result.undecided >= result.rules - 1 - len(result.shadowed)


def test_classes_of_addresses_and_who_reaches_whom() -> None:
    rules = chain(
        "ip saddr 10.0.0.0/24 ip daddr 10.1.0.0/24 tcp dport 22 accept",
        "ip saddr 10.1.0.7 ip daddr != 10.0.0.0/24 tcp dport 22 accept",
        "iifname eth0 limit rate 5/minute tcp dport 80 accept",
    )
    found = matrix(rules, "tcp/22")
    names = {cidr: number for number, group in enumerate(found.classes) for cidr in group}
    office, cell, jump = names["10.0.0.0/24"], names["10.1.0.8/29"], names["10.1.0.7"]
    assert len(found.classes) == 4
    assert {(office, cell), (office, jump), (jump, cell), (jump, jump)} <= set(found.reach)
    assert (office, office) not in found.reach
    assert (jump, office) not in found.reach
    web = matrix(rules, "tcp/80")  # the loopback addresses do not live behind eth0
    assert {web.classes[i] for i, _ in web.reach} == {web.classes[0]}
    assert web.classes[1] == ("127.0.0.0/8",)
    assert matrix(rules, "tcp/81").reach == ()
    with pytest.raises(InputError):
        matrix(rules, "tcp/22", chain="nowhere")


def test_loopback_has_loopback_addresses() -> None:
    found = matrix(chain("iifname lo accept"), "tcp/22")
    loop = next(number for number, group in enumerate(found.classes) if group == ("127.0.0.0/8",))
    assert {i for i, _ in found.reach} == {loop}


def test_a_packet_is_followed_through_jumps() -> None:
    packet = Witness(source="10.0.1.3", target="1.1.1.1", protocol="udp", source_port=4000, port=54)
    told = trace(RULES, packet)
    assert told.verdict == "accept"
    assert [step.action for step in told.steps] == ["jump inet t/used", "accept"]
    assert told.deciding[0].text == "accept"
