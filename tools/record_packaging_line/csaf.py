"""Writes small CSAF 2.0 security advisories of invented vendors, as their product security teams would.

Source of the shape: OASIS CSAF 2.0, sections 3 and 4.4 (profile security advisory).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvss import CVSS3


@dataclass(frozen=True)
class Release:
    """One leaf of the product tree: a version or a version range of a product."""

    id: str
    product: str
    name: str
    version: str
    range: bool = False
    cpe: str = ""
    model_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flaw:
    """One vulnerability: ``number`` is a CVE id or one of the vendor's own ids."""

    number: str
    title: str
    text: str
    cwe: tuple[str, str]
    vector: str
    affected: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    not_affected: tuple[str, ...] = ()
    remedy: str = ""
    workaround: str = ""
    impact: str = ""


@dataclass(frozen=True)
class Advisory:
    """One document. ``dates``: first and current release, RFC 3339."""

    id: str
    title: str
    vendor: str
    namespace: str
    dates: tuple[str, str]
    summary: str
    releases: tuple[Release, ...]
    flaws: tuple[Flaw, ...]

    @property
    def filename(self) -> str:
        """CSAF 2.0 section 5.1."""
        return "".join(c if c.isalnum() or c in "+-" else "_" for c in self.id.lower()) + ".json"


def document(advisory: Advisory) -> dict[str, Any]:
    """The whole CSAF document."""
    return {
        "document": _head(advisory),
        "product_tree": _tree(advisory),
        "vulnerabilities": [_flaw(advisory, flaw) for flaw in advisory.flaws],
    }


def write(advisory: Advisory, folder: Path) -> Path:
    """Write it under the name that CSAF asks for."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / advisory.filename
    target.write_text(json.dumps(document(advisory), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


def _head(advisory: Advisory) -> dict[str, Any]:
    first, current = advisory.dates
    history = [{"date": first, "number": "1", "summary": "First release"}]
    if current != first:
        history.append({"date": current, "number": "2", "summary": "Corrected statement of versions"})
    return {
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "distribution": {"tlp": {"label": "WHITE"}},
        "lang": "en",
        "notes": [{"category": "summary", "title": "Summary", "text": advisory.summary}],
        "publisher": {"category": "vendor", "name": advisory.vendor, "namespace": advisory.namespace},
        "references": [
            {
                "category": "self",
                "summary": "This advisory",
                "url": f"{advisory.namespace}/.well-known/csaf/white/{first[:4]}/{advisory.filename}",
            }
        ],
        "title": advisory.title,
        "tracking": {
            "current_release_date": current,
            "id": advisory.id,
            "initial_release_date": first,
            "revision_history": history,
            "status": "final",
            "version": history[-1]["number"],
        },
    }


def _tree(advisory: Advisory) -> dict[str, Any]:
    products: dict[str, list[dict[str, Any]]] = {}
    for release in advisory.releases:
        helper: dict[str, Any] = {}
        if release.cpe:
            helper["cpe"] = release.cpe
        if release.model_numbers:
            helper["model_numbers"] = list(release.model_numbers)
        product: dict[str, Any] = {"product_id": release.id, "name": release.name}
        if helper:
            product["product_identification_helper"] = helper
        kind = "product_version_range" if release.range else "product_version"
        products.setdefault(release.product, []).append({"category": kind, "name": release.version, "product": product})
    branches = [{"category": "product_name", "name": name, "branches": leaves} for name, leaves in products.items()]
    return {"branches": [{"category": "vendor", "name": advisory.vendor, "branches": branches}]}


def _flaw(advisory: Advisory, flaw: Flaw) -> dict[str, Any]:
    score = CVSS3(flaw.vector)
    status = {"known_affected": flaw.affected, "fixed": flaw.fixed, "known_not_affected": flaw.not_affected}
    result: dict[str, Any] = {
        "title": flaw.title,
        "cwe": {"id": flaw.cwe[0], "name": flaw.cwe[1]},
        "notes": [{"category": "description", "title": "Description", "text": flaw.text}],
        "product_status": {key: list(ids) for key, ids in status.items() if ids},
        "scores": [{"products": list(flaw.affected), "cvss_v3": _cvss(flaw.vector, score)}],
    }
    if flaw.number.startswith("CVE-"):
        result["cve"] = flaw.number
    else:
        result["ids"] = [{"system_name": f"{advisory.vendor} PSIRT", "text": flaw.number}]
    result["remediations"] = _remediations(flaw)
    if flaw.impact:
        result["threats"] = [{"category": "impact", "details": flaw.impact, "product_ids": list(flaw.not_affected)}]
    return result


def _cvss(vector: str, score: CVSS3) -> dict[str, Any]:
    base = float(score.scores()[0])
    return {
        "version": "3.1",
        "vectorString": vector,
        "baseScore": base,
        "baseSeverity": str(score.severities()[0]).upper(),
    }


def _remediations(flaw: Flaw) -> list[dict[str, Any]]:
    rows = [("vendor_fix", flaw.remedy), ("workaround", flaw.workaround)]
    if not flaw.remedy:
        rows.append(("none_available", "" if flaw.workaround else "No fix is planned."))
    return [
        {"category": category, "details": text, "product_ids": list(flaw.affected)} for category, text in rows if text
    ]
