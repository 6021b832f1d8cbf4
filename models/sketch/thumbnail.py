"""The gallery's picture: three of the example drawings, each with the model's own guess.

On no background: the colours are readable on white and on near-black.
"""

from pathlib import Path

from models.sketch import EXAMPLE_NAMES, EXAMPLES, Input, predict
from models.sketch.recogniser import Recogniser

WIDTH, HEIGHT = 320, 160
SHOWN = ("Cat", "Umbrella", "Bicycle")
SIZE, TOP = 84, 24
INK, GUESS = "#0072B2", "#8C8C8C"  # Okabe-Ito blue, grey
FONT = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif"'


def write(path: Path, model: Recogniser) -> None:
    """Write the picture of what the model says about the drawings."""
    inputs = [EXAMPLES[EXAMPLE_NAMES.index(name)] for name in SHOWN]
    guesses = [predict(model, given) for given in inputs]
    words = [f"{guess.label}, {_percent(guess.confidence or 0)}" for guess in guesses]
    path.write_text(draw(inputs, words), encoding="utf-8")


def _percent(share: float) -> str:
    return "&gt;99%" if share > 0.99 else f"{share:.0%}"


def draw(inputs: list[Input], words: list[str]) -> str:
    """Return the SVG of drawings side by side, words below each."""
    room = WIDTH / len(inputs)
    cells = "\n".join(
        _cell(given, text, room * (place + 0.5))
        for place, (given, text) in enumerate(zip(inputs, words, strict=True))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" {FONT}>\n'
        f"<title>Drawings and what the model takes them for</title>\n{cells}\n</svg>\n"
    )


def _cell(given: Input, text: str, middle: float) -> str:
    """Return one drawing, centred in its place, and its words."""
    strokes = given.drawing or ()
    wide, high = (max(max(stroke[axis]) for stroke in strokes) for axis in (0, 1))
    scale = SIZE / 255
    left, top = middle - wide * scale / 2, TOP + (SIZE - high * scale) / 2
    lines = "".join(_line(xs, ys) for xs, ys in strokes)
    return (
        f'<g transform="translate({left:.1f} {top:.1f}) scale({scale:.3f})" fill="none" '
        f'stroke="{INK}" stroke-width="9" stroke-linecap="round" stroke-linejoin="round">'
        f"{lines}</g>"
        f'<text x="{middle:.1f}" y="{TOP + SIZE + 28}" font-size="14" text-anchor="middle" '
        f'fill="{GUESS}">{text}</text>'
    )


def _line(xs: tuple[int, ...], ys: tuple[int, ...]) -> str:
    points = " ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True))
    return f'<polyline points="{points}"/>'
