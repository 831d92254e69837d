"""Advisories in other formats, and the signals from outside."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.base.errors import InputError
from ninefold.model.assets import Asset, Software
from ninefold.model.matches import Match
from ninefold.model.observed import Component
from ninefold.model.vocabulary import AssetKind
from ninefold.supply import signals
from ninefold.supply.formats import read_advisories
from ninefold.supply.matching import match
from ninefold.supply.triage import Demands, action, environmental, triage
from support import corpus


def states(components: list[Component], document: Any) -> list[str]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return [found.state for found in match((), components, tuple(read_advisories(data, "x")))]


def part(version: str, **fields: Any) -> Component:
    return Component(name="passport", version=version, asset="web", **fields)


OSV = {
    "id": "GHSA-1",
    "aliases": ["CVE-2026-1"],
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "npm", "name": "passport"},
            "ranges": [
                {"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.1.0"}]},
                {"type": "SEMVER", "events": [{"introduced": "2.0.0"}, {"last_affected": "2.3.0"}]},
            ],
        }
    ],
}


@pytest.mark.parametrize(
    ("version", "state"), [("1.0.9", "affected"), ("1.1.0", "fixed"), ("2.1.0", "affected"), ("2.4.0", "fixed")]
)
def test_osv(version: str, state: str) -> None:
    assert states([part(version, purl=f"pkg:npm/passport@{version}")], OSV) == [state]
    assert states([part(version, purl=f"pkg:pypi/passport@{version}")], OSV) == []


@pytest.mark.parametrize("status", ["affected", "not_affected", "fixed", "under_investigation"])
def test_openvex(status: str) -> None:
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "vex-1",
        "statements": [
            {"vulnerability": {"name": "CVE-2026-2"}, "products": [{"@id": "pkg:npm/passport@1.0"}], "status": status}
        ],
    }
    expected = {"not_affected": "not affected", "under_investigation": "undecided"}.get(status, status)
    assert states([part("1.0", purl="pkg:npm/passport@1.0")], document) == [expected]


def test_cyclonedx_vex() -> None:
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "metadata": {"component": {"bom-ref": "p", "name": "Panel K7", "version": "4.2", "supplier": {"name": "X"}}},
        "vulnerabilities": [{"id": "CVE-2026-3", "analysis": {"state": "not_affected"}, "affects": [{"ref": "p"}]}],
    }
    thing = Asset(id="A", kind=AssetKind.HMI, vendor="X", product="Panel K7", firmware="4.2")
    (found,) = match([thing], (), tuple(read_advisories(json.dumps(document).encode())))
    assert found.state == "not affected"


CVRF = b"""<?xml version="1.0"?>
<cvrfdoc xmlns="http://docs.oasis-open.org/csaf/ns/csaf-cvrf/v1.2/cvrf">
 <DocumentTitle>t</DocumentTitle>
 <DocumentTracking><Identification><ID>OLD-1</ID></Identification><Version>1.0</Version></DocumentTracking>
 <ProductTree><Branch Type="Vendor" Name="Moxa"><Branch Type="Product Name" Name="EDR-810">
  <Branch Type="Product Version" Name="5.1 and prior"><FullProductName ProductID="P">EDR</FullProductName></Branch>
 </Branch></Branch></ProductTree>
 <Vulnerability Ordinal="1"><CVE>CVE-2019-1</CVE>
  <ProductStatuses><Status Type="Known Affected"><ProductID>P</ProductID></Status></ProductStatuses>
  <CVSSScoreSets><ScoreSetV3><BaseScoreV3>9.8</BaseScoreV3>
   <VectorV3>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H</VectorV3></ScoreSetV3></CVSSScoreSets>
 </Vulnerability>
