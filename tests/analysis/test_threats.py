"""The catalogue of threats: each entry fires where it must and stays silent where it must not; errors are findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from analysis.plants import production_line, small
from ninefold.analysis.catalogue import built_in, condition
from ninefold.analysis.requirements import standard_table
from ninefold.analysis.threats import threats
from ninefold.base.i18n import Text
from ninefold.model.assessment import ObservedSummary
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Reason
from ninefold.model.matches import Match
from ninefold.model.observed import End, ObservedFlow
from ninefold.model.reconciled import Agreement, Conversation
from ninefold.model.scenarios import Threat
from ninefold.model.vocabulary import FR, Objective, State
from ninefold.standards import attack

CASES: dict[str, dict[str, Any]] = {}
for file in sorted((Path(__file__).parent / "data").glob("plants-*.yaml")):
    CASES.update(yaml.safe_load(file.read_text(encoding="utf-8")))
BY_ID = {item.id: item for item in built_in()}


def observed(spec: dict[str, Any]) -> ObservedSummary:
    """``match``: state of a match on ``a``. ``seen`` lines: ``client server service function [flow id]``."""
    why = Reason(says="test")
    matches = ()
    if "match" in spec:
        match = Match(asset="a", advisory="A", vulnerability="V", state=spec["match"], confidence=1, reason=why)
        matches = (match,)
    rows = []
    for line in spec.get("seen", []):
        client, server, service, functions, *flow = line.split()
        seen = ObservedFlow(client=End(), server=End(), transport="tcp", functions=tuple(functions.split(",")))
        agreement = Agreement.DECLARED_AND_SEEN if flow else Agreement.SEEN_NOT_DECLARED
        rows.append(
            Conversation(
                client=client,
                server=server,
                service=service,
                agreement=agreement,
                flow=flow[0] if flow else "",
                observed=seen,
                why=why,
            )
        )
    services = tuple(("a", item) for item in spec.get("offers", "").split())
    return ObservedSummary(matches=matches, conversations=tuple(rows), services=services)


def found(spec: dict[str, Any]) -> set[str]:
    scenarios = threats(small(spec), observed(spec)).scenarios
    return {name for item in scenarios for name in (item.threat, *item.includes)}


def test_every_entry_has_both_plants():
    assert set(CASES) == set(BY_ID)


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_it_fires_where_it_must(name):
    assert name in found(CASES[name]["fires"])


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_it_is_silent_where_it_must_not(name):
    assert name not in found({**CASES[name]["fires"], **CASES[name]["not"]})


@pytest.mark.parametrize("name", sorted(BY_ID))
def test_it_cites_only_what_exists(name):
    threat, table = BY_ID[name], standard_table()
    assert threat.title.de
    assert threat.removes.de
    assert threat.barriers
    assert all(table.known(group) for group in threat.barriers)
    assert all(attack.technique(technique) for technique in threat.techniques)
    assert 1 <= threat.least_class <= 4
    condition(threat.on, threat.when)


def test_every_foundational_requirement_has_threats():
    for fr in FR:
        assert any(fr in threat.fr for threat in BY_ID.values()), fr


def own(when: str, on: str = "asset") -> Threat:
    return Threat(
        id="own",
        title=Text("Own"),
        on=on,
        when=when,
        fr=(FR.SI,),
        objectives=(Objective.INTEGRITY,),
        barriers=(("SR 3.4",),),
    )


def test_an_own_threat_is_looked_for():
    plant = msgspec.structs.replace(small({}), own_threats=(own("kind = plc and vendor = nordwerk"),))
    assert "own" not in {item.threat for item in threats(plant).scenarios}
    plant = msgspec.structs.replace(small({"a": {"vendor": "Nordwerk"}}), own_threats=plant.own_threats)
    assert "own" in {item.threat for item in threats(plant).scenarios}


@pytest.mark.parametrize("when", ["kind", "knid = plc", "kind = plc or", "__import__(os)", "(" * 200 + "safety", ""])
def test_a_wrong_condition_is_a_finding_never_a_silent_no(when):
    plant = msgspec.structs.replace(small({}), own_threats=(own(when),))
    findings = threats(plant).findings
    assert [(item.rule, item.subject, item.state) for item in findings] == [("threat-condition", "own", State.ERROR)]


def test_what_is_not_known_is_assumed_and_said():
    spec = {"flows": ["office a https"]}
    scenario = next(i for i in threats(small(spec)).scenarios if i.threat == "default-password")
    assert "Not known, so it is assumed" in " ".join(str(item.says) for item in scenario.why)


def test_an_exclusion_needs_a_reason_and_an_expiry():
    plant = small({})
    decision = Decision(
        id="x",
        kind=DecisionKind.EXCLUDE_SCENARIO,
        subject="malware-in-zone@z",
        by="A. Meier",
        reason="No operating system",
        expires="2027-01-01",
    )

    def state(item: Decision, today: str = "") -> tuple[str, list[str]]:
        result = threats(msgspec.structs.replace(plant, decisions=(item,)), today=today)
        scenario = next(i for i in result.scenarios if i.id == "malware-in-zone@z")
        return scenario.excluded, [finding.rule for finding in result.findings]

    assert state(decision) == ("x", [])
    assert state(msgspec.structs.replace(decision, reason="")) == ("", ["exclusion-not-in-force"])
    assert state(msgspec.structs.replace(decision, expires="")) == ("", ["exclusion-not-in-force"])
    assert state(decision, "2028-01-01") == ("", ["exclusion-not-in-force"])


def test_a_narrower_threat_becomes_part_of_the_broader_one():
    scenarios = {item.id: item for item in threats(small({"flows": ["b a modbus"]})).scenarios}
    assert scenarios["controller-command-forged@c"].includes == ("modbus-writes",)
    assert "modbus-writes@c" not in scenarios


def test_a_plant_yields_tens_of_scenarios():
    assert 20 <= len(threats(production_line()).scenarios) <= 120
