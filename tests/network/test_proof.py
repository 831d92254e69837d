"""What runs is what was meant: rendered rule sets prove equal, every change of meaning is found with a packet."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.plants import plant
from ninefold.base.errors import InputError
from ninefold.model.networks import Network, Vpn
from ninefold.model.proofs import ProofResult
from ninefold.model.vocabulary import State
from ninefold.model.zones import Conduit, Flow
from ninefold.network.cache import FolderCache
from ninefold.network.certificate import certificate
from ninefold.network.firewalls import nftables
from ninefold.network.policy import intent
from ninefold.network.proof import prove

PLANT = plant()


@pytest.fixture(scope="module")
def configs() -> dict[str, tuple[str, str]]:
    return {gateway: (f"{gateway}.nft", nftables.render(PLANT, gateway)) for gateway in PLANT.gateway}


def changed(configs: dict[str, tuple[str, str]], gateway: str, old: str, new: str) -> ProofResult:
    name, text = configs[gateway]
    assert old in text
    return prove(PLANT, {**configs, gateway: (name, text.replace(old, new, 1))})


@pytest.mark.parametrize("engine", ["oxidd", "cudd"])
def test_rendered_rules_equal_the_conduits(configs: dict[str, tuple[str, str]], engine: str) -> None:
    result = prove(PLANT, configs, engine=engine)
    assert result.state == "equal", result
    assert not result.allowed_not_intended
    assert not result.intended_blocked
    assert len(result.inputs) == 3


def test_a_removed_rule_blocks_its_flow(configs: dict[str, tuple[str, str]]) -> None:
    line = next(line for line in configs["gw-cell"][1].splitlines() if "c-data:f-opc" in line)
    result = changed(configs, "gw-cell", line, "")
    assert result.state == "different"
    found = result.intended_blocked[0]
    assert (found.conduit, found.flow) == ("c-data", "f-opc")
    assert (found.witness.source, found.witness.target, found.witness.port) == ("10.10.0.20", "192.168.1.10", 4840)
    assert found.rules[0].text == "counter drop"
    assert not result.allowed_not_intended


def test_a_widened_port_lets_more_through(configs: dict[str, tuple[str, str]]) -> None:
    result = changed(configs, "gw-plant", "tcp dport 8443 ", "tcp dport 8443-8444 ")
    assert result.state == "different"
    assert result.allowed_not_intended[0].witness.port == 8444
    assert "8443-8444" in result.allowed_not_intended[0].rules[0].text


def test_an_added_rule_names_itself(configs: dict[str, tuple[str, str]]) -> None:
    result = changed(configs, "gw-cell", "chain f_up0_to_saf0 {\n", "chain f_up0_to_saf0 {\n\t\tudp dport 161 accept\n")
    found = result.allowed_not_intended[0]
    assert (found.sender, found.receiver) == ("z-dmz", "z-safety")
    assert found.rules[0].text == "udp dport 161 accept"
    assert found.witness.protocol == "udp"


def test_a_missing_translation_is_a_difference(configs: dict[str, tuple[str, str]]) -> None:
    result = changed(configs, "gw-cell", "counter masquerade", "counter accept")
    assert "postrouting" in result.intended_blocked[0].at


def test_answers_are_an_obligation_of_their_own(configs: dict[str, tuple[str, str]]) -> None:
    result = changed(configs, "gw-cell", "ct state established,related counter accept", "ct state related accept")
    assert any("answers" in found.at for found in result.intended_blocked)


def test_what_is_not_understood_makes_the_answer_undecided(configs: dict[str, tuple[str, str]]) -> None:
    line = "\t\tmeta mark 7 ip saddr 10.30.0.0/16 accept\n"
    result = changed(configs, "gw-plant", "chain f_off0_to_dmz0 {\n", "chain f_off0_to_dmz0 {\n" + line)
    assert result.state == "undecided"
    assert any("gw-plant" in text for text in result.assumptions)


def test_a_missing_configuration_is_not_a_pass(configs: dict[str, tuple[str, str]]) -> None:
    result = prove(PLANT, {"gw-cell": configs["gw-cell"]})
    assert result.state == "undecided"


def test_a_loop_of_chains_is_undecided_not_a_crash(configs: dict[str, tuple[str, str]]) -> None:
    result = changed(configs, "gw-cell", "chain c_spoofed {\n", "chain c_spoofed {\n\t\tjump c_spoofed\n")
    assert result.state == "undecided"
    assert any("leads back to itself" in text for text in result.assumptions)


def test_an_unknown_gateway_is_refused() -> None:
    with pytest.raises(InputError):
        nftables.render(PLANT, "gw-none")


def test_an_unchanged_proof_is_not_made_twice(configs: dict[str, tuple[str, str]], tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "proofs")
    first = prove(PLANT, configs, cache=cache)
    assert len(cache) == 1
    start = time.perf_counter()
    assert prove(PLANT, configs, cache=cache) == first
    assert time.perf_counter() - start < 1
    changed_ = {**configs, "gw-cell": ("gw-cell.nft", configs["gw-cell"][1] + "# remark\n")}
    assert prove(PLANT, changed_, cache=cache).state == "equal"
    assert len(cache) == 2


def test_a_certificate_says_what_over_what_and_under_which_assumptions(configs: dict[str, tuple[str, str]]) -> None:
    made = certificate(prove(PLANT, configs))
    assert made["state"] == "equal"
    assert sorted(made["inputs"]) == ["gw-cell.nft", "gw-plant.nft", "plant"]
    assert made["assumptions"]
    assert json.loads(json.dumps(made))["scope"] == made["scope"]


def test_a_tunnel_is_never_replaced_by_clear_text() -> None:
    flow = Flow(id="f-remote", source="internet", target="hist", service="ssh")
    clear = plant(Conduit(id="c-remote", requires_vpn=True, flows=(flow,)))
    found = intent(clear)
    assert not [permit for permit in found.permits if permit.flow == "f-remote"]
    assert [item.state for item in found.findings if item.rule == "network-clear-text"] == [State.FAIL]


def test_a_tunnel_with_a_network_of_its_own() -> None:
    flow = Flow(id="f-remote", source="n-vpn", target="hist", service="ssh")
    tunnelled = msgspec.structs.replace(
        plant(Conduit(id="c-remote", requires_vpn=True, flows=(flow,))),
        networks=(*PLANT.networks, Network(id="n-vpn", subnet="10.99.0.0/24", zone="z-office")),
        vpns=(Vpn(id="wg0", kind="wireguard", ends=("gw-plant",), network="n-vpn"),),
    )
    text = nftables.render(tunnelled, "gw-plant")
    assert 'iifname "wan0" ct state new' in text
    assert "udp dport 51820" in text
    assert '"wg0" . "dmz0"' in text


def test_a_policy_based_tunnel_needs_ipsec() -> None:
    flow = Flow(id="f-remote", source="internet", target="hist", service="ssh")
    vpns = (Vpn(id="ike", kind="ipsec", ends=("gw-plant",)),)
    tunnelled = msgspec.structs.replace(plant(Conduit(id="c-remote", requires_vpn=True, flows=(flow,))), vpns=vpns)
    text = nftables.render(tunnelled, "gw-plant")
    assert "tcp dport 22 meta ipsec exists" in text
    broken = text.replace(" meta ipsec exists", "")
    other = {"gw-plant": ("gw-plant.nft", broken), "gw-cell": ("gw-cell.nft", nftables.render(tunnelled, "gw-cell"))}
    result = prove(tunnelled, other)
    assert result.state == "different"
    assert result.allowed_not_intended[0].witness.free["ipsec in"] is False


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 100_000))
def test_rendering_then_parsing_is_the_identity_on_meaning(seed: int) -> None:
    """``render`` parses back and proves; here over random flows, services, ports and directions."""
    dice = Random(seed)
    ends = ("plc", "hmi", "splc", "hist", "eng", "z-cell", "z-dmz", "z-office", "n-safety", "internet", "gw-plant")
    services = ("modbus", "https", "snmp", "ping", "ipsec", "enip", "opc-da", "syslog", "profinet-rt")
    flows = tuple(
        Flow(id=f"r{at}", source=dice.choice(ends), target=dice.choice(ends), service=dice.choice(services),
             ports=dice.choice(((), (), ("tcp/1000-2000", "udp/7"), ("icmpv6/128",), ("esp",), ("any",))),
             log=dice.random() < 0.3)
        for at in range(6)
    )  # fmt: skip
    made = plant(Conduit(id="c-random", flows=flows))
    texts = {gateway: (f"{gateway}.nft", nftables.render(made, gateway)) for gateway in made.gateway}
    result = prove(made, texts)
    assert not result.allowed_not_intended + result.intended_blocked
