"""How long sources and their comparison take."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any


def _seconds(work: Callable[[], Any]) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def run() -> list[tuple[str, float, str, str]]:
    """Rows: name, value, unit, note."""
    from ninefold.model.observed import End, Grade, Observation, ObservedFlow, ObservedHost, Origin
    from ninefold.model.plant import Plant
    from ninefold.model.system import System
    from ninefold.sources import cyclonedx, tables
    from ninefold.sources.reconcile import reconcile

    components = [
        {
            "type": "library",
            "name": f"lib{n}",
            "version": "1.0",
            "bom-ref": f"r{n}",
            "purl": f"pkg:npm/lib{n}@1.0",
            "hashes": [{"alg": "SHA-256", "content": "0" * 64}],
            "licenses": [{"license": {"id": "MIT"}}],
        }
        for n in range(10_000)
    ]
    bom = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}).encode()
    rows = "".join(
        f"SPS {n};10.0.{n // 250}.{n % 250};00:1b:1b:00:{n // 256:02x}:{n % 256:02x}\n" for n in range(5_000)
    )
    table = f"Name;IP;MAC\n{rows}".encode()
    listed = tables.parse(table, "list.csv")
    hosts = tuple(ObservedHost(ips=host.ips, macs=host.macs) for host in listed.hosts)
    flows = tuple(
        ObservedFlow(
            client=End(ip=hosts[n % 5000].ips[0]),
            server=End(ip=hosts[n * 7 % 5000].ips[0]),
            transport="tcp",
            port=1000 + n % 50,
            service="modbus",
            grade=Grade.SIGNATURE,
        )
        for n in range(20_000)
    )
    seen = Observation(origin=Origin(name="x", kind="pcap", sha256="0", size=1), hosts=hosts, flows=flows)
    plant = Plant(system=System(name="x"))
    return [
        ("CycloneDX of 10,000 components", _seconds(lambda: cyclonedx.parse(bom, "x")), "s", "must be below 1"),
        ("device list of 5,000 rows", _seconds(lambda: tables.parse(table, "x")), "s", ""),
        ("5,000 devices, 20,000 flows reconciled", _seconds(lambda: reconcile(plant, [listed, seen])), "s", ""),
    ]
