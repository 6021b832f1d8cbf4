"""The paper: a sheet whose drawing is an `Input` of the sketch model."""

from typing import Any, ClassVar, Self

from pydantic import ValidationError

from models.sketch import Input
from showcase.ui import canvas
from showcase.ui.canvas import SIDE, drawn_on_canvas, tools

PEN = "sketch_pen"

__all__ = ["SIDE", "Sheet", "tools"]


class Sheet(canvas.Sheet):
    """One canvas as this visit remembers it; every sheet of the page has the same pen."""

    caption: ClassVar[str] = "Draw one thing, with mouse or finger"

    @classmethod
    def of(cls, key: str, **more: Any) -> Self:
        """Return this visit's sheet for the canvas with that widget key."""
        return super().of(key, pen_key=PEN, **more)

    def show(self, given: Input) -> None:
        """Put the drawing of an input onto the canvas."""
        self.push(drawn_on_canvas(given.drawing or (), SIDE, self.pen), given)

    def read(self) -> Input | None:
        """Return the input that the canvas holds, None while it is empty.

        ValueError with a sentence for the visitor where the drawing cannot be used.
        """
        if self.is_as_given():
            found: Input = self.given
            return found
        drawn = self.drawn()
        if not drawn:
            return None
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
