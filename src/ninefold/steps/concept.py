"""Step 6: the security concept and requirements specification, with its drawings.

Source: IEC 62443-3-2:2020 ZCR 6.1 to 6.9, ZCR 7.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ninefold.base.digest import sha256
from ninefold.base.i18n import Text, messages
from ninefold.model.results import Concept
from ninefold.steps import projections
from ninefold.steps.implementation import approvals_of
from ninefold.steps.interface import Context, Outcome, Step
from ninefold.steps.papers import STATED, concept_digest, content_of, render

say = messages("steps")


class ConceptStep(Step):
    """Writes the concept as HTML and PDF, and the drawing of zones and conduits."""

    name = "concept"
    number = 6
    title = Text("Security concept", "Sicherheitskonzept")
    result = Concept
    reads = STATED

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """Everything it states: the whole of the intent, results of the steps before, approvals printed beside it."""
        plant = context.plant
        return {
            "context": projections.context(plant),
            "assets": projections.assets(plant),
            "zones": projections.zones(plant),
            "topology": projections.topology(plant),
            "flows": {**projections.flows(plant), **{f"conduit {item.id} as text": item for item in plant.conduits}},
            "functions": projections.functions(plant),
            "measures": projections.measures(plant),
            "decisions": projections.decisions(plant),
            "approvals": approvals_of(context),
            "date of the newest source": sorted(context.source_digests.values()),
        }

    def output_digest(self, result: Any) -> str:
        """Later steps and approvals depend on what the concept says, not on how it is printed."""
        found: str = result.digest
        return found

    def run(self, context: Context) -> Outcome:
        """Compose and render."""
        from ninefold.documents.concept import concept
        from ninefold.documents.diagrams.zones import Detail, ZonePicture

        bound = concept_digest(context)
        content = msgspec.structs.replace(
            content_of(context, bound), implementation=None, verification=None, cycle=None
        )
        files = render(concept(content), ("html", "pdf"), context.language)
        levels = context.results["risk"].levels
        for name, detail in (("zones", Detail.PLANT), ("assets", Detail.ASSETS)):
            drawn = ZonePicture(
                plant=context.plant, levels=levels, detail=detail, layout=content.layout, pins=content.pins, links=False
            )
            files[f"{name}.svg"] = drawn.svg().encode()
        digests = {f"6-concept/{name}": sha256(data) for name, data in files.items()}
        result = Concept(digest=bound, files=digests)
        valid = [item for item in content.approvals if item.valid]
        approval = (
            say("approved by {names}", names=", ".join(item.by for item in valid)) if valid else say("not approved")
        )
        summary = say("{n} files; {approval}", n=len(files), approval=approval)
        return Outcome(result, files, summary)
