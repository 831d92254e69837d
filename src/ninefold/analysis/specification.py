"""Step 2: what holds for every system - baseline measures, context, roles - and what is still missing of it.

Source: docs/method.md sections 1 and 3; IEC 62443-3-2:2020 ZCR 6.5 to 6.8 (inputs).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ninefold.analysis.capability import UNTRUSTED_ACCESS, mandatory
from ninefold.analysis.coverage import Column, Coverage, measures_of
from ninefold.analysis.exposure import end_of
from ninefold.analysis.measures import FAMILIES, TIERS, Template, catalogue
from ninefold.analysis.overrides import expired
from ninefold.analysis.requirements import standard_table
from ninefold.base.i18n import Text, messages
from ninefold.model.decisions import DecisionKind
from ninefold.model.findings import Finding, Reason, in_order
from ninefold.model.measures import Measure, MeasureState
from ninefold.model.plant import Plant
from ninefold.model.results import BaselineMeasure, Specification
from ninefold.model.vocabulary import Role, Severity, State

say = messages("analysis")

_ORDER: Final = (MeasureState.VERIFIED, MeasureState.IMPLEMENTED, MeasureState.PLANNED)
#: what each role answers for; the guided decision of a machine builder uses it (docs/method.md section 1)
DUTIES: Final[dict[Role, Text]] = {
    Role.PRODUCT_SUPPLIER: Text("the product and its updates", "das Produkt und seine Updates"),
    Role.SYSTEM_INTEGRATOR: Text("zones, conduits, hand-over", "Zonen, Conduits, Übergabe"),
    Role.ASSET_OWNER: Text("operation, tolerable risk, approval", "Betrieb, tolerierbares Risiko, Freigabe"),
    Role.MAINTENANCE_PROVIDER: Text("maintenance and remote access", "Wartung und Fernzugang"),
}


def specification(plant: Plant, *, today: str = "") -> Specification:
    """Baseline measures with what covers them, and findings about context. ``today`` lets decisions lapse."""
    baseline = tuple(_baseline(plant, item) for item in catalogue() if item.baseline)
    argued = _argued(plant, today)
    findings = [*_context(plant), *_roles(plant), *_open(baseline, argued), *_untrusted(plant)]
    return Specification(baseline=baseline, findings=in_order(findings))


def role_for(*, sells_product: bool, builds_system: bool, operates: bool, maintains: bool) -> tuple[Role, ...]:
    """The guided decision: four plain questions, the roles that follow (IEC 62443-1-1; all that apply).

    Who sells a machine under the own name is product supplier of it; who puts it together for a site, or joins it to
    other machines, is integrator as well.
    """
    answers = (
        (sells_product, Role.PRODUCT_SUPPLIER),
        (builds_system, Role.SYSTEM_INTEGRATOR),
        (operates, Role.ASSET_OWNER),
        (maintains, Role.MAINTENANCE_PROVIDER),
    )
    return tuple(role for yes, role in answers if yes)


def _baseline(plant: Plant, template: Template) -> BaselineMeasure:
    covering = [item for item in plant.measures if item.state in _ORDER and covers(item, template)]
    covering.sort(key=lambda item: (_ORDER.index(item.state), item.id))
    names = tuple(item.id for item in covering)
    says = say("Covered by {names}.", names=", ".join(names)) if names else say("Nothing in the plant covers it yet.")
    legacy = (Reason(says=template.legacy),) if template.legacy.en else ()
    where = say("{family}, {tier} level.", family=FAMILIES[template.family], tier=TIERS[template.tier])
    references = (*(name for name, _ in template.provides), *template.cra, *template.nis2)
    return BaselineMeasure(
        id=template.id,
        title=template.title,
        family=template.family,
        tier=template.tier,
        requirements=tuple(name for name, _ in template.provides),
        measures=names,
        state=covering[0].state.value if covering else "",
        why=Reason(says=says, rule="method 3", refs=references, because=(Reason(says=where), *legacy)),
    )


def covers(measure: Measure, template: Template) -> bool:
    """Whether a measure is this entry: by its ``template``, or because it provides everything the entry provides."""
    if measure.template:
        return measure.template == template.id
    table = standard_table()
    provided = {name for part in measure.provides for name in table.provided(part.requirement, part.level)}
    wanted = {name for requirement, level in template.provides for name in table.provided(requirement, level)}
    return bool(wanted) and wanted <= provided


def _argued(plant: Plant, today: str) -> set[str]:
    """Baseline entries that a decision *not applicable* argues away; its subject is the id of the entry."""
    return {
        item.subject.rpartition("/")[2]
        for item in plant.decisions
        if item.kind is DecisionKind.NOT_APPLICABLE and item.reason and item.by and not expired(item, today)
    }


def _open(baseline: Iterable[BaselineMeasure], argued: set[str]) -> Iterator[Finding]:
    for item in baseline:
        if item.measures or item.id in argued:
            continue
        yield Finding(
            rule="baseline-open",
            subject=item.id,
            title=say("Nothing is planned for the baseline measure: {title}.", title=item.title),
            severity=Severity.LOW,
            state=State.FAIL,
            because=(item.why,) if item.why else (),
            references=item.requirements,
            advice=say("Plan it in measures.yaml (template: {id}), or argue why it does not apply.", id=item.id),
        )


def _context(plant: Plant) -> Iterator[Finding]:
    system = plant.system
    limits = system.constraints
    told = any((limits.real_time, limits.availability, limits.patch_windows, limits.legacy, limits.safety))
    checks = (
        (
            bool(system.boundary),
            "no-boundary",
            Severity.MEDIUM,
            say("The boundary of the system is not described."),
            "ZCR 1.1",
        ),
        (told, "no-constraints", Severity.LOW, say("No constraint of the site is described."), "ZCR 6.5"),
        (
            bool(system.assumptions),
            "no-assumptions",
            Severity.LOW,
            say("No assumption about operation is written down."),
            "ZCR 6.5",
        ),
        (
            bool(system.threat_environment),
            "no-threat-environment",
            Severity.LOW,
            say("The threat environment is not described."),
            "ZCR 6.6",
        ),
        (bool(system.policies), "no-policies", Severity.LOW, say("No security policy is named."), "ZCR 6.7"),
    )
    for good, rule, severity, title, reference in checks:
        if not good:
            yield Finding(
                rule=rule,
                subject=system.name,
                title=title,
                severity=severity,
                state=State.UNDECIDED,
                references=(reference,),
                advice=say("Write it down in ninefold.yaml."),
            )


def _roles(plant: Plant) -> Iterator[Finding]:
    system = plant.system
    if not system.organisation.roles:
        yield _missing(plant, "no-role", say("The role of the company for this system is not said."), Severity.MEDIUM)
    known = {*system.organisation.roles, *(party.role for party in system.parties)}
    for role, duty in DUTIES.items():
        if role is Role.MAINTENANCE_PROVIDER and not any(vpn.users for vpn in plant.vpns):
            continue
        if known and role not in known:
            title = say("Nobody is named as {role}: responsible for {duty}.", role=role.value, duty=duty)
            yield _missing(plant, "role-open", title, Severity.LOW, role.value)
    for zone in plant.zones:
        responsible = zone.owner or any(zone.id in party.scope for party in system.parties)
        if not responsible and not system.organisation.roles:
            title = say("Nobody is responsible for zone {zone}.", zone=zone.name)
            yield _missing(plant, "zone-without-owner", title, Severity.LOW, zone.id)


def _missing(plant: Plant, rule: str, title: object, severity: Severity, discriminator: str = "") -> Finding:
    return Finding(
        rule=rule,
        subject=plant.system.name,
        discriminator=discriminator,
        title=title,  # type: ignore[arg-type]
        severity=severity,
        state=State.UNDECIDED,
        references=("IEC 62443-1-1",),
        advice=say("Name organisation, roles and parties in ninefold.yaml."),
    )


def _untrusted(plant: Plant) -> Iterator[Finding]:
    """The fixed baseline for people's access over untrusted networks."""
    table = standard_table()
    coverage = Coverage(plant, table, measures_of(plant, Column.PLANNED))
    for scope in mandatory(plant, table):
        asked = [name for name in UNTRUSTED_ACCESS if name in mandatory(plant, table)[scope]]
        if not asked:
            continue
        missing = [name for name in asked if coverage.status(scope, name, table.level[name]).met is not True]
        if missing:
            names = ", ".join(missing)
            yield Finding(
                rule="untrusted-access-baseline",
                subject=scope,
                title=say(
                    "People work over an untrusted network into {scope}; missing: {names}.", scope=scope, names=names
                ),
                severity=Severity.HIGH,
                because=_flows_into(plant, scope),
                references=tuple(missing),
                advice=say("Plan remote-vpn, remote-mfa, remote-consent and zone-firewall for it."),
            )


def _flows_into(plant: Plant, scope: str) -> tuple[Reason, ...]:
    found = [
        flow
        for conduit, flow in plant.flows
        if end_of(plant, flow.source).outside and scope in {conduit.id, end_of(plant, flow.target).zone}
    ]
    return tuple(
        Reason(says=say("Flow {flow} begins outside.", flow=flow.id), refs=(flow.id,), rule="method 3")
        for flow in found
    )
