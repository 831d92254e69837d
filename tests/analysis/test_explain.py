"""Explanations reach from a number to facts and rules; every link can be followed back."""

from __future__ import annotations

import msgspec
import pytest

from analysis.plants import production_line
from analysis.test_risk import measure
from ninefold.analysis.explain import explain
from ninefold.analysis.protection import protection
from ninefold.analysis.risk import risk
from ninefold.analysis.threats import threats
from ninefold.base.errors import InputError
from ninefold.base.i18n import speaking
from ninefold.model.findings import Reason, to_plain
from ninefold.model.measures import MeasureState

PLANT = msgspec.structs.replace(
    production_line(),
    measures=(measure("fw", "SR 5.2", "SR 5.1", scope="z1", level=2, state=MeasureState.IMPLEMENTED),),
)
PARTS = (PLANT, protection(PLANT), threats(PLANT))
RISK = risk(*PARTS)


def tell(identifier: str) -> Reason:
    return explain(identifier, *PARTS, RISK)


def refs(reason: Reason) -> set[str]:
    return set(reason.refs) | {name for item in reason.because for name in refs(item)}


def words(reason: Reason) -> str:
    return " | ".join([str(reason.says), *(words(item) for item in reason.because)])


def test_a_level_reaches_down_to_function_chain_and_exposure():
    reason = tell("z0/SI")
    assert reason.value == 3
    assert {"protect", "splc", "z0"} <= refs(reason)
    assert "likelihood 1" in words(reason)
    assert "office" in refs(reason) or "service" in refs(reason)
    assert tell("z0 SI") == reason


def test_a_raised_level_names_whom_it_administers():
    assert "administer" in words(tell("z3/IAC")) or tell("z3/IAC").value == 2


@pytest.mark.parametrize("identifier", ["z1", "c10", "plc", "protect", "fw", "initial", "malware-in-zone", "SR 5.2"])
def test_every_kind_of_value_has_an_explanation(identifier):
    assert str(tell(identifier).says)
    assert to_plain(tell(identifier))


def test_a_requirement_leads_to_the_measure_and_the_measure_back():
    assert "fw" in words(tell("z1/SR 5.2"))
    assert tell("SR 5.2@z1") == tell("z1/SR 5.2")
    assert {"z1", "SR 5.2"} <= refs(tell("fw"))


def test_a_scenario_leads_to_its_requirements_and_back():
    assert {"SR 3.2", "SR 5.2"} <= refs(tell("malware-in-zone@z1"))
    assert "malware-in-zone@z1" in refs(tell("SR 5.2"))
    assert "malware-in-zone@z1" in refs(tell("fw"))


def test_a_finding_is_explained():
    finding = RISK.findings[0]
    assert tell(finding.id).says == finding.title


def test_an_unknown_id_suggests_the_nearest():
    with pytest.raises(InputError, match="malware-in-zone@z1"):
        tell("malware-in-zone@z11")


def test_it_speaks_german():
    with speaking("de"):
        assert "Schutzbedarf" in str(tell("plc").says)
        assert "Wahrscheinlichkeit" in words(tell("z0/SI"))
