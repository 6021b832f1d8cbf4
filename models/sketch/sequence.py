"""A drawing as a sequence of points, as the pen went: what the sequence network reads.

96 points, equally far apart along all strokes, each with nine numbers: x and y in the box (-1 to
1), the step from the point before, its direction (0 where a stroke begins), whether a stroke
begins, how far along the sequence it is (-1 to 1), and 1. A point that is not told is nine zeros.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.sketch.strokes import Points

POINTS, FEATURES = 96, 9
TOLD = 8  # the feature that is 1
SIDEWAYS = (0, 2, 4)  # the features that a mirror turns round
MIDDLE = 127.0  # of the drawing's box

Sequences = NDArray[np.float32]
Path = NDArray[np.float32]


def path(strokes: Sequence[Points]) -> Path:
    """Return (96, 3) float32: x, y, and 1 where a stroke begins; of many strokes the first 48."""
    lines = [np.repeat(line, 2, axis=0) if len(line) == 1 else line for line in strokes]
    lines = lines[: POINTS // 2]
    along = [np.append(0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))) for line in lines]
    steps = np.empty((POINTS, 3), np.float32)
    at = 0
    for line, lengths, count in zip(lines, along, _counts(along), strict=True):
        where = np.linspace(0, lengths[-1], count)
        for axis in (0, 1):
            steps[at : at + count, axis] = np.interp(where, lengths, line[:, axis])
        steps[at : at + count, 2] = np.arange(count) == 0
        at += count
    return steps


def _counts(along: Sequence[NDArray[np.float64]]) -> list[int]:
    """Return how many of the points each stroke gets: two, and more by its length."""
    lengths = np.array([line[-1] for line in along])
    share = lengths / max(lengths.sum(), 1e-9) * (POINTS - 2 * len(lengths))
    counts = 2 + np.floor(share).astype(int)
    counts[np.argsort(counts - 2 - share)[: POINTS - counts.sum()]] += 1
    counts[0] += POINTS - counts.sum()
    return [int(count) for count in counts]


def sequences(
    xy: NDArray[np.float32],
    begins: NDArray[np.float32],
    told: NDArray[np.bool_],
    box: NDArray[np.bool_] | None = None,
) -> Sequences:
    """Return the (n, 96, 9) sequences of (n, 96, 2) points, without those that are not `told`.

    They are scaled to the box of the points chosen by `box`, of those told if None.
    """
    chosen = (told if box is None else box)[..., None]
    low = np.where(chosen, xy, np.inf).min(axis=1, keepdims=True)
    high = np.where(chosen, xy, -np.inf).max(axis=1, keepdims=True)
    extent = np.maximum((high - low).max(axis=2, keepdims=True), 1e-3)
    place = (xy - (low + high) / 2) * 2 / extent
    step = np.diff(place, axis=1, prepend=place[:, :1])
    direction = step / (np.hypot(step[..., 0], step[..., 1]) + 1e-6)[..., None]
    order = np.broadcast_to(np.linspace(-1, 1, POINTS), begins.shape)[..., None]
    first = begins[..., None]
    parts = [place, step * 8, direction * (1 - first), first, order, np.ones_like(order)]
    return np.asarray(np.concatenate(parts, axis=2) * told[..., None], dtype=np.float32)


def plain(paths: Path) -> Sequences:
    """Return (n, 96, 3) paths as (n, 96, 9) sequences."""
    return sequences(paths[..., :2] - MIDDLE, paths[..., 2], np.ones(paths.shape[:2], dtype=bool))
