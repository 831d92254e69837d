"""Every capture of the corpus against what tshark and nDPI say (``truth/``), difference by difference."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from ninefold.model.observed import Grade, Observation
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


def flow_of(name: str, wanted: Any) -> Any:
    """Our flow that holds a conversation of the truth, and whether client and server port agree."""
    kind = wanted["l4"]
    transport = "l2" if kind.startswith("eth:") else {"ip1": "icmp", "ip58": "icmp"}.get(kind, kind)
    ported = transport in ("tcp", "udp")
    ends = [wanted["client"], wanted["server"]]
    found = None
    for flow in observed(name).flows:
        ours = [end.mac if flow.transport == "l2" else end.ip for end in (flow.client, flow.server)]
        if flow.transport != transport or set(ours) != set(ends):
            continue
        if transport == "l2" and flow.ethertype != kind[4:] and kind != "eth:llc":
            continue
        if ours == ends and (not ported or flow.port == wanted["server_port"]):
            return flow, True
        if not ported or flow.port in (wanted["client_port"], wanted["server_port"]):
            found = found or flow
    return found, False


@pytest.mark.parametrize("name", CAPTURES)
def test_client_and_server_agree_or_we_have_a_better_reason(name: str) -> None:
    """Truth takes SYN, else the lower port, else the first sender. SYN must agree. A lower port is overruled by the
    pattern of answers (DNP3, EtherNet/IP, S-Bus, BACnet servers on high ports), by groups, which never ask
    (DHCPv6 to ff02::1:2, MELSOFT answers to everybody), and between two dynamic ports by who spoke first.
    """
    for wanted in truth(name)["flows"]:
        if wanted["l4"] not in ("tcp", "udp") or (name, wanted["server_port"]) == ("hart_ip_merged.pcap", 5095):
            continue  # hart: the one packet is quoted in an ICMP error
        flow, same = flow_of(name, wanted)
        assert flow is not None, wanted
        if wanted["direction_from"] == "syn":
            assert same, wanted
        elif not same:
            dynamic = min(wanted["client_port"], wanted["server_port"]) >= 49_152
            group = wanted["client"].startswith(("ff02:", "255.255.255.255"))
            assert flow.direction_reason in ("answer", "syn") or group or dynamic, wanted


#: tshark's name of the innermost protocol -> services it may be. What it calls data, tcp, udp says nothing.
SERVICES = {
    "modbus": {"modbus", "umas"},
    "s7comm": {"s7comm"},
    "enip": {"enip"},
    "cip": {"enip", "cip-io"},
    "cipcls": {"enip", "cip-io"},
    "cipcm": {"enip"},
    "opcua": {"opcua"},
    "dnp3": {"dnp3"},
    "iec60870_104": {"iec104"},
    "iec60870_asdu": {"iec104"},
    "mms": {"mms"},
    "pres": {"mms"},
    "goose": {"goose"},
    "synphasor": {"c37118"},
    "bacapp": {"bacnet"},
    "bvlc": {"bacnet"},
    "bacnet": {"bacnet"},
    "ams": {"ads"},
    "omron": {"fins"},
    "hart_ip": {"hart-ip"},
    "sbus": {"sbus"},
    "ecat": {"ethercat"},
    "ecat_mailbox": {"ethercat"},
    "epl": {"powerlink"},
    "lldp": {"lldp"},
    "stp": {"stp"},
    "arp": {"arp"},
    "pn_io": {"profinet-rt"},
    "pn_dcp": {"profinet-dcp", "profinet-rt"},
    "pn_ptcp": {"ptcp", "profinet-rt"},
    "dcerpc": {"profinet-cm", "rpc"},
    "mqtt": {"mqtt"},
    "ssh": {"ssh"},
    "rdp": {"rdp"},
    "tls": {"https", "tls"},
    "smb": {"smb", "netbios"},
    "nbss": {"smb", "netbios"},
    "nbns": {"netbios"},
    "nbdgm": {"netbios"},
    "browser": {"netbios"},
    "llmnr": {"llmnr"},
    "mdns": {"mdns"},
    "dhcp": {"dhcp"},
    "dhcpv6": {"dhcpv6"},
    "ssdp": {"ssdp"},
    "snmp": {"snmp", "snmpv3", "snmp-trap"},
    "ntp": {"ntp"},
    "portmap": {"sunrpc"},
    "icmp": {"ping", ""},
    "igmp": {"igmp"},
}
#: What tshark has no dissector for, or misses on a port it does not know (nDPI and the bytes agree with us).
BY_BYTES = {
    ("beckhoff_ads.pcapng", "udp", 48899): {"ads"},
    ("melsec_udp.pcap", "udp", 5560): {"melsec"},
    ("modbus_big.pcap", "tcp", 102): {"s7comm-plus"},
    ("s7plus_hmi.pcap", "tcp", 102): {"s7comm-plus"},
    ("dnp3_merged.pcap", "tcp", 20001): {"dnp3"},
    ("modbus_quickdraw.pcap", "tcp", 4446): {"modbus"},
    ("s7_1200_ktp700_lldp.pcap", "udp", 3702): {"ws-discovery"},
    ("cip_lab_mixed.pcap", "udp", 3702): {"ws-discovery"},
    ("hart_ip_merged.pcap", "tcp", 445): {"smb"},
    ("ssh.pcap", "tcp", 8000): {"ssh"},
}


@pytest.mark.parametrize("name", CAPTURES)
def test_no_protocol_is_wrongly_named_by_signature(name: str) -> None:
    for wanted in truth(name)["flows"]:
        flow, _ = flow_of(name, wanted)
        if flow is None or flow.grade is not Grade.SIGNATURE:
            continue
        allowed = BY_BYTES.get((name, flow.transport, flow.port), set())
        for tag in wanted["tshark_l7"]:
            allowed = allowed | SERVICES.get(tag, set())
        known = [tag for tag in wanted["tshark_l7"] if tag in SERVICES]
        only_headers = not known and set(wanted["tshark_l7"]) <= {"tcp", "udp", "cotp", "tpkt", "ip6", "icmpv6", "data"}
        assert flow.service in allowed or (only_headers and _named_elsewhere(name, flow)), (wanted, flow)


def _named_elsewhere(name: str, flow: Any) -> bool:
    """The conversation itself has no payload, but others of the same flow have, and they show the service."""
    tags = {
        tag
        for other in truth(name)["flows"]
        if flow.port in (other["client_port"], other["server_port"])
        for tag in other["tshark_l7"]
    }
    return any(flow.service in SERVICES.get(tag, ()) for tag in tags) or flow.service in ("http",)


#: Conversations that carry payload of a known protocol are named by signature, not by port.
@pytest.mark.parametrize("name", CAPTURES)
def test_every_protocol_with_a_payload_is_named_by_signature(name: str) -> None:
    for wanted in truth(name)["flows"]:
        known = [tag for tag in wanted["tshark_l7"] if tag in SERVICES and tag not in ("icmp", "igmp")]
        if not known or (wanted["l4"] not in ("tcp", "udp") and not wanted["l4"].startswith("eth")):
            continue
        flow, _ = flow_of(name, wanted)
        if name == "hart_ip_merged.pcap" and "icmp" in str(wanted["tshark_l7"]):
            continue
        assert flow is not None and flow.grade is Grade.SIGNATURE, wanted


#: Addresses that only pass through the MAC: it belongs to a router (TTL and public address show it).
ROUTED = {
    "bacnet_ip.pcap": {"3c:94:d5:41:38:81"},
    "mqtt.pcap": {"24:a2:e1:e6:ee:9b", "d0:50:99:b0:0b:15"},
    "snmp.pcap": {"00:05:00:00:00:08"},
}


@pytest.mark.parametrize("name", CAPTURES)
def test_hosts_have_the_addresses_they_send_from(name: str) -> None:
    hosts = observed(name).hosts
    pairs = {(mac, ip) for host in hosts for mac in host.macs for ip in host.ips}
    addresses = {ip for host in hosts for ip in host.ips}
    for pair in truth(name)["mac_ip"]:
        mac, ip = pair["mac"], pair["ip"]
        if ip in ("0.0.0.0", "::"):  # nobody's address
            assert ip not in addresses
        elif mac in ROUTED.get(name, ()):
            assert (mac, ip) not in pairs and ip in addresses
            assert any(host.router for host in hosts if mac in host.macs)
        elif mac == "00:00:00:00:00:00" or int(mac[:2], 16) & 1:  # loopback, or a MAC that no device can have
            assert ip in addresses
        else:
            assert (mac, ip) in pairs, pair
    claimed = {(mac, ip) for mac, ip in map(tuple, truth(name)["arp"])}
    assert claimed <= pairs | {(mac, ip) for mac, ip in claimed if ip == "0.0.0.0"}
    groups = [mac for host in hosts for mac in host.macs if int(mac[:2], 16) & 1]
    assert not groups


#: tshark's field -> our key. The others are not identity (SZL ids, asked OIDs) or are compared below.
FACTS = {
    "bacapp.vendor_identifier": "bacnet.vendor_id",
    "http.server": "http.server",
    "http.user_agent": "http.user_agent",
    "lldp.tlv.system.desc": "lldp.system_description",
    "lldp.tlv.system.name": "lldp.system_name",
    "lldp.chassis.id": "lldp.chassis",
    "cip.id.product_name": "identity.product",
    "cip.id.serial_number": "identity.serial",
    "browser.server": "netbios.",
    "goose.gocbRef": "goose.control_block",
    "s7comm.szl.001c.0005.serialn": "identity.serial",
    "dhcp.option.hostname": "dhcp.host",
    "dhcp.option.vendor_class_id": "dhcp.vendor_class",
    "pn_dcp.suboption_device_devicevendorvalue": "profinet.type",
    "pn_dcp.suboption_ip_ip": "profinet.ip",
    "pn_dcp.suboption_vendor_id": "profinet.vendor_id",
    "opcua.ApplicationUri": "opcua.",
    "opcua.ProductUri": "opcua.",
    "dns.ptr.domain_name": "mdns.service",
    "pn_dcp.suboption_device_nameofstation": "profinet.name",
}
#: Names that a controller looks for: the sender asks for a station of that name, it does not have it.
ASKED_FOR = {
    "00:a0:45:6d:d3:43=versamax-pns11",
    "00:a0:45:6d:d3:43=turck",
    "00:a0:45:6d:d3:43=flm-pn-bk-2tx4",
    # a question about the neighbour's service, with the answer that is known already
    "192.168.1.150=UA Local Discovery Server on DESKTOP-T39THPL._opcua-tcp._tcp.local;UA Local Discovery Serv",
    "00:0e:8c:ef:75:c5=siemens-x208-switch",  # asks whether anybody else has its own name; DHCP and LLDP say it
}


@pytest.mark.parametrize("name", CAPTURES)
def test_identity_facts_are_found_at_the_same_device(name: str) -> None:
    hosts = observed(name).hosts
    for field, values in truth(name)["identity_facts"].items():
        if field not in FACTS:
            continue
        for entry in values:
            source, _, value = entry.partition("=")
            if entry in ASKED_FOR:
                continue
            if field == "lldp.chassis.id":
                value = " ".join(bytes.fromhex(value).decode().split())
            said = [
                fact.value
                for host in hosts
                if source in host.macs or source in host.ips or source in ("", "0.0.0.0")
                for fact in host.facts
                if fact.key.removeprefix("module.slot-0.").startswith(FACTS[field])
            ]
            for part in value.split(";"):  # tshark joins the values of one frame, cut at 100 letters
                assert any(part.strip() == own or (len(part) > 20 and own.startswith(part)) for own in said) or (
                    len(value) >= 90 and part == value.split(";")[-1]
                ), (field, entry, said)


@pytest.mark.parametrize("name", CAPTURES)
def test_a_flow_is_listed_once_and_a_mac_belongs_to_one_device(name: str) -> None:
    def end(flow: Any, which: Any) -> str:
        return which.mac if flow.transport == "l2" else which.ip

    flows = [
        (end(flow, flow.client), end(flow, flow.server), flow.transport, flow.port, flow.ethertype)
        for flow in observed(name).flows
    ]
    assert len(flows) == len(set(flows))
    macs = [mac for host in observed(name).hosts for mac in host.macs]
    assert len(macs) == len(set(macs))
