"""Words of the tables of standards on the screen: relations, names of facts, values that repeat.

The tables and ``--json`` keep the keys; only what a person reads is put into words. A word that is not known here
appears as it stands in the table.
"""

from __future__ import annotations

import re
from typing import Final

from ninefold.base.i18n import Message
from ninefold.cli.door import say

RELATIONS: Final[dict[str, Message]] = {
    "supports": say("supports"),
    "supported by": say("supported by"),
    "carries": say("carries"),
    "carried by": say("carried by"),
    "part of": say("part of"),
    "has part": say("has part"),
    "mitigates": say("mitigates"),
    "mitigated by": say("mitigated by"),
    "targets": say("targets"),
    "targeted by": say("targeted by"),
    "serves": say("serves"),
    "served by": say("served by"),
    "labelled as": say("labelled as"),
    "label of": say("label of"),
}

FACTS: Final[dict[str, Message]] = {
    "actor": say("actor"),
    "applies_from": say("applies from"),
    "assets": say("assets concerned"),
    "clause": say("clause"),
    "conditionality": say("condition"),
    "coverage": say("coverage by IEC 62443"),
    "evidence": say("evidence"),
    "fine_tier": say("tier of fines"),
    "fr": say("FR"),
    "gap": say("gap"),
    "iec62443_2_1": say("IEC 62443-2-1"),
    "iec62443_2_4": say("IEC 62443-2-4"),
    "iec62443_3_3": say("IEC 62443-3-3"),
    "iec62443_4_1": say("IEC 62443-4-1"),
    "iec62443_4_2": say("IEC 62443-4-2"),
    "iso27001": say("ISO/IEC 27001"),
    "iso27001_enisa": say("ISO/IEC 27001 after ENISA"),
    "kind": say("kind"),
    "level": say("from SL"),
    "mitigations": say("mitigations"),
    "note": say("note"),
    "operator": say("addressee"),
    "order": say("position"),
    "other": say("further"),
    "parent": say("belongs to"),
    "part": say("part"),
    "period": say("period"),
    "placed_before_2027_12_11": say("for products placed on the market before 2027-12-11"),
    "ref": say("reference"),
    "resolves_to": say("resolves to"),
    "status": say("status"),
    "strength": say("support"),
    "tactics": say("tactics"),
    "techniques": say("techniques"),
    "text_de": say("text"),
    "text_en": say("text"),
    "theme": say("theme"),
    "trigger": say("trigger"),
    "type": say("component type"),
}

_KINDS: Final[dict[str, Message]] = {
    "area": say("area"),
    "base": say("base requirement"),
    "category_A": say("category, Annex I Part A"),
    "category_B": say("category, Annex I Part B"),
    "clock": say("reporting period"),
    "date": say("date"),
    "definition": say("definition"),
    "doc_item": say("item of the documents"),
    "duty": say("duty"),
    "ehsr": say("essential health and safety requirement"),
    "element": say("element"),
    "enhancement": say("requirement enhancement"),
    "fine": say("fine"),
    "group": say("group"),
    "interplay": say("interplay of acts"),
    "list": say("list"),
    "maturity-level": say("maturity level"),
    "module": say("conformity assessment module"),
    "practice": say("practice"),
    "presumption": say("presumption of conformity"),
    "requirement": say("requirement"),
    "rule": say("rule"),
    "scope": say("scope"),
    "spe": say("security programme element"),
    "standard": say("standard"),
    "state": say("state"),
    "techdoc": say("technical documentation"),
}

_PEOPLE: Final[dict[str, Message]] = {
    "CSIRT coordinator": say("CSIRT designated as coordinator"),
    "Commission": say("Commission"),
    "all": say("all"),
    "all economic operators": say("all economic operators"),
    "any other person (integrator, operator)": say("any other person (integrator, operator)"),
    "anyone": say("anyone"),
    "asset-owner": say("asset owner"),
    "authorised representative": say("authorised representative"),
    "distributor": say("distributor"),
    "importer": say("importer"),
    "importer or distributor": say("importer or distributor"),
    "manufacturer": say("manufacturer"),
    "micro and small manufacturer": say("micro and small manufacturer"),
    "micro and small manufacturer; steward": say("micro and small manufacturer; open-source software steward"),
    "notified bodies, Member States": say("notified bodies, Member States"),
    "open-source steward": say("open-source software steward"),
    "product-supplier": say("product supplier"),
}

