"""Intent as an nftables file: one table, replaced as a whole, that lets pass what conduits permit and nothing else.

Layout: named sets per zone and conduit; a forward chain that accepts answers first, drops spoofed sources, and leads
through one verdict map to one chain per pair of interfaces; an input chain for the gateway itself; translations.
Never ``nft -o``: its merging changes meaning for bit fields.
"""

from __future__ import annotations

import re

from ninefold.base.errors import InputError
from ninefold.model.plant import Plant
from ninefold.model.services import PORTLESS, PortSpec
from ninefold.network.ends import locations
from ninefold.network.firewalls.interface import CannotExpressError
from ninefold.network.nat import Step, steps
from ninefold.network.policy import HOUSEKEEPING, IPSEC_IN, IPSEC_OUT, Permit, intended
from ninefold.network.ranges import EVERYTHING, NOTHING, Ranges, address_text, span_cidrs
from ninefold.network.topology import topology_of

TABLE = "ninefold"
_WORD = {4: "ip", 6: "ip6"}
_NFPROTO = {4: "ipv4", 6: "ipv6"}
#: new connections per second: a plant's conduits stay far below; a flood must not fill the connection table
FORWARD_LIMIT = "limit rate over 10000/second burst 20000 packets"
INPUT_LIMIT = "limit rate over 500/second burst 2000 packets"
LOG_LIMIT = "limit rate 10/second burst 50 packets"


def write(plant: Plant, gateway: str) -> str:
    """The file of one gateway, not yet proved. InputError when there is no such gateway."""
    return _Writer(plant, gateway).text()


def clean(text: str, length: int = 100) -> str:
    """Text that may stand inside quotes."""
    return re.sub(r"[^\w .:,/()<>=+-]", "_", text)[:length]


def name(prefix: str, *parts: str) -> str:
    """An identifier that is no keyword."""
    return prefix + "_" + "_".join(re.sub(r"\W", "_", part) for part in parts)


