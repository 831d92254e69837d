"""Pasted switch tables, NetFlow, diagrams, threat models, NetBox."""

from __future__ import annotations

import base64
import struct
import urllib.parse
import zlib

import pytest

from ninefold.base.errors import InputError
from ninefold.model.observed import Grade
from ninefold.sources import drawio, models, netflow, registry, switchtables, tables

CISCO = b"""sw-halle3#show mac address-table
          Mac Address Table
-------------------------------------------
Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
  10    001b.1b00.0010    DYNAMIC     Gi1/0/1
  10    0100.5e00.0001    STATIC      CPU
Total Mac Addresses for this criterion: 2
sw-halle3#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.0.1.10               5   001b.1b00.0010  ARPA   Vlan10
"""
SCALANCE = b"""CLI#show mac-address-table
Vlan  Mac Address         Type     Ports
----  -----------         ----     -----
1     00-1b-1b-00-00-20   Learnt   P0.1
1     00-1b-1b-00-00-21   Learnt   P0.2
"""
HIRSCHMANN = b"""(rs30) #show mac-addr-table
   Mac Address       VLAN  Interface   Status
00:80:63:AA:BB:01      1     1/1       Learned
00:80:63:AA:BB:02      1     1/2       Learned
"""
MOXA = b"""Index MAC Address Table
1  00-90-E8-11-22-33  Learn(dynamic)  3
2  00-90-E8-11-22-34  Learn(dynamic)  4
"""
WINDOWS = """Schnittstelle: 10.0.1.5 --- 0x4
  Internetadresse       Physische Adresse     Typ
  10.0.1.10             00-1b-1b-00-00-10     dynamisch
  10.0.1.20             00-1b-1b-00-00-20     dynamisch
""".encode("cp1252")
LINUX = b"? (10.0.1.10) at 00:1b:1b:00:00:10 [ether] on eth0\n10.0.1.20 dev eth0 lladdr 00:1b:1b:00:00:20 REACHABLE\n"
LLDP = b"""Local Intf: Gi1/0/3
Chassis id: 001b.1b00.0030
Port id: port-001
Port Description: X1 P1
System Name: plc-3
System Description:
Siemens, SIMATIC S7, CPU-1200
Management Addresses:
    IP: 10.0.1.30
"""


@pytest.mark.parametrize(
    ("text", "macs", "ips"),
    [
        (CISCO, {"00:1b:1b:00:00:10"}, {"10.0.1.10"}),
        (SCALANCE, {"00:1b:1b:00:00:20", "00:1b:1b:00:00:21"}, set()),
        (HIRSCHMANN, {"00:80:63:aa:bb:01", "00:80:63:aa:bb:02"}, set()),
        (MOXA, {"00:90:e8:11:22:33", "00:90:e8:11:22:34"}, set()),
        (WINDOWS, {"00:1b:1b:00:00:10", "00:1b:1b:00:00:20"}, {"10.0.1.10", "10.0.1.20"}),
        (LINUX, {"00:1b:1b:00:00:10", "00:1b:1b:00:00:20"}, {"10.0.1.10", "10.0.1.20"}),
        (LLDP, {"00:1b:1b:00:00:30"}, {"10.0.1.30"}),
    ],
    ids=["cisco", "scalance", "hirschmann", "moxa", "windows", "linux", "lldp"],
)
def test_pasted_tables(text: bytes, macs: set[str], ips: set[str]) -> None:
    assert registry.reader_of(text, "pasted.txt") == "switch-table"
    hosts = switchtables.parse(text, "pasted.txt").hosts
    assert {mac for host in hosts for mac in host.macs} == macs
    assert {ip for host in hosts for ip in host.ips} == ips


def test_port_and_switch_of_a_mac_are_kept() -> None:
    (host,) = switchtables.parse(CISCO, "x.txt").hosts
    assert {fact.key: fact.value for fact in host.facts}["switch.port"] == "sw-halle3 Gi1/0/1 VLAN 10"
    (plc,) = switchtables.parse(LLDP, "x.txt").hosts
    assert plc.names == ("plc-3",)


def test_a_device_list_with_macs_is_no_switch_table() -> None:
    listed = b"Name;IP;MAC\nA;10.0.0.1;00:1b:1b:00:00:01\nB;10.0.0.2;00:1b:1b:00:00:02\n"
    assert registry.reader_of(listed, "x.csv") == "table"


