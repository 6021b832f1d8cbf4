"""Drives the canvas in AppTest: what the browser would send."""

from showcase.ui.canvas import drawn_on_canvas

SMILEY = [
    [[140, 210, 240, 210, 140, 70, 40, 70, 140], [40, 70, 140, 210, 240, 210, 140, 70, 40]],
    [[105, 106], [105, 118]],
    [[175, 175], [105, 118]],
    [[85, 110, 140, 170, 195], [150, 185, 195, 185, 150]],
]


def put(at, raw, key="sketch_drawing"):
    """Run the page as after the canvas sent its JSON."""
    at.session_state[key] = {"drawing": {"raw": raw, "data": None}}
    return at.run()


def draw(at, drawing, key="sketch_drawing"):
    """Run the page as after these strokes were drawn."""
    return put(at, drawn_on_canvas(drawing, 280, 6), key)
