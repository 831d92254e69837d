"""The tree of VyOS as a neutral rule set: firewall, NAT, and what stands for rules elsewhere in it."""

from __future__ import annotations

from collections.abc import Iterator

from ninefold.base.errors import InputError, Place
from ninefold.network.firewalls.vyos.matches import Matches, NotUnderstoodError
from ninefold.network.firewalls.vyos.tree import Node
from ninefold.network.ranges import Ranges, parse_addresses
from ninefold.network.ruleset import (
    ACCEPT,
    CONTINUE,
    DROP,
    REJECT,
    RETURN,
    UNKNOWN,
    Action,
    Chain,
    Condition,
    Jump,
    Rule,
    RuleSet,
    Test,
    Translate,
    Unknown,
    leaves,
)

_ACTIONS: dict[str, Action] = {
    "accept": ACCEPT, "drop": DROP, "reject": REJECT, "return": RETURN, "continue": CONTINUE,
}  # fmt: skip
_FAMILIES = {"ipv4": 4, "ipv6": 6}
_HOOKS = {("forward", "filter"): 0, ("input", "filter"): 0, ("output", "filter"): 0, ("prerouting", "raw"): -300}
#: parts of ``firewall`` that hold no rules (kernel settings)
_SETTINGS = frozenset(
    {
        "all-ping", "broadcast-ping", "config-trap", "ipv6-receive-redirects", "ipv6-src-route", "ip-src-route",
        "log-martians", "options", "receive-redirects", "send-redirects", "source-validation", "syn-cookies",
        "twa-hazards-protection", "directed-broadcast", "resolver-cache", "resolver-internal", "resolver-interval",
        "ipv6-source-validation", "timeout",
    }
)  # fmt: skip
_READ = frozenset({"name", "ipv6-name", "ipv4", "ipv6", "group", "interface", "state-policy", "global-options"})


def convert(root: Node, strange: list[tuple[int, str]], file: str) -> RuleSet:
    """The rule set of a whole configuration."""
    return _Converter(root, strange, file).ruleset()


