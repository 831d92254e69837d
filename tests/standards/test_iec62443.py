"""IEC 62443 tables: the published totals, the levels, and the bridge from systems to components."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from ninefold.base.errors import InputError
from ninefold.model.levels import Vector
from ninefold.model.vocabulary import FR, ComponentType
from ninefold.standards import iec62443_3_3 as sr
from ninefold.standards import iec62443_4_2 as cr


def test_3_3_has_the_published_totals() -> None:
    totals = [sum(len(sr.in_force(fr, level)) for fr in FR) for level in range(5)]
    assert totals == [0, 37, 60, 90, 100]
    assert Counter(item.enhancement for item in sr.requirements()) == {False: 51, True: 49}


@pytest.mark.parametrize(
    ("level", "per_fr"),
    [
        (1, (10, 8, 5, 2, 4, 1, 7)),
        (2, (16, 12, 10, 4, 6, 2, 10)),
        (3, (22, 21, 16, 5, 10, 3, 13)),
        (4, (24, 24, 19, 6, 11, 3, 13)),
    ],
)
def test_3_3_per_foundational_requirement(level: int, per_fr: tuple[int, ...]) -> None:
    assert tuple(len(sr.in_force(fr, level)) for fr in FR) == per_fr


def test_a_vector_asks_for_the_sum_of_its_parts() -> None:
    ids = {item.id for item in sr.needed(Vector(iac=1, rdf=2))}
    assert {"SR 1.1", "SR 5.1", "SR 5.2 RE 1"} <= ids
    assert "SR 1.2" not in ids  # SL 2 of an FR that is at 1
    assert not any(item.startswith("SR 2") for item in ids)


def test_unknown_is_not_zero() -> None:
    with pytest.raises(InputError, match="DC"):
        sr.needed(Vector(dc=None))


def test_an_enhancement_is_never_easier_than_its_base() -> None:
    for item in sr.requirements():
        if item.enhancement:
            assert sr.get(item.base).level <= item.level
    for component in cr.requirements():
        if component.base:
            assert cr.get(component.base).level <= component.level


def test_the_correction_of_2014_is_in() -> None:
    assert sr.get("SR 3.4").level == 2
    assert "COR1" in sr.get("SR 3.4").doubt
    assert sr.get("SR 3.4").clause == "7.6"


@pytest.mark.parametrize(
    ("component", "totals"),
    [
        (ComponentType.SOFTWARE, (34, 53, 67, 73)),
        (ComponentType.EMBEDDED, (36, 61, 77, 83)),
        (ComponentType.HOST, (36, 62, 78, 84)),
        (ComponentType.NETWORK, (40, 67, 86, 92)),
    ],
)
def test_4_2_per_type(component: ComponentType, totals: tuple[int, ...]) -> None:
    assert tuple(len(cr.by_type(component, level)) for level in (1, 2, 3, 4)) == totals


def test_4_2_counts() -> None:
    assert Counter(bool(item.base) for item in cr.requirements()) == {False: 73, True: 49}
    assert len(cr.headings()) == 15


def test_every_system_requirement_has_its_row() -> None:
    rows = cr.correspondences()
    assert [row.sr for row in rows if row.sr] == [item.id for item in sr.requirements()]
    relations = Counter(row.relation for row in rows)
    assert relations == {
        "same": 60, "type-specific": 11, "analogous": 7, "absorbed-in-base": 4, "none": 18, "component-only": 39,
    }  # fmt: skip
    assert {key for row in rows for key in row.crs} == {item.id for item in cr.requirements()}


def test_carriers_go_by_component_type() -> None:
    assert [item.id for item in cr.carriers("SR 1.1")] == ["CR 1.1"]
    assert [item.id for item in cr.carriers("SR 2.4")] == ["SAR 2.4", "EDR 2.4", "HDR 2.4", "NDR 2.4"]
    assert [item.id for item in cr.carriers("SR 2.4", ComponentType.EMBEDDED)] == ["EDR 2.4"]
    assert cr.carriers("SR 5.1 RE 1") == ()
    assert [row.sr for row in cr.carried("CR 3.8")] == ["SR 3.8", "SR 3.8 RE 1", "SR 3.8 RE 2", "SR 3.8 RE 3"]


def test_a_heading_says_what_stands_behind_it() -> None:
    with pytest.raises(InputError, match=r"NDR 5\.2"):
        cr.get("CR 5.2")
    assert [item.id for item in cr.resolve("CR 5.2")] == ["NDR 5.2"]
    assert cr.resolve("CR 5.4") == ()


def test_looking_up_3_3_is_quick() -> None:
    code = (
        "import ninefold.model.levels, time; t = time.perf_counter();"
        "from ninefold.standards import iec62443_3_3 as s; s.requirements(); print(time.perf_counter() - t)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    assert min(float(run.stdout) for run in runs) < 0.05
