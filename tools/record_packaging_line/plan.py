"""Who takes part in the recording, and what each does: the declared line plus what nobody wrote down."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
LINE: Final = ROOT / "examples" / "packaging-line"


@dataclass
class Host:
    """One namespace: its links (name, segment, address, MAC) and its roles (program, arguments)."""

    id: str
    links: list[tuple[str, str, str, str]]
    roles: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    routes: list[tuple[str, str]] = field(default_factory=list)
    gateway: str = ""
    forwards: bool = False


#: segment -> gateway of its hosts
GATEWAYS: Final = {
    "net-safety": "10.10.0.1",
    "net-control": "10.10.10.1",
    "net-data": "10.10.20.1",
    "net-external": "10.10.30.2",
    "net-internet": "",
    "net-enterprise": "",
}
SEGMENTS: Final = tuple(GATEWAYS)

#: hosts that the workspace does not list. The last three are what step 1 has to notice.
OUTSIDE: Final = (
    Host("erp", [("eth0", "net-enterprise", "172.20.5.10", "02:45:52:00:05:10")]),
    Host("office-pc", [("eth0", "net-enterprise", "172.20.5.77", "02:4f:46:00:05:77")]),
    Host("service-provider", [("eth0", "net-internet", "203.0.113.50", "02:53:50:00:cb:50")]),
    Host("vendor-cloud", [("eth0", "net-internet", "203.0.113.80", "02:46:4a:00:cb:80")]),
    Host("foreign-laptop", [("eth0", "net-control", "10.10.10.77", "02:4c:50:00:0a:77")]),
    Host("forgotten-camera", [("eth0", "net-data", "10.10.20.44", "02:43:41:00:14:44")]),
)

STATIONS: Final = {
    "plc-filler": ("sps-fueller", "NW-C400"),
    "plc-packer": ("sps-packer", "NW-C400"),
    "hmi-packer": ("panel-packer", "NW-P12"),
}
_TIME: Final = ("sntp", {"server": "10.10.20.5"})


def _log(text: str) -> tuple[str, dict[str, Any]]:
    return ("syslog", {"server": "10.10.20.6", "text": text})


def _modbus(server: str, period: float = 0.5, write: bool = True) -> tuple[str, dict[str, Any]]:
    return ("modbus_client", {"server": server, "period": period, "write": write})


def _opcua(server: str, write: bool = False) -> tuple[str, dict[str, Any]]:
    return ("opcua_client", {"server": server, "write": write})


def _lldp(name: str, port: str, text: str) -> tuple[str, dict[str, Any]]:
    return ("lldp", {"name": name, "port": port, "text": text})


ROLES: Final[dict[str, list[tuple[str, dict[str, Any]]]]] = {
    "safety-plc-packer": [
        ("modbus_server", {}),
        ("opcua_server", {"product": "NW-S300F", "vendor": "Nordwerk Automation", "version": "4.1.0"}),
        _modbus("10.10.0.21"),
        _modbus("10.10.10.12", 1.0),
        _TIME,
    ],
    "safety-plc-palletiser": [
        ("opcua_server", {"product": "NW-S300F", "vendor": "Nordwerk Automation", "version": "4.1.0"}),
        ("modbus_server", {}),
        _modbus("10.10.0.21"),
        _modbus("10.10.10.12", 1.0),
        _TIME,
    ],
    "safety-io": [("modbus_server", {})],
    "plc-filler": [
        ("s7_server", {"order": "NW-C400-2PN", "name": "sps-fueller", "serial": "NWA2210045", "version": (3, 1, 0)}),
        ("dcp", {}),
        _lldp("sps-fueller", "port-001", "NW-C400, NW-C400-2PN, HW: 3, FW: V.3.1.0, S NWA2210045"),
        _TIME,
        _log("sps-fueller cycle: batch 2211 running"),
    ],
    "plc-packer": [
        ("opcua_server", {"product": "NW-C400", "vendor": "Nordwerk Automation", "version": "3.2.0"}),
        ("modbus_server", {}),
        ("dcp", {}),
        _lldp("sps-packer", "port-001", "NW-C400, NW-C400-2PN, HW: 3, FW: V.3.2.0, S NWA2210046"),
        _modbus("10.10.10.21"),
        _modbus("10.10.10.31"),
        _modbus("10.10.10.32"),
        _modbus("10.10.10.35", 1.0),
        _modbus("10.10.10.62", 1.0, write=False),
        _TIME,
        _log("sps-packer drives: outfeed conveyor current 71 %"),
    ],
    "plc-palletiser": [("enip_server", {"product": "CC-1512-ENT"}), _TIME],
    "remote-io-filler": [("modbus_server", {"identity": ("Havel Drives", "HIO-32-E", "1.4")})],
    "drive-conveyor-1": [("modbus_server", {"identity": ("Havel Drives", "HD-45-4K0", "4.10")})],
    "drive-conveyor-2": [("modbus_server", {"identity": ("Havel Drives", "HD-45-4K0", "4.10")})],
    "robot": [("modbus_server", {"identity": ("Sella Robotics", "RC-7-180", "7.4.1")})],
    "weigher": [
        ("modbus_server", {"identity": ("Pondera", "CW-300-6", "2.08")}),
        ("telnet_server", {"banner": "Pondera CW-300 service console 2.08"}),
    ],
    "hmi-packer": [_opcua("10.10.10.12", write=True), ("https_server", {}), ("dcp", {}), _TIME],
    "operator-station": [
        ("opcua_server", {"product": "BV-LineView", "vendor": "Brenner Verpackungstechnik", "version": "3.4.2"}),
        ("https_server", {}),
        _opcua("10.10.0.11"),
        _opcua("10.10.0.12"),
        _opcua("10.10.10.12", write=True),
        ("s7_client", {"server": "10.10.10.11", "write": True}),
        ("enip_client", {"server": "10.10.10.13"}),
        ("https_client", {"server": "10.10.10.61"}),
        ("dns_client", {"server": "10.10.20.5", "names": ["mes-linie4.oberau.example", "log-linie4.oberau.example"]}),
        _TIME,
        _log("leitstand login: user schicht2 signed in"),
    ],
    "engineering-station": [
        ("dcp_identify", {}),
        ("s7_client", {"server": "10.10.10.11", "write": False, "identify": True, "delay": 8}),
        _TIME,
    ],
    "vision": [("https_server", {}), _log("vision result: 1182 read, 3 rejected")],
    "label-printer": [("printer_server", {})],
    "switch-control": [
        ("snmp_server", {"text": "LN-S24-M, HW: 2, FW: 4.2.0", "name": "sw-linie4-c"}),
        _lldp("sw-linie4-c", "port-1", "Lindau Networks LN-S24, LN-S24-M, HW: 2, FW: 4.2.0"),
        _log("sw-linie4-c link: port 7 up"),
    ],
    "mes-connector": [
        ("https_server", {}),
        ("mqtt_subscribe", {"server": "10.10.20.20"}),
        _opcua("10.10.10.50", write=True),
        ("print", {"server": "10.10.10.63"}),
        ("https_client", {"server": "172.20.5.10"}),
        ("dns_client", {"server": "10.10.20.5", "names": ["erp.oberau.example"]}),
        _TIME,
        _log("meslink order: 4711 accepted"),
    ],
    "historian": [("mqtt_broker", {}), ("ssh_server", {}), _TIME],
    "edge-gateway": [
        ("mqtt_publish", {"server": "10.10.20.20"}),
        _opcua("10.10.10.12"),
        ("s7_client", {"server": "10.10.10.11", "write": False}),
        ("enip_client", {"server": "10.10.10.13"}),
        ("https_client", {"server": "203.0.113.80", "period": 9}),
        ("dns_client", {"server": "10.10.20.5", "names": ["telemetry.fjordline.example"]}),
        _TIME,
    ],
    "line-services": [
        ("dns_server", {}),
        ("ntp_server", {}),
        ("snmp_client", {"servers": ["10.10.10.3", "10.10.20.3"]}),
        ("sntp", {"server": "172.20.5.10"}),
    ],
    "log-server": [("syslog_server", {})],
    "switch-data": [
        ("snmp_server", {"text": "LN-S24-M, HW: 2, FW: 4.1.3", "name": "sw-linie4-d"}),
        _lldp("sw-linie4-d", "port-1", "Lindau Networks LN-S24, LN-S24-M, HW: 2, FW: 4.1.3"),
    ],
    "jump-host": [
        ("ssh_server", {}),
        ("https_client", {"server": "10.10.10.50", "delay": 12}),
        ("s7_client", {"server": "10.10.10.11", "write": True, "identify": True, "delay": 14}),
        ("ssh_client", {"server": "10.10.20.20", "delay": 10}),
        _TIME,
        _log("sprung-linie4 sshd: session of user mueller opened"),
    ],
    "transfer-server": [("https_server", {}), ("ssh_server", {}), _TIME],
    "maintenance-router": [("openvpn_server", {}), ("ssh_server", {}), _log("fw-router-linie4 vpn: user mueller up")],
    "line-firewall": [("ssh_server", {}), _log("fw-linie4 accept: 172.20.5.10 10.10.20.10 443")],
    "safety-firewall": [("ssh_server", {})],
    "erp": [
        ("https_server", {}),
        ("ntp_server", {}),
        ("https_client", {"server": "172.20.40.10"}),
    ],
    "office-pc": [("https_client", {"server": "172.20.40.10", "period": 7})],
    "service-provider": [
        ("openvpn_client", {"server": "203.0.113.2"}),
        ("ssh_client", {"server": "10.10.30.10", "delay": 9}),
        ("https_client", {"server": "10.10.30.20", "delay": 11}),
    ],
    "vendor-cloud": [("https_server", {})],
    "foreign-laptop": [
        ("names_noise", {"name": "NB-PRAKTIKANT"}),
        ("s7_client", {"server": "10.10.10.11", "write": True, "identify": True, "delay": 15, "program": True}),
        ("telnet_client", {"server": "10.10.10.62", "delay": 18}),
    ],
    "forgotten-camera": [("rtsp_server", {}), ("http_server", {"banner": "CamWorks httpd 1.2"}), ("ssdp", {})],
}


def hosts() -> dict[str, Host]:
    """All hosts of the recording by id, from the workspace of the line and from :data:`OUTSIDE`."""
    gateways = {row["asset"]: row for row in _yaml("networks.yaml")["gateways"]}
    result = {host.id: host for host in OUTSIDE}
    for path in sorted((LINE / "zones").glob("*.yaml")):
        for asset in yaml.safe_load(path.read_text(encoding="utf-8"))["assets"]:
            rows = asset.get("interfaces") or [{"name": "eth0", **{k: asset[k] for k in ("network", "address", "mac")}}]
            links = [(r["name"], r["network"], r["address"], r["mac"]) for r in rows if r["network"] in SEGMENTS]
            result[asset["id"]] = Host(asset["id"], links, forwards=asset["id"] in gateways)
    for host in result.values():
        host.roles = ROLES.get(host.id, [])
        gateway = gateways.get(host.id)
        host.routes = [(r["to"], r["via"]) for r in gateway["routes"] if r["via"] != "203.0.113.1"] if gateway else []
        host.gateway = "" if gateway else GATEWAYS[host.links[0][1]]
    _as_built(result)
    return result


def _as_built(result: dict[str, Host]) -> None:
    """What differs on site from the drawing, and the routes that a drawing does not show."""
    result["line-firewall"].routes.append(("0.0.0.0/0", "10.10.30.1"))  # left over from commissioning
    for name in ("operator-station", "engineering-station", "plc-packer"):
        result[name].routes.append(("10.10.0.0/24", "10.10.10.2"))
    for name in ("erp", "office-pc"):
        result[name].routes.append(("172.20.40.0/24", "172.20.5.2"))
    for name in ("jump-host", "transfer-server"):
        result[name].routes.append(("10.10.39.0/24", "10.10.30.1"))


def _yaml(name: str) -> Any:
    return yaml.safe_load((LINE / name).read_text(encoding="utf-8"))
