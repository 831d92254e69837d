"""English and German from one source: English texts in the code, gettext catalogues beside it.

Each room has a catalogue of its own, ``base/locale/de/LC_MESSAGES/ROOM.po`` (and ``.mo``, made by ``make i18n``).
A room begins with ``say = messages("network")`` and writes ``say("Rule {rule} is too wide.", rule=name)``.
The result is a :class:`Message`: it carries the English template and its values, and is put into words only
when somebody reads it, in the language of that moment.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

LANGUAGES: Final = ("en", "de")
_LOCALE = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("ninefold_language", default="en")


def language() -> str:
    """The language in force: ``en`` or ``de``."""
    return _current.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Everything put into words inside the block is in ``lang``."""
    token = _current.set(lang if lang in LANGUAGES else "en")
    try:
        yield
    finally:
        _current.reset(token)


@cache
def _catalogue(room: str, lang: str) -> gettext.NullTranslations:
    return gettext.translation(room, _LOCALE, languages=[lang], fallback=True)


def translate(room: str, text: str, lang: str | None = None) -> str:
    """``text`` (English) of a room's catalogue in a language; the English text where none is known."""
    lang = lang or language()
    if lang == "en" or not text:
        return text
    return _catalogue(room, lang).gettext(text)


class Text(msgspec.Struct, frozen=True, tag_field="kind", tag="text"):
    """A text that is data: both languages are written down side by side."""

    en: str
    de: str = ""

    def __str__(self) -> str:
        return self.de if language() == "de" and self.de else self.en


class Message(msgspec.Struct, frozen=True, tag_field="kind", tag="message"):
    """A sentence not yet put into words: room of its catalogue, English template, values.

    Values may themselves be a :class:`Message` or :class:`Text`.
    """

    room: str
    text: str
    values: dict[str, Value] = {}

    def __str__(self) -> str:
        template = translate(self.room, self.text)
        return template.format(**self.values) if self.values else template

    def __hash__(self) -> int:
        return hash((self.room, self.text, tuple(sorted((k, str(v)) for k, v in self.values.items()))))


Value = Message | Text | str | int | float | bool | None


def messages(room: str) -> Callable[..., Message]:
    """The sentence maker of a room: ``say = messages("network")``."""

    def say(text: str, /, **values: Any) -> Message:
        return Message(room, text, values)

    return say
