"""Words for the closed lists of the model, as plant engineers and the editions of the standard use them."""

from __future__ import annotations

from typing import Final

from ninefold.base.i18n import Text
from ninefold.documents.blocks import Tone
from ninefold.model.decisions import DecisionKind
from ninefold.model.measures import MeasureState
from ninefold.model.vocabulary import AssetKind, Category, EntryKind, Objective, Role, Severity, State
from ninefold.model.zones import Exposure

_ENTRY: Final = {
    EntryKind.PUBLIC: Text("public network", "öffentliches Netz"),
    EntryKind.REMOTE_ACCESS: Text("remote access", "Fernzugriff"),
    EntryKind.ENTERPRISE: Text("enterprise network", "Unternehmensnetz"),
    EntryKind.CLOUD: Text("cloud service", "Cloud-Dienst"),
    EntryKind.SUPPLIER_UPDATE: Text("updates of a supplier", "Updates eines Lieferanten"),
    EntryKind.WIRELESS_PUBLIC: Text("wireless, reaches outside", "Funk, reicht nach außen"),
    EntryKind.WIRELESS_LOCAL: Text("wireless, on site", "Funk, auf dem Gelände"),
    EntryKind.REMOVABLE_MEDIA: Text("removable media", "Wechseldatenträger"),
    EntryKind.SERVICE_DEVICE: Text("service device", "Servicegerät"),
    EntryKind.PHYSICAL: Text("physical access", "physischer Zugang"),
}
ROLES: Final = {
    Role.ASSET_OWNER: Text("Asset owner (operator)", "Betreiber"),
    Role.SYSTEM_INTEGRATOR: Text("System integrator", "Integrator"),
    Role.PRODUCT_SUPPLIER: Text("Product supplier", "Produktlieferant"),
    Role.MAINTENANCE_PROVIDER: Text("Maintenance service provider", "Instandhaltungsdienstleister"),
}
OBJECTIVES: Final = {
    Objective.AVAILABILITY: Text("availability", "Verfügbarkeit"),
    Objective.INTEGRITY: Text("integrity", "Integrität"),
    Objective.CONFIDENTIALITY: Text("confidentiality", "Vertraulichkeit"),
}
CATEGORIES: Final = {
    Category.PEOPLE: Text("people", "Menschen"),
    Category.ENVIRONMENT: Text("environment", "Umwelt"),
    Category.PRODUCTION: Text("production", "Produktion"),
    Category.FINANCIAL: Text("financial, quality", "Finanzen, Qualität"),
    Category.KNOW_HOW: Text("know-how", "Know-how"),
    Category.LEGAL: Text("legal", "Recht"),
    Category.REPUTATION: Text("reputation", "Ansehen"),
}
EXPOSURES: Final = {
    Exposure.UNATTENDED: Text("unattended or open to third parties", "unbeaufsichtigt oder für Dritte zugänglich"),
    Exposure.STAFFED: Text("staff and contractors have access", "Personal und Fremdfirmen haben Zutritt"),
    Exposure.CONTROLLED: Text("controlled access, with evidence", "kontrollierter Zutritt, mit Nachweis"),
}
SEVERITIES: Final = {
    Severity.INFO: (Text("info", "Hinweis"), Tone.NEUTRAL),
    Severity.LOW: (Text("low", "niedrig"), Tone.NEUTRAL),
    Severity.MEDIUM: (Text("medium", "mittel"), Tone.WARN),
    Severity.HIGH: (Text("high", "hoch"), Tone.BAD),
    Severity.CRITICAL: (Text("critical", "kritisch"), Tone.BAD),
}
STATES: Final = {
    State.PASS: (Text("passed", "bestanden"), Tone.GOOD),
    State.FAIL: (Text("failed", "nicht bestanden"), Tone.BAD),
    State.UNDECIDED: (Text("undecided", "unentschieden"), Tone.UNKNOWN),
    State.ERROR: (Text("error in the check", "Fehler in der Prüfung"), Tone.BAD),
    State.NOT_APPLICABLE: (Text("not applicable", "nicht anwendbar"), Tone.NEUTRAL),
}
MEASURE_STATES: Final = {
    MeasureState.CANDIDATE: (Text("candidate", "Vorschlag"), Tone.PROPOSAL),
    MeasureState.PLANNED: (Text("planned", "geplant"), Tone.WARN),
    MeasureState.IMPLEMENTED: (Text("implemented", "umgesetzt"), Tone.NEUTRAL),
    MeasureState.VERIFIED: (Text("verified", "verifiziert"), Tone.GOOD),
}
DECISIONS: Final = {
    DecisionKind.OVERRIDE_LEVEL: Text("level set by a person", "Sicherheitsstufe von Hand festgelegt"),
    DecisionKind.EXCLUDE_SCENARIO: Text("scenario excluded", "Szenario ausgeschlossen"),
    DecisionKind.ACCEPT_RISK: Text("risk accepted", "Risiko akzeptiert"),
    DecisionKind.NOT_APPLICABLE: Text("requirement not applicable", "Anforderung nicht anwendbar"),
    DecisionKind.CONFIRM_MATCH: Text("vulnerability confirmed", "Schwachstelle bestätigt"),
    DecisionKind.REJECT_MATCH: Text("vulnerability does not apply", "Schwachstelle trifft nicht zu"),
    DecisionKind.NOT_EXPLOITABLE: Text("not exploitable here", "hier nicht ausnutzbar"),
    DecisionKind.CONFIRM_IDENTITY: Text("identity confirmed", "Identität bestätigt"),
    DecisionKind.DETAILED_ASSESSMENT: Text("detailed assessment", "detaillierte Risikobeurteilung"),
    DecisionKind.ACCEPT_DIFFERENCE: Text("difference accepted", "Abweichung akzeptiert"),
}
_KINDS: Final = {
    AssetKind.PLC: Text("controller (PLC)", "Steuerung (SPS)"),
    AssetKind.SAFETY_PLC: Text("safety controller", "Sicherheitssteuerung"),
    AssetKind.REMOTE_IO: Text("remote I/O", "dezentrale Peripherie"),
    AssetKind.SAFETY_IO: Text("safety I/O", "sichere Peripherie"),
    AssetKind.DRIVE: Text("drive", "Antrieb"),
    AssetKind.SENSOR: Text("sensor", "Sensor"),
    AssetKind.ACTUATOR: Text("actuator", "Aktor"),
    AssetKind.HMI: Text("operator panel (HMI)", "Bedienpanel (HMI)"),
    AssetKind.PANEL_PC: Text("panel PC", "Panel-PC"),
    AssetKind.OPERATOR_STATION: Text("operator station", "Bedienstation"),
    AssetKind.SCADA_SERVER: Text("SCADA server", "Leitsystem-Server"),
    AssetKind.HISTORIAN: Text("historian", "Prozessdatenarchiv"),
    AssetKind.ENGINEERING_STATION: Text("engineering station", "Engineering-Station"),
    AssetKind.MES: Text("MES", "MES"),
    AssetKind.ERP: Text("ERP", "ERP"),
    AssetKind.DATABASE: Text("database", "Datenbank"),
    AssetKind.OPC_SERVER: Text("OPC server", "OPC-Server"),
    AssetKind.EDGE_GATEWAY: Text("edge gateway", "Edge-Gateway"),
    AssetKind.SENSOR_GATEWAY: Text("sensor gateway", "Sensor-Gateway"),
    AssetKind.PROTOCOL_GATEWAY: Text("protocol gateway", "Protokollumsetzer"),
    AssetKind.CAMERA: Text("camera", "Kamera"),
    AssetKind.VISION_SYSTEM: Text("vision system", "Bildverarbeitung"),
    AssetKind.ROBOT_CONTROLLER: Text("robot controller", "Robotersteuerung"),
    AssetKind.MACHINE_TOOL_CONTROLLER: Text("CNC", "CNC-Steuerung"),
    AssetKind.RTU: Text("RTU", "Fernwirkstation (RTU)"),
    AssetKind.IED: Text("protection device (IED)", "Schutzgerät (IED)"),
    AssetKind.SWITCH: Text("switch", "Switch"),
    AssetKind.ROUTER: Text("router", "Router"),
    AssetKind.FIREWALL: Text("firewall", "Firewall"),
    AssetKind.REMOTE_MAINTENANCE_ROUTER: Text("remote maintenance router", "Fernwartungsrouter"),
    AssetKind.WIRELESS_ACCESS_POINT: Text("wireless access point", "WLAN-Zugangspunkt"),
    AssetKind.CELLULAR_ROUTER: Text("cellular router", "Mobilfunkrouter"),
    AssetKind.JUMP_HOST: Text("jump host", "Sprungserver"),
    AssetKind.PROXY: Text("proxy", "Proxy"),
    AssetKind.DATA_DIODE: Text("data diode", "Datendiode"),
    AssetKind.DIRECTORY_SERVER: Text("directory server", "Verzeichnisserver"),
    AssetKind.LOG_SERVER: Text("log server", "Protokollserver"),
    AssetKind.TIME_SERVER: Text("time server", "Zeitserver"),
    AssetKind.DNS_SERVER: Text("DNS server", "DNS-Server"),
    AssetKind.UPDATE_SERVER: Text("update server", "Update-Server"),
    AssetKind.BACKUP_SERVER: Text("backup server", "Datensicherungsserver"),
    AssetKind.FILE_SERVER: Text("file server", "Dateiserver"),
    AssetKind.PRINTER: Text("printer", "Drucker"),
    AssetKind.LABEL_PRINTER: Text("label printer", "Etikettendrucker"),
    AssetKind.BARCODE_READER: Text("barcode reader", "Barcodeleser"),
    AssetKind.WEIGHING_SYSTEM: Text("weighing system", "Waage"),
    AssetKind.UPS: Text("UPS", "USV"),
    AssetKind.WORKSTATION: Text("workstation", "Arbeitsplatzrechner"),
    AssetKind.LAPTOP: Text("laptop", "Laptop"),
    AssetKind.MOBILE_DEVICE: Text("mobile device", "Mobilgerät"),
    AssetKind.REMOVABLE_MEDIA: Text("removable medium", "Wechseldatenträger"),
    AssetKind.SERVER: Text("server", "Server"),
    AssetKind.APPLICATION: Text("application", "Anwendung"),
    AssetKind.CLOUD_SERVICE: Text("cloud service", "Cloud-Dienst"),
    AssetKind.OTHER: Text("other", "Sonstiges"),
}


def entry_word(kind: EntryKind) -> Text:
    """The kind of an entry point in words."""
    return _ENTRY.get(kind, Text(kind.value))


def kind_word(kind: AssetKind) -> Text:
    """The kind of an asset in words."""
    return _KINDS.get(kind, Text(kind.value))