# --- NetFlow ----------------------------------------------------------------------------------------------------

TIME = 1_700_000_000


def v5() -> bytes:
    def record(sa, da, sp, dp):
        ips = bytes(map(int, sa.split("."))) + bytes(map(int, da.split("."))) + bytes(4)
        return ips + struct.pack(">HHIIIIHHBBBBHHBBH", 0, 0, 5, 500, 1000, 3000, sp, dp, 0, 0, 6, 0, 0, 0, 0, 0, 0)

    rows = [("10.0.0.1", "10.0.0.2", 50000, 502), ("10.0.0.2", "10.0.0.1", 502, 50000)]
    return struct.pack(">HHIIIIBBH", 5, 2, 10_000, TIME, 0, 0, 0, 0, 0) + b"".join(record(*row) for row in rows)


FIELDS = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 4), (2, 4)]
RECORD = bytes([10, 0, 0, 1, 10, 0, 0, 2]) + struct.pack(">HHBII", 50000, 4840, 6, 900, 9)
TEMPLATE = struct.pack(">HH", 256, len(FIELDS)) + b"".join(struct.pack(">HH", *field) for field in FIELDS)


def v9() -> bytes:
    sets = struct.pack(">HH", 0, len(TEMPLATE) + 4) + TEMPLATE
    padding = bytes(-len(RECORD) % 4)
    sets += struct.pack(">HH", 256, len(RECORD) + 4 + len(padding)) + RECORD + padding
    return struct.pack(">HHIIII", 9, 2, 10_000, TIME, 1, 7) + sets


def ipfix() -> bytes:
    sets = struct.pack(">HH", 2, len(TEMPLATE) + 4) + TEMPLATE + struct.pack(">HH", 256, len(RECORD) + 4) + RECORD
    return struct.pack(">HHIII", 10, 16 + len(sets), TIME, 1, 7) + sets


def test_netflow_5_makes_two_directions_one_flow() -> None:
    data = v5() + v5()
    assert registry.reader_of(data, "x.bin") == "netflow"
    (flow,) = netflow.parse(data, "x.bin").flows
    assert (flow.client.ip, flow.server.ip, flow.port, flow.service, flow.grade) == (
        "10.0.0.1", "10.0.0.2", 502, "modbus", Grade.PORT,
    )  # fmt: skip
    assert (flow.packets, flow.bytes, flow.direction_reason) == (20, 2000, "port")
    assert flow.first == TIME - 10 + 1


@pytest.mark.parametrize("data", [v9(), ipfix(), v9() + v9()], ids=["v9", "ipfix", "twice"])
def test_templates(data: bytes) -> None:
    assert registry.reader_of(data, "x.bin") == "netflow"
    found = netflow.parse(data, "x.bin")
    assert [(flow.port, flow.service) for flow in found.flows] == [(4840, "opcua")] and not found.findings


def test_data_without_its_template_is_told() -> None:
    data = ipfix()
    orphan = (
        struct.pack(">HHIII", 10, 16 + 4 + len(RECORD), TIME, 1, 9) + struct.pack(">HH", 300, len(RECORD) + 4) + RECORD
    )
    assert [item.rule for item in netflow.parse(data + orphan, "x").findings] == ["netflow.no-template"]
    with pytest.raises(InputError) as caught:
        netflow.parse(orphan, "x")
    assert caught.value.code == "no-flows"


OLD_CSV = b"""ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt
2026-01-01 00:00:00,2026-01-01 00:00:01,1,10.0.0.1,10.0.0.2,50000,502,TCP,.AP,5,50
Summary
flows,bytes
1,50
"""
NEW_CSV = b"""firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows
2026-01-01 00:00:00.000,1.0,TCP,10.0.0.1,50000,10.0.0.2,502,5,50,1
"""


@pytest.mark.parametrize(
    "text",
    [
        OLD_CSV,
        NEW_CSV,
    ],
    ids=["1.6", "1.7"],
)
def test_csv_of_nfdump(text: bytes) -> None:
    assert registry.reader_of(text, "flows.csv") == "netflow"
    (flow,) = netflow.parse(text, "flows.csv").flows
    assert (flow.service, flow.packets, flow.first) == ("modbus", 5, 1767225600.0)


