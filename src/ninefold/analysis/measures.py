"""The catalogue of measures: corporate, network and product level (defence in depth), in seven families.

Each entry says what it provides, which ATT&CK for ICS mitigations it is, which items of CRA annex I and NIS 2 article
21 it serves, and what helps where equipment is too old. Costs are rough and meant to be replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import msgspec

from ninefold.analysis.catalogue import load
from ninefold.analysis.requirements import standard_table
from ninefold.base.i18n import Text, language
from ninefold.model.assessment import RequirementStatus, Risk
from ninefold.model.measures import Measure, MeasureState, Provision
from ninefold.model.plant import Plant

FAMILIES: Final[dict[str, Text]] = {
    "segmentation": Text("Segmentation", "Segmentierung"),
    "data-protection": Text("Protection of data stored and sent", "Schutz gespeicherter und gesendeter Daten"),
    "authentication": Text("Authentication of users", "Authentifizierung der Benutzer"),
    "monitoring": Text("Logging and monitoring", "Protokollierung und Überwachung"),
    "hardening": Text("Hardening", "Härtung"),
    "maintenance": Text(
        "Configuration, update, backup, restore", "Konfiguration, Update, Sicherung, Wiederherstellung"
    ),
    "organisation": Text("Organisation", "Organisation"),
}
TIERS: Final[dict[str, Text]] = {
    "corporate": Text("Company", "Unternehmen"),
    "network": Text("Network", "Netz"),
    "product": Text("Product", "Produkt"),
}


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the catalogue. ``provides``: (requirement, up to level). ``cost`` is (once, yearly)."""

    id: str
    title: Text
    family: str
    tier: str
    provides: tuple[tuple[str, int], ...] = ()
    per_asset: bool = False
    compensates: bool = False
    baseline: bool = False
    mitigations: tuple[str, ...] = ()
    cra: tuple[str, ...] = ()
    nis2: tuple[str, ...] = ()
    lowers: tuple[str, ...] = ()
    legacy: Text = Text("")
    cost: tuple[float, float] = (0.0, 0.0)


@cache
def catalogue() -> tuple[Template, ...]:
    """All entries, corporate level first, in the order of the files."""
    rows: list[Template] = []
    for tier in TIERS:
        number = {"corporate": 10, "network": 20, "product": 30}[tier]
        rows += [_template(row, tier) for row in load(f"measures-{number}")]
    return tuple(rows)


@cache
def by_id() -> dict[str, Template]:
    """Entries by id."""
    return {item.id: item for item in catalogue()}


def _template(row: dict[str, Any], tier: str) -> Template:
    once, _, yearly = row.get("c", "0/0").partition("/")
    return Template(
        id=row["id"],
        title=Text(row["en"], row["de"]),
        family=row["f"],
        tier=tier,
        provides=tuple(_provision(item) for item in row.get("p", "").split(";") if item.strip()),
        per_asset=row.get("each") == "yes",
        compensates=row.get("comp") == "yes",
        baseline=row.get("b") == "yes",
        mitigations=tuple(row.get("m", "").split()),
        cra=tuple(f"CRA-{item}" for item in row.get("cra", "").split()),
        nis2=tuple(f"NIS2-21-2-{item}" for item in row.get("nis2", "").split()),
        lowers=tuple(row.get("lowers", "").split()),
        legacy=Text(row.get("old_en", ""), row.get("old_de", "")),
        cost=(float(once), float(yearly or 0)),
    )


def _provision(text: str) -> tuple[str, int]:
    requirement, _, level = text.strip().rpartition(" ")
    return requirement, int(level)


def candidate(template: Template, scope: str, *, components: tuple[str, ...] = ()) -> Measure:
    """A candidate measure for a zone, conduit or asset, made from an entry; its title in the current language."""
    # what compensates at the boundary is met once for the zone; the rest on each asset where the entry says so
    return Measure(
        id=f"{template.id}@{scope}",
        title=template.title.de if language() == "de" else template.title.en,
        state=MeasureState.CANDIDATE,
        template=template.id,
        family=template.family,
        tier=template.tier,
        provides=tuple(
            Provision(
                requirement=requirement,
                level=level,
                scope=(scope,),
                per_asset=template.per_asset,
                compensates=template.compensates,
            )
            for requirement, level in template.provides
        ),
        components=components or (f"{template.id}@{scope}",),
        lowers=template.lowers,
        cost_once=template.cost[0],
        cost_yearly=template.cost[1],
        mitigations=template.mitigations,
    )


def suggestions(plant: Plant, risk: Risk) -> tuple[Measure, ...]:
    """Candidates of the catalogue for every open requirement: what ``risk optimise`` may choose from.

    One candidate per entry and scope; measures that the plant has already (by ``template``) are not suggested again.
    """
    present = {(m.template, scope) for m in plant.measures if m.template for p in m.provides for scope in p.scope}
    found: dict[str, Measure] = {}
    for row in _open(risk):
        for template in providers(row.requirement, row.level):
            if (template.id, row.scope) not in present:
                measure = candidate(template, row.scope)
                found.setdefault(measure.id, measure)
    return tuple(found[name] for name in sorted(found))


def _open(risk: Risk) -> Iterable[RequirementStatus]:
    return (row for row in risk.requirements if row.capability is not True and not row.not_applicable)


@cache
def providers(requirement: str, level: int) -> tuple[Template, ...]:
    """Entries of the catalogue that meet a requirement for a zone of a level."""
    table = standard_table()
    needed = table.needed(requirement, level)
    return tuple(
        item
        for item in catalogue()
        if any(requirement in table.provided(name, top) and top >= needed for name, top in item.provides)
    )
