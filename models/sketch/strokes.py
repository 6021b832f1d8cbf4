"""Quick, Draw!'s simplified form of a drawing: strokes in a box of 256, few points, integers.

The steps are those of https://github.com/googlecreativelab/quickdraw-dataset: move to the top left
corner, scale uniformly to a greatest coordinate of 255, resample at 1 pixel, then Ramer-Douglas-
Peucker (1972, 1973) with epsilon 2.
"""

from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

GREATEST = 255
EPSILON = 2.0
ROUNDED = 1.0  # epsilon among integers: what RDP kept at 2 may lie nearer after rounding
SLACK = 4  # what both RDPs (2 and 1) and rounding may take off an edge of the box
LONGEST = 50_000  # box pixels of all strokes up to which they are resampled: no endless scribbles
SPLITS = 2_000  # points kept beside the ends of strokes; Quick, Draw!'s own drawings have some 50
WORK = 3_000_000  # distances measured for that: a tenth of a second

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
        strokes = boxed(strokes)
        if sum(map(length, strokes)) <= LONGEST:
            strokes = [resampled(stroke) for stroke in strokes]
        strokes = [np.rint(stroke) for stroke in reduced(strokes)]
    return [stroke.T.astype(int).tolist() for stroke in reduced(strokes, ROUNDED)]


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


def length(stroke: Points) -> float:
    """Return how long a stroke is from point to point."""
    return float(np.hypot(*np.diff(stroke, axis=0).T).sum())


def resampled(stroke: Points, spacing: float = 1.0) -> Points:
    """Return points along the stroke at an equal spacing, its end included."""
    steps = np.hypot(*np.diff(stroke, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if not along[-1]:
        return stroke
    at = np.append(np.arange(0, along[-1], spacing), along[-1])
    return np.column_stack([np.interp(at, along, stroke[:, axis]) for axis in (0, 1)])


def reduced(strokes: Sequence[Points], epsilon: float = EPSILON) -> list[Points]:
    """Return the points that Ramer-Douglas-Peucker keeps: the others lie within epsilon of them.

    The farthest point of all strokes is kept first. After `SPLITS` points, or `WORK` distances (a
    saw whose teeth shrink costs the square of its points), no more is looked for.
    """
    keep = [np.zeros(len(stroke), dtype=bool) for stroke in strokes]
    spans: list[tuple[float, int, int, int, int]] = []
    work = 0

    def measure(number: int, first: int, last: int) -> None:
        if last - first < 2:
            return
        stroke = strokes[number]
        distances = off_segment(stroke[first + 1 : last], stroke[first], stroke[last])
        farthest = int(distances.argmax())
        if distances[farthest] > epsilon:
            distance = float(distances[farthest])
            heappush(spans, (-distance, number, first, first + 1 + farthest, last))

    for number, stroke in enumerate(strokes):
        keep[number][[0, -1]] = True
        measure(number, 0, len(stroke) - 1)
    for _ in range(SPLITS):
        if not spans or work > WORK:
            break
        _, number, first, middle, last = heappop(spans)
        keep[number][middle] = True
        measure(number, first, middle)
        measure(number, middle, last)
        work += last - first
    return [stroke[kept] for stroke, kept in zip(strokes, keep, strict=True)]


def off_segment(between: Points, start: Points, end: Points) -> Points:
    """Return each point's distance to the segment from start to end."""
    along, away = end - start, between - start
    share = np.clip(away @ along / max(float(along @ along), 1e-12), 0, 1)
    return np.asarray(np.hypot(*(away - share[:, None] * along).T))
