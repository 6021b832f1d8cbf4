"""Redraw many paths at once as other hands might have drawn them, for the sequence network.

The same changes as `models.sketch.training.redraw` makes, on arrays of all drawings of a batch.
"""

import numpy as np
from numpy.typing import NDArray

from models.sketch.network_input import MIDDLE, POINTS, PenPath, Sequences, sequences
from models.sketch.training.redraw import UNFINISHED, Random

STROKES = POINTS // 2 + 1
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def redrawn_paths(paths: PenPath, random: Random) -> Sequences:
    """Return (n, 96, 9) sequences of (n, 96, 3) paths, each redrawn by chance."""
    xy, stroke = cut(paths, random)
    begins = np.diff(stroke, axis=1, prepend=-1).clip(0, 1).astype(np.float32)
    rows = np.arange(len(paths))[:, None]
    count = np.zeros((len(paths), STROKES))
    np.add.at(count, (rows, stroke), 1)
    short = (random.random(count.shape) < 0.2) & (count < 0.25 * POINTS)
    dropped = short & (random.random((len(paths), 1)) < 0.4)
    told = ~dropped[rows, stroke]
    told[~told.any(axis=1)] = True
    bent = waved(moved(xy, stroke, count, random), random) @ turns(len(paths), random)
    return sequences(bent.astype(np.float32), begins, told)


def cut(paths: PenPath, random: Random) -> tuple[Floats, Places]:
    """Return the points about the middle and the number of each one's stroke, some unfinished."""
    n = len(paths)
    unfinished = random.random(n) < UNFINISHED
    share = np.where(unfinished, random.uniform(0.35, 1, n), 1)[:, None]
    index = np.minimum((np.arange(POINTS) * share).astype(int), POINTS - 1)
    rows = np.arange(n)[:, None]
    stroke = np.cumsum(paths[..., 2], axis=1).astype(int) - 1
    return paths[rows, index, :2].astype(float) - MIDDLE, stroke[rows, index]


def moved(xy: Floats, stroke: Places, count: Floats, random: Random) -> Floats:
    """Return the points, each stroke a little moved, turned and stretched about its middle."""
    rows = np.arange(len(xy))[:, None]
    middle = np.zeros((*count.shape, 2))
    np.add.at(middle, (rows, stroke), xy)
    middle = (middle / np.maximum(count, 1)[..., None])[rows, stroke]
    radians = random.normal(0, 0.08, count.shape)[rows, stroke]
    width, height = np.exp(random.normal(0, 0.09, (2, *count.shape)))[:, rows, stroke]
    x, y = np.moveaxis(xy - middle, 2, 0)
    cosine, sine = np.cos(radians), np.sin(radians)
    turned = np.stack([(x * cosine - y * sine) * width, (x * sine + y * cosine) * height], axis=2)
    return np.asarray(turned + middle + random.normal(0, 5, (*count.shape, 2))[rows, stroke])


def waved(xy: Floats, random: Random, waves: int = 3) -> Floats:
    """Return the points displaced by a few long waves."""
    n = len(xy)
    frequency = random.normal(0, 0.018, (n, 2, waves))
    phase = random.uniform(0, 2 * np.pi, (n, 1, 2, waves))
    height = random.normal(0, 1, (n, 1, 2, waves)) * random.uniform(0, 5, (n, 1, 1, 1))
    return np.asarray(xy + (np.sin((xy @ frequency)[:, :, None, :] + phase) * height).sum(axis=3))


def turns(n: int, random: Random) -> Floats:
    """Return (n, 2, 2) matrices that turn, stretch and slant a little, half of them mirror too."""
    radians = random.normal(0, 0.14, n)
    cosine, sine = np.cos(radians), np.sin(radians)
    width, height = np.exp(random.normal(0, 0.13, (2, n)))
    width = width * np.where(random.random(n) < 0.5, -1, 1)
    slant = random.normal(0, 0.1, n)
    rows = [width * cosine, width * sine], [slant * width - sine * height, height * cosine]
    return np.stack([np.stack(row, axis=1) for row in rows], axis=1)
