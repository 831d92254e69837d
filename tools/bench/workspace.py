"""How long a workspace of 5,000 assets takes to open: lean (3 MB) and rich (12 MB), from text and from the cache."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import yaml

from ninefold.workspace.load import load

ZONES, PER_ZONE = 50, 100


def write_workspace(root: Path, *, rich: bool) -> int:
    """A workspace of 50 zones of 100 assets each; the bytes of its text."""
    (root / "zones").mkdir(parents=True)
    (root / "ninefold.yaml").write_text("format: 1\nsystem: {name: bench}\n")
    networks = [f"  - id: n{zone}\n    subnet: 10.{zone}.0.0/16\n    zone: z{zone}\n" for zone in range(ZONES)]
    (root / "networks.yaml").write_text("networks:\n" + "".join(networks))
    for zone in range(ZONES):
        assets = "".join(_asset(zone, number, rich) for number in range(PER_ZONE))
        (root / f"zones/z{zone}.yaml").write_text(f"zone:\n  id: z{zone}\nassets:\n{assets}")
    return sum(path.stat().st_size for path in root.rglob("*.yaml"))


def _asset(zone: int, number: int, rich: bool) -> str:
    lines = [
        f"- id: plc-{zone}-{number}",
        "  kind: plc",
        f"  title: Controller {number} of the packaging cell {zone} in hall {zone % 7}",
        "  vendor: Siemens",
        "  product: SIMATIC S7-1500 CPU 1516-3 PN/DP",
        "  order_number: 6ES7516-3AN02-0AB0",
        "  hardware_version: FS03",
        "  firmware: V2.9.4",
        f"  serial: S C-N{zone:03}{number:05}",
        f"  location: Hall {zone % 7}, row {number % 10}, cabinet {number}",
        "  owner: Maintenance department, shift B",
        f"  hostnames: [plc-{zone}-{number}.cell.example, plc-{zone}-{number}]",
        "  services: [s7comm, https, snmp]",
        "  interfaces:",
        *(
            f"  - {{name: X{port}, network: n{zone}, address: 10.{zone}.{port}.{number + 1},"
            f" mac: '00:1b:1b:{zone:02x}:{number:02x}:0{port}'}}"
            for port in (1, 2)
        ),
    ]
    if rich:
        for part in range(5):
            lines += ["  software:"] if part == 0 else []
            lines += [
                f"  - name: component-{part} of the firmware package",
                f"    version: 1.{part}.{number}",
                "    vendor: Example Software GmbH",
                f"    purl: pkg:generic/component-{part}@1.{part}.{number}",
                f"    cpe: cpe:2.3:a:example:component-{part}:1.{part}.{number}:*:*:*:*:*:*:*",
            ]
        for part in range(1, 8):
            lines += ["  capabilities:"] if part == 1 else []
            lines += [
                f"  - requirement: CR 1.{part}",
                "    met: true",
                "    source: Security manual, edition 05/2025, chapter 4.2",
                "    configuration: Protection level complete, password set, web server off",
            ]
    return "\n".join(lines) + "\n"


def run() -> list[tuple[str, float, str, str]]:
    """Seconds of loading."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NINEFOLD_CONFIG"] = f"{folder}/config"
        for name in ("lean", "rich"):
            root = Path(folder) / name
            size = write_workspace(root, rich=name == "rich")
            note = f"5,000 assets, {size / 1e6:.1f} MB"
            begin = time.perf_counter()
            for path in root.rglob("*.yaml"):
                yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
            peer = time.perf_counter() - begin
            results.append((f"PyYAML CSafeLoader {name}, no places, no types", round(peer, 2), "s", note))
            for label, cache in (("text", False), ("text and cache", True), ("cached", True)):
                begin = time.perf_counter()
                load(root, cache=cache)
                took = time.perf_counter() - begin
                results.append((f"load {name}, {label}", round(took, 2), "s", note))
                if label == "text":
                    results.append((f"PyYAML CSafeLoader : load {name}", round(peer / took, 2), "ratio", note))
    return results


if __name__ == "__main__":
    for row in run():
        print(*row)
