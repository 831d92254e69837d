"""Security levels: a vector of seven numbers 0 to 4, one per foundational requirement.

Source: IEC 62443-3-3:2013 Annex A; IEC 62443-1-1:2009 clause 5.11.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ninefold.base.i18n import Text
from ninefold.model.findings import Reason
from ninefold.model.vocabulary import FR


class Vector(msgspec.Struct, frozen=True):
    """Levels 0..4 per FR; None is *unknown* (undeclared), which is not zero."""

    iac: int | None = 0
    uc: int | None = 0
    si: int | None = 0
    dc: int | None = 0
    rdf: int | None = 0
    tre: int | None = 0
    ra: int | None = 0

    def __getitem__(self, fr: FR) -> int | None:
        value: int | None = getattr(self, fr.name.lower())
        return value

    def __iter__(self) -> Iterator[int | None]:
        return iter([self[fr] for fr in FR])

    def with_level(self, fr: FR, level: int | None) -> Vector:
        """A vector that differs in one FR."""
        return msgspec.structs.replace(self, **{fr.name.lower(): level})

    @property
    def highest(self) -> int:
        """The largest known level: the single number people quote."""
        return max((level for level in self if level is not None), default=0)

    def __str__(self) -> str:
        return "(" + ", ".join("?" if level is None else str(level) for level in self) + ")"


def maximum(*vectors: Vector) -> Vector:
    """Per FR the larger level; unknown counts as nothing known."""
    known = {
        fr.name.lower(): max((v[fr] for v in vectors if v[fr] is not None), default=0)  # type: ignore[type-var]
        for fr in FR
    }
    return Vector(**known)


FR_TITLES: dict[FR, Text] = {
    FR.IAC: Text("Identification and authentication control", "Identifizierung und Authentifizierung"),
    FR.UC: Text("Use control", "Nutzungskontrolle"),
    FR.SI: Text("System integrity", "Systemintegrität"),
    FR.DC: Text("Data confidentiality", "Vertraulichkeit der Daten"),
    FR.RDF: Text("Restricted data flow", "Eingeschränkter Datenfluss"),
    FR.TRE: Text("Timely response to events", "Rechtzeitige Reaktion auf Ereignisse"),
    FR.RA: Text("Resource availability", "Verfügbarkeit der Ressourcen"),
}


class LevelValue(msgspec.Struct, frozen=True, kw_only=True):
    """A level of one (zone or conduit, FR): proposed by the method, perhaps overridden, explained."""

    subject: str
    fr: FR
    proposed: int
    decided: int | None = None
    why: Reason

    @property
    def level(self) -> int:
        """The level in force: the decided one where a person decided, otherwise the proposal."""
        return self.proposed if self.decided is None else self.decided
