"""Later fragments of an IP packet have no ports: they are given those of the first fragment."""

from __future__ import annotations

from typing import Final

import numpy as np

from ninefold.sources.captures.frames import Frames

_MOST: Final = 16_384  # packets that are being put together
Key = tuple[int, ...]


class Fragments:
    """Remembers first fragments across batches; a later fragment that comes before its first stays without ports."""

    def __init__(self) -> None:
        self._ports: dict[Key, tuple[int, int]] = {}
        self.count = 0

    def resolve(self, frames: Frames) -> None:
        """Fill in the ports of later fragments."""
        cut = np.flatnonzero(frames.fragment)
        self.count += len(cut)
        for place in cut.tolist():
            key = self._key(frames, place)
            if frames.fragment[place] == 1:
                if len(self._ports) >= _MOST:
                    del self._ports[next(iter(self._ports))]
                self._ports[key] = int(frames.source_port[place]), int(frames.target_port[place])
            elif key in self._ports:
                frames.source_port[place], frames.target_port[place] = self._ports[key]

    @staticmethod
    def _key(frames: Frames, place: int) -> Key:
        columns = (
            frames.kind,
            frames.protocol,
            frames.identifier,
            frames.source_high,
            frames.source_low,
            frames.target_high,
            frames.target_low,
        )
        return tuple(int(column[place]) for column in columns)
