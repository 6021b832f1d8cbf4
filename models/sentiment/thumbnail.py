"""The gallery's picture: a sentence with its words coloured by contribution, and its score.

Drawn from a real answer, on no background: the colours are readable on white and on near-black.
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from models.sentiment import COLOURS, Input, explain, predict
from models.sentiment.analyzer import Analyzer
from showcase.contract import Classification, Contribution

WIDTH, HEIGHT, MARGIN = 320, 160, 24
SENTENCE = "The chairs were awful,\nbut the coffee\nwas really lovely!"
FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"'


def write(path: Path, model: Analyzer) -> None:
    """Write the picture of what the model says about `SENTENCE`."""
    given = Input(text=SENTENCE, threshold=0.05)
    prediction = predict(model, given)
    svg = draw(given.text, explain(model, given, prediction), prediction)
    path.write_text(svg, encoding="utf-8")


def draw(text: str, contributions: Sequence[Contribution], prediction: Classification) -> str:
    """Return the SVG of a text of three short lines with its contributions and its score."""
    lines = "".join(
        f'<text x="{WIDTH // 2}" y="{28 + 26 * row}">{words}</text>'
        for row, words in enumerate(_coloured(text, contributions).split("\n"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" {FONT}>\n'
        f"<title>A sentence with its words coloured, and its score</title>\n"
        f'<g font-size="21" font-weight="600" text-anchor="middle" fill="{COLOURS["neutral"]}">'
        f"{lines}</g>\n{''.join(_scale(prediction))}\n</svg>\n"
    )


def _coloured(text: str, contributions: Sequence[Contribution]) -> str:
    """Return the text with a coloured `tspan` around each contribution."""
    pieces, position = [], 0
    for part in contributions:
        start, end = part.start or 0, part.end or 0
        colour = COLOURS["positive" if part.value > 0 else "negative"]
        word = f'<tspan fill="{colour}">{escape(text[start:end])}</tspan>'
        pieces += [escape(text[position:start]), word]
        position = end
    return "".join([*pieces, escape(text[position:])])


def _scale(prediction: Classification) -> Iterator[str]:
    """Yield a line from -1 to 1 in two colours, with its ends named and a marker at the score."""
    y, score, colour = 122, prediction.score or 0.0, COLOURS[prediction.label]
    for low, high, side in ((-1, 0, "negative"), (0, 1, "positive")):
        yield (
            f'<line x1="{_x(low)}" y1="{y}" x2="{_x(high)}" y2="{y}" stroke="{COLOURS[side]}" '
            f'stroke-width="6" stroke-opacity="0.45"/>'
        )
    yield f'<circle cx="{_x(score)}" cy="{y}" r="9" fill="{colour}"/>'
    for value, words in ((-1, "−1"), (0, "0"), (1, "+1")):
        yield (
            f'<text x="{_x(value)}" y="{y + 26}" font-size="13" text-anchor="middle" '
            f'fill="{COLOURS["neutral"]}">{words}</text>'
        )
    yield (
        f'<text x="{_x(score)}" y="{y - 15}" font-size="15" font-weight="700" '
        f'text-anchor="middle" fill="{colour}">{f"{score:+.2f}".replace("-", "−")}</text>'
    )


def _x(value: float) -> str:
    """Return where a value from -1 to 1 lies on the scale, in pixels."""
    return f"{MARGIN + (value + 1) / 2 * (WIDTH - 2 * MARGIN):.1f}".removesuffix(".0")
