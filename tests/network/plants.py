"""A plant for tests: a cell behind a machine gateway, a plant firewall with NAT, an office and the outside."""

from __future__ import annotations

from ninefold.model.assets import Asset, Interface
from ninefold.model.networks import EntryPoint, Gateway, GatewayInterface, Nat, Network, Route, Vpn
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind, EntryKind
from ninefold.model.zones import Conduit, Flow, Zone

CELL_GATEWAY = Gateway(
    asset="gw-cell",
    interfaces=(
        GatewayInterface(name="up0", network="n-dmz", address="10.10.0.2", address6="fd00:10::2"),
        GatewayInterface(name="cell0", network="n-cell", address="192.168.1.1"),
        GatewayInterface(name="saf0", network="n-safety", address="192.168.2.1"),
    ),
    routes=(Route(to="0.0.0.0/0", via="10.10.0.1"),),
    nat=(
        Nat(kind="masquerade", interface="up0", match="n-cell"),
        Nat(kind="dnat", interface="up0", match="10.10.0.2", service="tcp/4840", to="192.168.1.10:4840"),
        Nat(kind="netmap", interface="up0", match="10.20.2.0/24", to="192.168.2.0/24"),
    ),
    administered_from=("eng",),
)
PLANT_GATEWAY = Gateway(
    asset="gw-plant",
    interfaces=(
        GatewayInterface(name="wan0", network="n-wan", address="203.0.113.2"),
        GatewayInterface(name="dmz0", network="n-dmz", address="10.10.0.1", address6="fd00:10::1"),
        GatewayInterface(name="off0", network="n-office", address="10.30.0.1", address6="fd00:30::1"),
    ),
    routes=(
        Route(to="0.0.0.0/0", via="203.0.113.1"),
        Route(to="10.20.2.0/24", via="10.10.0.2"),
    ),
    nat=(
        Nat(kind="masquerade", interface="wan0", match="n-dmz"),
        Nat(kind="dnat", interface="wan0", service="tcp/443", to="10.10.0.20:8443"),
    ),
    administered_from=("z-office",),
)


def plant(*extra: Conduit) -> Plant:
    """Two gateways, four zones, NAT of all kinds but redirect."""
    return Plant(
        system=System(name="line", title="Packaging line"),
        networks=(
            Network(id="n-cell", subnet="192.168.1.0/24", zone="z-cell"),
            Network(id="n-safety", subnet="192.168.2.0/24", zone="z-safety"),
            Network(id="n-dmz", subnet="10.10.0.0/24", subnet6="fd00:10::/64", zone="z-dmz"),
            Network(id="n-office", subnet="10.30.0.0/16", subnet6="fd00:30::/64", zone="z-office"),
            Network(id="n-wan", subnet="203.0.113.0/30"),
        ),
        gateways=(CELL_GATEWAY, PLANT_GATEWAY),
        entry_points=(EntryPoint(id="internet", kind=EntryKind.PUBLIC),),
        zones=(Zone(id="z-cell"), Zone(id="z-safety"), Zone(id="z-dmz"), Zone(id="z-office")),
        assets=(
            _asset("plc", AssetKind.PLC, "z-cell", "n-cell", "192.168.1.10"),
            _asset("hmi", AssetKind.HMI, "z-cell", "n-cell", "192.168.1.20"),
            _asset("splc", AssetKind.SAFETY_PLC, "z-safety", "n-safety", "192.168.2.10"),
            _asset("hist", AssetKind.HISTORIAN, "z-dmz", "n-dmz", "10.10.0.20", "fd00:10::20"),
            _asset("eng", AssetKind.ENGINEERING_STATION, "z-office", "n-office", "10.30.0.50", "fd00:30::50"),
            Asset(id="gw-cell", kind=AssetKind.FIREWALL, zone="z-dmz"),
            Asset(id="gw-plant", kind=AssetKind.FIREWALL, zone="z-dmz"),
        ),
        conduits=(
            Conduit(
                id="c-data",
                flows=(
                    Flow(id="f-opc", source="hist", target="plc", service="opcua"),
                    Flow(id="f-hist", source="z-cell", target="hist", service="https", ports=("tcp/8443",)),
                    Flow(id="f-safety", source="hist", target="splc", service="modbus", log=True),
                ),
            ),
            Conduit(
                id="c-office",
                flows=(
                    Flow(id="f-view", source="z-office", target="hist", service="https", ports=("tcp/8443",)),
                    Flow(id="f-ping", source="eng", target="z-dmz", service="ping"),
                    Flow(id="f-eng", source="eng", target="splc", service="s7comm"),
                ),
            ),
            Conduit(
                id="c-outside",
                flows=(
                    Flow(id="f-update", source="hist", target="internet", service="https", ports=("tcp/443",)),
                    Flow(id="f-portal", source="internet", target="hist", service="https", ports=("tcp/8443",)),
                ),
            ),
            Conduit(id="c-cell", flows=(Flow(id="f-pn", source="hmi", target="plc", service="profinet-rt"),)),
            *extra,
        ),
    )


def _asset(identifier: str, kind: AssetKind, zone: str, network: str, address: str, six: str = "") -> Asset:
    interface = Interface(name="eth0", network=network, address=address, address6=six)
    return Asset(id=identifier, kind=kind, zone=zone, interfaces=(interface,))


__all__ = ["Vpn", "plant"]
