"""Runs steps and tells how fresh they are.

The engine gathers what a step declares (typed inputs, digests of earlier outputs), compares it with the record of the
last run, runs what is not current, writes files and the record. It knows nothing of what a step computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ninefold.base.digest import sha256
from ninefold.base.errors import InputError
from ninefold.base.files import write_atomic
from ninefold.base.i18n import Message, messages, speaking
from ninefold.model.findings import Finding
from ninefold.steps.interface import Context, Outcome, Step
from ninefold.steps.keep import keep
from ninefold.steps.registry import STEPS
from ninefold.workspace.freshness import StepState, load_record, record_of, save_record, state

say = messages("steps")


@dataclass(frozen=True)
class Ran:
    """What happened to one step in a run: its sentence and findings; ``rebuilt`` when only files were missing."""

    step: Step
    summary: Message
    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    rebuilt: bool


def folder(step: Step) -> str:
    """The folder of a step below ``build/``."""
    return f"{step.number}-{step.name}"


class Engine:
    """The nine steps of one workspace."""

    def __init__(self, context: Context, steps: tuple[Step, ...] = STEPS) -> None:
        self.context = context
        self.steps = steps

    def states(self) -> tuple[tuple[Step, StepState], ...]:
        """Every step with its state, in order. Computes nothing that a step computes."""
        return tuple((step, self._state(step)) for step in self.steps)

    def run(self, until: str = "", only: str = "") -> Iterator[Ran]:
        """Run what is not current, in order, up to and including ``until``; or just ``only``."""
        for name in filter(None, (until, only)):
            self.step(name)
        for step in self.steps:
            if not only or step.name == only:
                current = self._state(step)
                whole = current.state == "current" and self._built(step)
                if only or not whole:
                    yield self._run(step, rebuilt=current.state == "current" and not whole)
            if step.name == until:
                return

    def step(self, name: str) -> Step:
        """The step of that name or number; InputError when there is none."""
        for step in self.steps:
            if name in {step.name, str(step.number)}:
                return step
        known = ", ".join(step.name for step in self.steps)
        raise InputError(
            "no-step",
            str(say("There is no step '{name}'.", name=name)),
            advice=str(say("The steps are: {known}.", known=known)),
        )

    def result(self, name: str) -> Any:
        """The output of a step, read from ``build/`` or computed again from the same inputs."""
        if name not in self.context.results:
            step = self.step(name)
            data = self._stored(step)
            if data is None:
                if load_record(self.context.root, name) is None:
                    raise InputError(
                        "not-run", str(say("Step {n} ({name}) has not been run yet.", n=step.number, name=step.name)),
                        advice=str(say("Run: ninefold run --until {name}", name=step.name)),
                    )  # fmt: skip
                self._run(step, rebuilt=True)
            else:
                self.context.results[name] = msgspec.json.decode(data, type=step.result)
        return self.context.results[name]

    def inputs(self, step: Step) -> dict[str, Any]:
        """Everything the result of a step depends on, by name."""
        found: dict[str, Any] = {**step.inputs(self.context)}
        for name in step.reads:
            found[f"result of {name}"] = self._output_digest(name)
        found["rules"] = step.version
        found["language"] = self.context.language
        return found

    def _state(self, step: Step) -> StepState:
        record = load_record(self.context.root, step.name)
        return state(step.name, self.inputs(step), record, today=self.context.today)

    def _output_digest(self, name: str) -> str:
        record = load_record(self.context.root, name)
        return record.outputs.get("result", "") if record else ""

    def _stored(self, step: Step) -> bytes | None:
        record = load_record(self.context.root, step.name)
        path = self._result_path(step)
        if record is None or not path.is_file():
            return None
        data = path.read_bytes()
        return data if sha256(data) == record.outputs.get("file", "") else None

    def _built(self, step: Step) -> bool:
        record = load_record(self.context.root, step.name)
        if record is None or self._stored(step) is None:
            return False
        return all((self.context.build / name).is_file() for name in record.files)

    def _result_path(self, step: Step) -> Path:
        return self.context.build / folder(step) / "result.json"

    def _run(self, step: Step, *, rebuilt: bool) -> Ran:
        title = f"{step.number} {step.title}"
        self.context.progress.start(title)
        for name in step.reads:
            self.result(name)
        inputs = self.inputs(step)
        with speaking(self.context.language):
            outcome = step.run(self.context)
        data = encode(outcome.result)
        files = self._write(step, outcome, data)
        self.context.results[step.name] = outcome.result
        self._record(step, inputs, outcome, files, sha256(data))
        self.context.progress.finish(title, str(outcome.summary))
        return Ran(step, outcome.summary, outcome.findings, tuple(files), rebuilt)

    def _write(self, step: Step, outcome: Outcome, result: bytes) -> dict[str, str]:
        digests = {}
        for name, data in sorted(outcome.files.items()):
            path = f"{folder(step)}/{name}"
            write_atomic(self.context.build / path, data)
            digests[path] = sha256(data)
        write_atomic(self._result_path(step), result)
        return digests

    def _record(
        self, step: Step, inputs: Mapping[str, Any], outcome: Outcome, files: Mapping[str, str], file: str
    ) -> None:
        outputs = {"result": step.output_digest(outcome.result), "file": file}
        clock, language = self.context.clock, self.context.language
        new = record_of(
            step.name,
            inputs,
            outputs=outputs,
            files=files,
            clock=clock,
            language=language,
            summary=outcome.summary,
        )
        old = load_record(self.context.root, step.name)
        if old is None or not old.same_as(new):
            keep(self.context, outcome.evidence)
            save_record(self.context.root, new)


def encode(result: Any) -> bytes:
    """The bytes of ``result.json``: the same value gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(result, order="deterministic"), indent=1) + b"\n"
