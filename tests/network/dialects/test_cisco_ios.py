"""Cisco IOS: access lists at interfaces mean the same as rules of other languages; the rest stays open."""

from __future__ import annotations

import pytest

from network.dialects.fuzz_dialects import CISCO_IOS
from ninefold.base.errors import InputError
from ninefold.network.compare import compare
from ninefold.network.firewalls.registry import parse
from ninefold.network.ruleset import RuleSet
from support import corpus


def inside(*entries: str, more: str = "") -> RuleSet:
    """A list at the entrance of e0."""
    lines = ["version 15.2", "interface e0", " ip access-group L in", "ip access-list extended L", *entries]
    return parse("\n".join(lines) + "\n" + more, "r.cfg")


def nft(*lines: str) -> RuleSet:
    """The same as nftables: a list decides about IPv4 through one interface."""
    head = "table ip t { chain f { type filter hook forward priority 0; policy drop; iifname != e0 accept\n"
    return parse(head + "\n".join(lines) + "\n} }", "f.nft")


def state(left: RuleSet, right: RuleSet) -> str:
    return compare(left, right, hooks=("forward",)).state


@pytest.mark.parametrize(
    ("entries", "same"),
    [
        ([" permit ip any any"], ["accept"]),
        ([" deny tcp any any eq telnet", " permit ip any any"], ["tcp dport 23 drop", "accept"]),
        ([" permit tcp 10.0.0.0 0.0.0.255 gt 1023 host 10.1.0.5 eq 102 502 log"],
         ["ip saddr 10.0.0.0/24 tcp sport > 1023 ip daddr 10.1.0.5 tcp dport { 102, 502 } accept"]),
        ([" 20 permit ip any any", " 10 deny udp any any"], ["meta l4proto udp drop", "accept"]),
        ([" permit udp any neq 5 any range bootps bootpc"], ["udp sport != 5 udp dport 67-68 accept"]),
        ([" permit tcp any any lt 1"], ["tcp dport 0 accept"]),
        ([" permit icmp any any packet-too-big"], ["icmp type 3 icmp code 4 accept"]),
        ([" permit icmp any any 8", " permit 47 any any"], ["icmp type 8 accept", "meta l4proto 47 accept"]),
        ([" permit tcp any any established"], ["tcp flags ack,rst accept"]),
        ([" remark all", " permit ip host 10.0.0.1 any ! one"], ["ip saddr 10.0.0.1 accept"]),
    ],
)  # fmt: skip
def test_the_same_as_nftables(entries: list[str], same: list[str]) -> None:
    assert state(inside(*entries), nft(*same)) == "equal"
    assert state(inside(*entries), nft("ip saddr 1.2.3.4 sctp dport 9 drop", *same, "sctp sport 7 accept")) != "equal"


def test_standard_lists_and_the_way_out() -> None:
    text = "version 15.2\ninterface e 0\n ip access-group 7 out\naccess-list 7 permit 10.0.0.0 0.255.255.255\n"
    wanted = "table ip t { chain f { type filter hook forward priority 0; policy accept;\n"
    found = parse(text, "r.cfg")
    assert compare(found, parse(wanted + 'oifname "e0" ip saddr != 10.0.0.0/8 drop } }', "f")).state == "equal"
    assert not found.base("input") and not found.stateful


def test_an_incoming_list_guards_the_router_itself() -> None:
    found = inside(" permit tcp any any eq 22")
    assert {chain.hook for chain in found.chains if chain.hook} == {"forward", "input"}


def test_a_list_that_is_not_written_permits_everything() -> None:
    found = parse("version 15.2\ninterface e0\n ip access-group NONE in\n", "r.cfg")
    assert state(found, nft("accept")) == "equal"


@pytest.mark.parametrize(
    "entry",
    [
        " permit tcp any any eq www time-range WEEK", " permit ip object-group A any",
        " permit tcp any any eq nonsense",
        " permit ip 10.0.0.0 0.255.0.255 any", " permit tcp any any ack", " permit ip any any fragments",
        " permit ip host plc.example any", " permit strange any any", " permit icmp any any nonsense",
    ],
)  # fmt: skip
def test_what_is_not_understood_stays_open(entry: str) -> None:
    assert state(inside(entry), nft()) == "undecided"
    assert state(inside(entry), nft("accept")) != "equal"


@pytest.mark.parametrize(
    "line",
    [
        "ip nat inside source static 10.0.0.1 1.2.3.4", "zone-pair security A source B destination C",
        "ip inspect name X tcp", "access-list 700 permit 0000.0000.0001", "ip access-list role-based R",
        "interface e1\n ip access-group A common B in", "interface e1\n ipv6 traffic-filter X in",
        "ip access-list extended M\n evaluate X", "ip access-list extended M\n no permit ip any any",
    ],
)  # fmt: skip
def test_parts_that_are_not_analysed(line: str) -> None:
    found = inside(" permit ip any any", more=line)
    assert [item.place.line for item in found.unknown] == [6 + line.count("\n")]
    assert state(found, nft("accept")) == "undecided"


def test_a_banner_is_no_configuration() -> None:
    found = parse(CISCO_IOS.decode(), "r.cfg")
    assert found.dialect == "cisco-ios" and not found.unknown


@pytest.mark.parametrize("folder", ["cisco-asa", "cisco-ios"])
@pytest.mark.corpus
def test_other_systems_of_the_maker_are_refused(folder: str) -> None:
    for path in sorted((corpus("firewall") / folder).iterdir()):
        with pytest.raises(InputError):
            parse(path.read_text(), path.name)


@pytest.mark.corpus
def test_an_example_network_has_nothing_that_is_not_understood() -> None:
    for path in sorted((corpus("firewall") / "network-batfish-example" / "configs").iterdir()):
        found = parse(path.read_text(), path.name)
        assert found.dialect == "cisco-ios" and not found.unknown
    border = parse((path.parent / "as2border1.cfg").read_text(), "as2border1.cfg")
    assert len(border.base("forward")) == 2
