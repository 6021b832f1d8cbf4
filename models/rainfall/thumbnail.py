"""The gallery's picture: the chance of rain rises with humidity, one afternoon marked.

Drawn from real answers, on no background: the colours are readable on white and on near-black.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.rainfall import COLOURS, EXAMPLES, predict, what_if
from models.rainfall.artifact import Model

WIDTH, HEIGHT = 320, 160
LEFT, RIGHT, TOP, BOTTOM = 50, 304, 20, 126
FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"'
GREY = "#787878"
FILL = "#56B4E9"

Floats = NDArray[np.float64]


def write(path: Path, model: Model) -> None:
    """Write the picture of what humidity does on the muggy afternoon of the examples."""
    muggy = EXAMPLES[1]
    values, chances = what_if(model, muggy, "humidity_3pm", n=51)
    chance = (predict(model, muggy).probabilities or {})["rain"]
    path.write_text(draw(values, chances, (muggy.humidity_3pm, chance)), encoding="utf-8")


def draw(values: Floats, chances: Floats, marked: tuple[float, float]) -> str:
    """Return the SVG of chances (n,), 0 to 1, over humidity (n,) in %, one point marked."""
    line = " ".join(f"{_x(v)},{_y(c)}" for v, c in zip(values, chances, strict=True))
    area = f"{_x(values[0])},{BOTTOM} {line} {_x(values[-1])},{BOTTOM}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" {FONT}>\n'
        f"<title>The chance of rain rises with humidity</title>\n"
        f'<polygon points="{area}" fill="{FILL}" fill-opacity="0.3"/>\n'
        f'<polyline points="{line}" fill="none" stroke="{COLOURS["rain"]}" stroke-width="4" '
        f'stroke-linecap="round" stroke-linejoin="round"/>\n'
        f"{_axes()}\n{_mark(*marked)}\n</svg>\n"
    )


def _axes() -> str:
    """Return the base line and the words on both axes."""
    words = (
        (LEFT - 8, TOP + 5, "end", "100%"),
        (LEFT - 8, BOTTOM + 4, "end", "0%"),
        (LEFT + 2, TOP + 5, "start", "chance of rain"),
        (LEFT, BOTTOM + 22, "start", "dry air"),
        (RIGHT, BOTTOM + 22, "end", "humid air"),
    )
    texts = "".join(
        f'<text x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>'
        for x, y, anchor, text in words
    )
    base = f'<line x1="{LEFT}" y1="{BOTTOM}" x2="{RIGHT}" y2="{BOTTOM}" stroke="{GREY}"/>'
    return f'{base}<g font-size="13" fill="{GREY}">{texts}</g>'


def _mark(humidity: float, chance: float) -> str:
    """Return the marked point with its chance on a label of its own, left of the curve."""
    x, y = float(_x(humidity)), float(_y(chance))
    return (
        f'<circle cx="{x}" cy="{y}" r="7" fill="{COLOURS["rain"]}" stroke="#FFFFFF" '
        f'stroke-width="2"/>'
        f'<rect x="{x - 64:.1f}" y="{y - 26:.1f}" width="50" height="26" rx="13" '
        f'fill="{COLOURS["rain"]}"/>'
        f'<text x="{x - 39:.1f}" y="{y - 8:.1f}" font-size="15" font-weight="700" '
        f'text-anchor="middle" fill="#FFFFFF">{chance:.0%}</text>'
    )


def _x(humidity: float) -> str:
    return f"{LEFT + humidity / 100 * (RIGHT - LEFT):.1f}"


def _y(chance: float) -> str:
    return f"{BOTTOM - chance * (BOTTOM - TOP):.1f}"
