"""Benchmarks of the network room: compare, lint, proof of twenty firewalls, twin. Peers: CUDD and z3.

Rule sets come from the corpus (NINEFOLD_CORPUS); without it those rows are "not measured".
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from ninefold.model.assets import Asset, Interface
from ninefold.model.networks import Gateway, GatewayInterface, Nat, Network
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind
from ninefold.model.zones import Conduit, Flow, Zone
from ninefold.network.compare import compare
from ninefold.network.firewalls.nftables.writer import write
from ninefold.network.lint import lint
from ninefold.network.proof import prove
from tools.classbench import load, mutated, rewritten

Row = tuple[str, float, str, str]
TEN = ("acl1", "acl2", "acl4", "acl5", "fw1", "fw2", "fw3", "fw5", "ipc1")


def run() -> list[Row]:
    """All rows."""
    return [*_compared(), *_linted(), *_proved(), *_twin()]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _folder() -> Path | None:
    folder = Path(os.environ.get("NINEFOLD_CORPUS", "")) / "firewall/synthetic-classbench"
    return folder if folder.is_dir() else None


def _compared() -> list[Row]:
    folder = _folder()
    if folder is None:
        return [("compare", 0.0, "s", "not measured: no corpus")]
    rows: list[Row] = []
    for seed in ("acl1", "fw1", "ipc1"):
        rows += _pair(load(folder / f"{seed}_1000.rules"), f"compare {seed} 1k", peers=True)
    for seed in TEN:
        rows += _pair(load(folder / f"{seed}_10000.rules.xz"), f"compare {seed} 10k", peers=False)
    hundred = load(folder / "acl1_100000.rules.xz")
    seconds, result = _timed(lambda: compare(hundred, rewritten(hundred), seconds=60))
    rows.append(("compare acl1 100k", seconds, "s", result.state))
    return rows


def _pair(a: Any, title: str, *, peers: bool) -> list[Row]:
    b = rewritten(a)
    seconds, result = _timed(lambda: compare(a, b, seconds=60))
    other, found = _timed(lambda: compare(a, mutated(a), seconds=60))
    rows: list[Row] = [
        (f"{title}, same meaning", seconds, "s", result.state),
        (f"{title}, five changes", other, "s", found.state),
    ]
    if peers:
        rows += _peers(a, b, title, seconds)
    return rows


def _peers(a: Any, b: Any, title: str, own: float) -> list[Row]:
    rows: list[Row] = []
    try:
        import dd.cudd  # noqa: F401

        seconds, result = _timed(lambda: compare(a, b, engine="cudd"))
        rows.append((f"{title}, dd.cudd", seconds, "s", result.state))
        rows.append((f"{title}, dd.cudd : ninefold", seconds / own, "ratio", ""))
    except ImportError:
        rows.append((f"{title}, dd.cudd", 0.0, "s", "not measured"))
    try:
        import z3  # noqa: F401

        seconds, state = _timed(lambda: _z3(a, b))
        rows.append((f"{title}, z3", seconds, "s", state))
        rows.append((f"{title}, z3 : ninefold", seconds / own, "ratio", ""))
    except ImportError:
        rows.append((f"{title}, z3", 0.0, "s", "not measured"))
    return rows


def _z3(a: Any, b: Any) -> str:
    import z3

    bits = {"source": 32, "target": 32, "protocol": 8, "source_port": 16, "port": 16}
    fields = {name: z3.BitVec(name, width) for name, width in bits.items()}

    def meaning(ruleset: Any) -> Any:
        result = z3.BoolVal(False)
        for rule in reversed(ruleset.rules):
            parts = getattr(rule.condition, "parts", None) or (rule.condition,)
            tests = [
                z3.And(z3.UGE(fields[part.field], part.ranges[0][0]), z3.ULE(fields[part.field], part.ranges[0][1]))
                for part in parts
                if getattr(part, "ranges", None)
            ]
            result = z3.If(z3.And(*tests), z3.BoolVal(rule.action.kind == "accept"), result)
        return result

    solver = z3.Solver()
    solver.set("timeout", 120_000)
    solver.add(z3.Or(*(fields["protocol"] == number for number in (6, 17))))
    solver.add(meaning(a) != meaning(b))
    return {"sat": "different", "unsat": "equal"}.get(str(solver.check()), "undecided")


def _linted() -> list[Row]:
    folder = _folder()
    if folder is None:
        return [("lint", 0.0, "s", "not measured: no corpus")]
    rows: list[Row] = []
    for seed in ("acl1", "fw1", "ipc1"):
        ruleset = load(folder / f"{seed}_10000.rules.xz")
        seconds, result = _timed(lambda ruleset=ruleset: lint(ruleset, seconds=50))  # type: ignore[misc]
        note = f"{len(result.shadowed)} shadowed, {len(result.redundant)} redundant, {result.undecided} undecided"
        rows.append((f"lint {seed} 10k", seconds, "s", note))
    return rows


def big_plant(gateways: int = 20, cells: int = 3, flows: int = 4500, hosts: int = 8, seed: int = 1) -> Plant:
    """Gateways around a backbone, each with cells of its own, masquerade or 1:1 translation at some of them."""
    dice = Random(seed)
    networks = [Network(id="n-core", subnet="10.255.0.0/24")]
    zones, assets, gates = [], [], []
    for number in range(gateways):
        interfaces = [GatewayInterface(name="up0", network="n-core", address=f"10.255.0.{number + 1}")]
        for cell in range(cells):
            name = f"{number}-{cell}"
            networks.append(Network(id=f"n-{name}", subnet=f"10.{number + 1}.{cell}.0/24", zone=f"z-{name}"))
            zones.append(Zone(id=f"z-{name}"))
            interfaces.append(
                GatewayInterface(name=f"c{cell}", network=f"n-{name}", address=f"10.{number + 1}.{cell}.1")
            )
            for host in range(hosts):
                where = Interface(name="eth0", network=f"n-{name}", address=f"10.{number + 1}.{cell}.{host + 10}")
                assets.append(Asset(id=f"a-{name}-{host}", kind=AssetKind.PLC, zone=f"z-{name}", interfaces=(where,)))
        nat: tuple[Nat, ...] = ()
        if number % 4 == 1:
            nat = (Nat(kind="masquerade", interface="up0", match=f"n-{number}-0"),)
        if number % 4 == 2:
            outer = f"172.16.{number}.0/24"
            nat = (Nat(kind="netmap", interface="up0", match=outer, to=f"10.{number + 1}.0.0/24"),)
        gates.append(Gateway(asset=f"gw-{number}", interfaces=tuple(interfaces), nat=nat))
        assets.append(Asset(id=f"gw-{number}", kind=AssetKind.FIREWALL))
    names = [asset.id for asset in assets if asset.id.startswith("a-")]
    services = ("modbus", "s7comm", "opcua", "https", "enip", "ssh", "ntp", "syslog", "ping")
    made = []
    while len(made) < flows:
        source, target = dice.sample(names, 2)
        if source.rsplit("-", 1)[0] != target.rsplit("-", 1)[0]:
            made.append(Flow(id=f"f{len(made)}", source=source, target=target, service=dice.choice(services)))
    conduits = tuple(Conduit(id=f"c{at}", flows=tuple(made[at::50])) for at in range(50))
    return Plant(
        system=System(name="bench"),
        networks=tuple(networks),
        gateways=tuple(gates),
        zones=tuple(zones),
        assets=tuple(assets),
        conduits=conduits,
    )


def _proved() -> list[Row]:
    plant = big_plant()
    configs = {gateway: (f"{gateway}.nft", write(plant, gateway)) for gateway in plant.gateway}
    rules = sum(text.count(" accept") for _, text in configs.values())
    seconds, result = _timed(lambda: prove(plant, configs))
    note = f"{result.state}; {rules} accepting rules, {len(plant.zones)} zones, all pairs"
    kept: dict[str, bytes] = {}
    prove(plant, configs, cache=kept)
    again, _ = _timed(lambda: prove(plant, configs, cache=kept))
    return [("prove 20 firewalls", seconds, "s", note), ("prove 20 firewalls again", again, "s", "unchanged")]


def _twin() -> list[Row]:
    from ninefold.base.errors import MissingComponentError
    from ninefold.network import twin

    plant = big_plant(gateways=4, cells=3, flows=120, hosts=4)
    configs = {gateway: (f"{gateway}.nft", write(plant, gateway)) for gateway in plant.gateway}
    running = twin.build(plant, configs)
    try:
        up, _ = _timed(running.up)
    except MissingComponentError as error:
        return [("twin", 0.0, "s", f"not measured: {error.message}")]
    try:
        seconds, result = _timed(lambda: running.probe(count=10_000))
    finally:
        down, _ = _timed(running.down)
    hosts = len(running.plan.hosts)
    note = f"{result.probes} probes, {result.passed} passed, {len(result.mismatches)} mismatches"
    return [
        (f"twin up, {hosts} hosts", up, "s", ""),
        ("twin probe", seconds, "s", note),
        ("twin down", down, "s", ""),
    ]
