"""Objects of ``nft -j`` (or of the text reader) as a neutral rule set."""

from __future__ import annotations

from typing import Any

from ninefold.base.errors import Place
from ninefold.network.firewalls.nftables import names, values
from ninefold.network.firewalls.nftables.matches import Matcher, plain_element, words
from ninefold.network.firewalls.nftables.values import NotUnderstoodError
from ninefold.network.ranges import Ranges
from ninefold.network.ruleset import (
    ACCEPT,
    ALWAYS,
    CONTINUE,
    DROP,
    REJECT,
    RETURN,
    UNKNOWN,
    Action,
    Chain,
    Condition,
    Free,
    Jump,
    Not,
    Rule,
    RuleSet,
    Translate,
    Unknown,
    both,
)

Item = dict[str, Any]
_VERDICTS: dict[str, Action] = {"accept": ACCEPT, "drop": DROP, "return": RETURN, "continue": CONTINUE}
_NO_EFFECT = frozenset({"counter", "notrack", "mangle", "ct helper", "ct timeout", "ct expectation"})


def convert(items: list[Item], file: str) -> RuleSet:
    """The rule set; later ``flush`` and ``delete`` of tables are obeyed, other removals make it undecided."""
    state = _Tables(file)
    for item in items:
        state.add(item)
    return state.finish()


class _Tables:
    def __init__(self, file: str) -> None:
        self.file = file
        self.chains: dict[tuple[str, str, str], Item] = {}
        self.rules: dict[tuple[str, str, str], list[Item]] = {}
        self.sets: dict[tuple[str, str, str], Item] = {}
        self.unknown: list[Unknown] = []

    def add(self, item: Item) -> None:
        """One object."""
        ((kind, body),) = item.items() if len(item) == 1 else (("", item),)
        key = (
            (str(body.get("family", "ip")), str(body.get("table", "")), str(body.get("name", "")))
            if (isinstance(body, dict))
            else ("", "", "")
        )
        if kind == "chain":
            self.chains[key] = {**self.chains.get(key, {}), **body}
            self.rules.setdefault(key, [])
        elif kind == "rule":
            place = (key[0], key[1], str(body.get("chain", "")))
            target = self.rules.setdefault(place, [])
            target.insert(0, body) if body.get("first") else target.append(body)
        elif kind in {"set", "map"}:
            self.sets[key] = {**body, "elem": list(body.get("elem") or [])}
        elif kind == "element":
            self.sets.setdefault(key, {"elem": []})["elem"].extend(body.get("elem") or [])
        elif kind == "clear":
            self._clear(str(body).split())
        elif kind == "unknown":
            self._unknown(body.get("line", 0), str(body.get("text", "")), str(body.get("why", "")))
        elif kind in {"add", "insert", "create"} and isinstance(body, dict):
            self.add(body)
        elif kind not in {"metainfo", "table", "counter", "limit", "quota", "secmark", "synproxy", "flowtable"} | {
            "ct", "ct helper", "ct timeout", "ct expectation",
        }:  # fmt: skip
            self._unknown(0, words(item)[:200], "object")

    def _unknown(self, line: int, text: str, why: str) -> None:
        reasons = {
            "include": "another file is included, its rules are not known here",
            "position": "a rule is put at a position that only the device knows",
            "object": "this object is not understood",
            "clear": "something is removed that this text does not define",
        }
        self.unknown.append(Unknown(place=Place(self.file, line), text=text, reason=reasons.get(why, why)))

    def _clear(self, what: list[str]) -> None:
        if what[:1] == ["ruleset"]:
            self.chains.clear()
            self.rules.clear()
            self.sets.clear()
            return
        family = what[1] if len(what) > 1 and what[1] in {*names.FAMILIES, "arp", "bridge", "netdev"} else "ip"
        rest = [word for word in what[1:] if word != family]
        if what[:1] == ["table"] and rest:
            for key in [key for key in self.rules if key[:2] == (family, rest[0])]:
                self.rules[key] = []
                self.chains.pop(key, None)
            for key in [key for key in self.sets if key[:2] == (family, rest[0])]:
                self.sets.pop(key)
        elif what[:1] == ["chain"] and len(rest) == 2:
            self.rules[(family, rest[0], rest[1])] = []
        elif what[:1] == ["set"] and len(rest) == 2:
            self.sets.pop((family, rest[0], rest[1]), None)
        else:
            self._unknown(0, " ".join(what), "clear")

    def finish(self) -> RuleSet:
        """All of it in neutral form."""
        changed = _changed(rule for rules in self.rules.values() for rule in rules)
        chains = []
        for key, body in self.chains.items():
            if key[0] in names.FAMILIES:
                chains.append(self._chain(key, body, changed))
            elif key[0] == "netdev" or (key[0] == "bridge" and self.rules.get(key)):
                self._unknown(int(body.get("line", 0)), f"table {key[0]} {key[1]}", "it filters below the IP layer")
        missing = [key for key in self.rules if key not in self.chains and key[0] in names.FAMILIES and self.rules[key]]
        for key in missing:
            self._unknown(0, f"chain {key[2]}", "rules for a chain that is not defined here")
        return RuleSet(
            file=self.file, dialect="nftables", chains=tuple(chains), unknown=tuple(self.unknown), stateful=True
        )

    def _chain(self, key: tuple[str, str, str], body: Item, changed: frozenset[str]) -> Chain:
        families = names.FAMILIES[key[0]]
        sets = {name: _set(value) for (family, table, name), value in self.sets.items() if (family, table) == key[:2]}
        maker = _Rules(self.file, key, sets, changed, families)
        rules = [made for rule in self.rules.get(key, []) for made in maker.rules(rule)]
        hook = str(body.get("hook") or "")
        if hook and hook not in names.HOOKS:
            self._unknown(int(body.get("line", 0)), f"hook {hook}", "it filters at a place that is not analysed")
            hook = ""
        return Chain(
            id=chain_id(key),
            rules=tuple(rules),
            hook=hook,
            priority=int(body.get("prio") or 0),
            policy=str(body.get("policy") or "accept"),
            kind="nat" if body.get("type") == "nat" else "filter",
            families=families,
            place=Place(self.file, int(body.get("line") or 0)),
        )


