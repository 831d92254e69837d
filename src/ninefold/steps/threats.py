"""Step 4: threat scenarios per zone and conduit, known vulnerabilities included.

Source: IEC 62443-3-2:2020 ZCR 5.1, 5.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninefold.base.i18n import Text, messages
from ninefold.model.assessment import ObservedSummary, Threats
from ninefold.model.decisions import DecisionKind
from ninefold.model.scenarios import Scenario
from ninefold.steps import projections
from ninefold.steps.csvfile import table
from ninefold.steps.interface import Context, Outcome, Step
from ninefold.steps.observed import summary_of
from ninefold.steps.vulnerabilities import advisory_digests

say = messages("steps")
DECIDES = (DecisionKind.EXCLUDE_SCENARIO, DecisionKind.REJECT_MATCH, DecisionKind.NOT_EXPLOITABLE)


class ThreatsStep(Step):
    """Asks the catalogue which threats can happen here."""

    name = "threats"
    number = 4
    title = Text("Threat analysis", "Bedrohungsanalyse")
    result = Threats
    reads = ("evaluation", "protection")

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """Everything conditions may ask about."""
        plant = context.plant
        return {
            "assets": projections.assets(plant),
            "zones": projections.zones(plant),
            "topology": projections.topology(plant),
            "flows": projections.flows(plant),
            "functions": projections.functions(plant),
            "catalogue": projections.catalogue(plant),
            "advisories": advisory_digests(context),
            "decisions": projections.decisions_in_force(plant, context.today, *DECIDES),
        }

    def run(self, context: Context) -> Outcome:
        """Scenarios with the reason for each."""
        from ninefold.analysis.threats import threats

        observed: ObservedSummary = summary_of(context)
        found = threats(context.plant, observed, today=context.today)
        excluded = sum(bool(item.excluded) for item in found.scenarios)
        summary = say(
            "{n} scenarios of {threats} threats in {scopes} zones and conduits; {excluded} excluded by decision",
            n=len(found.scenarios),
            threats=len({item.threat for item in found.scenarios}),
            scopes=len({item.scope for item in found.scenarios}),
            excluded=excluded,
        )
        return Outcome(found, {"scenarios.csv": _table(found.scenarios)}, summary, found.findings)


def _table(scenarios: tuple[Scenario, ...]) -> bytes:
    header = (
        say("Scenario"), say("Title"), say("Zone or conduit"), say("About"), "FR", say("Least class"), "ATT&CK",
        say("Why"), say("What would remove it"), say("Excluded"),
    )  # fmt: skip
    rows = (
        (
            item.id, item.title, item.scope, " ".join(item.subjects), " ".join(fr.name for fr in item.fr),
            item.least_class, " ".join(item.techniques), "; ".join(str(why.says) for why in item.why),
            item.removed_by, item.excluded,
        )
        for item in scenarios
    )  # fmt: skip
    return table(header, rows)
