from __future__ import annotations

import itertools

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.base.digest import digest
from ninefold.model.assets import Asset, Interface
from ninefold.model.networks import EntryPoint, Gateway, Nat, Network
from ninefold.model.observed import End, Fact, Grade, Observation, ObservedFlow, ObservedHost, Origin
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Agreement
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind, EntryKind, Severity, State
from ninefold.model.zones import Conduit, Flow, Zone
from ninefold.sources import nmap, tables
from ninefold.sources.reconcile import reconcile

PLC_MAC, HMI_MAC, PC_MAC = "00:1b:1b:00:00:10", "00:1b:1b:00:00:20", "3c:52:82:00:00:30"


def observation(kind="pcap", name="line.pcap", hosts=(), flows=()):
    return Observation(
        origin=Origin(name=name, kind=kind, sha256=digest([name]), size=1), hosts=tuple(hosts), flows=tuple(flows)
    )


def host(ip="", mac="", **facts):
    return ObservedHost(
        ips=(ip,) if ip else (),
        macs=(mac,) if mac else (),
        facts=tuple(
            Fact(key=key.replace("__", "."), value=value, source="line.pcap", locator="frame 1")
            for key, value in facts.items()
        ),
    )


def flow(client, server, port=502, service="modbus", grade=Grade.SIGNATURE, reason="syn", **more):
    return ObservedFlow(
        client=End(ip=client), server=End(ip=server), transport="tcp", port=port, service=service, grade=grade,
        direction_reason=reason, packets=10, **more,
    )  # fmt: skip


def plant(**more):
    return Plant(
        system=System(name="line"),
        networks=(
            Network(id="control-net", subnet="10.0.1.0/24", zone="control"),
            Network(id="ops-net", subnet="10.0.2.0/24", zone="ops"),
        ),
        zones=(Zone(id="control"), Zone(id="ops")),
        assets=(
            Asset(id="plc-1", kind=AssetKind.PLC, zone="control", serial="S C-C2UR28922012", firmware="V4.2",
                  interfaces=(Interface(network="control-net", address="10.0.1.10", mac=PLC_MAC),)),
            Asset(id="hmi-1", kind=AssetKind.HMI, zone="ops",
                  interfaces=(Interface(network="ops-net", address="10.0.2.20"),)),
        ),
        conduits=(Conduit(id="c-1", flows=(Flow(id="f-1", source="hmi-1", target="plc-1", service="modbus"),)),),
        **more,
    )  # fmt: skip


def rules(evaluation):
    return {item.rule for item in evaluation.findings}


def device(evaluation, asset):
    return next(item for item in evaluation.devices if item.asset == asset)


def test_declared_and_seen_with_reason_and_confidence() -> None:
    seen = observation(hosts=[host("10.0.1.10", PLC_MAC, identity__firmware="4.2.1")])
    found = device(reconcile(plant(), [seen]), "plc-1")
    assert found.agreement is Agreement.DECLARED_AND_SEEN  # 4.2.1 is only more exact than V4.2
    assert found.confidence == 0.99
    assert {str(item.says) for item in found.why.because} == {
        f"same MAC address {PLC_MAC} in workspace and line.pcap",
        "same IP address 10.0.1.10 in workspace and line.pcap",
    }
    assert device(reconcile(plant(), [seen]), "hmi-1").agreement is Agreement.DECLARED_NOT_SEEN


def test_a_replaced_device_is_shown_and_not_resolved() -> None:
    seen = observation(hosts=[host("10.0.1.10", "00:1b:1b:00:00:99", identity__serial="S C-XXXX99999999")])
    evaluation = reconcile(plant(), [seen])
    found = device(evaluation, "plc-1")
    assert found.agreement is Agreement.DIFFERS
    assert [name for name, _ in found.conflicts] == ["serial", "mac"]
    assert {fact.value for fact in found.conflicts[0][1]} == {"S C-C2UR28922012", "S C-XXXX99999999"}
    assert found.confidence < 0.5


