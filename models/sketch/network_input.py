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
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.sketch.raster import BOX, LINE, SIDE, Bitmap
from models.sketch.strokes import Points, Strokes, points

TRACE_SIDE = 2 * SIDE
CHANNELS = 3
FINE = 4  # pixels drawn per pixel shown
SCALE = TRACE_SIDE * FINE / BOX
SHORTEST, LONGEST = 12.0, 48.0  # pixels of the drawing's box that have one shade,
SHADES = 4  # or so that a stroke has as many
STRAIGHT = 0.94  # cosine of a turn that needs no round corner
FIRST, LAST = 255, 55  # shades of the first and the last that was drawn; 0 is unknown

Trace = NDArray[np.uint8]


@dataclass(frozen=True)
class Walk:
    """All points (n, 2) of a drawing one after the other, so that they are computed at once.

    `stroke` (n,) is the number of each point's stroke, `along` (n,) how far from its beginning the
    point lies, `lengths` are those of the strokes.
    """

    together: Points
    stroke: NDArray[np.int64]
    along: NDArray[np.float64]
    lengths: NDArray[np.float64]

    @classmethod
    def of(cls, strokes: Sequence[Points]) -> Self:
        """Return the walk along strokes of (n, 2) points."""
        together = np.concatenate(strokes)
        sizes = np.array([len(line) for line in strokes])
        ends = np.cumsum(sizes)
        stroke = np.repeat(np.arange(len(sizes)), sizes)
        across, down = (together[1:] - together[:-1]).T
        steps = np.zeros(len(together))
        steps[1:] = np.hypot(across, down)
        steps[ends - sizes] = 0
        gone = np.cumsum(steps)
        along = gone - gone[ends - sizes][stroke]
        return cls(together, stroke, along, along[ends - 1])

    @cached_property
    def begins(self) -> NDArray[np.bool_]:
        """Whether a stroke begins with the point (n,)."""
        begins = np.ones(len(self.stroke), dtype=bool)
        np.greater(self.stroke[1:], self.stroke[:-1], out=begins[1:])
        return begins

    @property
    def turns(self) -> NDArray[np.bool_]:
        """Whether the pen turns at the point (n,); where a stroke begins or ends it does."""
        step = np.diff(self.together, axis=0)
        size = np.hypot(step[:, 0], step[:, 1])
        ahead = (step[1:] * step[:-1]).sum(axis=1) > STRAIGHT * size[1:] * size[:-1]
        within = self.stroke[2:] == self.stroke[:-2]
        turns = np.ones(len(self.together), dtype=bool)
        turns[1:-1] = ~(ahead & within)
        return turns

    def in_short_steps(self) -> Self:
        """Return the walk with points between, so that its shade can change on a long line."""
        step = np.zeros(len(self.along))
        np.subtract(self.along[1:], self.along[:-1], out=step[1:])
        step[self.begins] = 0
        longest = np.minimum(np.maximum(self.lengths / SHADES, SHORTEST), LONGEST)
        count = np.maximum(np.ceil(step / longest[self.stroke]), 1).astype(int)
        which = np.repeat(np.arange(len(count)), count)
        rank = np.arange(1, len(which) + 1) - (np.cumsum(count) - count)[which]
        missing = 1 - rank / count[which]  # of the step to the point
        back = (self.together[which - 1] - self.together[which]) * missing[:, None]
        along = self.along[which] - step[which] * missing
        return type(self)(self.together[which] + back, self.stroke[which], along, self.lengths)

    def points(
        self, counts: NDArray[np.int64], spacing: NDArray[np.float64]
    ) -> tuple[Points, NDArray[np.int64]]:
        """Return so many points of each stroke, so far apart at most, and each one's rank in it."""
        stroke = np.repeat(np.arange(len(counts)), counts)
        rank = np.arange(len(stroke)) - (np.cumsum(counts) - counts)[stroke]
        at = np.minimum(rank * spacing[stroke], self.lengths[stroke])
        gap = self.lengths.max() + 1  # so that no two strokes share a place
        at, known = at + stroke * gap, self.along + self.stroke * gap
        axes = [np.interp(at, known, self.together[:, axis]) for axis in (0, 1)]
        return np.column_stack(axes), rank


