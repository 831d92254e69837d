from __future__ import annotations

import pytest

from ninefold.base.errors import InputError
from ninefold.sources import spdx
from support import corpus

TAGS = b"""SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: x
DocumentNamespace: https://example.org/x
Creator: Tool: hand
Created: 2026-01-01T00:00:00Z
PackageName: openssl
SPDXID: SPDXRef-openssl
PackageVersion: 3.0.7
PackageSupplier: Organization: Red Hat (secalert@redhat.com)
PackageDownloadLocation: NOASSERTION
PackageChecksum: SHA256: 0000000000000000000000000000000000000000000000000000000000000000
ExternalRef: PACKAGE-MANAGER purl pkg:rpm/redhat/openssl@3.0.7
ExternalRef: SECURITY cpe23Type cpe:2.3:a:openssl:openssl:3.0.7:*:*:*:*:*:*:*
PackageComment: <text>two
lines</text>
PackageName: app
SPDXID: SPDXRef-app
PackageDownloadLocation: NONE
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-app
Relationship: SPDXRef-openssl DEPENDENCY_OF SPDXRef-app
"""


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("file", "components", "version", "rules"),
    [
        ("spdx-2.2-example1.spdx", 1, "2.2", set()),
        ("spdx-2.2-example6-bin.spdx", 1, "2.2", set()),
        # two package URLs hold blanks and brackets that the specification wants percent-encoded
        ("spdx-2.3-redhat-openssl-3.0.7.spdx.json", 38, "2.3", {"sbom.bad-purl"}),
        ("spdx-3.0-hello-src.spdx3.json", 1, "3.0.1", set()),
    ],
)
def test_corpus(file: str, components: int, version: str, rules: set[str]) -> None:
    data = corpus(f"sbom/{file}").read_bytes()
    assert spdx.detect(data[:65536], file)
    found = spdx.parse(data, file)
    assert len(found.components) == components
    assert {fact.key: fact.value for fact in found.facts}["sbom.version"] == version
    assert {item.rule for item in found.findings} == rules


def test_tag_value() -> None:
    found = spdx.parse(TAGS, "x.spdx")
    openssl, app = found.components
    assert (openssl.name, openssl.version, openssl.supplier) == ("openssl", "3.0.7", "Red Hat")
    assert openssl.purl == "pkg:rpm/redhat/openssl@3.0.7" and openssl.cpe.startswith("cpe:2.3:a:openssl")
    assert openssl.hashes == (("SHA-256", "0" * 64),)
    assert app.depends_on == ("SPDXRef-openssl",)
    assert not found.findings


def test_a_broken_document_yields_what_can_be_read() -> None:
    broken = TAGS.replace(b"DataLicense: CC0-1.0\n", b"").replace(b"SPDXRef-app\nPackageDown", b"app 1\nPackageDown")
    found = spdx.parse(broken, "x.spdx")
    assert len(found.components) == 2
    assert {item.rule for item in found.findings} == {"sbom.data-licence", "sbom.bad-id", "sbom.dangling"}


def test_other_forms_are_refused_with_advice() -> None:
    with pytest.raises(InputError) as caught:
        spdx.parse(b'<?xml version="1.0"?><rdf:RDF xmlns:spdx="http://spdx.org/rdf/terms#"/>', "x.rdf")
    assert caught.value.code == "spdx-form" and caught.value.advice