</cvrfdoc>"""


def test_cvrf() -> None:
    thing = Asset(id="A", kind=AssetKind.ROUTER, vendor="MOXA Inc.", product="EDR-810", firmware="5.0")
    (found,) = match([thing], (), tuple(read_advisories(CVRF)))
    assert (found.advisory, found.vulnerability, found.state, found.score) == ("OLD-1", "CVE-2019-1", "affected", 9.8)


def test_cvrf_without_tricks() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><cvrfdoc xmlns="cvrf">&b;</cvrfdoc>'
    with pytest.raises(InputError):
        tuple(read_advisories(bomb))


def test_nvd_and_what_must_stand_beside() -> None:
    def cpe(name: str, kind: str = "o") -> str:
        return f"cpe:2.3:{kind}:acme:{name}:*:*:*:*:*:*:*:*"

    document = {
        "format": "NVD_CVE",
        "vulnerabilities": [
            {
                "cve": {
                    "id": "CVE-2026-4",
                    "configurations": [
                        {
                            "operator": "AND",
                            "nodes": [
                                {
                                    "cpeMatch": [
                                        {"vulnerable": True, "criteria": cpe("fw"), "versionEndExcluding": "2.0"}
                                    ]
                                },
                                {"cpeMatch": [{"vulnerable": False, "criteria": cpe("panel_k7", "h")}]},
                            ],
                        }
                    ],
                }
            }
        ],
    }
    fw = Software(name="fw", version="1.0", vendor="acme", cpe="cpe:2.3:o:acme:fw:1.0:*:*:*:*:*:*:*")
    advisories = tuple(read_advisories(json.dumps(document).encode()))
    panel = Asset(id="A", kind=AssetKind.HMI, vendor="acme", product="Panel K7", software=(fw,))
    other = Asset(id="B", kind=AssetKind.HMI, vendor="acme", product="Panel K8", software=(fw,))
    assert [(found.asset, found.state) for found in match([panel, other], (), advisories)] == [("A", "affected")]


@pytest.mark.corpus
def test_real_documents_of_other_formats() -> None:
    for path in [*sorted(corpus("vex").glob("*vex*.json")), *sorted(corpus("osv").glob("*.json"))]:
        for advisory in read_advisories(path.read_bytes(), path.name):
            assert advisory.vulnerabilities, path
            assert all(item.states for item in advisory.vulnerabilities), path


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_politely(data: bytes) -> None:
    with pytest.raises(InputError):
        tuple(read_advisories(data))


def test_known_exploited_and_probability() -> None:
    kev = json.dumps({"vulnerabilities": [{"cveID": "CVE-1", "dueDate": "2026-02-01"}]}).encode()
    assert signals.known_exploited(kev) == {"CVE-1": "2026-02-01"}
    table = b"#model_version:v1\ncve,epss,percentile\nCVE-1,0.9,0.99\nCVE-2,x,1\n"
    assert signals.exploit_probability(gzip.compress(table)) == {"CVE-1": 0.9}
    for wrong in (b"\x1f\x8bjunk", b"", b"a,b\n1,2\n"):
        with pytest.raises(InputError):
            signals.exploit_probability(wrong)


VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:H"


def test_severity_depends_on_the_need_for_protection() -> None:
    low = environmental(VECTOR, Demands(availability=1).metrics())
    high = environmental(VECTOR, Demands(availability=5).metrics())
    assert low is not None
    assert high is not None
    assert low < high
    assert environmental("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "CR:H") == 9.3
    assert environmental("AV:N/AC:L/Au:N/C:C/I:C/A:C", "") == 10.0
    assert environmental("nonsense", "") is None


def test_the_most_urgent_comes_first_with_its_reason() -> None:
    from ninefold.model.findings import Reason

    def found(asset: str, cve: str, state: str = "affected", reachable: bool | None = None) -> Match:
        return Match(
            asset=asset, advisory="X", vulnerability=cve, state=state, confidence=1.0, reason=Reason(says="r"),
            score=7.0, reachable=reachable,
        )  # fmt: skip

    listed = triage(
        [found("a", "CVE-1"), found("b", "CVE-2", reachable=False), found("c", "CVE-3"), found("d", "CVE-4", "fixed")],
        known_exploited={"CVE-3": ""},
        probability={"CVE-1": 0.5},
    )
    assert [item.asset for item in listed] == ["c", "a", "b"]
    assert "exploited elsewhere" in str(listed[0].reason.because[-1].says)
    assert action(listed[0], exploited=True) == "immediate"
    assert action(listed[1], exploited=False) == "scheduled"
