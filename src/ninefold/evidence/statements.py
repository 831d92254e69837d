"""In-toto statements: what was found about which bytes.

Source: in-toto Attestation Framework, Statement v1 and Test Result v0.1 (github.com/in-toto/attestation).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from ninefold.base import dsse
from ninefold.base.digest import canonical
from ninefold.base.errors import InputError
from ninefold.base.i18n import messages
from ninefold.model.findings import Finding, finding_to_plain
from ninefold.model.vocabulary import State

say = messages("evidence")
PAYLOAD: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
TEST_RESULT: Final = "https://in-toto.io/attestation/test-result/v0.1"
STEP_RUN: Final = "https://ninefold.dev/step-run/v1"
PROOF: Final = "https://ninefold.dev/proof/v1"


class Subject(msgspec.Struct, frozen=True):
    """A file by name (relative to the workspace) and digest (algorithm -> hexadecimal)."""

    name: str
    digest: dict[str, str]


class Statement(msgspec.Struct, frozen=True, rename={"type_": "_type", "predicate_type": "predicateType"}):
    """What ``predicate`` (of kind ``predicate_type``) says about the subjects."""

    type_: str
    subject: tuple[Subject, ...]
    predicate_type: str
    predicate: dict[str, Any] = {}


def statement(subjects: Mapping[str, str], predicate_type: str, predicate: Mapping[str, Any]) -> Statement:
    """A statement about files: ``subjects`` maps names to SHA-256."""
    found = tuple(Subject(name, {"sha256": subjects[name]}) for name in sorted(subjects))
    return Statement(STATEMENT, found, predicate_type, dict(predicate))


def test_result(subjects: Mapping[str, str], findings: tuple[Finding, ...], *, when: str, scope: str) -> Statement:
    """Findings of a verification as a test result. ``when`` ISO 8601; ``scope``: the plant, zone or gateway tested."""
    bad = [item for item in findings if item.state in {State.FAIL, State.ERROR}]
    unsure = [item for item in findings if item.state is State.UNDECIDED]
    predicate = {
        "result": "FAILED" if bad else "WARNED" if unsure else "PASSED",
        "configuration": [{"name": name, "digest": {"sha256": value}} for name, value in sorted(subjects.items())],
        "passedTests": sorted(item.id for item in findings if item.state is State.PASS),
        "warnedTests": sorted(item.id for item in unsure),
        "failedTests": sorted(item.id for item in bad),
        "scope": scope,
        "when": when,
        "findings": [finding_to_plain(item) for item in findings],
    }
    return statement(subjects, TEST_RESULT, predicate)


def seal(content: Statement, *signers: dsse.Signer) -> bytes:
    """The signed file of a statement (a DSSE envelope)."""
    return dsse.encode(dsse.sign(PAYLOAD, canonical(content), *signers))


def parse(envelope: dsse.Envelope) -> Statement:
    """The statement inside an envelope. InputError when it is none; the signature is not looked at."""
    try:
        found = msgspec.json.decode(envelope.content, type=Statement)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InputError("bad-statement", str(say("The envelope holds no statement."))) from error
    if envelope.payload_type != PAYLOAD or found.type_ != STATEMENT:
        raise InputError("bad-statement", str(say("The envelope holds no statement.")))
    return found
