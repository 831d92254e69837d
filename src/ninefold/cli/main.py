"""The command ``ninefold``. Commands are imported only when called: start-up stays under 0.2 s."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from ninefold import __version__
from ninefold.base.errors import EXIT_COMPONENT, EXIT_INPUT, NinefoldError
from ninefold.base.i18n import LANGUAGES, speaking
from ninefold.cli.door import WordsGroup, print_json, say

#: command -> module that holds it as ``main`` or under its own name (``-`` becomes ``_``)
COMMANDS = {
    "init": "workspace",
    "check": "workspace",
    "migrate": "workspace",
    "rename": "workspace",
    "history": "workspace",
    "undo": "workspace",
    "table": "workspace",
    "status": "run",
    "run": "run",
    "evaluate": "evaluate",
    "discover": "discover",
    "flows": "evaluate",
    "zones": "zones",
    "protect": "assess",
    "threats": "assess",
    "risk": "choose",
    "explain": "assess",
    "concept": "concept",
    "approve": "concept",
    "implement": "protect",
    "verify": "protect",
    "cycle": "run",
    "prove": "firewall",
    "firewall": "firewall",
    "twin": "protect",
    "sbom": "supplied",
    "advisory": "supplied",
    "patch": "supply",
    "law": "law",
    "programme": "law",
    "standards": "law",
    "export": "export",
    "evidence": "export",
    "serve": "export",
}


class Lazy(WordsGroup):
    """Looks a command up by name and imports its module then."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None when there is none of that name."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: Any = getattr(importlib.import_module(f"ninefold.cli.{module}"), cmd_name.replace("-", "_"))
        return found if isinstance(found, click.Command) else None


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "directory", type=click.Path(path_type=Path), help="The workspace; default: this folder.")
@click.version_option(__version__, prog_name="ninefold", help="Show the version and exit.")
def cli(directory: Path | None) -> None:
    """Nine steps to protection of an automation system according to IEC 62443."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command; every expected error is one clear message and an exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    with speaking(chosen_language(arguments)):
        try:
            cli.main(args=arguments, prog_name="ninefold", standalone_mode=False)
        except NinefoldError as error:
            _complain(error, as_json="--json" in arguments)
            sys.exit(error.exit_code)
        except click.exceptions.Abort:
            sys.exit(130)
        except click.ClickException as error:
            from ninefold.cli.usage import complaint

            sys.stderr.write(complaint(error))
            sys.exit(EXIT_INPUT)
        except KeyboardInterrupt:
            sys.stderr.write("\n" + str(say("Stopped. Everything written so far is whole.")) + "\n")
            sys.exit(130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except MemoryError:
            sys.stderr.write(str(say("There is not enough memory for this input.")) + "\n")
            sys.exit(EXIT_COMPONENT)
        except Exception as error:
            _unexpected(error, "debug" in arguments)


def chosen_language(arguments: list[str]) -> str:
    """Flag, environment, workspace, user's configuration, locale: the first that says something."""
    for index, word in enumerate(arguments):
        if word == "--lang" and index + 1 < len(arguments) and arguments[index + 1] in LANGUAGES:
            return arguments[index + 1]
        if word.startswith("--lang=") and word.partition("=")[2] in LANGUAGES:
            return word.partition("=")[2]
    if os.environ.get("NINEFOLD_LANG") in LANGUAGES:
        return os.environ["NINEFOLD_LANG"]
    written = _language_of_workspace(_folder(arguments) / "ninefold.yaml")
    if written in LANGUAGES:
        return written
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "de" if locale.startswith("de") else "en"


def _folder(arguments: list[str]) -> Path:
    for index, word in enumerate(arguments):
        if word == "-C" and index + 1 < len(arguments):
            return Path(arguments[index + 1])
    return Path()


def _language_of_workspace(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as stream:
            head = stream.read(16384)
    except (OSError, UnicodeDecodeError):
        return ""
    for line in head.splitlines():
        key, _, value = line.strip().partition(":")
        if key == "language":
            return value.split("#")[0].strip().strip("\"'")
    return ""


def _complain(error: NinefoldError, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "schema": "ninefold.error/1",
                "code": error.code,
                "message": error.message,
                "place": str(error.place) if error.place else None,
                "advice": error.advice or None,
            }
        )
    sys.stderr.write(f"ninefold: {error}\n")


def _unexpected(error: Exception, debug: bool) -> None:
    if debug:
        raise error
    sys.stderr.write(
        str(
            say(
                "Ninefold failed ({kind}: {error}). Nothing half-written was left. "
                "Run again with --log-level debug and report what it prints.",
                kind=type(error).__name__,
                error=str(error),
            )
        )
        + "\n"
    )
    sys.exit(EXIT_COMPONENT)


if __name__ == "__main__":
    main()
