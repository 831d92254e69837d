"""Step 7: configuration from the conduits, and tasks for what cannot be generated.

Every configuration is parsed back and proved before it is written (``network.firewalls.checked``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ninefold.base.digest import sha256
from ninefold.base.errors import NinefoldError
from ninefold.base.i18n import Text, messages
from ninefold.model.findings import Finding, Reason
from ninefold.model.measures import MeasureState
from ninefold.model.networks import Gateway
from ninefold.model.plant import Plant
from ninefold.model.results import Implementation, Task
from ninefold.model.vocabulary import Role, Severity, State
from ninefold.steps import projections
from ninefold.steps.csvfile import table
from ninefold.steps.interface import Context, Outcome, Step

say = messages("steps")


def approved(context: Context) -> bool:
    """Whether the asset owner has approved the concept as it is now (ZCR 7.1), with a key that is trusted here."""
    digest = context.results["concept"].digest
    return any(
        item.step == "concept" and item.trusted and item.digest == digest and item.role is Role.ASSET_OWNER
        for item in context.approvals
    )


class ImplementationStep(Step):
    """Compiles the concept."""

    name = "implementation"
    number = 7
    title = Text("Implementation", "Umsetzung")
    result = Implementation
    reads = ("concept",)

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """The concept by its digest (``reads``), whether it is approved, and what rules are made of."""
        plant = context.plant
        return {
            "assets": projections.assets(plant),
            "zones": projections.zones(plant),
            "topology": projections.topology(plant),
            "flows": projections.flows(plant),
            "services": projections.catalogue(plant),
            "measures": projections.measures(plant),
            "approvals": approvals_of(context),
        }

    def run(self, context: Context) -> Outcome:
        """A file per filtering gateway, a list of tasks."""
        files: dict[str, bytes] = {}
        configurations: dict[str, str] = {}
        findings: list[Finding] = []
        for gateway in context.plant.gateways:
            if gateway.filters:
                findings += _render(context, gateway, files, configurations)
        tasks = tuple(_tasks(context.plant))
        draft = not approved(context)
        files["tasks.csv"] = _task_table(tasks)
        files["README.txt"] = _readme(draft, configurations)
        result = Implementation(
            configurations=configurations,
            files={f"7-implementation/{name}": sha256(data) for name, data in files.items()},
            draft=draft,
            tasks=tasks,
            findings=tuple(findings),
        )
        summary = say(
            "{n} configurations, {tasks} tasks{draft}",
            n=len(configurations),
            tasks=len(tasks),
            draft=say(" — DRAFT: the concept is not approved by the asset owner") if draft else "",
        )
        return Outcome(result, files, summary, tuple(findings))


def approvals_of(context: Context) -> Mapping[str, Any]:
    """Approvals with a right signature as an input: file, what it binds, whether its key is trusted here."""
    return {f"approval {item.file}": [item.digest, item.trusted] for item in context.approvals}


def _render(
    context: Context, gateway: Gateway, files: dict[str, bytes], configurations: dict[str, str]
) -> Iterator[Finding]:
    from ninefold.network.firewalls.checked import render
    from ninefold.network.firewalls.registry import dialect

    context.progress.start(gateway.asset)
    try:
        text = render(context.plant, gateway.asset)
    except NinefoldError as error:
        yield Finding(
            rule="not-generated",
            subject=gateway.asset,
            title=say("No configuration for {gateway}.", gateway=gateway.asset),
            severity=Severity.HIGH,
            state=State.FAIL,
            because=(Reason(says=error.message),),
            advice=error.advice,
            place=error.place or context.plant.place_of(gateway.asset),
        )
        return
    finally:
        context.progress.finish(gateway.asset)
    name = f"firewalls/{gateway.asset}{dialect(gateway.dialect).suffix}"
    files[name] = text.encode()
    configurations[gateway.asset] = f"7-implementation/{name}"


def _tasks(plant: Plant) -> Iterator[Task]:
    for measure in plant.measures:
        if measure.state is MeasureState.PLANNED:
            requirement = measure.provides[0].requirement if measure.provides else ""
            yield Task(
                id=f"measure {measure.id}",
                title=say("Put into practice: {title}", title=measure.title or measure.id),
                owner=measure.owner,
                subject=measure.id,
                requirement=requirement,
            )
    for vpn in plant.vpns:
        ends = ", ".join(vpn.ends)
        yield Task(
            id=f"vpn {vpn.id}",
            title=say("Set up the tunnel {vpn} ({kind}) between {ends}", vpn=vpn.id, kind=vpn.kind, ends=ends),
            subject=vpn.id,
            requirement="SR 1.13",
        )
    for asset in plant.assets:
        if asset.default_credentials:
            yield Task(
                id=f"credentials {asset.id}",
                title=say("Replace the default password of {asset}", asset=asset.name),
                owner=asset.owner,
                subject=asset.id,
                requirement="SR 1.5",
            )


def _task_table(tasks: tuple[Task, ...]) -> bytes:
    header = (say("Task"), say("What"), say("Who"), say("About"), say("Requirement"))
    return table(header, ((item.id, item.title, item.owner, item.subject, item.requirement) for item in tasks))


def _readme(draft: bool, configurations: Mapping[str, str]) -> bytes:
    lines = []
    if draft:
        lines += [str(say("DRAFT: the concept is not approved. May be tested in the twin; counts for no SL-A.")), ""]
    lines.append(str(say("Load a configuration on its gateway, for example: nft -f firewalls/NAME.nft")))
    lines += [f"  {gateway}: {path}" for gateway, path in sorted(configurations.items())]
    return ("\n".join(lines) + "\n").encode()
