"""All documents in both languages: made, linked, and the same again."""

from __future__ import annotations

import msgspec
import plants
import pytest

from ninefold.base.i18n import Text
from ninefold.documents.blocks import Table
from ninefold.documents.collection import DOCUMENTS, collection
from ninefold.documents.content import ConceptContent
from ninefold.documents.difference import difference
from ninefold.documents.html import html
from ninefold.documents.management import decide
from ninefold.documents.resolve import resolve
from ninefold.documents.typst import pdf
from ninefold.model.plant import Plant
from ninefold.model.system import System

CONTENT = plants.content()
EMPTY = ConceptContent(plant=Plant(system=System(name="new")))


def test_names_are_those_of_the_documents() -> None:
    assert tuple(document.id for document in collection(CONTENT)) == tuple(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_document_is_made_and_every_link_leads_somewhere(name: str, lang: str) -> None:
    document = DOCUMENTS[name](CONTENT)
    text = html(document, lang).decode()
    goals = {part.split('"')[0] for part in text.split(' id="')[1:]}
    main = text.split("<figure")[0] + "".join(part.split("</figure>")[-1] for part in text.split("<figure")[1:])
    links = {part.split('"')[0] for part in main.split('href="#')[1:]}
    assert links <= goals, sorted(links - goals)
    assert pdf(document, lang) == pdf(document, lang)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_plant_of_which_nothing_is_known_has_every_document(name: str) -> None:
    assert pdf(DOCUMENTS[name](EMPTY), "de").startswith(b"%PDF")


def test_a_management_summary_has_one_page_and_three_decisions() -> None:
    assert len(decide(CONTENT)) == 3
    assert len(decide(EMPTY)) == 3
    assert pdf(DOCUMENTS["management-summary"](CONTENT), "de").count(b"/Type /Page\n") in {0, 1}


def test_every_cell_count_fits_its_columns() -> None:
    for document in (*collection(CONTENT), *collection(EMPTY)):
        for block in document.blocks:
            if isinstance(block, Table):
                assert all(len(row.cells) == len(block.columns) for row in block.rows), document.id


def test_a_difference_marks_what_changed_and_keeps_the_old_value() -> None:
    plant = CONTENT.plant
    changed = msgspec.structs.replace(plant.assets[0], firmware="V9.9", title="Safety controller")
    other = msgspec.structs.replace(CONTENT, plant=msgspec.structs.replace(plant, assets=(changed, *plant.assets[2:])))
    result = difference(DOCUMENTS["hardening-guide"](CONTENT), DOCUMENTS["hardening-guide"](other), "en")
    assert result.blocks
    result = difference(DOCUMENTS["operator-instructions"](CONTENT), DOCUMENTS["operator-instructions"](other), "en")
    text = html(result, "en").decode()
    assert "<mark>V9.9</mark>" in text
    assert "V3.0.1" in text
    assert "gone" in text
    same = difference(DOCUMENTS["glossary"](CONTENT), DOCUMENTS["glossary"](CONTENT), "en")
    assert "No table has changed." in html(same, "en").decode()


def test_texts_of_both_languages_are_chosen_when_read() -> None:
    german = str(resolve(DOCUMENTS["risk-register"](CONTENT), "de"))
    assert "Missbrauch der Fernwartung" in german
    assert "Misuse of remote maintenance" not in german
    assert isinstance(plants.TITLES["SR 1.1"], Text)


def test_attack_paths_and_the_choice_of_measures_are_printed() -> None:
    from ninefold.model.choices import ChosenMeasure, CurvePoint, Cut, FunctionPaths, PathStep, Plan, Unmet
    from ninefold.model.findings import Reason

    why = Reason(says="because")
    step = PathStep(source="e-erp", target="mesgw-1", along="f-erp-1", scenario="s-remote@mes", chance=0.5, barrier=1)
    paths = FunctionPaths(
        function="fn-pack", violation_class=2, chance=0.045, error=0.003, most_likely=(step,), most_likely_chance=0.04,
        cuts=(Cut(barriers=(("mes", ("SR 5.2",)),)),), best_measure="m-fw", chance_with_best=0.01, why=why,
    )  # fmt: skip
    plan = Plan(
        feasible=True, optimal=True, gap=0.0, cost=9200, cost_once=9200, cost_yearly=0, years=5, why=why,
        chosen=(ChosenMeasure(measure="m-fw", cost=4800, why=why),),
        curve=(CurvePoint(measure="m-fw", cost=4800, risk=7.0, open_requirements=3),),
        unmet=(Unmet(scope="plc-2", requirement="CR 2.1", why=why),),
    )  # fmt: skip
    content = msgspec.structs.replace(CONTENT, paths=(paths,), plan=plan)
    text = html(DOCUMENTS["risk-register"](content), "en").decode()
    assert "Chance to reach Packaging: 4.5 % ± 0.3 %" in text
    text = html(DOCUMENTS["measures-and-tasks"](content), "de").decode()
    assert "Was der nächste Euro kauft" in text
    assert "9.200\u00a0EUR" in text
    assert pdf(DOCUMENTS["risk-register"](content), "de").startswith(b"%PDF")
