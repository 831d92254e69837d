# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""Pictures in a row: the nine steps, an attack path, and the plant by levels of automation."""

from __future__ import annotations

import msgspec

from ninefold.base.i18n import messages
from ninefold.documents.diagrams.svg import Pen, level_colours, num
from ninefold.documents.fonts import fit, text_width, wrap
from ninefold.documents.terms import entry_word
from ninefold.model.assessment import ZoneLevels
from ninefold.model.findings import Words
from ninefold.model.plant import Plant

say = messages("documents")

_STEP_COLOURS = {
    "current": ("good-pale", "good"),
    "stale": ("warn-pale", "warn"),
    "due": ("warn-pale", "warn"),
    "failed": ("bad-pale", "bad"),
}


class StepsPicture(msgspec.Struct, frozen=True, kw_only=True):
    """The nine steps: per step its title, its state (``current``, ``stale``, ``due``, ``not started``) in words too."""

    steps: tuple[tuple[Words, str, Words], ...]

    def alt(self) -> str:
        """The steps in words."""
        return "; ".join(f"{index}. {title}: {words}" for index, (title, _, words) in enumerate(self.steps, 1))

    def svg(self, theme: str = "print") -> str:
        """Arrows in a row, each with number, title and state."""
        pen = Pen(theme)
        width, height = 112.0, 66.0
        for index, (title, state, words) in enumerate(self.steps):
            x = 6 + index * (width - 6)
            fill, colour = _STEP_COLOURS.get(state, ("pale", "soft"))
            nose = 10.0
            tail = 0.0 if index == 0 else nose
            pen.path(
                f"M{num(x)} 8H{num(x + width - nose)}L{num(x + width)} {num(8 + height / 2)}L{num(x + width - nose)} "
                f"{num(8 + height)}H{num(x)}L{num(x + tail)} {num(8 + height / 2)}Z",
                fill,
                colour,
                line=1.2,
            )
            lines = wrap(str(title), 10.5, width - 34, 600, 2)
            pen.text(x + 15, 25, str(index + 1), 11, bold=True, colour=colour)
            for number, line in enumerate(lines):
                pen.text(x + 15, 39 + number * 12, line, 10.5, bold=True)
            pen.text(x + 15, 67, fit(str(words), 10, width - 32), 10, colour=colour)
        return pen.document(12 + len(self.steps) * (width - 6) + 8, height + 18, self.alt())


