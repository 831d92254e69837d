from __future__ import annotations

import pytest

from ninefold.base.errors import InputError
from ninefold.model.observed import Grade
from ninefold.sources import zeek
from support import corpus

CONN = b"""#separator \\x09
#set_separator\t,
#path\tconn
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\thistory\torig_pkts\tresp_pkts
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tstring\tcount\tcount
1700000000.5\tC1\t10.0.0.1\t50000\t10.0.0.2\t502\ttcp\tmodbus\t2.0\tShADd\t10\t8
1700000001.0\tC2\t10.0.0.1\t50001\t10.0.0.2\t102\ttcp\t-\t-\tADd\t3\t3
broken line
"""


def test_conn_log() -> None:
    assert zeek.detect(CONN, "conn.log")
    found = zeek.parse(CONN, "conn.log")
    first, second = sorted(found.flows, key=lambda flow: -flow.port)
    assert (first.service, first.grade, first.direction_reason, first.packets) == ("modbus", Grade.SIGNATURE, "syn", 18)
    assert (first.first, first.last) == (1700000000.5, 1700000002.5)
    assert (second.service, second.grade, second.direction_reason) == ("s7comm", Grade.PORT, "first")
    assert [item.rule for item in found.findings] == ["zeek.bad-line"]


def test_json_and_the_functions_of_an_icsnpp_log() -> None:
    line = (
        b'{"ts":1.0,"uid":"C","id.orig_h":"10.0.0.1","id.orig_p":4000,"id.resp_h":"10.0.0.2","id.resp_p":502,'
        b'"func":"WRITE_MULTIPLE_REGISTERS","is_orig":true}\n'
    )
    assert zeek.detect(line, "modbus_detailed.log")
    (flow,) = zeek.parse(line, "modbus_detailed.log").flows
    assert (flow.service, flow.functions) == ("modbus", ("writes",))


def test_a_password_is_noticed_and_not_kept() -> None:
    line = (
        b'{"_path":"ftp","id.orig_h":"10.0.0.1","id.orig_p":4000,"id.resp_h":"10.0.0.2","id.resp_p":21,'
        b'"proto":"tcp","user":"svc","password":"geheim"}\n'
    )
    found = zeek.parse(line, "ftp.log")
    assert found.flows[0].functions == ("cleartext-credentials",)
    assert "geheim" not in repr(found)


@pytest.mark.corpus
def test_extracts_without_header() -> None:
    data = corpus("zeek/profinet_mixed/conn.log").read_bytes()
    assert zeek.detect(data[:65536], "conn.log")
    found = zeek.parse(data, "conn.log")
    assert len(found.flows) == 26 and {host.ips[0] for host in found.hosts} >= {"192.168.1.1", "192.168.1.20"}
    assert not found.findings
    cm = zeek.parse(corpus("zeek/profinet_mixed/profinet_io_cm.log").read_bytes(), "profinet_io_cm.log")
    assert {flow.service for flow in cm.flows} == {"profinet-cm"}


def test_other_logs_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        zeek.parse(b"#separator \\x09\n#fields\tts\tlevel\n1.0\tx\n", "reporter.log")
    assert caught.value.code == "no-zeek"