def test_wrong_address_is_found_through_the_serial_number() -> None:
    seen = observation(hosts=[host("10.0.1.77", identity__serial="SC-C2UR28922012")])
    evaluation = reconcile(plant(), [seen])
    assert device(evaluation, "plc-1").agreement is Agreement.DIFFERS
    assert "device.differs@plc-1#address" in {item.id for item in evaluation.findings}


def test_device_nobody_declared() -> None:
    evaluation = reconcile(plant(), [observation(hosts=[host("10.0.1.66", PC_MAC)])])
    assert "device.not-declared@10.0.1.66" in {item.id for item in evaluation.findings}


def test_list_and_capture_contradict_each_other() -> None:
    listed = tables.parse(b"Name;IP;MAC;Firmware\nSPS-1;10.0.1.10;00:1b:1b:00:00:10;4.0\n", "list.csv")
    seen = observation(hosts=[host("10.0.1.10", PLC_MAC, identity__firmware="4.2")])
    (found,) = reconcile(Plant(system=System(name="x")), [listed, seen]).devices
    assert found.asset == "" and found.agreement is Agreement.DIFFERS
    assert {fact.source: fact.value for fact in found.conflicts[0][1]} == {"list.csv": "4.0", "line.pcap": "4.2"}


def test_list_alone_says_what_was_met_and_what_not() -> None:
    listed = tables.parse(b"Name;IP\nA;10.0.1.1\nB;10.0.1.2\n", "list.csv")
    seen = observation(hosts=[host("10.0.1.1"), host("10.0.1.3")])
    found = reconcile(Plant(system=System(name="x")), [listed, seen]).devices
    assert {(item.host.ips[0], item.agreement) for item in found} == {
        ("10.0.1.1", Agreement.DECLARED_AND_SEEN),
        ("10.0.1.2", Agreement.DECLARED_NOT_SEEN),
        ("10.0.1.3", Agreement.SEEN_NOT_DECLARED),
    }


def test_two_devices_with_the_same_address_stay_two() -> None:
    one = observation(hosts=[host("10.0.1.50", PC_MAC)])
    two = observation(name="other.pcap", hosts=[host("10.0.1.50", HMI_MAC)])
    evaluation = reconcile(Plant(system=System(name="x")), [one, two])
    assert len(evaluation.devices) == 2
    assert "device.shared-identity" in rules(evaluation)


def test_identical_machines_are_told_apart_by_their_network() -> None:
    twins = Plant(
        system=System(name="x"),
        networks=(Network(id="m1", subnet="192.168.0.0/24"), Network(id="m2", subnet="192.168.0.0/24")),
        assets=tuple(
            Asset(id=f"plc-{net}", kind=AssetKind.PLC, interfaces=(Interface(network=net, address="192.168.0.1"),))
            for net in ("m1", "m2")
        ),
    )
    seen = observation(hosts=[msgspec.structs.replace(host("192.168.0.1", PLC_MAC), network="m2")])
    evaluation = reconcile(twins, [seen])
    assert device(evaluation, "plc-m2").agreement is Agreement.DECLARED_AND_SEEN
    assert device(evaluation, "plc-m1").agreement is Agreement.DECLARED_NOT_SEEN


def matrix(*flows, base=None):
    hosts = [host("10.0.1.10", PLC_MAC), host("10.0.2.20", HMI_MAC), host("10.0.2.99", PC_MAC)]
    return reconcile(base or plant(), [observation(hosts=hosts, flows=flows)])


def talk(evaluation, client, server):
    return next(
        item for item in evaluation.conversations if (item.client, item.server) == (client, server) and item.observed
    )


def test_declared_flow_seen_by_signature() -> None:
    evaluation = matrix(flow("10.0.2.20", "10.0.1.10"))
    found = talk(evaluation, "hmi-1", "plc-1")
    assert (found.agreement, found.flow, found.conduit) == (Agreement.DECLARED_AND_SEEN, "f-1", "c-1")
    assert not any(rule.startswith("conversation.") for rule in rules(evaluation))


def test_port_alone_is_no_proof() -> None:
    evaluation = matrix(flow("10.0.2.20", "10.0.1.10", grade=Grade.PORT))
    (found,) = [item for item in evaluation.findings if item.rule == "conversation.port-only"]
    assert found.state is State.UNDECIDED


