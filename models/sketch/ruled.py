"""Find the lines of ruled and squared paper among the marks of a picture.

Ruled lines run from edge to edge, a little aslant where the camera was, and there are several of
them; what somebody draws does neither. Where a drawn line crosses a ruled one, it stays.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage  # type: ignore[import-untyped]  # it has no types

Mask = NDArray[np.bool_]

COARSE = 160  # pixels of the greater side, where lines are looked for
ASLANT = 0.15  # of the width: how much lower a line may end than it began
COVERED = 0.85  # share of the picture's width that a line is seen on
LEAST = 4  # lines, from which on the paper is ruled
PART = 0.15  # of the width that a line is in the picture, at least
NEAR = 7  # pixels around the straight line that a ruled one may leave it


def ruled(marks: Mask) -> Mask:
    """Return which of the marks are lines of the paper: none of them where it is plain."""
    level = _level(marks)
    return level | _level(np.ascontiguousarray(marks.T)).T


def bridged(ink: Mask, lines: Mask) -> Mask:
    """Return the ink, joined again where it was cut with the lines."""
    if not lines.any():
        return ink
    disc = ndimage.iterate_structure(ndimage.generate_binary_structure(2, 1), 4)
    return np.asarray(ink | (ndimage.binary_closing(ink, disc) & lines))


def _level(marks: Mask) -> Mask:
    """Return the marks that are ruled from left to right."""
    found = np.zeros_like(marks)
    ends = _ends(marks)
    if len(ends) < LEAST:
        return found
    height, width = marks.shape
    runs, columns = _runs(marks), np.arange(width)
    around = np.arange(-NEAR, NEAR + 1)
    for left, right in ends:
        middle = _followed(marks, left + (right - left) * columns / (width - 1))
        rows = np.rint(middle).astype(int) + around[:, None]
        inside = (rows >= 0) & (rows < height)
        rows = rows.clip(0, height - 1)
        seen = runs[rows, columns] * inside
        if not seen.any():
            continue
        thick = float(np.median(seen[seen > 0]))
        near = np.abs(around)[:, None] <= thick / 2 + 2
        lies = (seen > 0) & (seen <= 1.6 * thick + 1) & near
        found[rows[lies], np.broadcast_to(columns, rows.shape)[lies]] = True
    return found


def _ends(marks: Mask) -> NDArray[np.float64]:
    """Return the rows (n, 2) at which the lines leave the left and the right edge.

    First those that cross the whole picture. Then, beside them, those that the upper or lower edge
    cuts off: they are followed as far as they are in the picture.
    """
    height, width = marks.shape
    block = max(1, round(max(marks.shape) / COARSE))
    high, wide = height // block, width // block
    if min(high, wide) < COARSE // 8:
        return np.empty((0, 2))
    cut = marks[: high * block, : wide * block].reshape(high, block, wide, block)
    reach = round(ASLANT * wide)
    falls = np.arange(-reach, reach + 1)
    begins = np.arange(-reach, high + reach)[:, None]
    room = ((2 * reach, 2 * reach), (0, 0))
    seen, dense, inside = (
        np.pad(layer, room)
        for layer in (cut.any(axis=(1, 3)), cut.mean(axis=(1, 3)), np.ones((high, wide)))
    )
    covered, score, share = np.zeros((3, len(falls), len(begins)))
    columns = np.arange(wide)
    for place, fall in enumerate(falls):
        rows = begins + np.rint(fall * columns / (wide - 1)).astype(int) + 2 * reach
        share[place] = inside[rows, columns].mean(axis=1)
        covered[place] = seen[rows, columns].mean(axis=1)
        score[place] = dense[rows, columns].mean(axis=1)
    enough = covered >= COVERED * np.maximum(share, PART)
    whole = _apart(np.where(enough & (share == 1), score, 0), falls, reach, [])
    if len(whole) < LEAST:
        return np.empty((0, 2))
    usual = np.median([right - left for left, right in whole])
    alike = np.abs(falls - usual)[:, None] <= reach / 3
    every = _apart(np.where(enough & (share < 1) & alike, score, 0), falls, reach, whole)
    return np.asarray((np.array(every) + 0.5) * block)


def _apart(
    score: NDArray[np.float64],
    falls: NDArray[np.int_],
    reach: int,
    known: list[tuple[float, float]],
) -> list[tuple[float, float]]:
    """Return the known lines and the best others that cross none and keep two rows away."""
    ends = list(known)
    for index in np.argsort(score, axis=None)[::-1][: int((score > 0).sum())]:
        fall, row = np.unravel_index(index, score.shape)
        left, right = float(row - reach), float(row - reach + falls[fall])
        away = [(left - a, right - b) for a, b in ends]
        if all(max(abs(one), abs(other)) > 2 and one * other > 0 for one, other in away):
            ends.append((left, right))
    return ends


def _followed(marks: Mask, middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rows of a line, set right by the marks near it: by a parabola, for lenses."""
    height, width = marks.shape
    around, columns = np.arange(-NEAR, NEAR + 1), np.arange(width)
    rows = np.rint(middle).astype(int) + around[:, None]
    inside = (rows >= 0) & (rows < height)
    weight = marks[rows.clip(0, height - 1), columns] & inside
    counted = weight.sum(axis=0)
    known = (counted > 0) & (counted <= NEAR + 2)
    if known.sum() < 20:
        return middle
    away = (weight * around[:, None]).sum(axis=0)[known] / counted[known]
    return middle + np.polyval(np.polyfit(columns[known], away, 2), columns)


def _runs(marks: Mask) -> NDArray[np.int_]:
    """Return for each mark how many marks lie together above and below it, itself included."""
    rows = np.arange(len(marks))[:, None]
    above = np.maximum.accumulate(np.where(marks, -1, rows), axis=0)
    below = np.minimum.accumulate(np.where(marks, len(marks), rows)[::-1], axis=0)[::-1]
    return np.where(marks, below - above - 1, 0)
