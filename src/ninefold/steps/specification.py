"""Step 2: measures that hold for every system, and the context they hold in.

Source: IEC 62443-3-2:2020 ZCR 6.4 to 6.8 (inputs); docs/method.md section 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ninefold.base.i18n import Text, messages
from ninefold.model.decisions import DecisionKind
from ninefold.model.results import Specification
from ninefold.steps import projections
from ninefold.steps.csvfile import table
from ninefold.steps.interface import Context, Outcome, Step

say = messages("steps")


class SpecificationStep(Step):
    """Compares the plant's measures with the baseline."""

    name = "specification"
    number = 2
    title = Text("Basic security specification", "Grundlegende Sicherheitsspezifikation")
    result = Specification

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """Organisation and context, measures, and where the outside begins."""
        plant = context.plant
        return {
            "context": projections.context(plant),
            "measures": projections.measures(plant),
            "topology": projections.topology(plant),
            "decisions": projections.decisions_in_force(plant, context.today, DecisionKind.NOT_APPLICABLE),
        }

    def run(self, context: Context) -> Outcome:
        """Baseline, context, open points."""
        from ninefold.analysis.specification import specification

        found: Specification = specification(context.plant, today=context.today)
        count = Counter(bool(item.state) for item in found.baseline)
        summary = say(
            "{n} baseline measures: {known} in the plan or done, {open} open",
            n=len(found.baseline),
            known=count[True],
            open=count[False],
        )
        return Outcome(found, {"baseline.csv": _table(found)}, summary, found.findings)


def _table(found: Specification) -> bytes:
    header = (
        say("Measure"), say("Title"), say("Family"), say("Level of defence"), say("Requirements"),
        say("Measures of this plant"), say("State"),
    )  # fmt: skip
    rows = (
        (item.id, item.title, item.family, item.tier, " ".join(item.requirements), " ".join(item.measures), item.state)
        for item in found.baseline
    )
    return table(header, rows)
