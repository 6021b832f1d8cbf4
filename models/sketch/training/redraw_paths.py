"""Redraw many paths at once as other hands might have drawn them, for the sequence network.

The same changes as `models.sketch.training.redraw` makes, on arrays of all drawings of a batch.
"""

import numpy as np
from numpy.typing import NDArray

from models.sketch.network_input import MIDDLE, POINTS, PenPath, Sequences, sequences
from models.sketch.training.redraw import UNFINISHED, Random

STROKES = POINTS // 2 + 1
BACKWARDS = 0.1  # share of strokes, where their order changes
EXCHANGED = 0.5  # share of paths whose end is that of another one, where both have two strokes
Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Told = NDArray[np.bool_]


def redrawn_paths(paths: PenPath, random: Random, another_order: float = 0.0) -> Sequences:
    """Return (n, 96, 9) sequences of (n, 96, 3) paths, each redrawn by chance.

    `another_order` is the share of them whose strokes change places.
    """
    xy, stroke = cut(paths, random)
    rows = np.arange(len(paths))[:, None]
    count = counted(stroke)
    short = (random.random(count.shape) < 0.2) & (count < 0.25 * POINTS)
    dropped = short & (random.random((len(paths), 1)) < 0.4)
    told = ~dropped[rows, stroke]
    told[~told.any(axis=1)] = True
    if another_order:
        xy, stroke, told = reordered(xy, stroke, told, random, another_order)
    return changed(xy, stroke, told, random, 1.0)


def redrawn_again(paths: PenPath, random: Random) -> Sequences:
    """Return (n, 96, 9) sequences of (n, 96, 3) paths that were redrawn before.

    They are changed half as much as at first, and nothing is left out: what networks trained before
    answered to them still holds.
    """
    stroke = np.cumsum(paths[..., 2], axis=1).astype(int) - 1
    told = np.ones(stroke.shape, dtype=bool)
    return changed(paths[..., :2].astype(float) - MIDDLE, stroke, told, random, 0.5)


def exchanged(paths: PenPath, others: PenPath, random: Random) -> PenPath:
    """Return the (n, 96, 3) paths, many with the end of another one of the same thing."""
    n = len(paths)
    rows, share = np.arange(n)[:, None], random.uniform(0.15, 0.85, (n, 1))
    kept, cut = _stroke_near(paths, share), _stroke_near(others, share)
    rank = (np.arange(POINTS) * (kept + POINTS - cut) / POINTS).astype(int)
    late = rank >= kept
    source = np.where(late, cut + rank - kept, rank)
    made = np.where(late[..., None], others[rows, source], paths[rows, source])
    strokes, others_strokes = (np.cumsum(each[..., 2], axis=1) for each in (paths, others))
    stroke = np.where(late, POINTS + others_strokes[rows, source], strokes[rows, source])
    made[..., 2] = np.diff(stroke, axis=1, prepend=-1) > 0
    chosen = (random.random((n, 1)) < EXCHANGED) & (kept > 0) & (cut > 0)
    chosen &= made[..., 2].sum(axis=1, keepdims=True) < STROKES
    return np.where(chosen[..., None], made, paths)


def reordered(
    xy: Floats, stroke: Places, told: Told, random: Random, share: float
) -> tuple[Floats, Places, Told]:
    """Return the points with their strokes: in a share of drawings a few places on, or back.

    Strokes in their places may be drawn backwards too.
    """
    n = len(xy)
    rows, index = np.arange(n)[:, None], np.arange(POINTS)
    chosen = random.random((n, 1)) < share
    late = np.arange(STROKES) + random.normal(0, 1.5, (n, STROKES)) * chosen
    place = late.argsort(axis=1).argsort(axis=1)[rows, stroke]
    backwards = (random.random((n, STROKES)) < BACKWARDS)[rows, stroke]
    order = np.argsort(place * 2 * POINTS + np.where(backwards, -index, index), axis=1)
    stroke = np.cumsum(np.diff(place[rows, order], axis=1, prepend=-1) > 0, axis=1) - 1
    return xy[rows, order], stroke, told[rows, order]


