"""Built-in services of automation and of the IT around it.

One row a service: id, title, ports, authenticates, encrypts, most a client may do, marks.
Marks: ``o`` industrial (OT), ``i`` interactive session of a person, ``b`` broadcast or multicast.
Ports follow the IANA registry of service names and port numbers, or the vendor's manual where unregistered.
The protections are those of the protocol as commonly deployed; a plant may define its own service for a hardened one.
"""

from __future__ import annotations

from typing import Final

from ninefold.model.services import Access, Service, Support

_SUPPORT = {"n": Support.NO, "o": Support.OPTIONAL, "y": Support.YES}
_ACCESS = {"r": Access.READ, "w": Access.WRITE, "p": Access.PROGRAM, "a": Access.ADMIN}

# id, title, ports, authenticates + encrypts + access, marks, secure alternative
_ROWS: Final = (
    ("modbus", "Modbus/TCP", "tcp/502", "nnw", "o", "modbus-security"),
    ("modbus-security", "Modbus/TCP Security", "tcp/802", "yyw", "o", ""),
    ("s7comm", "S7 communication", "tcp/102", "nnp", "o", "s7comm-plus"),
    ("s7comm-plus", "S7comm-plus", "tcp/102", "oop", "o", ""),
    ("profinet-dcp", "PROFINET DCP", "l2/0x8892", "nnw", "ob", ""),
    ("profinet-rt", "PROFINET RT", "l2/0x8892", "nnw", "o", ""),
    ("profinet-cm", "PROFINET context management (RPC)", "udp/34962-34964", "nnw", "o", ""),
    ("enip", "EtherNet/IP explicit messaging", "tcp/44818 udp/44818", "nnp", "o", "cip-security"),
    ("cip-io", "CIP I/O (implicit messaging)", "udp/2222", "nnw", "o", "cip-security"),
    ("cip-security", "CIP Security (TLS)", "tcp/2221 udp/2221", "yyp", "o", ""),
    ("opcua", "OPC UA", "tcp/4840", "oow", "o", ""),
    ("opcua-pubsub", "OPC UA PubSub (UADP)", "udp/4840 l2/0xb62c", "oor", "ob", ""),
    ("opc-da", "OPC Classic (DCOM)", "tcp/135 tcp/49152-65535", "onw", "o", "opcua"),
    ("ethercat", "EtherCAT", "l2/0x88a4", "nnw", "o", ""),
    ("powerlink", "Ethernet POWERLINK", "l2/0x88ab", "nnw", "o", ""),
    ("sercos", "SERCOS III", "l2/0x88cd", "nnw", "o", ""),
    ("cclink-ie", "CC-Link IE Field Basic", "udp/61450 udp/61451", "nnw", "o", ""),
    ("dnp3", "DNP3", "tcp/20000 udp/20000", "onw", "o", ""),
    ("iec104", "IEC 60870-5-104", "tcp/2404", "nnw", "o", "iec104-tls"),
    ("iec104-tls", "IEC 60870-5-104 over TLS (IEC 62351-3)", "tcp/19998", "yyw", "o", ""),
    ("mms", "IEC 61850 MMS", "tcp/102", "nnw", "o", "mms-tls"),
    ("mms-tls", "IEC 61850 MMS over TLS (IEC 62351-4)", "tcp/3782", "yyw", "o", ""),
    ("goose", "IEC 61850 GOOSE", "l2/0x88b8", "nnw", "ob", ""),
    ("sv", "IEC 61850 Sampled Values", "l2/0x88ba", "nnr", "ob", ""),
    ("c37118", "Synchrophasor IEEE C37.118", "tcp/4712 udp/4713", "nnr", "o", ""),
    ("dlms", "DLMS/COSEM", "tcp/4059 udp/4059", "oow", "o", ""),
    ("bacnet", "BACnet/IP", "udp/47808", "nnw", "ob", "bacnet-sc"),
    ("bacnet-sc", "BACnet Secure Connect", "tcp/47808", "yyw", "o", ""),
    ("knxnet-ip", "KNXnet/IP", "udp/3671 tcp/3671", "onw", "ob", ""),
    ("fox", "Niagara Fox", "tcp/1911", "ynw", "o", "foxs"),
    ("foxs", "Niagara Foxs (TLS)", "tcp/4911", "yyw", "o", ""),
    ("ads", "Beckhoff ADS/AMS", "tcp/48898 udp/48899", "nnp", "o", "ads-secure"),
    ("ads-secure", "Beckhoff Secure ADS", "tcp/8016", "yyp", "o", ""),
    ("fins", "Omron FINS", "udp/9600 tcp/9600", "nnp", "o", ""),
    ("melsec", "Mitsubishi MELSEC (SLMP/MELSOFT)", "tcp/5006-5007 udp/5006-5007 tcp/5562", "nnp", "o", ""),
    ("umas", "Schneider UMAS", "tcp/502", "nnp", "o", ""),
    ("codesys", "CODESYS V3 gateway", "tcp/11740 udp/1740-1743 tcp/1217", "oop", "o", ""),
    ("hart-ip", "HART-IP", "tcp/5094 udp/5094", "oow", "o", ""),
    ("sbus", "SAIA Ether-S-Bus", "udp/5050", "nnp", "o", ""),
    ("bsap", "BSAP over IP", "udp/1234-1235", "nnw", "o", ""),
    ("srtp", "GE SRTP", "tcp/18245-18246", "nnp", "o", ""),
    ("plcnext-engineer", "PLCnext Engineer (GDS)", "tcp/41100", "yyp", "o", ""),
    ("ff-hse", "FOUNDATION Fieldbus HSE", "tcp/1089-1091 udp/1089-1091", "nnw", "o", ""),
    ("mrp", "Media redundancy (MRP)", "l2/0x88e3", "nnw", "ob", ""),
    ("ptp", "Precision Time Protocol", "udp/319-320 l2/0x88f7", "nnw", "ob", ""),
    ("mqtt", "MQTT", "tcp/1883", "onw", "o", "mqtts"),
    ("mqtts", "MQTT over TLS", "tcp/8883", "yyw", "o", ""),
    ("amqps", "AMQP over TLS", "tcp/5671", "yyw", "", ""),
    ("amqp", "AMQP", "tcp/5672", "onw", "", "amqps"),
    ("snmp", "SNMP v1/v2c", "udp/161", "nnw", "", "snmpv3"),
    ("snmpv3", "SNMP v3", "udp/161", "yyw", "", ""),
    ("snmp-trap", "SNMP trap", "udp/162", "nnr", "", ""),
    ("ntp", "NTP", "udp/123", "onr", "", "nts"),
    ("nts", "NTP with NTS", "tcp/4460 udp/123", "yyr", "", ""),
    ("dns", "DNS", "udp/53 tcp/53", "nnr", "", ""),
    ("dhcp", "DHCP", "udp/67-68", "nnw", "b", ""),
    ("lldp", "LLDP", "l2/0x88cc", "nnr", "b", ""),
    ("arp", "ARP", "l2/0x0806", "nnw", "b", ""),
    ("mdns", "Multicast DNS", "udp/5353", "nnr", "b", ""),
    ("ssdp", "SSDP (UPnP)", "udp/1900", "nnr", "b", ""),
    ("llmnr", "LLMNR", "udp/5355", "nnr", "b", ""),
    ("netbios", "NetBIOS", "udp/137-138 tcp/139", "nnw", "b", ""),
    ("ssh", "SSH", "tcp/22", "yya", "i", ""),
    ("telnet", "Telnet", "tcp/23", "yna", "i", "ssh"),
    ("ftp", "FTP", "tcp/20-21", "ynw", "", "sftp"),
    ("ftps", "FTP over TLS", "tcp/990", "yyw", "", ""),
    ("sftp", "SFTP", "tcp/22", "yyw", "", ""),
    ("tftp", "TFTP", "udp/69", "nnw", "", "sftp"),
    ("http", "HTTP", "tcp/80 tcp/8080", "onw", "i", "https"),
    ("https", "HTTPS", "tcp/443 tcp/8443", "yyw", "i", ""),
    ("smb", "SMB", "tcp/445", "yow", "", ""),
    ("nfs", "NFS", "tcp/2049", "onw", "", ""),
    ("rdp", "RDP", "tcp/3389 udp/3389", "yya", "i", ""),
    ("vnc", "VNC", "tcp/5900-5903", "ona", "i", "rdp"),
    ("winrm", "Windows remote management", "tcp/5985-5986", "yya", "", ""),
    ("rpc", "Microsoft RPC endpoint mapper", "tcp/135", "ooa", "", ""),
    ("mssql", "Microsoft SQL Server", "tcp/1433", "yow", "", ""),
    ("postgresql", "PostgreSQL", "tcp/5432", "yow", "", ""),
    ("mysql", "MySQL/MariaDB", "tcp/3306", "yow", "", ""),
    ("oracle", "Oracle SQL*Net", "tcp/1521", "yow", "", ""),
    ("influxdb", "InfluxDB", "tcp/8086", "onw", "", ""),
    ("kerberos", "Kerberos", "tcp/88 udp/88", "yyr", "", ""),
    ("ldap", "LDAP", "tcp/389", "ynw", "", "ldaps"),
    ("ldaps", "LDAPS", "tcp/636", "yyw", "", ""),
    ("radius", "RADIUS", "udp/1812-1813", "yor", "", "radsec"),
    ("radsec", "RADIUS over TLS", "tcp/2083", "yyr", "", ""),
    ("tacacs", "TACACS+", "tcp/49", "yor", "", ""),
    ("syslog", "Syslog", "udp/514", "nnr", "", "syslog-tls"),
    ("syslog-tcp", "Syslog over TCP", "tcp/514", "nnr", "", "syslog-tls"),
    ("syslog-tls", "Syslog over TLS", "tcp/6514", "yyr", "", ""),
    ("netflow", "NetFlow/IPFIX", "udp/2055 udp/4739", "nnr", "", ""),
    ("ike", "IPsec key exchange (IKE)", "udp/500 udp/4500", "yya", "", ""),
    ("ipsec", "IPsec (IKE and ESP)", "udp/500 udp/4500 esp", "yya", "", ""),
    ("wireguard", "WireGuard", "udp/51820", "yya", "", ""),
    ("openvpn", "OpenVPN", "udp/1194 tcp/1194", "yya", "", ""),
    ("l2tp", "L2TP", "udp/1701", "nna", "", "ipsec"),
    ("pptp", "PPTP", "tcp/1723 gre", "yna", "", "ipsec"),
    ("smtp", "SMTP", "tcp/25 tcp/587", "oow", "", ""),
    ("ping", "ICMP echo", "icmp/8", "nnr", "", ""),
    ("vrrp", "VRRP", "vrrp", "nnw", "b", ""),
    ("stp", "Spanning tree", "l2/0x0027", "nnw", "b", ""),
    ("cdp", "Cisco Discovery Protocol", "l2/0x2000", "nnr", "b", ""),
    ("igmp", "IGMP", "igmp", "nnr", "b", ""),
    ("rtsp", "RTSP video", "tcp/554", "onr", "", ""),
    ("printer", "Raw printing", "tcp/9100", "nnw", "", ""),
    ("ipp", "Internet Printing Protocol", "tcp/631", "oow", "", ""),
    ("sip", "SIP", "udp/5060 tcp/5060", "onw", "", ""),
)


def _service(row: tuple[str, str, str, str, str, str]) -> Service:
    identifier, title, ports, protection, marks, alternative = row
    return Service(
        id=identifier,
        title=title,
        ports=tuple(ports.split()),
        authenticates=_SUPPORT[protection[0]],
        encrypts=_SUPPORT[protection[1]],
        access=_ACCESS[protection[2]],
        industrial="o" in marks,
        interactive="i" in marks,
        broadcast="b" in marks,
        secure_alternative=alternative,
    )


SERVICES: Final[dict[str, Service]] = {row[0]: _service(row) for row in _ROWS}
