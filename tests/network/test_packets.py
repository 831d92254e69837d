"""Packet sets: algebra, witnesses, words; and the same answers from boxes, z3, a plain walk and both libraries."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.base.errors import Place
from ninefold.model.proofs import Witness
from ninefold.network.compare import compare
from ninefold.network.evaluate import Evaluation, space_for
from ninefold.network.packets import PacketSet, PacketSpace, single
from ninefold.network.ranges import Ranges, complement, parse_addresses, subtract, union
from ninefold.network.regions import boxes
from ninefold.network.ruleset import (
    ACCEPT,
    DROP,
    Chain,
    Condition,
    Free,
    Not,
    Rule,
    RuleSet,
    Test,
    addresses,
    both,
    protocol,
)
from ninefold.network.trace import trace

ENGINES = ("oxidd", "cudd")
ADDRESSES = ("10.0.0.0/30", "10.0.0.2", "10.0.0.0/29", "10.0.0.5-10.0.0.6", "fd00::/126", "fd00::2", "any")


def random_rule(dice: Random, line: int) -> Rule:
    parts: list[Condition] = []
    for field in ("source", "target"):
        if dice.random() < 0.7:
            parts.append(addresses(field, parse_addresses(dice.choice(ADDRESSES))))
    if dice.random() < 0.7:
        parts.append(protocol(dice.choice(("tcp", "udp"))))
        if dice.random() < 0.7:
            low = dice.randrange(0, 8)
            parts.append(Test(dice.choice(("port", "source_port")), ((low, dice.randrange(low, 8)),)))
    if dice.random() < 0.2:
        parts = [Not(both(*parts))]
    if dice.random() < 0.15:
        parts.append(Free("mark", attribute=True))
    if dice.random() < 0.3:
        parts.append(Test("in", names=(dice.choice(("eth0", "eth*", "lo")),)))
    action = ACCEPT if dice.random() < 0.6 else DROP
    return Rule(condition=both(*parts), action=action, place=Place("r", line), text=str(line))


def random_set(seed: int, count: int = 8) -> RuleSet:
    dice = Random(seed)
    rules = tuple(random_rule(dice, line) for line in range(1, count + 1))
    policy = dice.choice(("accept", "drop"))
    return RuleSet(file="r", dialect="test", chains=(Chain(id="f", hook="forward", policy=policy, rules=rules),))


def accepted(ruleset: RuleSet, engine: str = "oxidd", order: str = "service") -> PacketSet:
    space = space_for(ruleset, engine=engine, order=order)
    return Evaluation(ruleset, space).accepted("forward")


SAMPLES = [
    Witness(source=s, target=t, protocol=p, source_port=a, port=b, incoming=i, free={"mark": m})
    for (s, t), p, a, b, i, m in itertools.product(
        (("10.0.0.1", "10.0.0.2"), ("10.0.0.6", "10.0.0.4"), ("10.0.0.9", "10.0.0.3"), ("fd00::1", "fd00::2")),
        ("tcp", "udp", "esp"),
        (0, 3),
        (0, 5),
        ("eth0", "eth7", "lo"),
        (True, False),
    )
    if p != "esp" or a == b == 0
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("order", ["service", "addresses"])
def test_diagrams_agree_with_walking_the_rules(engine: str, order: str) -> None:
    for seed in range(8):
        ruleset = random_set(seed)
        packets = accepted(ruleset, engine, order)
        known = set(packets.space.interfaces)
        for packet in SAMPLES:
            name = packet.incoming if packet.incoming in known else "eth(other)" if "eth(other)" in known else ""
            shown = Witness(
                **{f: getattr(packet, f) for f in packet.__struct_fields__ if f != "incoming"}, incoming=name
            )
            assert packets.contains(shown) == (trace(ruleset, shown).verdict == "accept"), (seed, shown)


def test_orders_and_engines_count_the_same() -> None:
    for seed in range(6):
        ruleset = random_set(seed)
        counts = {accepted(ruleset, e, o).count() for e in ENGINES for o in ("service", "addresses")}
        assert len(counts) == 1


def test_boxes_cover_exactly_and_are_disjoint() -> None:
    widths = {"source": 2**128, "target": 2**128}
    for seed in range(6):
        packets = accepted(random_set(seed, 5))
        total = 0
        for box in boxes(packets):
            size = 1
            for field, spans in box.items():
                span = sum(high - low + 1 for low, high in spans)
                if field in widths and box["family"] == ((0, 0),):
                    span >>= 96
                size *= span
            assert len(box["family"]) == 1
            total += size
        exact = packets.count()
        mixed = any(box["family"] == ((0, 1),) for box in boxes(packets))
        assert total == exact or mixed


def z3_difference(a: RuleSet, b: RuleSet) -> bool:
    """Whether z3 finds a packet that only one of two rule sets accepts."""
    z3 = pytest.importorskip("z3")
    names = ("family", "protocol", "source", "target", "source_port", "port")
    bits = {"family": 3, "protocol": 8, "source": 128, "target": 128, "source_port": 16, "port": 16}
    fields = {name: z3.BitVec(name, bits[name]) for name in names}
    interface, mark = z3.Int("interface"), z3.Bool("mark")
    codes = {"lo": 0, "eth0": 1, "eth*": 2}

    def formula(condition: Condition) -> object:
        if isinstance(condition, Not):
            return z3.Not(formula(condition.part))
        if isinstance(condition, Free):
            return mark
        if not isinstance(condition, Test):
            parts = [formula(part) for part in condition.parts]
            return z3.And(*parts) if type(condition).__name__ == "All" else z3.Or(*parts)
        if condition.field == "in":
            return z3.Or(interface == 1, interface == 2) if condition.names == ("eth*",) else (
                interface == codes[condition.names[0]])  # fmt: skip
        field = fields[condition.field]
        inside = z3.Or(*(z3.And(z3.UGE(field, low), z3.ULE(field, high)) for low, high in condition.ranges))
        if condition.field in {"source", "target"}:
            return z3.And(fields["family"] == condition.family, inside)
        if condition.field in {"port", "source_port"}:
            return z3.And(ported, inside)
        return inside

    ported = z3.Or(*(fields["protocol"] == number for number in (6, 17, 33, 132, 136)))

    def meaning(ruleset: RuleSet) -> object:
        chain = ruleset.chains[0]
        result = z3.BoolVal(chain.policy == "accept")
        for rule in reversed(chain.rules):
            result = z3.If(formula(rule.condition), z3.BoolVal(rule.action == ACCEPT), result)
        return result

    small = z3.And(z3.ULE(fields["port"], 255), z3.ULE(fields["source_port"], 255))
    zero = z3.And(fields["port"] == 0, fields["source_port"] == 0)
    icmp = z3.Or(fields["protocol"] == 1, fields["protocol"] == 58)
    solver = z3.Solver()
    solver.add(z3.Or(fields["family"] == 4, fields["family"] == 6), interface >= 0, interface <= 3)
    solver.add(z3.Or(ported, z3.And(icmp, small), z3.And(z3.Not(z3.Or(ported, icmp)), zero)))
    low = 2**32 - 1
    for name in ("source", "target"):
        solver.add(z3.Or(fields["family"] == 6, z3.ULE(fields[name], low)))
    solver.add(meaning(a) != meaning(b))
    return bool(solver.check() == z3.sat)


def test_three_engines_agree_whether_two_rule_sets_are_equal() -> None:
    different = 0
    for seed in range(40):
        a = random_set(seed, 5)
        chain = a.chains[0]
        dice = Random(seed + 1000)
        rules = list(chain.rules)
        rules.insert(dice.randrange(6), random_rule(dice, 99))
        b = RuleSet(
            file="b", dialect="test", chains=(Chain(id="f", hook="forward", policy=chain.policy, rules=tuple(rules)),)
        )
        by_z3 = z3_difference(a, b)
        for engine in ENGINES:
            result = compare(a, b, engine=engine)
            assert (result.state == "different") == by_z3, seed
        for found in result.only_in_a:
            assert trace(a, found.witness).verdict == "accept"
            assert trace(b, found.witness).verdict == "drop"
        different += by_z3
    assert 5 < different < 40


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), max_size=8))
def test_ranges_are_sets(pairs: list[tuple[int, int]]) -> None:
    spans = union((low, low + size) for low, size in pairs)
    members = {value for low, size in pairs for value in range(low, low + size + 1)}
    assert {value for low, high in spans for value in range(low, high + 1)} == members
    assert complement(complement(spans, 400), 400) == spans
    assert subtract(spans, spans) == ()


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**20))
def test_cidrs_cover_exactly(low: int, size: int) -> None:
    high = min(2**32 - 1, low + size)
    cidrs = Ranges(v4=((low, high),)).cidrs(4)
    back = Ranges()
    for text in cidrs:
        back = back | parse_addresses(text)
    assert back.v4 == ((low, high),)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_algebra(one: int, two: int) -> None:
    a, b = random_set(one, 4), random_set(two, 4)
    space = space_for(a, b)
    left, right = (Evaluation(item, space).accepted("forward") for item in (a, b))
    assert ~(left | right) == ~left & ~right
    assert (left - right) | (left & right) == left
    difference = left - right
    witness = difference.witness()
    assert (witness is None) == difference.is_empty
    if witness is not None:
        assert difference.contains(witness)
        assert not (difference & single(space, witness)).is_empty


def test_words_for_people() -> None:
    space = PacketSpace(["eth0", "eth1"])
    packets = space.of(
        both(Test("in", names=("eth0",)), addresses("source", parse_addresses("10.0.0.0/24")),
             addresses("target", parse_addresses("10.1.0.7")), protocol("tcp"), Test("port", ((80, 81), (443, 443))))
    )  # fmt: skip
    assert packets.regions() == ("tcp from 10.0.0.0/24 to 10.1.0.7 port 80-81, 443 in eth0",)
    assert packets.count() == 256 * 3 * 65536 * 3


def test_bounds_of_free_variables() -> None:
    space = PacketSpace(free=["limit"])
    packets = space.of(both(protocol("tcp"), Free("limit")))
    assert packets.possible() == space.of(protocol("tcp"))
    assert packets.certain().is_empty
    assert packets.given({"limit": True}) == space.of(protocol("tcp"))
