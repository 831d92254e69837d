"""What people write above the columns of a device list, in English and German, and how a column is recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ninefold.sources.common import addresses, mac

#: field: headings in normal form (see :func:`normal`); the first that fits wins, longer ones before shorter
HEADINGS: Final[dict[str, str]] = {
    "id": """
        id, asset id, device id, anlagen id, gerate id, bmk, betriebsmittelkennzeichen, betriebsmittel, equipment id,
        tag, tag number, anlagenkennzeichen, akz, kks, device tag, asset tag, inventarnummer, inventar nr, inventory
        number, asset number""",
    "title": """
        name, title, device, device name, asset, asset name, gerat, geratename, bezeichnung, geratebezeichnung,
        komponente, component, station, stationsname, description, beschreibung, anlagenteil, label, system, module
        name, baugruppenname""",
    "hostname": """
        hostname, host name, host, dns name, dns, fqdn, rechnername, computername, computer name, profinet name,
        profinet geratename, profinet device name, pn name, pn geratename, netzwerkname, node name, netbios name,
        device host name""",
    "address": """
        ip, ip address, ip addresses, ip adresse, ip adressen, ipv4, ipv4 address, ipv4 adresse, address, adresse,
        network address, netzwerkadresse, ip addr, primary ip4, primary ip, primary ip address, primary ipv4 address,
        primary ipv4, primary ip6, ipv6, ipv6 address, ipv6 adresse, oob ip, ip nr, ip nummer, ip number, ip host,
        management ip, mgmt ip""",
    "mask": """
        subnet mask, subnetmask, netmask, mask, subnetzmaske, netzmaske, subnetzmaske ip, maske, prefix,
        prefix length""",
    "subnet": """
        subnet, subnetz, netz, ip range, ip network, ip netz, ip bereich""",
    "gateway": """
        gateway, default gateway, standardgateway, router, router address, routeradresse, std gateway""",
    "mac": """
        mac, mac address, mac addresses, mac adresse, mac adressen, mac addr, ethernet address, ethernet adresse,
        physical address, physikalische adresse, hardware address, hw address, hwaddr, mac id""",
    "network": """
        network, netzwerk, network segment, segment, netzsegment, network name, lan, bus, bussystem, subsystem,
        iosystem""",
    "vlan": """
        vlan, vlan id, vlan nr, vid, vlan name""",
    "vendor": """
        vendor, manufacturer, hersteller, fabrikat, make, maker, supplier, lieferant, producer, brand, marke, oem,
        firma""",
    "product": """
        product, produkt, product name, produktname, model, modell, type, typ, device type, geratetyp, typbezeichnung,
        baureihe, series, part, baugruppe, module, modul, produktbezeichnung, hardware type, gerateart typ, model
        name, type designation""",
    "order_number": """
        order number, order no, order nr, order code, mlfb, article number, article no, article, artikelnummer,
        artikel nr, artikel, artikel number, bestellnummer, bestell nr, bestellnr, part number, part no, partnumber,
        pn, catalog number, catalogue number, cat no, teilenummer, sachnummer, material number, materialnummer, mat
        nr, typenummer, type number, sku""",
    "serial": """
        serial, serial number, serial no, serial nr, serialnumber, sn, s n, seriennummer, serien nr, seriennr,
        fabriknummer, fabrik nr, f nr, herstellnummer, geratenummer""",
    "firmware": """
        firmware, firmware version, firmwarestand, firmware stand, fw, fw version, fw stand, firmwareversion, software
        version, sw version, softwarestand, software stand, sw stand, version, versionsstand, ausgabestand firmware,
        softwareversion, release, os version""",
    "hardware_version": """
        hardware version, hw version, hardware revision, hw revision, revision, hardwarestand, hw stand,
        erzeugnisstand, hardwareversion, ausgabestand, es, fs""",
    "kind": """
        kind, category, kategorie, asset type, asset class, gerateklasse, gerateart, device class, role, device role,
        rolle, class, klasse, art, funktion, function, gruppe, group, device category, asset kind""",
    "zone": """
        zone, security zone, sicherheitszone, zone id, zonenname, zone name, purdue level, level, ebene, purdue""",
    "location": """
        location, standort, ort, einbauort, place, cabinet, schaltschrank, schrank, rack, raum, room, halle, building,
        gebaude, site, area, bereich, position, panel location, aufstellort, anlage, linie, line, plant""",
    "owner": """
        owner, verantwortlich, verantwortlicher, responsible, ansprechpartner, contact, kontakt, eigentumer, asset
        owner, zustandig, tenant""",
    "os": """
        os, operating system, betriebssystem, platform, plattform""",
    "software": """
        software, application, applications, anwendung, anwendungen, installed software, programm,
        programme, programs""",
    "services": """
        services, service, dienste, ports, protocols, protokolle, protocol, protokoll, open ports, offene ports,
        kommunikation""",
    "count": """
        count, quantity, qty, anzahl, menge, stuck, stk, number of devices""",
    "switch": """
        switch, connected to, angeschlossen an, uplink, nachbar, neighbor, neighbour, switch name""",
    "switch_port": """
        port, switch port, switchport, interface, schnittstelle, anschluss, switch interface, port nr""",
    "support_until": """
        end of support, support until, support bis, eol, end of life, eos, abkundigung, support ende""",
    "note": """
        note, notes, comment, comments, bemerkung, bemerkungen, kommentar, kommentare, hinweis, remark, remarks,
        notiz, info, anmerkung""",
}
#: these words after a heading say which of several it is, not what it is: "IP address 2", "MAC X1"
_NUMBERED: Final = re.compile(r" (?:\d{1,2}|[xp]\d{1,2}|a|b|primar|primary|sekundar|secondary|lan\d?|eth\d?)$")
_IDENTIFYING: Final = frozenset({"id", "title", "hostname", "address", "mac", "serial"})
ORDER_NUMBER: Final = re.compile(
    r"6(?:ES|AV|SL|GK|EP|XV|FC|AG|BK|SN)\d[\s-]?[\dA-Z]{3}[\s-]?\w{5}(?:[\s-]?\w{3,4})?"  # Siemens
    r"|17\d\d-[A-Z]{1,3}\w{1,10}|20[A-Z]-\w+|5069-\w+"  # Rockwell
    r"|BMX\w+|TM\d{3}\w+|140CPU\w+"  # Schneider
    r"|(?:CX|C|EK|EL|CP)\d{4}-\d{4}"  # Beckhoff
    r"|\d{3}-\d{3,4}(?:/\d{3}-\d{3})?"  # WAGO
)


_UMLAUTS: Final = str.maketrans("äöüß", "aous")


def normal(heading: str) -> str:
    """A heading as it is compared: lower case, without umlaut marks, punctuation, units and ``(optional)``."""
    text = heading.lower().translate(_UMLAUTS)
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)
    text = text.replace("ae", "a").replace("oe", "o").replace("ue", "u") if text.startswith("gera") else text
    return " ".join(re.findall(r"[a-z0-9]+", text))


_FIELDS: Final[dict[str, str]] = {
    normal(word): field for field, words in HEADINGS.items() for word in words.split(",") if word.strip()
}


def field_of(heading: str) -> str:
    """The field a heading names; "" when it is none we know."""
    if len(heading) > 60:
        return ""
    text = normal(heading)
    return _FIELDS.get(text) or _FIELDS.get(_NUMBERED.sub("", text), "")


#: headings that only count rows
COUNTING: Final = frozenset(
    ["pos", "nr", "lfd", "nr", "no", "number", "#", "lfd", "item", "row", "zeile", "index", "laufende", "nummer"]
) | {"lfd nr", ""}


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row stands above a device list: several known headings, one of them names a device."""
    fields = [field_of(cell) for cell in cells if cell]
    known = {field for field in fields if field}
    return len(known) >= 2 and bool(known & _IDENTIFYING) and len(known) * 3 >= len(set(filter(None, cells)))


def field_of_values(values: Iterable[str]) -> str:
    """The field that the values of a column show by themselves: addresses, MACs, order numbers."""
    filled = [value for value in values if value][:200]
    if len(filled) < 2:
        return ""
    for field, test in (("mac", mac), ("address", addresses), ("order_number", ORDER_NUMBER.fullmatch)):
        if sum(bool(test(value)) for value in filled) * 10 >= len(filled) * 7:
            return field
    return ""
