"""Between the canvas's JSON (Fabric.js objects) and strokes [[x, ...], [y, ...]] in its pixels."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

STEP = 6.0  # pixels of a curve between points: smoother than the model can see
MOST_STEPS = 8
MOVED = 0.5  # pixels: below, a place differs by rounding only
INK, PAPER = "#12111F", "#FFFFFF"

Raw = Mapping[str, Any]
Points = NDArray[np.float64]
Strokes = Sequence[Sequence[Sequence[float]]]


def strokes(raw: Raw | None) -> list[list[list[float]]]:
    """Return the strokes of a canvas's JSON, each where its object was moved or turned to."""
    objects = (raw or {}).get("objects", [])
    drawn = (_stroke(each) for each in objects if len(each.get("path") or ()) > 1)
    return [points.T.tolist() for points in drawn]


def drawn_on_canvas(drawing: Strokes, side: int, width: int) -> dict[str, Any]:
    """Return the canvas's JSON for strokes, centred on a square canvas of `side` pixels.

    The drawing's greatest extent comes to four fifths of the side.
    """
    together = np.concatenate([np.asarray(stroke, dtype=np.float64).T for stroke in drawing])
    low, high = together.min(axis=0), together.max(axis=0)
    scale = 0.8 * side / max(float((high - low).max()), 1.0)
    shift = side / 2 - scale * (low + high) / 2
    placed = [np.asarray(stroke, dtype=np.float64).T * scale + shift for stroke in drawing]
    return {"objects": [_object(points, width) for points in placed]}


def as_drawn(drawing: Strokes, width: int) -> dict[str, Any]:
    """Return the canvas's JSON for strokes, each where it is."""
    placed = [np.asarray(stroke, dtype=np.float64).T for stroke in drawing]
    return {"objects": [_object(points, width) for points in placed]}


def without_last(raw: Raw | None) -> dict[str, Any]:
    """Return the canvas's JSON without its last stroke."""
    return {"objects": list((raw or {}).get("objects", []))[:-1]}


def _object(points: Points, width: int) -> dict[str, Any]:
    path = [["M" if index == 0 else "L", x, y] for index, (x, y) in enumerate(points.tolist())]
    return {
        "type": "Path",
        "path": path,
        "fill": None,
        "stroke": INK,
        "strokeWidth": width,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
    }


def _stroke(drawn: Raw) -> Points:
    """Return the (n, 2) points of one object, moved, turned and scaled as the edit tool left it."""
    curve = Curve.read(drawn["path"])
    points = curve.points()
    if drawn.get("originX") != "center" or drawn.get("originY") != "center":
        return points  # never edited: the canvas tells a place by its centre
    middle = curve.middle()
    place = np.array([drawn.get("left", middle[0]), drawn.get("top", middle[1])], dtype=np.float64)
    turn = _turn(drawn)
    if np.abs(place - middle).max() < MOVED and np.array_equal(turn, np.eye(2)):
        return points
    return np.asarray((points - middle) @ turn.T + place)


def _turn(drawn: Raw) -> Points:
    """Return the (2, 2) matrix of an object: scaled and mirrored, slanted, then turned."""
    angle = math.radians(drawn.get("angle", 0))
    turned = [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    skew_x, skew_y = (math.tan(math.radians(drawn.get(name, 0))) for name in ("skewX", "skewY"))
    slanted = np.array([[1, skew_x], [0, 1]]) @ np.array([[1, 0], [skew_y, 1]])
    sizes = [
        drawn.get(f"scale{axis}", 1) * (-1 if drawn.get(f"flip{axis}") else 1) for axis in "XY"
    ]
    return np.asarray(np.array(turned) @ slanted @ np.diag(sizes), dtype=np.float64)


@dataclass(frozen=True)
class Curve:
    """n quadratic Bezier curves of (n, 2) points; a straight line has its control at its end."""

    first: Points
    control: Points
    end: Points

    @classmethod
    def read(cls, path: Sequence[Sequence[Any]]) -> Self:
        """Return the curve of a path of M, L and Q commands."""
        end = np.array([command[-2:] for command in path], dtype=np.float64)
        control = np.array([command[1:3] for command in path], dtype=np.float64)
        return cls(end[:-1], control[1:], end[1:])

    def points(self) -> Points:
        """Return points along the whole curve, at most `STEP` pixels apart where it is not long."""
        counts = np.clip(np.ceil(self._lengths() / STEP), 1, MOST_STEPS).astype(int)
        of = np.repeat(np.arange(len(counts)), counts)
        share = (np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts) + 1) / counts[
            of
        ]
        return np.concatenate([self.first[:1], self._at(share[:, None], of)])

    def middle(self) -> Points:
        """Return the middle of the bounding box, which is what the canvas turns a path about."""
        bend = self.first - 2 * self.control + self.end
        with np.errstate(divide="ignore", invalid="ignore"):
            farthest = (self.first - self.control) / bend  # of each curve, along x and along y
        inside = np.where((farthest > 0) & (farthest < 1), farthest, 0)
        corners = np.concatenate([self.first, self.end, self._at(inside)])
        return np.asarray((corners.min(axis=0) + corners.max(axis=0)) / 2)

    def _lengths(self) -> Points:
        away, back = self.control - self.first, self.end - self.control
        return np.asarray(np.hypot(*away.T) + np.hypot(*back.T))

    def _at(self, share: Points, of: Any = slice(None)) -> Points:
        """Return the points of the chosen curves at the given shares, 0 to 1, of their way."""
        first, control, end = self.first[of], self.control[of], self.end[of]
        return np.asarray(
            (1 - share) ** 2 * first + 2 * share * (1 - share) * control + share**2 * end
        )
