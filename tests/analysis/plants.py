"""Plants that tests are made of: the production line of the second paper, and small ones from a few words."""

from __future__ import annotations

from typing import Any

from ninefold.model.assets import Asset, Interface
from ninefold.model.consequences import Consequence, Function
from ninefold.model.networks import EntryPoint, Gateway, GatewayInterface, Nat, Vpn
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind, Category, EntryKind, Objective
from ninefold.model.zones import Broker, Conduit, Exposure, Flow, Zone


def consequence(text: str) -> Consequence:
    """``A people 5``."""
    objective, category, rating = text.split()
    return Consequence(objective=Objective(objective), category=Category(category), rating=int(rating))


def asset(identifier: str, kind: str, zone: str, **more: Any) -> Asset:
    return Asset(id=identifier, kind=AssetKind(kind), zone=zone, **more)


def function(identifier: str, assets: str, *consequences: str, **more: Any) -> Function:
    return Function(
        id=identifier,
        supported_by=tuple(assets.split()),
        consequences=tuple(consequence(item) for item in consequences),
        **more,
    )


def flow(text: str, **more: Any) -> Flow:
    """``hmi plc s7comm``; the id is made of the ends."""
    source, target, service = text.split()
    return Flow(id=f"{source}-{target}-{service}", source=source, target=target, service=service, **more)


def broker(by: str) -> Broker:
    return Broker(by=by, authenticates=True, ends_session=True)


def production_line(external: int = 3, reauthenticates: bool = False) -> Plant:
    """docs/method.md section 9: zone 0 safety, 1 control, 2 MES and data, 3 external."""
    return Plant(
        system=System(name="line"),
        zones=(
            Zone(id="z0", safety=True),
            Zone(id="z1", broker=broker("op")),
            Zone(id="z2"),
            Zone(
                id="z3",
                broker=broker("vpn"),
                administers=("z1",),
                reauthenticates=("z1",) if reauthenticates else (),
            ),
        ),
        assets=(
            asset("splc", "safety-plc", "z0"),
            asset("plc", "plc", "z1"),
            asset("op", "operator-station", "z1"),
            asset("mes", "mes", "z2"),
            asset("vpn", "remote-maintenance-router", "z3"),
        ),
        entry_points=(
            EntryPoint(id="service", kind=EntryKind.REMOTE_ACCESS),
            EntryPoint(id="office", kind=EntryKind.ENTERPRISE),
        ),
        conduits=(
            Conduit(id="c-outside", flows=(flow("service vpn wireguard"),)),
            Conduit(id="c31", flows=(flow("z3 z1 https"),)),
            Conduit(id="c32", flows=(flow("z3 z2 https"),)),
            Conduit(id="c-office", flows=(flow("office mes https"),)),
            Conduit(id="c21", flows=(flow("mes plc opcua"),)),
            Conduit(id="c10", flows=(flow("op splc opcua"),)),
        ),
        functions=(
            function("protect", "splc", "I people 5", safety=True),
            function("control", "plc op", "A production 4", "I production 4"),
            function("data", "mes", "A production 4", "I production 4", "C know_how 4"),
            function("remote", "vpn", f"A production {external}", f"I production {external}", essential=False),
        ),
    )


def single(text: str, e_net: int, site: Exposure = Exposure.STAFFED) -> Plant:
    """One zone ``z`` with one controller. ``text``: ``p5`` (people) or ``o3`` (production)."""
    category = "people" if text[0] == "p" else "production"
    zones = [Zone(id="z", exposure=site)]
    assets = [asset("plc", "plc", "z")]
    entries: list[EntryPoint] = []
    conduits: list[Conduit] = []
    if e_net == 1:
        entries = [EntryPoint(id="outside", kind=EntryKind.PUBLIC)]
        conduits = [Conduit(id="c", flows=(flow("outside plc https"),))]
    if e_net in {0, -1}:
        zones.append(Zone(id="dmz", broker=broker("router")))
        assets.append(asset("router", "cellular-router", "dmz"))
        kind = EntryKind.PUBLIC if e_net == 0 else EntryKind.ENTERPRISE
        entries = [EntryPoint(id="outside", kind=kind)]
        conduits = [Conduit(id="c", flows=(flow("outside router https"), flow("router plc opcua")))]
    return Plant(
        system=System(name="single"),
        zones=tuple(zones),
        assets=tuple(assets),
        entry_points=tuple(entries),
        conduits=tuple(conduits),
        functions=(function("f", "plc", f"A {category} {text[1]}", f"I {category} {text[1]}"),),
    )


