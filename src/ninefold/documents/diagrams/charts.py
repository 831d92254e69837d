# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""Charts: risks before and after, levels needed and shown, who talks to whom, what the next euro buys."""

from __future__ import annotations

import msgspec

from ninefold.base.i18n import messages
from ninefold.documents.diagrams.svg import Pen, level_colours, num, risk_colours
from ninefold.documents.fonts import fit, text_width
from ninefold.model.assessment import RiskCell, ScenarioRisk, ZoneLevels
from ninefold.model.findings import Words
from ninefold.model.levels import FR_TITLES
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import FR

say = messages("documents")


class RiskMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """Scenarios by likelihood and impact: without measures, now, with all planned ones."""

    register: tuple[ScenarioRisk, ...]

    def alt(self) -> str:
        """The matrix in words."""
        before, after = (
            sum(not cell.tolerable for cell in cells)
            for cells in ([r.unmitigated for r in self.register], [r.residual for r in self.register])
        )
        return str(
            say(
                "Risk matrix of {count} scenarios: {before} not tolerable without measures, {after} with all planned ones.",
                count=len(self.register),
                before=before,
                after=after,
            )
        )

    def svg(self, theme: str = "print") -> str:
        """Three matrices side by side."""
        pen = Pen(theme)
        columns = (
            (str(say("without measures")), [r.unmitigated for r in self.register]),
            (str(say("now")), [r.current for r in self.register]),
            (str(say("with all planned measures")), [r.residual for r in self.register]),
        )
        for index, (title, cells) in enumerate(columns):
            _matrix(pen, 44 + index * 234, 34, title, cells, axis=index == 0)
        pen.text(
            44,
            296,
            str(say("Impact 1 to 5 to the right, likelihood 0 to 5 upwards; the number is the number of scenarios.")),
            11,
            colour="soft",
        )
        x = 44.0
        for value, words in ((2, say("low")), (6, say("medium")), (12, say("high")), (20, say("critical"))):
            pen.rect(x, 308, 16, 12, risk_colours(value)[0], radius=2)
            pen.text(x + 21, 318, str(words), 11, colour="soft")
            x += 40 + text_width(str(words), 11)
        pen.rect(x, 308, 16, 12, "", "ink", radius=2, line=1.6)
        pen.text(x + 21, 318, str(say("holds scenarios that are not tolerable")), 11, colour="soft")
        return pen.document(736, 330, self.alt())


def _matrix(pen: Pen, x: float, y: float, title: str, cells: list[RiskCell], *, axis: bool) -> None:
    size = 38.0
    pen.text(x, y - 10, title, 12, bold=True)
    for row in range(6):
        likelihood = 5 - row
        if axis:
            pen.text(x - 12, y + row * size + 24, str(likelihood), 11, colour="soft", anchor="middle")
        for column in range(5):
            impact = column + 1
            here = [c for c in cells if c.likelihood == likelihood and c.impact == impact]
            fill, colour = risk_colours(likelihood * impact)
            left, top = x + column * size, y + row * size
            pen.rect(left + 1, top + 1, size - 2, size - 2, fill, radius=3)
            if here:
                if any(not c.tolerable for c in here):
                    pen.rect(left + 2, top + 2, size - 4, size - 4, "", "ink", radius=3, line=1.6)
                pen.text(left + size / 2, top + 25, str(len(here)), 15, colour=colour, bold=True, anchor="middle")
    for column in range(5):
        pen.text(x + column * size + size / 2, y + 6 * size + 14, str(column + 1), 11, colour="soft", anchor="middle")


