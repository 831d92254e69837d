"""Writes docs/reference: the workspace and its schemas, the JSON documents, the commands; all from the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ninefold.cli.main import cli
from ninefold.cli.shapes import SHAPES, json_schema
from ninefold.workspace.schema import reference, schemas

ROOT = Path(__file__).resolve().parent.parent


def files() -> dict[str, str]:
    """Name below ``docs/reference`` -> content."""
    texts = {name: json.dumps(schema, indent=1, ensure_ascii=False) + "\n" for name, schema in schemas().items()}
    documents = {f"json/{name.replace('/', '-')}.json": _pretty(json_schema(name)) for name in SHAPES}
    return {
        "workspace.md": reference(),
        **{f"schema/{name}": text for name, text in texts.items()},
        **documents,
        "commands.md": commands(),
    }


def _pretty(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def commands() -> str:
    """Every command with its help, as the program prints it."""
    lines = [
        "# Commands",
        "",
        "Made from the program. Exit codes: 0 fine; 1 a finding at or above `--fail-on`; 2 wrong usage or",
    ]
    lines += ["input, nothing changed; 3 a needed component is missing or failed.", ""]
    for words, command in _walk((), cli):
        context = click.Context(
            command,
            info_name=" ".join(("ninefold", *words)),
            terminal_width=100,
            max_content_width=100,
            **cli.context_settings,
        )
        lines += [
            f"## ninefold {' '.join(words)}".rstrip(),
            "",
            "```text",
            command.get_help(context).rstrip(),
            "```",
            "",
        ]
    return "\n".join(lines)


def _walk(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if words:
        yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command, **cli.context_settings)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _walk((*words, name), inner)


if __name__ == "__main__":
    for name, content in files().items():
        path = ROOT / "docs/reference" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
