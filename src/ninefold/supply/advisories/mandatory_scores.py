"""Mandatory tests about CVSS. CSAF 2.0, 6.1.7 to 6.1.10."""

from __future__ import annotations

from collections.abc import Iterator

from ninefold.supply.advisories import schema
from ninefold.supply.advisories.document import Document, Node, nodes, text, texts
from ninefold.supply.advisories.outcome import Fault, Test, say
from ninefold.supply.advisories.scores import V2, V3, computed, metrics

_GROUPS = ("base", "temporal", "environmental")


def _given(doc: Document) -> Iterator[tuple[str, Node, str]]:
    """(path, CVSS object, key) of every score."""
    for number, vulnerability in doc.vulnerabilities:
        for place, item in nodes(vulnerability, "scores"):
            for key in ("cvss_v2", "cvss_v3"):
                if isinstance(item.get(key), dict):
                    yield f"/vulnerabilities/{number}/scores/{place}/{key}", item[key], key


def multiple_scores(doc: Document) -> list[Fault] | None:
    """6.1.7: a product has one score per CVSS version and vulnerability."""
    faults: list[Fault] = []
    applies = False
    for number, vulnerability in doc.vulnerabilities:
        seen: set[tuple[str, str]] = set()
        for place, item in nodes(vulnerability, "scores"):
            versions = [text(item[key], "version") or key for key in ("cvss_v2", "cvss_v3") if key in item]
            for at, product in enumerate(texts(item, "products")):
                applies = True
                for version in versions:
                    if (product, version) in seen:
                        path = f"/vulnerabilities/{number}/scores/{place}/products/{at}"
                        faults.append(_second(path, product, version))
                    seen.add((product, version))
    return faults if applies else None


def _second(path: str, product: str, version: str) -> Fault:
    return Fault(path, say("{id} has more than one score of CVSS {version}.", id=product, version=version))


def invalid_cvss(doc: Document) -> list[Fault] | None:
    """6.1.8: every CVSS object follows its schema."""
    paths = [path for path, _, _ in _given(doc)]
    if not paths:
        return None
    if doc.follows_schema or (doc.follows_schema is None and schema.follows(doc.root)):
        return []
    return [
        Fault(error.path, error.message)
        for error in schema.errors(doc.root)
        if any(error.path == path or error.path.startswith(f"{path}/") for path in paths)
    ]


def wrong_cvss_computation(doc: Document) -> list[Fault] | None:
    """6.1.9: the scores and severities are those of the vector."""
    given = list(_given(doc))
    return [fault for path, item, _ in given for fault in _wrong(path, item)] if given else None


def _wrong(path: str, item: Node) -> Iterator[Fault]:
    vector = text(item, "vectorString")
    if not any(f"{group}Score" in item for group in _GROUPS):
        return
    right = computed(vector)
    if right is None:
        yield Fault(f"{path}/vectorString", say("{vector} is no CVSS vector.", vector=vector))
        return
    for group in _GROUPS:
        score, severity = getattr(right, group)
        value = item.get(f"{group}Score")
        if isinstance(value, int | float) and abs(value - score) > 0.049:
            yield Fault(f"{path}/{group}Score", say("The vector gives {right}, not {value}.", right=score, value=value))
        word = text(item, f"{group}Severity")
        if word and severity and word != severity:
            yield Fault(
                f"{path}/{group}Severity", say("The vector gives {right}, not {value}.", right=severity, value=word)
            )


def contradicting_cvss(doc: Document) -> list[Fault] | None:
    """6.1.10: single properties agree with the vector."""
    given = list(_given(doc))
    return [fault for path, item, key in given for fault in _contradicting(path, item, key)] if given else None


def _contradicting(path: str, item: Node, key: str) -> Iterator[Fault]:
    """A property whose metric the vector leaves out contradicts nothing (OASIS test file 6-2-19-12 is valid)."""
    table = V2 if key == "cvss_v2" else V3
    written = metrics(text(item, "vectorString"))
    for name in item:
        short, values = table.get(name, ("", {}))
        if short in written and values.get(text(item, name)) not in (written[short], None):
            yield Fault(f"{path}/{name}", say("{value} contradicts the vector.", value=text(item, name)))


TESTS: dict[str, Test] = {
    "6.1.7": multiple_scores,
    "6.1.8": invalid_cvss,
    "6.1.9": wrong_cvss_computation,
    "6.1.10": contradicting_cvss,
}
