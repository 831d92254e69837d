"""Closed word lists of the field, in the order the field uses.

Source: IEC 62443-3-3:2013 clause 4 to 11 (foundational requirements), docs/method.md (categories, objectives).
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Final


class FR(IntEnum):
    """The seven foundational requirements of IEC 62443-1-1."""

    IAC = 1
    UC = 2
    SI = 3
    DC = 4
    RDF = 5
    TRE = 6
    RA = 7


class Objective(Enum):
    """Protection objectives, in OT order."""

    AVAILABILITY = "A"
    INTEGRITY = "I"
    CONFIDENTIALITY = "C"


class Category(Enum):
    """What a consequence hits; anchors for the ratings 1 to 5 stand in ``analysis``."""

    PEOPLE = "people"
    ENVIRONMENT = "environment"
    PRODUCTION = "production"
    FINANCIAL = "financial"
    KNOW_HOW = "know_how"
    LEGAL = "legal"
    REPUTATION = "reputation"


class Role(Enum):
    """Roles of IEC 62443-1-1 and IEC 62443-2-4."""

    ASSET_OWNER = "asset-owner"
    SYSTEM_INTEGRATOR = "system-integrator"
    PRODUCT_SUPPLIER = "product-supplier"
    MAINTENANCE_PROVIDER = "maintenance-provider"


class AssetKind(Enum):
    """Kinds of devices and software that an automation system is made of."""

    PLC = "plc"
    SAFETY_PLC = "safety-plc"
    REMOTE_IO = "remote-io"
    SAFETY_IO = "safety-io"
    DRIVE = "drive"
    SENSOR = "sensor"
    ACTUATOR = "actuator"
    HMI = "hmi"
    PANEL_PC = "panel-pc"
    OPERATOR_STATION = "operator-station"
    SCADA_SERVER = "scada-server"
    HISTORIAN = "historian"
    ENGINEERING_STATION = "engineering-station"
    MES = "mes"
    ERP = "erp"
    DATABASE = "database"
    OPC_SERVER = "opc-server"
    EDGE_GATEWAY = "edge-gateway"
    SENSOR_GATEWAY = "sensor-gateway"
    PROTOCOL_GATEWAY = "protocol-gateway"
    CAMERA = "camera"
    VISION_SYSTEM = "vision-system"
    ROBOT_CONTROLLER = "robot-controller"
    MACHINE_TOOL_CONTROLLER = "cnc"
    RTU = "rtu"
    IED = "ied"
    SWITCH = "switch"
    ROUTER = "router"
    FIREWALL = "firewall"
    REMOTE_MAINTENANCE_ROUTER = "remote-maintenance-router"
    WIRELESS_ACCESS_POINT = "wireless-access-point"
    CELLULAR_ROUTER = "cellular-router"
    JUMP_HOST = "jump-host"
    PROXY = "proxy"
    DATA_DIODE = "data-diode"
    DIRECTORY_SERVER = "directory-server"
    LOG_SERVER = "log-server"
    TIME_SERVER = "time-server"
    DNS_SERVER = "dns-server"
    UPDATE_SERVER = "update-server"
    BACKUP_SERVER = "backup-server"
    FILE_SERVER = "file-server"
    PRINTER = "printer"
    LABEL_PRINTER = "label-printer"
    BARCODE_READER = "barcode-reader"
    WEIGHING_SYSTEM = "weighing-system"
    UPS = "ups"
    WORKSTATION = "workstation"
    LAPTOP = "laptop"
    MOBILE_DEVICE = "mobile-device"
    REMOVABLE_MEDIA = "removable-media"
    SERVER = "server"
    APPLICATION = "application"
    CLOUD_SERVICE = "cloud-service"
    OTHER = "other"


SAFETY_KINDS: Final = frozenset({AssetKind.SAFETY_PLC, AssetKind.SAFETY_IO})
NETWORK_KINDS: Final = frozenset(
    {
        AssetKind.SWITCH,
        AssetKind.ROUTER,
        AssetKind.FIREWALL,
        AssetKind.REMOTE_MAINTENANCE_ROUTER,
        AssetKind.WIRELESS_ACCESS_POINT,
        AssetKind.CELLULAR_ROUTER,
        AssetKind.DATA_DIODE,
    }
)
CONTROL_KINDS: Final = frozenset(
    {
        AssetKind.PLC,
        AssetKind.SAFETY_PLC,
        AssetKind.REMOTE_IO,
        AssetKind.SAFETY_IO,
        AssetKind.DRIVE,
        AssetKind.ROBOT_CONTROLLER,
        AssetKind.MACHINE_TOOL_CONTROLLER,
        AssetKind.RTU,
        AssetKind.IED,
    }
)


class ComponentType(Enum):
    """Component types of IEC 62443-4-2:2019 (SAR, EDR, HDR, NDR)."""

    SOFTWARE = "software-application"
    EMBEDDED = "embedded-device"
    HOST = "host-device"
    NETWORK = "network-device"


class EntryKind(Enum):
    """Where an attacker can come from. ``docs/method.md`` section 3 says how each counts."""

    PUBLIC = "public"
    REMOTE_ACCESS = "remote-access"
    ENTERPRISE = "enterprise"
    CLOUD = "cloud"
    SUPPLIER_UPDATE = "supplier-update"
    WIRELESS_PUBLIC = "wireless-public"
    WIRELESS_LOCAL = "wireless-local"
    REMOVABLE_MEDIA = "removable-media"
    SERVICE_DEVICE = "service-device"
    PHYSICAL = "physical"


class Severity(IntEnum):
    """How bad a finding is."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class State(Enum):
    """What a check says. ``undecided`` is an answer; silence is never a pass."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNDECIDED = "undecided"
    ERROR = "error"
    NOT_APPLICABLE = "not_applicable"