class LevelChart(msgspec.Struct, frozen=True, kw_only=True):
    """SL-T, SL-C and SL-A per zone and FR: bars for what is planned and shown, a mark for what is needed."""

    levels: tuple[ZoneLevels, ...]
    names: tuple[tuple[str, str], ...] = ()

    def alt(self) -> str:
        """The chart in words."""
        gaps = sum(_gap(item.target[fr], item.capability[fr]) for item in self.levels for fr in FR)
        shown = sum(_gap(item.target[fr], item.achieved[fr]) for item in self.levels for fr in FR)
        return str(
            say(
                "Security levels of {count} zones and conduits: SL-C is below SL-T or unknown in {gaps} places, SL-A in {shown}.",
                count=len(self.levels),
                gaps=gaps,
                shown=shown,
            )
        )

    def svg(self, theme: str = "print") -> str:
        """One line a zone, one column a foundational requirement."""
        pen, names = Pen(theme), dict(self.names)
        left, width, step, top = 200.0, 78.0, 34.0, 40.0
        height = top + step * len(self.levels)
        for column, fr in enumerate(FR_TITLES):
            pen.text(left + column * width, top - 16, f"FR {fr.value} {fr.name}", 11, bold=True)
        for row, item in enumerate(self.levels):
            y = top + row * step
            pen.line(0, y - 5, left + 7 * width, y - 5, "line", width=0.7)
            pen.text(4, y + 14, fit(names.get(item.scope, item.scope), 12, left - 16, 600), 12, bold=True)
            for column, fr in enumerate(FR_TITLES):
                _bullet(pen, left + column * width, y, item.target[fr], item.capability[fr], item.achieved[fr])
        y, x = height + 14, 4.0
        for kind, words in (
            ("l2", say("SL-C: planned")),
            ("l4", say("SL-A: shown")),
            ("mark", say("SL-T: needed")),
            ("gap", say("below SL-T")),
            ("?", say("? unknown")),
        ):
            if kind == "mark":
                pen.rect(x + 5, y - 10, 3, 14, "ink")
            elif kind == "gap":
                pen.text(x + 2, y + 1, "▼", 11, colour="bad")
            elif kind != "?":
                pen.rect(x, y - 7, 16, 8, kind)
            pen.text(x + (21 if kind != "?" else 0), y + 1, str(words), 11, colour="soft")
            x += 40 + text_width(str(words), 11)
        return pen.document(left + 7 * width + 4, height + 26, self.alt())


def _gap(target: int | None, level: int | None) -> bool:
    return bool(target) and (level is None or level < (target or 0))


def _bullet(pen: Pen, x: float, y: float, target: int | None, planned: int | None, shown: int | None) -> None:
    unit = 11.0
    pen.rect(x, y + 1, 4 * unit, 18, "pale")
    for tick in range(1, 5):
        pen.line(x + tick * unit, y + 1, x + tick * unit, y + 19, "line", width=0.6)
    if planned:
        pen.rect(x, y + 3, planned * unit, 14, "l2")
    if shown:
        pen.rect(x, y + 7, shown * unit, 6, "l4")
    if target is not None:
        pen.rect(x + max(target * unit - 1.5, 0), y - 1, 3, 22, "ink")
    words = "/".join("?" if value is None else str(value) for value in (target, planned, shown))
    pen.text(x + 4 * unit + 4, y + 10, words, 9.5, colour="bad" if _gap(target, planned) else "soft")
    if _gap(target, planned):
        pen.text(x + 4 * unit + 4, y + 20, "▼", 8, colour="bad")


