"""The look-ups that analysis needs of a standard, and the ladder that enhancements (RE) form over a requirement.

``ninefold.standards.iec62443_3_3`` has this shape; tests may pass a smaller table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, Protocol

import msgspec

from ninefold.base.i18n import Text
from ninefold.model.vocabulary import FR


class RequirementLike(Protocol):
    """One SR or RE: ``id`` (``SR 1.1``, ``SR 1.1 RE 1``), its FR and the lowest level that asks for it."""

    @property
    def id(self) -> str:
        """``SR 1.1`` or ``SR 1.1 RE 1``."""

    @property
    def fr(self) -> Any:
        """1 to 7."""

    @property
    def level(self) -> int:
        """1 to 4."""

    @property
    def title(self) -> Any:
        """In words."""


class RequirementsLike(Protocol):
    """What a module of requirements offers."""

    def requirements(self) -> Sequence[RequirementLike]:
        """All SRs and REs."""

    def carriers(self, sr: str, /) -> Sequence[str]:
        """The component requirements (CR, SAR, EDR, HDR, NDR) that carry a system requirement."""


#: IEC 62443-3-3 requirements that speak of communication: those a conduit itself must meet (decision 0025)
OF_CONDUITS: Final = frozenset(
    f"SR {number}"
    for number in "1.2 1.6 1.8 1.9 1.13 2.2 2.6 3.1 3.8 4.1 4.3 5.1 5.2 5.3 6.2 7.1".split()  # noqa: SIM905
)


class Table:
    """Requirements in the form that analysis works with. Made once per call from any :class:`RequirementsLike`."""

    def __init__(self, source: RequirementsLike) -> None:
        self.level: dict[str, int] = {}
        self.fr: dict[str, FR] = {}
        self.title: dict[str, Any] = {}
        self.family: dict[str, tuple[str, ...]] = {}
        self.system_for: dict[str, tuple[str, ...]] = {}
        self.carriers: dict[str, tuple[str, ...]] = {}
        families: dict[str, list[str]] = {}
        inverse: dict[str, list[str]] = {}
        for item in source.requirements():
            self.level[item.id] = item.level
            self.fr[item.id] = FR(int(item.fr))
            self.title[item.id] = item.title
            families.setdefault(base_of(item.id), []).append(item.id)
            self.carriers[item.id] = tuple(source.carriers(item.id))
            for carrier in self.carriers[item.id]:
                inverse.setdefault(carrier, []).append(item.id)
        self.family = {base: tuple(ids) for base, ids in families.items()}
        self.system_for = {carrier: tuple(ids) for carrier, ids in inverse.items()}
        self.in_force: dict[tuple[FR, int], tuple[str, ...]] = {
            (fr, level): tuple(
                r for r in self.level if r.startswith("SR ") and self.fr[r] is fr and self.level[r] <= level
            )
            for fr in FR
            for level in (0, 1, 2, 3, 4)
        }
        self._top = {requirement: self._rung_top(requirement) for requirement in self.level}

    def _rung_top(self, requirement: str) -> int:
        above = [
            self.level[item] for item in self.family[base_of(requirement)] if self.level[item] > self.level[requirement]
        ]
        return min(above, default=5) - 1

    def needed(self, requirement: str, level: int) -> int:
        """The level up to which a requirement itself must be provided for a zone of ``level``.

        Enhancements take over from their own level on, so the base needs no more than the rung below them.
        """
        return min(max(level, self.level[requirement]), max(self._top[requirement], self.level[requirement]))

    def systems(self, requirement: str) -> tuple[str, ...]:
        """The system requirements that an SR or CR id stands for; empty when nobody knows it."""
        if requirement in self.level:
            return (requirement,)
        if requirement in self.system_for:
            return self.system_for[requirement]
        heading = "SR " + requirement.partition(" ")[2]  # CR 3.2 is only a heading over its type-specific forms
        return (heading,) if requirement.startswith("CR ") and heading in self.level else ()

    def provided(self, requirement: str, level: int) -> tuple[str, ...]:
        """What ``requirement`` provided up to ``level`` covers: itself, and its enhancements up to that level."""
        result: list[str] = []
        for system in self.systems(requirement):
            family = self.family[base_of(system)] if system == base_of(system) else (system,)
            result += [item for item in family if item == system or self.level[item] <= level]
        return tuple(dict.fromkeys(result))

    def known(self, requirements: Iterable[str]) -> bool:
        """Whether every id is known."""
        return all(self.systems(item) for item in requirements)


def base_of(requirement: str) -> str:
    """``SR 1.1`` of ``SR 1.1 RE 2``."""
    return requirement.partition(" RE ")[0]


class StandardRequirements:
    """IEC 62443-3-3 with the component requirements of IEC 62443-4-2 that carry them.

    What only components must do (updates, tampering, roots of trust, boot) is listed as ``CR 3.10`` and so on for all
    component types together: no SL-T asks for it, but it can be a barrier.
    """

    def requirements(self) -> Sequence[RequirementLike]:
        """All SRs and REs, then what only components have."""
        from ninefold.standards import iec62443_3_3

        return (*iec62443_3_3.requirements(), *_component_only())

    def carriers(self, sr: str, /) -> Sequence[str]:
        """Ids of component requirements."""
        from ninefold.standards import iec62443_4_2

        if sr.startswith("SR "):
            return tuple(item.id for item in iec62443_4_2.carriers(sr))
        number = sr.partition(" ")[2]
        return tuple(item.id for item in iec62443_4_2.requirements() if item.id.partition(" ")[2] == number)


@cache
def _component_only() -> tuple[RequirementLike, ...]:
    from ninefold.standards import iec62443_4_2

    found: dict[str, RequirementLike] = {}
    for row in iec62443_4_2.correspondences():
        if row.sr:
            continue
        for identifier in row.crs:
            item = iec62443_4_2.get(identifier)
            name = "CR " + identifier.partition(" ")[2]
            found.setdefault(name, Row(id=name, fr=item.fr, level=item.level, title=item.title))
    return tuple(found[name] for name in sorted(found))


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement as a plain row."""

    id: str
    fr: FR
    level: int
    title: Text = Text("")


@cache
def standard_table() -> Table:
    """The table of IEC 62443-3-3, made once."""
    return Table(StandardRequirements())


def table_of(source: RequirementsLike | None) -> Table:
    """The table of a source; of the standard where none is given."""
    return standard_table() if source is None else Table(source)


class FixedRequirements:
    """A table from plain rows: for tests and for plants that follow another list."""

    def __init__(self, rows: Sequence[RequirementLike], carriers: Mapping[str, Sequence[str]] | None = None) -> None:
        self._rows = tuple(rows)
        self._carriers = {key: tuple(value) for key, value in (carriers or {}).items()}

    def requirements(self) -> Sequence[RequirementLike]:
        """All rows."""
        return self._rows

    def carriers(self, sr: str, /) -> Sequence[str]:
        """Component requirements of a row."""
        return self._carriers.get(sr, ())
