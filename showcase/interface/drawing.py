"""A sheet to draw on."""

import contextlib
from typing import Any

from showcase.contract.inputs import DrawingCodec
from showcase.ui.canvas import Sheet, Strokes, as_drawn, tools
from showcase.ui.widgets import CompositeWidget, label


class Drawing(CompositeWidget):
    """The strokes on a canvas under `<key>_canvas`, in its pixels; None while it is empty."""

    sheet: Sheet

    def push(self, value: Strokes | None) -> None:
        """Put strokes onto the canvas."""
        codec = self.field.codec
        size = (codec.width, codec.height) if isinstance(codec, DrawingCodec) else (280, 280)
        self.sheet = Sheet.of(f"{self.key}_canvas", width=size[0], height=size[1])
        if value or self.sheet.raw["objects"]:
            self.sheet.push(as_drawn(value or (), self.sheet.pen), value or None)

    def draw(self) -> None:
        """Draw title, canvas and tools."""
        label(self.field)
        self.sheet.draw()
        tools(self.sheet)

    def held(self) -> Any:
        """Return the strokes, None for an empty sheet or a dot."""
        if self.sheet.is_as_given():
            return self.sheet.given
        with contextlib.suppress(ValueError):
            drawn = [[[round(at, 1) for at in places] for places in s] for s in self.sheet.drawn()]
            return drawn or None
        return None
