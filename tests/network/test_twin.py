"""The plant in namespaces: what the proof says about a packet is what the kernel does with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from network.plants import plant
from ninefold.network import twin
from ninefold.network.firewalls import nftables
from ninefold.network.proof import prove
from ninefold.network.twin import namespaces
from ninefold.network.twin.probes import Chooser
from support import netns

PLANT = plant()
pytestmark = [pytest.mark.netns, pytest.mark.root]


@pytest.fixture(scope="module")
def configs() -> dict[str, tuple[str, str]]:
    netns()
    return {gateway: (f"{gateway}.nft", nftables.render(PLANT, gateway)) for gateway in PLANT.gateway}


def test_rendered_rules_do_what_the_conduits_say(configs: dict[str, tuple[str, str]]) -> None:
    with twin.build(PLANT, configs) as running:
        result = running.probe(count=1500)
    assert result.mismatches == ()
    assert result.passed > 40
    assert result.dropped > 1000
    assert result.rules_hit > 25
    assert not [name for name in namespaces.existing() if name.startswith(namespaces.stem())]


def test_answers_find_their_way_back(configs: dict[str, tuple[str, str]]) -> None:
    with twin.build(PLANT, configs) as running:
        result = running.connect()
        assert result.probes >= 6
        assert result.mismatches == ()
    name, text = configs["gw-cell"]
    deaf = text.replace("ct state established,related counter accept", "ct state related counter accept")
    with twin.build(PLANT, {**configs, "gw-cell": (name, deaf)}) as running:
        result = running.connect(wait=1.0)
    assert any("c-data" in words for _, words in result.mismatches)


CHANGES = {
    "removed": ("gw-cell", "c-data:f-opc", None),
    "added": ("gw-cell", "chain f_up0_to_saf0 {\n", "chain f_up0_to_saf0 {\n\t\tudp dport 161 accept\n"),
    "widened": ("gw-plant", "tcp dport 8443 ", "tcp dport 8443-8444 "),
    "other family": ("gw-plant", "chain f_off0_to_dmz0 {\n", "chain f_off0_to_dmz0 {\n\t\tmeta nfproto ipv6 accept\n"),
    "input": ("gw-plant", 'iifname "lo" counter accept\n', 'iifname { "lo", "wan0" } counter accept\n'),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_the_witness_of_a_difference_is_real(configs: dict[str, tuple[str, str]], change: str) -> None:
    gateway, old, new = CHANGES[change]
    name, text = configs[gateway]
    if new is None:
        old = next(line for line in text.splitlines() if old in line)
    broken = {**configs, gateway: (name, text.replace(old, new or "", 1))}
    proof = prove(PLANT, broken)
    assert proof.state == "different"
    with twin.build(PLANT, broken) as running:
        chooser = Chooser(PLANT, running.oracle)
        for found in proof.allowed_not_intended:
            probe = chooser.witness(found.witness, found.at)
            if probe is not None:
                fate = running.send([probe])[0]
                assert fate.emitted or fate.taken, found
        for found in proof.intended_blocked:
            probe = chooser.witness(found.witness, found.at)
            assert probe is not None
            fate = running.send([probe])[0]
            assert not fate.emitted, found
        result = running.probe(proof, count=200)
    assert result.mismatches
    assert any(":" in words for _, words in result.mismatches)


def test_a_missing_translation_is_seen(configs: dict[str, tuple[str, str]]) -> None:
    name, text = configs["gw-cell"]
    broken = {**configs, "gw-cell": (name, text.replace("dnat ip prefix to ip daddr", "snat ip prefix to ip daddr"))}
    with pytest.raises(namespaces.TwinUnavailableError):
        twin.build(PLANT, broken).up()  # the kernel refuses the file, and nothing is left behind
    assert not [item for item in namespaces.existing() if item.startswith(namespaces.stem())]


def test_a_killed_twin_is_cleaned_up(configs: dict[str, tuple[str, str]], tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(
        "import sys, time\n"
        "from network.plants import plant\n"
        "from ninefold.network import twin\n"
        "twin.build(plant(), {}).up()\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    child = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "up"
    child.send_signal(signal.SIGKILL)
    child.wait()
    deadline = time.monotonic() + 5
    mark = f"{namespaces.PREFIX}{child.pid}-"
    assert any(name.startswith(mark) for name in namespaces.existing())
    while time.monotonic() < deadline and any(name.startswith(mark) for name in namespaces.existing()):
        twin.clean()
    assert not any(name.startswith(mark) for name in namespaces.existing())


def test_a_user_namespace_is_enough(tmp_path: Path) -> None:
    netns()
    script = tmp_path / "child.py"
    script.write_text(
        "from network.plants import plant\n"
        "from ninefold.network import twin\n"
        "from ninefold.network.firewalls.nftables.writer import write\n"
        "p = plant()\n"
        "with twin.build(p, {g: (g + '.nft', write(p, g)) for g in p.gateway}) as running:\n"
        "    result = running.probe(count=400)\n"
        "    print(result.passed, len(result.mismatches))\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    words = ["unshare", "--user", "--map-root-user", "--net", "--mount", "sh", "-c"]
    inner = 'mount -t tmpfs tmpfs /run && exec "$0" "$1"'
    done = subprocess.run(
        [*words, inner, sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "PYTHONPATH": path},
    )
    if "unshare failed" in done.stderr:
        pytest.skip("user namespaces are switched off here")
    passed, mismatches = done.stdout.split()
    assert int(passed) > 30
    assert mismatches == "0"
