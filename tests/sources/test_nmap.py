from __future__ import annotations

import pytest

from ninefold.base.errors import InputError
from ninefold.model.observed import Grade
from ninefold.sources import nmap
from support import corpus

RUN = b"""<?xml version="1.0"?><nmaprun scanner="nmap" version="7.93"><host><status state="up"/>
<address addr="192.168.001.010" addrtype="ipv4"/><address addr="00-1B-1B-AA-BB-CC" addrtype="mac" vendor="Siemens AG"/>
<ports><port protocol="tcp" portid="102"><state state="open"/><service name="iso-tsap" method="table"/>
<script id="s7-info" output="x"><elem key="Module">6ES7 315-2EH14-0AB0 </elem><elem key="Version">3.2.6</elem>
<elem key="Serial Number">S C-C2UR28922012</elem></script></port>
<port protocol="tcp" portid="80"><state state="filtered"/></port></ports></host>"""


def test_ot_script_proves_the_protocol_and_gives_identity() -> None:
    host = nmap.parse(RUN + b"</nmaprun>", "scan.xml").hosts[0]
    assert host.ips == ("192.168.1.10",) and host.macs == ("00:1b:1b:aa:bb:cc",)
    assert host.services == (("tcp/102", "s7comm", Grade.SIGNATURE),)
    facts = {fact.key: fact.value for fact in host.facts}
    assert facts["identity.order_number"] == "6ES7 315-2EH14-0AB0"
    assert facts["identity.firmware"] == "3.2.6"
    assert facts["identity.serial"] == "S C-C2UR28922012"


def test_interrupted_scan_is_read_as_far_as_it_goes() -> None:
    result = nmap.parse(RUN, "scan.xml")
    assert len(result.hosts) == 1
    assert [item.rule for item in result.findings] == ["nmap.cut-off"]


def test_appended_runs_are_all_read() -> None:
    whole = RUN + b"</nmaprun>\n"
    assert len(nmap.parse(whole + whole, "scan.xml").hosts) == 2


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE nmaprun [<!ENTITY a "aaaa">]><nmaprun>&a;</nmaprun>'
    with pytest.raises(InputError) as caught:
        nmap.parse(bomb, "bomb.xml")
    assert caught.value.code == "xml-entities"


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("file", "up"),
    [
        ("1_hosts_down.xml", 1),
        ("1_os_banner_scripts.xml", 1),
        ("2_hosts_version.xml", 2),
        ("extra_ports.xml", 1),
        ("fullscan.xml", 2),
        ("os_scan5.xml", 4),
        ("made_here_loopback_modbus.xml", 1),
    ],
)
def test_corpus_is_read(file: str, up: int) -> None:
    data = corpus(f"nmap/{file}").read_bytes()
    assert nmap.detect(data[:65536], file)
    assert len(nmap.parse(data, file).hosts) == up


@pytest.mark.corpus
def test_failed_script_is_told_and_the_port_stays_a_guess() -> None:
    result = nmap.parse(corpus("nmap/made_here_loopback_modbus.xml").read_bytes(), "x.xml")
    assert result.hosts[0].services == (("tcp/102", "s7comm", Grade.PORT), ("tcp/502", "modbus", Grade.SIGNATURE))
    assert [item.id for item in result.findings] == ["nmap.script-failed@127.0.0.1#s7-info"]
    assert "Schneider Electric BMXP342020 v2.70" in {fact.value for fact in result.hosts[0].facts}
