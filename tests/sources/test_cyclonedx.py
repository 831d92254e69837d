from __future__ import annotations

import json
import time

import pytest

from ninefold.base.errors import LimitError
from ninefold.model.vocabulary import Severity
from ninefold.sources import cyclonedx
from support import corpus


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("file", "components", "version"),
    [
        ("sbom/cdx-1.2-cern-lhc-vdm-editor.json", 44, "1.2"),
        ("sbom/cdx-1.2-laravel-7.12.0.xml", 63, "1.2"),
        ("sbom/cdx-1.4-laravel-7.12.0.json", 63, "1.4"),
        ("sbom/cdx-1.6-valid-bom.json", 4, "1.6"),
        ("sbom/cdx-1.6-valid-component-identifiers.json", 1, "1.6"),
        ("sbom/cdx-1.7-valid-bom.xml", 4, "1.7"),
        ("sbom/cdx-cbom-protocol.json", 9, "1.6"),
        ("sbom/cdx-hbom-pcie-sata-adapter.json", 7, "1.4"),
        ("vex/cdx-pair-bom.json", 4, "1.3"),
    ],
)
def test_valid_documents_have_no_faults(file: str, components: int, version: str) -> None:
    data = corpus(file).read_bytes()
    assert cyclonedx.detect(data[:65536], file)
    found = cyclonedx.parse(data, file)
    assert len(found.components) == components
    assert {fact.key: fact.value for fact in found.facts}["sbom.version"] == version
    assert not found.findings


@pytest.mark.corpus
def test_invalid_document_yields_what_can_be_read_and_a_finding() -> None:
    found = cyclonedx.parse(corpus("sbom/cdx-1.6-INVALID-component-type.json").read_bytes(), "x.json")
    assert [item.name for item in found.components] == ["acme-library"]
    assert [(item.rule, item.severity) for item in found.findings] == [("sbom.component-type", Severity.HIGH)]


@pytest.mark.corpus
def test_xml_and_json_of_the_same_software_say_the_same() -> None:
    from_xml = cyclonedx.parse(corpus("sbom/cdx-1.2-laravel-7.12.0.xml").read_bytes(), "x.xml").components
    from_json = cyclonedx.parse(corpus("sbom/cdx-1.4-laravel-7.12.0.json").read_bytes(), "x.json").components
    assert [(item.purl, item.licences) for item in from_xml] == [(item.purl, item.licences) for item in from_json]


def test_ten_thousand_components_in_a_second() -> None:
    component = {
        "type": "library",
        "name": "lib",
        "version": "1.0",
        "licenses": [{"license": {"id": "MIT"}}],
        "hashes": [{"alg": "SHA-256", "content": "0" * 64}],
    }
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [
            component | {"name": f"lib{n}", "purl": f"pkg:npm/lib{n}@1.0", "bom-ref": f"r{n}"} for n in range(10_000)
        ],
        "dependencies": [{"ref": f"r{n}", "dependsOn": [f"r{(n + 1) % 10_000}"]} for n in range(10_000)],
    }
    data = json.dumps(document).encode()
    start = time.process_time()
    found = cyclonedx.parse(data, "big.json")
    assert time.process_time() - start < 1.0
    assert len(found.components) == 10_000 and found.components[0].depends_on == ("r1",) and not found.findings


def test_deep_nesting_is_refused() -> None:
    nested = '{"type":"library","name":"x","components":[' * 100 + "]}" * 100
    with pytest.raises(LimitError):
        cyclonedx.parse(b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[' + nested.encode() + b"]}", "x")
    with pytest.raises(LimitError):
        cyclonedx.parse(b'{"bomFormat":' + b"[" * 100_000, "x")


def test_dangling_and_doubled_references_are_told() -> None:
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "components": [
            {"type": "library", "name": "a", "bom-ref": "a"},
            {"type": "library", "name": "b", "bom-ref": "a"},
        ],
        "dependencies": [{"ref": "a", "dependsOn": ["nowhere"]}],
    }
    found = cyclonedx.parse(json.dumps(document).encode(), "x.json")
    assert {item.rule for item in found.findings} == {"sbom.duplicate", "sbom.dangling"}
