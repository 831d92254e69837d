"""Observation values to JSON and back. Sentences keep their template, so they can still be read in any language."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ninefold.base.errors import Place
from ninefold.base.i18n import Message, Text
from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.observed import Capture, Component, Fact, ObservedFlow, ObservedHost
from ninefold.model.vocabulary import Severity, State

KINDS: Final[dict[str, Any]] = {
    "captures": Capture,
    "hosts": ObservedHost,
    "flows": ObservedFlow,
    "components": Component,
    "facts": Fact,
}


def encode(value: Any) -> str:
    """JSON text of an item of an observation, the same for the same value."""
    return msgspec.json.encode(value, order="deterministic").decode()


def decode(section: str, text: str) -> Any:
    """The item again."""
    if section == "findings":
        return _finding(msgspec.json.decode(text))
    return msgspec.json.decode(text, type=KINDS[section])


def _finding(plain: dict[str, Any]) -> Finding:
    return Finding(
        rule=plain["rule"],
        subject=plain["subject"],
        discriminator=plain["discriminator"],
        title=_words(plain["title"]),
        severity=Severity(plain["severity"]),
        state=State(plain["state"]),
        because=tuple(_reason(item) for item in plain["because"]),
        references=tuple(plain["references"]),
        advice=_words(plain["advice"]),
        place=_place(plain["place"]),
        evidence=plain["evidence"],
    )


def _reason(plain: dict[str, Any]) -> Reason:
    return Reason(
        says=_words(plain["says"]),
        value=plain["value"],
        rule=plain["rule"],
        refs=tuple(plain["refs"]),
        place=_place(plain["place"]),
        because=tuple(_reason(item) for item in plain["because"]),
    )


def _place(plain: dict[str, Any] | None) -> Place | None:
    return Place(**plain) if plain else None


def _words(plain: Any) -> Words:
    if isinstance(plain, dict) and "room" in plain:
        return Message(plain["room"], plain["text"], {key: _value(item) for key, item in plain["values"].items()})
    if isinstance(plain, dict) and "en" in plain:
        return Text(plain["en"], plain["de"])
    return str(plain)


def _value(plain: Any) -> Any:
    return _words(plain) if isinstance(plain, dict) and ("room" in plain or "en" in plain) else plain