class _Writer:
    def __init__(self, plant: Plant, gateway: str) -> None:
        self.plant, self.gateway = plant, gateway
        self.permits = intended(plant, gateway).permits
        self.topology = topology_of(plant)
        self.steps = steps(plant, self.topology, gateway)
        self.sets: dict[tuple[int, tuple[tuple[int, int], ...]], str] = {}
        self.labels: set[str] = set()
        self.known = self._zone_names()
        self._check_names()

    def _check_names(self) -> None:
        for item in self.topology.interfaces[self.gateway]:
            if not re.fullmatch(r"[\w.@-]{1,15}", item.name):
                raise CannotExpressError("nftables", f"an interface named '{item.name}' on {self.gateway}")

    def _zone_names(self) -> dict[Ranges, str]:
        """Address sets that have a name of their own: zones first, then networks and entry points."""
        kept: dict[Ranges, str] | None = self.plant.__dict__.get("_network_names")
        if kept is not None:
            return kept
        found: dict[Ranges, str] = {}
        kinds = (("z", self.plant.zones), ("n", self.plant.networks), ("e", self.plant.entry_points))
        for prefix, items in kinds:
            for item in items:
                places, _ = locations(self.plant, self.topology, item.id)
                for number, place in enumerate(places):
                    tail = (str(number),) if number else ()
                    found.setdefault(place.addresses, name(prefix, item.id, *tail))
        self.plant.__dict__["_network_names"] = found
        return found

    def text(self) -> str:
        """The whole file."""
        body = [*self._forward(), *self._input(), *self._translations()]
        system = clean(self.plant.system.title or self.plant.system.name)
        head = [
            "#!/usr/sbin/nft -f",
            f"# Gateway {clean(self.gateway)} of {system}, made by Ninefold from its zones and conduits.",
            "# Do not edit: change the conduits and generate again. The table is replaced as a whole.",
            f"table inet {TABLE}",
            f"delete table inet {TABLE}",
            f"table inet {TABLE} {{",
        ]
        return "\n".join([*head, *self._set_lines(), *body, "}", ""])

    def _set_lines(self) -> list[str]:
        lines = []
        for (family, spans), label in sorted(self.sets.items(), key=lambda item: item[1]):
            lines += [
                f"\tset {label} {{",
                f"\t\ttype ipv{family}_addr",
                "\t\tflags interval",
                f"\t\telements = {{ {', '.join(_span(span, family) for span in spans)} }}",
                "\t}",
                "",
            ]
        return lines

    def _addresses(self, side: str, ranges: Ranges, family: int, hint: str) -> str:
        """``ip saddr @z_cell_4``; nothing where every address is meant."""
        spans = ranges.family(family)
        if spans == EVERYTHING.family(family):
            return ""
        cidrs = ranges.cidrs(family)
        label = self.known.get(ranges)
        if label is None and len(cidrs) == 1:
            return f"{_WORD[family]} {side} {cidrs[0]}"
        key = (family, spans)
        if key not in self.sets:
            wanted = f"{label or name('c', hint)}_{family}"
            while wanted in self.labels:
                wanted += "x"
            self.labels.add(wanted)
            self.sets[key] = wanted
        return f"{_WORD[family]} {side} @{self.sets[key]}"

    def _matches(self, permit: Permit) -> list[str]:
        """The conditions of a permit, one text per family and transport."""
        found = []
        for family in (4, 6):
            if not (permit.sources.family(family) and permit.targets.family(family)):
                continue
            parts = [
                self._addresses("saddr", permit.sources, family, permit.conduit),
                self._addresses("daddr", permit.targets, family, permit.conduit),
            ]
            ends = " ".join(part for part in parts if part) or f"meta nfproto {_NFPROTO[family]}"
            for service in _services(permit.ports, family):
                found.append(" ".join(part for part in (ends, service, *_needs(permit)) if part))
        return found

    def _forward(self) -> list[str]:
        pairs: dict[tuple[str, str], list[str]] = {}
        for permit in self.permits:
            if permit.hook == "forward":
                rules = pairs.setdefault((permit.incoming, permit.outgoing), [])
                rules.extend(self._accept(permit))
        chains = []
        for (incoming, outgoing), rules in sorted(pairs.items()):
            label = clean(f"{self._zone(incoming)} > {self._zone(outgoing)}", 60)
            drop = f'\t\t{LOG_LIMIT} log prefix "drop {label}: " level info'
            chains += [f"\tchain {name('f', incoming, 'to', outgoing)} {{", *rules, drop, "\t\tcounter drop", "\t}", ""]
        elements = ", ".join(f'"{a}" . "{b}" : jump {name("f", a, "to", b)}' for a, b in sorted(pairs))
        return [
            *chains,
            *self._spoofed(),
            "\tchain c_forward {",
            "\t\ttype filter hook forward priority filter; policy drop;",
            '\t\tct state established,related counter accept comment "answers"',
            "\t\tct state invalid counter drop",
            f'\t\tct state new {FORWARD_LIMIT} counter drop comment "flood"',
            "\t\tjump c_spoofed",
            *([f"\t\tct state new iifname . oifname vmap {{ {elements} }}"] if pairs else []),
            f'\t\t{LOG_LIMIT} log prefix "drop forward: " level info',
            "\t\tcounter drop",
            "\t}",
            "",
        ]

    def _zone(self, interface: str) -> str:
        network = self.topology.network_of(self.gateway, interface)
        return (self.plant.network[network].zone if network in self.plant.network else "") or network or interface

    def _accept(self, permit: Permit) -> list[str]:
        comment = clean(f"{permit.conduit}:{permit.flow}")
        log = f'log prefix "{clean(permit.conduit, 40)}: " level info ' if permit.log else ""
        return [
            f'\t\t{match} {log}counter accept comment "{comment}"'.replace("\t\t ", "\t\t")
            for match in (self._matches(permit))
        ]

    def _spoofed(self) -> list[str]:
        """Per interface: sources that cannot live behind it."""
        routes = self.topology.routes(self.gateway)
        lines: list[str] = []
        for item in self.topology.interfaces[self.gateway]:
            behind = routes.get(item.name, NOTHING)
            for permit in self.permits:
                if permit.hook == "forward" and permit.incoming == item.name:
                    behind = behind | permit.sources
            for family in (4, 6):
                label = f'log prefix "spoofed on {item.name}: " level info'
                if not behind.family(family):
                    match = f'iifname "{item.name}" meta nfproto {_NFPROTO[family]}'
                elif behind.family(family) == EVERYTHING.family(family):
                    continue
                else:
                    test = self._addresses("saddr", behind, family, f"behind_{item.name}")
                    match = f'iifname "{item.name}" {test.replace("saddr ", "saddr != ")}'
                lines += [f"\t\t{match} {LOG_LIMIT} {label}", f"\t\t{match} counter drop"]
        return ["\tchain c_spoofed {", *lines, "\t}", ""]

    def _input(self) -> list[str]:
        lines = []
        for permit in self.permits:
            if permit.hook == "input" and permit.flow != "loopback":
                where = f'iifname "{permit.incoming}" ' if permit.incoming else ""
                accepts = [line.replace("\t\t", f"\t\t{where}ct state new ", 1) for line in self._accept(permit)]
                if permit.conduit == HOUSEKEEPING:
                    accepts = [line.replace("ct state new ", "") for line in accepts]
                lines += accepts
        return [
            "\tchain c_input {",
            "\t\ttype filter hook input priority filter; policy drop;",
            '\t\tiifname "lo" counter accept',
            '\t\tct state established,related counter accept comment "answers"',
            "\t\tct state invalid counter drop",
            f'\t\tct state new {INPUT_LIMIT} counter drop comment "flood"',
            *lines,
            f'\t\t{LOG_LIMIT} log prefix "drop input: " level info',
            "\t\tcounter drop",
            "\t}",
            "",
        ]

    def _translations(self) -> list[str]:
        chains: dict[str, list[str]] = {"prerouting": [], "postrouting": []}
        for step in self.steps:
            for hook, line in self._translation(step):
                chains[hook].append("\t\t" + line)
        lines = []
        for hook, priority in (("prerouting", "dstnat"), ("postrouting", "srcnat")):
            if chains[hook]:
                head = f"\t\ttype nat hook {hook} priority {priority}; policy accept;"
                lines += [f"\tchain c_{hook} {{", head, *chains[hook], "\t}", ""]
        return lines

    def _translation(self, step: Step) -> list[tuple[str, str]]:
        comment = f' comment "{clean(step.note)}"' if step.note else ""
        inside = f'iifname "{step.interface}" ' if step.interface else ""
        outside = f'oifname "{step.interface}" ' if step.interface else ""
        found = []
        for family in (4, 6):
            match, to = step.match.family(family), step.to.family(family)
            if not match or not (to or step.kind in {"redirect", "masquerade"}):
                continue
            word = _WORD[family]
            if step.kind == "netmap":
                inner, outer = step.to.cidrs(family)[0], step.match.cidrs(family)[0]
                forth = f"{inside}dnat {word} prefix to {word} daddr map {{ {outer} : {inner} }}{comment}"
                back = f"{outside}snat {word} prefix to {word} saddr map {{ {inner} : {outer} }}{comment}"
                found += [("prerouting", forth), ("postrouting", back)]
                continue
            source = step.kind in {"masquerade", "snat"}
            side, where = ("saddr", outside) if source else ("daddr", inside)
            ends = self._addresses(side, step.match, family, "nat") or f"meta nfproto {_NFPROTO[family]}"
            for service in _services(step.ports, family):
                change = _change(step, family, bool(service))
                hook = "postrouting" if source else "prerouting"
                found.append((hook, " ".join(f"{where}{ends} {service} counter {change}{comment}".split(" "))))
        return [(hook, re.sub(r"  +", " ", line)) for hook, line in found]


