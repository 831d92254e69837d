"""Networks, gateways between them, and the points where the outside begins."""

from __future__ import annotations

import msgspec

from ninefold.model.vocabulary import EntryKind


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """A subnet. ``vlan`` stays text (``010``). ``zone`` is the zone it serves; empty for outside networks."""

    id: str
    title: str = ""
    subnet: str = ""
    subnet6: str = ""
    vlan: str = ""
    zone: str = ""
    wireless: bool = False
    note: str = ""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A static route of a gateway."""

    to: str
    via: str


class Nat(msgspec.Struct, frozen=True, kw_only=True):
    """A translation: ``masquerade``, ``snat``, ``dnat``, ``redirect`` or ``netmap`` (1:1 NAT of a prefix)."""

    kind: str
    interface: str = ""
    match: str = ""
    service: str = ""
    to: str = ""
    note: str = ""


class GatewayInterface(msgspec.Struct, frozen=True, kw_only=True):
    """An interface of a gateway: its name on the device, the network it is in, its address there."""

    name: str
    network: str
    address: str = ""
    address6: str = ""


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that forwards between networks. ``dialect`` names the configuration language to generate."""

    asset: str
    interfaces: tuple[GatewayInterface, ...]
    filters: bool = True
    dialect: str = "nftables"
    routes: tuple[Route, ...] = ()
    nat: tuple[Nat, ...] = ()
    administered_from: tuple[str, ...] = ()


class Vpn(msgspec.Struct, frozen=True, kw_only=True):
    """A tunnel. ``users`` true: the endpoint authenticates users, not only devices."""

    id: str
    kind: str
    ends: tuple[str, ...]
    network: str = ""
    users: bool = False
    multifactor: bool = False
    consent: bool = False
    always_on: bool = False
    peers: tuple[str, ...] = ()


class EntryPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where the outside begins. Flows name it as their source or target; ``network`` gives it addresses.

    Without ``network`` and ``addresses`` it stands for every address outside the plant's own subnets.
    """

    id: str
    kind: EntryKind
    title: str = ""
    network: str = ""
    addresses: tuple[str, ...] = ()
    zone: str = ""
    asset: str = ""
    supervised: bool | None = None
    note: str = ""
