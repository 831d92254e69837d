"""Step 3: protection needs, worst-case risk, partition.

Source: IEC 62443-3-2:2020 ZCR 2.1, 3.1 to 3.6, 4.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninefold.base.i18n import Text, messages
from ninefold.model.assessment import Need, Protection
from ninefold.model.decisions import DecisionKind
from ninefold.steps import projections
from ninefold.steps.csvfile import table
from ninefold.steps.interface import Context, Outcome, Step

say = messages("steps")
DECIDES = (DecisionKind.DETAILED_ASSESSMENT, DecisionKind.ACCEPT_DIFFERENCE)


class ProtectionStep(Step):
    """Computes needs from the consequences and checks the partition."""

    name = "protection"
    number = 3
    title = Text("Protection requirement analysis", "Schutzbedarfsanalyse")
    result = Protection

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """Everything that carries or inherits a need, and what may lie together."""
        plant = context.plant
        return {
            "functions": projections.functions(plant),
            "assets": projections.assets(plant),
            "zones": projections.zones(plant),
            "topology": projections.topology(plant),
            "flows": projections.flows(plant),
            "services": projections.catalogue(plant),
            "method": projections.method(plant),
            "decisions": projections.decisions_in_force(plant, context.today, *DECIDES),
        }

    def run(self, context: Context) -> Outcome:
        """Needs, partition, decision of ZCR 4.1."""
        from ninefold.analysis.protection import protection

        found = protection(context.plant, today=context.today)
        worst = max((cell.risk for cell in found.initial), default=0)
        decision = say("needed") if found.detailed_assessment_required else say("not needed")
        summary = say(
            "{n} needs; worst-case risk {worst} of 25; detailed assessment {decision}; {findings} partition remarks",
            n=len(found.needs),
            worst=worst,
            decision=decision,
            findings=len(found.findings),
        )
        return Outcome(found, {"needs.csv": _needs(found.needs)}, summary, found.findings)


def _needs(needs: tuple[Need, ...]) -> bytes:
    header = (say("Subject"), say("Objective"), say("Category"), say("Need 1 to 5"), say("Reason"))
    rows = ((item.subject, item.objective.value, item.category.value, item.rating, item.why.says) for item in needs)
    return table(header, rows)
