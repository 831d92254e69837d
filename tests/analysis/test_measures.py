"""The catalogue of measures and step 2: what holds for every system."""

from __future__ import annotations

import msgspec
import pytest

from analysis.plants import production_line
from analysis.test_risk import measure
from ninefold.analysis.measures import FAMILIES, TIERS, by_id, candidate, catalogue, suggestions
from ninefold.analysis.optimise import optimise
from ninefold.analysis.protection import protection
from ninefold.analysis.requirements import standard_table
from ninefold.analysis.risk import risk
from ninefold.analysis.specification import role_for, specification
from ninefold.analysis.threats import threats
from ninefold.base.i18n import speaking
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.system import Organisation
from ninefold.model.vocabulary import Category, Role, Severity
from ninefold.standards import attack
from ninefold.standards import catalogue as standards

LINE = production_line()


def test_there_are_enough_on_each_level_and_in_each_family():
    assert len(catalogue()) >= 120
    assert len(by_id()) == len(catalogue())
    assert {item.tier for item in catalogue()} == set(TIERS)
    assert {item.family for item in catalogue()} == set(FAMILIES)


@pytest.mark.parametrize("item", catalogue(), ids=lambda item: item.id)
def test_each_entry_cites_only_what_exists(item):
    assert item.title.en
    assert item.title.de
    assert bool(item.legacy.en) == bool(item.legacy.de)
    assert all(standard_table().systems(name) and 1 <= level <= 4 for name, level in item.provides)
    assert all(attack.mitigation(name) for name in item.mitigations)
    assert all(name in {c.value for c in Category} for name in item.lowers)
    assert item.provides or item.mitigations or item.nis2 or item.lowers
    assert item.cost[0] >= 0


def test_every_requirement_up_to_level_three_has_a_measure():
    table = standard_table()
    provided = {
        name
        for item in catalogue()
        for requirement, level in item.provides
        for name in table.provided(requirement, level)
    }
    assert {name for name, level in table.level.items() if name.startswith("SR ") and level <= 3} <= provided


def test_cra_and_nis2_items_exist():
    known = {item.id for item in standards.entries()}
    cited = {name for item in catalogue() for name in (*item.cra, *item.nis2)}
    assert not cited - known if any(name.startswith("NIS2") for name in known) else cited


def test_a_candidate_has_a_title_in_the_language_of_the_moment():
    with speaking("de"):
        assert candidate(by_id()["zone-firewall"], "z1").title.startswith("Firewall an")
    assert candidate(by_id()["zone-firewall"], "z1").id == "zone-firewall@z1"


def test_suggestions_let_the_optimiser_find_a_plan():
    parts = LINE, protection(LINE), threats(LINE)
    found = suggestions(LINE, risk(*parts))
    assert len(found) > 50
    plan = optimise(msgspec.structs.replace(LINE, own_measures=found), parts[2], seconds=10)
    assert plan.optimal
    assert plan.chosen
    assert not {
        item.requirement for item in plan.unmet if item.requirement and standard_table().level[item.requirement] <= 3
    }


def test_the_optimiser_takes_from_the_catalogue_what_the_plant_lacks():
    found = threats(LINE)
    own = msgspec.structs.replace(measure("fw", "SR 5.2", "SR 5.1", scope="z0 z1 z2 z3", level=4), cost_once=5.0)
    plan = optimise(msgspec.structs.replace(LINE, measures=(own,)), found, seconds=10)
    chosen = {item.measure for item in plan.chosen}
    assert "fw" in chosen
    assert any(name.startswith(("personal-accounts@", "jump-host@")) for name in chosen)
    assert not optimise(LINE, found, catalogue=False).chosen


def findings(plant):
    return {(item.rule, item.subject): item for item in specification(plant).findings}


def test_the_baseline_says_what_covers_it():
    own = msgspec.structs.replace(measure("fw", "SR 5.2", scope="z1"), template="zone-firewall")
    found = {item.id: item for item in specification(msgspec.structs.replace(LINE, measures=(own,))).baseline}
    assert found["zone-firewall"].measures == ("fw",)
    assert found["zone-firewall"].state == "planned"
    assert found["default-passwords-changed"].measures == ()
    assert {item.family for item in found.values()} == set(FAMILIES)


def test_a_measure_without_template_covers_by_what_it_provides():
    own = measure("box", "SR 5.2", "SR 5.1", scope="z1")
    found = {item.id: item for item in specification(msgspec.structs.replace(LINE, measures=(own,))).baseline}
    assert found["zone-firewall"].measures == ("box",)


def test_open_baseline_is_a_low_finding_until_planned_or_argued():
    assert findings(LINE)["baseline-open", "remote-mfa"].severity is Severity.LOW
    argued = Decision(id="d", kind=DecisionKind.NOT_APPLICABLE, subject="remote-mfa", by="A", reason="No remote access")
    assert ("baseline-open", "remote-mfa") not in findings(msgspec.structs.replace(LINE, decisions=(argued,)))


def test_access_over_untrusted_networks_without_its_baseline_is_a_high_finding():
    assert findings(LINE)["untrusted-access-baseline", "z3"].severity is Severity.HIGH
    remote = measure("r", "SR 1.1", "SR 1.13", "SR 3.1", "SR 4.1", "SR 5.2", scope="z3 c-outside", level=3)
    assert ("untrusted-access-baseline", "z3") not in findings(msgspec.structs.replace(LINE, measures=(remote,)))


def test_context_and_roles_are_asked_for():
    rules = {rule for rule, _ in findings(LINE)}
    assert {"no-role", "no-boundary", "no-constraints", "no-assumptions", "zone-without-owner"} <= rules
    system = msgspec.structs.replace(
        LINE.system, boundary="b", organisation=Organisation(name="o", roles=(Role.ASSET_OWNER,))
    )
    rules = {rule for rule, _ in findings(msgspec.structs.replace(LINE, system=system))}
    assert rules.isdisjoint({"no-role", "no-boundary", "zone-without-owner"})
    assert "role-open" in rules


def test_a_machine_builder_is_guided_to_the_roles():
    roles = role_for(sells_product=True, builds_system=True, operates=False, maintains=False)
    assert roles == (Role.PRODUCT_SUPPLIER, Role.SYSTEM_INTEGRATOR)
