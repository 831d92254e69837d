"""Rule sets of other tools that open what they should close: each is caught, and the packet really passes.

Shapes of the nftables target of Aerleon 1.18, and of ``nft --optimize`` 1.0.x; both tools are run here, not quoted.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ninefold.model.assets import Asset, Interface
from ninefold.model.networks import Gateway, GatewayInterface, Network
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind
from ninefold.model.zones import Conduit, Flow, Zone
from ninefold.network import twin
from ninefold.network.compare import compare
from ninefold.network.firewalls.registry import parse
from ninefold.network.proof import prove
from ninefold.network.twin.probes import Chooser
from support import netns

ADDRESSES = {
    "OFFICE": "10.30.0.0/16",
    "PLC": "192.168.2.10/32",
    "GATEWAY": "10.30.0.1/32",
    "OFFICE6": "fd00:30::/64",
}


def plant() -> Plant:
    """One gateway between an office (both families), guests and a cell; only the office may speak Modbus to the PLC."""
    interfaces = (
        GatewayInterface(name="off0", network="n-office", address="10.30.0.1", address6="fd00:30::1"),
        GatewayInterface(name="gue0", network="n-guest", address="10.99.0.1"),
        GatewayInterface(name="cell0", network="n-cell", address="192.168.2.1"),
    )
    where = Interface(network="n-cell", address="192.168.2.10")
    return Plant(
        system=System(name="small"),
        networks=(
            Network(id="n-office", subnet="10.30.0.0/16", subnet6="fd00:30::/64", zone="z-office"),
            Network(id="n-guest", subnet="10.99.0.0/16", zone="z-guest"),
            Network(id="n-cell", subnet="192.168.2.0/24", zone="z-cell"),
        ),
        zones=(Zone(id="z-office"), Zone(id="z-guest"), Zone(id="z-cell")),
        gateways=(Gateway(asset="gw", interfaces=interfaces, administered_from=("z-office",)),),
        assets=(
            Asset(id="gw", kind=AssetKind.FIREWALL),
            Asset(id="plc", kind=AssetKind.PLC, zone="z-cell", interfaces=(where,)),
        ),
        conduits=(Conduit(id="c", flows=(Flow(id="f", source="z-office", target="plc", service="modbus"),)),),
    )


def term(name: str, port: str = "MODBUS", **fields: str) -> dict[str, str]:
    keys = {key.replace("_", "-"): value for key, value in fields.items()}
    return {"name": name, "protocol": "tcp", "destination-port": port, "action": "accept", **keys}


def policy(options: str, *terms: dict[str, str]) -> dict[str, Any]:
    return {"header": {"comment": "c", "targets": {"nftables": options}}, "terms": list(terms)}


OFFICE_ONLY = {"source_address": "OFFICE", "destination_address": "PLC"}
SHAPES = {
    "an exclusion that removes every source": [
        policy("inet forward", term("modbus-t", **OFFICE_ONLY, source_exclude="OFFICE"))
    ],
    "an IPv6 source in an IPv4 policy": [
        policy("inet forward", term("modbus-t", source_address="OFFICE6", destination_address="PLC"))
    ],
    "an IPv6 source with an IPv4 target": [
        policy("mixed forward", term("modbus-t", source_address="OFFICE6", destination_address="PLC"))
    ],
    "one term name in two filters": [
        policy("inet input", term("same-t", "SSH", source_address="OFFICE")),
        policy("inet forward", term("same-t", source_address="OFFICE", destination_address="PLC")),
    ],
}  # fmt: skip


def generated(filters: list[dict[str, Any]]) -> str:
    api = pytest.importorskip("aerleon.api")
    naming = pytest.importorskip("aerleon.lib.naming")
    known = naming.Naming()
    services = {"MODBUS": [{"protocol": "tcp", "port": "502"}], "SSH": [{"protocol": "tcp", "port": "22"}]}
    networks = {name: {"values": [{"address": text}]} for name, text in ADDRESSES.items()}
    known.ParseDefinitionsObject({"networks": networks, "services": services}, "")
    return str(next(iter(api.Generate([{"filename": "p", "filters": filters}], known).values())))


@pytest.mark.netns
@pytest.mark.root
@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_fail_open_shape_is_caught_with_a_packet_that_passes(shape: str) -> None:
    text = generated(SHAPES[shape])
    netns()
    system = plant()
    proof = prove(system, {"gw": ("aerleon.nft", text)})
    assert proof.state == "different"
    found = [
        item
        for item in proof.allowed_not_intended
        if item.at.startswith("gw: ") and item.witness.outgoing and "." in item.witness.target
    ]
    assert found
    with twin.build(system, {"gw": ("aerleon.nft", text)}) as running:
        chooser = Chooser(system, running.oracle)
        probes = [probe for item in found if (probe := chooser.witness(item.witness, item.at)) is not None]
        assert probes
        for probe, fate in zip(probes, running.send(probes), strict=True):
            assert fate.emitted, probe


@pytest.mark.netns
@pytest.mark.root
def test_what_optimising_changes_is_proved_different(tmp_path: Path) -> None:
    netns()
    original = (
        "table inet t {\n\tchain c {\n\t\ttype filter hook forward priority 0; policy drop;\n"
        "\t\ttcp flags syn accept\n\t\ttcp flags ack accept\n\t}\n}\n"
    )
    file = tmp_path / "flags.nft"
    file.write_text(original)
    name = "network-optimise"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        subprocess.run(["ip", "netns", "exec", name, "nft", "-o", "-f", str(file)], check=True, capture_output=True)
        done = ["ip", "netns", "exec", name, "nft", "list", "ruleset"]
        optimised = subprocess.run(done, check=True, capture_output=True, text=True).stdout
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)
    if "{ syn, ack }" not in optimised and "{ ack, syn }" not in optimised:
        pytest.skip("this nft no longer folds bit tests")
    result = compare(parse(original, "original"), parse(optimised, "optimised"))
    assert result.state == "different"
    assert not result.only_in_b
    flags = result.only_in_a[0].witness.free
    assert flags["tcp flag syn"] or flags["tcp flag ack"]
    assert sum(flags.values()) > 1
