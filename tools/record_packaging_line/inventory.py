"""The list of devices as the machine builder keeps it: German, in a spreadsheet, and not quite true."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Final

import yaml

from tools.record_packaging_line.plan import LINE

HEAD: Final = (
    "Pos.",
    "BMK",
    "Bezeichnung",
    "Hersteller",
    "Typ",
    "Bestellnummer",
    "FW-Stand",
    "Hostname",
    "IP-Adresse",
    "MAC-Adresse",
    "Zone",
    "Bemerkung",
)
#: asset -> (designation, German title)
TITLES: Final = {
    "safety-plc-packer": ("=S1-K10", "Sicherheitssteuerung Packer"),
    "safety-plc-palletiser": ("=S1-K20", "Sicherheitssteuerung Palettierer"),
    "safety-io": ("=S1-K11", "Sichere Ein-/Ausgänge (Türen, Not-Halt)"),
    "safety-firewall": ("=S1-A1", "Firewall vor der Sicherheitstechnik"),
    "plc-filler": ("=C1-K10", "SPS Füller"),
    "plc-packer": ("=C2-K10", "SPS Packer"),
    "plc-palletiser": ("=C3-K10", "SPS Palettierer"),
    "remote-io-filler": ("=C1-K30", "Dezentrale Peripherie Füller"),
    "drive-conveyor-1": ("=C2-T31", "Umrichter Zuförderband"),
    "drive-conveyor-2": ("=C3-T32", "Umrichter Abförderband"),
    "robot": ("=C3-U35", "Robotersteuerung Palettierer"),
    "hmi-packer": ("=C2-P41", "Bedienpanel Packer"),
    "operator-station": ("=C1-P50", "Leitstand Linie"),
    "engineering-station": ("=C1-P51", "Engineering-Station im Schaltschrank"),
    "vision": ("=C2-B61", "Kamera MHD-Kontrolle"),
    "weigher": ("=C2-B62", "Kontrollwaage"),
    "label-printer": ("=C3-P63", "Etikettendrucker"),
    "switch-control": ("=C1-A3", "Switch Maschinennetz"),
    "mes-connector": ("=D1-A10", "MES-Anbindung"),
    "historian": ("=D1-A20", "Datenserver"),
    "edge-gateway": ("=D1-A30", "Edge-Gateway"),
    "line-services": ("=D1-A5", "Zeit- und Namensdienst"),
    "log-server": ("=D1-A6", "Logserver"),
    "switch-data": ("=D1-A4", "Switch Datennetz"),
    "maintenance-router": ("=R1-A1", "Fernwartungsrouter"),
    "line-firewall": ("=R1-A2", "Linienfirewall"),
    "jump-host": ("=R1-A10", "Sprungserver Service"),
    "transfer-server": ("=R1-A20", "Übergabeserver Dateien"),
}
#: mistakes of the list: (asset, column) -> what it says instead. Each is a case of tests/examples.
MISTAKES: Final = {
    ("drive-conveyor-2", "IP-Adresse"): "10.10.10.23",  # digits swapped; the drive answers at .32
    ("label-printer", "Bestellnummer"): "",  # nobody looked it up
    ("vision", "FW-Stand"): "5.0",  # rounded
    ("log-server", "Hostname"): "log-linie3",  # copied from the neighbouring line
}
#: devices of the list that are not there any more
GONE: Final = (
    ("=C3-B64", "Barcodescanner Palette", "Optera", "OB-5", "OB-5-U", "1.1", "", "10.10.10.64", "", "1", "Reserve?"),
)


def rows() -> list[tuple[str, ...]]:
    """The lines of the list without its head, in the order of the plan."""
    found = _assets()
    lines = [_row(asset, found[asset]) for asset in TITLES]
    lines.insert(17, GONE[0])
    return [(str(number), *line) for number, line in enumerate(lines, 1)]


def write(sources: Path) -> None:
    """``inventory.csv``: semicolons and a byte order mark, as Excel in German writes it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(rows())
    (sources / "inventory.csv").write_bytes(text.getvalue().encode("utf-8-sig"))


def _assets() -> dict[str, dict[str, Any]]:
    result = {}
    for number, zone in enumerate(("safety", "control", "data", "external")):
        content = yaml.load((LINE / "zones" / f"{zone}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for asset in content["assets"]:
            result[asset["id"]] = {**asset, "zone": str(number)}
    return result


def _row(asset: str, data: dict[str, Any]) -> tuple[str, ...]:
    first = data.get("interfaces", [data])[0]
    remark = {"drive-conveyor-1": "keine Updates mehr", "drive-conveyor-2": "keine Updates mehr"}.get(asset, "")
    columns = {
        "BMK": TITLES[asset][0],
        "Bezeichnung": TITLES[asset][1],
        "Hersteller": data["vendor"],
        "Typ": data["product"],
        "Bestellnummer": data.get("order_number", ""),
        "FW-Stand": data["firmware"],
        "Hostname": (data.get("hostnames") or [""])[0],
        "IP-Adresse": first["address"],
        "MAC-Adresse": first.get("mac", "").upper().replace(":", "-"),
        "Zone": data["zone"],
        "Bemerkung": remark,
    }
    return tuple(MISTAKES.get((asset, key), value) for key, value in columns.items())
