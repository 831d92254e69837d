"""All signatures, by transport: which are tried on which port, and which everywhere."""

from __future__ import annotations

from functools import cache
from typing import Final

from ninefold.model.catalogue import SERVICES
from ninefold.sources.captures.signatures import WEAK, Matcher, Verdict, factory, office, power

TCP: Final = 6
UDP: Final = 17

#: Signatures strong enough to be tried on any port, the most telling first.
_ANY_TCP: Final[tuple[Matcher, ...]] = (
    power.dnp3,
    factory.iso_on_tcp,
    factory.enip,
    factory.opcua,
    power.iec104,
    factory.modbus,
    office.tls,
    office.http,
    office.ssh,
    office.smb,
    factory.ads,
    factory.fins_tcp,
    factory.melsec,
    factory.codesys,
    power.c37118,
    power.dlms,
    power.hart_ip,
    power.fox,
    power.knx,
    office.mqtt_connect,
    office.amqp,
    office.vnc,
    office.rtsp,
    office.sip,
    office.smtp,
    office.dcerpc,
    office.sunrpc,
    office.postgresql,
    office.mysql,
    office.tds,
    office.ldap,
    office.netbios_session,
    office.telnet,
)
_ANY_UDP: Final[tuple[Matcher, ...]] = (
    power.dnp3,
    power.bacnet,
    power.c37118,
    power.sbus,
    power.hart_ip,
    power.knx,
    power.dlms,
    factory.enip,
    factory.cip_io,
    factory.ads_udp,
    factory.profinet_cm,
    factory.cclink,
    factory.melsec,
    factory.codesys,
    office.dhcp,
    office.snmp,
    office.ssdp,
    office.ws_discovery,
    office.tftp,
    office.wireguard,
    office.ike,
    office.sip,
    office.sunrpc,
    office.quic,
)
#: Signatures that only mean something on the ports of their service.
_ON_PORT: Final[dict[tuple[int, int], tuple[Matcher, ...]]] = {
    (TCP, 21): (office.ftp,),
    (TCP, 53): (office.dns_tcp,),
    (TCP, 88): (office.kerberos,),
    (TCP, 49): (office.tacacs,),
    (TCP, 1521): (office.tns,),
    (TCP, 1883): (office.mqtt,),
    (TCP, 9100): (office.printer,),
    (TCP, 18245): (factory.srtp,),
    (TCP, 18246): (factory.srtp,),
    (UDP, 53): (office.dns,),
    (UDP, 69): (office.tftp,),
    (UDP, 88): (office.kerberos,),
    (UDP, 123): (office.ntp,),
    (UDP, 137): (office.netbios_name,),
    (UDP, 138): (office.netbios_datagram,),
    (UDP, 319): (office.ptp,),
    (UDP, 320): (office.ptp,),
    (UDP, 502): (factory.modbus,),
    (UDP, 514): (office.syslog,),
    (UDP, 546): (office.dhcpv6,),
    (UDP, 547): (office.dhcpv6,),
    (UDP, 1194): (office.openvpn,),
    (UDP, 1234): (power.bsap,),
    (UDP, 1235): (power.bsap,),
    (UDP, 1740): (factory.codesys_udp,),
    (UDP, 1741): (factory.codesys_udp,),
    (UDP, 1742): (factory.codesys_udp,),
    (UDP, 1743): (factory.codesys_udp,),
    (UDP, 1812): (office.radius,),
    (UDP, 1813): (office.radius,),
    (UDP, 2055): (office.netflow,),
    (UDP, 4739): (office.netflow,),
    (UDP, 4789): (office.vxlan,),
    (UDP, 4840): (factory.uadp,),
    (UDP, 5353): (office.mdns,),
    (UDP, 5355): (office.llmnr,),
    (UDP, 9600): (factory.fins_udp,),
}


@cache
def by_port() -> dict[tuple[int, int], str]:
    """(protocol, port) -> service of the catalogue that is registered there; the first of the catalogue wins."""
    table: dict[tuple[int, int], str] = {}
    for service in SERVICES.values():
        for spec in service.port_specs:
            number = {"tcp": TCP, "udp": UDP, "sctp": 132}.get(spec.transport)
            if number is None or spec.last - spec.first > 16:
                continue
            for port in range(spec.first, spec.last + 1):
                table.setdefault((number, port), service.id)
    return table


#: Services whose weak signs are still telling: two of them count on any port.
_TWICE: Final = frozenset({"modbus", "umas", "https", ""})


def _tried(matcher: Matcher, data: bytes) -> Verdict:
    """A payload that ends too early for one signature may still fit another."""
    try:
        return matcher(data)
    except (IndexError, ValueError):
        return None


def recognise(protocol: int, first: int, second: int, data: bytes) -> Verdict:
    """What a payload between two ports is; a strong verdict is preferred to a weak one.

    A weak verdict counts on the ports of its service; elsewhere only where two of them can hardly be chance.
    """
    weak: Verdict = None
    for matcher in _ON_PORT.get((protocol, first), ()) + _ON_PORT.get((protocol, second), ()):
        verdict = _tried(matcher, data)
        if verdict and verdict[1] > WEAK:
            return verdict
        weak = weak or verdict
    registered = {by_port().get((protocol, first)), by_port().get((protocol, second))}
    for matcher in _ANY_TCP if protocol == TCP else _ANY_UDP if protocol == UDP else ():
        verdict = _tried(matcher, data)
        if verdict is None:
            continue
        if verdict[1] > WEAK and verdict[0]:
            return verdict
        if verdict[0] in _TWICE or verdict[0] in registered:
            weak = weak or verdict
    return weak
