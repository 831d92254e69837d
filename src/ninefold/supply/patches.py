"""Patches from available to installed, as IEC TR 62443-2-3 names the states; planned into maintenance windows.

The names of the states are those of the technical report; which may follow which is our own reading.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

import msgspec

from ninefold.base.errors import InputError
from ninefold.base.i18n import Message
from ninefold.model.assets import Asset
from ninefold.model.matches import Match
from ninefold.supply.rows import records
from ninefold.supply.versions import compare, say


class PatchState(Enum):
    """How far a patch is. The supplier's states first, then those of the asset owner."""

    AVAILABLE = "available"
    IN_TEST = "in-test"
    NOT_APPROVED = "not-approved"
    NOT_APPLICABLE = "not-applicable"
    APPROVED = "approved"
    RELEASED = "released"
    IN_INTERNAL_TEST = "in-internal-test"
    NOT_AUTHORIZED = "not-authorized"
    AUTHORIZED = "authorized"
    EFFECTIVE = "effective"
    INSTALLED = "installed"


_S = PatchState
FOLLOWS: Final = {
    _S.AVAILABLE: frozenset({_S.IN_TEST, _S.NOT_APPLICABLE, _S.APPROVED, _S.RELEASED}),
    _S.IN_TEST: frozenset({_S.NOT_APPROVED, _S.NOT_APPLICABLE, _S.APPROVED}),
    _S.NOT_APPROVED: frozenset({_S.IN_TEST}),
    _S.NOT_APPLICABLE: frozenset({_S.IN_TEST}),
    _S.APPROVED: frozenset({_S.RELEASED}),
    _S.RELEASED: frozenset({_S.IN_INTERNAL_TEST, _S.NOT_AUTHORIZED, _S.NOT_APPLICABLE}),
    _S.IN_INTERNAL_TEST: frozenset({_S.NOT_AUTHORIZED, _S.AUTHORIZED}),
    _S.NOT_AUTHORIZED: frozenset({_S.IN_INTERNAL_TEST}),
    _S.AUTHORIZED: frozenset({_S.EFFECTIVE, _S.NOT_AUTHORIZED}),
    _S.EFFECTIVE: frozenset({_S.INSTALLED, _S.NOT_AUTHORIZED}),
    _S.INSTALLED: frozenset(),
}
#: states in which nobody has to do anything more
SETTLED: Final = frozenset({_S.NOT_APPLICABLE, _S.INSTALLED})


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a patch: who set which state, when and why; ``evidence`` names a test report or observation."""

    state: PatchState
    by: str
    date: str
    reason: str = ""
    evidence: str = ""


class Patch(msgspec.Struct, frozen=True, kw_only=True):
    """One update for one asset. ``urgency`` orders; ``minutes`` is the standstill it needs.

    ``hint``: the version was read from the text of a remediation, a person should confirm it.
    """

    id: str
    asset: str
    target: str
    installed: str = ""
    vulnerabilities: tuple[str, ...] = ()
    advisories: tuple[str, ...] = ()
    urgency: float = 0.0
    minutes: int = 60
    hint: bool = False
    state: PatchState = PatchState.AVAILABLE
    history: tuple[Progress, ...] = ()


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A maintenance window: ``start`` (ISO date and time), ``minutes``; for all assets, or those listed."""

    id: str
    start: str
    minutes: int
    assets: tuple[str, ...] = ()


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A patch in a window; without window it waits, and needs compensating measures meanwhile."""

    patch: str
    asset: str
    window: str = ""
    reason: Message


def propose(matches: Sequence[Match], assets: Sequence[Asset]) -> tuple[Patch, ...]:
    """One patch per asset that is affected and for which a fixed version is known: the highest of those named."""
    installed = {asset.id: asset.firmware for asset in assets}
    wanted: dict[str, list[tuple[Match, str, bool]]] = defaultdict(list)
    for item in matches:
        target, hint = _target(item)
        if item.state == "affected" and target:
            wanted[item.asset].append((item, target, hint))
    return tuple(_patch(asset, items, installed.get(asset, "")) for asset, items in sorted(wanted.items()))


def _patch(asset: str, items: list[tuple[Match, str, bool]], installed: str) -> Patch:
    target, hint = items[0][1:]
    for _, other, guessed in items[1:]:
        sign = compare(other, target).sign
        hint = hint or guessed or sign is None
        target = other if sign == 1 else target
    found = [item for item, _, _ in items]
    return Patch(
        id=f"{asset}:{target}",
        asset=asset,
        target=target,
        installed=installed,
        vulnerabilities=tuple(dict.fromkeys(item.vulnerability for item in found)),
        advisories=tuple(dict.fromkeys(item.advisory for item in found)),
        urgency=max(item.urgency for item in found),
        hint=hint,
    )


_TEXT = re.compile(
    r"\b(?:updat|upgrad)\w* (?:\w+ ){0,4}?to (?:at least )?(?:the )?(?:latest )?(?:firmware |software )?(?:version )?"
    r"([vr]?\d+(?:\.\d+)+(?: (?:sp|update|upd|hf|patch) ?\d+)*)",
    re.IGNORECASE,
)


def _target(item: Match) -> tuple[str, bool]:
    """(fixed version, whether it comes from the text of the remediation)."""
    if item.fixed_in:
        return item.fixed_in, False
    match = _TEXT.search(item.remediation)
    return (match[1], True) if match else ("", False)


def advance(patch: Patch, progress: Progress) -> Patch:
    """The patch one state further. InputError for a state that may not follow, or without what it asks for."""
    if progress.state not in FOLLOWS[patch.state]:
        allowed = ", ".join(sorted(state.value for state in FOLLOWS[patch.state])) or "-"
        raise InputError(
            "patch-state",
            f"After '{patch.state.value}' a patch cannot be '{progress.state.value}'.",
            advice=f"Possible: {allowed}.",
        )
    if not progress.by or not progress.date:
        raise InputError("patch-who", "A state of a patch needs who set it and when.")
    needs = {_S.NOT_APPROVED: "reason", _S.NOT_AUTHORIZED: "reason", _S.NOT_APPLICABLE: "reason"}
    field = needs.get(progress.state) or ("evidence" if progress.state in (_S.AUTHORIZED, _S.INSTALLED) else "")
    if field and not getattr(progress, field):
        raise InputError("patch-proof", f"The state '{progress.state.value}' needs: {field}.")
    return msgspec.structs.replace(patch, state=progress.state, history=(*patch.history, progress))


def verified(patch: Patch, observed: str) -> bool | None:
    """Whether an observed version contains the patch; None when that cannot be told."""
    sign = compare(observed, patch.target).sign if observed else None
    return None if sign is None else sign >= 0


def plan(patches: Iterable[Patch], windows: Sequence[Window]) -> tuple[Planned, ...]:
    """The most urgent patches first, each into the earliest window that is long enough and meant for its asset.

    A patch that nobody authorised yet is planned all the same, so that it is known by when that has to be done.
    """
    left = {window.id: window.minutes for window in windows}
    ordered = sorted(windows, key=lambda window: (window.start, window.id))
    found = []
    for patch in sorted(patches, key=lambda item: (-item.urgency, item.id)):
        if patch.state in SETTLED:
            continue
        fitting = (w for w in ordered if (not w.assets or patch.asset in w.assets) and left[w.id] >= patch.minutes)
        window = next(fitting, None)
        if window is None:
            told = say("No window is left for {asset}; measures have to bridge the time.", asset=patch.asset)
        else:
            left[window.id] -= patch.minutes
            words = {"asset": patch.asset, "target": patch.target, "start": window.start}
            told = say("{asset} to {target} in the window of {start}.", **words)
        found.append(Planned(patch=patch.id, asset=patch.asset, window=window.id if window else "", reason=told))
    return tuple(found)


_COMPATIBLE: Final = {
    "compatible": _S.APPROVED, "approved": _S.APPROVED, "yes": _S.APPROVED, "freigegeben": _S.APPROVED,
    "not compatible": _S.NOT_APPROVED, "incompatible": _S.NOT_APPROVED, "not approved": _S.NOT_APPROVED,
    "no": _S.NOT_APPROVED, "nicht freigegeben": _S.NOT_APPROVED, "in test": _S.IN_TEST, "testing": _S.IN_TEST,
    "in prüfung": _S.IN_TEST, "not applicable": _S.NOT_APPLICABLE, "nicht anwendbar": _S.NOT_APPLICABLE,
}  # fmt: skip


def compatibility(data: bytes) -> dict[tuple[str, str], PatchState]:
    """(patch, product) -> state, of a supplier's compatibility list: CSV with patch, product, status.

    InputError when a column is missing or a status is unknown: a list half understood is worse than none.
    """
    found: dict[tuple[str, str], PatchState] = {}
    for number, row in enumerate(records(data, ";,\t"), 2):
        cells = {key.casefold(): value.strip() for key, value in row.items()}
        if not {"patch", "product", "status"} <= cells.keys():
            raise InputError("patch-list", "The list needs the columns patch, product and status.")
        state = _COMPATIBLE.get(cells["status"].casefold())
        if state is None:
            raise InputError("patch-list", f"Line {number}: '{cells['status']}' is no known status.")
        found[cells["patch"], cells["product"]] = state
    return found
