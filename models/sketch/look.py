"""What the networks see of a drawing: a trace of its strokes, and the sequence of its points.

The trace is the bitmap of `models.sketch.raster` at twice its size, in three channels: ink, how
early in the drawing, and how early in its stroke. A bitmap becomes a trace without order: 0.

The sequence is 96 points as the pen went, equally far apart along all strokes. Each is nine
numbers: x and y in the box (-1 to 1), the step from the point before, its direction (0 where a
stroke begins), whether a stroke begins, how far along the sequence it is (-1 to 1), and 1. A point
that is not told is nine zeros.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.sketch.raster import BOX, LINE, SIDE, Bitmap
from models.sketch.strokes import Points, Strokes, points, resampled

TRACE_SIDE = 2 * SIDE
CHANNELS = 3
FINE = 4  # pixels drawn per pixel shown
SCALE = TRACE_SIDE * FINE / BOX
SPACING = 12.0  # pixels of the drawing's box between two shades
FIRST, LAST = 255, 55  # shades of the first and the last that was drawn; 0 is unknown

Trace = NDArray[np.uint8]


def paint_trace(
    strokes: Sequence[Points], frame: Sequence[Points] | None = None, thickness: float = 1.0
) -> Trace:
    """Return strokes of (n, 2) points, 255 the greatest extent, as a (56, 56, 3) uint8 trace.

    They are centred by the bounding box of `frame`, of themselves if None.
    """
    together = np.concatenate(frame or strokes)
    middle = (together.min(axis=0) + together.max(axis=0)) / 2
    shift = TRACE_SIDE * FINE / 2 - 0.5 - middle * SCALE
    canvas = Image.new("RGB", (TRACE_SIDE * FINE, TRACE_SIDE * FINE))
    pen = ImageDraw.Draw(canvas)
    width = LINE * SCALE * thickness
    for line, shades in zip(strokes, _shades(strokes), strict=True):
        at = np.rint(line * SCALE + shift).astype(int).tolist()
        pen.circle(at[0], width / 2, fill=shades[0])
        for start, end, shade in zip(at, at[1:], shades[1:], strict=False):
            pen.line((*start, *end), fill=shade, width=round(width))
            pen.circle(end, width / 2, fill=shade)
    return np.asarray(canvas.reduce(FINE))


def _shades(strokes: Sequence[Points]) -> list[list[tuple[int, ...]]]:
    """Return the colour of every point: ink, how early in the drawing, how early in its stroke."""
    along = [np.append(0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))) for line in strokes]
    total = max(sum(float(lengths[-1]) for lengths in along), 1e-9)
    shades, before = [], 0.0
    for lengths in along:
        share = np.stack([(before + lengths) / total, lengths / max(float(lengths[-1]), 1e-9)])
        early = np.rint(FIRST + (LAST - FIRST) * share).astype(int)
        shades.append([(255, *pair) for pair in early.T.tolist()])
        before += float(lengths[-1])
    return shades


def without_order(images: Bitmap) -> Trace:
    """Return (n, 28, 28) bitmaps as (n, 56, 56, 3) traces that tell no order."""
    seen = np.zeros((len(images), TRACE_SIDE, TRACE_SIDE, CHANNELS), np.uint8)
    seen[..., 0] = images.repeat(2, axis=1).repeat(2, axis=2)
    return seen


POINTS, FEATURES = 96, 9
TOLD = 8  # the feature that is 1
SIDEWAYS = (0, 2, 4)  # the features that a mirror turns round
MIDDLE = 127.0  # of the drawing's box

Sequences = NDArray[np.float32]
PenPath = NDArray[np.float32]


def path(strokes: Sequence[Points]) -> PenPath:
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


def plain(paths: PenPath) -> Sequences:
    """Return (n, 96, 3) paths as (n, 96, 9) sequences."""
    return sequences(paths[..., :2] - MIDDLE, paths[..., 2], np.ones(paths.shape[:2], dtype=bool))


@dataclass(frozen=True)
class Look:
    """A (56, 56, 3) uint8 trace and a (96, 9) float32 sequence, all 0 where no order is known."""

    trace: Trace
    sequence: Sequences


def look(drawing: Strokes) -> Look:
    """Return what the networks see of a drawing in simplified form."""
    strokes = points(drawing)
    return Look(paint_trace(spaced(strokes)), plain(path(strokes)[None])[0])


def look_at_bitmap(image: Bitmap) -> Look:
    """Return what the networks see of a (28, 28) uint8 bitmap, whose order is unknown."""
    return Look(without_order(image[None])[0], np.zeros((POINTS, FEATURES), np.float32))


def spaced(strokes: Sequence[Points]) -> list[Points]:
    """Return the strokes with points close enough to shade them."""
    return [resampled(stroke, SPACING) for stroke in strokes]
