"""What stands in the sheets of a workshop's workbook: which fields, under which headings, as which text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final

import msgspec

from ninefold.base.i18n import Text
from ninefold.model.consequences import Consequence
from ninefold.model.decisions import DecisionKind
from ninefold.model.measures import MeasureState
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import AssetKind, Category, Objective

#: Cells of one sheet: row id -> column -> text.
Rows = dict[str, dict[str, str]]


class Column(msgspec.Struct, frozen=True):
    """A column: the field of the model, its heading, allowed words; ``fixed`` columns are not read back."""

    field: str
    title: Text
    words: tuple[str, ...] = ()
    fixed: bool = False


class Sheet(msgspec.Struct, frozen=True):
    """A sheet: its name and columns, where its things stand in the text, and how rows are made of a plant."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    section: str
    make: Callable[[Plant], Iterator[tuple[str, Any]]]


def _words(kind: type[Enum]) -> tuple[str, ...]:
    return tuple(str(item.value) for item in kind)


_ID = Column("id", Text("Id", "Kennung"))
_TITLE = Column("title", Text("Title", "Bezeichnung"))
_OWNER = Column("owner", Text("Owner", "Verantwortlich"))
_NOTE = Column("note", Text("Note", "Bemerkung"))
_RATING = ("1", "2", "3", "4", "5")

INVENTORY: Final = Sheet(
    "inventory",
    Text("Inventory", "Inventar"),
    (
        _ID,
        Column("zone", Text("Zone", "Zone")),
        Column("kind", Text("Kind", "Art"), _words(AssetKind)),
        _TITLE,
        Column("vendor", Text("Vendor", "Hersteller")),
        Column("product", Text("Product", "Produkt")),
        Column("order_number", Text("Order number", "Bestellnummer")),
        Column("hardware_version", Text("Hardware version", "Hardwarestand")),
        Column("firmware", Text("Firmware", "Firmware")),
        Column("serial", Text("Serial number", "Seriennummer")),
        Column("location", Text("Location", "Einbauort")),
        _OWNER,
        Column("services", Text("Services", "Dienste")),
        Column("legacy", Text("Legacy", "Altgerät"), ("true", "false")),
        Column("support_until", Text("Support until", "Support bis")),
        Column("addresses", Text("Addresses (not read back)", "Adressen (nur zur Ansicht)"), fixed=True),
        _NOTE,
    ),
    "assets",
    lambda plant: ((item.id, item) for item in plant.assets),
)
CONSEQUENCES: Final = Sheet(
    "consequences",
    Text("Consequences", "Schadensfolgen"),
    (
        Column("id", Text("Function", "Funktion")),
        Column("objective", Text("Objective (A, I, C)", "Schutzziel (A, I, C)"), _words(Objective)),
        Column("category", Text("Category", "Kategorie"), _words(Category)),
        Column("rating", Text("Rating 1 to 5", "Bewertung 1 bis 5"), _RATING),
        Column("why", Text("Why", "Begründung")),
    ),
    "functions",
    lambda plant: (
        (consequence_id(function.id, item), item) for function in plant.functions for item in function.consequences
    ),
)
MEASURES: Final = Sheet(
    "measures",
    Text("Measures", "Maßnahmen"),
    (
        _ID,
        _TITLE,
        Column("state", Text("State", "Stand"), _words(MeasureState)),
        Column("family", Text("Family", "Familie")),
        _OWNER,
        Column("due", Text("Due", "Termin")),
        Column("cost_once", Text("Cost, once", "Kosten einmalig")),
        Column("cost_yearly", Text("Cost, yearly", "Kosten jährlich")),
        _NOTE,
    ),
    "measures",
    lambda plant: ((item.id, item) for item in plant.measures),
)
DECISIONS: Final = Sheet(
    "decisions",
    Text("Decisions", "Entscheidungen"),
    (
        _ID,
        Column("kind", Text("Kind", "Art"), _words(DecisionKind)),
        Column("subject", Text("Subject", "Gegenstand")),
        Column("value", Text("Value", "Wert")),
        Column("by", Text("By", "Von")),
        Column("role", Text("Role", "Rolle")),
        Column("reason", Text("Reason", "Grund")),
        Column("date", Text("Date", "Datum")),
        Column("expires", Text("Expires", "Gültig bis")),
    ),
    "decisions",
    lambda plant: ((item.id, item) for item in plant.decisions),
)
SHEETS: Final = (INVENTORY, CONSEQUENCES, MEASURES, DECISIONS)

#: The register is computed; what people may add in it is the acceptance of a risk, which becomes a decision.
RISK_COLUMNS: Final = (
    Column("id", Text("Scenario", "Szenario"), fixed=True),
    Column("scope", Text("Zone or conduit", "Zone oder Conduit"), fixed=True),
    Column("unmitigated", Text("Without measures", "Ohne Maßnahmen"), fixed=True),
    Column("current", Text("Today", "Heute"), fixed=True),
    Column("residual", Text("With planned measures", "Mit geplanten Maßnahmen"), fixed=True),
    Column("by", Text("Accepted by", "Akzeptiert von")),
    Column("reason", Text("Reason of the acceptance", "Grund der Akzeptanz")),
    Column("expires", Text("Accepted until", "Akzeptiert bis")),
)
RISKS: Final = Sheet("risks", Text("Risks", "Risiken"), RISK_COLUMNS, "decisions", lambda plant: iter(()))


def consequence_id(function: str, item: Consequence) -> str:
    """The row of a consequence: function, objective and category together."""
    return f"{function}/{item.objective.value}/{item.category.value}"


def rows_of(sheet: Sheet, plant: Plant) -> Rows:
    """All rows of a sheet as text."""
    return {key: {one.field: _cell(key, item, one) for one in sheet.columns} for key, item in sheet.make(plant)}


def _cell(key: str, item: Any, column: Column) -> str:
    if isinstance(item, Consequence) and column.field == "id":
        return key.split("/")[0]
    return as_words(getattr(item, column.field))


def as_words(value: Any) -> str:
    """A value of the model as a person writes it into a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float):
        return "" if not value else str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, tuple):
        return ", ".join(as_words(item) for item in value)
    return str(value)


LISTS: Final = frozenset({"services", "tags", "hostnames"})
