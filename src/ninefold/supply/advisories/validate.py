"""Validation of one document: schema, then every test, each on its own.

A test that stumbles over a document that does not follow the schema fails with that as its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ninefold.base.errors import InputError
from ninefold.base.i18n import Message
from ninefold.supply.advisories import (
    mandatory_products,
    mandatory_profiles,
    mandatory_scores,
    mandatory_tracking,
    mandatory_words,
    schema,
)
from ninefold.supply.advisories.document import Document, decode, text
from ninefold.supply.advisories.outcome import (
    FAIL,
    NOT_APPLICABLE,
    PASS,
    Fault,
    Report,
    SchemaError,
    Test,
    TestFinding,
    say,
)

FAULTS = 1000  # told per test


def _numbered(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))


MANDATORY: Mapping[str, Test] = dict(
    sorted(
        (
            mandatory_products.TESTS
            | mandatory_scores.TESTS
            | mandatory_tracking.TESTS
            | mandatory_words.TESTS
            | mandatory_profiles.TESTS
        ).items(),
        key=lambda item: _numbered(item[0]),
    )
)


def validate(data: bytes, file: str = "", *, extra: Mapping[str, Test] | None = None) -> Report:
    """What is to be said about a CSAF 2.0 document. ``extra``: optional and informative tests to run too.

    Never raises for bad content: what is no JSON, too large or too deep is a schema error.
    """
    try:
        root = decode(data, file)
    except InputError as error:
        return Report(file=file, valid=False, schema_errors=(SchemaError(path="", message=error.message),))
    return validate_value(root, file, extra=extra)


def validate_value(root: object, file: str = "", *, extra: Mapping[str, Test] | None = None) -> Report:
    """As :func:`validate`, for a document already decoded."""
    wrong = schema.errors(root)
    document = Document(root)
    document.follows_schema = not wrong
    results: dict[str, str] = {}
    findings: list[TestFinding] = []
    for number, test in (*MANDATORY.items(), *(extra or {}).items()):
        faults = run(test, document)
        results[number] = NOT_APPLICABLE if faults is None else FAIL if faults else PASS
        if faults:
            findings.extend(_findings(number, faults))
    valid = not wrong and all(results[number] != FAIL for number in MANDATORY)
    return Report(
        file=file,
        valid=valid,
        schema_errors=wrong,
        tests=results,
        findings=tuple(findings),
        id=document.name,
        version=text(document.tracking, "version"),
    )


def run(test: Test, document: Document) -> Sequence[Fault] | None:
    """The faults of one test. An error inside it is a fault, never silence."""
    try:
        return test(document)
    except Exception as error:
        told: Message = say("This test could not be finished: {error}.", error=type(error).__name__)
        return [Fault("", told)]


def _findings(number: str, faults: Sequence[Fault]) -> Iterable[TestFinding]:
    severity = {"6.1": "error", "6.2": "warning", "6.3": "info"}[number[:3]]
    for fault in faults[:FAULTS]:
        yield TestFinding(test=number, severity=severity, path=fault.path, message=fault.message)
