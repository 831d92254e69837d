"""What one gateway's configuration lets through, in the terms in which the policy speaks.

Filters before target translation see packets as they arrive, the forward and input chains see translated targets,
source translation comes last. Only packets that routing can bring to a chain count.
"""

from __future__ import annotations

from functools import cached_property

from ninefold.base.errors import Place
from ninefold.network.diagrams import Function
from ninefold.network.evaluate import Evaluation, Piece, before, image, usual
from ninefold.network.nat import Step, rules
from ninefold.network.packets import OTHER, PacketSet, PacketSpace
from ninefold.network.policy import IPSEC_IN, IPSEC_OUT
from ninefold.network.ranges import join, parse_addresses
from ninefold.network.ruleset import Chain, Rule, RuleSet, Test, addresses
from ninefold.network.topology import Topology

#: besides its own addresses a gateway takes in multicast, broadcast and link-local packets
GROUPS = join(parse_addresses(text) for text in ("224.0.0.0/4", "255.255.255.255", "ff00::/8", "fe80::/10"))
_NAT_PRIORITY = -100
#: properties of a packet that intent itself speaks of
KEPT = (IPSEC_IN.name, IPSEC_OUT.name)


class Deployed:
    """The behaviour of one gateway with one rule set."""

    def __init__(self, topology: Topology, gateway: str, ruleset: RuleSet, space: PacketSpace) -> None:
        self.topology, self.gateway, self.ruleset, self.space = topology, gateway, ruleset, space
        self.evaluation = Evaluation(ruleset, space)
        self.own = topology.own(gateway)
        self.usual = usual(ruleset)

    @cached_property
    def entering(self) -> Function:
        """Packets, as they arrive, that filters before target translation let in."""
        return self._filters("prerouting", early=True)

    @cached_property
    def prerouting(self) -> tuple[Piece, ...]:
        """Target translation."""
        return self.evaluation.translations("prerouting", self.own)

    @cached_property
    def postrouting(self) -> tuple[Piece, ...]:
        """Source translation."""
        return self.evaluation.translations("postrouting", self.own)

    @cached_property
    def inside(self) -> Function:
        """Packets after target translation that may reach a decision about their way."""
        found = self.space.diagram.false
        for piece in self.prerouting:
            found = found | image(self.space, Piece(piece.packets & self.entering, piece.change))
        return found & self._filters("prerouting", early=False)

    def _filters(self, hook: str, *, early: bool) -> Function:
        found = self.space.valid
        for chain in self.ruleset.base(hook, "filter"):
            if (chain.priority <= _NAT_PRIORITY) == early:
                found = found & self.evaluation.base(chain)
        return found

    @cached_property
    def routed(self) -> Function:
        """Packets whose egress interface is the one that routing chooses."""
        return route_function(self.topology, self.gateway, self.space)

    @cached_property
    def forwards(self) -> PacketSet:
        """Packets that pass from network to network, as the forward chain sees them."""
        accepted = self.evaluation.accepted("forward").function
        accepted = accepted & self.evaluation.accepted("postrouting").function
        return PacketSet(self.space, accepted & self.inside & self.routed)

    @cached_property
    def takes_in(self) -> PacketSet:
        """Packets that the gateway itself receives."""
        own = join(self.own.values())
        mine = self.space.function(addresses("target", own | GROUPS)) if own else self.space.diagram.true
        accepted = self.evaluation.accepted("input").function & self.inside & mine
        return PacketSet(self.space, accepted & nowhere(self.space))

    @cached_property
    def surely(self) -> PacketSet:
        """Packets that pass whatever the matches outside the analysis are, while no limit is exceeded."""
        return self.forwards.given(self.usual).certain(KEPT)

    @cached_property
    def translates(self) -> tuple[bool, bool]:
        """Whether there is target, and source translation."""
        return any(piece.change for piece in self.prerouting), any(piece.change for piece in self.postrouting)

    def answers(self) -> PacketSet:
        """Packets of established connections that the forward chain accepts."""
        return Evaluation(self.ruleset, self.space, "established").accepted("forward")


def nowhere(space: PacketSpace) -> Function:
    """Packets without an egress interface."""
    code = space.interfaces.index(OTHER)
    return space.interval("out", ((code, code),))


def route_function(topology: Topology, gateway: str, space: PacketSpace) -> Function:
    """(target, egress interface) pairs that routing allows."""
    found = space.diagram.false
    for interface, targets in sorted(topology.routes(gateway).items()):
        way = space.function(Test("out", names=(interface,))) & space.function(addresses("target", targets))
        found = found | way
    return found


def translation_rules(steps: tuple[Step, ...]) -> RuleSet:
    """The plant's own translations as a rule set, to compare with the deployed one."""
    chains = []
    for hook, priority in (("prerouting", -100), ("postrouting", 100)):
        made = [
            Rule(condition=condition, action=change, place=Place("networks.yaml"), text=step.kind)
            for step in steps
            for where, condition, change in rules(step)
            if where == hook
        ]
        chains.append(Chain(id=f"intent/{hook}", hook=hook, kind="nat", priority=priority, rules=tuple(made)))
    return RuleSet(file="networks.yaml", dialect="intent", chains=tuple(chains))


def undo(space: PacketSpace, pieces: tuple[Piece, ...], after: Function) -> Function:
    """Packets that, translated by these pieces, may lie in ``after``."""
    found = space.diagram.false
    for piece in pieces:
        found = found | before(space, piece, after)
    return found
