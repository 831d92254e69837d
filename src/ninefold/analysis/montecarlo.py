"""The chance to reach a node when every step succeeds independently with its own chance.

Many runs at once: 64 runs are the bits of one machine word, a step is an AND, a meeting of ways an OR. The same random
numbers serve every class and every set of measures, so that differences are real. Fixed seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np

SEED: Final = 62443
RESOLUTION: Final = 65536  # chances are met to 1/65536
_BATCH: Final = 2048  # runs at a time
_BUDGET: Final = 120_000_000  # most random numbers drawn; larger graphs get fewer runs


def affordable(runs: int, edges: int) -> int:
    """As many runs as wanted, fewer (at least 1,024) where the graph is very large. A multiple of 1,024."""
    most = max(_BUDGET // max(edges, 1), 1024)
    return max(min(runs, most) // 1024, 1) * 1024


def error_of(chance: float, runs: int) -> float:
    """Half width of the 95 % interval (Wilson) of a chance estimated by ``runs`` runs."""
    z = 1.96
    spread = chance * (1 - chance) / runs + z * z / (4 * runs * runs)
    wide: float = z * spread**0.5 / (1 + z * z / runs)
    return wide


def reached(
    size: int, ends: Sequence[tuple[int, int]], chances: Sequence[Sequence[float]], start: int, runs: int
) -> list[Any]:
    """For each list of chances (one per edge): an array of booleans, node x run: was the node reached?

    ``ends`` are (source, target) numbers below ``size``. The result is packed: uint8 array of shape (size, runs / 8).
    """
    import numpy as np

    order = sorted(range(len(ends)), key=lambda index: ends[index][1])
    sources = np.array([ends[index][0] for index in order], dtype=np.int64)
    targets = np.array([ends[index][1] for index in order], dtype=np.int64)
    limits = [
        np.array([min(round(row[i] * RESOLUTION), RESOLUTION) for i in order], dtype=np.uint32) for row in chances
    ]
    if len(order) == 0:
        return [_only(np, size, start, runs) for _ in chances]
    first = np.flatnonzero(np.r_[True, targets[1:] != targets[:-1]])
    generator = np.random.Generator(np.random.PCG64(SEED))
    parts: list[list[Any]] = [[] for _ in chances]
    left = runs
    while left > 0:
        count = min(_BATCH, left)
        drawn = generator.integers(0, RESOLUTION, size=(len(order), count), dtype=np.uint16)
        for index, limit in enumerate(limits):
            open_edges = np.packbits(drawn < limit[:, None], axis=1)
            parts[index].append(_spread(np, size, start, sources, targets[first], first, open_edges))
        left -= count
    return [np.concatenate(part, axis=1) for part in parts]


def _only(np: Any, size: int, start: int, runs: int) -> Any:
    state = np.zeros((size, runs // 8), dtype=np.uint8)
    state[start] = 255
    return state


def _spread(
    np: Any, size: int, start: int, sources: np.ndarray, heads: np.ndarray, first: np.ndarray, open_edges: np.ndarray
) -> Any:
    """Let the start flow along open edges until nothing changes."""
    pad = -open_edges.shape[1] % 8
    if pad:
        open_edges = np.pad(open_edges, ((0, 0), (0, pad)))
    words = open_edges.view(np.uint64)
    state = np.zeros((size, words.shape[1]), dtype=np.uint64)
    state[start] = np.uint64(0xFFFFFFFFFFFFFFFF)
    while True:
        flowing = np.bitwise_or.reduceat(state[sources] & words, first, axis=0)
        after = state[heads] | flowing
        if np.array_equal(after, state[heads]):
            break
        state[heads] = after
    bits = state.view(np.uint8)
    return bits[:, : bits.shape[1] - pad] if pad else bits


def share(packed: Any, nodes: Sequence[int]) -> float:
    """The share of runs in which any of the nodes was reached."""
    import numpy as np

    if not nodes:
        return 0.0
    together = np.bitwise_or.reduce(packed[list(nodes)], axis=0)
    return float(np.unpackbits(together).mean())
