"""The twin: the plant in network namespaces, with the very files that are deployed, and packets through it.

Expected is what the conduits say; any other fate of a packet is a mismatch. The twin always cleans up: at the end,
after an error, and at its next start whatever a killed process left behind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple

from ninefold.base.errors import InputError
from ninefold.model.plant import Plant
from ninefold.model.proofs import ProbeResult, ProofResult, Witness
from ninefold.network.firewalls.registry import parse
from ninefold.network.journey import Journey, Oracle, Packet
from ninefold.network.ranges import address_text
from ninefold.network.ruleset import PROTOCOL_NAMES, RuleSet
from ninefold.network.trace import trace
from ninefold.network.twin import namespaces
from ninefold.network.twin.layout import Layout, Port, layout
from ninefold.network.twin.namespaces import TwinUnavailableError
from ninefold.network.twin.probes import Chooser, Probe

if TYPE_CHECKING:
    from ninefold.network.twin.sessions import Session

Configs = Mapping[str, tuple[str, str]]
RECHECKED = 200  # mismatches that are sent again one by one before they are believed


class Fate(NamedTuple):
    """What happened to one probe: (gateway label, interface) that passed it on, gateways that took it in."""

    emitted: frozenset[tuple[str, str]]
    taken: frozenset[str]


class Twin:
    """A running twin; use it as a context manager.

    ``start``: called with (gateway, namespace) once everything stands, to bring further daemons up.
    """

    def __init__(self, plant: Plant, configs: Configs, start: Callable[[str, str], None] | None = None) -> None:
        self.plant, self.configs, self._start = plant, dict(configs), start
        self.plan: Layout = layout(plant)
        self.oracle = Oracle(plant)
        stem = namespaces.stem()
        labels = ["s", *self.plan.gateways.values(), *self.plan.hosts.values()]
        self.names = {label: f"{stem}{label}" for label in labels}
        self._labels = {label: gateway for gateway, label in self.plan.gateways.items()}
        self._rulesets: dict[str, RuleSet] = {}
        self._neighbours: set[tuple[str, str]] = set()

    def __enter__(self) -> Twin:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None
    ) -> None:
        self.down()

    def up(self) -> None:
        """Build everything and load the files. Raises TwinUnavailableError; nothing is left behind then."""
        from ninefold.network.twin.wire import Wire

        namespaces.check()
        clean()
        namespaces.remove(name for name in namespaces.existing() if name.startswith(namespaces.stem()))
        try:
            namespaces.build(self.plan, self.names)
            for gateway, (file, text) in sorted(self.configs.items()):
                self._load(gateway, file, text)
            self._wire = Wire(self.plan, self.names)
            for gateway, label in self.plan.gateways.items():
                if self._start is not None:
                    self._start(gateway, self.names[label])
        except BaseException:
            self.down()
            raise

    def _load(self, gateway: str, file: str, text: str) -> None:
        if gateway not in self.plan.gateways:
            raise InputError("no-gateway", f"'{gateway}' is not a gateway of this plant.")
        ruleset = parse(text, file)
        if ruleset.dialect != "nftables":
            raise TwinUnavailableError(
                "twin-dialect",
                f"The twin runs nftables; '{file}' is {ruleset.dialect}.",
                advice="Prove it instead, or generate nftables for this gateway.",
            )
        self._rulesets[gateway] = ruleset
        namespace = self.names[self.plan.gateways[gateway]]
        text = text if text.endswith("\n") else text + "\n"
        namespaces.run("ip", "netns", "exec", namespace, "nft", "-f", "-", text=text)

    def down(self) -> None:
        """Take everything away; may be called twice."""
        wire = getattr(self, "_wire", None)
        if wire is not None:
            wire.close()
            del self._wire
        stem = namespaces.stem()
        namespaces.remove(name for name in namespaces.existing() if name.startswith(stem))

    def probe(
        self, proof: ProofResult | None = None, *, count: int = 1000, seed: int = 1, extra: Iterable[Probe] = ()
    ) -> ProbeResult:
        """Send declared flows with their edges, witnesses of ``proof`` and random packets up to ``count`` in all.

        A mismatch is (packet, what was expected, what happened, and the rule that decided).
        """
        chooser = Chooser(self.plant, self.oracle)
        chosen = [*extra, *self._witnesses(chooser, proof), *chooser.declared()]
        chosen += list(chooser.random(max(0, count - len(chosen)), seed))
        return self.judge(list(dict.fromkeys(chosen)))

    def _witnesses(self, chooser: Chooser, proof: ProofResult | None) -> list[Probe]:
        found = proof.allowed_not_intended + proof.intended_blocked if proof else ()
        made = [chooser.witness(item.witness, item.at) for item in found]
        return [probe for probe in made if probe is not None]

    def judge(self, probes: list[Probe]) -> ProbeResult:
        """Send these probes and compare with intent."""
        expected = [self.oracle.journey(item.packet, item.network, item.gateway) for item in probes]
        fates = self.send(probes)
        wrong = [at for at in range(len(probes)) if not self._agrees(expected[at], fates[at])]
        if len(wrong) <= RECHECKED:
            for at in wrong:
                self._flush()
                fates[at] = self.send([probes[at]])[0]
            wrong = [at for at in wrong if not self._agrees(expected[at], fates[at])]
        passed = sum(1 for fate in fates if fate.emitted or fate.taken)
        hit, total = self._counters()
        return ProbeResult(
            probes=len(probes),
            passed=passed,
            dropped=len(probes) - passed,
            mismatches=tuple((witness_of(probes[at]), self._say(probes[at], expected[at], fates[at])) for at in wrong),
            rules_hit=hit,
            rules_total=total,
        )

    def send(self, probes: list[Probe]) -> list[Fate]:
        """What happens to each probe. Packets that connection tracking could confuse go in separate rounds."""
        from ninefold.network.twin.wire import Shot

        self._introduce(probes)
        fates = [Fate(frozenset(), frozenset())] * len(probes)
        for round_ in _rounds(probes):
            self._flush()
            shots = [Shot(at + 1, probes[at].packet, self._cable(probes[at]), self._door(probes[at])) for at in round_]
            seen = self._wire.fire(shots)
            emitted: dict[int, set[tuple[str, str]]] = {}
            taken: dict[int, set[str]] = {}
            for serial, label, interface in seen.emitted:
                emitted.setdefault(serial - 1, set()).add((label, interface))
            for serial, label in seen.taken:
                taken.setdefault(serial - 1, set()).add(label)
            for at in round_:
                fates[at] = Fate(frozenset(emitted.get(at, ())), frozenset(taken.get(at, ())))
        return fates

    def connect(self, wait: float = 2.0) -> ProbeResult:
        """Make a real TCP connection for every declared TCP flow: answers have to find their way back.

        A mismatch is a flow whose connection was not established. Hosts get addresses here, so probe first.
        """
        from ninefold.network.twin import sessions

        planned = self._sessions()
        sessions.prepare(self.names, planned)
        self._flush()
        done = sessions.connect(self.names, planned, wait)
        failed = [item for item, fine in zip(planned, done, strict=True) if not fine]
        return ProbeResult(
            probes=len(planned),
            passed=len(planned) - len(failed),
            dropped=len(failed),
            mismatches=tuple(
                (
                    witness_of(Probe(item.packet, item.client.network, "", item.why)),
                    f"{item.why}: no connection was established",
                )
                for item in failed
            ),
        )

    def _sessions(self) -> list[Session]:
        """One connection per declared flow, family and TCP port, from the flow's own network."""
        from ninefold.network.twin.sessions import Session

        chooser = Chooser(self.plant, self.oracle)
        found: dict[Packet, Session] = {}
        for probe in chooser.declared():
            packet = probe.packet
            way = self.oracle.journey(packet, probe.network, probe.gateway)
            if packet.protocol != 6 or not way.delivered or packet in found:
                continue
            label, home = self.plan.homes.get((packet.family, packet.source), ("", ""))
            if home != probe.network or (packet.family, way.packet.target) not in self.plan.homes:
                continue  # only between devices that have a namespace of their own
            server, network = self.plan.homes[(packet.family, way.packet.target)]
            ends = (self._address(probe.gateway, probe.network, packet.family),
                    self._address(way.emitted[-1][0], network, packet.family))  # fmt: skip
            if network != way.delivered or not all(ends):
                continue
            client, host = self.plan.port(label, probe.network), self.plan.port(server, network)
            arrived = way.packet
            self._meet(probe.gateway, client, packet.source, packet.family)
            self._meet(way.emitted[-1][0], host, arrived.target, packet.family)
            found[packet] = Session(
                packet, client, ends[0], host, arrived.target, arrived.port, ends[1], arrived.source, probe.why
            )
        return list(found.values())

    def _meet(self, gateway: str, host: Port, address: int, family: int) -> None:
        """Let a gateway and a host know each other's link address, both ways."""
        label = self.plan.gateways[gateway]
        door = self.plan.port(label, host.network)
        own = self._address(gateway, host.network, family)
        for owner, there, mac, interface in (
            (label, address_text(address, family), host.mac, door.interface),
            (host.owner, own, door.mac, host.interface),
        ):
            line = f"neigh replace {there} lladdr {mac} dev {interface} nud permanent"
            namespaces.run("ip", "-n", self.names[owner], "-batch", "-", text=line + "\n")

    def _address(self, gateway: str, network: str, family: int) -> str:
        spans = self.oracle.own[gateway][self.oracle.topology.interface(gateway, network)].family(family)
        return address_text(spans[0][0], family) if spans else ""

    def _cable(self, probe: Probe) -> Port:
        label, network = self.plan.homes.get((probe.packet.family, probe.packet.source), ("", ""))
        if network != probe.network:
            label = self.plan.hosts[probe.network]
        return self.plan.port(label, probe.network)

    def _door(self, probe: Probe) -> Port:
        return self.plan.port(self.plan.gateways[probe.gateway], probe.network)

    def _introduce(self, probes: list[Probe]) -> None:
        """Tell gateways who has which address, so that nothing waits for address resolution."""
        lines: dict[str, list[str]] = {}
        for probe in probes:
            way = self.oracle.journey(probe.packet, probe.network, probe.gateway, unfiltered=True)
            for at, (gateway, interface) in enumerate(way.emitted):
                network = self.oracle.topology.network_of(gateway, interface)
                onward = way.emitted[at + 1][0] if at + 1 < len(way.emitted) else way.taken
                self._neighbour(lines, gateway, interface, network, probe.packet, onward)
                if not onward:
                    self._neighbour(lines, gateway, interface, network, way.packet, "")
        for label, commands in lines.items():
            namespaces.run("ip", "-n", self.names[label], "-batch", "-", text="\n".join(commands) + "\n")

    def _neighbour(
        self, lines: dict[str, list[str]], gateway: str, interface: str, network: str, packet: Packet, onward: str
    ) -> None:
        """``onward``: the gateway that answers for the address there (a translated one), or "" for a host."""
        address = address_text(packet.target, packet.family)
        if (gateway, address) in self._neighbours or self._is_gateway(packet):
            return
        self._neighbours.add((gateway, address))
        label, home = self.plan.homes.get((packet.family, packet.target), ("", ""))
        owner = label if home == network else self.plan.hosts[network]
        owner = self.plan.gateways.get(onward, owner)
        mac = self.plan.port(owner, network).mac
        command = f"neigh replace {address} lladdr {mac} dev {interface} nud permanent"
        lines.setdefault(self.plan.gateways[gateway], []).append(command)

    def _is_gateway(self, packet: Packet) -> bool:
        from ninefold.network.journey import holds

        return any(holds(own.family(packet.family), packet.target) for own in self.oracle.mine.values())

    def _agrees(self, expected: Journey, fate: Fate) -> bool:
        wanted = {(self.plan.gateways[gateway], interface) for gateway, interface in expected.emitted}
        taken = {self.plan.gateways[expected.taken]} if expected.taken else set()
        return wanted == fate.emitted and taken == fate.taken

    def _say(self, probe: Probe, expected: Journey, fate: Fate) -> str:
        went = sorted((self._labels[label], interface) for label, interface in fate.emitted)
        took = sorted(self._labels[label] for label in fate.taken)
        return (
            f"{probe.why}: expected {_way(expected.emitted, [expected.taken] if expected.taken else [])}"
            f"{f' ({expected.why})' if expected.why else ''}, got {_way(tuple(went), took)}{self._rule(probe)}"
        )

    def _rule(self, probe: Probe) -> str:
        """The rule of the first gateway that decides on the packet."""
        ruleset = self._rulesets.get(probe.gateway)
        if ruleset is None:
            return ""
        incoming = self.oracle.topology.interface(probe.gateway, probe.network)
        packet = self.oracle._target(probe.gateway, incoming, probe.packet)
        outgoing = self.oracle._route(probe.gateway, packet)
        seen = witness_of(probe._replace(packet=packet), incoming, outgoing)
        told = trace(ruleset, seen, "forward" if outgoing else "input")
        rule = told.deciding[0] if told.deciding else None
        return f"; {rule.file}:{rule.line}: {rule.text}" if rule else f"; policy of {told.at}"

    def _flush(self) -> None:
        for label in self.plan.gateways.values():
            namespaces.inside(self.names[label], _flush_tracking)

    def _counters(self) -> tuple[int, int]:
        """(rules hit, rules with a counter) over all gateways."""
        hit = total = 0
        for gateway in self._rulesets:
            namespace = self.names[self.plan.gateways[gateway]]
            listed = json.loads(namespaces.run("ip", "netns", "exec", namespace, "nft", "-j", "list", "ruleset"))
            for item in listed["nftables"]:
                for part in item.get("rule", {}).get("expr", ()):
                    counter = part.get("counter")
                    if isinstance(counter, dict):
                        total += 1
                        hit += counter.get("packets", 0) > 0
        return hit, total


