"""Are these advisories valid CSAF? One JSON document about any number of files and folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ninefold.base import limits
from ninefold.base.errors import InputError, NinefoldError, Place
from ninefold.base.i18n import messages
from ninefold.supply.advisories import validate
from ninefold.supply.advisories.outcome import Report, SchemaError, Test

say = messages("supply")

SCHEMA = "ninefold.advisory-validate/1"


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the ``.json`` files of the folders named, in the order of their names.

    InputError for a path that is neither. Links that lead out of a folder are not followed.
    """
    for path in paths:
        if path.is_dir():
            yield from (item for item in sorted(path.rglob("*.json")) if item.is_file() and not item.is_symlink())
        elif path.is_file():
            yield path
        else:
            raise InputError(
                "no-file",
                str(say("There is no such file.")),
                place=Place(str(path)),
                advice=str(say("Check the name.")),
            )


def reports(paths: Sequence[Path], *, recommended: bool = False) -> Iterator[Report]:
    """A report per file; ``recommended`` also runs the optional and informative tests."""
    extra = _recommended() if recommended else {}
    for path in files(paths):
        try:
            data = limits.read_bytes(path)
        except NinefoldError as error:
            yield Report(file=str(path), valid=False, schema_errors=(SchemaError(path="", message=error.message),))
            continue
        yield validate.validate(data, str(path), extra=extra)


def _recommended() -> Mapping[str, Test]:
    from ninefold.supply.advisories import recommended

    return recommended.TESTS


def document(paths: Sequence[Path], *, recommended: bool = False) -> dict[str, Any]:
    """The document ``ninefold.advisory-validate/1``."""
    return {"schema": SCHEMA, "documents": [plain(report) for report in reports(paths, recommended=recommended)]}


def plain(report: Report) -> dict[str, Any]:
    """One report as plain values, its sentences in the language of the moment."""
    return {
        "file": report.file,
        "valid": report.valid,
        "schema_errors": [{"path": error.path, "message": error.message} for error in report.schema_errors],
        "tests": dict(report.tests),
        "findings": [
            {"test": item.test, "severity": item.severity, "path": item.path, "message": str(item.message)}
            for item in report.findings
        ],
    }