def _span(span: tuple[int, int], family: int) -> str:
    cidrs = span_cidrs(span, family)
    return cidrs[0] if len(cidrs) == 1 else "-".join(_ends(span, family))


def _change(step: Step, family: int, ported: bool) -> str:
    port = "" if step.to_port is None else f":{step.to_port[0]}"
    if step.to_port and step.to_port[1] != step.to_port[0]:
        port += f"-{step.to_port[1]}"
    if port and not ported:
        raise CannotExpressError("nftables", f"a new port without a service in '{step.kind}'")
    if step.kind == "masquerade":
        return "masquerade"
    if step.kind == "redirect":
        return f"redirect to {port}" if port else "redirect"
    spans = step.to.family(family)
    if len(spans) != 1:
        raise InputError("nat-target", f"'{step.kind}' needs one address or one range.")
    only = Ranges(v4=spans) if family == 4 else Ranges(v6=spans)
    cidrs = only.cidrs(family)
    target = cidrs[0] if len(cidrs) == 1 else "-".join(_ends(spans[0], family))
    if family == 6 and port:
        target = f"[{target}]"
    return f"{step.kind} {_WORD[family]} to {target}{port}"


def _ends(span: tuple[int, int], family: int) -> tuple[str, str]:
    return address_text(span[0], family), address_text(span[1], family)


def _needs(permit: Permit) -> list[str]:
    words = {IPSEC_IN: "meta ipsec exists", IPSEC_OUT: "rt ipsec exists"}
    return [words[need] for need in permit.needs if need in words]


def _services(ports: tuple[PortSpec, ...], family: int) -> list[str]:
    """One match text per transport; an empty one where every service is meant."""
    if not ports or any(spec.transport == "any" for spec in ports):
        return [""]
    grouped: dict[str, list[str]] = {}
    for spec in ports:
        span = str(spec.first) if spec.first == spec.last else f"{spec.first}-{spec.last}"
        grouped.setdefault(spec.transport, []).append(span)
    found = []
    for transport, spans in grouped.items():
        values = spans[0] if len(spans) == 1 else "{ " + ", ".join(spans) + " }"
        if transport in {"icmp", "icmpv6"}:
            if (transport == "icmp") == (family == 4):
                found.append(f"{transport} type {values}")
        elif transport == "ip":
            found.append(f"meta l4proto {values}")
        elif transport in PORTLESS:
            found.append(f"meta l4proto {_NUMBER[transport]}")
        else:
            found.append(f"{transport} dport {values}")
    return found


_NUMBER = {"esp": 50, "ah": 51, "gre": 47, "igmp": 2, "vrrp": 112, "ospf": 89}
