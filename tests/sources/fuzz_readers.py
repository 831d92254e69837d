# ruff: noqa: E501, ISC004 - the seeds are documents
"""Every reader of this room with small documents to mutate (captures have their own)."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from ninefold.sources import (
    automationml,
    cyclonedx,
    drawio,
    models,
    netflow,
    nmap,
    registry,
    scl,
    spdx,
    switchtables,
    tables,
    zeek,
)
from ninefold.sources.active import enip, modbus, opcua, snmp


def reader(parse: Callable[[bytes, str], Any]) -> Callable[[bytes], Any]:
    def target(data: bytes) -> Any:
        return parse(data, "fuzz")

    return target


def workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="x" xmlns:r="http://r"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", '<R><Relationship Id="x" Target="worksheets/s.xml"/></R>')
        archive.writestr("xl/styles.xml", '<s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></s>')
        archive.writestr(
            "xl/worksheets/s.xml",
            '<w><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>IP</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>PLC</t></is></c>'
            '<c r="B2" t="str"><v>10.0.0.1</v></c><c r="C2" s="1"><v>45000</v></c></row></sheetData>'
            '<mergeCells><mergeCell ref="A2:A3"/></mergeCells></w>',
        )
    return stream.getvalue()


def flow_export() -> bytes:
    fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (82, 0xFFFF)]
    template = struct.pack(">HH", 256, len(fields)) + b"".join(struct.pack(">HH", *field) for field in fields)
    row = bytes([10, 0, 0, 1, 10, 0, 0, 2]) + struct.pack(">HHB", 50000, 502, 6) + b"\x03abc"
    sets = struct.pack(">HH", 2, len(template) + 4) + template + struct.pack(">HH", 256, len(row) + 4) + row
    return struct.pack(">HHIII", 10, 16 + len(sets), 1_700_000_000, 1, 7) + sets


MODEL = (
    b'<mxGraphModel><root><mxCell id="0"/><mxCell id="z" value="Zone" vertex="1" parent="0"/>'
    b'<mxCell id="a" value="PLC&lt;br&gt;10.0.0.1" vertex="1" parent="z"/><mxCell id="e" edge="1" source="a" target="z"/>'
    b"</root></mxGraphModel>"
)
PACKER = zlib.compressobj(9, zlib.DEFLATED, -15)
PAGE = base64.b64encode(PACKER.compress(MODEL) + PACKER.flush())
SEEDS: dict[str, list[bytes]] = {
    "nmap": [
        b'<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun><host><status state="up"/><address addr="10.0.0.1"'
        b' addrtype="ipv4"/><ports><port protocol="tcp" portid="502"><state state="open"/><service name="modbus"/>'
        b'<script id="modbus-discover" output="x"><table key="sid"><elem key="Device identification">y</elem></table>'
        b"</script></port></ports></host></nmaprun>"
    ],
    "table": [b"Name;IP;MAC\nPLC;10.0.0.1;00:1b:1b:00:00:01\nHMI;10.0.0.2;\n", workbook()],
    "cyclonedx": [
        b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a","bom-ref":"a","purl":'
        b'"pkg:npm/a@1","hashes":[{"alg":"MD5","content":"0"}],"licenses":[{"license":{"id":"MIT"}}]}],"dependencies":'
        b'[{"ref":"a","dependsOn":["b"]}]}',
        b'<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components><component type="library"><name>a</name>'
        b"<licenses><license><id>MIT</id></license></licenses></component></components></bom>",
    ],
    "spdx": [
        b"SPDXVersion: SPDX-2.3\nPackageName: a\nSPDXID: SPDXRef-a\nPackageComment: <text>x\ny</text>\n"
        b"ExternalRef: SECURITY purl pkg:npm/a@1\nRelationship: SPDXRef-a DEPENDS_ON SPDXRef-b\n",
        b'{"spdxVersion":"SPDX-2.3","packages":[{"name":"a","SPDXID":"SPDXRef-a","checksums":[{"algorithm":"MD5",'
        b'"checksumValue":"0"}]}],"relationships":[{"spdxElementId":"SPDXRef-a","relatedSpdxElement":"x"}]}',
        b'{"@context":"https://spdx.org/rdf/3.0.1/","@graph":[{"type":"software_Package","spdxId":"a","name":"a",'
        b'"suppliedBy":"b","verifiedUsing":[{"type":"Hash","algorithm":"md5","hashValue":"0"}]},{"type":"Relationship",'
        b'"spdxId":"r","from":"a","to":["b"],"relationshipType":"dependsOn"}]}',
    ],
    "automationml": [
        b'<CAEXFile><InstanceHierarchy Name="x"><InternalElement ID="a" Name="n"><Attribute Name="NetworkAddress"><Value>'
        b'10.0.0.1</Value></Attribute><SupportedRoleClass RefRoleClassPath="L/Device"/></InternalElement>'
        b'<InternalLink Name="l" RefPartnerSideA="a:x" RefPartnerSideB="b:y"/></InstanceHierarchy></CAEXFile>'
    ],
    "scl": [
        b'<SCL xmlns="http://www.iec.ch/61850/2003/SCL"><Header/><Communication><SubNetwork name="s"><ConnectedAP iedName="i"'
        b' apName="P"><Address><P type="IP">10.0.0.1</P><P type="IP-SUBNET">255.0.0.0</P></Address><GSE ldInst="a" cbName="b"/>'
        b'</ConnectedAP></SubNetwork></Communication><IED name="i"/></SCL>'
    ],
    "zeek": [
        b"#separator \\x09\n#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\n"
        b"1.0\t10.0.0.1\t5\t10.0.0.2\t502\ttcp\tmodbus\n",
        b'{"_path":"dhcp","ts":1.0,"id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"::1","id.resp_p":2,"mac":"x"}\n',
    ],
    "switch-table": [b"sw1#show mac address-table\n 10 001b.1b00.0010 DYNAMIC Gi1/0/1\nSystem Name: a\nChassis id: 1\nIP: 1.2.3.4\n"],
    "netflow": [flow_export(), b"ts,te,td,sa,da,sp,dp,pr,ipkt,ibyt\n2026-01-01 00:00:00,x,1,10.0.0.1,10.0.0.2,5,502,TCP,5,50\n"],
    "drawio": [MODEL, b'<mxfile><diagram name="x">' + PAGE + b"</diagram></mxfile>"],
    "model": [
        b"technical_assets:\n  a: {id: a, technology: plc, communication_links: {x: {target: b}}}\n"
        b"trust_boundaries:\n  z: {technical_assets_inside: [a]}\n",
        b'{"otmVersion":"1","trustZones":[{"id":"z","name":"Z"}],"components":[{"id":"a","name":"A","parent":{"trustZone":"z"}}]}',
    ],
}  # fmt: skip
PARSERS: dict[str, Callable[[bytes, str], Any]] = {
    "nmap": nmap.parse,
    "table": tables.parse,
    "cyclonedx": cyclonedx.parse,
    "spdx": spdx.parse,
    "automationml": automationml.parse,
    "scl": scl.parse,
    "zeek": zeek.parse,
    "switch-table": switchtables.parse,
    "netflow": netflow.parse,
    "drawio": drawio.parse,
    "model": models.parse,
}
TARGETS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    name: (reader(parse), SEEDS[name]) for name, parse in PARSERS.items()
}
TARGETS["detect"] = (reader(registry.reader_of), [seed for seeds in SEEDS.values() for seed in seeds])
for _name, _probe, _seed in (
    ("modbus", modbus, bytes(4) + b"\0\x10\xff\x2b\x0e\x01\x01\0\0\x01\0\x04acme"),
    ("enip", enip, b"\x63\0" + bytes(60) + b"\x05L61/B\x03"),
    ("snmp", snmp, snmp.packets()[0].data.replace(b"\xa0", b"\xa2", 1)),
    ("opcua", opcua, b"MSGF" + bytes(20) + b"\x01\0\xaf\x01" + bytes(20) + b"\x01\0\0\0" + b"\x03\0\0\0abc" * 9),
):
    TARGETS[f"answer-{_name}"] = ((lambda data, probe=_probe: probe.facts([data])), [_seed])
