"""What step 4 is told of the observations."""

from __future__ import annotations

from ninefold.model.assessment import ObservedSummary
from ninefold.model.plant import Plant
from ninefold.model.reconciled import Evaluation
from ninefold.steps.interface import Context
from ninefold.steps.vulnerabilities import matches


def summary_of(context: Context) -> ObservedSummary:
    """Conversations and matches, and services that are offered though nobody declared them."""
    evaluation: Evaluation = context.results["evaluation"]
    found, _, _ = matches(context)
    return ObservedSummary(
        conversations=evaluation.conversations,
        matches=found,
        services=_undeclared(context.plant, evaluation),
    )


def _undeclared(plant: Plant, evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    declared = {(item.id, service) for item in plant.assets for service in item.services}
    declared |= {(flow.target, flow.service) for _, flow in plant.flows}
    seen = {
        (device.asset, service)
        for device in evaluation.devices
        if device.asset
        for _, service, _ in device.host.services
        if service
    }
    return tuple(sorted(seen - declared))
