"""nftables: real files parse, text and kernel JSON mean the same, and the kernel's own reading wins."""

from __future__ import annotations

import pytest

from ninefold.base.errors import NinefoldError
from ninefold.model.proofs import Witness
from ninefold.network.compare import compare
from ninefold.network.firewalls.interface import NotThisDialectError
from ninefold.network.firewalls.registry import parse
from ninefold.network.ruleset import RuleSet
from ninefold.network.trace import trace
from support import corpus

HEAD = "table inet t {\n chain f {\n type filter hook forward priority filter; policy drop;\n"


def chain(*rules: str, extra: str = "") -> RuleSet:
    body = "\n".join(rules)
    return parse(
        f"table inet t {{\n{extra}\n chain f {{\n type filter hook forward priority 0; policy drop;\n{body}\n}}\n}}\n",
        "t.nft",
        "nftables",
    )


def passes(ruleset: RuleSet, **packet: object) -> bool:
    fields = {"source": "10.0.0.1", "target": "10.0.1.1", "protocol": "tcp", "source_port": 40000, "port": 80}
    return trace(ruleset, Witness(**{**fields, **packet})).verdict == "accept"  # type: ignore[arg-type]


@pytest.mark.corpus
def test_every_file_of_the_corpus_parses() -> None:
    files = sorted(path for path in corpus("firewall/nftables").rglob("*") if path.is_file())
    assert len(files) >= 14
    for path in files:
        ruleset = parse(path.read_text(), path.name, "nftables")
        assert not ruleset.unknown, path
        assert ruleset.chains, path


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    [
        "netfilter-tests/0012map_0",
        "netfilter-tests/nat_addr_port",
        "netfilter-tests/sets_with_ifnames",
        "openstack-edpm-iptables",
        "qubes-ipv6",
    ],
)
def test_text_and_kernel_json_mean_the_same(name: str) -> None:
    folder = corpus("firewall/nftables")
    text = parse((folder / f"{name}.nft").read_text(), "text", "nftables")
    listed = parse((folder / f"{name}.kernel-1.0.6.json").read_text(), "json", "nftables")
    result = compare(text, listed)
    assert not result.only_in_a + result.only_in_b
    assert result.state in {"equal", "undecided"}


@pytest.mark.corpus
def test_a_jump_that_json_lost_is_not_taken_for_nothing() -> None:
    path = corpus("firewall/nftables/netfilter-tests/sample-ruleset.kernel-1.0.6.json")
    ruleset = parse(path.read_text(), "json", "nftables")
    assert any(
        rule.action.kind == "unknown"
        for rule in ruleset.rules
        if hasattr(rule.action, "kind") and not hasattr(rule.action, "port")
    )


def test_sets_ranges_concatenations_and_maps() -> None:
    rules = chain(
        "ip saddr . tcp dport { 10.0.0.0/24 . 22, 10.0.0.5-10.0.0.9 . 80-90 } accept",
        'iifname . oifname vmap { "a" . "b" : jump g, "a*" . "c" : drop }',
        "tcp dport @ports accept",
        extra="set ports { type inet_service; flags interval; elements = { 443, 8000-8010 } }\n"
        " chain g { udp dport 161 accept\n }",
    )
    assert passes(rules, port=22)
    assert not passes(rules)
    assert passes(rules, source="10.0.0.7", port=85)
    assert passes(rules, protocol="udp", port=161, incoming="a", outgoing="b")
    assert not passes(rules, protocol="udp", port=161, incoming="ab", outgoing="b")
    assert passes(rules, port=8005)
    assert not passes(rules, port=8005, incoming="abc", outgoing="c")


def test_jump_returns_and_goto_does_not() -> None:
    extra = "chain g { ip saddr 10.0.0.1 return\n tcp dport 80 accept\n }"
    assert passes(chain("jump g", "accept", extra=extra))
    assert not passes(chain("goto g", "accept", extra=extra))
    assert passes(chain("goto g", "accept", extra=extra), source="10.0.0.2")


