"""Draw strokes as Quick, Draw!'s official 28x28 bitmaps look: for training, page and API alike.

The official bitmaps show a drawing centred in a square of 304 (256, on every side 16 of padding and
8 for half the line), its lines 16 wide with round ends, scaled down with anti-aliasing.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.sketch.strokes import Points, Strokes, points

SIDE = 28
BOX = 304  # of the drawing's pixels
LINE = 16
FINE = 19  # pixels drawn per pixel shown: the line is then 28 of them, no fraction
SCALE = SIDE * FINE / BOX

Bitmap = NDArray[np.uint8]


def rasterise(drawing: Strokes) -> Bitmap:
    """Return the drawing as a (28, 28) uint8 bitmap, white (255) on black.

    `drawing` is in simplified form; only its scale matters, since it is centred.
    """
    return paint(points(drawing))


def paint(strokes: Sequence[Points]) -> Bitmap:
    """Return strokes of (n, 2) points, 255 the greatest extent, as a (28, 28) uint8 bitmap.

    They are centred by their bounding box.
    """
    together = np.concatenate(strokes)
    middle = (together.min(axis=0) + together.max(axis=0)) / 2
    # Pillow counts from the middle of the first pixel
    shift = SIDE * FINE / 2 - 0.5 - middle * SCALE
    canvas = Image.new("L", (SIDE * FINE, SIDE * FINE))
    pen = ImageDraw.Draw(canvas)
    for stroke in strokes:
        _stroke(pen, np.rint(stroke * SCALE + shift).astype(int))
    return np.asarray(canvas.reduce(FINE))


def _stroke(pen: ImageDraw.ImageDraw, at: NDArray[np.int_]) -> None:
    """Draw one stroke with round ends and corners."""
    width = LINE * SCALE
    pen.line(at.ravel().tolist(), fill=255, width=round(width))
    for x, y in at.tolist():
        pen.circle((x, y), width / 2, fill=255)


def rasterise_many(drawings: Iterable[Strokes]) -> Bitmap:
    """Return the drawings as (n, 28, 28) uint8 bitmaps."""
    bitmaps = [rasterise(drawing) for drawing in drawings]
    return np.stack(bitmaps) if bitmaps else np.zeros((0, SIDE, SIDE), np.uint8)