class HeatMap(msgspec.Struct, frozen=True, kw_only=True):
    """The communication matrix: how many flows each zone may open to each other one."""

    plant: Plant

    def _counts(self) -> dict[tuple[str, str], int]:
        from ninefold.documents.diagrams.graph import end_of

        counts: dict[tuple[str, str], int] = {}
        for _, flow in self.plant.flows:
            key = end_of(self.plant, flow.source), end_of(self.plant, flow.target)
            counts[key] = counts.get(key, 0) + 1
        return counts

    def alt(self) -> str:
        """The matrix in words."""
        counts = self._counts()
        return str(
            say(
                "Communication matrix: {flows} flows between {pairs} pairs.",
                flows=sum(counts.values()),
                pairs=len(counts),
            )
        )

    def svg(self, theme: str = "print") -> str:
        """Callers in lines, called in columns; an empty field means: not permitted."""
        pen, counts = Pen(theme), self._counts()
        ends = [e.id for e in self.plant.entry_points] + [z.id for z in self.plant.zones]
        used = {end for pair in counts for end in pair}
        ends = [end for end in (*ends, "(outside)") if end in used]
        size = 30.0 if len(ends) <= 30 else 17.0
        text = 11.0 if size == 30.0 else 8.5
        names = {end: str(say("Outside")) if end == "(outside)" else end for end in ends}
        left = max((text_width(name, text) for name in names.values()), default=60.0) + 16
        top = left * 0.72 + 14
        largest = max(counts.values(), default=1)
        for index, end in enumerate(ends):
            pen.text(left - 8, top + index * size + size * 0.64, names[end], text, anchor="end")
            x, y = left + index * size + size * 0.62, top - 6
            pen.parts.append(f'<g transform="rotate(-45 {num(x)} {num(y)})">')
            pen.text(x, y, names[end], text)
            pen.parts.append("</g>")
        for row, source in enumerate(ends):
            for column, target in enumerate(ends):
                x, y = left + column * size, top + row * size
                count = counts.get((source, target), 0)
                level = 0 if not count else 1 + min(3, int(3.999 * (count - 1) / max(largest, 4)))
                fill, colour = level_colours(level) if count else ("pale", "soft")
                pen.rect(x + 0.7, y + 0.7, size - 1.4, size - 1.4, fill, radius=2)
                if count:
                    pen.text(x + size / 2, y + size * 0.66, str(count), text, colour=colour, bold=True, anchor="middle")
        words = str(
            say("Line: who calls. Column: who is called. Number of permitted flows; an empty field is not permitted.")
        )
        bottom = top + size * len(ends)
        pen.text(8, bottom + 20, words, 11, colour="soft")
        width = max(left + size * len(ends) + top * 0.9, text_width(words, 11) + 20)
        return pen.document(width, bottom + 32, self.alt())


class CostCurve(msgspec.Struct, frozen=True, kw_only=True):
    """What the next euro buys: ``points`` are (cost, risk left above the tolerable, what was added), cheapest first."""

    points: tuple[tuple[float, float, Words], ...]
    currency: str = "EUR"

    def alt(self) -> str:
        """The curve in words."""
        listed = "; ".join(f"{cost:,.0f} {self.currency}: R {risk:.0f}" for cost, risk, _ in self.points[:12])
        return str(say("Cost and remaining risk: {points}.", points=listed or "–"))

    def svg(self, theme: str = "print") -> str:
        """A staircase: each step is a measure."""
        pen = Pen(theme)
        left, top, width, height = 50.0, 20.0, 620.0, 250.0
        largest = max((cost for cost, _, _ in self.points), default=0.0) or 1.0
        highest = max([5.0, *(risk for _, risk, _ in self.points)])
        grid = max(1, round(highest / 5))
        for mark in range(0, int(highest) + 1, grid):
            y = top + height - mark / highest * height
            pen.line(left, y, left + width, y, "line", width=0.7)
            pen.text(left - 8, y + 4, str(mark), 11, colour="soft", anchor="end")
        spots = [
            (left + cost / largest * width, top + height - risk / highest * height) for cost, risk, _ in self.points
        ]
        if spots:
            data = f"M{num(spots[0][0])} {num(spots[0][1])}"
            for x, y in spots[1:]:
                data += f"H{num(x)}V{num(y)}"
            pen.path(data, "", "accent", line=2.2)
        last = -99.0
        for number, ((x, y), (cost, _, _)) in enumerate(zip(spots, self.points, strict=True)):
            pen.circle(x, y, 8, "accent")
            pen.text(x, y + 3.6, str(number), 9.5, colour="on-strong", bold=True, anchor="middle")
            if x - last > 64:
                pen.text(x, top + height + 18, f"{cost:,.0f}", 11, colour="soft", anchor="middle")
                last = x
        y = top + height + 36
        pen.text(
            left,
            y,
            str(
                say(
                    "Cost over the planned years in {currency}; vertical: risk R above the tolerable value, summed over all scenarios.",
                    currency=self.currency,
                )
            ),
            11,
            colour="soft",
        )
        for number, (_, risk, words) in enumerate(self.points):
            y += 16
            pen.text(left, y, f"{number}", 11, bold=True)
            pen.text(left + 22, y, fit(f"{words} (R {risk:.0f})", 11, width - 30), 11)
        return pen.document(left + width + 40, y + 14, self.alt())
