"""Draw strokes at 56x56 with the order in which they were drawn: what the networks look at.

Three channels: ink, how early in the drawing, and how early in its stroke. The ink is the bitmap of
`models.sketch.raster` at twice its size; a bitmap becomes a trace whose order is unknown, all 0.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.sketch.raster import BOX, LINE, SIDE, Bitmap
from models.sketch.strokes import Points

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
