"""Every capture of the corpus against what tshark and nDPI say (``truth/``), difference by difference."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from ninefold.model.observed import Observation
from ninefold.sources.captures import read
from support import corpus

pytestmark = pytest.mark.corpus

CAPTURES = (
    "bacnet_array.pcap",
    "bacnet_ip.pcap",
    "beckhoff_ads.pcapng",
    "cip_lab_mixed.pcap",
    "controllogix_download.pcap",
    "controllogix_factorytalk_hmi.pcap",
    "dnp3_merged.pcap",
    "ether_sbus.pcap",
    "ethercat.pcap",
    "hart_ip_merged.pcap",
    "iec104_diverse.pcap",
    "melsec_udp.pcap",
    "mms_abb.pcap",
    "mms_goose_snmp.pcap",
    "modbus_big.pcap",
    "modbus_quickdraw.pcap",
    "mqtt.pcap",
    "omron_fins.pcap",
    "opcua_binary.pcap",
    "powerlink.pcap",
    "profinet_mixed.pcap",
    "rdp.pcap",
    "s7_1200_ktp700_lldp.pcap",
    "s7_szl_status.pcap",
    "s7plus_hmi.pcap",
    "snmp.pcap",
    "ssh.pcap",
    "synchrophasor_lldp.pcap",
)


@cache
def observed(name: str) -> Observation:
    return read(corpus(f"pcap/{name}"))


@cache
def truth(name: str) -> Any:
    return json.loads(corpus(f"pcap/truth/{name}.json").read_text())


@pytest.mark.parametrize("name", CAPTURES)
def test_counts_every_packet_and_byte(name: str) -> None:
    capture, wanted = observed(name).captures[0], truth(name)
    assert (capture.packets, capture.bytes) == (wanted["packets"], wanted["wire_bytes"])
    assert capture.first == pytest.approx(wanted["first"], abs=1e-5)
    assert capture.last == pytest.approx(wanted["last"], abs=1e-5)
    assert observed(name).origin.sha256 == wanted["sha256"]
    assert sum(flow.packets for flow in observed(name).flows) == wanted["packets"]


TRANSPORT = {"ip1": "icmp", "ip2": "other"}


def pairs_of_truth(name: str) -> Counter[Any]:
    """(the two ends, transport, ethertype) -> packets; direction and ports are compared elsewhere."""
    result: Counter[Any] = Counter()
    for flow in truth(name)["flows"]:
        kind = flow["l4"]
        layer_2 = kind.startswith("eth:")
        transport = "l2" if layer_2 else kind if kind in ("tcp", "udp") else "other"
        result[frozenset((flow["client"], flow["server"])), transport] += flow["packets"]
    return result


def pairs_observed(name: str) -> Counter[Any]:
    result: Counter[Any] = Counter()
    for flow in observed(name).flows:
        layer_2 = flow.transport == "l2"
        ends = frozenset(end.mac if layer_2 else end.ip for end in (flow.client, flow.server))
        result[ends, flow.transport if flow.transport in ("l2", "tcp", "udp") else "other"] += flow.packets
    return result


#: tshark also calls an ICMP error UDP, because it quotes the UDP packet that could not be delivered.
QUOTED = {
    "hart_ip_merged.pcap": (frozenset({"192.168.0.10", "192.168.0.101"}), 1),
    "mms_goose_snmp.pcap": (frozenset({"172.16.0.101", "172.16.0.122"}), 3),
}


@pytest.mark.parametrize("name", CAPTURES)
def test_the_same_ends_talk_the_same_number_of_packets(name: str) -> None:
    wanted = pairs_of_truth(name)
    if name in QUOTED:
        ends, count = QUOTED[name]
        wanted[ends, "udp"] -= count
        wanted[ends, "other"] += count
    assert pairs_observed(name) == wanted
