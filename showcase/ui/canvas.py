"""A sheet to draw on, whose drawing outlives a change of page; with undo, clear and pen width."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from showcase.ui.errors import callback

SIDE = 280  # pixels: fits a phone
DOT = 3.0  # pixels: what is smaller was a touch, no drawing
PENS = {"Thin": 3, "Medium": 6, "Thick": 12}  # pixels
STEP = 6.0  # pixels of a curve between points: smoother than the model can see
MOST_STEPS = 8
MOVED = 0.5  # pixels: below, a place differs by rounding only
INK, PAPER = "#12111F", "#FFFFFF"

Raw = Mapping[str, Any]
Points = NDArray[np.float64]
Strokes = Sequence[Sequence[Sequence[float]]]


def _blank() -> dict[str, Any]:
    return {"objects": [], "pushed": 0}


@dataclass
class Sheet:
    """One canvas as this visit remembers it.

    The canvas holds its drawing in the browser. To change it from here, `start` is replaced; what
    the canvas still holds then, `passed`, counts no longer, until it reports the new drawing.
    """

    caption: ClassVar[str] = "Draw with mouse or finger"

    key: str
    width: int = SIDE
    height: int = SIDE
    pen_key: str = ""
    start: dict[str, Any] = field(default_factory=_blank)
    passed: dict[str, Any] | None = None
    latest: dict[str, Any] | None = None
    given: Any = None

    @classmethod
    def of(cls, key: str, **more: Any) -> Self:
        """Return this visit's sheet for the canvas with that widget key."""
        found: Self = st.session_state.setdefault(f"{key}_sheet", cls(key, **more))
        return found

    @property
    def pen(self) -> int:
        """The pen's width in pixels."""
        return PENS[st.session_state.get(self.pen_key or f"{self.key}_pen") or "Medium"]

    def draw(self) -> None:
        """Draw the canvas, with what was on it before the visitor left the page."""
        from streamlit_drawable_canvas import st_canvas  # works in a running app only

        if self.key not in st.session_state and self.latest is not None:
            self.push(self.latest, self.given)
        st.caption(self.caption)  # the canvas's own tools appear over it
        st_canvas(
            stroke_width=self.pen,
            stroke_color=INK,
            background_color=PAPER,
            initial_drawing=self.start,
            width=self.width,
            height=self.height,
            key=self.key,
        )
        if self._held() != self.passed:  # it has reported the new drawing
            self.passed = None
        self.latest = self.raw

    @property
    def raw(self) -> dict[str, Any]:
        """What is on the canvas, as its JSON."""
        held: dict[str, Any] | None = self._held()
        return self.start if held is None or held == self.passed else held

    def push(self, raw: dict[str, Any], given: Any = None) -> None:
        """Put another drawing onto the canvas; `given` is the very input that it shows, if any."""
        self.passed = self._held()
        # the canvas ignores a drawing equal to the one it was given last, so each has a number
        self.start = {"objects": raw["objects"], "pushed": self.start["pushed"] + 1}
        self.latest, self.given = self.start, given

    def drawn(self) -> Strokes:
        """Return the strokes on the canvas; ValueError if all of it is one dot."""
        found = strokes(self.raw)
        if found and np.ptp(np.concatenate(found, axis=1), axis=1).max() < DOT:
            raise ValueError("Draw more than a dot: everything is in one place.")
        return found

    def is_as_given(self) -> bool:
        """Tell whether the canvas still shows the very input that was put onto it."""
        return self.given is not None and strokes(self.raw) == strokes(self.start)

    def _held(self) -> dict[str, Any] | None:
        state = st.session_state.get(self.key) or {}
        held: dict[str, Any] | None = (state.get("drawing") or {}).get("raw")
        return held


def tools(sheet: Sheet) -> None:
    """Draw the tools below a canvas, in one row on a phone: undo, clear, pen width."""
    empty = not sheet.raw["objects"]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for label, clicked in (("Undo", _undo), ("Clear", _clear)):
            st.button(
                label,
                key=f"{sheet.key}_{label.lower()}",
                disabled=empty,
                on_click=clicked,
                args=(sheet,),
            )
        st.segmented_control(
            "Pen width",
            list(PENS),
            default="Medium",
            required=True,
            key=sheet.pen_key or f"{sheet.key}_pen",
            label_visibility="collapsed",
            persist_state="session",
        )


@callback
def _undo(sheet: Sheet) -> None:
    sheet.push(without_last(sheet.raw))


@callback
def _clear(sheet: Sheet) -> None:
    sheet.push({"objects": []})


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
