"""German words for what the interview writes into a workspace. Names of things are data, so they stand in one table."""

from __future__ import annotations

import re
from typing import Any, Final

_WORDS: Final = {
    "New machine": "Neue Maschine",
    "The machine up to its firewall; what lies beyond belongs to the company or to service providers.": (
        "Die Maschine bis zu ihrer Firewall; was dahinter liegt, gehört dem Unternehmen oder Dienstleistern."
    ),
    "as answered in the interview": "laut Antwort im Interview",
    "as answered in the interview; to be shown": "laut Antwort im Interview; noch zu belegen",
    "Control": "Steuerung",
    "Controller": "Steuerung",
    "Remote I/O": "Peripheriestation",
    "Drive": "Antrieb",
    "Operator panel": "Bediengerät",
    "Camera": "Kamera",
    "Engineering station": "Engineering-Station",
    "Radio": "Funk",
    "Access point": "Funkzugang",
    "Tablet": "Tablet",
    "Radio to control": "Funk zur Steuerung",
    "operate by tablet": "mit dem Tablet bedienen",
    "Safety": "Sicherheitstechnik (Safety)",
    "Safety controller": "Sicherheitssteuerung",
    "Control to safety": "Steuerung zur Sicherheitstechnik",
    "read the state of safety": "Zustand der Sicherheitstechnik lesen",
    "Visualisation and data": "Visualisierung und Daten",
    "Visualisation and data server": "Visualisierungs- und Datenserver",
    "Supervision to control": "Visualisierung zur Steuerung",
    "visualise, operate": "visualisieren, bedienen",
    "Connection to the outside": "Verbindung nach außen",
    "Firewall of the machine": "Firewall der Maschine",
    "Gateway to the cloud": "Gateway zur Cloud",
    "Data for the cloud": "Daten für die Cloud",
    "collect data": "Daten sammeln",
    "exchange with the cloud": "Austausch mit der Cloud",
    "Router for remote maintenance": "Fernwartungsrouter",
    "Remote access": "Fernzugriff",
    "remote maintenance": "Fernwartung",
    "Remote maintenance to control": "Fernwartung zur Steuerung",
    "diagnose, program": "diagnostizieren, programmieren",
    "Network of the company": "Unternehmensnetz",
    "Order and data system of the company": "Auftrags- und Datensystem des Unternehmens",
    "orders and production data": "Aufträge und Produktionsdaten",
    "Company to machine": "Unternehmen zur Maschine",
    "Service devices": "Servicegeräte",
    "Laptop for programming": "Programmier-Laptop",
    "program": "programmieren",
    "Programming": "Programmieren",
    "Remote maintenance over the internet": "Fernwartung über das Internet",
    "Port for the laptop": "Anschluss für den Laptop",
    "USB sticks": "USB-Sticks",
    "Radio inside the site": "Funk auf dem Gelände",
    "Radio beyond the fence": "Funk über das Gelände hinaus",
    "Cabinets and panels": "Schaltschränke und Bediengeräte",
    "Uplink, addresses to be filled in": "Anbindung nach außen, Adressen noch einzutragen",
    "Production": "Produktion",
    "Safe stop": "Sicherer Halt",
    "Programs and recipes": "Programme und Rezepturen",
    "Exchange of data": "Datenaustausch",
    "Maintenance": "Instandhaltung",
}
_TEXTS: Final = frozenset({"title", "boundary", "purpose", "why", "note", "exposure_evidence"})
_NUMBERED: Final = re.compile(r"(.+) (\d+)")


def in_german(value: Any, key: str = "") -> Any:
    """The same sections with German titles, purposes and reasons; ids and what the person wrote stay as they are."""
    if isinstance(value, dict):
        return {name: in_german(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [in_german(item) for item in value]
    return _german(value) if key in _TEXTS and isinstance(value, str) else value


def _german(text: str) -> str:
    found = _NUMBERED.fullmatch(text)
    if found and found[1] in _WORDS:
        return f"{_WORDS[found[1]]} {found[2]}"
    return _WORDS.get(text, text)