# --- diagrams and models ----------------------------------------------------------------------------------------

MODEL = """<mxGraphModel><root><mxCell id="0"/><mxCell id="1" parent="0"/>
<mxCell id="z" value="Zelle 1" style="swimlane;" vertex="1" parent="1"/>
<mxCell id="a" value="&lt;b&gt;SPS&lt;/b&gt;&lt;br&gt;10.0.1.10" style="rounded=0" vertex="1" parent="z"/>
<object id="b" label="HMI" ip="10.0.1.20" Hersteller="Siemens"><mxCell style="shape=x" vertex="1" parent="z"/></object>
<mxCell id="e" style="" edge="1" parent="1" source="a" target="b"/>
<mxCell id="t" value="Stand 2026" style="text;html=1" vertex="1" parent="1"/>
</root></mxGraphModel>"""


@pytest.mark.parametrize("compressed", [False, True])
def test_containers_of_a_diagram_are_zones(compressed: bool) -> None:
    inner = MODEL
    if compressed:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(urllib.parse.quote(MODEL).encode()) + packer.flush()
        inner = base64.b64encode(packed).decode()
    data = f'<mxfile host="x"><diagram name="Seite 1">{inner}</diagram></mxfile>'.encode()
    assert registry.reader_of(data, "plan.drawio") == "drawio"
    plc, hmi = drawio.parse(data, "plan.drawio").hosts
    assert (plc.names, plc.ips, hmi.ips) == (("SPS",), ("10.0.1.10",), ("10.0.1.20",))
    facts = {fact.key: fact.value for fact in hmi.facts}
    assert (facts["declared.zone"], facts["drawn.connected_to"], facts["identity.vendor"]) == (
        "Zelle 1",
        "SPS",
        "Siemens",
    )


THREAGILE = b"""threagile_version: 1.0.0
technical_assets:
  Line PLC:
    id: line-plc
    technology: plc
    internet: false
    communication_links:
      Values: {target: scada, protocol: modbus}
  SCADA:
    id: scada
trust_boundaries:
  Cell:
    id: cell
    technical_assets_inside: [line-plc]
"""
OTM = b"""{"otmVersion":"0.2.0","project":{"name":"x","id":"x"},
"trustZones":[{"id":"z1","name":"Cell","risk":{"trustRating":10}}],
"components":[{"id":"c1","name":"Line PLC","type":"plc","parent":{"trustZone":"z1"}},
 {"id":"c2","name":"Program","type":"app","parent":{"component":"c1"}}],
"dataflows":[{"id":"f","name":"f","source":"c2","destination":"c1"}]}"""


def test_threagile_and_otm() -> None:
    for data, kind in ((THREAGILE, "threagile"), (OTM, "otm")):
        assert registry.reader_of(data, "model") == "model"
        found = models.parse(data, "model")
        assert found.origin.kind == kind
        facts = {fact.key: fact.value for fact in found.hosts[0].facts}
        assert (found.hosts[0].names[0], facts["declared.zone"], facts["declared.kind"]) == ("Line PLC", "Cell", "plc")
    assert {fact.value for fact in models.parse(OTM, "m").hosts[1].facts if fact.key == "declared.zone"} == {"Cell"}


def test_yaml_references_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        models.parse(b"technical_assets: &a {x: 1}\nother: *a\n", "x.yaml")
    assert caught.value.code == "yaml-alias"


def test_export_of_netbox() -> None:
    data = (
        b"name,status,role,manufacturer,device_type,serial,asset_tag,site,location,rack,primary_ip4\n"
        b"plc-1,active,PLC,Siemens,CPU 1511-1 PN,S C-X1234567,A-1,Hall 3,Line 4,R1,10.0.1.10/24\n"
    )
    assert registry.reader_of(data, "netbox_devices.csv") == "table"
    (host,) = tables.parse(data, "netbox_devices.csv").hosts
    facts = {fact.key: fact.value for fact in host.facts}
    assert host.ips == ("10.0.1.10",)
    assert (facts["declared.kind"], facts["identity.product"], facts["declared.subnet"]) == (
        "PLC", "CPU 1511-1 PN", "10.0.1.0/24",
    )  # fmt: skip
