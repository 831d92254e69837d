"""The words of the method: anchors of the ratings, names of objectives, categories, likelihoods and classes.

Source: docs/method.md sections 2 and 3; IEC 62443-3-3:2013 Annex A (classes of violation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from ninefold.base.i18n import Text
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import FR, Category, Objective

Key = tuple[Objective, Category]
Impacts = Mapping[Key, int]
T = TypeVar("T")

OBJECTIVES: Final[dict[Objective, Text]] = {
    Objective.AVAILABILITY: Text("availability", "Verfügbarkeit"),
    Objective.INTEGRITY: Text("integrity", "Integrität"),
    Objective.CONFIDENTIALITY: Text("confidentiality", "Vertraulichkeit"),
}
CATEGORIES: Final[dict[Category, Text]] = {
    Category.PEOPLE: Text("people", "Personen"),
    Category.ENVIRONMENT: Text("environment", "Umwelt"),
    Category.PRODUCTION: Text("production", "Produktion"),
    Category.FINANCIAL: Text("money and quality", "Geld und Qualität"),
    Category.KNOW_HOW: Text("know-how", "Know-how"),
    Category.LEGAL: Text("law", "Recht"),
    Category.REPUTATION: Text("reputation", "Ansehen"),
}
ANCHORS: Final[dict[Category, tuple[Text, Text, Text, Text, Text]]] = {
    Category.PEOPLE: (
        Text("nobody is hurt", "niemand verletzt"),
        Text("first aid", "Erste Hilfe"),
        Text("injury that heals", "heilbare Verletzung"),
        Text("lasting injury", "bleibende Verletzung"),
        Text("death", "Tod"),
    ),
    Category.ENVIRONMENT: (
        Text("no harm", "kein Schaden"),
        Text("on site, cleaned at once", "auf dem Gelände, sofort beseitigt"),
        Text("on site, must be reported", "auf dem Gelände, meldepflichtig"),
        Text("off site, recovers", "außerhalb, erholt sich"),
        Text("off site, lasting", "außerhalb, bleibend"),
    ),
    Category.PRODUCTION: (
        Text("stop under 1 hour", "Stillstand unter 1 Stunde"),
        Text("stop under 1 shift", "Stillstand unter 1 Schicht"),
        Text("stop under 3 days", "Stillstand unter 3 Tagen"),
        Text("stop under 2 weeks", "Stillstand unter 2 Wochen"),
        Text("stop of 2 weeks and longer", "Stillstand ab 2 Wochen"),
    ),
    Category.FINANCIAL: (
        Text("under 0.1 % of turnover", "unter 0,1 % vom Umsatz"),
        Text("under 0.5 % of turnover", "unter 0,5 % vom Umsatz"),
        Text("under 2 % of turnover", "unter 2 % vom Umsatz"),
        Text("under 5 % of turnover", "unter 5 % vom Umsatz"),
        Text("5 % of turnover and more", "ab 5 % vom Umsatz"),
    ),
    Category.KNOW_HOW: (
        Text("public anyway", "ohnehin öffentlich"),
        Text("internal", "intern"),
        Text("hurts if known", "schadet, wenn bekannt"),
        Text("a competitor gains a product", "ein Wettbewerber gewinnt ein Produkt"),
        Text("the basis of the company", "die Grundlage der Firma"),
    ),
    Category.LEGAL: (
        Text("none", "keine Folge"),
        Text("remark", "Beanstandung"),
        Text("fine or order", "Bußgeld oder Anordnung"),
        Text("ban or recall", "Verbot oder Rückruf"),
        Text("licence lost, prosecution", "Zulassung verloren, Strafverfahren"),
    ),
    Category.REPUTATION: (
        Text("none", "keine Folge"),
        Text("one customer", "ein Kunde"),
        Text("region", "Region"),
        Text("industry", "Branche"),
        Text("lasting, public", "dauerhaft, öffentlich"),
    ),
}
CLASSES: Final[dict[int, Text]] = {
    1: Text("by accident", "versehentlich"),
    2: Text("on purpose, simple means", "absichtlich, einfache Mittel"),
    3: Text("skilled, moderate means", "gezielt, mittlere Mittel"),
    4: Text("skilled, extended means", "gezielt, große Mittel"),
}
LIKELIHOODS: Final[tuple[Text, ...]] = (
    Text("not credible", "nicht glaubhaft"),
    Text("rare: once in the life of the plant", "selten: einmal im Leben der Anlage"),
    Text("unlikely: once in 10 years", "unwahrscheinlich: einmal in 10 Jahren"),
    Text("possible: once in 3 years", "möglich: einmal in 3 Jahren"),
    Text("likely: every year", "wahrscheinlich: jedes Jahr"),
    Text("frequent: several times a year", "häufig: mehrmals im Jahr"),
)
BANDS: Final = ((4, Text("low", "gering")), (9, Text("medium", "mittel")), (16, Text("high", "hoch")))
CRITICAL: Final = Text("critical", "kritisch")
FR_SHORT: Final[dict[FR, str]] = {fr: fr.name for fr in FR}


def band(risk: int) -> Text:
    """The word for a risk number 0..25: low 1-4, medium 5-9, high 10-16, critical 17-25."""
    return next((word for top, word in BANDS if risk <= top), CRITICAL)


def key_order(key: Key) -> tuple[int, int]:
    """Objectives in OT order (A, I, C), categories as listed."""
    return _OBJECTIVE_ORDER[key[0]], _CATEGORY_ORDER[key[1]]


_OBJECTIVE_ORDER = {item: index for index, item in enumerate(Objective)}
_CATEGORY_ORDER = {item: index for index, item in enumerate(Category)}


def memo(plant: Plant, name: str, make: Callable[[Plant], T]) -> T:
    """A value computed once per plant. A plant never changes, so neither does what follows from it."""
    store: dict[str, Any] = plant.__dict__
    key = f"_analysis_{name}"
    if key not in store:
        store[key] = make(plant)
    value: T = store[key]
    return value
