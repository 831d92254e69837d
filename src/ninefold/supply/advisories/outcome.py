"""What validating an advisory says: schema errors, a result per test, findings with their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from ninefold.base.i18n import Message, messages
from ninefold.supply.advisories.document import Document

say = messages("supply")

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"


class Fault(msgspec.Struct, frozen=True):
    """One place of a document that breaks a test: JSON pointer and sentence."""

    path: str
    message: Message | str


#: A test of the specification: its faults, or None when nothing in the document falls under it.
Test = Callable[[Document], Sequence[Fault] | None]


class TestFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A fault with the number of its test; ``severity`` is ``error``, ``warning`` or ``info``."""

    test: str
    severity: str
    path: str
    message: Message | str


class SchemaError(msgspec.Struct, frozen=True, kw_only=True):
    """One place that does not follow the JSON schema; the message is that of the schema validator."""

    path: str
    message: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result for one document. ``valid``: follows the schema and passes every mandatory test."""

    file: str
    valid: bool
    schema_errors: tuple[SchemaError, ...] = ()
    tests: dict[str, str] = {}
    findings: tuple[TestFinding, ...] = ()
    id: str = ""
    version: str = ""
