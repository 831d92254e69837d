"""VyOS: boot file and ``set`` commands are one configuration; what is not understood stays open."""

from __future__ import annotations

import pytest

from network.dialects.fuzz_dialects import VYOS_BOOT, VYOS_SET
from ninefold.base.errors import InputError
from ninefold.network.compare import compare
from ninefold.network.firewalls.registry import parse
from ninefold.network.ranges import parse_addresses
from ninefold.network.ruleset import RuleSet, Translate, Verdict
from support import corpus


def commands(*lines: str) -> RuleSet:
    return parse("\n".join(f"set {line}" for line in lines), "set", "vyos")


def forward(*lines: str) -> RuleSet:
    """Rules of the forward filter."""
    return commands("firewall ipv4 forward filter default-action drop", *(f"firewall ipv4 {line}" for line in lines))


def nft(*lines: str) -> RuleSet:
    head = "table ip t { chain f { type filter hook forward priority 0; policy drop;\n"
    return parse(head + "\n".join(lines) + "\n} }", "f.nft")


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["basic-vyos", "nat-basic", "dialup-router-medium-vpn"])
def test_one_system_in_two_syntaxes(name: str) -> None:
    folder = corpus("firewall") / "vyos"
    boot = parse((folder / "config-boot" / name).read_text(), "boot")
    typed = parse((folder / "set-commands" / name).read_text(), "set")
    assert (boot.dialect, typed.dialect) == ("vyos", "vyos")
    assert not boot.unknown and not typed.unknown
    assert compare(boot, typed).state == "equal"
    meant = [[(c.id, [(r.condition, r.action) for r in c.rules]) for c in side.chains] for side in (boot, typed)]
    assert sorted(meant[0], key=str) == sorted(meant[1], key=str)
    assert bool(boot.rules) == (name != "basic-vyos")


@pytest.mark.corpus
def test_a_changed_port_is_seen() -> None:
    folder = corpus("firewall") / "vyos"
    typed = (folder / "set-commands" / "nat-basic").read_text()
    other = parse(typed.replace("translation port '22'", "translation port '23'"), "other")
    assert compare(parse((folder / "config-boot" / "nat-basic").read_text(), "boot"), other).state == "different"


@pytest.mark.parametrize(
    ("lines", "same"),
    [
        (
            ["forward filter rule 1 action accept", "forward filter rule 1 source address !10.0.0.0/8"],
            ["ip saddr != 10.0.0.0/8 accept"],
        ),
        (
            [
                "forward filter rule 20 action accept",
                "forward filter rule 3 action drop",
                "forward filter rule 3 source address 10.0.0.1-10.0.0.3",
            ],
            ["ip saddr 10.0.0.1-10.0.0.3 drop", "accept"],
        ),
        (
            [
                "forward filter rule 1 action accept",
                "forward filter rule 1 protocol tcp_udp",
                "forward filter rule 1 destination port 53,80-90,ssh",
            ],
            ["meta l4proto { tcp, udp } th dport { 22, 53, 80-90 } accept"],
        ),
        (
            [
                "forward filter rule 1 action jump",
                "forward filter rule 1 jump-target S",
                "forward filter rule 1 inbound-interface name eth0",
                "forward filter rule 2 action accept",
                "name S rule 1 action return",
                "name S rule 1 protocol icmp",
                "name S rule 1 icmp type-name echo-request",
            ],
            ['iifname "eth0" icmp type echo-request accept', 'iifname != "eth0" accept'],
        ),
        (
            [
                "forward filter rule 1 action accept",
                "forward filter rule 1 protocol tcp",
                "forward filter rule 1 tcp flags syn",
                "forward filter rule 1 tcp flags not ack",
            ],
            ["tcp flags & (syn|ack) == syn accept"],
        ),
        (["forward filter rule 1 action accept", "forward filter rule 1 disable"], []),
        (["forward filter rule 1 action accept", "forward filter rule 1 state established"], []),
    ],
)
def test_the_same_as_nftables(lines: list[str], same: list[str]) -> None:
    assert compare(forward(*lines), nft(*same)).state == "equal"
    assert compare(forward(*lines), nft("ip saddr 1.2.3.4 udp sport 7 accept", *same)).state != "undecided"