def build(plant: Plant, configs: Configs, start: Callable[[str, str], None] | None = None) -> Twin:
    """A twin of the plant, not yet up: ``with build(plant, configs) as twin: twin.probe()``."""
    return Twin(plant, configs, start)


def clean() -> int:
    """Take away what killed processes left; how many namespaces that were."""
    return namespaces.remove(namespaces.orphans())


def witness_of(probe: Probe, incoming: str = "", outgoing: str = "") -> Witness:
    """A probe's packet as a witness."""
    packet = probe.packet
    return Witness(
        source=address_text(packet.source, packet.family),
        target=address_text(packet.target, packet.family),
        protocol={1: "icmp", 58: "icmpv6"}.get(packet.protocol)
        or PROTOCOL_NAMES.get(packet.protocol, "")
        or str(packet.protocol),
        source_port=packet.source_port,
        port=packet.port,
        incoming=incoming,
        outgoing=outgoing,
    )


def _way(emitted: tuple[tuple[str, str], ...] | list[tuple[str, str]], taken: list[str]) -> str:
    parts = [f"{gateway}>{interface}" for gateway, interface in emitted] + [f"into {gateway}" for gateway in taken]
    return ", ".join(parts) or "dropped"


def _rounds(probes: list[Probe]) -> list[list[int]]:
    """Indices in rounds in which no two packets belong to one connection, in either direction."""
    rounds: list[list[int]] = []
    used: list[set[tuple[int, ...]]] = []
    for at, probe in enumerate(probes):
        packet = probe.packet
        key = (packet.protocol, packet.source, packet.source_port, packet.target, packet.port)
        back = (packet.protocol, packet.target, packet.port, packet.source, packet.source_port)
        index = next((number for number, keys in enumerate(used) if key not in keys), len(used))
        if index == len(used):
            used.append(set())
            rounds.append([])
        used[index] |= {key, back}
        rounds[index].append(at)
    return rounds


def _flush_tracking() -> None:
    """Forget all tracked connections of this namespace (ctnetlink delete, without a filter)."""
    import socket
    import struct

    link = socket.socket(16, socket.SOCK_RAW, 12)  # AF_NETLINK, NETLINK_NETFILTER
    try:
        for family in (2, 10):
            link.send(struct.pack("=IHHII", 20, (1 << 8) | 2, 1 | 4, 1, 0) + struct.pack("!BBH", family, 0, 0))
            link.recv(4096)
    finally:
        link.close()
