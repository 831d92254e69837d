"""One zone on a page: its assets in the middle, who calls it on the left, whom it calls on the right."""

from __future__ import annotations

import msgspec

from ninefold.base.i18n import messages
from ninefold.documents.diagrams.graph import end_of
from ninefold.documents.diagrams.svg import Pen, level_colours
from ninefold.documents.fonts import fit, text_width, wrap
from ninefold.documents.terms import kind_word
from ninefold.model.assets import Asset
from ninefold.model.plant import Plant
from ninefold.model.vocabulary import NETWORK_KINDS, SAFETY_KINDS

say = messages("documents")

SIDE = 168.0
GAP = 128.0
ROW = 50.0
CHIP = (158.0, 34.0)
MOST = 24  # assets drawn; the table below lists all


class _Neighbour(msgspec.Struct, frozen=True):
    end: str
    conduit: str
    services: tuple[str, ...]
    protected: bool


class ZoneSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A zone with its assets and neighbours: the detailed level of the zone and conduit diagram."""

    plant: Plant
    zone: str
    level: int | None = None

    def _neighbours(self, *, inward: bool) -> list[_Neighbour]:
        """Callers of the zone, or whom it calls: one line per neighbour and conduit."""
        found: dict[tuple[str, str], list[str]] = {}
        for conduit, flow in self.plant.flows:
            source, target = end_of(self.plant, flow.source), end_of(self.plant, flow.target)
            here, there = (target, source) if inward else (source, target)
            if here == self.zone and there != self.zone:
                known = self.plant.service.get(flow.service)
                names = found.setdefault((there, conduit.id), [])
                if (known.title if known else flow.service) not in names:
                    names.append(known.title if known else flow.service)
        result = []
        for (end, conduit_id), names in found.items():
            conduit = self.plant.conduit[conduit_id]
            result.append(_Neighbour(end, conduit_id, tuple(names), conduit.encrypted or conduit.authenticated))
        return result

    def alt(self) -> str:
        """The picture in words."""
        return str(
            say(
                "Zone {zone}: {count} assets, called by {callers}, calls {called}.",
                zone=self.plant.zone[self.zone].name,
                count=len(self.plant.members.get(self.zone, ())),
                callers=", ".join(dict.fromkeys(n.end for n in self._neighbours(inward=True))) or "–",
                called=", ".join(dict.fromkeys(n.end for n in self._neighbours(inward=False))) or "–",
            )
        )

    def svg(self, theme: str = "print") -> str:
        """Three columns: callers, the zone, the called."""
        pen, zone = Pen(theme), self.plant.zone[self.zone]
        callers, called = self._neighbours(inward=True), self._neighbours(inward=False)
        assets = self.plant.members.get(self.zone, ())
        columns = 1 if len(assets) <= 4 else 2
        shown = assets[:MOST]
        rows = -(-len(shown) // columns)
        inner = max(columns * (CHIP[0] + 8) + 20, text_width(zone.name, 14, 600) + 30, 200.0)
        head = 58.0
        height = max(
            head + rows * (CHIP[1] + 6) + (22 if len(assets) > MOST else 8),
            max(len(callers), len(called)) * ROW + 8,
            84,
        )
        left = 8 + SIDE + GAP if callers else 8.0
        self._box(pen, left, 8, inner, height, len(assets))
        for index, asset in enumerate(shown):
            x = left + 12 + (index % columns) * (CHIP[0] + 8)
            self._chip(pen, x, 8 + head + (index // columns) * (CHIP[1] + 6), asset)
        if len(assets) > MOST:
            pen.text(
                left + 14, 8 + height - 8, str(say("and {count} more", count=len(assets) - MOST)), 11, colour="soft"
            )
        for side, items in ((-1, callers), (1, called)):
            first = 8 + (height - len(items) * ROW) / 2 + ROW / 2
            for index, item in enumerate(items):
                self._neighbour(pen, item, side, left, left + inner, first + index * ROW)
        width = left + inner + (GAP + SIDE + 8 if called else 8)
        return pen.document(width, height + 16, self.alt())

    def _box(self, pen: Pen, x: float, y: float, width: float, height: float, count: int) -> None:
        zone = self.plant.zone[self.zone]
        safety = zone.safety or any(asset.safety for asset in self.plant.members.get(self.zone, ()))
        pen.rect(x, y, width, height, "card", "safety" if safety else "conduit", radius=6, line=1.8 if safety else 1.4)
        pen.text(x + 14, y + 23, fit(zone.name, 14, width - 24, 600), 14, bold=True)
        fill, colour = level_colours(self.level)
        pen.rect(x + 14, y + 32, 50, 17, fill, "soft" if self.level is None else "", radius=3)
        words = f"SL-T {'?' if self.level is None else self.level}"
        pen.text(x + 39, y + 44.5, words, 11, colour=colour, bold=True, anchor="middle")
        rest = str(say("1 asset")) if count == 1 else str(say("{count} assets", count=count))
        pen.text(x + 72, y + 44.5, rest + (f" · {say('safety')}" if safety else ""), 11, colour="soft")

    def _chip(self, pen: Pen, x: float, y: float, asset: Asset) -> None:
        safe = asset.safety or asset.kind in SAFETY_KINDS
        mark = "safety" if safe else "accent" if asset.kind in NETWORK_KINDS else "line"
        pen.open_group(asset.id, asset.id)
        pen.rect(x, y, CHIP[0], CHIP[1], "pale", "line", radius=2, line=0.8)
        pen.rect(x, y, 4, CHIP[1], mark)
        pen.text(x + 11, y + 14.5, fit(asset.name, 11, CHIP[0] - 16, 600), 11, bold=True)
        words = str(kind_word(asset.kind)) + (f" · {asset.addresses[0]}" if asset.addresses else "")
        pen.text(x + 11, y + 27.5, fit(words, 9.5, CHIP[0] - 16), 9.5, colour="soft")
        pen.close_group()

    def _neighbour(self, pen: Pen, item: _Neighbour, side: int, left: float, right: float, y: float) -> None:
        outside = item.end not in self.plant.zone
        x = left - GAP - SIDE if side < 0 else right + GAP
        name = str(say("Outside"))
        if not outside:
            name = self.plant.zone[item.end].name
        elif item.end in self.plant.entry_point:
            name = self.plant.entry_point[item.end].title or item.end
        fill, stroke = ("outside-pale", "outside") if outside else ("area", "conduit")
        pen.rect(x, y - 18, SIDE, 36, fill, stroke, radius=18 if outside else 4, line=1.1)
        lines = wrap(name, 10.5, SIDE - 20, 600, 2)
        for number, line in enumerate(lines):
            base = y + 4 + (number - (len(lines) - 1) / 2) * 13
            pen.text(x + SIDE / 2, base, line, 10.5, bold=True, anchor="middle")
        start, end = (x + SIDE, left) if side < 0 else (right, x)
        dash = "" if item.protected else "5 4"
        pen.path(f"M{start:.1f} {y:.1f}H{end - 8:.1f}", "", "conduit", line=1.5, dash=dash)
        pen.path(f"M{end:.1f} {y:.1f}l-8 -4v8Z", "conduit")
        middle = (start + end) / 2 - 4
        pen.text(middle, y - 5, fit(item.conduit, 10, GAP - 16, 600), 10, bold=True, anchor="middle")
        services = ", ".join(item.services[:2]) + (f" +{len(item.services) - 2}" if len(item.services) > 2 else "")
        pen.text(middle, y + 13, fit(services, 9.5, GAP - 14), 9.5, colour="soft", anchor="middle")
