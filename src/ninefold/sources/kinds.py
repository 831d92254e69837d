"""What kind of device something is, guessed from what it says of itself: words, order numbers, services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ninefold.model.observed import Grade, ObservedHost
from ninefold.model.vocabulary import AssetKind as Kind

#: from the special to the general; the first that fits wins. English and German words, product families
WORDS: Final = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (
            Kind.SAFETY_PLC,
            (
                r"safety.?(?:plc|cpu|controller)|sicherheits.?(?:sps|steuerung)|f-?cpu|\b1[25]1\d[cs]?p?f|"
                r"guardlogix|pilz|pss ?4000"
            ),
        ),
        (Kind.SAFETY_IO, r"safety.?i/?o|f-?(?:di|do|periph)|sichere.? (?:ein|aus)"),
        (
            Kind.REMOTE_MAINTENANCE_ROUTER,
            (
                r"ewon|cosy|flexy|secomea|sitemanager|ixon|mbnet|tosibox|fernwart|"
                r"remote.?maint"
            ),
        ),
        (Kind.CELLULAR_ROUTER, r"\blte\b|cellular|mobilfunk|scalance m8|rut\d{3}|umts"),
        (Kind.WIRELESS_ACCESS_POINT, r"access.?point|wlan|wi-?fi|scalance w|funk"),
        (Kind.FIREWALL, r"firewall|mguard|fortigate|scalance s|palo ?alto|tofino|eagle"),
        (
            Kind.SWITCH,
            (
                r"switch|scalance x|\bx\d{3}\b|hirschmann|\bmach\d|\brs[23]0|catalyst|moxa eds|fl switch|"
                r"stratix|ws-c\d"
            ),
        ),
        (Kind.ROUTER, r"router|gateway router"),
        (Kind.ENGINEERING_STATION, r"engineering|programmierger|field ?pg|simatic pg|tia portal|step ?7|\bes-pc"),
        (Kind.OPERATOR_STATION, r"operator.?station|bedien(?:station|platz)|leitstand|wincc (?:client|prof)"),
        (Kind.PANEL_PC, r"panel.?pc|\bipc\b|industrie.?pc|cp6\d\d\d|cx\d{4}|\bct-"),
        (
            Kind.HMI,
            (
                r"\bhmi|bedienpanel|bediengerat|bediengerät|\bktp|\btp\d{3,4}|comfort panel|panelview|"
                r"magelis|simatic panel|\bpanel\b|touch"
            ),
        ),
        (Kind.ROBOT_CONTROLLER, r"robot|kuka|\bkrc|fanuc r-|irc5|staubli|yaskawa"),
        (Kind.MACHINE_TOOL_CONTROLLER, r"\bcnc\b|\bnc[uk]\b|sinumerik|heidenhain|fanuc"),
        (
            Kind.DRIVE,
            (
                r"drive|umrichter|antrieb|inverter|sinamics|\bfu\b|frequenz|servo|powerflex|lenze|sew|movi|"
                r"altivar|micromaster"
            ),
        ),
        (Kind.RTU, r"\brtu\b|fernwirk|remote terminal"),
        (Kind.IED, r"\bied\b|schutzger|protection relay|siprotec|\brel\d{3}|sepam|feeder"),
        (Kind.CAMERA, r"camera|kamera|webcam|axis"),
        (Kind.VISION_SYSTEM, r"vision|cognex|bildverarb|keyence"),
        (Kind.BARCODE_READER, r"barcode|scanner|code.?reader|lector|dmc"),
        (Kind.LABEL_PRINTER, r"label.?printer|etikett|zebra"),
        (Kind.PRINTER, r"printer|drucker|laserjet"),
        (Kind.WEIGHING_SYSTEM, r"weigh|waage|wage|siwarex|mettler"),
        (Kind.SENSOR_GATEWAY, r"io-?link master|al1\d{3}"),
        (Kind.PROTOCOL_GATEWAY, r"protocol.?gateway|anybus|abcc|netbiter|hms|feldbus.?gateway|koppler.*gateway"),
        (Kind.EDGE_GATEWAY, r"edge|iot.?gateway|iot2\d{3}"),
        (
            Kind.REMOTE_IO,
            (
                r"remote.?i/?o|dezentrale.?peripherie|et ?200|im ?15\d|io.?device|bus.?coupler|buskoppler|"
                r"750-3\d\d|ek1\d{3}|flex.?i/?o|point.?i/?o|\bio\b"
            ),
        ),
        (
            Kind.PLC,
            (
                r"\bplc|\bsps\b|\bcpu|steuerung|controller|s7-?\d{3,4}|logix|1756-l|bmx ?p|m340|m580|"
                r"tm2\d\d|axc ?f|melsec|sysmac|\bcj2|\bnx1|x20cp|750-8\d\d|ac500"
            ),
        ),
        (Kind.SENSOR, r"sensor|encoder|drehgeber|messger|transmitter"),
        (Kind.ACTUATOR, r"actuator|ventil|valve|aktor|festo"),
        (Kind.HISTORIAN, r"historian|archiv"),
        (Kind.SCADA_SERVER, r"scada|wincc|leitsystem|zenon|ignition|intouch"),
        (Kind.OPC_SERVER, r"opc.?server|kepware"),
        (Kind.MES, r"\bmes\b"),
        (Kind.ERP, r"\berp\b|\bsap\b"),
        (Kind.DATABASE, r"database|datenbank|sql server|oracle"),
        (Kind.DIRECTORY_SERVER, r"domain.?controller|active directory|\bdc\d"),
        (Kind.TIME_SERVER, r"time.?server|zeitserver|ntp|gps.?clock|lantime"),
        (Kind.BACKUP_SERVER, r"backup"),
        (Kind.FILE_SERVER, r"file.?server|\bnas\b|synology"),
        (Kind.UPS, r"\bups\b|\busv\b|sitop"),
        (Kind.LAPTOP, r"laptop|notebook|latitude|thinkpad|elitebook"),
        (Kind.WORKSTATION, r"workstation|\bpc\b|optiplex|desktop|windows (?:xp|7|8|10|11)|client"),
        (Kind.SERVER, r"server|linux|vmware|esxi|poweredge|proliant"),
    )
)
#: first letters of order numbers without blanks: kind
ORDER_NUMBERS: Final = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"6ES7(?:21[24]|31[2-9]|41[0-9]|51[0-9])-?\dF|6ES7(?:21|31|51).*F", Kind.SAFETY_PLC),
        (r"6ES7(?:21|31|41|51)", Kind.PLC),
        (r"6ES7(?:15|13|14)", Kind.REMOTE_IO),
        (r"6AV", Kind.HMI),
        (r"6SL|6SE|6FX", Kind.DRIVE),
        (r"6GK5[6]", Kind.FIREWALL),
        (r"6GK5(?:7)", Kind.WIRELESS_ACCESS_POINT),
        (r"6GK5(?:8)", Kind.CELLULAR_ROUTER),
        (r"6GK5", Kind.SWITCH),
        (r"6FC", Kind.MACHINE_TOOL_CONTROLLER),
        (r"6EP", Kind.UPS),
        (r"1756L|1769L|5069L", Kind.PLC),
        (r"BMXP|BMEP|TM2\d\dC|140CPU", Kind.PLC),
    )
)
_SAYING: Final = (
    "declared.kind",
    "identity.product",
    "lldp.system_description",
    "snmp.system_description",
    "declared.title",
    "profinet.name",
    "dhcp.host",
    "dhcp.vendor_class",
    "os.name",
    "cip.device_type",
    "enip.device_type",
    "profinet.type",
    "cdp.platform",
    "ads.device",
    "mms.product",
    "bacnet.model",
)
_SERVICES: Final = {
    "s7comm": Kind.PLC,
    "s7comm-plus": Kind.PLC,
    "modbus": Kind.PLC,
    "enip": Kind.PLC,
    "ads": Kind.PLC,
    "fins": Kind.PLC,
    "melsec": Kind.PLC,
    "iec104": Kind.RTU,
    "dnp3": Kind.RTU,
    "mms": Kind.IED,
    "printer": Kind.PRINTER,
    "rdp": Kind.WORKSTATION,
    "smb": Kind.WORKSTATION,
}


_ROLES: Final = {
    **{f"serves {service}": kind for service, kind in _SERVICES.items()},
    "uses goose": Kind.IED,
    "serves c37118": Kind.IED,
    "serves opcua": Kind.OPC_SERVER,
    "serves dns": Kind.DNS_SERVER,
    "serves ntp": Kind.TIME_SERVER,
    "serves mqtt": Kind.SERVER,
    "serves bacnet": Kind.PLC,
    "serves hart-ip": Kind.PROTOCOL_GATEWAY,
    "serves rtsp": Kind.CAMERA,
    "uses rdp": Kind.WORKSTATION,
}


def guess(host: ObservedHost, roles: Sequence[str] = ()) -> Kind:
    """The most likely kind; ``other`` when nothing tells. ``roles``: ``serves modbus``, ``uses ads``, ``programs``."""
    facts = {key: [fact.value for fact in host.facts if fact.key == key] for key in _SAYING}
    for kind in Kind:
        if kind.value in {value.lower() for value in facts["declared.kind"]}:
            return kind
    for value in facts["declared.kind"]:
        found = _by_words(value)
        if found:
            return found
    for fact in host.facts:
        if fact.key == "identity.order_number":
            bare = re.sub(r"\s", "", fact.value.upper())
            for pattern, kind in ORDER_NUMBERS:
                if pattern.match(bare):
                    return kind
    for text in [*(value for key in _SAYING for value in facts[key]), *host.names]:
        found = _by_words(text)
        if found:
            return found
    if host.router:
        return Kind.ROUTER
    for _, service, grade in host.services:
        if grade is Grade.SIGNATURE and service in _SERVICES:
            return _SERVICES[service]
    if "programs" in roles:
        return Kind.ENGINEERING_STATION
    return next((kind for role, kind in _ROLES.items() if role in roles), Kind.OTHER)


def _by_words(text: str) -> Kind | None:
    return next((kind for kind, pattern in WORDS if pattern.search(text)), None)
