"""Proof: what the configurations of a plant's firewalls let through is exactly what its conduits permit.

Per firewall the accepted set must equal the intended set; then, over the topology with its translations, what one
network can send into another must be what flows permit, and answers must find their way back. A difference comes
with a region, one packet and the rule that is responsible; what cannot be decided is said, never passed over.
Assumptions are part of the result (docs/reference/network.md).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, MutableMapping

import msgspec

from ninefold import __version__
from ninefold.base.digest import digest, sha256
from ninefold.base.errors import NinefoldError
from ninefold.base.i18n import Message, language, messages
from ninefold.model.plant import Plant
from ninefold.model.proofs import Difference, ProofResult, Witness
from ninefold.model.vocabulary import State
from ninefold.network.deployed import KEPT, Deployed, translation_rules
from ninefold.network.diagrams import DiagramFullError, is_full
from ninefold.network.evaluate import Evaluation, Piece, free_names, image
from ninefold.network.firewalls.registry import parse
from ninefold.network.nat import steps
from ninefold.network.packets import OTHER, PacketSet, PacketSpace
from ninefold.network.policy import Intent, Permit, intent
from ninefold.network.ranges import join, parse_addresses
from ninefold.network.ruleset import RuleSet, Test, addresses, both
from ninefold.network.ruleset import interfaces as interface_names
from ninefold.network.topology import topology_of
from ninefold.network.trace import trace

say = messages("network")
SHOWN = 40  # differences per gateway and kind

Configs = Mapping[str, tuple[str, str]]


#: changes whenever the meaning of a result may change: part of every cache key
ENGINE = "network/1"
Cache = MutableMapping[str, bytes]


def prove(plant: Plant, configs: Configs, *, engine: str = "oxidd", cache: Cache | None = None) -> ProofResult:
    """Whether the configurations (gateway -> file name, text) equal the plant's conduits.

    ``state`` is ``different`` as soon as one difference is certain, else ``undecided`` if anything was not
    understood or is missing, else ``equal``. ``cache`` keeps results by the digest of everything they depend on.
    """
    inputs = {name: sha256(text.encode()) for name, text in sorted(configs.values())}
    inputs["plant"] = digest([plant.networks, plant.gateways, plant.vpns, plant.entry_points, plant.conduits,
                              plant.zones, plant.assets, plant.own_services])  # fmt: skip
    key = digest([ENGINE, __version__, language(), sorted((g, *pair) for g, pair in configs.items()), inputs])
    if cache is not None and key in cache:
        return msgspec.json.decode(cache[key], type=ProofResult)
    rulesets, notes = _parsed(plant, configs)
    try:
        result = prove_rulesets(plant, rulesets, engine=engine)
    except NinefoldError as error:  # out of memory, a chain that leads back to itself: never a pass, never a crash
        notes.append(say("The proof was not finished: {why}", why=str(error)))
        result = ProofResult(state="undecided")
    state = "undecided" if notes and result.state == "equal" else result.state
    result = msgspec.structs.replace(
        result, state=state, assumptions=(*(str(note) for note in notes), *result.assumptions), inputs=inputs
    )
    if cache is not None:
        cache[key] = msgspec.json.encode(result)
    return result


def _parsed(plant: Plant, configs: Configs) -> tuple[dict[str, RuleSet], list[Message]]:
    rulesets: dict[str, RuleSet] = {}
    notes: list[Message] = []
    for gateway, (file, text) in sorted(configs.items()):
        if gateway not in plant.gateway:
            notes.append(say("{file} belongs to '{gateway}', which is no gateway.", file=file, gateway=gateway))
            continue
        try:
            rulesets[gateway] = _read(plant.gateway[gateway].dialect, text, file)
        except NinefoldError as error:
            notes.append(say("{file} could not be read: {why}", file=file, why=str(error)))
    return rulesets, notes


def _read(dialect: str, text: str, file: str) -> RuleSet:
    try:
        return parse(text, file)
    except NinefoldError:
        return parse(text, file, dialect)


def prove_rulesets(plant: Plant, rulesets: Mapping[str, RuleSet], *, engine: str = "oxidd") -> ProofResult:
    """As :func:`prove`, for configurations that are already parsed."""
    for order, nodes, library in (
        ("service", 1 << 21, engine),
        ("addresses", 1 << 23, engine),
        ("service", 1 << 25, engine),
    ):
        try:
            return _Proof(plant, rulesets, order, nodes, library).run()
        except Exception as error:
            if not is_full(error):
                raise
    raise DiagramFullError


def space_of(plant: Plant, rulesets: Iterable[RuleSet], order: str, nodes: int, engine: str) -> PacketSpace:
    """A space for all gateways of a plant and their rule sets."""
    sets = tuple(rulesets)
    topology = topology_of(plant)
    names = {item.name for items in topology.interfaces.values() for item in items} | {"lo"}
    names |= set(interface_names(sets))
    return PacketSpace(names, (*free_names(*sets), *KEPT), order=order, engine=engine, nodes=nodes)


class _Proof:
    def __init__(self, plant: Plant, rulesets: Mapping[str, RuleSet], order: str, nodes: int, engine: str) -> None:
        self.plant, self.rulesets = plant, rulesets
        self.topology = topology_of(plant)
        self.intent: Intent = intent(plant)
        self.space = space_of(plant, rulesets.values(), order, nodes, engine)
        self.allowed: list[Difference] = []
        self.blocked: list[Difference] = []
        self.doubts: list[Message] = []
        self.deployed = {
            gateway: Deployed(self.topology, gateway, ruleset, self.space)
            for gateway, ruleset in sorted(rulesets.items())
        }
        self.kept = KEPT
        self.likes = self._likes()

    def run(self) -> ProofResult:
        """Everything, in order."""
        from ninefold.network.reach import EndToEnd

        self._intent_doubts()
        for gateway in self.plant.gateways:
            if gateway.asset in self.deployed:
                self._gateway(self.deployed[gateway.asset])
            elif gateway.filters:
                self.doubts.append(say("There is no configuration of '{gateway}'.", gateway=gateway.asset))
        EndToEnd(self.plant, self.topology, self.intent, self.deployed, self.space).compare(self)
        different = bool(self.allowed or self.blocked)
        state = "different" if different else "undecided" if self.doubts else "equal"
        return ProofResult(
            state=state,
            allowed_not_intended=tuple(self.allowed),
            intended_blocked=tuple(self.blocked),
            assumptions=(*(str(doubt) for doubt in self.doubts), *self._assumptions()),
        )

    def _intent_doubts(self) -> None:
        for finding in self.intent.findings:
            if finding.state in {State.UNDECIDED, State.ERROR}:
                self.doubts.append(say("{title} {why}", title=finding.title, why=finding.because[0].says))
        for ruleset in self.rulesets.values():
            for item in ruleset.unknown:
                self.doubts.append(say("{place}: '{text}': {why}", place=str(item.place), text=item.text,
                                       why=item.reason))  # fmt: skip

    def _assumptions(self) -> tuple[str, ...]:
        said = [
            str(say("Explicit routes win over the shortest way; equal ways are all used.")),
            str(say("Answers belong to tracked connections; ports survive source translation.")),
        ]
        if any(item.usual for item in self.deployed.values()):
            said.append(str(say("No rate limit is exceeded; TCP connections begin with SYN.")))
        return tuple(said)

    def _likes(self) -> tuple[PacketSet, ...]:
        """What a witness should look like: real devices, no network, broadcast or gateway addresses."""
        known = join(parse_addresses(text) for asset in self.plant.assets for text in asset.addresses
                     if asset.id not in self.plant.gateway)  # fmt: skip
        edges = join(
            parse_addresses(str(address))
            for network in self.plant.networks
            if network.subnet
            for net in [ipaddress.ip_network(network.subnet, strict=False)]
            for address in (net.network_address, net.broadcast_address)
        )
        own = join(item for gateway in self.plant.gateway for item in self.topology.own(gateway).values())
        inside = join(self.topology.subnets.values()) - edges - own
        routed = inside | self.topology.outside
        wishes = [
            both(addresses("target", routed)),
            both(addresses("source", routed)),
            both(Test("protocol", ((6, 6), (17, 17)))),
            both(Test("source_port", ((32768, 60999),))),
            both(addresses("target", known)),
            both(addresses("source", known)),
            both(Test("protocol", ((6, 6),))),
        ]
        return tuple(self.space.of(wish) for wish in wishes)

    def _gateway(self, one: Deployed) -> None:
        for hook, deployed in (("forward", one.forwards), ("input", one.takes_in)):
            permits = self.intent.of(one.gateway, hook)
            self._too_much(one, hook, deployed, permits)
            self._too_little(one, hook, deployed, permits)
        self._translations(one)
        self._answers(one)

    def wanted(self, permit: Permit) -> PacketSet:
        """The packets of a permit."""
        found = self.space.of(permit.condition)
        if permit.hook == "input":
            from ninefold.network.deployed import nowhere

            return PacketSet(self.space, found.function & nowhere(self.space))
        return found

    def _intended(self, permits: tuple[Permit, ...]) -> PacketSet:
        result = self.space.none
        for permit in permits:
            result = result | self.wanted(permit)
        return result

    def _too_much(self, one: Deployed, hook: str, deployed: PacketSet, permits: tuple[Permit, ...]) -> None:
        intended = self._intended(permits)
        surely = one.surely if hook == "forward" else deployed.given(one.usual).certain(self.kept)
        sure = surely - intended
        for part in self._by_interfaces(sure, hook):
            self.allowed.append(self.difference(part, one, hook))
        maybe = deployed.possible(self.kept) - intended - sure
        if not maybe.is_empty:
            region = "; ".join(maybe.regions(3))
            self.doubts.append(
                say(
                    "{gateway} may let pass more than intended, depending on matches outside the analysis: {region}",
                    gateway=one.gateway,
                    region=region,
                )
            )

    def _by_interfaces(self, packets: PacketSet, hook: str) -> list[PacketSet]:
        """One difference per pair of interfaces."""
        if packets.is_empty:
            return []
        found: list[PacketSet] = []
        outs = self.space.interfaces if hook == "forward" else (OTHER,)
        for incoming in self.space.interfaces:
            one_way = self._at(packets, "in", incoming)
            if one_way.is_empty:
                continue
            for outgoing in outs:
                part = self._at(one_way, "out", outgoing)
                if not part.is_empty and len(found) < SHOWN:
                    found.append(part)
        return found

    def _at(self, packets: PacketSet, field: str, name: str) -> PacketSet:
        code = self.space.interfaces.index(name)
        return PacketSet(self.space, packets.function & self.space.interval(field, ((code, code),)))

    def _too_little(self, one: Deployed, hook: str, deployed: PacketSet, permits: tuple[Permit, ...]) -> None:
        usual = deployed.given(one.usual)
        possible = usual.possible(self.kept)
        certain = one.surely if hook == "forward" else usual.certain(self.kept)
        reachable = self.space.all
        if hook == "forward":
            reachable = PacketSet(self.space, one.routed)
        elif any(one.own.values()):
            from ninefold.network.deployed import GROUPS

            reachable = self.space.of(addresses("target", join(one.own.values()) | GROUPS))
        reachable = reachable & self._brought(one)
        for permit in permits:
            wanted = self.wanted(permit) & reachable
            missing = wanted - possible
            if not missing.is_empty:
                self.blocked.append(self.difference(missing, one, hook, permit))
            elif not (wanted - certain).is_empty:
                self.doubts.append(
                    say(
                        "{gateway} may block flow '{flow}', depending on matches outside the analysis.",
                        gateway=one.gateway,
                        flow=permit.flow,
                    )
                )

    def _brought(self, one: Deployed) -> PacketSet:
        """Packets that the plant's own target translation can bring to a chain (it may take others elsewhere)."""
        made = Evaluation(translation_rules(steps(self.plant, self.topology, one.gateway)), self.space)
        found = self.space.diagram.false
        for piece in made.translations("prerouting", one.own):
            found = found | image(self.space, piece)
        return PacketSet(self.space, found)

    def difference(
        self, packets: PacketSet, one: Deployed, hook: str, permit: Permit | None = None, at: str = ""
    ) -> Difference:
        """A set of packets as a difference, with the rule that decides its witness."""
        witness = packets.witness(self.likes)
        assert witness is not None
        told = trace(one.ruleset, witness, hook)
        sender, receiver = self._zones(one, witness)
        return Difference(
            region=packets.regions(),
            witness=witness,
            rules=told.deciding,
            sender=sender,
            receiver=receiver,
            conduit=permit.conduit if permit else "",
            flow=permit.flow if permit else "",
            at=at or f"{one.gateway}: {told.at or hook}",
        )

    def _zones(self, one: Deployed, witness: Witness) -> tuple[str, str]:
        def side(address: str, interface: str) -> str:
            wanted = parse_addresses(address)
            for network, subnet in self.topology.subnets.items():
                if wanted & subnet:
                    return self.plant.network[network].zone or network
            network = self.topology.network_of(one.gateway, interface)
            return (self.plant.network[network].zone if network else "") or network

        return side(witness.source, witness.incoming), side(witness.target, witness.outgoing) or one.gateway

    def _translations(self, one: Deployed) -> None:
        """Intended packets must be translated as the plant says."""
        made = Evaluation(translation_rules(steps(self.plant, self.topology, one.gateway)), self.space)
        for rule in one.evaluation.unsure:
            self.doubts.append(say("{place}: this translation is not understood.", place=str(rule.place)))
        for hook, pieces in (("prerouting", one.prerouting), ("postrouting", one.postrouting)):
            wanted = made.translations(hook, one.own)
            for permit in self.intent.of(one.gateway, "forward"):
                asked = both(permit.arriving, Test("in", names=(permit.incoming,)))
                domain = self.space.of(asked if hook == "prerouting" else permit.condition).function
                self._compare_pieces(one, permit, hook, domain, pieces, wanted)

    def _compare_pieces(
        self, one: Deployed, permit: Permit, hook: str, domain: object, pieces: tuple[Piece, ...],
        wanted: tuple[Piece, ...],
    ) -> None:  # fmt: skip
        false = self.space.diagram.false
        for want in wanted:
            here = want.packets & domain
            if here == false:
                continue
            for piece in pieces:
                common = here & piece.packets & self.space.valid
                if common == false or piece.change == want.change:
                    continue
                if image(self.space, Piece(common, piece.change)) != image(self.space, Piece(common, want.change)):
                    packets = PacketSet(self.space, common).given(one.usual).certain(self.kept)
                    if not packets.is_empty:
                        self.blocked.append(
                            self.difference(packets, one, "forward", permit, f"{one.gateway}: {hook} translation")
                        )
                        return

    def _answers(self, one: Deployed) -> None:
        """Answers of permitted packets must pass as part of an established connection."""
        accepted = one.answers().given(one.usual)
        sure = accepted.certain(self.kept)
        for permit in self.intent.of(one.gateway, "forward"):
            missing = self.answer(permit) - sure
            if not missing.is_empty:
                self.blocked.append(self.difference(missing, one, "forward", permit, f"{one.gateway}: answers"))

    def answer(self, permit: Permit) -> PacketSet:
        """The answers to a permit's packets, as the same gateway sees them."""
        from ninefold.network.answers import reply_condition

        return self.space.of(reply_condition(permit), "established")