class PathPicture(msgspec.Struct, frozen=True, kw_only=True):
    """An attack path: places in order, and on each step what happens there and which barrier stands in the way.

    ``steps`` has one entry less than ``places``; each is (what happens, barrier or ""). ``chance`` in words.
    """

    places: tuple[tuple[str, Words], ...]
    steps: tuple[tuple[Words, Words], ...]
    chance: Words = ""

    def alt(self) -> str:
        """The path in words."""
        return str(say("Attack path: {places}.", places=" → ".join(str(name) for _, name in self.places)))

    def svg(self, theme: str = "print") -> str:
        """Boxes from left to right, in several lines where needed."""
        pen = Pen(theme)
        box, gap, per_row, row_height = 138.0, 112.0, 3, 112.0
        for index, (identifier, name) in enumerate(self.places):
            column, row = index % per_row, index // per_row
            x, y = 8 + column * (box + gap), 12 + row * row_height
            first, last = index == 0, index == len(self.places) - 1
            fill, stroke = (
                ("outside-pale", "outside") if first else ("bad-pale", "bad") if last else ("card", "conduit")
            )
            pen.rect(x, y, box, 50, fill, stroke, radius=5, line=1.4)
            lines = wrap(str(name), 11.5, box - 16, 600, 2)
            for number, line in enumerate(lines):
                pen.text(x + 8, y + 17 + number * 14, line, 11.5, bold=True)
            if len(lines) == 1:
                pen.text(x + 8, y + 35, fit(identifier, 10, box - 16), 10, colour="soft")
            if index < len(self.steps):
                self._step(pen, x + box, y, gap, *self.steps[index], wrap_row=column == per_row - 1, row=row_height)
        rows = -(-len(self.places) // per_row)
        height = 12 + rows * row_height
        if self.chance:
            pen.text(8, height, str(self.chance), 11, colour="soft")
        return pen.document(8 + per_row * box + (per_row - 1) * gap + 26, height + 10, self.alt())

    def _step(
        self, pen: Pen, x: float, y: float, gap: float, what: Words, barrier: Words, *, wrap_row: bool, row: float
    ) -> None:
        if wrap_row:  # down and back to the first column
            left = 8 + 69.0
            pen.path(f"M{num(x)} {num(y + 25)}h12V{num(y + 84)}H{num(left)}V{num(y + row - 8)}", "", "bad", line=1.6)
            pen.path(f"M{num(left)} {num(y + row)}l-4 -8h8Z", "bad")
            where, limit = left + 12, 380.0
            pen.text(where, y + 79, fit(str(what), 10, limit), 10)
            if str(barrier):
                pen.text(where, y + 97, fit(str(barrier), 10, limit), 10, colour="good")
            return
        pen.line(x, y + 25, x + gap - 8, y + 25, "bad", width=1.6)
        pen.path(f"M{num(x + gap)} {num(y + 25)}l-8 -4v8Z", "bad")
        for number, line in enumerate(wrap(str(what), 10, gap - 12, 400, 2)[::-1]):
            pen.text(x + gap / 2 - 4, y + 19 - number * 12, line, 10, anchor="middle")
        if str(barrier):
            pen.rect(x + gap / 2 - 6, y + 20, 4, 12, "good")
            for number, line in enumerate(wrap(str(barrier), 10, gap - 8, 400, 3)):
                pen.text(x + gap / 2 - 4, y + 44 + number * 12, line, 10, colour="good", anchor="middle")


class LevelsOfAutomation(msgspec.Struct, frozen=True, kw_only=True):
    """The plant by levels (IEC 62264, often named after Purdue): zones in bands, networks below them, the outside on top."""

    plant: Plant
    levels: tuple[ZoneLevels, ...] = ()

    def alt(self) -> str:
        """The drawing in words."""
        bands = ", ".join(f"{level or '?'}: {len(zones)}" for level, zones in self._bands())
        return str(say("Zones by level of automation: {bands}.", bands=bands or "–"))

    def _bands(self) -> list[tuple[str, list[str]]]:
        bands: dict[str, list[str]] = {}
        for zone in self.plant.zones:
            bands.setdefault(zone.level, []).append(zone.id)
        return sorted(bands.items(), key=lambda item: (item[0] == "", _negative(item[0])))

    def svg(self, theme: str = "print") -> str:
        """Bands from the outside on top to the process below."""
        pen = Pen(theme)
        targets = {item.scope: item.target.highest for item in self.levels}
        full, left, y = 900.0, 92.0, 10.0
        y = self._outside(pen, left, y, full)
        for level, zones in self._bands():
            y = self._band(pen, level, zones, targets, left, y, full)
        return pen.document(full, y + 4, self.alt())

    def _outside(self, pen: Pen, left: float, y: float, full: float) -> float:
        if not self.plant.entry_points:
            return y
        x, top = left, y
        for point in self.plant.entry_points:
            width = (
                max(text_width(point.title or point.id, 11.5, 600), text_width(str(entry_word(point.kind)), 10)) + 30
            )
            if x + width > full - 10 and x > left:
                x, y = left, y + 44
            pen.rect(x, y, width, 36, "outside-pale", "outside", radius=18, line=1.1)
            pen.text(x + width / 2, y + 16, point.title or point.id, 11.5, bold=True, anchor="middle")
            pen.text(x + width / 2, y + 29, str(entry_word(point.kind)), 10, colour="outside", anchor="middle")
            x += width + 12
        pen.text(8, top + 22, str(say("Outside")), 12, bold=True, colour="outside")
        return y + 50

    def _band(
        self, pen: Pen, level: str, zones: list[str], targets: dict[str, int], left: float, y: float, full: float
    ) -> float:
        top, x, row = y, left, 0.0
        spots: list[tuple[str, float, float, float]] = []
        for name in zones:
            zone = self.plant.zone[name]
            width = min(max(text_width(zone.name, 11.5, 600) + 24, 170.0), 250.0)
            if x + width > full - 14 and x > left:
                x, y = left, y + row + 12
            networks = [net for net in self.plant.networks if net.zone == name]
            height = 44.0 + 19 * len(networks)
            spots.append((name, x, y + 10, width))
            row = max(row, height)
            x += width + 14
        bottom = y + row + 22
        pen.rect(2, top, full - 4, bottom - top - 4, "area", "line", radius=4)
        pen.text(
            12, top + 24, str(say("Level {level}", level=level)) if level else str(say("Level not set")), 12, bold=True
        )
        for name, x, place, width in spots:
            self._zone(pen, name, targets.get(name), x, place, width)
        return bottom

    def _zone(self, pen: Pen, name: str, level: int | None, x: float, y: float, width: float) -> None:
        zone = self.plant.zone[name]
        pen.rect(x, y, width, 40, "card", "safety" if zone.safety else "conduit", radius=4, line=1.3)
        pen.text(x + 9, y + 15, fit(zone.name, 11.5, width - 16, 600), 11.5, bold=True)
        words = f"SL-T {'?' if level is None else level}"
        fill, colour = level_colours(level)
        pen.rect(x + 9, y + 20, 44, 15, fill, "soft" if level is None else "", radius=3)
        pen.text(x + 31, y + 31, words, 10.5, colour=colour, bold=True, anchor="middle")
        count = len(self.plant.members.get(name, ()))
        rest = str(say("1 asset")) if count == 1 else str(say("{count} assets", count=count))
        rest += f" · {say('safety')}" if zone.safety else ""
        pen.text(x + 60, y + 31, fit(rest, 10.5, width - 66), 10.5, colour="soft")
        for index, net in enumerate(net for net in self.plant.networks if net.zone == name):
            line = y + 52 + index * 19
            pen.line(x + 14, y + 40, x + 14, line, "accent", width=1.4)
            pen.line(x, line, x + width, line, "accent", width=2)
            words = f"{net.title or net.id}  {net.subnet or net.subnet6}" + (f"  VLAN {net.vlan}" if net.vlan else "")
            pen.text(x + 20, line + 11, fit(words, 9.5, width - 22), 9.5, colour="soft")


def _negative(level: str) -> float:
    """Highest level first; what is no number goes last."""
    try:
        return -float(level.replace(",", "."))
    except ValueError:
        return 99.0
