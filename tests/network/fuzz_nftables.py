"""Fuzz targets of the network room: configuration text in, rule set or refusal out, and its evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from network.plants import plant
from ninefold.network.diagrams import is_full
from ninefold.network.evaluate import Evaluation, space_for
from ninefold.network.firewalls.nftables.writer import write
from ninefold.network.firewalls.registry import dialect

SAMPLE = b"""define lan = { 10.0.0.0/24, fd00::/64 }
table inet t {
 map m { type ifname : verdict; elements = { "a" : jump g, "b*" : drop } }
 set s { type ipv4_addr . inet_service; flags interval; elements = { 10.0.0.0/24 . 1-5, 1.2.3.4 . 80 timeout 5s } }
 chain g { ct state vmap { new : accept, invalid : drop }
 tcp flags & (fin|syn) == syn limit rate over 5/second burst 7 packets drop
 jump { th dport 53 accept; return; } }
 chain f { type filter hook forward priority filter - 5; policy drop;
 ip saddr . tcp dport @s counter packets 1 bytes 2 log prefix "x" level info flags all accept comment "c:f"
 iifname vmap @m
 meta mark set ct mark and 0xff
 fib saddr . iif oif missing drop
 icmpv6 type { nd-router-advert, 130-132 } ip6 saddr != fe80::/10 reject with icmpv6 port-unreachable }
 chain n { type nat hook prerouting priority dstnat;
 dnat ip prefix to ip daddr map { 10.5.0.0/24 : 10.6.0.0/24 }
 tcp dport 5 dnat ip6 to [fd00::1]:80-90 random,persistent
 redirect to :tcp dport map { 83 : 8083 } }
}
add rule inet t g tcp dport { 1-5, 22, ssh } accept
add element inet t s { 9.9.9.9 . 9 }
flush chain inet t g
"""
JSON = (
    b'{"nftables": [{"chain": {"family": "inet", "table": "t", "name": "f", "type": "filter", "hook": "forward",'
    b' "prio": 0, "policy": "drop"}}, {"rule": {"family": "inet", "table": "t", "chain": "f", "expr": [{"match":'
    b' {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [80, {"range":'
    b' [90, 95]}]}}}, {"vmap": {"key": {"meta": {"key": "iifname"}}, "data": {"set": [["a", {"accept": null}]]}}}]}}]}'
)


def parse(data: bytes) -> Any:
    """Parse whatever it is."""
    return dialect("nftables").parse(data.decode("utf-8", "replace"), "fuzz")


def evaluate(data: bytes) -> Any:
    """Parse, and if that works, evaluate every hook."""
    ruleset = parse(data)
    evaluation = Evaluation(ruleset, space_for(ruleset))
    try:
        for hook in ("prerouting", "input", "forward", "output", "postrouting"):
            evaluation.accepted(hook)
            evaluation.translations(hook, {})
    except Exception as error:
        if not is_full(error):  # proofs answer a full diagram with another order, then with "undecided"
            raise


_SEEDS = [SAMPLE, JSON, write(plant(), "gw-cell").encode(), write(plant(), "gw-plant").encode()]
TARGETS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    "nftables": (parse, _SEEDS),
    "nftables-evaluate": (evaluate, [SAMPLE, JSON]),
}
