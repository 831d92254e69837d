"""What steps take from the plant as their inputs.

Each function gives a mapping of ids to values, so that staleness can name the ids. Comments, order and places do not
count, because they are not part of these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninefold.model.decisions import DecisionKind
from ninefold.model.plant import Plant


def assets(plant: Plant) -> Mapping[str, Any]:
    """Assets by id."""
    return dict(plant.asset)


def topology(plant: Plant) -> Mapping[str, Any]:
    """Networks, gateways, tunnels and entry points."""
    found: dict[str, Any] = {f"network {item.id}": item for item in plant.networks}
    found |= {f"gateway {item.asset}": item for item in plant.gateways}
    found |= {f"vpn {item.id}": item for item in plant.vpns}
    found |= {f"entry point {item.id}": item for item in plant.entry_points}
    return found


def zones(plant: Plant) -> Mapping[str, Any]:
    """Zones by id."""
    return dict(plant.zone)


def flows(plant: Plant) -> Mapping[str, Any]:
    """Flows by conduit and id, and what protects each conduit."""
    found: dict[str, Any] = {
        f"conduit {item.id}": [item.encrypted, item.authenticated, item.requires_vpn, item.shared, item.inspected]
        for item in plant.conduits
    }
    found |= {f"flow {flow.id} of conduit {conduit.id}": flow for conduit, flow in plant.flows}
    return found


def functions(plant: Plant) -> Mapping[str, Any]:
    """Functions, cumulations and distributions."""
    found: dict[str, Any] = {f"function {item.id}": item for item in plant.functions}
    found |= {f"cumulation {item.subject}": item for item in plant.cumulations}
    found |= {f"distribution {item.subject}": item for item in plant.distributions}
    return found


def measures(plant: Plant) -> Mapping[str, Any]:
    """Measures by id."""
    return {**plant.measure, **{f"own {item.id}": item for item in plant.own_measures}}


def catalogue(plant: Plant) -> Mapping[str, Any]:
    """What the workspace adds to the catalogues."""
    found: dict[str, Any] = {f"service {item.id}": item for item in plant.own_services}
    return found | {f"threat {item.id}": item for item in plant.own_threats}


def decisions(plant: Plant, *kinds: DecisionKind) -> Mapping[str, Any]:
    """Decisions of some kinds, or all."""
    return {item.id: item for item in plant.decisions if not kinds or item.kind in kinds}


def method(plant: Plant) -> Mapping[str, Any]:
    """Settings that change numbers."""
    return {"method": plant.system.method, "adversary of class 4": plant.system.adversary_class_4}


def context(plant: Plant) -> Mapping[str, Any]:
    """Organisation, roles, assumptions: everything ``ninefold.yaml`` says."""
    return {"system": plant.system}


def decisions_in_force(plant: Plant, today: str, *kinds: DecisionKind) -> Mapping[str, Any]:
    """Decisions with whether each has lapsed: the day itself is no input, only what it changes."""
    return {
        key: [item, bool(item.expires and today and item.expires < today)]
        for key, item in decisions(plant, *kinds).items()
    }
