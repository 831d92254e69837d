"""The one door to all tables, and the links walked both ways."""

from __future__ import annotations

import json

import pytest

from ninefold.base.errors import InputError
from ninefold.standards import attack, catalogue, links, timeline
from ninefold.standards.tables import DATA, rows


def kinds(standard: str, kind: str) -> int:
    return sum(item.facts.get("kind") == kind for item in catalogue.entries(standard))


def test_published_totals() -> None:
    assert kinds("IEC 62443-4-1", "requirement") == 47
    assert (kinds("IEC 62443-2-4", "base"), kinds("IEC 62443-2-4", "enhancement")) == (72, 51)
    assert [kinds("IEC 62443-2-1", kind) for kind in ("spe", "element", "requirement")] == [8, 16, 87]
    assert (kinds("IEC 62443-3-2", "group"), kinds("IEC 62443-3-2", "requirement")) == (7, 32)
    assert kinds("IEC 62443-2-3", "state") == 11
    assert len(catalogue.entries("ISO/IEC 27001")) == 93
    assert len(catalogue.entries("NIS 2")) == 10
    assert len(rows("cra_annex1")) == 22
    assert len(timeline.events()) == 64


def test_practices_of_4_1() -> None:
    found = [
        sum(row["parent"] == code for row in rows("iec62443_4_1"))
        for code in ["SM", "SR", "SD", "SI", "SVV", "DM", "SUM", "SG"]
    ]
    assert found == [13, 5, 4, 2, 5, 6, 5, 7]


def test_attack_for_ics() -> None:
    assert [len(make()) for make in (attack.techniques, attack.mitigations, attack.assets, attack.tactics)] == [
        83, 52, 18, 12,
    ]  # fmt: skip
    assert "SR 5.1" in attack.requirements_against("T0843")
    assert "T0843" in attack.techniques_against("SR 5.1")
    assert "MITRE" in attack.NOTICE
    assert attack.NOTICE.split(".")[0] in (DATA / "SOURCES.md").read_text(encoding="utf-8")


def test_keys_are_standard_and_id() -> None:
    assert [item.key for item in catalogue.lookup("SR-1")] == [("IEC 62443-4-1", "SR-1")]
    assert [item.key for item in catalogue.lookup("sr1.1 re(2)")] == [("IEC 62443-3-3", "SR 1.1 RE 2")]
    keys = [item.key for item in catalogue.entries()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("text", "standard", "key"),
    [
        ("IEC 62443-4-1 SM-1", "IEC 62443-4-1", "SM-1"),
        ("4-1 SM-1", "IEC 62443-4-1", "SM-1"),
        ("62443-3-3 SR 7.8", "IEC 62443-3-3", "SR 7.8"),
        ("T0843", "ATT&CK for ICS", "T0843"),
        ("CR 5.2", "IEC 62443-4-2", "CR 5.2"),
        ("SP.01.01 RE(1)", "IEC 62443-2-4", "SP.01.01 RE(1)"),
        ("ISO A.8.22", "ISO/IEC 27001", "A.8.22"),
        ("NIS2 Art. 21(2)(b)", "NIS 2", "NIS2-21-2-b"),
        ("Annex I Part I (2)(b)", "CRA", "CRA-I-2b"),
        ("ISO/IEC 27001 A.5.1", "ISO/IEC 27001", "A.5.1"),
    ],
)
def test_people_write_ids_in_many_ways(text: str, standard: str, key: str) -> None:
    assert (standard, key) in [item.key for item in catalogue.lookup(text)]


def test_an_unknown_id_suggests_the_nearest() -> None:
    with pytest.raises(InputError, match=r"SR 1\.1"):
        catalogue.lookup("SR 1.1.1")
    with pytest.raises(InputError):
        catalogue.lookup("4-1 SR 1.1")


def test_links_are_walked_both_ways() -> None:
    here = catalogue.links("IEC 62443-3-3", "SR 7.8")
    assert ("carried by", "IEC 62443-4-2", "CR 7.8") in [(link.relation, link.standard, link.id) for link in here]
    assert ("supports", "CRA", "CRA-I-2a") in [(link.relation, link.standard, link.id) for link in here]
    back = catalogue.links("CRA", "CRA-I-2a")
    assert ("supported by", "IEC 62443-3-3", "SR 7.8") in [(link.relation, link.standard, link.id) for link in back]


def test_every_link_leads_somewhere() -> None:
    known = {item.key for item in catalogue.entries()}
    assert sorted(links.ends() - known) == []


def test_show_is_plain_json() -> None:
    shown = catalogue.show("SR 1.1")
    assert shown["schema"] == "ninefold.standards/1"
    entry = shown["entries"][0]
    assert entry["title"]["de"].startswith("Identifizierung")
    assert entry["facts"]["level"] == "1"
    assert json.loads(json.dumps(shown)) == shown


def test_every_row_says_where_it_comes_from_and_speaks_german() -> None:
    for item in catalogue.entries():
        assert item.source, item.key
        assert item.title.en, item.key
        assert item.title.de, item.key
    assert all(event.title.de for event in timeline.events())


# a German engineer says these as they are
SAME_IN_BOTH = {"Switch", "Firewall", "Rootkit"}


@pytest.mark.parametrize("table", sorted(file.stem for file in DATA.glob("*.csv")))
def test_every_row_has_its_texts_in_both_languages(table: str) -> None:
    """An empty German cell would appear in English, in the middle of a German page."""
    for row in rows(table):
        for column in [name for name in row if name.endswith("_en")]:
            english, german = row[column].strip(), row[f"{column[:-3]}_de"].strip()
            assert english, f"{table}: {row['id']} has no English {column[:-3]}"
            assert german, f"{table}: {row['id']} has no German {column[:-3]}"
            assert german != english or english in SAME_IN_BOTH, f"{table}: {row['id']} is not German: {german}"
