"""Redraw a drawing as another hand might have drawn it: strokes bent, moved, left out, mirrored.

Everything works on strokes of (n, 2) float64 points, 255 the greatest extent.
"""

from collections.abc import Sequence

import numpy as np

from models.sketch.strokes import Points, boxed, resampled
from models.sketch.trace import SPACING, Trace, paint_trace

UNFINISHED = 0.2  # share of drawings that are shown as they looked before their end
Random = np.random.Generator


def redrawn(strokes: Sequence[Points], random: Random) -> Trace:
    """Return a (56, 56, 3) uint8 trace of the drawing as redrawn by chance."""
    lines = [resampled(stroke, SPACING) for stroke in fewer(strokes, random)]
    lines = [moved(line, random) for line in lines]
    together = bent(np.concatenate(lines), random) @ turn(random)
    lines = np.split(together, np.cumsum([len(line) for line in lines])[:-1])
    thickness = float(np.exp(random.normal(0, 0.1)))
    try:
        return paint_trace(boxed(lines), thickness=thickness)
    except ValueError:  # a single dot is left
        return paint_trace(boxed(strokes), thickness=thickness)


def fewer(strokes: Sequence[Points], random: Random) -> list[Points]:
    """Return the strokes without some short ones, now and then without the last ones."""
    lengths = np.array([np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes])
    drop = np.zeros(len(strokes), dtype=bool)
    if random.random() < 0.4:
        drop |= (random.random(len(strokes)) < 0.2) & (lengths < 0.25 * lengths.sum())
    if random.random() < UNFINISHED:
        drop |= np.cumsum(lengths) > random.uniform(0.35, 1.0) * lengths.sum()
    kept = [stroke for stroke, dropped in zip(strokes, drop, strict=True) if not dropped]
    return kept or list(strokes)


def moved(line: Points, random: Random) -> Points:
    """Return one stroke a little moved, turned and scaled about its middle."""
    middle = line.mean(axis=0)
    grown = (line - middle) @ turn(random, angle=0.08, stretch=0.09, slant=0.06, mirror=0)
    return np.asarray(grown + middle + random.normal(0, 5, 2))


def bent(line: Points, random: Random, waves: int = 4) -> Points:
    """Return the points displaced by a few long waves, up to some 8 pixels in all."""
    frequency = random.normal(0, 0.018, (2, waves))
    phase = random.uniform(0, 2 * np.pi, (2, waves))
    height = random.normal(0, random.uniform(0, 5), (2, waves))
    angles = (line @ frequency)[:, None, :] + phase
    return np.asarray(line + (np.sin(angles) * height).sum(axis=2))


def turn(
    random: Random,
    angle: float = 0.14,
    stretch: float = 0.13,
    slant: float = 0.1,
    mirror: float = 0.5,
) -> Points:
    """Return a (2, 2) matrix that turns, stretches and slants a little, and mirrors by chance."""
    radians = random.normal(0, angle)
    turned = [[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]]
    width, height = np.exp(random.normal(0, stretch, 2))
    side = -1 if random.random() < mirror else 1
    return np.array([[width * side, random.normal(0, slant)], [0, height]]) @ np.array(turned)
