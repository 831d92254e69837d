"""The door every command goes through: options that all share, one JSON document, exit codes, messages.

``command`` decorates a function ``f(door, ...)``; what it returns is an :class:`Answer`, which is rendered once,
here, as text or as JSON.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ninefold.base.errors import EXIT_FINDINGS, EXIT_OK
from ninefold.base.i18n import language, messages, translate
from ninefold.base.progress import SILENT, Progress
from ninefold.model.findings import Finding, counts, finding_to_plain, in_order, is_failure
from ninefold.model.vocabulary import Severity

say = messages("cli")


@dataclass
class Answer:
    """What a command has to say: ``data`` becomes the JSON document, ``text`` what a person reads.

    ``code`` overrides the exit code that follows from the findings.
    """

    data: Mapping[str, Any]
    text: Callable[[Any], None] | str = ""
    findings: tuple[Finding, ...] = ()
    code: int | None = None


@dataclass
class Door:
    """Options of this call."""

    root: Path = field(default_factory=Path)
    json: bool = False
    fail_on: Severity = Severity.HIGH
    all: bool = False
    log_level: str = "warning"

    @property
    def progress(self) -> Progress:
        """A bar on a terminal, silence in a pipe."""
        if self.json or not sys.stderr.isatty():
            return SILENT
        from ninefold.cli.progress import Bars

        return Bars()


SHARED = frozenset({"as_json", "lang", "log_level", "fail_on", "all_findings"})


class Words(click.Command):
    """A command whose help is put into the language of the moment, with an example."""

    example: str = ""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How the command is written; the word before it is translated."""
        words = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, words, prefix=f"{say('Usage')}: ")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option ``--help``, its text translated."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = str(say("Show this message and exit."))
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The description, translated."""
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(translate("cli", self.help.split("\n")[0]))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The example."""
        if self.example:
            with formatter.section(str(say("Example"))):
                for line in self.example.splitlines():
                    formatter.write(f"  {line}\n")

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, translated."""
        return translate("cli", (self.help or "").split("\n")[0])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, translated."""
        rows = [record for item in self.get_params(ctx) if (record := item.get_help_record(ctx)) and record[1]]
        if rows:
            with formatter.section(str(say("Options"))):
                formatter.write_dl([(names, translate("cli", text)) for names, text in rows])


class WordsGroup(Words, click.Group):
    """A group with translated help."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then commands."""
        Words.format_options(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands and their first sentences."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(90)))
        if rows:
            with formatter.section(str(say("Commands"))):
                formatter.write_dl(rows)


class DefaultGroup(WordsGroup):
    """A group that runs its command ``default`` when none is named: ``ninefold risk`` is ``ninefold risk show``."""

    default = "show"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default in where no command is named."""
        if not args or (args[0] not in self.commands and args[0] not in {"-h", "--help"}):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def command(name: str, *, example: str, schema: str = "", findings: bool = False) -> Callable[..., Words]:
    """Make ``f(door, ...) -> Answer`` a command. ``schema`` names its JSON document, default from the name."""

    def decorate(function: Callable[..., Answer]) -> Words:
        @click.pass_context
        @wraps(function)
        def call(ctx: click.Context, /, **options: Any) -> None:
            door = _door(ctx, options)
            answer = function(door, **options)
            show(door, schema or f"ninefold.{name}/1", answer)

        made = click.command(name, cls=Words, help=(function.__doc__ or "").strip())(_shared(call, findings))
        made.example = example
        made.params.sort(key=lambda item: item.name in SHARED)
        return made

    return decorate


def _shared(call: Callable[..., None], findings: bool) -> Callable[..., None]:
    call = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(call)
    call = click.option("--lang", type=click.Choice(["en", "de"]), help="Language of the output.")(call)
    call = click.option(
        "--log-level",
        type=click.Choice(["error", "warning", "info", "debug"]),
        help="How much to tell on standard error.",
    )(call)
    if findings:
        names = [item.name.lower() for item in Severity]
        call = click.option("--all", "all_findings", is_flag=True, help="Show every finding.")(call)
        call = click.option("--fail-on", type=click.Choice(names), help="Least severity that gives exit code 1.")(call)
    return call


def _door(ctx: click.Context, options: dict[str, Any]) -> Door:
    root: Path = ctx.find_root().params.get("directory") or Path()
    options.pop("lang")
    threshold = options.pop("fail_on", None)
    return Door(
        root=root,
        json=options.pop("as_json"),
        all=options.pop("all_findings", False),
        fail_on=Severity[threshold.upper()] if threshold else Severity.HIGH,
        log_level=options.pop("log_level") or os.environ.get("NINEFOLD_LOG_LEVEL", "warning"),
    )


def show(door: Door, schema: str, answer: Answer) -> None:
    """Render the answer once and leave with the exit code that follows from it."""
    findings = in_order(answer.findings)
    if door.json:
        document: dict[str, Any] = {"schema": schema, **answer.data}
        if answer.findings:
            document.setdefault("findings", [finding_to_plain(item) for item in findings])
            document.setdefault("counts", counts(findings))
        print_json(document)
    else:
        from ninefold.cli.render import console, findings_table

        screen = console()
        if callable(answer.text):
            answer.text(screen)
        elif answer.text:
            screen.print(answer.text, markup=False, highlight=False)
        if findings:
            findings_table(screen, findings, most=len(findings) if door.all else 3)
    code = answer.code
    if code is None:
        code = EXIT_FINDINGS if is_failure(findings, door.fail_on) else EXIT_OK
    sys.exit(code)


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output."""
    import json

    import msgspec

    plain = msgspec.to_builtins(document, order=None, str_keys=True, enc_hook=str)
    sys.stdout.write(json.dumps(plain, indent=2, ensure_ascii=False) + "\n")
    sys.stdout.flush()


__all__ = ["Answer", "DefaultGroup", "Door", "Words", "WordsGroup", "command", "language", "print_json", "say", "show"]