def test_rule_sets_at_interfaces_both_have_to_accept() -> None:
    text = """firewall {
    name A {
        default-action accept
        rule 1 {
            action drop
            source {
                address 10.0.0.0/8
            }
        }
    }
    name B {
        rule 1 {
            action accept
            protocol udp
        }
    }
}
interfaces {
    ethernet eth0 {
        firewall {
            in {
                name A
            }
        }
        vif 5 {
            firewall {
                out {
                    name B
                }
            }
        }
    }
}
"""
    wanted = nft('iifname "eth0" ip saddr 10.0.0.0/8 drop', 'oifname "eth0.5" meta l4proto != udp drop', "accept")
    found = parse(text, "config.boot")
    assert compare(found, wanted, hooks=("forward",)).state == "equal"


def test_groups() -> None:
    lines = [
        "firewall group address-group PLC address 10.0.0.5",
        "firewall group network-group NET network 10.1.0.0/16",
        "firewall group port-group P port 102",
        "firewall ipv4 forward filter default-action drop",
        "firewall ipv4 forward filter rule 1 action accept",
        "firewall ipv4 forward filter rule 1 protocol tcp",
        "firewall ipv4 forward filter rule 1 source group network-group NET",
        "firewall ipv4 forward filter rule 1 destination group address-group PLC",
        "firewall ipv4 forward filter rule 1 destination group port-group P",
    ]
    wanted = nft("ip saddr 10.1.0.0/16 ip daddr 10.0.0.5 tcp dport 102 accept")
    assert compare(commands(*lines), wanted).state == "equal"
    assert compare(commands(*lines[1:]), wanted).state == "undecided"


@pytest.mark.parametrize(
    "match",
    [
        "source geoip country-code de", "source mac-address 00:11:22:33:44:55", "destination fqdn plc.example",
        "source group address-group MISSING", "unheard of", "destination port 22", "icmp type 999",
        "time starttime 8:00",
        "source address host.example",
    ],
)  # fmt: skip
def test_what_is_not_understood_stays_open(match: str) -> None:
    asked = forward("forward filter rule 1 action accept", f"forward filter rule 1 {match}")
    assert compare(asked, forward()).state == "undecided"
    assert compare(asked, forward("forward filter rule 1 action accept")).state != "equal"


@pytest.mark.parametrize(
    "line",
    ["firewall zone LAN default-action drop", "nat66 source rule 1", "firewall bridge forward filter rule 1",
     "nat static rule 1", "firewall ipv4 output raw rule 1"],
)  # fmt: skip
def test_parts_that_are_not_analysed(line: str) -> None:
    found = commands("service ssh", line)
    assert [item.place.line for item in found.unknown] == [2]


def test_commands_that_take_away() -> None:
    assert parse("set service ssh\ndelete firewall", "f").unknown[0].place.line == 2


@pytest.mark.parametrize("action", ["queue", "offload", "jump", ""])
def test_actions_that_are_not_understood(action: str) -> None:
    line = f"forward filter rule 1 action {action}" if action else "forward filter rule 1 protocol tcp"
    assert forward(line).rules[0].action == Verdict("unknown")


def test_translations() -> None:
    found = parse(VYOS_SET.decode(), "f")
    changes = [rule.action for chain in found.chains if chain.kind == "nat" for rule in chain.rules]
    block = parse_addresses
    assert changes == [Translate("netmap-target", block("10.9.0.0/24"), block("10.8.0.0/24")), Translate("masquerade")]


@pytest.mark.parametrize("text", ["firewall {\n    name A {\n", "firewall {\n}\n}\n", "firewall {\n    a b c\n}\n"])
def test_broken_files_are_refused_with_the_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "config.boot", "vyos")
    assert caught.value.place is not None and caught.value.place.line >= 2


def test_samples_are_recognised() -> None:
    assert parse(VYOS_BOOT.decode(), "a").dialect == parse(VYOS_SET.decode(), "b").dialect == "vyos"