def small(spec: dict[str, Any]) -> Plant:
    """A plant from a few words, for the catalogue of threats.

    ``a`` asset in zone ``z`` (plc), ``b`` asset in zone ``y`` (hmi); ``z``/``y`` zone fields; ``more`` further kinds in
    ``z``; ``flows`` lines ``from to service [field=value ...]``; ``entry`` lines ``kind [zone=|asset=|supervised=]``;
    ``conduit``, ``vpn``, ``gateway`` fields; ``needs`` lines ``A people 5`` of a function on ``a``.
    Ends that exist by name: internet, remote, office, cloud, supplier.
    """
    named = {"internet": "public", "remote": "remote-access", "office": "enterprise", "cloud": "cloud"}
    named["supplier"] = "supplier-update"
    a = {"kind": "plc", **spec.get("a", {})}
    b = {"kind": "hmi", **spec.get("b", {})}
    zone_a, zone_b = _zone("z", spec.get("z", {})), _zone("y", spec.get("y", {}))
    assets = [] if spec.get("empty") else [_asset("a", "z", a)]
    talks = [*spec.get("flows", []), *spec.get("seen", [])]
    if spec.get("b") or any("b" in line.split()[:2] for line in talks):
        assets.append(_asset("b", "y", b))
    assets += [asset(f"m{i}", kind, "z") for i, kind in enumerate(spec.get("more", "").split())]
    flows = tuple(_flow(line) for line in spec.get("flows", []))
    ends = {end for item in flows for end in (item.source, item.target)}
    points = [EntryPoint(id=name, kind=EntryKind(kind)) for name, kind in named.items() if name in ends]
    points += [_entry(i, line) for i, line in enumerate(spec.get("entry", []))]
    needs = spec.get("needs", ["A production 3", "I production 3", "C know_how 3"])
    gateways = ()
    if "gateway" in spec:
        fields = dict(spec["gateway"])
        fields["nat"] = tuple(Nat(kind=kind) for kind in fields.get("nat", ()))
        gateways = (Gateway(asset="a", interfaces=(GatewayInterface(name="l", network="n1"),), **fields),)
    return Plant(
        system=System(name="small", adversary_class_4=spec.get("class4", False)),
        zones=(zone_a, zone_b),
        assets=tuple(assets),
        entry_points=tuple(points),
        gateways=gateways,
        vpns=(Vpn(id="v", kind="wireguard", ends=("a",), **spec["vpn"]),) if "vpn" in spec else (),
        conduits=(Conduit(id="c", flows=flows, **spec.get("conduit", {})),) if flows else (),
        functions=(function("f", "a", *needs, essential=spec.get("essential", True)),),
    )


def _zone(identifier: str, spec: dict[str, Any]) -> Zone:
    fields = dict(spec)
    if "exposure" in fields:
        fields["exposure"] = Exposure(fields["exposure"])
    if "broker" in fields:
        fields["broker"] = broker(fields["broker"])
    if "administers" in fields:
        fields["administers"] = tuple(fields["administers"].split())
    return Zone(id=identifier, **fields)


def _asset(identifier: str, zone: str, spec: dict[str, Any]) -> Asset:
    fields = dict(spec)
    kind = fields.pop("kind")
    nets = fields.pop("nets", "").split()
    address = fields.pop("address", "")
    interfaces = [Interface(network=net) for net in nets]
    if address:
        interfaces.append(Interface(network="n1", address=address))
    for name in ("services", "tags"):
        if name in fields:
            fields[name] = tuple(fields[name].split())
    return asset(identifier, kind, zone, interfaces=tuple(interfaces), **fields)


def _flow(line: str) -> Flow:
    source, target, service, *rest = line.split()
    more: dict[str, Any] = {}
    for item in rest:
        name, _, value = item.partition("=")
        more[name] = (
            tuple(value.split(",")) if name == "carries" else value == "yes" if value in {"yes", "no"} else value
        )
    return Flow(id=f"{source}-{target}-{service}", source=source, target=target, service=service, **more)


def _entry(index: int, line: str) -> EntryPoint:
    kind, *rest = line.split()
    more: dict[str, Any] = dict(item.split("=") for item in rest)
    if "supervised" in more:
        more["supervised"] = more["supervised"] == "yes"
    return EntryPoint(id=f"e{index}", kind=EntryKind(kind), **more)
