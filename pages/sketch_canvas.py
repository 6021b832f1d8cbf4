"""The paper: a canvas whose drawing outlives a change of page, with undo, clear and pen width."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from pydantic import ValidationError
from streamlit_drawable_canvas import st_canvas

from models.sketch import Input
from pages.sketch_strokes import INK, PAPER, drawn_on_canvas, strokes, without_last
from showcase import ui

SIDE = 280  # pixels: fits a phone
DOT = 3.0  # pixels: what is smaller was a touch, no drawing
PENS = {"Thin": 3, "Medium": 6, "Thick": 12}  # pixels; the model sees every pen alike
PEN = "sketch_pen"


@dataclass
class Sheet:
    """One canvas as this visit remembers it.

    The canvas holds its drawing in the browser. To change it from here, `start` is replaced; what
    the canvas still holds then, `passed`, counts no longer, until it reports the new drawing.
    """

    key: str
    start: dict[str, Any] = field(default_factory=lambda: {"objects": [], "pushed": 0})
    passed: dict[str, Any] | None = None
    latest: dict[str, Any] | None = None
    given: Input | None = None

    @classmethod
    def of(cls, key: str) -> "Sheet":
        """Return this visit's sheet for the canvas with that widget key."""
        found: Sheet = st.session_state.setdefault(f"{key}_sheet", cls(key))
        return found

    def draw(self) -> None:
        """Draw the canvas, with what was on it before the visitor left the page."""
        if self.key not in st.session_state and self.latest is not None:
            self.push(self.latest, self.given)
        st.caption("Draw one thing, with mouse or finger")  # the canvas's own tools appear over it
        st_canvas(
            stroke_width=PENS[st.session_state.get(PEN) or "Medium"],
            stroke_color=INK,
            background_color=PAPER,
            initial_drawing=self.start,
            width=SIDE,
            height=SIDE,
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

    def push(self, raw: dict[str, Any], given: Input | None = None) -> None:
        """Put another drawing onto the canvas; `given` is the very input that it shows, if any."""
        self.passed = self._held()
        # the canvas ignores a drawing equal to the one it was given last, so each has a number
        self.start = {"objects": raw["objects"], "pushed": self.start["pushed"] + 1}
        self.latest, self.given = self.start, given

    def show(self, given: Input) -> None:
        """Put the drawing of an input onto the canvas."""
        pen = PENS[st.session_state.get(PEN) or "Medium"]
        self.push(drawn_on_canvas(given.drawing or (), SIDE, pen), given)

    def read(self) -> Input | None:
        """Return the input that the canvas holds, None while it is empty.

        ValueError with a sentence for the visitor where the drawing cannot be used.
        """
        drawn = strokes(self.raw)
        if self.given is not None and drawn == strokes(self.start):
            return self.given
        if not drawn:
            return None
        if np.ptp(np.concatenate(drawn, axis=1), axis=1).max() < DOT:
            raise ValueError("Draw more than a dot: everything is in one place.")
        try:
            return Input.model_validate({"drawing": drawn})
        except ValidationError as error:
            raise ValueError(error.errors()[0]["msg"]) from error

    def unchanged(self, given: Input) -> bool:
        """Tell whether the canvas still holds this very input."""
        try:
            return self.read() == given
        except ValueError:
            return False

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
            key=PEN,
            label_visibility="collapsed",
            persist_state="session",
        )


@ui.callback
def _undo(sheet: Sheet) -> None:
    sheet.push(without_last(sheet.raw))


@ui.callback
def _clear(sheet: Sheet) -> None:
    sheet.push({"objects": []})
