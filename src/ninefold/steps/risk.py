"""Step 5: target levels from the risk, current and residual risk, gaps.

Source: IEC 62443-3-2:2020 ZCR 5.3 to 5.13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninefold.base.i18n import Text, messages
from ninefold.model.assessment import Risk
from ninefold.model.vocabulary import FR
from ninefold.steps import projections
from ninefold.steps.csvfile import table
from ninefold.steps.interface import Context, Outcome, Step

say = messages("steps")


class RiskStep(Step):
    """Computes levels and risks."""

    name = "risk"
    number = 5
    title = Text("Risk analysis and measures", "Risikoanalyse und Maßnahmen")
    result = Risk
    reads = ("protection", "threats")

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """What levels and barriers depend on."""
        plant = context.plant
        return {
            "functions": projections.functions(plant),
            "assets": projections.assets(plant),
            "zones": projections.zones(plant),
            "topology": projections.topology(plant),
            "flows": projections.flows(plant),
            "services": projections.catalogue(plant),
            "measures": projections.measures(plant),
            "method": projections.method(plant),
            "decisions": projections.decisions_in_force(plant, context.today),
        }

    def run(self, context: Context) -> Outcome:
        """Levels, register, requirements."""
        from ninefold.analysis.plausibility import plausibility
        from ninefold.analysis.risk import gaps, risk

        results = context.results
        found = risk(context.plant, results["protection"], results["threats"], today=context.today)
        checks = plausibility(context.plant, results["protection"], results["threats"], found, today=context.today)
        zones = [item for item in found.levels if item.scope in context.plant.zone]
        summary = say(
            "SL-T {levels}; {n} risks, {bad} not tolerable now, {left} after all planned measures; {gaps} gaps",
            levels=", ".join(f"{item.scope} {item.target.highest}" for item in zones[:8]),
            n=len(found.register),
            bad=sum(not row.current.tolerable for row in found.register),
            left=sum(not row.residual.tolerable for row in found.register),
            gaps=len(gaps(found)),
        )
        files = {"levels.csv": _levels(found), "risk-register.csv": _register(found, context)}
        return Outcome(found, files, summary, (*found.findings, *checks))


def _levels(found: Risk) -> bytes:
    header = (say("Zone or conduit"), say("Level"), *(fr.name for fr in FR))
    rows = []
    for item in found.levels:
        for name, vector in (("SL-T", item.target), ("SL-C", item.capability), ("SL-A", item.achieved)):
            rows.append((item.scope, name, *("?" if level is None else level for level in vector)))
    return table(header, rows)


def _register(found: Risk, context: Context) -> bytes:
    titles = {item.id: item.title for item in context.results["threats"].scenarios}
    header = (
        say("Scenario"), say("Title"), say("Zone or conduit"), say("Unmitigated"), say("Current"), say("Residual"),
        say("Tolerable up to"), say("Accepted"), say("Reason"),
    )  # fmt: skip
    rows = (
        (
            row.scenario,
            titles.get(row.scenario, ""),
            row.scope,
            row.unmitigated.risk,
            row.current.risk,
            row.residual.risk,
            row.residual.tolerable_up_to,
            row.accepted,
            row.why.says,
        )
        for row in found.register
    )
    return table(header, rows)
