"""Checks over the whole plant: what single fields cannot show. Each fault has the place of the field it is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from ninefold.base.errors import InputError
from ninefold.model.plant import Plant
from ninefold.model.services import parse_port
from ninefold.workspace.addresses import check_addresses
from ninefold.workspace.convert import Origins
from ninefold.workspace.faults import say
from ninefold.workspace.references import check_references

_ID: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
_DATES: Final = ("until", "due", "support_until", "date", "expires")
_RANGES: Final = {
    "rating": (1, 5),
    "capability_level": (0, 4),
    "level": (1, 4),
    "least_class": (1, 4),
}
_CARRIES: Final = ("data", "commands", "updates")
_NAT: Final = ("masquerade", "snat", "dnat", "redirect", "netmap")


def check(plant: Plant, origins: Origins) -> None:
    """Add every fault of the plant to ``origins``."""
    check_identifiers(plant, origins)
    if not origins.unread:  # ids of an unreadable file are unknown: references to them are no faults
        check_references(plant, origins)
    check_cycles(plant, origins)
    check_addresses(plant, origins)
    check_values(plant, origins)


def things(plant: Plant) -> Iterator[Any]:
    """Everything with an id."""
    yield from plant.networks
    yield from plant.vpns
    yield from plant.entry_points
    yield from plant.zones
    yield from plant.assets
    for conduit in plant.conduits:
        yield conduit
        yield from conduit.flows
    yield from plant.functions
    yield from plant.measures
    yield from plant.decisions
    yield from plant.own_services
    yield from plant.own_threats
    yield from plant.own_measures
    yield from plant.system.assumptions


def check_identifiers(plant: Plant, origins: Origins) -> None:
    """Ids are well-formed and unique over all kinds."""
    first: dict[str, Any] = {}
    for item in things(plant):
        node = origins.at(item, "id")
        if not _ID.fullmatch(item.id):
            advice = say("Use letters, digits, '-', '_' and '.', at most 80.")
            origins.add("bad-id", say("'{id}' is no usable id.", id=item.id), node, advice)
        if item.id in first:
            mark = origins.at(first[item.id], "id")
            where = f"{mark.start_mark.name}:{mark.start_mark.line + 1}" if mark else "?"
            advice = say("It stands first in {place}. Give one of them another id.", place=where)
            origins.add("duplicate-id", say("The id '{id}' is used twice.", id=item.id), node, advice)
        first.setdefault(item.id, item)
    seen: set[str] = set()
    for gateway in plant.gateways:
        if gateway.asset in seen:
            origins.add(
                "duplicate-id", say("The gateway '{id}' stands here twice.", id=gateway.asset), origins.at(gateway)
            )
        seen.add(gateway.asset)


def check_cycles(plant: Plant, origins: Origins) -> None:
    """Zones in zones, functions that need functions and software on hosts must end somewhere."""
    zones = {zone.id: (zone.parent,) for zone in plant.zones}
    _cycle(zones, lambda name: origins.at(plant.zone[name], "parent"), origins, "zone")
    functions = {item.id: item.needs for item in plant.functions}
    _cycle(functions, lambda name: origins.at(plant.function[name], "needs"), origins, "function")
    hosts = {asset.id: (asset.runs_on,) for asset in plant.assets if asset.runs_on}
    _cycle(hosts, lambda name: origins.at(plant.asset[name], "runs_on"), origins, "asset")


def _cycle(graph: Mapping[str, tuple[str, ...]], at: Callable[[str], Any], origins: Origins, kind: str) -> None:
    for ring in rings(graph):
        advice = say("Remove one of these links.")
        text = {
            "zone": say("These zones contain each other: {ring}.", ring=" > ".join(ring)),
            "function": say("These functions need each other: {ring}.", ring=" > ".join(ring)),
            "asset": say("These assets run on each other: {ring}.", ring=" > ".join(ring)),
        }[kind]
        origins.add(f"{kind}-cycle", text, at(ring[0]), advice)


def rings(graph: Mapping[str, tuple[str, ...]]) -> list[list[str]]:
    """Cycles of a directed graph, one per group of nodes found by a depth-first walk without recursion."""
    done: set[str] = set()
    result = []
    for start in graph:
        path: list[str] = []
        on_path: dict[str, int] = {}
        stack = [(start, iter(graph[start]))] if start not in done else []
        if stack:
            path, on_path = [start], {start: 0}
        while stack:
            child = next(stack[-1][1], None)
            if child is None:
                done.add(path[-1])
                on_path.pop(path.pop())
                stack.pop()
            elif child in on_path:
                result.append([*path[on_path[child] :], child])
            elif child in graph and child not in done:
                on_path[child] = len(path)
                path.append(child)
                stack.append((child, iter(graph[child])))
    return result


def check_values(plant: Plant, origins: Origins) -> None:
    """Ports, dates and small numbers are what their fields mean."""
    for item in _with_values(plant):
        for name in item.__struct_fields__:
            value = getattr(item, name)
            if name in _DATES and value:
                _check_date(value, item, name, origins)
            elif name in _RANGES and isinstance(value, int):
                _check_range(value, item, name, origins)
            elif name == "ports":
                _check_ports(value, item, origins)
    for _, flow in plant.flows:
        _check_words(flow.carries, _CARRIES, flow, "carries", origins)
    for gateway in plant.gateways:
        for nat in gateway.nat:
            _check_words((nat.kind,), _NAT, nat, "kind", origins)


def _with_values(plant: Plant) -> Iterator[Any]:
    for item in things(plant):
        if item.__class__.__name__ not in {"Network", "Zone"}:
            yield item
    for function in plant.functions:
        yield from function.consequences
    for measure in (*plant.measures, *plant.own_measures):
        yield from measure.provides


def _check_date(value: str, item: Any, name: str, origins: Origins) -> None:
    try:
        date.fromisoformat(value)
        if len(value) == 10:
            return
    except ValueError:
        pass
    advice = say("Write it as year-month-day, for example 2027-03-31.")
    origins.add("bad-date", say("'{value}' is no date.", value=value), origins.at(item, name), advice)


def _check_range(value: int, item: Any, name: str, origins: Origins) -> None:
    low, high = _RANGES[name]
    if not low <= value <= high:
        text = say("{field} is {value}; it must be {low} to {high}.", field=name, value=value, low=low, high=high)
        origins.add("out-of-range", text, origins.at(item, name))


def _check_ports(ports: Iterable[str], item: Any, origins: Origins) -> None:
    for port in ports:
        try:
            parse_port(port)
        except InputError as error:
            origins.add("bad-port", say("'{value}' is no port.", value=port), origins.at(item, "ports"), error.advice)


def _check_words(values: Iterable[str], known: tuple[str, ...], item: Any, name: str, origins: Origins) -> None:
    for value in values:
        if value not in known:
            advice = say("Write one of: {words}.", words=", ".join(known))
            origins.add("bad-value", say("'{value}' is not known here.", value=value), origins.at(item, name), advice)
