"""Conversations on disk give the same observation as conversations in memory."""

from __future__ import annotations

import msgspec
import pytest

from ninefold.sources.captures import read, records, spill, table
from support import corpus


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["dnp3_merged.pcap", "melsec_udp.pcap", "profinet_mixed.pcap", "opcua_binary.pcap"])
def test_a_small_table_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = corpus(f"pcap/{name}")
    whole = read(path, engine="numpy")
    monkeypatch.setattr(records, "FRAMES", 50)
    in_batches = read(path, engine="numpy")
    assert msgspec.to_builtins(in_batches, str_keys=True) == msgspec.to_builtins(whole, str_keys=True)
    monkeypatch.setattr(spill.Spill, "full", lambda self: self._table.count > 5)
    spilled = read(path, engine="numpy")

    def sums(observation: object) -> list[object]:
        """Everything but what only later payloads of one conversation tell."""
        flows = observation.flows  # type: ignore[attr-defined]
        return [(flow.transport, flow.packets, flow.bytes, flow.first, flow.last, flow.vlan) for flow in flows]

    assert sorted(map(str, sums(spilled))) == sorted(map(str, sums(whole)))
    assert [host.macs for host in spilled.hosts] == [host.macs for host in whole.hosts]


def test_rows_as_values_have_the_columns_of_the_table() -> None:
    assert table.Row._fields == table.ROW.names
