"""Quick, Draw!'s simplified form of a drawing: strokes in a box of 256, few points, integers.

The steps are those of https://github.com/googlecreativelab/quickdraw-dataset: move to the top left
corner, scale uniformly to a greatest coordinate of 255, resample at 1 pixel, then Ramer-Douglas-
Peucker (1972, 1973) with epsilon 2.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

GREATEST = 255
EPSILON = 2.0
ROUNDED = 1.0  # epsilon among integers: what RDP kept at 2 may lie nearer after rounding
SLACK = 4  # what both RDPs (2 and 1) and rounding may take off an edge of the box
LONGEST = 50_000  # box pixels of one stroke up to which it is resampled, against endless scribbles

Drawing = list[list[list[int]]]
Strokes = Sequence[Sequence[Sequence[float]]]
Points = NDArray[np.float64]


def simplify(drawing: Strokes) -> Drawing:
    """Return the drawing in simplified form; a simplified drawing is returned as it is.

    >>> simplify([[[10, 30, 50], [10, 10, 10]], [[50, 50], [10, 20]]])
    [[[0, 255], [0, 0]], [[255, 255], [0, 64]]]
    """
    strokes = points(drawing)
    if not fills_the_box(strokes):
        strokes = [np.rint(reduced(resampled(stroke))) for stroke in boxed(strokes)]
    return [reduced(stroke, ROUNDED).T.astype(int).tolist() for stroke in strokes]


def points(drawing: Strokes) -> list[Points]:
    """Return each stroke as an (n, 2) float64 array of x and y."""
    return [np.asarray(stroke, dtype=np.float64).T for stroke in drawing]


def fills_the_box(strokes: Sequence[Points]) -> bool:
    """Return whether the points are integers that already span the box of 0 to 255."""
    together = np.concatenate(strokes)
    low, high = together.min(axis=0), together.max(axis=0)
    spans = (low >= 0).all() and (low <= SLACK).all()
    reaches = GREATEST - SLACK <= high.max() <= GREATEST
    return bool(spans and reaches and (together == np.rint(together)).all())


def boxed(strokes: Sequence[Points]) -> list[Points]:
    """Return the strokes moved to the top left and scaled to a greatest coordinate of 255.

    ValueError for a drawing without extent: there is nothing to scale.
    """
    together = np.concatenate(strokes)
    low = together.min(axis=0)
    extent = (together.max(axis=0) - low).max()
    if extent == 0:
        raise ValueError("all points of the drawing are in one place: draw more than a dot")
    return [(stroke - low) * (GREATEST / extent) for stroke in strokes]


def resampled(stroke: Points, spacing: float = 1.0) -> Points:
    """Return points along the stroke at an equal spacing, its end included."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if not 0 < along[-1] <= LONGEST:
        return stroke
    at = np.append(np.arange(0, along[-1], spacing), along[-1])
    return np.column_stack([np.interp(at, along, stroke[:, axis]) for axis in (0, 1)])


def reduced(stroke: Points, epsilon: float = EPSILON) -> Points:
    """Return the points that Ramer-Douglas-Peucker keeps: the others lie within epsilon of them."""
    keep = np.zeros(len(stroke), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(stroke) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distances = off_segment(stroke[first + 1 : last], stroke[first], stroke[last])
        farthest = int(distances.argmax())
        if distances[farthest] > epsilon:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return stroke[keep]


def off_segment(between: Points, start: Points, end: Points) -> Points:
    """Return each point's distance to the segment from start to end."""
    along, away = end - start, between - start
    share = np.clip(away @ along / max(float(along @ along), 1e-12), 0, 1)
    return np.asarray(np.hypot(*(away - share[:, None] * along).T))
