"""nmap XML: what a scan saw. OT scripts give identity; a script that failed is told, not hidden.

A scan that was interrupted and several runs appended to one file are read as far as they go.
Format: nmap.dtd, xmloutputversion 1.03 to 1.05.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from ninefold.base import xmlsafe
from ninefold.base.errors import InputError, Place
from ninefold.model.findings import Finding
from ninefold.model.observed import Grade, Observation, ObservedHost
from ninefold.model.vocabulary import Severity, State
from ninefold.sources.common import (
    Facts,
    address,
    base_name,
    clean,
    finding,
    mac,
    origin,
    pairs,
    say,
    service_at,
    unique,
)

NAME: Final = "nmap"

#: nmap's name of a service: ours
SERVICE: Final = pairs(
    """
    modbus=modbus iso-tsap=s7comm EtherNetIP-2=enip EtherNet-IP-2=enip opcua-tcp=opcua bacnet=bacnet dnp=dnp3
    iec-104=iec104 fox=fox niagara-fox=fox omron=fins codesys=codesys http=http https=https https-alt=https
    http-proxy=http http-alt=http ssh=ssh telnet=telnet ftp=ftp tftp=tftp domain=dns snmp=snmp ntp=ntp
    ms-wbt-server=rdp vnc=vnc microsoft-ds=smb netbios-ssn=netbios netbios-ns=netbios msrpc=rpc ms-sql-s=mssql
    mysql=mysql postgresql=postgresql oracle-tns=oracle mqtt=mqtt secure-mqtt=mqtts smtp=smtp sip=sip rtsp=rtsp
    pptp=pptp syslog=syslog ldap=ldap ldapssl=ldaps kerberos-sec=kerberos ipp=ipp jetdirect=printer upnp=ssdp
    wsman=winrm isakmp=ike openvpn=openvpn knxnetip=knxnet-ip nfs=nfs
    """
)
#: over TLS: the service that is meant
_TLS: Final = {"http": "https", "mqtt": "mqtts", "ldap": "ldaps", "ftp": "ftps", "syslog": "syslog-tls", "telnet": ""}

#: (script, key in its output) to a fact; keys are compared without case
FACTS: Final = {
    ("modbus-discover", "slave id data"): "modbus.slave_id",
    ("modbus-discover", "device identification"): "identity.product",
    ("s7-info", "module"): "identity.order_number",
    ("s7-info", "basic hardware"): "s7.basic_hardware",
    ("s7-info", "version"): "identity.firmware",
    ("s7-info", "system name"): "s7.system_name",
    ("s7-info", "module type"): "identity.product",
    ("s7-info", "serial number"): "identity.serial",
    ("s7-info", "plant identification"): "s7.plant",
    ("enip-info", "vendor"): "identity.vendor",
    ("enip-info", "product name"): "identity.product",
    ("enip-info", "serial number"): "identity.serial",
    ("enip-info", "revision"): "identity.firmware",
    ("enip-info", "type"): "enip.device_type",
    ("enip-info", "device ip"): "enip.device_ip",
    ("bacnet-info", "vendor name"): "identity.vendor",
    ("bacnet-info", "vendor id"): "bacnet.vendor_id",
    ("bacnet-info", "model name"): "identity.product",
    ("bacnet-info", "firmware"): "identity.firmware",
    ("bacnet-info", "object name"): "bacnet.object_name",
    ("bacnet-info", "location"): "location",
    ("pcworx-info", "plc type"): "identity.product",
    ("pcworx-info", "model number"): "identity.order_number",
    ("pcworx-info", "firmware version"): "identity.firmware",
    ("omron-info", "controller model"): "identity.product",
    ("omron-info", "controller version"): "identity.firmware",
    ("omrontcp-info", "controller model"): "identity.product",
    ("omrontcp-info", "controller version"): "identity.firmware",
    ("fox-info", "app.name"): "fox.application",
    ("fox-info", "fox.version"): "fox.version",
    ("fox-info", "hostname"): "name.host",
    ("proconos-info", "plc type"): "identity.product",
    ("iec61850-mms", "vendorname"): "identity.vendor",
    ("iec61850-mms", "modelname"): "identity.product",
    ("iec61850-mms", "revision"): "identity.firmware",
    ("smb-os-discovery", "os"): "os.name",
    ("smb-os-discovery", "computer name"): "name.host",
    ("smb-os-discovery", "server"): "name.host",
    ("snmp-sysdescr", ""): "snmp.system_description",
    ("http-title", "title"): "http.title",
    ("http-title", ""): "http.title",
    ("ssl-cert", "commonname"): "tls.certificate.subject",
    ("nbstat", "server_name"): "name.host",
}
#: scripts that can only succeed by speaking the protocol
_PROOF: Final = pairs(
    """
    modbus-discover=modbus s7-info=s7comm enip-info=enip bacnet-info=bacnet fox-info=fox omron-info=fins
    omrontcp-info=fins iec-identify=iec104 iec61850-mms=mms knx-gateway-info=knxnet-ip hartip-info=hart-ip
    snmp-sysdescr=snmp ssh-hostkey=ssh http-title=http
    """
)
_ELEMENTS: Final = 400  # of one script's output


def detect(head: bytes, name: str) -> bool:
    """Whether the content is a run of nmap in XML."""
    return b"<nmaprun" in head[:8192] or (b"<!DOCTYPE nmaprun" in head[:8192])


def parse(data: bytes, name: str) -> Observation:
    """All hosts that were up, their open ports and what scripts said. InputError when there is no run in it."""
    made = origin(data, name, NAME)
    hosts: list[ObservedHost] = []
    findings: list[Finding] = []
    for runs, chunk in enumerate(_runs(data), start=1):
        root, error = xmlsafe.parse_partial(chunk, name)
        if root is None or xmlsafe.local(root) != "nmaprun":
            raise error or InputError("no-nmap", str(say("This is no nmap result.")), place=Place(name))
        if error is not None:
            findings.append(_cut(name, runs, error))
        for number, host in enumerate(xmlsafe.children(root, "host"), start=1):
            where = f"/host[{number}]" if runs == 1 else f"/run[{runs}]/host[{number}]"
            status = xmlsafe.child(host, "status")
            if status is None or status.get("state") == "up":
                hosts.append(_host(host, where, made.sha256, findings))
    return Observation(origin=made, hosts=tuple(hosts), findings=tuple(findings))


def _runs(data: bytes) -> Iterator[bytes]:
    """The documents of a file; ``--append-output`` writes several one after the other."""
    starts = [match.start() for match in re.finditer(rb"<\?xml\s", data)]
    if len(starts) < 2:
        yield data
        return
    for start, stop in zip(starts, [*starts[1:], len(data)], strict=True):
        yield data[start:stop]


def _cut(name: str, run: int, error: InputError) -> Finding:
    return finding(
        "nmap.cut-off",
        base_name(name),
        say("The scan breaks off; hosts after that are missing."),
        Severity.MEDIUM,
        discriminator=str(run),
        state=State.UNDECIDED,
        advice=say("Run the scan again to its end."),
        evidence=str(error),
    )


def _host(host: Element, where: str, source: str, findings: list[Finding]) -> ObservedHost:
    facts = Facts(source)
    ips: list[str] = []
    macs: list[str] = []
    vendor = ""
    for item in xmlsafe.children(host, "address"):
        if item.get("addrtype") == "mac":
            macs.append(mac(item.get("addr", "")))
            vendor = vendor or clean(item.get("vendor", ""))
        else:
            ips.append(address(item.get("addr", "")))
    subject = next(filter(None, [*ips, *macs]), where)
    names = [clean(item.get("name", "")) for item in xmlsafe.descendants(host, "hostname")]
    services = [_port(port, f"{where}/port[{port.get('portid')}]", facts, subject, findings) for port in _open(host)]
    for script in xmlsafe.children(xmlsafe.child(host, "hostscript") or Element("none"), "script"):
        _script(script, where, facts, subject, findings)
    _system(host, where, facts)
    found = facts.done()
    names += [fact.value for fact in found if fact.key == "name.host"]
    return ObservedHost(
        macs=unique(macs),
        ips=unique(ips),
        names=unique(names),
        nic_vendor=vendor,
        facts=found,
        services=tuple(sorted(services, key=lambda item: item[0])),
        virtual=vendor.startswith(("VMware", "Oracle VirtualBox")),
    )


def _open(host: Element) -> Iterator[Element]:
    for port in xmlsafe.descendants(host, "port"):
        state = xmlsafe.child(port, "state")
        if state is not None and state.get("state") == "open":
            yield port


def _port(port: Element, where: str, facts: Facts, subject: str, findings: list[Finding]) -> tuple[str, str, Grade]:
    at = f"{port.get('protocol', 'tcp')}/{port.get('portid', '0')}"
    service = xmlsafe.child(port, "service")
    said = service.get("name", "") if service is not None else ""
    known = SERVICE.get(said, "")
    grade = Grade.NONE
    if service is not None:
        if service.get("tunnel") == "ssl":
            known = _TLS.get(known, known)
        # "probed" with a known name means that the answer was recognised, "table" only that the port is usual
        grade = Grade.SIGNATURE if known and service.get("method") == "probed" else Grade.PORT
        product = " ".join(filter(None, (service.get("product"), service.get("version"))))
        facts.add(f"software.{at}", product, where)
        facts.add("os.type", service.get("ostype"), where)
        for cpe in xmlsafe.children(service, "cpe"):
            facts.add("identity.cpe", cpe.text, where)
    for script in xmlsafe.children(port, "script"):
        proof = _PROOF.get(script.get("id", ""))
        if _script(script, where, facts, subject, findings) and proof:
            secure = service is not None and service.get("tunnel") == "ssl"
            known, grade = (_TLS.get(proof, proof) if secure else proof), Grade.SIGNATURE
    known = known or service_at(at)
    return at, known, grade if known else Grade.NONE


def _script(script: Element, where: str, facts: Facts, subject: str, findings: list[Finding]) -> bool:
    """Take the facts of one script; False when it failed."""
    name = clean(script.get("id", ""))
    output = script.get("output", "").strip()
    if output.startswith("ERROR:") or output in {"", "false"}:
        if output.startswith("ERROR:"):
            findings.append(
                finding(
                    "nmap.script-failed",
                    subject,
                    say("The script {name} failed; what it would have told is unknown.", name=name),
                    Severity.INFO,
                    discriminator=name,
                    state=State.UNDECIDED,
                    evidence=where,
                )
            )
        return False
    for key, value in _elements(script):
        fact = FACTS.get((name, key.lower()))
        if fact:
            facts.add(fact, value, f"{where}/{name}")
    whole = FACTS.get((name, ""))
    facts.add(whole or f"nmap.{name}", output, where)
    return True


def _elements(script: Element) -> Iterator[tuple[str, str]]:
    """(key, value) of a script's nested tables; of its text where it gives no tables (nmap before 6.40)."""
    elements = list(xmlsafe.descendants(script, "elem"))[:_ELEMENTS]
    if elements:
        for element in elements:
            yield clean(element.get("key", "")), clean(element.text or "")
        return
    for line in script.get("output", "").splitlines()[:_ELEMENTS]:
        key, mark, value = line.partition(":")
        if mark:
            yield clean(key), clean(value)


def _system(host: Element, where: str, facts: Facts) -> None:
    matches = list(xmlsafe.descendants(host, "osmatch"))
    if matches:
        best = max(
            matches, key=lambda item: int(item.get("accuracy", "0")) if item.get("accuracy", "0").isdigit() else 0
        )
        # fingerprints are guesses: they stay apart from what a device says of itself
        facts.add("os.guess", f"{best.get('name', '')} ({best.get('accuracy', '?')} %)", where)