class _Converter:
    def __init__(self, root: Node, strange: list[tuple[int, str]], file: str) -> None:
        self.root, self.file = root, file
        self.firewall = root.at("firewall")
        self.chains: list[Chain] = []
        self.unknown = [self._strange(line, text, "this line is no 'set' command") for line, text in strange]

    def _strange(self, line: int, text: str, reason: str) -> Unknown:
        return Unknown(place=Place(self.file, line), text=text[:200], reason=reason)

    def _refuse(self, node: Node, text: str, reason: str) -> None:
        self.unknown.append(self._strange(node.line, text, reason))

    def ruleset(self) -> RuleSet:
        """Everything."""
        self._named()
        self._bases()
        self._attached()
        self._states()
        self._nat()
        self._others()
        return RuleSet(file=self.file, dialect="vyos", chains=tuple(self.chains), unknown=tuple(self.unknown))

    def _named(self) -> None:
        for path, family in ((("name",), 4), (("ipv6-name",), 6), (("ipv4", "name"), 4), (("ipv6", "name"), 6)):
            for name, node in self.firewall.at(*path).children.items():
                rules = self._rules(node, family)
                last = self._default(node, family)
                made = Chain(
                    id=f"ipv{family} name {name}",
                    rules=(*rules, Rule(action=last, place=self._place(node), text="default-action")),
                    families=(family,),
                    place=self._place(node),
                )
                self.chains.append(made)

    def _default(self, node: Node, family: int) -> Action:
        text = node.value("default-action") or "drop"
        if text == "jump":
            return self._jump(node.value("default-jump-target"), family)
        return _ACTIONS.get(text, UNKNOWN)

    def _place(self, node: Node) -> Place:
        return Place(self.file, node.line)

    def _bases(self) -> None:
        for word, family in _FAMILIES.items():
            for hook, below in self.firewall.at(word).children.items():
                for kind, node in below.children.items() if hook != "name" else ():
                    if (hook, kind) not in _HOOKS or node.value("default-action") not in {"", "accept", "drop"}:
                        self._refuse(node, f"{word} {hook} {kind}", "it filters at a place that is not analysed")
                        continue
                    chain = Chain(
                        id=f"{word} {hook} {kind}",
                        rules=self._rules(node, family),
                        hook=hook,
                        priority=_HOOKS[(hook, kind)],
                        policy=node.value("default-action") or "accept",
                        families=(family,),
                        place=self._place(node),
                    )
                    self.chains.append(chain)

    def _attached(self) -> None:
        """Rule sets at interfaces: the incoming and the outgoing one both have to accept."""
        found: dict[tuple[str, int], list[Rule]] = {}
        for interface, node in self._interfaces():
            for side, below in node.children.items():
                for word, names in below.children.items():
                    family = {"name": 4, "ipv6-name": 6}.get(word)
                    name = next(iter(names.children), "")
                    if family is None or side not in {"in", "out", "local"} or "*" in interface:
                        self._refuse(below, f"{interface} {side} {word}", "it filters at a place that is not analysed")
                        continue
                    test = Test("out" if side == "out" else "in", names=(interface,))
                    text = f"{interface} firewall {side} {word} {name}"
                    action = self._jump(name, family, goto=True)
                    made = Rule(condition=test, action=action, place=self._place(names), text=text)
                    found.setdefault((side, family), []).append(made)
        for (side, family), rules in sorted(found.items()):
            hook = "input" if side == "local" else "forward"
            made_chain = Chain(
                id=f"ipv{family} {side}", rules=tuple(rules), hook=hook, families=(family,), place=rules[0].place
            )
            self.chains.append(made_chain)

    def _interfaces(self) -> Iterator[tuple[str, Node]]:
        for name, node in self.firewall.at("interface").children.items():
            yield name, node
        for kinds in self.root.at("interfaces").children.values():
            stack = list(kinds.children.items())
            while stack:
                name, node = stack.pop(0)
                if node.has("firewall"):
                    yield name, node.at("firewall")
                for word in ("vif", "vif-s", "vif-c"):
                    stack.extend((f"{name}.{number}", below) for number, below in node.at(word).children.items())

    def _states(self) -> None:
        """The policy for whole states comes first in every place where packets are filtered."""
        policy = self.firewall.at("state-policy")
        if self.firewall.has("global-options", "state-policy"):
            policy = self.firewall.at("global-options", "state-policy")
        rules = []
        for state, node in policy.children.items():
            action = _ACTIONS.get(node.value("action"), UNKNOWN)
            text = f"state-policy {state} {node.value('action')}"
            condition = Test("state", names=(state,))
            rules.append(Rule(condition=condition, action=action, place=self._place(node), text=text))
        if not rules:
            return
        for hook in ("input", "forward", "output"):
            for family in (4, 6):
                if not any(chain.hook == hook and family in chain.families for chain in self.chains):
                    chain = Chain(id=f"ipv{family} {hook} states", hook=hook, families=(family,), place=rules[0].place)
                    self.chains.append(chain)
        self.chains = [
            Chain(
                id=chain.id, rules=(*rules, *chain.rules), hook=chain.hook, priority=chain.priority,
                policy=chain.policy, families=chain.families, place=chain.place,
            )
            if chain.hook in {"input", "forward", "output"}
            else chain
            for chain in self.chains
        ]  # fmt: skip

    def _rules(self, node: Node, family: int) -> tuple[Rule, ...]:
        matches = Matches(family, self.file, self.firewall.at("group"))
        made = []
        for number, rule in _numbered(node.at("rule")):
            action = self._action(rule, family)
            made.append(self._rule(number, rule, matches.all(rule), action))
        return tuple(made)

    def _rule(self, number: str, rule: Node, condition: Condition, action: Action) -> Rule:
        return Rule(
            condition=condition,
            action=action,
            place=self._place(rule),
            text=f"rule {number} {rule.text()}"[:300],
            comment=rule.value("description"),
            logs=rule.has("log") and rule.value("log") != "disable",
            enabled=not rule.has("disable"),
        )

    def _action(self, rule: Node, family: int) -> Action:
        text = rule.value("action")
        if text == "jump":
            return self._jump(rule.value("jump-target"), family)
        return _ACTIONS.get(text, UNKNOWN)

    def _jump(self, name: str, family: int, *, goto: bool = False) -> Action:
        """Another rule set; where there is none, it is not known what happens."""
        old = "name" if family == 4 else "ipv6-name"
        known = self.firewall.has(old, name) or self.firewall.has(f"ipv{family}", "name", name)
        return Jump(f"ipv{family} name {name}", goto=goto) if known else UNKNOWN

    def _nat(self) -> None:
        for word, node in self.root.at("nat").children.items():
            if word not in {"source", "destination"}:
                self._refuse(node, f"nat {word}", "this kind of translation is not analysed")
                continue
            matches = Matches(4, self.file, self.firewall.at("group"))
            rules = [
                self._rule(number, rule, matches.all(rule), _translation(word, rule))
                for number, rule in _numbered(node.at("rule"))
            ]
            hook, priority = ("postrouting", 100) if word == "source" else ("prerouting", -100)
            chain = Chain(
                id=f"nat {word}", rules=tuple(rules), hook=hook, priority=priority, kind="nat", families=(4,),
                place=self._place(node),
            )  # fmt: skip
            self.chains.append(chain)

    def _others(self) -> None:
        for word in ("nat66", "nat64", "zone-policy"):
            if self.root.has(word):
                self._refuse(self.root.at(word), word, "this part is not analysed")
        for word, node in self.firewall.children.items():
            if word not in _READ | _SETTINGS:
                self._refuse(node, f"firewall {word}", "this part is not analysed")
        for kind in ("route", "route6", "ipv6-route"):
            for name, node in self.root.at("policy", kind).children.items():
                if node.has("default-action") or any(r.has("action") for r in node.at("rule").children.values()):
                    self._refuse(node, f"policy {kind} {name}", "a routing policy that drops is not analysed")
        asked = any(
            isinstance(leaf, Test) and leaf.field == "state"
            for chain in self.chains
            for rule in chain.rules
            for leaf in leaves(rule.condition)
        )
        ignored = self.root.at("system", "conntrack")
        if asked and ignored.has("ignore"):
            self._refuse(ignored.at("ignore"), "conntrack ignore", "packets without connection tracking: not analysed")


