"""What runs is what was meant: rendered rule sets prove equal, every change of meaning is found with a packet."""

from __future__ import annotations

import pytest

from network.plants import plant
from ninefold.base.errors import InputError
from ninefold.model.proofs import ProofResult
from ninefold.network.firewalls import nftables
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


def test_an_unknown_gateway_is_refused() -> None:
    with pytest.raises(InputError):
        nftables.render(PLANT, "gw-none")
