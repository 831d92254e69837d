"""The document ``ninefold.flows/1``."""

from __future__ import annotations

import json

import pytest

from ninefold.sources.captures import read
from ninefold.tasks.flows import document
from support import corpus


@pytest.mark.corpus
def test_the_document_has_the_promised_shape() -> None:
    observations = [read(corpus(f"pcap/{name}.pcap")) for name in ("s7_1200_ktp700_lldp", "profinet_mixed")]
    plain = json.loads(json.dumps(document(observations)))
    assert plain["schema"] == "ninefold.flows/1"
    assert set(plain["captures"][0]) == {"file", "packets", "bytes", "link_type", "first", "last", "malformed"}
    assert [capture["packets"] for capture in plain["captures"]] == [882, 1635]
    flow = next(flow for flow in plain["flows"] if flow["service"] == "profinet-rt")
    assert {"client", "server", "transport", "port", "ethertype", "service", "grade", "functions"} <= set(flow)
    assert {"packets", "bytes", "first", "last", "direction_reason"} <= set(flow)
    assert (flow["transport"], flow["port"], flow["ethertype"], flow["client"]["ip"]) == ("l2", 0, "0x8892", "")
    plc = next(host for host in plain["hosts"] if "e0:dc:a0:34:21:d4" in host["macs"])
    assert plc["macs"] == ["e0:dc:a0:34:21:d4", "e0:dc:a0:34:21:d5"]
    assert {"key": "identity.serial", "value": "S V-K2C13707", "source": "s7_1200_ktp700_lldp.pcap", "frame": 1} in (
        plc["facts"]
    )
