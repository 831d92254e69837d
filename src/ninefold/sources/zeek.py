"""Logs of Zeek as TSV and JSON: ``conn``, those of its analysers and of icsnpp; also extracts without header.

Format: docs.zeek.org, "Log formats"; fields of ``conn``, ``dhcp``, ``ssl``, ``ssh``, ``software``, ``http`` and of the
icsnpp parsers as their documentation names them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from ninefold.base.errors import InputError, LimitError, Place
from ninefold.base.spreadsheet import decode
from ninefold.model.findings import Finding
from ninefold.model.observed import End, Grade, Observation, ObservedFlow, ObservedHost, Origin
from ninefold.model.vocabulary import Severity
from ninefold.sources.common import Facts, address, finding, mac, origin, pairs, say, service_at, unique

NAME: Final = "zeek"
_LINES: Final = 3_000_000
_FAULTS: Final = 20
#: name of an analyser or of a log: our service
SERVICE: Final = pairs(
    """
    modbus=modbus modbus_detailed=modbus modbus_mask_write_register=modbus modbus_read_write_multiple_registers=modbus
    s7comm=s7comm s7comm_plus=s7comm-plus s7comm_read_szl=s7comm s7comm_upload_download=s7comm cotp=
    enip=enip cip=enip cip_io=cip-io cip_identity=enip enip_tcp=enip enip_udp=enip bacnet=bacnet bacnet_discovery=bacnet
    bacnet_property=bacnet bacnet_device_control=bacnet dnp3=dnp3 dnp3_tcp=dnp3 dnp3_udp=dnp3 dnp3_control=dnp3
    dnp3_objects=dnp3 opcua_binary=opcua opcua-binary=opcua profinet=profinet-rt profinet_io_cm=profinet-cm
    profinet_dce_rpc=profinet-cm profinet_dcp=profinet-dcp ecat_registers=ethercat ecat_log_address=ethercat
    ge_srtp=srtp synchrophasor=c37118 hart_ip=hart-ip omron_fins=fins iec104=iec104 mms=mms ntp=ntp dns=dns http=http
    ssl=tls ssh=ssh rdp=rdp smb=smb smb_files=smb smb_mapping=smb gssapi= ntlm= dce_rpc=rpc snmp=snmp mqtt=mqtt
    mqtt_connect=mqtt mqtt_publish=mqtt mqtt_subscribe=mqtt ftp=ftp ftp-data=ftp smtp=smtp sip=sip krb=kerberos
    krb_tcp=kerberos krb_udp=kerberos ldap=ldap ldap_tcp=ldap radius=radius syslog=syslog dhcp=dhcp mysql=mysql
    postgresql=postgresql rfb=vnc telnet=telnet openvpn=openvpn wireguard=wireguard ipsec=ike stun= tftp=tftp irc=
    knxnet_ip=knxnet-ip
    """
)
_FUNCTION_FIELDS: Final = (
    "func", "function", "function_name", "fc_request", "cip_service", "service_name", "identifier_str", "pdu_service",
    "operation", "function_code_name", "subfunction_name",
)  # fmt: skip
_FUNCTIONS: Final = (
    ("firmware", re.compile(r"firmware", re.I)),
    ("program", re.compile(r"download|upload|program|transfer", re.I)),
    ("stop-start", re.compile(r"(?:plc|cpu|cold|warm).?(?:stop|start|control|re)|\bstop\b|restart|reinitialize", re.I)),
    ("writes", re.compile(r"write|set_?attribute|\bset\b|operate|control", re.I)),
    ("reads", re.compile(r"read|get_?attribute|\bget\b", re.I)),
)
_LIKE_DNS: Final = {"udp/137": "netbios", "udp/5353": "mdns", "udp/5355": "llmnr"}
_Record = Mapping[str, str]


def detect(head: bytes, name: str) -> bool:
    """Whether the content is a log of Zeek."""
    start = head.lstrip(b"\xef\xbb\xbf")
    if start.startswith((b"#separator", b"#fields\t", b"### BTest baseline")):
        return True
    line = start.split(b"\n", 1)[0]
    if line[:1] == b"{":
        return b'"id.orig_h"' in line or (b'"uid"' in line and b'"ts"' in line)
    cells = line.split(b"\t")
    return len(cells) >= 5 and name.lower().endswith(".log") and _bare(line.decode("ascii", "replace")) is not None


def parse(data: bytes, name: str) -> Observation:
    """Flows, hosts and facts of one log. InputError when no line of it can be used."""
    made = origin(data, name, NAME)
    log = _Log(made)
    for number, record in _records(decode(data, name), made.name, log):
        log.take(number, record)
    if not log.flows and not log.hosts:
        raise InputError(
            "no-zeek",
            str(say("No connection and no host is found in this log.")),
            place=Place(name),
            advice=str(say("Import conn.log and the logs of the protocols.")),
        )
    return log.done()


# --- lines to records -------------------------------------------------------------------------------------------


def _records(content: str, name: str, log: _Log) -> Iterator[tuple[int, _Record]]:
    fields: list[str] = []
    separator = "\t"
    path = re.split(r"[._]\d|\.", name)[0]
    for number, line in enumerate(content.splitlines(), start=1):
        if number > _LINES:
            raise LimitError("too-long", str(say("The log has more than {n} lines.", n=_LINES)), place=Place(name))
        if not line.strip():
            continue
        if line.startswith("#"):
            key, _, value = line.partition(separator)
            if line.startswith("#separator"):
                mark = re.fullmatch(r"#separator\s+\\x([0-9a-fA-F]{2})\s*", line)
                separator = chr(int(mark[1], 16)) if mark else "\t"
            elif key == "#fields":
                fields = value.split(separator)
            elif key == "#path":
                path = value.strip()
            continue
        record = _record(line, fields, separator)
        if record is None:
            log.fault(number)
        else:
            yield number, {**record, "_path": record.get("_path", path)}


def _record(line: str, fields: list[str], separator: str) -> _Record | None:
    if line[:1] == "{":
        try:
            found: Any = msgspec.json.decode(line.encode())
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return None
        return {key: _text(value) for key, value in found.items()} if isinstance(found, dict) else None
    cells = line.split(separator)
    if fields:
        if len(cells) != len(fields):
            return None
        return {key: "" if value in {"-", "(empty)"} else value for key, value in zip(fields, cells, strict=True)}
    return _bare(line)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, list):
        return ",".join(_text(item) for item in value[:50])
    return "" if value is None or isinstance(value, dict) else str(value)


def _bare(line: str) -> _Record | None:
    """A line of ``zeek-cut`` without header: address, port, address, port, somewhere after them the transport."""
    cells = [cell.strip() for cell in line.split("\t")]
    transport = next(
        (at for at, cell in enumerate(cells) if cell in {"tcp", "udp", "icmp", "sctp", "unknown_transport"}), -1
    )
    if transport < 4:
        return None
    for at in range(transport - 3):
        one, two = cells[at], cells[at + 2]
        if _is_address(one) and _is_address(two) and cells[at + 1].isdigit() and cells[at + 3].isdigit():
            service = cells[transport + 1] if transport + 1 < len(cells) else ""
            return {
                "id.orig_h": one,
                "id.orig_p": cells[at + 1],
                "id.resp_h": two,
                "id.resp_p": cells[at + 3],
                "proto": cells[transport],
                "service": service if re.fullmatch(r"[a-z][a-z0-9_,-]+", service) else "",
                "operation": " ".join(cells[transport + 2 :])[:500],
            }
    return None


# --- records to values ------------------------------------------------------------------------------------------


class _Log:
    """Collects what the records of one log say."""

    def __init__(self, made: Origin) -> None:
        self.made = made
        self.flows: dict[tuple[str, str, str, int, str], dict[str, Any]] = {}
        self.hosts: dict[str, tuple[Facts, list[str], list[str]]] = {}
        self.bad = 0
        self.findings: list[Finding] = []

    def fault(self, number: int) -> None:
        """A line that cannot be read."""
        self.bad += 1
        if self.bad <= _FAULTS:
            title = say("Line {n} cannot be read and was left out.", n=number)
            self.findings.append(finding("zeek.bad-line", self.made.name, title, discriminator=str(number)))

    def take(self, number: int, record: _Record) -> None:
        """One record: its conversation, and what it says of hosts."""
        path = record["_path"].lower()
        client = self._end(record, "orig")
        server = self._end(record, "resp")
        if (client.ip or client.mac) and (server.ip or server.mac):
            self._flow(record, path, client, server)
        self._facts(record, path, client.ip, server.ip, f"line {number}")

    def _end(self, record: _Record, side: str) -> End:
        layer2 = mac(record.get(f"{side}_l2_addr", "")) or mac(
            record.get({"orig": "src_mac", "resp": "dst_mac"}[side], "")
        )
        found = End(layer2, address(record.get(f"id.{side}_h", "")))
        if found.ip:
            self.host(found.ip, found.mac)
        return found

    def host(self, ip: str, hardware: str = "", name: str = "") -> Facts:
        """The facts of a host, made when it is first met."""
        if ip not in self.hosts:
            self.hosts[ip] = (Facts(self.made.sha256), [], [])
        facts, macs, names = self.hosts[ip]
        macs.append(hardware)
        names.append(name)
        return facts

    def _flow(self, record: _Record, path: str, client: End, server: End) -> None:
        transport = record.get("proto", "").lower() or _transport(path)
        port = record.get("id.resp_p", "")
        number = int(port) if port.isdecimal() and len(port) <= 5 else 0
        service, grade = _service(record, path, f"{transport}/{number}")
        key = (client.ip or client.mac, server.ip or server.mac, transport, number, service)
        fresh = {"client": client, "server": server, "grade": grade, "functions": set(), "packets": 0, "bytes": 0}
        known = self.flows.setdefault(key, {**fresh, "syn": "", "first": 0.0, "last": 0.0})
        start = _number(record.get("ts", ""))
        stop = start + _number(record.get("duration", ""))
        known["first"] = min(known["first"] or start, start)
        known["last"] = max(known["last"], stop)
        if path == "conn":
            known["packets"] += int(_number(record.get("orig_pkts", "")) + _number(record.get("resp_pkts", ""))) or 1
            known["bytes"] += int(_number(record.get("orig_ip_bytes", "")) + _number(record.get("resp_ip_bytes", "")))
        history = record.get("history", "")
        # history: S a SYN of the originator, ^ direction turned round by Zeek's guess
        reason = "syn" if "S" in history and "^" not in history else "port" if "^" in history else "first"
        known["syn"] = "syn" if "syn" in {known["syn"], reason} else reason
        known["functions"] |= _functions(record, path)

    def _facts(self, record: _Record, path: str, client: str, server: str, where: str) -> None:
        if path == "dhcp":
            ip = address(record.get("assigned_addr", "")) or address(record.get("client_addr", ""))
            if ip:
                facts = self.host(ip, mac(record.get("mac", "")))
                facts.add("dhcp.host", record.get("host_name"), where)
        elif path == "software":
            ip = address(record.get("host", ""))
            if ip:
                words = (record.get("name", ""), record.get("unparsed_version", ""))
                kind = record.get("software_type", "").lower()
                self.host(ip).add(f"software.{kind}", " ".join(filter(None, words)), where)
        elif path == "ssl" and server:
            facts = self.host(server)
            facts.add("tls.version", record.get("version"), where)
            facts.add("tls.certificate.subject", record.get("subject"), where)
            facts.add("tls.server_name", record.get("server_name"), where)
        elif path == "ssh" and server:
            self.host(server).add("ssh.software", record.get("server"), where)
        elif path == "ntlm" and server:
            self.host(server).add("netbios.name", record.get("server_nb_computer_name"), where)
        elif path == "cip_identity" and server:
            facts = self.host(address(record.get("socket_address", "")) or server)
            facts.add("identity.product", record.get("product_name"), where)
            facts.add("identity.serial", record.get("serial_number"), where)
            facts.add("identity.firmware", record.get("revision"), where)
            facts.add("cip.vendor", record.get("vendor_name") or record.get("vendor_id"), where)
        elif path == "known_hosts":
            ip = address(record.get("host", ""))
            if ip:
                self.host(ip)

    def done(self) -> Observation:
        """Everything, in a fixed order."""
        hosts = []
        for ip in sorted(self.hosts):
            facts, macs, names = self.hosts[ip]
            if _is_host(ip):
                hosts.append(ObservedHost(ips=(ip,), macs=unique(macs), names=unique(names), facts=facts.done()))
        if self.bad > _FAULTS:
            title = say("{n} lines cannot be read.", n=self.bad)
            self.findings.append(finding("zeek.bad-lines", self.made.name, title, Severity.MEDIUM))
        return Observation(
            origin=self.made,
            hosts=tuple(hosts),
            flows=tuple(self._made(key, self.flows[key]) for key in sorted(self.flows)),
            findings=tuple(self.findings),
        )

    def _made(self, key: tuple[str, str, str, int, str], known: dict[str, Any]) -> ObservedFlow:
        _, _, transport, port, service = key
        return ObservedFlow(
            client=known["client"],
            server=known["server"],
            transport=transport if transport in {"tcp", "udp", "icmp", "sctp", "l2"} else "other",
            port=port if transport != "icmp" else 0,
            service=service,
            grade=known["grade"],
            functions=tuple(sorted(known["functions"])),
            packets=known["packets"],
            bytes=known["bytes"],
            first=known["first"],
            last=known["last"],
            direction_reason=known["syn"],
            source=self.made.sha256,
        )


def _service(record: _Record, path: str, port: str) -> tuple[str, Grade]:
    """An analyser that spoke is a signature; else the port is all there is."""
    said = [part for part in record.get("service", "").lower().split(",") if part]
    for part in [*said, path if path != "conn" else ""]:
        if SERVICE.get(part):
            # Zeek calls everything in the format of DNS so
            return _LIKE_DNS.get(port, SERVICE[part]) if part == "dns" else SERVICE[part], Grade.SIGNATURE
    guess = service_at(port)
    return guess, Grade.PORT if guess else Grade.NONE


def _transport(path: str) -> str:
    return "l2" if path.startswith(("ecat", "profinet_dcp")) else "udp" if path.endswith(("_udp", "io_cm")) else "tcp"


def _functions(record: _Record, path: str) -> set[str]:
    found = set()
    words = " ".join(record.get(field, "") for field in _FUNCTION_FIELDS)
    if words.strip() and path != "conn":
        found |= {name for name, pattern in _FUNCTIONS if pattern.search(words)}
    # that a password was seen is a fact; what it was stays in the log
    if path in {"http", "ftp", "mqtt_connect", "telnet", "smtp"} and record.get("password"):
        found.add("cleartext-credentials")
    return found


def _number(text: str) -> float:
    try:
        value = float(text) if text and len(text) < 40 else 0.0
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e18 else 0.0


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_host(ip: str) -> bool:
    found = ipaddress.ip_address(ip)
    return not found.is_multicast and ip != "255.255.255.255" and not (found.version == 4 and ip.endswith(".255"))