def _numbered(node: Node) -> list[tuple[str, Node]]:
    """Rules in the order of their numbers."""
    return sorted(node.children.items(), key=lambda item: (not item[0].isdecimal(), item[0].zfill(20)))


def _translation(side: str, rule: Node) -> Action:
    if rule.has("exclude"):
        return ACCEPT
    node = rule.at("translation")
    try:
        return _translate(side, rule, node)
    except (NotUnderstoodError, InputError, ValueError):
        return UNKNOWN


def _translate(side: str, rule: Node, node: Node) -> Translate:
    if set(node.children) - {"address", "port", "options", "redirect"} or len(node.values("address")) > 1:
        raise NotUnderstoodError("translation")
    port = node.value("redirect", "port") if node.has("redirect") else node.value("port")
    span = None
    if port:
        low, _, high = port.partition("-")
        span = (int(low), int(high or low))
        if not 0 < span[0] <= span[1] <= 65535:
            raise NotUnderstoodError(port)
    address = node.value("address")
    if node.has("redirect") and side == "destination" and not address:
        return Translate("redirect", port=span)
    if node.has("redirect"):
        raise NotUnderstoodError("redirect")
    if address == "masquerade" and side == "source":
        return Translate("masquerade", port=span)
    if "/" in address and not address.endswith("/32"):
        return _netmap(side, rule, address, span)
    ranges = Ranges(v4=parse_addresses(address).v4) if address else Ranges()
    if not ranges and not (span and not address):
        raise NotUnderstoodError(address)
    return Translate("snat" if side == "source" else "dnat", ranges, port=span)


def _netmap(side: str, rule: Node, address: str, port: tuple[int, int] | None) -> Translate:
    """A block onto the block of the same size that the rule matches."""
    new, old = parse_addresses(address).v4, parse_addresses(rule.value(side, "address")).v4
    if port or len(new) != 1 or len(old) != 1 or new[0][1] - new[0][0] != old[0][1] - old[0][0]:
        raise NotUnderstoodError(address)
    kind = "netmap-source" if side == "source" else "netmap-target"
    return Translate(kind, Ranges(v4=new), mapped=Ranges(v4=old))
