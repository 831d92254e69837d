"""What we say about vulnerabilities in our own machines: OpenVEX and CSAF VEX, from matches that people decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ninefold.base.digest import digest
from ninefold.model.assets import Asset
from ninefold.model.decisions import Decision
from ninefold.model.matches import Match

_OPENVEX = {
    "affected": "affected",
    "not affected": "not_affected",
    "fixed": "fixed",
    "undecided": "under_investigation",
}
_CSAF = {
    "affected": "known_affected",
    "not affected": "known_not_affected",
    "fixed": "fixed",
    "undecided": "under_investigation",
}
#: justifications that both formats know; the value of a decision is one of them
JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "inline_mitigations_already_exist",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_not_present",
    }
)


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks: name, web address of the organisation (namespace), category of CSAF 2.0 section 3.2.1.8."""

    name: str
    namespace: str
    category: str = "vendor"
    contact: str = ""


def openvex(
    matches: Sequence[Match],
    assets: Sequence[Asset],
    author: Author,
    *,
    timestamp: str,
    decisions: Sequence[Decision] = (),
) -> dict[str, Any]:
    """OpenVEX 0.2.0: one statement per vulnerability and state."""
    known, why = _by_id(assets), _reasons(decisions)
    statements = []
    for vulnerability, state, group in _grouped(matches):
        item: dict[str, Any] = {
            "vulnerability": {"name": vulnerability},
            "products": [{"@id": _name(known, match.asset)} for match in group],
            "status": _OPENVEX[state],
        }
        if state == "not affected":
            decision = why.get(group[0].decision)
            if decision and decision.value in JUSTIFICATIONS:
                item["justification"] = decision.value
            item["impact_statement"] = decision.reason if decision else str(group[0].reason.says)
        if state == "affected":
            item["action_statement"] = group[0].remediation or "Mitigation is being prepared."
        statements.append(item)
    body = {"author": author.name, "timestamp": timestamp, "version": 1, "statements": statements}
    return {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": f"{author.namespace.rstrip('/')}/vex/{digest(body)[:32]}",
        **body,
    }


def csaf_vex(
    matches: Sequence[Match],
    assets: Sequence[Asset],
    author: Author,
    *,
    identifier: str,
    timestamp: str,
    title: str = "Vulnerability status",
    decisions: Sequence[Decision] = (),
) -> dict[str, Any]:
    """A CSAF 2.0 document of the profile VEX (section 4.5) that passes all mandatory tests."""
    known, why = _by_id(assets), _reasons(decisions)
    used = list(dict.fromkeys(match.asset for match in matches))
    publisher = {"category": author.category, "name": author.name, "namespace": author.namespace}
    if author.contact:
        publisher["contact_details"] = author.contact
    return {
        "document": {
            "category": "csaf_vex",
            "csaf_version": "2.0",
            "lang": "en",
            "publisher": publisher,
            "title": title,
            "tracking": {
                "current_release_date": timestamp,
                "id": identifier,
                "initial_release_date": timestamp,
                "revision_history": [{"date": timestamp, "number": "1", "summary": "First version."}],
                "status": "final",
                "version": "1",
            },
        },
        "product_tree": {"full_product_names": [_product(known, asset) for asset in used]},
        "vulnerabilities": [
            _vulnerability(name, [m for m in matches if m.vulnerability == name], why)
            for name in sorted({match.vulnerability for match in matches})
        ],
    }


def _by_id(assets: Sequence[Asset]) -> Mapping[str, Asset]:
    return {asset.id: asset for asset in assets}


def _reasons(decisions: Sequence[Decision]) -> Mapping[str, Decision]:
    return {decision.id: decision for decision in decisions}


def _grouped(matches: Sequence[Match]) -> Iterator[tuple[str, str, list[Match]]]:
    groups: dict[tuple[str, str, str], list[Match]] = {}
    for match in matches:
        groups.setdefault((match.vulnerability, match.state, match.decision), []).append(match)
    for vulnerability, state, decision in sorted(groups):
        yield vulnerability, state, groups[vulnerability, state, decision]


def _name(known: Mapping[str, Asset], key: str) -> str:
    asset = known.get(key)
    if asset is None or not asset.product:
        return f"urn:ninefold:{key}"
    words = [asset.vendor or "unknown", asset.product]
    plain = "/".join("-".join(word.split()) for word in words)
    return f"pkg:generic/{plain}@{asset.firmware}" if asset.firmware else f"pkg:generic/{plain}"


def _product(known: Mapping[str, Asset], key: str) -> dict[str, Any]:
    asset = known.get(key)
    parts = (asset.vendor, asset.product or asset.name, asset.firmware) if asset else ()
    found: dict[str, Any] = {"name": " ".join(part for part in parts if part) or key, "product_id": key}
    helper: dict[str, list[str]] = {}
    if asset and asset.order_number:
        helper["model_numbers"] = [asset.order_number]
    if asset and asset.serial:
        helper["serial_numbers"] = [asset.serial]
    if helper:
        found["product_identification_helper"] = helper
    return found


def _vulnerability(name: str, matches: list[Match], why: Mapping[str, Decision]) -> dict[str, Any]:
    status: dict[str, list[str]] = {}
    for match in matches:
        listed = status.setdefault(_CSAF[match.state], [])
        if match.asset not in listed:
            listed.append(match.asset)
    other = {"ids": [{"system_name": "other", "text": name}]}
    found: dict[str, Any] = {"cve": name} if re.fullmatch(r"CVE-\d{4}-\d{4,}", name) else other
    found["notes"] = [{"category": "description", "text": f"Status of {name}.", "title": "Status"}]
    found["product_status"] = status
    threats = [_impact(match, why) for match in matches if match.state == "not affected"]
    if threats:
        found["threats"] = threats
    actions = [
        {
            "category": "vendor_fix" if match.fixed_in else "mitigation",
            "details": match.remediation or "Mitigation is being prepared.",
            "product_ids": [match.asset],
        }
        for match in matches
        if match.state == "affected"
    ]
    if actions:
        found["remediations"] = actions
    return found


def _impact(match: Match, why: Mapping[str, Decision]) -> dict[str, Any]:
    decision = why.get(match.decision)
    told = decision.reason if decision and decision.reason else str(match.reason.says)
    return {"category": "impact", "details": told, "product_ids": [match.asset]}