def test_another_protocol_on_the_permitted_port() -> None:
    evaluation = matrix(flow("10.0.2.20", "10.0.1.10", service="ssh"))
    assert talk(evaluation, "hmi-1", "plc-1").agreement is Agreement.DIFFERS
    assert "conversation.protocol" in rules(evaluation)


def test_other_direction() -> None:
    evaluation = matrix(flow("10.0.1.10", "10.0.2.20"))
    assert talk(evaluation, "plc-1", "hmi-1").agreement is Agreement.DIFFERS
    assert "conversation.direction" in rules(evaluation)
    midstream = matrix(flow("10.0.1.10", "10.0.2.20", reason="first"))
    assert talk(midstream, "plc-1", "hmi-1").agreement is Agreement.DECLARED_AND_SEEN


def test_undeclared_program_transfer_and_credentials() -> None:
    evaluation = matrix(
        flow("10.0.2.99", "10.0.1.10", port=102, service="s7comm", functions=("program", "reads")),
        flow("10.0.2.99", "10.0.2.20", port=23, service="telnet", functions=("cleartext-credentials",)),
    )
    found = {item.rule: item.severity for item in evaluation.findings}
    assert found["conversation.not-declared"] is Severity.HIGH
    assert found["conversation.program"] is Severity.HIGH
    assert found["conversation.cleartext-credentials"] is Severity.HIGH
    assert "entry-point.service-device@10.0.2.99" in {item.id for item in evaluation.entry_points}


def test_declared_but_silent_flow() -> None:
    evaluation = matrix(flow("10.0.2.99", "10.0.2.20", port=80, service="http"))
    assert [item.agreement for item in evaluation.conversations if item.flow == "f-1"] == [Agreement.DECLARED_NOT_SEEN]


def test_entry_points_come_with_evidence_and_vanish_once_declared() -> None:
    outward = flow("10.0.2.20", "52.1.2.3", port=8883, service="mqtts")
    evaluation = matrix(outward)
    (cloud,) = [item for item in evaluation.entry_points if item.rule == "entry-point.cloud"]
    assert cloud.subject == "hmi-1" and "52.1.2.3" in str(cloud.because[0].says)
    known = plant(entry_points=(EntryPoint(id="cloud", kind=EntryKind.CLOUD, asset="hmi-1", zone="ops"),))
    assert not [item for item in matrix(outward, base=known).entry_points if item.rule == "entry-point.cloud"]


def test_dual_homed_host_is_a_way_in() -> None:
    both = ObservedHost(macs=(PC_MAC,), ips=("10.0.1.30", "10.0.2.30"))
    evaluation = reconcile(plant(), [observation(hosts=[both])])
    assert [item.id for item in evaluation.entry_points] == ["entry-point.enterprise@10.0.1.30"]


def test_open_port_nobody_declared() -> None:
    scan = b"""<nmaprun><host><status state="up"/><address addr="10.0.1.10" addrtype="ipv4"/><ports>
    <port protocol="tcp" portid="502"><state state="open"/><service name="modbus" method="probed"/></port>
    <port protocol="tcp" portid="23"><state state="open"/><service name="telnet" method="probed"/></port>
    </ports></host></nmaprun>"""
    evaluation = reconcile(plant(), [nmap.parse(scan, "scan.xml")])
    assert [item.id for item in evaluation.findings if item.rule == "service.not-declared"] == [
        "service.not-declared@plc-1#tcp/23"
    ]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=6))
def test_the_order_of_sources_does_not_matter(rows) -> None:
    seen = [
        observation(
            name=f"{at}.pcap",
            hosts=[
                host(
                    f"10.0.1.{ip}",
                    f"00:1b:1b:00:00:0{mac}" if mac else "",
                    **({"identity__serial": f"SN-1234{sn}"} if sn else {}),
                )
            ],
        )
        for at, (ip, mac, sn) in enumerate(rows)
    ]
    expected = reconcile(plant(), seen)
    for order in itertools.islice(itertools.permutations(seen), 4):
        assert reconcile(plant(), list(order)) == expected
    assert sum(len(item.host.ips) for item in expected.devices) >= 1


