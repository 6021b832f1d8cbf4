"""Pictures of a drawing, as HTML: the tile that the model sees, the parts that decided."""

import base64
import io
import re
from collections.abc import Sequence

from PIL import Image

from models.sketch import Input, tile
from showcase import ui
from showcase.contract import Contribution
from showcase.contract.palette import BLUE, GREY, ORANGE

PICTURE = "width:100%;aspect-ratio:1;border-radius:8px;border:1px solid #8886;display:block"
BOX, MARGIN = 255, 16  # the box that a drawing fills, and the room around it
STRONG = 0.25  # what a part adds to a probability, from which on its colour grows no more
HARDLY = 0.02
REGION = 7  # pixels of the tile


def as_seen(given: Input) -> str:
    """Return the 28x28 tile, enlarged pixel by pixel."""
    alt = "The drawing as 28 by 28 pixels, white on black"
    return f'<img src="{_png(given)}" alt="{alt}" style="{PICTURE};image-rendering:pixelated">'


def as_decided(given: Input, parts: Sequence[Contribution], answer: str) -> str:
    """Return the drawing, each stroke or region coloured by what it added to the answer."""
    by_stroke = given.drawing is not None and any(p.name.startswith("Stroke") for p in parts)
    picture = _strokes(given.drawing or (), parts) if by_stroke else _regions(given, parts)
    told = ", ".join(f"{part.name} {100 * part.value:+.0f}" for part in parts)
    alt = f"What each part adds to the chance of {answer}, in percentage points: {told}"
    return ui.svg_image(picture, alt, f"{PICTURE};background:#fff")


def _strokes(drawing: Sequence[Sequence[Sequence[int]]], parts: Sequence[Contribution]) -> str:
    """Return the strokes, centred, each in its colour."""
    lines = "".join(
        f'<polyline points="{" ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True))}" '
        f'stroke="{_colour(part.value)}" stroke-opacity="{_opacity(part.value, least=0.45):.2f}"/>'
        for (xs, ys), part in zip(drawing, parts, strict=True)
    )
    wide, high = (max(max(stroke[axis]) for stroke in drawing) for axis in (0, 1))
    side = BOX + 2 * MARGIN
    left, top = (wide - side) / 2, (high - side) / 2
    style = 'fill="none" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"'
    return _svg(f"{left} {top} {side} {side}", f"<g {style}>{lines}</g>")


def _regions(given: Input, parts: Sequence[Contribution]) -> str:
    """Return the tile, black on white, its 4x4 regions tinted."""
    paper = (
        f'<image href="{_png(given)}" width="28" height="28" '
        'style="image-rendering:pixelated;filter:invert(1)"/>'
    )
    return _svg("0 0 28 28", paper + "".join(map(_region, parts)))


def _region(part: Contribution) -> str:
    row, column = (int(number) - 1 for number in re.findall(r"\d+", part.name))
    place = f'x="{column * REGION}" y="{row * REGION}" width="{REGION}" height="{REGION}"'
    opacity = 0.75 * _opacity(part.value, least=0.15)
    return f'<rect {place} fill="{_colour(part.value)}" fill-opacity="{opacity:.2f}"/>'


def _svg(view: str, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}">{body}</svg>'


def _colour(value: float) -> str:
    if abs(value) < HARDLY:
        return GREY
    return BLUE if value > 0 else ORANGE


def _opacity(value: float, least: float) -> float:
    return least + (1 - least) * min(abs(value) / STRONG, 1)


def _png(given: Input) -> str:
    """Return the tile as the address of a picture."""
    buffer = io.BytesIO()
    Image.fromarray(tile(given)).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
