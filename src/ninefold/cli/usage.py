"""What click says about a wrong call, in the language of the moment: click itself speaks English only."""

from __future__ import annotations

import re
from typing import Final

import click

from ninefold.base.i18n import Message, messages

say = messages("cli")

#: what click writes -> our sentence with the same values
_SENTENCES: Final[tuple[tuple[str, Message], ...]] = (
    (r"No such command '(?P<name>.*)'\.", say("There is no command '{name}'.")),
    (r"No such option:? '?(?P<name>[^' ]*)'?\.?", say("There is no option '{name}'.")),
    (r"Missing command\.", say("A command is missing.")),
    (r"Missing argument '(?P<name>.*)'\.?", say("The argument '{name}' is missing.")),
    (r"Missing option '(?P<name>.*)'\.?", say("The option '{name}' is missing.")),
    (r"Got unexpected extra arguments? \((?P<name>.*)\)", say("One argument too many: {name}")),
    (r"Option '(?P<name>.*)' requires an argument\.", say("The option '{name}' needs a value.")),
    (r"Option '(?P<name>.*)' does not take a value\.", say("The option '{name}' takes no value.")),
    (
        r"Invalid value for (?P<name>.*): (?P<value>'.*') is not one of (?P<words>.*)\.",
        say("{name}: {value} is none of {words}."),
    ),
    (
        r"Invalid value for (?P<name>.*): (?P<value>'.*') is not a valid (integer|float|integer range|float range)\.",
        say("{name}: {value} is no number."),
    ),
    (
        r"Invalid value for (?P<name>.*): (?P<value>\S+) is not in the range (?P<words>.*)\.",
        say("{name}: {value} is not in the range {words}."),
    ),
    (
        r"Invalid value for (?P<name>.*): (?:File|Directory|Path) (?P<value>'.*') does not exist\.",
        say("{name}: there is no {value}."),
    ),
)
_NEAR: Final = re.compile(r" ?\(?Did you mean (?:one of: )?(?P<names>[^?]*)\?\)?$")


def complaint(error: click.ClickException) -> str:
    """How the command is written, where help is, and what is wrong with the call."""
    text = ""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        hint = say("Help: {command}", command=f"{context.command_path} --help")
        text = f"{context.get_usage()}\n{hint}\n\n"
    return f"{text}ninefold: {_sentence(error.format_message())}\n"


def _sentence(text: str) -> str:
    near = _NEAR.search(text)
    plain = text[: near.start()] if near else text
    for pattern, sentence in _SENTENCES:
        if found := re.fullmatch(pattern, plain, re.DOTALL):
            plain = str(Message(sentence.room, sentence.text, dict(found.groupdict())))
            break
    return f"{plain} {say('Did you mean {name}?', name=near['names'])}" if near else plain
