"""What a software bill of materials says, as one JSON document, with or without a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ninefold.base.errors import InputError, Place
from ninefold.base.i18n import messages
from ninefold.base.progress import SILENT, Progress
from ninefold.model.findings import finding_to_plain
from ninefold.model.observed import Component, Observation

say = messages("sources")
SCHEMA = "ninefold.sbom/1"
READERS = frozenset({"cyclonedx", "spdx"})


def read(path: Path, progress: Progress = SILENT) -> Observation:
    """The observation of an SBOM file. InputError when the file is something else or cannot be read at all."""
    from ninefold.sources.registry import read as read_any

    observation = read_any(path, progress)
    if observation.origin.kind not in READERS:
        raise InputError(
            "no-sbom",
            str(say("This is no SBOM.")),
            place=Place(str(path)),
            advice=str(say("CycloneDX (JSON, XML) and SPDX (JSON, tag-value, 3.0 JSON-LD) are read.")),
        )
    return observation


def document(observation: Observation) -> dict[str, Any]:
    """The document ``ninefold.sbom/1``: format, version, components in document order, findings.

    The product that a CycloneDX document describes (``metadata.component``) is not one of its components.
    """
    facts = {fact.key: fact.value for fact in reversed(observation.facts)}
    described = int(facts.get("sbom.subject_components", "0"))
    return {
        "schema": SCHEMA,
        "format": facts.get("sbom.format", ""),
        "version": facts.get("sbom.version", ""),
        "components": [_component(item) for item in observation.components[described:]],
        "findings": [finding_to_plain(item) for item in observation.findings],
    }


def _component(item: Component) -> dict[str, Any]:
    return {
        "name": item.name,
        "version": item.version,
        "supplier": item.supplier,
        "purl": item.purl,
        "cpe": item.cpe,
        "hashes": [{"algorithm": name, "value": value} for name, value in item.hashes],
        "licences": list(item.licences),
    }
