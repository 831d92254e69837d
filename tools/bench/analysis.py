"""Speed of steps 3 to 5 on synthetic plants of growing size with realistic structure.

A plant is made of lines; a line has cells (controllers, input and output, drives, a panel, a switch), a safety zone, a
supervision zone; the site has data, external and service zones. All is made by arithmetic: the same plant every time.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from time import perf_counter
from typing import Any

import msgspec

from ninefold.analysis.measures import suggestions
from ninefold.analysis.optimise import optimise
from ninefold.analysis.paths import paths
from ninefold.analysis.protection import protection
from ninefold.analysis.risk import risk
from ninefold.analysis.threats import threats
from ninefold.model.assets import Asset, Interface
from ninefold.model.consequences import Consequence, Function
from ninefold.model.networks import EntryPoint
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind, Category, EntryKind, Objective
from ninefold.model.zones import Broker, Conduit, Flow, Zone

Row = tuple[str, float, str, str]
CELL = ("plc", "remote-io", "remote-io", "drive", "drive", "sensor-gateway", "hmi", "switch", "robot-controller")
SERVICES = ("s7comm", "profinet-rt", "modbus", "opcua", "enip")
PER_ZONE = 33  # assets of a typical zone


def plant(assets: int, flows: int) -> Plant:
    """A site with about ``assets`` assets and exactly ``flows`` flows."""
    maker = _Maker(assets)
    maker.site()
    maker.cells()
    maker.connect(flows)
    return Plant(
        system=System(name="site"),
        zones=tuple(maker.zones),
        assets=tuple(maker.assets),
        entry_points=(
            EntryPoint(id="internet", kind=EntryKind.PUBLIC),
            EntryPoint(id="service", kind=EntryKind.REMOTE_ACCESS),
            EntryPoint(id="office", kind=EntryKind.ENTERPRISE),
            EntryPoint(id="usb", kind=EntryKind.REMOVABLE_MEDIA, zone="data"),
        ),
        conduits=tuple(Conduit(id=name, flows=tuple(items)) for name, items in sorted(maker.conduits.items())),
        functions=tuple(maker.functions),
    )


class _Maker:
    def __init__(self, size: int) -> None:
        self.size = size
        self.zones: list[Zone] = []
        self.assets: list[Asset] = []
        self.functions: list[Function] = []
        self.conduits: dict[str, list[Flow]] = {}
        self.seen: set[str] = set()

    def zone(self, name: str, **more: Any) -> str:
        self.zones.append(Zone(id=name, **more))
        return name

    def asset(self, name: str, kind: str, zone: str, **more: Any) -> str:
        interface = Interface(network=f"net-{zone}", address=f"10.{len(self.zones) % 250}.0.{len(self.assets) % 250}")
        self.assets.append(Asset(id=name, kind=AssetKind(kind), zone=zone, interfaces=(interface,), **more))
        return name

    def flow(self, source: str, target: str, service: str, **more: Any) -> bool:
        name = f"{source}.{target}.{service}"
        if name in self.seen:
            return False
        self.seen.add(name)
        pair = f"{self.place(source)}--{self.place(target)}"
        self.conduits.setdefault(pair, []).append(Flow(id=name, source=source, target=target, service=service, **more))
        return True

    def place(self, end: str) -> str:
        return end.rpartition("-")[0] or end

    def site(self) -> None:
        self.zone("external", broker=Broker(by="external-0", authenticates=True, ends_session=True))
        self.zone("data")
        self.zone("office", business=True)
        self.asset("external-0", "remote-maintenance-router", "external")
        self.asset("external-1", "firewall", "external")
        for index, kind in enumerate(("mes", "historian", "database", "file-server", "backup-server", "edge-gateway")):
            self.asset(f"data-{index}", kind, "data")
        self.asset("office-0", "workstation", "office")
        self.function("planning", ["data-0", "data-1"], "A production 3", "C know_how 4")

    def function(self, name: str, assets: list[str], *needs: str) -> None:
        parts = [item.split() for item in needs]
        consequences = tuple(
            Consequence(objective=Objective(a), category=Category(b), rating=int(c)) for a, b, c in parts
        )
        self.functions.append(Function(id=name, supported_by=tuple(assets), consequences=consequences))

    def cells(self) -> None:
        number = 0
        while len(self.assets) < self.size:
            zone = f"line{number}"
            safe = number % 6 == 5
            self.zone(zone, safety=safe, broker=None)
            first = len(self.assets)
            for index in range(min(PER_ZONE, self.size - first)):
                kind = "safety-plc" if safe and index % 9 == 0 else CELL[index % len(CELL)]
                old = index % 11 == 3
                self.asset(f"{zone}-{index}", kind, zone, legacy=old, default_credentials=None if index % 2 else False)
            members = [item.id for item in self.assets[first:]]
            need = ("I people 5",) if safe else ("A production 4", "I production 3")
            self.function(f"f{number}", members[:9], *need)
            number += 1
        self.lines = number

    def connect(self, wanted: int) -> None:
        self.flow("service", "external-0", "wireguard")
        self.flow("office-0", "data-0", "https")
        self.flow("data-5", "internet", "mqtts", carries=("data", "commands"))
        made, step = 3, 0
        while made < wanted:
            line = step % self.lines
            index = (step // self.lines) % 9
            other = (line + 1) % self.lines
            service = SERVICES[step % len(SERVICES)]
            choices = (
                (f"line{line}-{(index * 9 + 6) % 33}", f"line{line}-{index * 3 % 33}", service),
                (f"data-{step % 6}", f"line{line}-{index * 9 % 33}", "opcua"),
                (f"line{line}-{(index + step // 97) % 33}", f"line{other}-{step // 31 % 33}", service),
                (f"line{line}-{step // 13 % 33}", f"data-{step % 6}", "https" if step % 2 else "opcua"),
            )
            source, target, name = choices[step % 4]
            known = min(self.size, PER_ZONE * self.lines)
            step += 1
            if source != target and self._exists(source) and self._exists(target):
                made += self.flow(source, target, name)
            if step > wanted * 40:
                raise ValueError(f"only {made} of {wanted} flows for {known} assets")

    def _exists(self, name: str) -> bool:
        if not hasattr(self, "_names"):
            self._names = {item.id for item in self.assets}
        return name in self._names


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of wall clock, and the result."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def steps(site: Plant) -> Any:
    """Steps 3 to 5."""
    need = protection(site)
    found = threats(site)
    return risk(site, need, found)


def fresh(site: Plant) -> Plant:
    """The same plant without anything remembered."""
    return msgspec.structs.replace(site)


def run(*, large: bool = True) -> list[Row]:
    """(name, value, unit, note): the limits of the project stand in the notes."""
    rows: list[Row] = []
    site = plant(2_000, 4_000)
    timed(lambda: threats(fresh(plant(100, 200))))  # the catalogue is read once
    seconds, found = timed(lambda: threats(fresh(site)))
    rows.append(("threats, 2,000 assets, 4,000 flows", seconds, "s", f"limit 1; {len(found.scenarios)} scenarios"))
    seconds, result = timed(lambda: steps(fresh(site)))
    rows.append(("steps 3 to 5, 2,000 assets, 4,000 flows", seconds, "s", f"limit 3; {len(result.register)} risks"))
    seconds, ways = timed(lambda: paths(fresh(site), found, runs=10_000))
    rows.append(("paths with 10,000 runs, 2,000 assets", seconds, "s", f"limit 5; {len(ways)} rows"))
    rows += _choice()
    if large:
        rows += _large()
    return rows + _peers(site)


def _choice() -> list[Row]:
    """500 candidate measures on 60 zones."""
    site = plant(9 + 57 * PER_ZONE, 4_000)
    found = threats(site)
    candidates = suggestions(site, risk(site, protection(site), found))
    # the same number from every zone, so that each requirement keeps alternatives
    candidates = _spread(candidates, 500)
    seconds, plan = timed(lambda: optimise(msgspec.structs.replace(site, own_measures=candidates), found, seconds=60))
    note = f"limit 20; {len(candidates)} candidates, {len(site.zones)} zones, proved {plan.optimal}"
    return [("optimise", seconds, "s", note)]


def _spread(items: Any, wanted: int) -> Any:
    by_scope: dict[str, list[Any]] = {}
    for item in items:
        by_scope.setdefault(item.id.rpartition("@")[2], []).append(item)
    chosen: list[Any] = []
    round_ = 0
    while len(chosen) < min(wanted, len(items)):
        for scope in sorted(by_scope):
            if round_ < len(by_scope[scope]) and len(chosen) < wanted:
                chosen.append(by_scope[scope][round_])
        round_ += 1
    return tuple(chosen)


def _large() -> list[Row]:
    rows: list[Row] = []
    times = {}
    for flows in (20_000, 40_000):
        site = plant(20_000, flows)
        times[flows], _ = timed(lambda site=site: steps(site))  # type: ignore[misc]
    rows.append(("steps 3 to 5, 20,000 assets, 40,000 flows", times[40_000], "s", "limit 40"))
    growth = times[40_000] / times[20_000]
    rows.append(("steps 3 to 5, twice the flows cost", growth, "ratio", "n log n would be 2.1"))
    site = plant(50_000, 100_000)
    found = threats(site)
    seconds, ways = timed(lambda: paths(site, found, functions=[item.id for item in site.functions[:20]]))
    rows.append(("paths, 50,000 assets, 100,000 flows, 20 functions", seconds, "s", f"limit 60; {len(ways)} rows"))
    return rows


def _peers(site: Plant) -> list[Row]:
    """Other tools on the same plant, where they are installed."""
    rows: list[Row] = []
    for name in ("pytm", "maltoolbox"):
        if importlib.util.find_spec(name) is None:
            rows.append((f"{name}, 2,000 assets", float("nan"), "s", "not measured: not installed"))
    if importlib.util.find_spec("pytm") is not None:
        rows += _pytm(site)
    return rows


def _pytm(site: Plant) -> list[Row]:
    from pytm import TM, Boundary, Dataflow, Server

    TM.reset()
    model = TM("site")
    zones = {zone.id: Boundary(zone.id) for zone in site.zones}
    nodes = {}
    for asset in site.assets:
        nodes[asset.id] = Server(asset.id)
        nodes[asset.id].inBoundary = zones[asset.zone]
    for _, flow in site.flows:
        if flow.source in nodes and flow.target in nodes:
            Dataflow(nodes[flow.source], nodes[flow.target], flow.service)
    seconds, _ = timed(model.resolve)
    own, _ = timed(lambda: threats(fresh(site)))
    return [
        ("pytm, 2,000 assets", seconds, "s", f"{len(model.findings)} findings"),
        ("threats against pytm", seconds / own, "ratio", "how many times faster"),
    ]


if __name__ == "__main__":
    for name, value, unit, note in run():
        print(f"{name:55} {value:10.3f} {unit:6} {note}")
