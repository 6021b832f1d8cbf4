"""What the networks get to see of a drawing: its trace, and the sequence of its points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.sketch.raster import Bitmap
from models.sketch.sequence import FEATURES, POINTS, Sequences, path, plain
from models.sketch.strokes import Points, Strokes, points, resampled
from models.sketch.trace import SPACING, Trace, paint_trace, without_order


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