def chain_id(key: tuple[str, str, str]) -> str:
    """``inet table/chain``."""
    return f"{key[0]} {key[1]}/{key[2]}"


def _set(body: Item) -> Item:
    flags = body.get("flags") or []
    flags = [flags] if isinstance(flags, str) else flags
    unknown = bool({"timeout", "dynamic"} & set(flags)) or "timeout" in body
    return {**body, "unknown": unknown}


def _changed(rules: Any) -> frozenset[str]:
    """Which marks and fields rules change on the way (their matches then mean different things in different rules)."""
    found = set()
    for rule in rules:
        for item in rule.get("expr") or []:
            if isinstance(item, dict) and "mangle" in item:
                found.add(words(item["mangle"].get("key")))
    return frozenset(found)


class _Rules:
    """Rules of one chain."""

    def __init__(
        self,
        file: str,
        key: tuple[str, str, str],
        sets: dict[str, Item],
        changed: frozenset[str],
        families: tuple[int, ...],
    ) -> None:
        self.file, self.key, self.sets, self.changed, self.families = file, key, sets, changed, families

    def rules(self, body: Item) -> list[Rule]:
        """What one line means; maps become one rule per element."""
        place = Place(self.file, int(body.get("line") or 0))
        text = str(body.get("text") or words_of_rule(body.get("expr") or []))
        tail = f"at {place}" if place.line else f"at {self.file} handle {body.get('handle', '')}"

        def free(name: str, attribute: bool) -> Free:
            return Free(name, attribute=True) if attribute else Free(f"{name} {tail}")

        matcher = Matcher(self.sets, free, self.changed, self.families)
        condition: Condition = ALWAYS
        made: list[tuple[Condition, Action]] = []
        logs = False
        for number, item in enumerate(body.get("expr") or []):
            if not isinstance(item, dict) or not item:
                # nft -j 1.0.6 writes what it has no JSON for (jumps to anonymous chains) as a text
                made.append((condition, UNKNOWN))
                continue
            kind = next(iter(item))
            logs |= kind == "log"
            more, actions = self._expression(kind, item[kind], matcher, f"{number} {tail}")
            made.extend((both(condition, extra), action) for extra, action in actions)
            condition = both(condition, more)
        comment = str(body.get("comment") or "")
        common = {"place": place, "text": text, "comment": comment, "logs": logs}
        if not made and body.get("expr") and all("match" in item for item in body["expr"]):
            # nft -j drops the jump of an anonymous chain: a rule without any effect is a sign of that
            return [Rule(condition=condition, action=UNKNOWN, **common)]  # type: ignore[arg-type]
        if not made:
            return [Rule(condition=condition, action=CONTINUE, **common)]  # type: ignore[arg-type]
        return [Rule(condition=extra, action=action, **common) for extra, action in made]  # type: ignore[arg-type]

    def _expression(
        self, kind: str, body: Any, matcher: Matcher, tail: str
    ) -> tuple[Condition, list[tuple[Condition, Action]]]:
        """What an expression adds to the condition of what follows, and the verdicts it gives itself."""
        if kind == "match":
            return matcher.match(body["left"], body["op"], body["right"]), []
        if kind in _VERDICTS:
            return ALWAYS, [(ALWAYS, _VERDICTS[kind])] if kind != "continue" else []
        if kind in {"jump", "goto"}:
            return ALWAYS, [(ALWAYS, self._jump(kind, body["target"]))]
        if kind == "reject":
            return ALWAYS, [(ALWAYS, REJECT)]
        if kind == "vmap":
            return self._vmap(body, matcher)
        if kind in {"limit", "quota"}:
            over = bool(body.get("inv")) if isinstance(body, dict) else False
            free = Free(f"{kind} {tail}", usual=True)
            return (Not(free) if over else free), []
        if kind == "ct count":
            free = Free(f"at most {body.get('val')} connections {tail}", usual=True)
            return (Not(free) if body.get("inv") else free), []
        if kind in {"snat", "dnat", "masquerade", "redirect"}:
            return self._nat(kind, body or {}, matcher, tail)
        if kind == "dynamic":
            return (Free(f"{body['text'][:80]} {tail}", usual=True) if body["bounded"] else ALWAYS), []
        if kind in _NO_EFFECT or kind == "log":
            return ALWAYS, []
        if kind == "set" and isinstance(body, dict):
            return (Free(f"limit in set {tail}", usual=True) if body.get("stmt") else ALWAYS), []
        if kind == "xt":
            return Free(f"xtables {tail}"), [(ALWAYS, UNKNOWN)]
        return Free(f"'{words(body)[:60]}' {tail}"), [(ALWAYS, UNKNOWN)]

    def _jump(self, kind: str, target: str) -> Jump:
        return Jump(chain_id((*self.key[:2], target)), goto=kind == "goto")

    def _vmap(self, body: Any, matcher: Matcher) -> tuple[Condition, list[tuple[Condition, Action]]]:
        data = body["data"]
        if isinstance(data, str):
            known = self.sets.get(data.lstrip("@"))
            if known is None or known["unknown"]:
                return ALWAYS, [(ALWAYS, UNKNOWN)]
            elements = known["elem"]
        else:
            elements = data["set"]
        actions: list[tuple[Condition, Action]] = []
        for key, verdict in sorted(elements, key=_wildcards_last):
            condition = matcher.match(body["key"], "==", plain_element(key))
            kind = next(iter(verdict))
            if kind in {"jump", "goto"}:
                actions.append((condition, self._jump(kind, verdict[kind]["target"])))
            elif kind in _VERDICTS and kind != "continue":
                actions.append((condition, _VERDICTS[kind]))
        return ALWAYS, actions

    def _nat(
        self, kind: str, body: Item, matcher: Matcher, tail: str
    ) -> tuple[Condition, list[tuple[Condition, Action]]]:
        try:
            return ALWAYS, self._targets(kind, body, matcher)
        except (NotUnderstoodError, KeyError, TypeError, ValueError, IndexError):
            return ALWAYS, [(ALWAYS, UNKNOWN)]

    def _targets(self, kind: str, body: Item, matcher: Matcher) -> list[tuple[Condition, Action]]:
        family = {"ip": 4, "ip6": 6}.get(str(body.get("family") or ""), 0)
        family = family or (self.families[0] if len(self.families) == 1 else 0)
        address, port = body.get("addr"), body.get("port")
        found: list[tuple[Condition, Action]] = []
        mapped: Any = next((item for item in (address, port) if isinstance(item, dict) and "map" in item), None)
        if mapped is None:
            return [(ALWAYS, self._translate(kind, address, port, family))]
        data: Any = mapped["map"]["data"]
        elements = self.sets[data.lstrip("@")]["elem"] if isinstance(data, str) else data["set"]
        if isinstance(data, str) and self.sets[data.lstrip("@")]["unknown"]:
            raise NotUnderstoodError(data)
        prefix = bool(body.get("prefix")) or "prefix" in (body.get("type_flags") or [])
        for key, value in elements:
            condition = matcher._match(mapped["map"]["key"], "==", plain_element(key))
            if mapped is port:
                found.append((condition, self._translate(kind, address, value, family)))
                continue
            parts = value["concat"] if isinstance(value, dict) and "concat" in value else [value, port]
            block = plain_element(key) if prefix else None
            found.append((condition, self._translate(kind, parts[0], parts[1], family, block)))
        return found

    def _translate(self, kind: str, address: Any, port: Any, family: int, block: Any = None) -> Translate:
        ports = values.spans(port, values.port)[0] if port is not None else None
        ranges = _ranges(address, family) if address is not None else Ranges()
        if block is not None:
            old = _ranges(block, family)
            sizes = {span[1] - span[0] for item in (old, ranges) for span in item.v4 + item.v6}
            if len(sizes) == 1:
                return Translate("netmap-source" if kind == "snat" else "netmap-target", ranges, mapped=old, port=ports)
            raise NotUnderstoodError("prefixes of different sizes")
        return Translate(kind, ranges, port=ports)


def _ranges(value: Any, family: int) -> Ranges:
    if not family:
        family = 6 if ":" in str(value) else 4
    found = values.spans(value, values.byte, family)
    return Ranges(v4=found) if family == 4 else Ranges(v6=found)


def _wildcards_last(pair: Any) -> int:
    return int("*" in str(pair[0]))


def words_of_rule(expr: list[Any]) -> str:
    """A rule of JSON in one bounded line."""
    parts = []
    for item in expr:
        if isinstance(item, dict) and "match" in item:
            body = item["match"]
            sign = {"!=": "!= ", "in": "", "==": ""}.get(body.get("op"), f"{body.get('op')} ")
            parts.append(f"{words(body.get('left'))} {sign}{words(body.get('right'))}")
        elif isinstance(item, dict) and len(item) == 1 and next(iter(item.values())) is None:
            parts.append(next(iter(item)))
        else:
            parts.append(words(item))
    return " ".join(parts)[:400]