def test_states_as_the_kernel_compares_them() -> None:
    """``ct state != new,established`` compares with the exact value: it holds for every single state."""
    assert passes(chain("ct state != new,established accept"))
    assert passes(chain("ct state new,established accept"))
    assert not passes(chain("ct state vmap { established : accept, new : drop }", "accept"))


def test_icmp_in_inet_tables_is_ipv4() -> None:
    rules = chain("icmp type echo-request accept", "icmpv6 type { echo-request, nd-router-advert } accept")
    assert passes(rules, protocol="icmp", port=8, source_port=0)
    assert passes(rules, protocol="icmpv6", port=128, source="fd00::1", target="fd00::2", source_port=0)
    assert not passes(rules, protocol="icmp", port=8, source="fd00::1", target="fd00::2", source_port=0)


def test_defines_comments_and_anonymous_chains() -> None:
    text = "define lan = { 10.0.0.0/24, 10.0.9.0/24 }\ntable ip t {\n chain f {\n"
    text += "type filter hook forward priority 0; policy drop;\n"
    text += ' ip saddr $lan jump {\n tcp dport 80 accept comment "c:f"\n }\n }\n}\n'
    ruleset = parse(text, "t.nft")
    assert passes(ruleset)
    assert not passes(ruleset, source="10.0.1.1")
    assert [rule.comment for rule in ruleset.rules if rule.comment] == ["c:f"]
    assert next(rule.place.line for rule in ruleset.rules if rule.comment) == 6


def test_flush_and_delete_are_obeyed() -> None:
    text = HEAD + " accept\n }\n}\nflush chain inet t f\n"
    assert not passes(parse(text, "t.nft"))


def test_folded_bit_tests_are_another_meaning() -> None:
    """What ``nft --optimize`` makes of two flag tests drops packets that had both bits (nftables 1.0.x)."""
    before = chain("tcp flags syn accept", "tcp flags ack accept")
    after = chain("tcp flags { syn, ack } accept")
    result = compare(before, after)
    assert result.state == "different"
    assert result.only_in_a
    free = result.only_in_a[0].witness.free
    assert sum(free[f"tcp flag {name}"] for name in ("fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr")) > 1


def test_unknown_matches_stay_bounds() -> None:
    dynamic = "set dyn { type ipv4_addr; flags dynamic,timeout; timeout 1h; }"
    assert compare(chain("ip saddr @dyn accept", extra=dynamic), chain()).state == "undecided"
    assert compare(chain("meta mark set 5", "meta mark 5 accept"), chain()).state == "undecided"


def test_properties_of_the_packet_are_exact() -> None:
    rules = chain("socket transparent 1 accept")
    assert compare(rules, rules).state == "equal"
    result = compare(rules, chain())
    assert result.state == "different"
    assert result.only_in_a[0].witness.free == {"socket transparent 1": True}


def test_transport_bytes_are_compared_whatever_the_protocol() -> None:
    bare = chain("th dport 53 accept")
    assert (
        compare(bare, chain("meta l4proto { tcp, udp, sctp, dccp, udplite } th dport 53 accept")).state == "different"
    )
    narrow = chain("meta l4proto { tcp, udp } th dport 53 accept")
    assert compare(narrow, chain("tcp dport 53 accept", "udp dport 53 accept")).state == "equal"


def test_limits_do_not_hide_what_they_let_through() -> None:
    result = compare(chain("limit rate 5/minute accept"), chain())
    assert result.state == "different"


@pytest.mark.parametrize(
    "text",
    [
        "table inet t {",
        "table inet t { chain c { ip saddr } }",
        "nonsense",
        "table ip t { chain c { tcp dport { 1, } \n",
        '{"nftables": 5}',
        "define x = 1\ntable ip t { chain c { tcp dport $y accept\n } }",
    ],
)
def test_broken_text_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(NinefoldError) as caught:
        parse(text, "t.nft", "nftables")
    assert caught.value.place is not None
    assert isinstance(caught.value, NotThisDialectError)


def test_an_include_makes_everything_undecided() -> None:
    text = 'include "/etc/other.nft"\n' + HEAD + " }\n}\n"
    ruleset = parse(text, "t.nft", "nftables")
    assert ruleset.unknown[0].place.line == 1
    assert compare(ruleset, ruleset).state == "undecided"
