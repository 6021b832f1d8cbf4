"""A sheet to draw on, whose drawing outlives a change of page; with undo, clear and pen width."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import streamlit as st
from streamlit_drawable_canvas import st_canvas

from showcase.ui.errors import callback
from showcase.ui.strokes import INK, PAPER, Strokes, strokes, without_last

SIDE = 280  # pixels: fits a phone
DOT = 3.0  # pixels: what is smaller was a touch, no drawing
PENS = {"Thin": 3, "Medium": 6, "Thick": 12}  # pixels


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
