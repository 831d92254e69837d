"""CVSS: the metrics of a vector, its scores and severities. Computed once per vector."""

from __future__ import annotations

from functools import lru_cache

import msgspec

V2 = {
    "accessVector": ("AV", {"LOCAL": "L", "ADJACENT_NETWORK": "A", "NETWORK": "N"}),
    "accessComplexity": ("AC", {"HIGH": "H", "MEDIUM": "M", "LOW": "L"}),
    "authentication": ("Au", {"MULTIPLE": "M", "SINGLE": "S", "NONE": "N"}),
    "exploitability": (
        "E", {"UNPROVEN": "U", "PROOF_OF_CONCEPT": "POC", "FUNCTIONAL": "F", "HIGH": "H", "NOT_DEFINED": "ND"},
    ),
    "remediationLevel": (
        "RL", {"OFFICIAL_FIX": "OF", "TEMPORARY_FIX": "TF", "WORKAROUND": "W", "UNAVAILABLE": "U", "NOT_DEFINED": "ND"},
    ),
    "reportConfidence": (
        "RC", {"UNCONFIRMED": "UC", "UNCORROBORATED": "UR", "CONFIRMED": "C", "NOT_DEFINED": "ND"},
    ),
    "collateralDamagePotential": (
        "CDP",
        {"NONE": "N", "LOW": "L", "LOW_MEDIUM": "LM", "MEDIUM_HIGH": "MH", "HIGH": "H", "NOT_DEFINED": "ND"},
    ),
    "targetDistribution": ("TD", {"NONE": "N", "LOW": "L", "MEDIUM": "M", "HIGH": "H", "NOT_DEFINED": "ND"}),
}  # fmt: skip
_CIA2 = {"NONE": "N", "PARTIAL": "P", "COMPLETE": "C"}
_LEVEL = {"LOW": "L", "MEDIUM": "M", "HIGH": "H"}
for _name, _short in (("confidentiality", "C"), ("integrity", "I"), ("availability", "A")):
    V2[f"{_name}Impact"] = (_short, _CIA2)
    V2[f"{_name}Requirement"] = (f"{_short}R", {**_LEVEL, "NOT_DEFINED": "ND"})

_BASE3 = {
    "attackVector": ("AV", {"NETWORK": "N", "ADJACENT_NETWORK": "A", "LOCAL": "L", "PHYSICAL": "P"}),
    "attackComplexity": ("AC", {"LOW": "L", "HIGH": "H"}),
    "privilegesRequired": ("PR", {"NONE": "N", "LOW": "L", "HIGH": "H"}),
    "userInteraction": ("UI", {"NONE": "N", "REQUIRED": "R"}),
    "scope": ("S", {"UNCHANGED": "U", "CHANGED": "C"}),
    "confidentialityImpact": ("C", {"NONE": "N", "LOW": "L", "HIGH": "H"}),
    "integrityImpact": ("I", {"NONE": "N", "LOW": "L", "HIGH": "H"}),
    "availabilityImpact": ("A", {"NONE": "N", "LOW": "L", "HIGH": "H"}),
}
V3 = {
    **_BASE3,
    "exploitCodeMaturity": ("E", {"UNPROVEN": "U", "PROOF_OF_CONCEPT": "P", "FUNCTIONAL": "F", "HIGH": "H"}),
    "remediationLevel": ("RL", {"OFFICIAL_FIX": "O", "TEMPORARY_FIX": "T", "WORKAROUND": "W", "UNAVAILABLE": "U"}),
    "reportConfidence": ("RC", {"UNKNOWN": "U", "REASONABLE": "R", "CONFIRMED": "C"}),
    "confidentialityRequirement": ("CR", _LEVEL),
    "integrityRequirement": ("IR", _LEVEL),
    "availabilityRequirement": ("AR", _LEVEL),
    **{f"modified{name[0].upper()}{name[1:]}": (f"M{short}", values) for name, (short, values) in _BASE3.items()},
}


class Scores(msgspec.Struct, frozen=True):
    """(score, severity) of the base, temporal and environmental group; severity is empty for CVSS 2."""

    base: tuple[float, str]
    temporal: tuple[float, str]
    environmental: tuple[float, str]


@lru_cache(maxsize=20_000)
def computed(vector: str) -> Scores | None:
    """The scores of a CVSS 2, 3.0, 3.1 or 4.0 vector (4.0 has one score only); None for what is none."""
    import cvss

    try:
        if vector.startswith("CVSS:4"):
            four = cvss.CVSS4(vector)
            pair = (float(four.base_score), str(four.severity).upper())
            return Scores(pair, pair, pair)
        if vector.startswith("CVSS:3"):
            three = cvss.CVSS3(vector)
            words = [word.upper() for word in three.severities()]
            return Scores(*((float(score), word) for score, word in zip(three.scores(), words, strict=True)))
        two = cvss.CVSS2(vector)
        return Scores(*((float(score or 0), "") for score in two.scores()))
    except (cvss.CVSSError, ValueError, TypeError):
        return None


@lru_cache(maxsize=20_000)
def metrics(vector: str) -> dict[str, str]:
    """The metrics that a vector writes down."""
    return dict(part.split(":", 1) for part in vector.split("/") if ":" in part and not part.startswith("CVSS:"))
