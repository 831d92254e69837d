"""The zone and conduit diagram: nothing overlaps, nothing is missing, same bytes again."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import plants
import pytest

from ninefold.base.i18n import speaking
from ninefold.documents.diagrams.graph import build
from ninefold.documents.diagrams.layout import ElkLayout, Layout, Placed, SimpleLayout
from ninefold.documents.diagrams.route import Box
from ninefold.documents.diagrams.zones import Detail, ZonePicture
from ninefold.documents.typst import picture_file
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.zones import Zone

LINE = plants.line()
LEVELS = plants.assess(LINE, plants.TARGETS)[2].levels


def placed(plant: Plant, layout: Layout) -> Placed:
    return layout.place(build(plant, (), assets=False).graph)


@pytest.mark.parametrize("layout", [ElkLayout(), SimpleLayout()], ids=["elk", "simple"])
@pytest.mark.parametrize("plant", [LINE, plants.large(30, 90)], ids=["line", "large"])
def test_labels_never_overlap_and_lines_are_orthogonal(plant: Plant, layout: Layout) -> None:
    result = placed(plant, layout)
    for (a, one), (b, other) in combinations(sorted(result.labels.items()), 2):
        assert not one.overlaps(other, -0.5), (a, b)
    for name, points in result.routes.items():
        assert len(points) >= 2, name
        for (ax, ay), (bx, by) in pairwise(points):
            assert abs(ax - bx) < 0.1 or abs(ay - by) < 0.1, name


def test_elk_puts_no_box_over_another_and_children_inside() -> None:
    plant = plants.large(30, 90)
    result = placed(plant, ElkLayout())
    for zone in plant.zones:
        box = result.boxes[zone.id]
        if zone.parent:
            outer = result.boxes[zone.parent]
            assert outer.x <= box.x and outer.y <= box.y and outer.right >= box.right and outer.bottom >= box.bottom
        for other in plant.zones:
            if other.id > zone.id and other.parent == zone.parent:
                assert not box.overlaps(result.boxes[other.id]), (zone.id, other.id)


def test_the_same_plant_gives_the_same_picture() -> None:
    picture = ZonePicture(plant=LINE, levels=LEVELS, detail=Detail.ASSETS)
    assert picture.svg() == picture.svg()
    assert picture_file(picture.svg(), "png", "x") == picture_file(picture.svg(), "png", "x")
    assert picture_file(picture.svg(), "pdf", "x").startswith(b"%PDF")


def test_levels_safety_gateways_entry_points_are_printed_and_nothing_is_styled_inline() -> None:
    svg = ZonePicture(plant=LINE, levels=LEVELS).svg("auto")
    ElementTree.fromstring(svg)
    for words in ("SL-T 3", "safety", "fw-1", "Enterprise network", "removable media", "12 assets"):
        assert words in svg, words
    assert " style=" not in svg
    with speaking("de"):
        german = ZonePicture(plant=LINE, levels=LEVELS)
        assert "Wechseldatenträger" in german.svg()
        assert german.alt()


def test_a_cache_answers_and_a_damaged_one_is_rebuilt(tmp_path: Path) -> None:
    layout = ElkLayout(cache=tmp_path)
    first = placed(LINE, layout)
    (file,) = tmp_path.iterdir()
    assert placed(LINE, layout) == first
    for damage in (b"{broken", b'{"width": 1, "height": 1, "boxes": {}}'):
        file.write_bytes(damage)
        assert placed(LINE, layout) == first


def test_what_a_person_moved_stays_where_it_was_put() -> None:
    free = ZonePicture(plant=LINE, levels=LEVELS)
    x, y = free.positions()["safety"]
    moved = ZonePicture(plant=LINE, levels=LEVELS, pins=(("safety", x + 400, y - 100), ("gone", 1.0, 1.0)))
    assert moved.positions()["safety"] == (x + 400, y - 100)
    assert moved.positions()["mes"] == free.positions()["mes"]
    assert moved.svg() != free.svg()


def test_zones_that_nest_in_a_circle_and_hostile_names_are_drawn() -> None:
    zones = (
        Zone(id="a", parent="b", title='<b>&"\x00'),
        Zone(id="b", parent="a"),
        Zone(id="c", parent="nowhere", title="W" * 300),
    )
    svg = ZonePicture(plant=Plant(system=System(name="x"), zones=zones)).svg()
    ElementTree.fromstring(svg)
    assert "<b>" not in svg


def test_boxes_know_whether_they_overlap() -> None:
    assert Box(0, 0, 10, 10).overlaps(Box(9, 9, 5, 5))
    assert not Box(0, 0, 10, 10).overlaps(Box(10, 0, 5, 5))
    assert Box(0, 0, 10, 10).overlaps(Box(12, 0, 5, 5), gap=3)
