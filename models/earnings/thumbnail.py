"""The gallery's picture: where a prediction stands among the published medians of its field.

Drawn from a real answer, on no background: the colours are readable on white and on near-black.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.earnings import EXAMPLES, predict, published
from models.earnings.artifact import Model
from showcase.contract import Regression

WIDTH, HEIGHT = 320, 160
LEFT, RIGHT, TOP, BOTTOM = 16, 304, 44, 126
FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"'
GREY, BLUE, SKY = "#787878", "#0072B2", "#56B4E9"
BARS = 24
# Dollars at the right edge without a number, which would not fit.
MARGIN = 6_000

Floats = NDArray[np.float64]


def write(path: Path, model: Model) -> None:
    """Write the picture of an example among all programmes of its credential."""
    given = EXAMPLES[0]
    everyone = published(model, given.credential)
    quantiles = np.array([0.0, 1.0]) if everyone is None else everyone.quantiles
    path.write_text(draw(quantiles, predict(model, given)), encoding="utf-8")


def draw(quantiles: Floats, answer: Regression) -> str:
    """Return the SVG of a distribution, given as quantiles (n,), with one answer marked."""
    ends = _scale(quantiles, answer)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" {FONT}>\n'
        f"<title>A predicted median among those that are published</title>\n"
        f"{_bars(quantiles, ends)}\n{_axis(ends)}\n{_mark(answer, ends)}\n</svg>\n"
    )


def _scale(quantiles: Floats, answer: Regression) -> tuple[float, float]:
    """Return the dollars at the left and right edge."""
    low, high = np.percentile(quantiles, [0, 99])
    return float(min(low, answer.low)), float(max(high, answer.high) * 1.05)


def _bars(quantiles: Floats, ends: tuple[float, float]) -> str:
    """Return a histogram of points spread evenly between the quantiles."""
    steps = np.linspace(0, len(quantiles) - 1, 2000)
    points = np.interp(steps, np.arange(len(quantiles)), quantiles)
    counts, edges = np.histogram(points, BARS, ends)
    heights = counts / counts.max() * (BOTTOM - TOP)
    bars = "".join(
        f'<rect x="{_x(left, ends)}" y="{BOTTOM - height:.1f}" '
        f'width="{(RIGHT - LEFT) / BARS - 1.5:.1f}" height="{height:.1f}" rx="1.5"/>'
        for left, height in zip(edges[:-1], heights, strict=True)
    )
    return f'<g fill="{SKY}" fill-opacity="0.6">{bars}</g>'


def _axis(ends: tuple[float, float]) -> str:
    texts = "".join(
        f'<text x="{_x(dollars, ends)}" y="{BOTTOM + 20}" text-anchor="middle">'
        f"${dollars // 1000:.0f}k</text>"
        for dollars in range(25_000, int(ends[1] - MARGIN), 25_000)
    )
    base = f'<line x1="{LEFT}" y1="{BOTTOM}" x2="{RIGHT}" y2="{BOTTOM}" stroke="{GREY}"/>'
    return f'{base}<g font-size="13" fill="{GREY}">{texts}</g>'


def _mark(answer: Regression, ends: tuple[float, float]) -> str:
    """Return the answer as a line with its number on a label, and its interval as a bar."""
    x, low, high = (float(_x(one, ends)) for one in (answer.value, answer.low, answer.high))
    middle = min(max(x, LEFT + 34), RIGHT - 34)
    return (
        f'<rect x="{low}" y="{TOP - 4}" width="{high - low:.1f}" height="10" rx="5" '
        f'fill="{BLUE}"/>'
        f'<line x1="{x}" y1="{TOP - 16}" x2="{x}" y2="{BOTTOM}" stroke="{BLUE}" stroke-width="4"/>'
        f'<rect x="{middle - 34:.1f}" y="6" width="68" height="26" rx="13" fill="{BLUE}"/>'
        f'<text x="{middle:.1f}" y="24" font-size="15" font-weight="700" text-anchor="middle" '
        f'fill="#FFFFFF">${answer.value / 1000:.0f}k</text>'
    )


def _x(dollars: float, ends: tuple[float, float]) -> str:
    return f"{LEFT + (dollars - ends[0]) / (ends[1] - ends[0]) * (RIGHT - LEFT):.1f}"
