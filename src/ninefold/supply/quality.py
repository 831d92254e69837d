"""How good is an SBOM? Per field the share of parts that have it, and what is missing where.

Sources: NTIA, The Minimum Elements For a SBOM (2021); BSI TR-03183-2 v2.0 (2024), required data fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from ninefold.base.i18n import Message
from ninefold.model.observed import Component
from ninefold.supply.versions import say

_Has = Callable[[Component], bool]


def _named(part: Component) -> bool:
    return bool(part.name.strip())


def _identified(part: Component) -> bool:
    return bool(part.purl or part.cpe or part.hashes)


def _strong_hash(part: Component) -> bool:
    return any(name.upper().replace("-", "").replace("_", "") == "SHA512" for name, _ in part.hashes)


#: field: (has it, asked for by NTIA, asked for by BSI TR-03183-2)
FIELDS: dict[str, tuple[_Has, bool, bool]] = {
    "name": (_named, True, True),
    "version": (lambda part: bool(part.version), True, True),
    "supplier": (lambda part: bool(part.supplier), True, True),
    "identifier": (_identified, True, False),
    "dependencies": (lambda part: bool(part.ref), True, True),
    "licence": (lambda part: bool(part.licences), False, True),
    "hash": (lambda part: bool(part.hashes), False, False),
    "sha512": (_strong_hash, False, True),
}


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: how many parts have it (``share`` 0..1), who asks for it, which parts lack it (the first 20)."""

    name: str
    share: float
    ntia: bool
    bsi: bool
    missing: tuple[str, ...] = ()


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """``score`` 0..100: mean share of the fields that somebody asks for. ``says`` is the result in one sentence."""

    parts: int
    score: int
    fields: tuple[Field, ...]
    ntia: bool
    bsi: bool
    unlinked: int
    says: Message


def quality(components: Sequence[Component]) -> Quality:
    """The quality of an SBOM's components. ``unlinked``: parts that nothing depends on and that depend on nothing."""
    fields = tuple(_field(name, components) for name in FIELDS)
    asked = [field for field in fields if field.ntia or field.bsi]
    score = round(100 * sum(field.share for field in asked) / len(asked)) if components else 0
    reached = {need for part in components for need in part.depends_on}
    unlinked = sum(not part.depends_on and part.ref not in reached for part in components) if len(components) > 1 else 0
    ntia = bool(components) and all(field.share == 1.0 for field in fields if field.ntia) and not unlinked
    bsi = bool(components) and all(field.share == 1.0 for field in fields if field.bsi) and not unlinked
    weakest = min(asked, key=lambda field: field.share)
    return Quality(
        parts=len(components),
        score=score,
        fields=fields,
        ntia=ntia,
        bsi=bsi,
        unlinked=unlinked,
        says=say("{parts} parts, quality {score} of 100; weakest: {field}.", parts=len(components), score=score,
                 field=weakest.name),
    )  # fmt: skip


def _field(name: str, components: Sequence[Component]) -> Field:
    has, ntia, bsi = FIELDS[name]
    missing = [part.ref or part.name for part in components if not has(part)]
    share = 1 - len(missing) / len(components) if components else 0.0
    return Field(name=name, share=round(share, 4), ntia=ntia, bsi=bsi, missing=tuple(missing[:20]))
