"""Step 9: what became vulnerable, what drifted, what is due.

What drifted comes from :mod:`ninefold.supply.drift`, what lapses from :mod:`ninefold.steps.lapses`.
Source: IEC 62443-2-3:2015; IEC 62443-3-2:2020 ZCR 5.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ninefold.base.i18n import Text, messages
from ninefold.model.decisions import DecisionKind
from ninefold.model.findings import in_order
from ninefold.model.matches import Match
from ninefold.model.plant import Plant
from ninefold.model.results import Cycle, Due
from ninefold.steps import drift, projections
from ninefold.steps.csvfile import table
from ninefold.steps.implementation import approvals_of
from ninefold.steps.interface import Context, Outcome, Step
from ninefold.steps.lapses import lapses
from ninefold.steps.vulnerabilities import advisory_digests, findings_of, matches

say = messages("steps")
KINDS = (DecisionKind.CONFIRM_MATCH, DecisionKind.REJECT_MATCH, DecisionKind.NOT_EXPLOITABLE)


class CycleStep(Step):
    """Matches advisories with the assets and lists what has a date."""

    name = "cycle"
    number = 9
    title = Text("Cyclic testing", "Zyklische Prüfung")
    result = Cycle
    reads = ("evaluation", "concept")
    version = 2

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """Assets, advisories, SBOMs, ways to reach them, decisions, dates."""
        plant = context.plant
        return {
            "assets": projections.assets(plant),
            "advisories": advisory_digests(context),
            "topology": projections.topology(plant),
            "flows": projections.flows(plant),
            "zones": projections.zones(plant),
            "functions": projections.functions(plant),
            "measures": {item.id: item.due for item in plant.measures},
            "decisions": projections.decisions_in_force(plant, context.today, *KINDS),
            "date": drift.stages(context, tuple(_due(plant))),
            "approvals": approvals_of(context),
            "evidence": drift.evidence(context),
            "collected configurations": drift.collected(context),
            "recorded verification": drift.verified(context),
        }

    def run(self, context: Context) -> Outcome:
        """Advisories, then drift, then dates."""
        from ninefold.supply.drift import drift as drifted

        found, advisories, faults = matches(context)
        due = tuple(_due(context.plant))
        count = Counter(item.state for item in found)
        gone = tuple(drifted(context.plant, context.results["evaluation"]))
        lapsed = tuple(lapses(context, due))
        summary = say(
            "{advisories} advisories: {affected} affected, {undecided} undecided, {fixed} fixed; {drift} drifted; "
            "{lapsed} lapsed or soon; {due} dates",
            advisories=len(advisories),
            affected=count["affected"],
            undecided=count["undecided"],
            fixed=count["fixed"],
            drift=len(gone),
            lapsed=len(lapsed),
            due=len(due),
        )
        findings = in_order((*findings_of(found), *faults, *gone, *lapsed))
        new = drift.news(context.root, tuple(item.id for item in findings))
        result = Cycle(matches=found, advisories=advisories, due=due, findings=findings, new=new)
        return Outcome(result, {"advisories.csv": _table(found), "due.csv": _dates(due)}, summary, findings)


def _due(plant: Plant) -> list[Due]:
    found = [
        Due(date=item.due, title=say("Measure {id} is due", id=item.id), subject=item.id, kind="measure")
        for item in plant.measures
        if item.due
    ]
    found += [
        Due(date=item.expires, title=say("Decision {id} expires", id=item.id), subject=item.id, kind="decision")
        for item in plant.decisions
        if item.expires
    ]
    found += [
        Due(
            date=item.support_until,
            title=say("Support of {asset} ends", asset=item.name),
            subject=item.id,
            kind="support",
        )
        for item in plant.assets
        if item.support_until
    ]
    found += [
        Due(
            date=flow.until,
            title=say("Flow {flow} of conduit {conduit} ends", flow=flow.id, conduit=conduit.id),
            subject=flow.id,
            kind="flow",
        )
        for conduit, flow in plant.flows
        if flow.until
    ]
    return sorted(found, key=lambda item: (item.date, item.subject))


def _table(found: tuple[Match, ...]) -> bytes:
    header = (
        say("Asset"), say("Advisory"), say("Vulnerability"), say("State"), say("Confidence"), say("Score"),
        say("Reachable"), say("Reason"), say("What would decide it"), say("Remediation"),
    )  # fmt: skip
    rows = (
        (
            item.asset, item.advisory, item.vulnerability, item.state, f"{item.confidence:.2f}", item.score or "",
            {True: say("yes"), False: say("no"), None: "?"}[item.reachable], item.reason.says, item.settles,
            item.remediation,
        )
        for item in found
    )  # fmt: skip
    return table(header, rows)


def _dates(due: tuple[Due, ...]) -> bytes:
    return table((say("Date"), say("What"), say("About")), ((item.date, item.title, item.subject) for item in due))
