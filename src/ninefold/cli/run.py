"""status, run, cycle: the nine steps of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ninefold.base.errors import EXIT_FINDINGS, EXIT_OK
from ninefold.cli.door import Answer, Door, command, say
from ninefold.model.findings import Finding, is_failure

if TYPE_CHECKING:
    from ninefold.steps.engine import Engine, Ran


def engine_of(door: Door, **options: Any) -> Engine:
    """The engine of the workspace this call is about."""
    from ninefold.steps.open import open_engine

    return open_engine(door.root, progress=door.progress, **options)


#: What a newcomer opens first, where it exists.
LOOK_FIRST = (
    "6-concept/security-concept.pdf",
    "6-concept/zones.svg",
    "5-risk/risk-register.csv",
    "9-cycle/advisories.csv",
)


@command("status", example="ninefold -C my-line status")
@click.option("--summary", is_flag=True, help="Also name what to look at first.")
def status(door: Door, summary: bool) -> Answer:
    """Show the nine steps: state, why, what to do next."""
    from ninefold.steps.engine import folder

    engine = engine_of(door)
    states = engine.states()
    rows = [
        {
            "step": step.name,
            "number": step.number,
            "title": str(step.title),
            "state": state.state,
            "changed": list(state.changed),
            "why": str(state.why),
            "summary": summary_of(engine.context.root, step.name),
            "folder": f"build/{folder(step)}",
        }
        for step, state in states
    ]
    following = next((row for row in rows if row["state"] != "current"), None)
    advice = (
        say("Everything is current. Next: look into build/, or run: ninefold cycle")
        if following is None
        else (say("Next: ninefold run --until {step}", step=str(following["step"])))
    )

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        words = {
            "current": say("current"), "stale": say("stale"), "not started": say("not started"), "due": say("due"),
        }  # fmt: skip
        table(
            screen,
            ("", say("Step"), say("State"), say("What came out, or what changed"), say("Where")),
            [(r["number"], r["title"], words[str(r["state"])], said(r), r["folder"]) for r in rows],
        )
        screen.print()
        screen.print(str(advice), markup=False)
        if summary:
            screen.print(str(say("Look first at:")), markup=False)
            for name in LOOK_FIRST:
                if (engine.context.build / name).is_file():
                    screen.print(f"  {engine.context.build / name}", markup=False)

    return Answer({"steps": rows, "next": str(advice)}, text, code=0)


def said(row: dict[str, Any]) -> str:
    """What came out of a current step; of any other why it is not."""
    return str(row["summary"] if row["state"] == "current" and row["summary"] else row["why"])


def summary_of(root: Path, step: str) -> str:
    """The sentence of the last run of a step."""
    from ninefold.workspace.freshness import load_record

    record = load_record(root, step)
    return str(record.summary) if record and record.summary else ""


def ran_to_plain(ran: Ran) -> dict[str, Any]:
    """What a run of one step says, for JSON."""
    return {
        "step": ran.step.name,
        "number": ran.step.number,
        "title": str(ran.step.title),
        "summary": str(ran.summary),
        "rebuilt": ran.rebuilt,
        "files": [f"build/{name}" for name in ran.files],
    }


@command("run", example="ninefold -C my-line run --until concept", findings=True)
@click.option("--until", default="", help="Stop after this step.")
@click.option("--only", default="", help="Run just this step, current or not.")
@click.option("--brief", is_flag=True, help="A line for each step, findings only counted.")
@click.option("--no-twin", is_flag=True, help="Do not build the plant in network namespaces.")
def run(door: Door, until: str, only: str, brief: bool, no_twin: bool) -> Answer:
    """Run the steps that are not current, in order."""
    engine = engine_of(door, twin=not no_twin)
    done = list(engine.run(until=until, only=only))
    findings = tuple(item for ran in done for item in ran.findings)

    def text(screen: Any) -> None:
        for ran in done:
            note = say(" (files were missing and are made again)") if ran.rebuilt else ""
            screen.print(f"{ran.step.number} {ran.step.title}: {ran.summary}{note}", markup=False)
        if not done:
            screen.print(str(say("Everything is current; nothing was run.")), markup=False)

    data = {"steps": [ran_to_plain(ran) for ran in done]}
    if brief:
        return Answer(data, text, code=0)
    return Answer(data, text, findings)


@command("cycle", example="ninefold -C my-line cycle --notify new.jsonl", findings=True)
@click.option("--notify", default="", help="Append what is new to this file as JSON lines; - is standard output.")
@click.option("--timer", "show_timer", is_flag=True, help="Only print a systemd timer and a cron line.")
def cycle(door: Door, notify: str, show_timer: bool) -> Answer:
    """Tell what is new: advisories, drift, dates."""
    from ninefold.cli import watch
    from ninefold.steps.drift import announced

    if show_timer:
        text = watch.timer(door.root)
        return Answer({"steps": [], "new": [], "known": 0, "not_current": [], "timer": text}, text.rstrip("\n"), code=0)
    if notify == "-" and door.json:
        raise click.UsageError(str(say("--json and --notify - would both print.")))
    engine = engine_of(door)
    done = [*engine.run(until="evaluation"), *_verified_again(engine), *engine.run(only="cycle")]
    findings: tuple[Finding, ...] = engine.result("cycle").findings
    told = set(announced(door.root).now)
    new = tuple(item for item in findings if item.id not in told)
    if notify:
        watch.notify(notify, new)
    watch.note(door.root, tuple(item.id for item in findings))
    others = [step.name for step, state in engine.states() if state.state != "current"]
    data = {
        "steps": [ran_to_plain(ran) for ran in done],
        "new": [item.id for item in new],
        "known": len(findings) - len(new),
        "not_current": others,
        "timer": "",
    }
    code = EXIT_FINDINGS if is_failure(findings, door.fail_on) else EXIT_OK
    if notify == "-":
        return Answer(data, "", code=code)
    shown = findings if door.json or door.all else new
    return Answer(data, _report(done, new, len(findings) - len(new), others), shown, code)


def _verified_again(engine: Engine) -> Iterator[Ran]:
    """Step 8 once more when nothing but collected configurations changed since: only then is its answer still asked."""
    states = {step.name: state for step, state in engine.states()}
    changed = states["verification"].changed
    if changed and all(name.startswith("collected configurations") for name in changed):
        yield from engine.run(only="verification")


def _report(done: list[Ran], new: tuple[Finding, ...], known: int, others: list[str]) -> str:
    lines = [f"{ran.step.number} {ran.step.title}: {ran.summary}" for ran in done]
    lines.append(str(say("New: {new}. Announced before and still so: {known}.", new=len(new), known=known)))
    if others:
        lines.append(str(say("Compared with an older state of: {steps}. Run: ninefold run", steps=", ".join(others))))
    return "\n".join(lines)
