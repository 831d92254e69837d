"""Rule tables of industrial routers: columns by mapping, order by line, and the rest is not guessed."""

from __future__ import annotations

import pytest

from ninefold.base.errors import InputError
from ninefold.network.compare import compare
from ninefold.network.firewalls.registry import parse
from ninefold.network.firewalls.rule_table.table import Columns, read
from ninefold.network.ruleset import RuleSet

HEAD = "No.;Protocol;From IP;From port;To IP;To port;Action;Comment;Log\n"


def nft(*lines: str) -> RuleSet:
    head = "table inet t { chain f { type filter hook forward priority 0; policy drop;\n"
    return parse(head + "\n".join(lines) + "\n} }", "f.nft")


def table(*rows: str, policy: str = "drop") -> RuleSet:
    return read(HEAD + "\n".join(rows), "rules.csv", Columns(policy=policy))


@pytest.mark.parametrize(
    ("rows", "same"),
    [
        (["1;TCP;10.1.0.0/16;any;10.0.0.5;102;Accept;PLC;No"],
         ["ip saddr 10.1.0.0/16 ip daddr 10.0.0.5 tcp dport 102 accept"]),
        (["1;UDP;10.0.0.0/8;any;any;1-5,9;Drop;;Yes", "2;All;10.0.0.0/8;;0.0.0.0/0;;Accept;;No"],
         ["ip saddr 10.0.0.0/8 udp dport { 1-5, 9 } drop", "ip saddr 10.0.0.0/8 ip daddr 0.0.0.0/0 accept"]),
        (["1;TCP/UDP;fd00::/8;53;any;;Accept;;"], ["ip6 saddr fd00::/8 meta l4proto { tcp, udp } th sport 53 accept"]),
        (["1;ICMP;any;;any;;Reject;;", "2;any;any;;any;;Accept;;"], ["meta l4proto 1 drop", "accept"]),
    ],
)  # fmt: skip
def test_the_same_as_nftables(rows: list[str], same: list[str]) -> None:
    assert compare(table(*rows), nft(*same)).state == "equal"


def test_the_rest_is_not_guessed() -> None:
    row = "1;TCP;10.0.0.1;any;10.0.0.5;102;Accept;;"
    rule = "ip saddr 10.0.0.1 ip daddr 10.0.0.5 tcp dport 102 accept"
    found = parse(HEAD + row, "rules.csv")
    assert found.dialect == "csv"
    assert compare(found, nft(rule)).state == "undecided"
    assert compare(table(row, policy="accept"), nft(rule)).state == "different"


@pytest.mark.parametrize(
    "row",
    ["1;TCP;plc.example;any;any;102;Accept;;", "1;Strange;any;;any;;Accept;;", "1;All;any;;any;102;Accept;;",
     "1;TCP;any;;any;70000;Accept;;", "1;TCP;any;;any;;Somehow;;", "1;TCP;any;;any;;Accept"],
)  # fmt: skip
def test_what_is_not_understood_stays_open(row: str) -> None:
    assert compare(table(row), nft()).state == "undecided"


def test_columns_that_nobody_knows_and_lines_that_are_off() -> None:
    head = "Source,Destination,Action,Active,Template\n"
    columns = Columns(policy="drop")
    assert compare(read(head + "10.0.0.1,any,allow,no,\n", "a.csv", columns), nft()).state == "equal"
    assert compare(read(head + "10.0.0.1,any,allow,yes,T\n", "a.csv", columns), nft()).state == "undecided"
    mapped = Columns(policy="drop", fields={"Template": ""})
    one = read(head + "10.0.0.1,any,allow,yes,T\n", "a.csv", mapped)
    assert compare(one, nft("ip saddr 10.0.0.1 accept")).state == "equal"


def test_headings_by_mapping() -> None:
    fields = {"Von": "source", "Nach": "target", "Was": "action", "Tor": "in"}
    found = read(
        "Von\tNach\tWas\tTor\n10.0.0.1\talle\terlauben\teth0\n", "a.csv", Columns(fields=fields, policy="drop")
    )
    assert compare(found, nft('iifname "eth0" ip saddr 10.0.0.1 accept')).state == "equal"


def test_numbers_out_of_order() -> None:
    found = table("2;TCP;any;;any;;Drop;;", "1;TCP;any;;any;;Accept;;")
    assert [item.place.line for item in found.unknown] == [3]


@pytest.mark.parametrize("text", ["", "a;b;c\n1;2;3\n", "Source;Destination;Action;Quelle\n"])
def test_other_tables_are_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, "x.csv")
    assert caught.value.place is not None and caught.value.place.line == 1