def test_housekeeping_of_a_network_is_no_conversation_but_searching_for_controllers_is() -> None:
    def layer2(service, target="ff:ff:ff:ff:ff:ff", mac=HMI_MAC):
        return ObservedFlow(
            client=End(mac=mac), server=End(mac=target), transport="l2", service=service, grade=Grade.SIGNATURE
        )

    evaluation = matrix(layer2("arp"), layer2("lldp"), layer2("profinet-dcp", "01:0e:cf:00:00:00"))
    assert [(item.client, item.service) for item in evaluation.conversations if item.observed] == [
        ("hmi-1", "profinet-dcp")
    ]


def test_hosts_of_a_declared_entry_point_are_called_by_it() -> None:
    office = Network(id="office", subnet="172.20.5.0/24")
    base = plant(entry_points=(EntryPoint(id="enterprise", kind=EntryKind.ENTERPRISE, network="office"),))
    base = msgspec.structs.replace(base, networks=(*base.networks, office))
    evaluation = matrix(flow("172.20.5.7", "10.0.2.20", port=443, service="https"), base=base)
    assert [item.client for item in evaluation.conversations if item.observed] == ["enterprise (172.20.5.7)"]
    assert "conversation.not-declared@enterprise (172.20.5.7)>hmi-1#tcp/443/https" in {
        i.id for i in evaluation.findings
    }


def test_addresses_behind_one_to_one_nat_are_resolved() -> None:
    nat = Nat(kind="netmap", match="172.20.40.0/24", to="10.0.2.0/24")
    base = plant(gateways=(Gateway(asset="fw", interfaces=(), nat=(nat,)),))
    evaluation = matrix(flow("172.20.40.20", "10.0.1.10"), base=base)
    assert talk(evaluation, "hmi-1", "plc-1").flow == "f-1"


def test_a_controller_with_a_public_address_is_a_device_and_a_way_in() -> None:
    hosts = [host("10.0.2.20", HMI_MAC), host("52.1.2.3"), host("52.9.9.9")]
    flows = [flow("10.0.2.20", "52.1.2.3"), flow("10.0.2.20", "52.9.9.9", port=443, service="https")]
    evaluation = reconcile(plant(), [observation(hosts=hosts, flows=flows)])
    assert "52.1.2.3" in {ip for item in evaluation.devices for ip in item.host.ips}
    assert "52.9.9.9" not in {ip for item in evaluation.devices for ip in item.host.ips}
    assert {item.rule for item in evaluation.entry_points if item.subject == "hmi-1"} == {
        "entry-point.public",
        "entry-point.cloud",
    }


def test_thousands_of_devices_and_flows_take_seconds() -> None:
    import time

    hosts = [host(f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", f"00:1b:1b:{n:06x}") for n in range(256, 4000)]
    hosts = [
        msgspec.structs.replace(h, macs=(h.macs[0][:11] + ":" + h.macs[0][11:13] + ":" + h.macs[0][13:],))
        for h in hosts
    ]
    flows = [flow(hosts[n % 3700].ips[0], hosts[n * 7 % 3700].ips[0], port=1000 + n % 50) for n in range(20_000)]
    start = time.process_time()
    evaluation = reconcile(
        plant(), [observation(hosts=hosts, flows=flows), observation(name="2", hosts=hosts, flows=flows)]
    )
    assert time.process_time() - start < 10
    assert len(evaluation.devices) == len(hosts)  # both declared devices are among them


def test_two_ieds_with_one_address_stay_two() -> None:
    def ied(name):
        facts = (Fact(key="scl.ied", value=name, source=name),)
        return observation("scl", f"{name}.iid", [ObservedHost(ips=("172.16.1.11",), names=(name,), facts=facts)])

    evaluation = reconcile(Plant(system=System(name="x")), [ied("TIED13"), ied("LIED10"), ied("LIED20")])
    assert {item.host.names for item in evaluation.devices} == {("TIED13",), ("LIED10",), ("LIED20",)}
    assert "device.shared-identity@172.16.1.11#ip" in {item.id for item in evaluation.findings}
