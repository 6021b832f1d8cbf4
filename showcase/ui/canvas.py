"""A sheet to draw on, whose drawing outlives a change of page; with undo, clear and pen width."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
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
INK, PAPER = "#12111F", "#FFFFFF"

Raw = Mapping[str, Any]
Points = NDArray[np.float64]
Strokes = Sequence[Sequence[Sequence[float]]]


@cache
def _component() -> Callable[..., Any]:
    """Return the canvas of the package streamlit-drawable-canvas, without its own tool bar.

    The bar lies over the paper, on touch screens unseen: its bin erases the drawing, its pencil
    turns drawing off. `st_canvas` cannot leave it out: the package's script is mounted from here.
    """
    return st.components.v2.component(
        "streamlit-drawable-canvas.streamlit_drawable_canvas",
        html="<style>.dc-toolbar {display: none !important}</style><div class='canvas-root'></div>",
        js="index-*.js",
        css="index-*.css",
        isolate_styles=True,
    )


def _ignore() -> None:
    """Let the drawing be read from the widget's state."""


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
        self.restore()
        st.caption(self.caption)
        _component()(
            data={
                "drawingMode": "freedraw",
                "strokeWidth": self.pen,
                "strokeColor": INK,
                "fillColor": PAPER,
                "backgroundColor": PAPER,
                "initialDrawing": {**self.start, "background": PAPER},
                "canvasWidth": self.width,
                "canvasHeight": self.height,
                "realtimeUpdateStreamlit": True,
            },
            key=self.key,
            on_drawing_change=_ignore,
            on_backgroundFit_change=_ignore,
            width="content",
            height="content",
        )
        if self._held() != self.passed:  # it has reported the new drawing
            self.passed = None
        self.latest = self.raw

    def restore(self) -> None:
        """Put back what was on it before the visitor left the page, if they did."""
        if self.key not in st.session_state and self.latest is not None:
            self.push(self.latest, self.given)

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
    """Return the strokes of a canvas's JSON."""
    paths = (each.get("path") or () for each in (raw or {}).get("objects", []))
    return [Curve.read(path).points().T.tolist() for path in paths if len(path) > 1]


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

    def _lengths(self) -> Points:
        away, back = self.control - self.first, self.end - self.control
        return np.asarray(np.hypot(*away.T) + np.hypot(*back.T))

    def _at(self, share: Points, of: Any = slice(None)) -> Points:
        """Return the points of the chosen curves at the given shares, 0 to 1, of their way."""
        first, control, end = self.first[of], self.control[of], self.end[of]
        return np.asarray(
            (1 - share) ** 2 * first + 2 * share * (1 - share) * control + share**2 * end
        )