def _stroke_near(paths: PenPath, share: Floats) -> Places:
    """Return (n, 1) where the stroke begins that is nearest to a share; 0 of a single stroke."""
    index = np.arange(POINTS)
    far = np.where((paths[..., 2] > 0) & (index > 0), np.abs(index - share * POINTS), np.inf)
    return np.asarray(far.argmin(axis=1)[:, None])


def changed(xy: Floats, stroke: Places, told: Told, random: Random, much: float) -> Sequences:
    """Return the sequences of points about the middle, changed so much, without those not told."""
    begins = np.diff(stroke, axis=1, prepend=-1).clip(0, 1).astype(np.float32)
    xy = waved(moved(xy, stroke, random, much), random, much)
    return sequences((xy @ turns(len(xy), random, much)).astype(np.float32), begins, told)


def counted(stroke: Places) -> Floats:
    """Return (n, 49) how many points each stroke has."""
    count = np.zeros((len(stroke), STROKES))
    np.add.at(count, (np.arange(len(stroke))[:, None], stroke), 1)
    return count


def cut(paths: PenPath, random: Random) -> tuple[Floats, Places]:
    """Return the points about the middle and the number of each one's stroke, some unfinished."""
    n = len(paths)
    unfinished = random.random(n) < UNFINISHED
    share = np.where(unfinished, random.uniform(0.35, 1, n), 1)[:, None]
    index = np.minimum((np.arange(POINTS) * share).astype(int), POINTS - 1)
    rows = np.arange(n)[:, None]
    stroke = np.cumsum(paths[..., 2], axis=1).astype(int) - 1
    return paths[rows, index, :2].astype(float) - MIDDLE, stroke[rows, index]


def moved(xy: Floats, stroke: Places, random: Random, much: float) -> Floats:
    """Return the points, each stroke a little moved, turned and stretched about its middle."""
    rows, count = np.arange(len(xy))[:, None], counted(stroke)
    middle = np.zeros((*count.shape, 2))
    np.add.at(middle, (rows, stroke), xy)
    middle = (middle / np.maximum(count, 1)[..., None])[rows, stroke]
    radians = random.normal(0, 0.08 * much, count.shape)[rows, stroke]
    width, height = np.exp(random.normal(0, 0.09 * much, (2, *count.shape)))[:, rows, stroke]
    x, y = np.moveaxis(xy - middle, 2, 0)
    cosine, sine = np.cos(radians), np.sin(radians)
    turned = np.stack([(x * cosine - y * sine) * width, (x * sine + y * cosine) * height], axis=2)
    aside = random.normal(0, 5 * much, (*count.shape, 2))
    return np.asarray(turned + middle + aside[rows, stroke])


def waved(xy: Floats, random: Random, much: float, waves: int = 3) -> Floats:
    """Return the points displaced by a few long waves."""
    n = len(xy)
    frequency = random.normal(0, 0.018, (n, 2, waves))
    phase = random.uniform(0, 2 * np.pi, (n, 1, 2, waves))
    height = random.normal(0, 1, (n, 1, 2, waves)) * random.uniform(0, 5 * much, (n, 1, 1, 1))
    return np.asarray(xy + (np.sin((xy @ frequency)[:, :, None, :] + phase) * height).sum(axis=3))


def turns(n: int, random: Random, much: float) -> Floats:
    """Return (n, 2, 2) matrices that turn, stretch and slant a little, half of them mirror too."""
    radians = random.normal(0, 0.14 * much, n)
    cosine, sine = np.cos(radians), np.sin(radians)
    width, height = np.exp(random.normal(0, 0.13 * much, (2, n)))
    width = width * np.where(random.random(n) < 0.5, -1, 1)
    slant = random.normal(0, 0.1 * much, n)
    rows = [width * cosine, width * sine], [slant * width - sine * height, height * cosine]
    return np.stack([np.stack(row, axis=1) for row in rows], axis=1)