_VALUES: Final[dict[str, dict[str, Message]]] = {
    "kind": _KINDS,
    "operator": _PEOPLE,
    "actor": _PEOPLE,
    "type": {
        "all": say("all"),
        "embedded-device": say("embedded device"),
        "host-device": say("host device"),
        "network-device": say("network device"),
        "software-application": say("software application"),
    },
    "theme": {
        "organisational": say("organisational"),
        "people": say("people"),
        "physical": say("physical"),
        "technological": say("technological"),
    },
    "strength": {"none": say("none"), "partial": say("partial"), "strong": say("strong"), "weak": say("weak")},
    "coverage": {"full": say("full"), "partial": say("partial"), "gap": say("gap")},
    "conditionality": {
        "unconditional": say("unconditional"),
        "risk-based, where applicable": say("risk-based, where applicable"),
        "risk-based, where applicable; tailor-made exception": say(
            "risk-based, where applicable; exception for tailor-made products"
        ),
        "unconditional; tailor-made exception for free of charge": say(
            "unconditional; free of charge except for tailor-made products"
        ),
    },
    "status": {
        "draft": say("draft"),
        "expected": say("expected"),
        "in force": say("in force"),
        "published guidance": say("published guidance"),
        "no scheme referenced as of 2026-09": say("no scheme referenced as of 2026-09"),
    },
    "placed_before_2027_12_11": {
        "no": say("no"),
        "yes": say("yes"),
        "only if substantially modified from this date (Art. 69(2))": say(
            "only if substantially modified from this date (Art. 69(2))"
        ),
        "yes, all in-scope products (Art. 69(3))": say("yes, all products in scope (Art. 69(3))"),
    },
    "fine_tier": {
        "A (not for micro/small, Art. 64(10)(a))": say("A (not for micro and small companies, Art. 64(10)(a))"),
        "none (Art. 64(10)(b))": say("none (Art. 64(10)(b))"),
    },
}

NAMES: Final[dict[str, Message]] = {
    "Machinery Regulation": say("Machinery Regulation"),
    "2013 with COR1:2014": say("2013 with COR1:2014"),
    "2022, Annex A": say("2022, Annex A"),
    "Regulation (EU) 2024/2847": say("Regulation (EU) 2024/2847"),
    "Directive (EU) 2022/2555": say("Directive (EU) 2022/2555"),
    "Regulation (EU) 2023/1230": say("Regulation (EU) 2023/1230"),
    "confidence medium": say("confidence medium"),
    "confidence low": say("confidence low"),
    "The title is our working label, not that of the standard.": say(
        "The title is our working label, not that of the standard."
    ),
}


_PLACES: Final[dict[str, Message]] = {
    "Annex": say("Annex"),
    "Clause": say("Clause"),
    "Part": say("Part"),
    "last": say("last"),
    "para": say("para"),
    "point": say("point"),
    "recital": say("recital"),
    "section": say("section"),
    "sentence": say("sentence"),
    "subpara": say("subpara"),
    "Machinery Regulation": NAMES["Machinery Regulation"],
}
_PLACE: Final = re.compile(rf"\b({'|'.join(_PLACES)})\b")


def word(words: dict[str, Message], key: str) -> str:
    """The word for a key in the language of the moment; the key itself where there is none."""
    return str(words.get(key, key))


def place(reference: str) -> str:
    """A place in an act (``Annex III 1.1.9 para 1``) in the language of the moment; numbers stay as they are."""
    return _PLACE.sub(lambda found: str(_PLACES[found[0]]), reference)


def facts(found: dict[str, str], lang: str) -> list[str]:
    """The facts of an entry as ``name: value``; of a text in two languages only that of ``lang``."""
    other = "_en" if lang == "de" else "_de"
    return [
        f"{word(FACTS, key)}: {_value(key, value)}"
        for key, value in found.items()
        if value and not (key.endswith(other) and f"{key[:-3]}_{lang}" in found)
    ]


def _value(key: str, value: str) -> str:
    return place(value) if key == "ref" else word(_VALUES.get(key, {}), value)