def paint_trace(
    strokes: Sequence[Points], frame: Sequence[Points] | None = None, thickness: float = 1.0
) -> Trace:
    """Return strokes of (n, 2) points, 255 the greatest extent, as a (56, 56, 3) uint8 trace.

    They are centred by the bounding box of `frame`, of themselves if None.
    """
    return _painted(Walk.of(strokes), frame, thickness)


def _painted(walk: Walk, frame: Sequence[Points] | None, thickness: float) -> Trace:
    together = np.concatenate(frame) if frame else walk.together
    middle = (together.min(axis=0) + together.max(axis=0)) / 2
    shift = TRACE_SIDE * FINE / 2 - 0.5 - middle * SCALE
    walk = walk.in_short_steps()
    at = np.rint(walk.together * SCALE + shift).astype(int)
    width = LINE * SCALE * thickness
    lines = np.hstack([np.roll(at, 1, axis=0), at]).tolist()
    boxes = np.hstack([at - width / 2, at + width / 2]).tolist()
    canvas = Image.new("RGB", (TRACE_SIDE * FINE, TRACE_SIDE * FINE))
    pen = ImageDraw.Draw(canvas)
    for line, box, shade, begins, rounded in zip(
        lines, boxes, _shades(walk), walk.begins.tolist(), walk.turns.tolist(), strict=True
    ):
        if not begins:
            pen.line(line, shade, round(width))
        if rounded:
            pen.ellipse(box, shade)
    return np.asarray(canvas.reduce(FINE))


def _shades(walk: Walk) -> list[int]:
    """Return the colour of every point: ink, how early in the drawing, how early in its stroke.

    They are the three bytes of a number, from the lowest.
    """
    begun = (np.cumsum(walk.lengths) - walk.lengths)[walk.stroke]
    in_drawing = (begun + walk.along) / max(walk.lengths.sum(), 1e-9)
    in_stroke = walk.along / np.maximum(walk.lengths, 1e-9)[walk.stroke]
    second, third = (
        np.rint(FIRST + (LAST - FIRST) * share).astype(int) for share in (in_drawing, in_stroke)
    )
    return [*(255 + (second << 8) + (third << 16)).tolist()]


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
    return _path(Walk.of(strokes[: POINTS // 2]))


def _path(walk: Walk) -> PenPath:
    counts = _counts(walk.lengths)
    at, rank = walk.points(counts, walk.lengths / (counts - 1))
    return np.column_stack([at, rank == 0]).astype(np.float32)


def _counts(lengths: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many of the points each stroke gets: two, and more by its length."""
    share = lengths / max(lengths.sum(), 1e-9) * (POINTS - 2 * len(lengths))
    counts = 2 + np.floor(share).astype(int)
    counts[np.argsort(counts - 2 - share)[: POINTS - counts.sum()]] += 1
    counts[0] += POINTS - counts.sum()
    return np.asarray(counts)


def sequences(
    xy: NDArray[np.float32],
    begins: NDArray[np.float32],
    told: NDArray[np.bool_],
    box: NDArray[np.bool_] | None = None,
) -> Sequences:
    """Return the (n, 96, 9) sequences of (n, 96, 2) points, without those that are not `told`.

    They are scaled to the box of the points chosen by `box`, of those told if None.
    """
    chosen = told if box is None else box
    every = bool(chosen.all())
    low = (xy if every else np.where(chosen[..., None], xy, np.inf)).min(axis=1, keepdims=True)
    high = (xy if every else np.where(chosen[..., None], xy, -np.inf)).max(axis=1, keepdims=True)
    extent = np.maximum((high - low).max(axis=2, keepdims=True), 1e-3)
    place = (xy - (low + high) / 2) * 2 / extent
    step = np.zeros_like(place)
    np.subtract(place[:, 1:], place[:, :-1], out=step[:, 1:])
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
    walk = Walk.of(strokes)
    steps = path(strokes) if len(strokes) > POINTS // 2 else _path(walk)
    return Look(_painted(walk, None, 1.0), plain(steps[None])[0])


def look_at_bitmap(image: Bitmap) -> Look:
    """Return what the networks see of a (28, 28) uint8 bitmap, whose order is unknown."""
    return Look(without_order(image[None])[0], np.zeros((POINTS, FEATURES), np.float32))
