"""Step 1: record the system. Sources in, one picture of intended and observed out.

Source: IEC 62443-3-2:2020 ZCR 1.1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ninefold.base.i18n import Message, Text, messages
from ninefold.model.decisions import DecisionKind
from ninefold.model.observed import Observation
from ninefold.model.reconciled import Agreement, Device, Evaluation
from ninefold.steps import projections
from ninefold.steps.csvfile import table
from ninefold.steps.interface import Context, Outcome, Step

say = messages("steps")


class EvaluationStep(Step):
    """Reads all sources and compares them with the written plant."""

    name = "evaluation"
    number = 1
    title = Text("Initial evaluation", "Erstbewertung")
    result = Evaluation

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """Assets, topology and flows as written; the digests of what was imported."""
        plant = context.plant
        imported = {name: sha for name, sha in context.source_digests.items() if not name.startswith("advisories/")}
        return {
            "assets": projections.assets(plant),
            "zones": projections.zones(plant),
            "topology": projections.topology(plant),
            "flows": projections.flows(plant),
            "services": projections.catalogue(plant),
            "decisions": projections.decisions(plant, DecisionKind.CONFIRM_IDENTITY, DecisionKind.ACCEPT_DIFFERENCE),
            "sources": imported,
        }

    def run(self, context: Context) -> Outcome:
        """Reconcile."""
        from ninefold.sources.reconcile import reconcile

        found: tuple[Observation, ...] = context.observed()
        evaluation = reconcile(context.plant, found)
        count = Counter(item.agreement for item in evaluation.devices)
        summary = say(
            "{devices} devices: {seen} declared and seen, {hidden} declared but not seen, {new} seen but not declared, "
            "{differ} differ; {talks} conversations",
            devices=len(evaluation.devices),
            seen=count[Agreement.DECLARED_AND_SEEN],
            hidden=count[Agreement.DECLARED_NOT_SEEN],
            new=count[Agreement.SEEN_NOT_DECLARED],
            differ=count[Agreement.DIFFERS],
            talks=len(evaluation.conversations),
        )
        files = {
            "inventory.csv": _inventory(evaluation.devices),
            "communication-matrix.csv": _matrix(evaluation),
        }
        unreadable = tuple(item for source in found for item in source.findings)
        return Outcome(evaluation, files, summary, (*evaluation.findings, *evaluation.entry_points, *unreadable))


def _word(agreement: Agreement) -> Message:
    words = {
        Agreement.DECLARED_AND_SEEN: say("declared and seen"),
        Agreement.DECLARED_NOT_SEEN: say("declared, not seen"),
        Agreement.SEEN_NOT_DECLARED: say("seen, not declared"),
        Agreement.DIFFERS: say("differs"),
    }
    return words[agreement]


def _inventory(devices: tuple[Device, ...]) -> bytes:
    header = (
        say("Asset"), say("Comparison"), say("Confidence"), say("MAC addresses"), say("IP addresses"), say("Names"),
        say("Facts"), say("Reason"),
    )  # fmt: skip
    rows = (
        (
            device.asset,
            _word(device.agreement),
            f"{device.confidence:.2f}",
            " ".join(device.host.macs),
            " ".join(device.host.ips),
            " ".join(device.host.names),
            "; ".join(f"{fact.key}={fact.value} ({fact.source} {fact.locator})" for fact in device.host.facts),
            device.why.says,
        )
        for device in devices
    )
    return table(header, rows)


def _matrix(evaluation: Evaluation) -> bytes:
    header = (
        say("Client"), say("Server"), say("Service"), say("Comparison"), say("Conduit"), say("Flow"),
        say("Certainty of the service"), say("Functions"), say("Packets"), say("Reason"),
    )  # fmt: skip
    rows = (
        (
            item.client,
            item.server,
            item.service,
            _word(item.agreement),
            item.conduit,
            item.flow,
            item.observed.grade.value if item.observed else "",
            " ".join(item.observed.functions) if item.observed else "",
            item.observed.packets if item.observed else "",
            item.why.says,
        )
        for item in evaluation.conversations
    )
    return table(header, rows)
