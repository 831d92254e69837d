"""The values observations are made of: what machines report, each with its origin.

``sources`` make them from foreign formats, ``observations`` keep them, engines compare them with intent.
Times are seconds since 1970 (UTC). Nothing here has a database id.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from ninefold.base.digest import digest
from ninefold.model.findings import Finding


class Grade(Enum):
    """How sure the name of a service is. Step 8 must not pass a conduit on a port alone."""

    SIGNATURE = "signature"
    PORT = "port"
    NONE = "none"


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """One imported file: ``kind`` is the reader that took it (``pcap``, ``nmap``, ``table`` ...)."""

    name: str
    kind: str
    sha256: str
    size: int


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a source says. ``locator`` says where in it (``frame 14``, ``row 7``, ``/host[2]``).

    ``key`` is a dotted name: ``identity.order_number``, ``identity.firmware``, ``lldp.system_description`` ...
    """

    key: str
    value: str
    source: str = ""
    locator: str = ""

    @property
    def id(self) -> str:
        """Content id: the same fact of the same source has the same id in every database."""
        return digest([self.source, self.locator, self.key, self.value])[:24]


class ObservedHost(msgspec.Struct, frozen=True, kw_only=True):
    """A device as one source sees it."""

    macs: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    nic_vendor: str = ""
    facts: tuple[Fact, ...] = ()
    network: str = ""
    virtual: bool = False
    router: bool = False
    #: open or offered services: (port such as ``tcp/502``, service id or "", grade)
    services: tuple[tuple[str, str, Grade], ...] = ()


class End(msgspec.Struct, frozen=True, order=True):
    """One end of a flow."""

    mac: str = ""
    ip: str = ""


class ObservedFlow(msgspec.Struct, frozen=True, kw_only=True):
    """A two-way conversation: one per client, server, transport and server port.

    ``functions`` are ``reads``, ``writes``, ``program``, ``stop-start``, ``firmware``, ``cleartext-credentials`` ...
    ``direction_reason`` is ``syn``, ``answer``, ``port`` or ``first``.
    """

    client: End
    server: End
    transport: str
    port: int = 0
    ethertype: str = ""
    vlan: str = ""
    service: str = ""
    grade: Grade = Grade.NONE
    functions: tuple[str, ...] = ()
    packets: int = 0
    bytes: int = 0
    first: float = 0.0
    last: float = 0.0
    direction_reason: str = ""
    source: str = ""


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """What a capture file is."""

    file: str
    packets: int
    bytes: int
    link_type: str
    first: float = 0.0
    last: float = 0.0
    malformed: int = 0


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """A component of an SBOM. ``hashes``: (algorithm, value). ``asset``: the asset it belongs to, if known."""

    name: str
    group: str = ""
    version: str = ""
    supplier: str = ""
    purl: str = ""
    cpe: str = ""
    hashes: tuple[tuple[str, str], ...] = ()
    licences: tuple[str, ...] = ()
    kind: str = ""
    asset: str = ""
    ref: str = ""
    depends_on: tuple[str, ...] = ()
    source: str = ""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one source says: the result of every reader in ``sources``."""

    origin: Origin
    captures: tuple[Capture, ...] = ()
    hosts: tuple[ObservedHost, ...] = ()
    flows: tuple[ObservedFlow, ...] = ()
    components: tuple[Component, ...] = ()
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
