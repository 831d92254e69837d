from __future__ import annotations

import io
import zipfile

import pytest

from ninefold.base.errors import InputError
from ninefold.sources import automationml, scl
from support import corpus


def facts(host):
    return {fact.key: fact.value for fact in host.facts}


@pytest.mark.corpus
def test_tia_export_gives_every_device_by_role() -> None:
    data = corpus("aml/tia_v17_RF03_MVC.aml").read_bytes()
    assert automationml.detect(data[:65536], "x")
    hosts = automationml.parse(data, "tia.aml").hosts
    assert len(hosts) == 12 and sum(len(host.ips) for host in hosts) == 13  # as the export's README counts
    assert all("profinet.name" in facts(host) for host in hosts)
    plc = next(host for host in hosts if "RF03" in host.names)
    assert plc.ips == ("192.168.2.6", "10.38.56.69")
    assert facts(plc)["identity.order_number"] == "6ES7 515-2AM01-0AB0"
    assert facts(plc)["identity.firmware"] == "V2.6"
    assert {fact.value for fact in plc.facts if fact.key == "declared.network"} == {"PN/IE_1", "PN/IE_2"}


@pytest.mark.corpus
def test_other_role_libraries_are_read_by_what_elements_carry() -> None:
    data = corpus("aml/CandyFactory.aml").read_bytes()
    found = automationml.parse(data, "candy.aml")
    assert {host.names[0]: (host.ips, facts(host)["declared.kind"]) for host in found.hosts} == {
        "HMI1": (("192.168.0.11",), "hmi"),
        "Switch1": ((), "switch"),
        "PLC1": (("192.168.0.1",), "plc"),
        "IIoTGW1": (("192.168.0.31",), "edge-gateway"),
        "MQTTBrkr1": (("192.168.0.32",), "server"),
        "RFIDr1": (("192.168.0.61",), "sensor"),
        "AP1": ((), "wireless-access-point"),
    }
    # the file holds passwords: told, never taken over
    assert [item.rule for item in found.findings] == ["aml.secrets"]
    assert "2bWqF02a7SI20DlNCIt6" not in repr(found)


CAEX3 = """<CAEXFile xmlns="http://www.dke.de/CAEX" SchemaVersion="3.0"><InstanceHierarchy Name="Progetto">
<InternalElement ID="a" Name="Rete"><ExternalInterface ID="a1" Name="E"/>
 <SupportedRoleClass RefRoleClassPath="Lib/Subnet"/></InternalElement>
<InternalElement ID="b" Name="Stazione"><SupportedRoleClass RefRoleClassPath="Lib/Device"/>
 <InternalElement ID="c" Name="Testa"><Attribute Name="DeviceItemType"><Value>CPU</Value></Attribute>
  <Attribute Name="TypeIdentifier"><Value>OrderNumber:6ES7 511-1AK02-0AB0</Value></Attribute>
  <SupportedRoleClass RefRoleClassPath="Lib/DeviceItem"/>
  <InternalElement ID="d" Name="Nodo"><Attribute Name="NetworkAddress"><Value>10.0.0.7</Value></Attribute>
   <ExternalInterface ID="d1" Name="E"/><SupportedRoleClass RefRoleClassPath="Lib/Node"/></InternalElement>
 </InternalElement></InternalElement>
<InternalLink Name="l" RefPartnerSideA="d1" RefPartnerSideB="a1"/>
</InstanceHierarchy></CAEXFile>"""


def test_caex_3_with_namespace_and_as_container() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("project.aml", CAEX3)
    for data, name in ((CAEX3.encode(), "x.aml"), (stream.getvalue(), "x.amlx")):
        assert automationml.detect(data[:65536], name)
        (host,) = automationml.parse(data, name).hosts
        assert (host.ips, host.network, host.names[0]) == (("10.0.0.7",), "Rete", "Testa")


@pytest.mark.corpus
@pytest.mark.parametrize("ied", ["BIED100", "LIED10", "LIED20", "TIED13"])
def test_ieds_of_a_substation(ied: str) -> None:
    data = corpus(f"scl/{ied}.iid").read_bytes()
    assert scl.detect(data[:65536], "x")
    (host,) = scl.parse(data, f"{ied}.iid").hosts
    assert host.names == (ied,) and host.ips == ("172.16.1.11",)
    assert facts(host)["goose.control_block"] == "PROT/Control_DataSet mac=01:0c:cd:01:00:01 appid=0004 vlan=000"
    assert facts(host)["scl.authentication"] == "none"


def test_a_project_without_devices_is_refused_with_advice() -> None:
    with pytest.raises(InputError) as caught:
        automationml.parse(b"<CAEXFile/>", "x.aml")
    assert caught.value.code == "no-devices" and caught.value.advice
