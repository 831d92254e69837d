"""Assets: devices, software and the interfaces they speak through."""

from __future__ import annotations

import msgspec

from ninefold.model.vocabulary import AssetKind, ComponentType


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """One connection of an asset to a network. ``address`` is an IPv4 or IPv6 address without prefix."""

    name: str = ""
    network: str = ""
    address: str = ""
    mac: str = ""
    address6: str = ""


class Software(msgspec.Struct, frozen=True, kw_only=True):
    """A program or firmware on an asset."""

    name: str
    version: str = ""
    vendor: str = ""
    purl: str = ""
    cpe: str = ""


class Capability(msgspec.Struct, frozen=True, kw_only=True):
    """What a component is declared to do: per requirement (``CR 1.1``, ``SR 1.1``), with where that is said."""

    requirement: str
    met: bool | None = None
    source: str = ""
    configuration: str = ""
    not_applicable: str = ""


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """One asset of a zone.

    ``runs_on`` names the host of a software asset. ``legacy`` assets cannot be changed; ``remote_writes``:
    something from outside the zone may program it. ``count`` > 1 stands for identical devices.
    """

    id: str
    kind: AssetKind
    title: str = ""
    zone: str = ""
    vendor: str = ""
    product: str = ""
    order_number: str = ""
    hardware_version: str = ""
    firmware: str = ""
    serial: str = ""
    location: str = ""
    owner: str = ""
    component_type: ComponentType | None = None
    interfaces: tuple[Interface, ...] = ()
    hostnames: tuple[str, ...] = ()
    runs_on: str = ""
    software: tuple[Software, ...] = ()
    services: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    capability_level: int | None = None
    certificate: str = ""
    safety: bool = False
    legacy: bool = False
    temporary: bool = False
    wireless: bool = False
    default_credentials: bool | None = None
    patch_cycle_days: int | None = None
    support_until: str = ""
    sbom: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses of the asset, IPv4 first per interface."""
        pairs = [(item.address, item.address6) for item in self.interfaces]
        return tuple(address for pair in pairs for address in pair if address)

    @property
    def name(self) -> str:
        """The title where there is one, otherwise the id."""
        return self.title or self.id
