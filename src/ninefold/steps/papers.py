"""Gathers what documents are made of, and renders them in the wanted formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ninefold.base.digest import digest
from ninefold.base.i18n import speaking
from ninefold.model.choices import FunctionPaths, Plan
from ninefold.steps.dates import latest_observation, newest
from ninefold.steps.interface import Context

if TYPE_CHECKING:
    from ninefold.documents.blocks import Document
    from ninefold.documents.content import ConceptContent
    from ninefold.steps.engine import Engine

PATH_RUNS = 10_000
#: Earlier steps whose results the concept states.
STATED = ("evaluation", "specification", "protection", "threats", "risk")


def concept_digest(context: Context) -> str:
    """What approvals bind: the plant's intent and the results it leads to. No approval, date or language is part."""
    plant = context.plant
    intent = {name: getattr(plant, name) for name in plant.__struct_fields__ if name not in {"places", "law"}}
    return digest({"intent": intent, "results": {name: context.results[name] for name in STATED}})


def content_of(context: Context, bound: str) -> ConceptContent:
    """Model values for the documents, with the approvals that bind ``bound`` (the digest of the concept)."""
    from ninefold.documents.content import Approval, ConceptContent
    from ninefold.workspace.load import layout

    results = context.results
    mine = [item for item in context.approvals if item.step == "concept"]
    given = tuple(
        Approval(
            step=item.step,
            by=item.by,
            role=item.role.value,
            reason=item.reason,
            date=item.date,
            signature=item.key,
            valid=item.digest == bound,
            external=bool(item.document),
        )
        for item in mine
    )
    observed = latest_observation(context.observed())
    findings = tuple(found for name in STATED for found in results[name].findings)
    return ConceptContent(
        plant=context.plant,
        evaluation=results["evaluation"],
        specification=results["specification"],
        protection=results["protection"],
        threats=results["threats"],
        risk=results["risk"],
        implementation=results.get("implementation"),
        verification=results.get("verification"),
        cycle=results.get("cycle"),
        paths=_paths(context),
        plan=_plan(context),
        findings=findings,
        approvals=given,
        date=newest(context.date, observed, *(item.date for item in given if item.valid)),
        version=context.plant.system.version,
        digest=bound,
        titles=titles(),
        layout=_layout(context),
        pins=tuple((name, x, y) for name, (x, y) in sorted(layout(context.root).items())),
    )


def titles() -> dict[str, Any]:
    """Titles of the requirements that documents name."""
    from ninefold.standards import iec62443_3_3, iec62443_4_2

    components = {item.id: item.title for item in iec62443_4_2.requirements()}
    return {**components, **{item.id: item.title for item in iec62443_3_3.requirements()}}


def _paths(context: Context) -> tuple[FunctionPaths, ...]:
    """Attack paths; the seed is fixed, so the same plant gives the same chances."""
    from ninefold.analysis.paths import paths

    return paths(context.plant, context.results["threats"], runs=PATH_RUNS)


def _plan(context: Context) -> Plan | None:
    """The cheapest sufficient measures, if the solver proved them: an answer cut off by time is not repeatable."""
    from ninefold.analysis.optimise import optimise

    found = optimise(context.plant, context.results["threats"], today=context.today)
    return found if found.optimal else None


def _layout(context: Context) -> Any:
    from ninefold.documents.diagrams.layout import ElkLayout

    return ElkLayout(cache=context.cache / "layout")


def render(document: Document, formats: Iterable[str], language: str, mark: str = "") -> dict[str, bytes]:
    """A document in some formats, by file name; ``mark`` stands before the ending (``.de``)."""
    return {f"{document.id}{mark}.{form}": _renderers()[form](document, language) for form in formats}


def _renderers() -> dict[str, Callable[[Any, str], bytes]]:
    from ninefold.documents.docx import docx
    from ninefold.documents.html import html
    from ninefold.documents.typst import pdf
    from ninefold.documents.xlsx import xlsx

    return {"html": html, "pdf": pdf, "docx": docx, "xlsx": xlsx}


def write_documents(engine: Engine, formats: Iterable[str], language: str) -> dict[str, bytes]:
    """Every document of the concept in the wanted formats; another language than the workspace's is in the names."""
    from ninefold.documents.collection import collection

    context = engine.context
    for name in STATED:
        engine.result(name)
    for step, state in engine.states():
        if step.number > 6 and state.state != "not started":
            engine.result(step.name)
    content = content_of(context, engine.result("concept").digest)
    files: dict[str, bytes] = {}
    mark = "" if language == context.language else f".{language}"
    with speaking(language):
        for document in collection(content):
            files |= render(document, formats, language, mark)
    return files
